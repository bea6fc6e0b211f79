#pragma once

#include "storage/deadletters/deathcause.h"
#include "storage/listing/rowsource.h"
#include "storage/replay/replay.h"
#include "storage/sources/outbox.h"

#include <chrono>
#include <functional>

namespace portolan {

/// Replay runs, their items, and the steps of the replay protocol (RELIABILITY.md), each one transaction: whatever is
/// killed when, items, rows and audit agree, and a step that is done again finds what is left to do. Only frozen rows
/// are touched, and only while they are as they were frozen. Used on the store's thread.
///
/// A run that was frozen for later may be carried out for seven days; tidy() removes it then.
///
/// Errors besides the connection's: Unsupported (the database lacks something, in words), NotFound (no such run),
/// Changed (the run is not in a state for that), Busy (another program holds rows; again helps). After a lost
/// connection or an Unknown commit a step may simply be done again.
class Replays {
public:
    /// The rule that says whether two deaths are of the same cause.
    using SameCause = std::function<bool(const DeathNote& before, const DeathNote& after)>;

    Replays() = default;
    Replays(const Replays&) = delete;
    Replays& operator=(const Replays&) = delete;
    virtual ~Replays() = default;

    /// Finds the dead letters that an order names, and the facts of a preview, in one state of the database. Writes
    /// nothing; a store that is open for reading will do. The order needs no reason yet.
    [[nodiscard]] virtual Result<ReplayPreview> look(const ReplayOrder& order, const CancelToken& token) = 0;

    enum class Begins { Later, Now };
    /// Writes a run of the letters that were seen, by their ids and hashes, in a transaction; `Now` begins it in the
    /// same one, so that it has an owner. The caller chooses the id `run` (newRunId()): done again after an Unknown
    /// commit, it is the same run. Error Usage: no reason.
    [[nodiscard]] virtual Result<void> freeze(const ReplayOrder& order, const SeenLetters& seen, const QByteArray& run,
                                              Begins begins, const CancelToken& token) = 0;
    [[nodiscard]] static QByteArray newRunId();
    [[nodiscard]] virtual Result<ReplayRun> run(const QByteArray& id) = 0;
    /// Returns all runs, oldest first, with the outcomes of their items by now: a page looks at 20,000 open items and
    /// takes a second for that at most, and leaves the others as they were last settled. Writes nothing.
    virtual RowSource<ReplayRun>& runs() = 0;
    /// Returns items after a position in the order of execution, `limit` at most, each in its state by now. Writes
    /// nothing.
    [[nodiscard]] virtual Result<std::vector<ReplayItem>> items(const QByteArray& run, qint64 next, int limit) = 0;

    /// Moves the run to a state, if it may go there from its own (else Changed), and notes it in the audit. Cancelling
    /// and recalling mark items not touched yet as skipped; a run that is cancelled before it began is removed.
    [[nodiscard]] virtual Result<void> change(const QByteArray& run, RunState to, const QByteArray& actor,
                                              const QByteArray& errorMessage) = 0;

    /// Removes runs that were cancelled before they began or that nobody began within seven days, and images of rows
    /// that no step has changed, which older versions kept; in small transactions, and no more of them once `most` has
    /// passed. Freezing and the first change of a run by this object do it, too.
    [[nodiscard]] virtual Result<void> tidy(std::chrono::milliseconds most, const CancelToken& token) = 0;

    /// Puts the next frozen items back, `most` at most. The run must be running; completes it with the last one.
    [[nodiscard]] virtual Result<ReplayStep> step(const QByteArray& run, int most, const QByteArray& actor) = 0;

    /// Finds out and notes what became of the items put back; returns the counts. For a run that sends elsewhere, only
    /// returns the counts.
    [[nodiscard]] virtual Result<ItemCounts> settle(const QByteArray& run, const SameCause& sameCause,
                                                    const CancelToken& token) = 0;

    /// Returns the outbox: messages on their way to other places.
    virtual Outbox& outbox() = 0;

    /// Takes back the items that are still pending and untouched; returns how many. The rest stays with the worker that
    /// took it. Error Unsupported for a run that was sent elsewhere: it cannot be taken back.
    [[nodiscard]] virtual Result<qint64> recall(const QByteArray& run, const QByteArray& actor,
                                                const QByteArray& reason, const CancelToken& token) = 0;
};

} // namespace portolan
