#pragma once

#include "storage/replay/replays.h"
#include "storage/sources/outbox.h"

#include <chrono>

namespace portolan {

/// Takes the messages of a run from the outbox to their target: claim, send, mark. It is the run's courier. However it
/// ends in between, the next one sends the queued messages again under the same ids, and the target knows those it has.
/// A sent message is done once a crash of the server can no longer take it away; a server that comes back before that
/// with fewer messages is asked for those it has, and gets the rest again.
///
/// A run has one courier at a time: the latest takes it over, an earlier one gets the error Changed. Used on the thread
/// of `replays`.
class OutboxRelay {
public:
    OutboxRelay(Replays& replays, OutboxSink& target, QByteArray run, QByteArray actor)
        : m_replays(replays)
        , m_outbox(replays.outbox())
        , m_target(target)
        , m_run(std::move(run))
        , m_actor(std::move(actor)) {}

    /// Sends the next messages, `most` at most. With nothing left it waits until all is safe, and completes the run.
    /// After a transient error, calling it again goes on where it was. A batch under way is finished though the token
    /// stops. Error Changed: the run is not running.
    [[nodiscard]] Result<ReplayStep> step(int most, const CancelToken& token);
    /// Waits until all that was sent is safe. Error Timeout: not within a minute.
    [[nodiscard]] Result<void> makeSafe(const CancelToken& token);
    /// Finds out, after the run was cancelled, which of the queued messages were sent after all, and gives the rest
    /// back. Call it again after an error.
    [[nodiscard]] Result<void> giveBack(const CancelToken& token);

    /// Returns what an operator should know of the target; empty: nothing.
    [[nodiscard]] QString caution() const { return m_target.caution(); }

private:
    [[nodiscard]] Result<void> open(const CancelToken& token);
    [[nodiscard]] Result<void> lookUpSent();
    [[nodiscard]] Result<qint64> giveBackPage(qint64 after);
    [[nodiscard]] Result<ReplayStep> finish(const CancelToken& token);

    Replays& m_replays;
    Outbox& m_outbox;
    OutboxSink& m_target;
    QByteArray m_run;
    QByteArray m_actor;
    OutboxLink m_link;
    bool m_mustLookUp = false; ///< the server may have lost messages that were sent
};

} // namespace portolan
