#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/rowsource.h"

#include <QStringList>
#include <chrono>
#include <functional>
#include <optional>
#include <span>

namespace portolan {

class Store;

/// A command of ours that a store wants run at its times.
struct ScheduleEntry {
    qint64 id = 0;
    QByteArray name;
    QByteArray command;                   ///< its words, a JSON array of strings; without a store of its own, this one
    QByteArray spec;                      ///< as ScheduleSpec reads it
    std::optional<Timestamp> nextRunAt;   ///< nothing: never again
    std::optional<Timestamp> lastRunAt;   ///< when it was begun last
    std::optional<QByteArray> lastResult; ///< done, found, failed, interrupted
    std::optional<qint64> lastExit;       ///< its exit code; nothing: it could not be started
    std::optional<QByteArray> lastOutput; ///< the end of what it printed
    std::optional<QByteArray> runner;     ///< who runs it now
    std::optional<Timestamp> leaseUntil;  ///< until when nobody else may
};

/// id, name, command, spec, next_run_at, last_run_at, last_result, last_exit, last_output, runner, lease_until.
std::span<const Column<ScheduleEntry>> scheduleColumns();
const ColumnSet& scheduleSchema();

/// Returns the words of an entry's command. Error Invalid: it is no array of texts.
[[nodiscard]] Result<QStringList> wordsOfEntry(const ScheduleEntry& entry);
/// Returns the words as an entry keeps them.
[[nodiscard]] QByteArray commandOfWords(const QStringList& words);

/// The end of a scheduled command.
struct ScheduledEnd {
    std::optional<int> exit = {}; ///< nothing: it could not be started, or was killed
    QByteArray output = {};       ///< the end of what it printed
};

/// "done", "found", "failed", "interrupted".
[[nodiscard]] const char* scheduleResultOf(const ScheduledEnd& end);

/// Says whether a runner may run an entry as it is.
using EntryTest = std::function<bool(const ScheduleEntry& entry)>;

/// The schedule of a store. On the store's thread. Errors besides a database's own: Unsupported, the store has no
/// place for it; ReadOnly; NotFound; Changed, another program has taken the entry over.
class Schedule {
public:
    Schedule() = default;
    Schedule(const Schedule&) = delete;
    Schedule& operator=(const Schedule&) = delete;
    virtual ~Schedule() = default;

    virtual RowSource<ScheduleEntry>& entries() = 0;

    /// Adds an entry; in the audit. Error Usage: there is one of the name, or the spec cannot be read or never comes.
    [[nodiscard]] virtual Result<void> add(const QByteArray& name, const QStringList& words, const QByteArray& spec,
                                           Timestamp now, const QByteArray& reason, const QByteArray& actor) = 0;
    [[nodiscard]] virtual Result<void> remove(const QByteArray& name, const QByteArray& reason,
                                              const QByteArray& actor) = 0;

    /// The time for which an entry is its runner's, unless that renews it.
    static constexpr std::chrono::seconds lease{60};
    /// The time that a command has to end when it is to.
    static constexpr std::chrono::seconds endsWithin{20};

    /// Takes the entry that has been due for longest by `due` and that `mayRun` lets through, for a runner of this name
    /// until `now` and the lease; in one transaction, so that no two have it, and none has another one than was looked
    /// at. Nothing: none is due, or others have those that are. On a server leases go by the server's clock, since its
    /// runners' may differ.
    [[nodiscard]] virtual Result<std::optional<ScheduleEntry>>
    take(Timestamp due, Timestamp now, const QByteArray& runner, const EntryTest& mayRun) = 0;
    /// Takes the entry of this name in the same way, due or not. Nothing: there is none, or another has it.
    [[nodiscard]] virtual Result<std::optional<ScheduleEntry>>
    takeNamed(const QByteArray& name, Timestamp now, const QByteArray& runner, const EntryTest& mayRun) = 0;
    [[nodiscard]] virtual Result<void> renew(const ScheduleEntry& taken, Timestamp now) = 0;
    /// Keeps the result, gives the entry back and says when it runs next; in the audit.
    [[nodiscard]] virtual Result<void> finish(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                                              const QByteArray& actor) = 0;
};

/// Returns the schedule of a store. Error Unsupported: it has none.
[[nodiscard]] Result<Schedule*> scheduleIn(Store& store);

/// An entry that was run.
struct ScheduledRun {
    ScheduleEntry entry; ///< as it was taken
    int missed = 0;      ///< the times that it should have run besides
    ScheduledEnd end = {};
};

/// Runs a command of ours. Calls `beat` at least once in ten seconds, and ends the command within Schedule::endsWithin
/// when that fails.
using CommandRunner =
    std::function<Result<ScheduledEnd>(const QStringList& words, const std::function<Result<void>()>& beat)>;

struct RunDueOrder {
    QByteArray actor;
    std::function<Timestamp()> clock = currentTime;
    std::function<std::chrono::steady_clock::time_point()> steadyClock = std::chrono::steady_clock::now;
    EntryTest mayRun; ///< TrustedEntries::has(); the others stay as they are
    CommandRunner run;
    QByteArray only = {};                                  ///< this entry alone, due or not; empty: those that are due
    std::function<Result<void>(const ScheduledRun&)> told; ///< of each when it is over
};

/// Returns all entries; reads alone.
[[nodiscard]] Result<std::vector<ScheduleEntry>> allEntries(Store& store, const CancelToken& token);
/// Says whether an entry is due, and no runner has it.
[[nodiscard]] bool isDue(const ScheduleEntry& entry, Timestamp now);
/// Finds the entries that are due and that no runner has; reads alone.
[[nodiscard]] Result<std::vector<ScheduleEntry>> dueEntries(Store& store, Timestamp now, const CancelToken& token);

/// Runs the entries of a store that are due, each once, one after the other, whatever else does the same. Errors: those
/// of the schedule, Unsupported where the store has none; NotFound, the only one is not there, or another has it;
/// Usage, it may not run; Cancelled, after the command that ran has ended. A store that is busy or away for a while is
/// tried again: a command ends early only when its entry is another's, or would be by the time it has ended.
[[nodiscard]] Result<void> runDue(Store& store, const RunDueOrder& order, const CancelToken& token);
[[nodiscard]] Result<void> runDue(Schedule& schedule, const RunDueOrder& order, const CancelToken& token);

} // namespace portolan
