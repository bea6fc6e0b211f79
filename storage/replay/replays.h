#pragma once

#include "storage/replay/deathcause.h"
#include "storage/replay/outbox.h"
#include "storage/replay/replay.h"
#include "storage/rowsource.h"

#include <functional>

namespace portolan {

/// Replay runs, their items, and the steps of the replay protocol (RELIABILITY.md), each one transaction: whatever is
/// killed when, items, rows and audit agree, and a step that is done again finds what is left to do. Only frozen rows
/// are touched, and only while they are as they were frozen. Used on the store's thread.
///
/// Errors besides the connection's: Unsupported (the database lacks something, in words), NotFound (no such run),
/// Changed (the run is not in a state for that), Busy (another program holds rows; again helps). After a lost
/// connection or an Unknown commit a step may simply be done again.
class Replays {
public:
    /// Whether two deaths are of the same cause.
    using SameCause = std::function<bool(const DeathNote& before, const DeathNote& after)>;

    Replays() = default;
    Replays(const Replays&) = delete;
    Replays& operator=(const Replays&) = delete;
    virtual ~Replays() = default;

    /// Freezes the dead letters that the order names, with an image and a hash of each, in a transaction.
    [[nodiscard]] virtual Result<ReplayPreview> freeze(const ReplayOrder& order, const CancelToken& token) = 0;
    [[nodiscard]] virtual Result<ReplayPreview> preview(const QByteArray& run, const CancelToken& token) = 0;
    [[nodiscard]] virtual Result<ReplayRun> run(const QByteArray& id) = 0;
    /// All runs, oldest first.
    virtual RowSource<ReplayRun>& runs() = 0;
    /// Items behind a position in the order of execution, `limit` at most.
    [[nodiscard]] virtual Result<std::vector<ReplayItem>> items(const QByteArray& run, qint64 behind, int limit) = 0;

    /// Says another reason for a run that is frozen and has not begun; noted in the audit. Error Usage: an empty one.
    [[nodiscard]] virtual Result<void> explain(const QByteArray& run, const QByteArray& reason,
                                               const QByteArray& actor) = 0;

    /// Takes the run from one of the states from which it may go there; noted in the audit. Cancelling and
    /// recalling mark what was not touched yet as skipped.
    [[nodiscard]] virtual Result<void> change(const QByteArray& run, RunState to, const QByteArray& actor,
                                              const QByteArray& errorMessage) = 0;

    /// Puts the next frozen items back, `most` at most. The run must be running; completes it with the last one.
    [[nodiscard]] virtual Result<ReplayStep> step(const QByteArray& run, int most, const QByteArray& actor) = 0;

    /// Looks what became of the items that were put back. Of a run that sends elsewhere: what is known.
    [[nodiscard]] virtual Result<ItemCounts> settle(const QByteArray& run, const SameCause& sameCause,
                                                    const CancelToken& token) = 0;

    /// What is on its way to other places.
    virtual Outbox& outbox() = 0;

    /// Takes back what is pending still and untouched; returns how many. The rest stays with whoever took it. What was
    /// sent elsewhere cannot be taken back: Unsupported.
    [[nodiscard]] virtual Result<qint64> recall(const QByteArray& run, const QByteArray& actor,
                                                const QByteArray& reason, const CancelToken& token) = 0;
};

} // namespace portolan
