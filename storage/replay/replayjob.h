#pragma once

#include "storage/replay/replayrunner.h"
#include "storage/sources/outbox.h"
#include "storage/store.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace portolan {

/// The state of a run that is being carried out, one consistent copy.
struct ReplayProgress {
    enum class Stage {
        Opening,     ///< the store is being opened for writing
        CarryingOut, ///< items are put back
        Paused,      ///< waits to be told to go on: by the operator's wish, another hand's, or a canary's
        Settling,    ///< all are put back; what becomes of them is watched
        Ended,       ///< nothing more happens; `error` says why when that was a failure
    };
    QByteArray runId;
    Stage stage = Stage::Opening;
    ReplayRun run;        ///< as last seen; before the store is open only its id
    QString lastError;    ///< what it waits for, in words; empty while all is well
    double perSecond = 0; ///< put back a second, over the last seconds
    std::optional<Error> error;

    /// Counts the items that are no longer frozen.
    [[nodiscard]] qint64 done() const { return run.frozen - run.counts[ItemState::Frozen]; }
    /// Counts the items that are on their way, or put back with an end that is not known yet.
    [[nodiscard]] qint64 unsettled() const {
        return run.counts[ItemState::Queued] + run.counts[ItemState::Replayed] + run.counts[ItemState::Pending];
    }
};

/// Carries a run out on a thread of its own, which opens the store for writing, and watches afterwards what becomes of
/// its items until all are settled. All that it knows is in the store: a job that ends in the middle, in whatever way,
/// loses nothing, and another one goes on from there. Made, told and destroyed by one thread; the destructor lets the
/// run rest where it is (paused in the store when it was running) and joins.
class ReplayJob {
public:
    using Opener = std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>;
    /// Called on the job's thread when something has changed, at most some four times a second and at each new stage.
    using Tick = std::function<void(const ReplayProgress&)>;

    /// Makes the sink of a target; makeOutboxSink() does.
    using TargetMaker = Result<std::unique_ptr<OutboxSink>> (*)(const SourceUrl& to, const QByteArray& run);

    /// `to` names the target of a run that sends elsewhere, with the password that no store keeps; nothing: as the run
    /// has it noted, with the one of PORTOLAN_TO_PASSWORD. `first`: the run does not exist yet, and is frozen first, of
    /// what was seen; leave() waits for that. Where no thread can be started the job has ended with that error, and
    /// `tick` was called here.
    ReplayJob(Opener opener, QByteArray run, const ReplayPace& pace, QByteArray actor, std::optional<SourceUrl> to,
              std::optional<ReplayPreview> first, TargetMaker maker, Tick tick);
    ~ReplayJob();
    ReplayJob(const ReplayJob&) = delete;
    ReplayJob& operator=(const ReplayJob&) = delete;

    // All return at once; ticks tell what came of them.
    void pause();
    void resume();
    /// Ends the run; items not touched yet stay as they are. While it settles: ends watching.
    void cancel();
    /// Lets the run rest where it is and ends the job.
    void leave();

private:
    enum class Request { GoOn, Pause, Cancel };
    class Rate;
    struct Delivering;

    void work(const CancelToken& leaving);
    [[nodiscard]] Result<void> carryOut(Replays& replays, const CancelToken& leaving);
    [[nodiscard]] Result<void> freeze(Replays& replays, const CancelToken& leaving);
    [[nodiscard]] Result<Delivering> delivering(Replays& replays) const;
    [[nodiscard]] Result<bool> round(Replays& replays, OutboxRelay* courier, const CancelToken& leaving);
    [[nodiscard]] Result<void> end(Replays& replays, OutboxRelay* courier, const CancelToken& leaving);
    [[nodiscard]] Result<void> settle(Replays& replays, const CancelToken& leaving);
    [[nodiscard]] CancelToken beginRound();
    void request(Request requested);
    [[nodiscard]] Request requested() const;
    /// Waits until the wish is another one than `than`; false: the job is left.
    [[nodiscard]] bool waitWhile(Request than, const CancelToken& leaving);
    void enter(ReplayProgress::Stage stage);
    void see(const ReplayRun& run, const QString& lastError);
    [[nodiscard]] Result<void> look(Replays& replays);

    Opener m_opener;
    TargetMaker m_maker;
    ReplayPace m_pace;
    QByteArray m_actor;
    std::optional<SourceUrl> m_to;
    std::optional<ReplayPreview> m_first;
    Tick m_tick;
    ReplayProgress m_progress; ///< of the job's thread
    std::unique_ptr<Rate> m_rate;

    mutable std::mutex m_mutex; ///< for what follows
    std::condition_variable_any m_wished;
    Request m_request = Request::GoOn;
    CancelSource m_round;  ///< stops what is under way for a new wish
    std::jthread m_thread; ///< last: it uses all of these
};

} // namespace portolan
