#pragma once

#include "storage/deadletters/groupscan.h"
#include "storage/replay/replays.h"
#include "storage/replay/sql/archivesql.h"
#include "storage/replay/sql/replayedits.h"
#include "storage/replay/sql/replaysql.h"
#include "storage/sql/sqlrowsource.h"

namespace portolan {

class ListedRuns;
class SqlOutbox;

/// Replays of a SQL store.
class SqlReplays : public Replays {
public:
    /// `groups` are those of the store's dead letters: freezing has them remembered. Null: items are of no group.
    explicit SqlReplays(Session& session, GroupScan* groups = nullptr);
    ~SqlReplays() override;

    /// Says in words why a database with these tables cannot have its dead letters put back; nothing when it can.
    [[nodiscard]] static std::optional<QString> unavailableReason(const SchemaInspector& catalogue);

    Result<ReplayPreview> look(const ReplayOrder& order, const CancelToken& token) override;
    Result<void> freeze(const ReplayOrder& order, const SeenLetters& seen, const QByteArray& run, Begins begins,
                        const CancelToken& token) override;
    Result<ReplayRun> run(const QByteArray& id) override;
    RowSource<ReplayRun>& runs() override;
    Outbox& outbox() override;
    Result<std::vector<ReplayItem>> items(const QByteArray& run, qint64 after, int limit) override;
    Result<void> change(const QByteArray& run, RunState to, const QByteArray& actor,
                        const QByteArray& errorMessage) override;
    Result<void> tidy(std::chrono::milliseconds most, const CancelToken& token) override;
    Result<ReplayStep> step(const QByteArray& run, int most, const QByteArray& actor) override;
    Result<ItemCounts> settle(const QByteArray& run, const SameCause& sameCause, const CancelToken& token) override;
    Result<qint64> recall(const QByteArray& run, const QByteArray& actor, const QByteArray& reason,
                          const CancelToken& token) override;

    /// An item of a run, as undoing sees it.
    struct ActItem {
        qint64 position = 0;
        QByteArray messageId;
        ItemState state = ItemState::Replayed;
        std::optional<QByteArray> status; ///< of its row; nothing: it is gone
        bool isUntouched = false;         ///< the row is as the act left it
    };
    enum class ItemsAre { PutBack, Recalled };
    /// Returns the items that a run put back (recalled ones among them), or those that were taken back, after a
    /// position, `most` at most.
    [[nodiscard]] Result<std::vector<ActItem>> itemsOf(const QByteArray& run, ItemsAre are, qint64 after, int most);

    /// Returns the state that a run had before it was recalled, as the audit has it. Error Unsupported: an older
    /// version did not note it.
    [[nodiscard]] Result<RunState> stateBeforeRecall(const QByteArray& run);

    // Within a transaction that is open already; what begins does nothing when it was begun. Error Changed: somebody
    // else was at one of the rows.

    [[nodiscard]] Result<void> beginRecall(const QByteArray& run, const QByteArray& actor);
    /// Takes items back, all of them.
    [[nodiscard]] Result<void> recallItems(const QByteArray& run, const std::vector<qint64>& positions,
                                           const QByteArray& actor, const QByteArray& reason);
    /// Gives a run that was recalled the state that it had; one that was under way is paused.
    [[nodiscard]] Result<void> beginPuttingAgain(const QByteArray& run);
    /// Puts items that were taken back where the run had put them, to the letter.
    [[nodiscard]] Result<void> putAgain(const QByteArray& run, const std::vector<qint64>& positions,
                                        const QByteArray& actor, const QByteArray& reason);

private:
    friend class ListedRuns;
    friend class SqlOutbox;
    using Positions = std::vector<qint64>;
    struct Marked {
        Positions replayed;
        Positions skipped;
        qint64 failed = 0;   ///< could not be edited
        bool edited = false; ///< those that are replayed are new rows in the place of the old ones
    };
    [[nodiscard]] Result<const ReplaySql*> sql();
    [[nodiscard]] Result<const SqlListing*> runListing();
    [[nodiscard]] Result<void> rememberGroups(const CancelToken& token);
    /// The dead letters of an order, as a condition on rows (m).
    struct Condition {
        QString text;
        QVariantList bindings;
    };
    [[nodiscard]] Result<Condition> conditionOf(const ReplaySql& sql, const ReplayOrder& order);
    [[nodiscard]] Result<void> lookAt(const ReplaySql& sql, const Condition& condition, ReplayPreview& preview);
    [[nodiscard]] Result<void> freezeItems(const ReplaySql& sql, const SeenLetters& seen, const QByteArray& run);
    struct Leftovers {
        std::vector<std::pair<QByteArray, RunState>> abandoned;
        std::vector<QByteArray> withImages;
    };
    [[nodiscard]] Result<Leftovers> leftovers(const CancelToken& token);
    [[nodiscard]] Result<void> tidyOnce(const CancelToken& token);
    /// Removes some items of a run that never began; true: none is left, nor the run.
    [[nodiscard]] Result<bool> removeSome(const QByteArray& run);
    [[nodiscard]] Result<bool> dropSomeImages(const QByteArray& run);
    [[nodiscard]] Result<void> moveTo(const QByteArray& run, RunState to, const QByteArray& actor,
                                      const QByteArray& errorMessage);
    [[nodiscard]] Result<RunState> lockRun(const ReplaySql& sql, const QByteArray& run);
    [[nodiscard]] Result<Positions> next(const ReplaySql& sql, const QByteArray& run, bool unsettled, qint64 after,
                                         int most);
    [[nodiscard]] Result<Positions> positionsOf(const QString& sql, const QVariantList& bindings);
    [[nodiscard]] Result<void> lockRows(const ReplaySql& sql, const QByteArray& run, const Positions& positions);
    [[nodiscard]] Result<Marked> mark(const ReplaySql& sql, const QByteArray& run, const Positions& positions);
    [[nodiscard]] Result<void> putBack(const ReplaySql& sql, const QByteArray& run, Marked& marked,
                                       const QByteArray& reason, const QByteArray& actor);
    [[nodiscard]] Result<ReplayEdits> edits(const QByteArray& run, ReplayEdits::Goes goes);
    [[nodiscard]] Result<void> replaceEdited(const ReplaySql& sql, const JsonEdit& edit, const QByteArray& run,
                                             Marked& marked, const QByteArray& reason, const QByteArray& actor);
    /// Marks items to which the edit did not apply as failed, by the reason; returns how many.
    [[nodiscard]] Result<qint64> fail(const ReplaySql& sql, const QByteArray& run,
                                      const std::map<QByteArray, Positions>& refused);
    [[nodiscard]] Result<void> describeEdit(const ReplaySql& sql, ReplayPreview& preview);
    [[nodiscard]] Result<void> record(const ReplaySql& sql, const QByteArray& run, Marked& marked,
                                      const QByteArray& actor);
    [[nodiscard]] Result<void> enter(const ReplaySql& sql, const QByteArray& run, RunState to, const QByteArray& actor,
                                     const QByteArray& errorMessage);
    [[nodiscard]] Result<Positions> recallPage(const ReplaySql& sql, const QByteArray& run, const Positions& page,
                                               const QByteArray& actor, const QByteArray& reason);
    [[nodiscard]] Result<void> touch(const QString& sql, const QVariantList& bindings, std::size_t rows);
    [[nodiscard]] Result<void> count(const QByteArray& run, ItemState state, qint64 change);
    [[nodiscard]] Result<void> note(const QByteArray& run, const char* action, const QByteArray& actor,
                                    const QByteArray& reason, const QByteArray& before = {});
    [[nodiscard]] Result<void> lookAtItems(const QByteArray& run, std::vector<ReplayItem>& items);
    [[nodiscard]] Result<Positions> settlePage(const ReplaySql& sql, const QByteArray& run, qint64 after,
                                               const SameCause& sameCause);
    [[nodiscard]] Connection& connection() { return m_session.connection(); }

    struct StatementCache {
        quint64 generation = 0;
        qint64 mark = 0;
        ReplaySql sql;
        SqlListing runs;
        Result<ArchiveSql> archive;
    };

    Session& m_session;
    GroupScan* m_groups;
    bool m_tidied = false;
    std::optional<StatementCache> m_known; ///< the statements for the tables as they are now
    SqlRowSource<ReplayRun> m_runs;
    std::unique_ptr<ListedRuns> m_listed;
    std::unique_ptr<SqlOutbox> m_outbox;
};

} // namespace portolan
