#pragma once

#include "models/jobs/jobcontroller.h"
#include "models/operations/backupcomparison.h"
#include "storage/backups/backups.h"
#include "storage/base/worker.h"
#include "storage/checks/storestats.h"
#include "storage/config/urls.h"
#include "storage/migrations/migrations.h"
#include "storage/questionlog.h"
#include "storage/retention/retention.h"
#include "storage/schedule/schedule.h"
#include "storage/storeworker.h"

#include <functional>
#include <memory>

namespace portolan {

/// Something that is done to a store as a whole.
struct OperationJob : DeskJob {
    enum class Kind { Migrate, BackUp, Verify, Compare, Restore, Retain, Schedule };
    Kind kind = Kind::Migrate;
    QString what; ///< "to version 15"
};

/// A table, and how many rows it has; nothing: they were not counted.
struct CountedTable {
    QString name;
    std::optional<qint64> rows = {};
};

/// A restore that was confirmed.
struct RestoreOrder {
    BackupEntry backup;
    StoreUrl into;
    QStringList only = {}; ///< tables; none: all
    bool replace = false;  ///< `into` is the store itself
    QByteArray reason = {};
};

/// The program's part in a schedule.
struct ScheduledCommands {
    /// Returns the words of a command as they are kept. Error Usage: they cannot be. Any thread, at once.
    std::function<Result<QStringList>(const QStringList& words)> kept;
    /// Runs one on a store, as CommandRunner; the token ends it.
    std::function<Result<ScheduledEnd>(const StoreUrl& store, const QStringList& words,
                                       const std::function<Result<void>()>& beat, const CancelToken& token)>
        run;
};

/// Does what concerns a store as a whole, one job after the other, on a thread that opens the store by itself. Nothing
/// waits here. GUI thread.
class OperationsController : public JobController<OperationJob> {
    Q_OBJECT
public:
    /// `writer` opens the store for writing, on whichever thread asks; `actor` is for the audit, `program` (its name
    /// and version) for backups.
    OperationsController(StoreUrl url, StoreWorker::Opener writer, QByteArray actor, QByteArray program,
                         ScheduledCommands commands = {}, QObject* parent = nullptr);
    /// Waits for a migration that has begun.
    ~OperationsController() override;

    [[nodiscard]] const StoreUrl& url() const { return m_url; }

    using VersionsReply = std::function<void(const Result<std::vector<MigrationEntry>>&)>;
    /// Reads all versions of the schema, rising.
    void readVersions(RequestScope& asker, QObject* context, VersionsReply reply);
    using PlanReply = std::function<void(const Result<MigrationPlan>&)>;
    /// Looks what going to a version of the schema would do; writes nothing. Renewing the asker gives up.
    void look(RequestScope& asker, int version, QObject* context, PlanReply reply);
    /// Does exactly that, unless the schema has another version by then.
    void migrate(const MigrationPlan& plan, const QByteArray& reason);

    using TablesReply = std::function<void(const Result<std::vector<CountedTable>>&)>;
    /// Reads the names of the tables that the store or a backup of it has. Renewing the asker gives up.
    void readTables(RequestScope& asker, QObject* context, TablesReply reply);
    void readTablesOf(RequestScope& asker, const BackupEntry& backup, QObject* context, TablesReply reply);
    /// Backs the store up, or some of its tables, into a file, or a folder that is there, or the store's own folder of
    /// backups (empty).
    void backUp(const QString& to, const QStringList& only = {});
    /// Restores a backup aside and looks whether it is sound; the store's list tells of it.
    void verify(const BackupEntry& backup);
    /// Compares a backup with the store, row by row; comparison() has what came of it.
    void compare(const BackupEntry& backup);
    /// Returns the last comparison that came to its end; null: there was none.
    [[nodiscard]] const std::shared_ptr<const BackupComparison>& comparison() const { return m_comparison; }
    /// Restores a backup into a new or empty place, or in the place of tables of the store. In the place of the whole
    /// store it does so only while nobody has the store open: see replace().
    void restore(const RestoreOrder& order);
    /// Asks those who have the store open to close it and restore a backup in its place: replacementWanted().
    void replace(const RestoreOrder& order) { Q_EMIT replacementWanted(order); }
    /// Takes over a job that another desk has brought to its end; `failure`: why, where it failed.
    void adopt(const OperationJob& ended, const std::optional<Error>& failure);

    using OutcomeReply = std::function<void(const Result<RetentionOutcome>&)>;
    /// Counts what a rule would delete now; deletes nothing. Renewing the asker gives up.
    void countRule(RequestScope& asker, const QByteArray& rule, QObject* context, OutcomeReply reply);
    /// Counts what it would delete once it were changed so, be it there or not; changes nothing.
    void countChanged(RequestScope& asker, const RetentionChange& change, QObject* context, OutcomeReply reply);
    /// Deletes what a rule lets go of; `rows` is what was counted.
    void retain(const QByteArray& rule, qint64 rows, const QByteArray& reason);

    /// Has the counts of these questions kept in the store whenever the schedule has its history kept; null: none.
    void setQuestions(std::shared_ptr<QuestionLog> questions) { m_questions = std::move(questions); }

    [[nodiscard]] const ScheduledCommands& commands() const { return m_commands; }
    /// Runs the entries of the schedule that are due, each once, whatever else does the same; `names` are those that
    /// were seen.
    void runDueEntries(const std::vector<QByteArray>& names);
    /// Runs an entry now, due or not.
    void runEntry(const QByteArray& name);

    using FiguresReply = std::function<void(const Result<std::vector<StoreStats>>&)>;
    /// Measures the store and how quickly it answers, which takes seconds. Renewing the asker gives up.
    void measure(RequestScope& asker, QObject* context, FiguresReply reply);

Q_SIGNALS:
    void failed(portolan::OperationJob::Kind kind, const portolan::Error& error);
    void replacementWanted(const portolan::RestoreOrder& order);
    void schemaChanged();  ///< or may have: a migration has ended
    void backupsChanged(); ///< or may have, as the following
    void compared();       ///< comparison() is another
    void retentionChanged();
    void scheduleChanged();

private:
    using Tick = std::function<void(const quint64&)>;
    /// Returns what came of it, in words.
    using Work = std::function<Result<QString>(const Tick&, const CancelToken&)>;
    void count(RequestScope& asker, const RetainOrder& order, QObject* context, OutcomeReply reply);
    void start(OperationJob job, Work work, const std::function<void()>& after);
    void tell(OperationJob& job, const Result<QString>& outcome);
    void runSchedule(OperationJob job, const QByteArray& only);

    StoreUrl m_url;
    StoreWorker::Opener m_writer;
    QByteArray m_actor;
    QByteArray m_program;
    ScheduledCommands m_commands;
    std::shared_ptr<QuestionLog> m_questions;
    std::shared_ptr<const BackupComparison> m_comparison;
    RequestScope m_asker;
    Worker m_looking;
    Worker m_working;
};

} // namespace portolan
