#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/rowsource.h"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A rule that says which rows of a table may go: those that match `filter` and whose `timeColumn` is longer ago than
/// `keep` (0: it has passed), of checkpoints with `keepCount` only those with so many newer ones of their component.
/// Retention leaves alone, by any rule, what a replay run, its outbox or a firing alert still needs, and the checkpoint
/// of each name that counts.
struct RetentionRule {
    qint64 id = 0; ///< 0: it is built in, and the store says nothing of it
    QByteArray name;
    QByteArray table; ///< its path
    QByteArray timeColumn = {};
    QByteArray filter = {}; ///< UTF-8; empty: every row
    std::optional<std::chrono::seconds> keep = {};
    std::optional<qint64> keepCount = {};
    QByteArray archive = {}; ///< of batch files: the folder into which they are packed; empty: they are deleted
    bool enabled = false;
    std::optional<Timestamp> lastRunAt = {};
    std::optional<qint64> lastRows = {};
    std::optional<QByteArray> lastResult = {};
    std::optional<Timestamp> updatedAt = {};
};

/// The table of a rule about the store's backups, whose filter says how many stay ("daily:30 monthly:12").
inline constexpr char backupRuleTable[] = "portolan_backups";

/// id, name, table_name, time_column, condition, keep_seconds, keep_count, archive, enabled, last_run_at, last_rows,
/// last_result, updated_at.
std::span<const Column<RetentionRule>> retentionRuleColumns();
const ColumnSet& retentionRuleSchema();

/// Returns the rules that are offered (SCHEMA, "Retention defaults"); all are off.
[[nodiscard]] std::span<const RetentionRule> offeredRetentionRules();

/// The parts of a rule that an operator says; the others stay as they are.
struct RetentionChange {
    QByteArray name;
    std::optional<QByteArray> table = {};
    std::optional<QByteArray> timeColumn = {};
    std::optional<QByteArray> filter = {};
    std::optional<std::chrono::seconds> keep = {};
    std::optional<qint64> keepCount = {};
    std::optional<QByteArray> archive = {};
};

/// Says what a rule cannot be: one about tables that what Portolan promises goes by, or without a part. Compares names
/// to the letter: a table's is to be as the catalogue has it. Error Usage.
[[nodiscard]] Result<void> checkRetentionRule(const RetentionRule& rule);
/// Returns the rule with the change, switched on. Error Usage: a new rule lacks a part, or a part cannot be.
[[nodiscard]] Result<RetentionRule> changedRetentionRule(const std::optional<RetentionRule>& rule,
                                                         const RetentionChange& change);

// The same words whatever keeps the rules.
[[nodiscard]] Error noRetentionRule(const QByteArray& name, std::span<const RetentionRule> rules);
[[nodiscard]] Error retentionRuleIsOff(const QByteArray& name);
/// Says that a rule failed.
[[nodiscard]] QString retentionFailure(const RetentionRule& rule, const Error& error);
/// Says why a rule that keeps rows for so long must not run by this clock: the newest row of `table` is later than it
/// by more than a day, or would not be kept itself. Nothing: it may.
[[nodiscard]] std::optional<QString> clockTroubleOf(const RetentionRule& rule, const QByteArray& table,
                                                    Timestamp newest, Timestamp now, std::chrono::microseconds kept);
/// Returns the parts of a rule that the audit tells, as JSON.
[[nodiscard]] QByteArray retentionImage(const RetentionRule& rule);

/// The result of a rule: of a dry run what a run would delete at this moment.
struct RetentionOutcome {
    enum class State {
        Done,
        Counted,   ///< a dry run
        Off,       ///< a dry run of a rule that is off, which was asked for by its name
        Server,    ///< TimescaleDB's own policy drops the table's chunks
        Stopped,   ///< the newest row says that the clock is wrong
        Held,      ///< an alert fires whose rows cannot be told apart
        Missing,   ///< the table, or a column, is not there
        Cancelled, ///< in the middle of it
        Failed,    ///< in the middle of it, or before
    };
    QByteArray rule = {};
    QByteArray table = {};
    qint64 rows = 0;
    qint64 bytes = 0; ///< of the rows' values, without indexes
    std::optional<Timestamp> oldestKept = {};
    State state = State::Done;
    QString problem = {}; ///< why it was left out, in words; empty: it was not
};

/// "done", "counted", "off", "server", "stopped", "held", "missing", "cancelled", "failed".
[[nodiscard]] const char* retentionStateName(RetentionOutcome::State state);
/// rule, table, rows, bytes, oldest_kept, state.
std::span<const Column<RetentionOutcome>> retentionOutcomeColumns();

struct RetainOrder {
    std::optional<QByteArray> rule = {}; ///< nothing: every rule that is on
    bool isDryRun = false;
    Timestamp now; ///< what ages are measured from
    QByteArray actor = {};
    std::optional<QByteArray> reason = {};
    /// Of a dry run of a rule: it is counted as this change would make it, be it there or not.
    std::optional<RetentionChange> changed = {};
};

/// The rules of a store and what they delete. On the store's thread. Errors besides a database's own: Unsupported
/// where the store keeps no rules, ReadOnly, NotFound for the name of a rule, Usage.
class Retention {
public:
    Retention() = default;
    Retention(const Retention&) = delete;
    Retention& operator=(const Retention&) = delete;
    virtual ~Retention() = default;

    /// The store's rules and those that are offered, by name.
    virtual RowSource<RetentionRule>& rules() = 0;

    /// Changes a rule, or makes one, and switches it on; in the audit. Returns it as it is now.
    [[nodiscard]] virtual Result<RetentionRule> set(const RetentionChange& change, const QByteArray& reason,
                                                    const QByteArray& actor, const CancelToken& token) = 0;
    /// Switches a rule off; in the audit.
    [[nodiscard]] virtual Result<void> switchOff(const QByteArray& name, const QByteArray& reason,
                                                 const QByteArray& actor, const CancelToken& token) = 0;

    /// Told of the rows that a rule has deleted, of how many.
    using Progress = std::function<void(const QByteArray& rule, qint64 done, qint64 total)>;
    /// Told of each rule when it is over.
    using Told = std::function<Result<void>(const RetentionOutcome&)>;
    /// Deletes what the rules let go of: the oldest rows first, in transactions so short that no writer waits 50 ms for
    /// one, each with the progress of a job; the act is in the audit once for a rule. Rows that are deleted before an
    /// error, Cancelled among them, stay deleted and are noted; a rule that fails stops no other. A dry run changes
    /// nothing, and needs no right to.
    [[nodiscard]] virtual Result<void> run(const RetainOrder& order, const Progress& progress, const Told& told,
                                           const CancelToken& token) = 0;
};

} // namespace portolan
