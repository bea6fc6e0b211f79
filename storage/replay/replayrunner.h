#pragma once

#include "storage/replay/outboxrelay.h"
#include "storage/replay/replays.h"

#include <chrono>
#include <functional>

namespace portolan {

/// The pace at which a run is carried out.
struct ReplayPace {
    double perSecond = 0; ///< messages a second at most; 0: as fast as it goes
    bool canary = false; ///< 1, 5, 25, … at a time; each step is waited for, and judged, before the next. A step that
                         ///< is sent elsewhere is waited for until it is safe there: its outcome is not known
    double failingShare = 0.1; ///< canary: the run is paused when more than this share of the settled items died again
    std::chrono::milliseconds settling{60'000}; ///< canary: how long to wait for a step to be settled by its workers
    std::chrono::milliseconds patience{60'000}; ///< how long a database may refuse (busy, gone) before the run fails
    int step = 500;                             ///< messages a transaction at most
};

/// Writes why a run waits, and how long it will; the same text at each attempt.
[[nodiscard]] QString waitingText(const Error& lastError, const ReplayPace& pace);

/// Carries a run out, from whatever state it is in: freshly frozen, paused, failed, or running and left by a program
/// that died. Several programs may carry out one run together; each item is put back once. Of a run that sends
/// elsewhere the latest program takes over, and earlier ones return. Used on the thread of `replays`.
class ReplayRunner {
public:
    using Progress = std::function<void(const ReplayRun& run, const QString& lastError)>;

    /// `courier`, borrowed: for a run that sends elsewhere, and only for that.
    ReplayRunner(Replays& replays, Replays::SameCause sameCause, QByteArray actor, OutboxRelay* courier = nullptr)
        : m_replays(replays)
        , m_sameCause(std::move(sameCause))
        , m_actor(std::move(actor))
        , m_courier(courier) {}

    /// Returns when nothing frozen is left, when the run was paused or cancelled by anybody, or a canary stopped it:
    /// the state of the returned run says which. A stopped token pauses it (error Cancelled). After every other error
    /// the run is failed and can be resumed; a transient one is returned only after the patience.
    [[nodiscard]] Result<ReplayRun> carryOut(const QByteArray& run, const ReplayPace& pace, const CancelToken& token,
                                             const Progress& progress);

private:
    enum class Verdict { GoOn, Stop };
    [[nodiscard]] Result<Verdict> steps(const QByteArray& run, const ReplayPace& pace, const CancelToken& token,
                                        const Progress& progress);
    [[nodiscard]] Result<ReplayStep> patientStep(const QByteArray& run, int most, const ReplayPace& pace,
                                                 const CancelToken& token, const Progress& progress);
    [[nodiscard]] Result<Verdict> awaitSafe(const QByteArray& run, const ReplayPace& pace, const CancelToken& token,
                                            const Progress& progress);
    template <class Try>
    [[nodiscard]] auto patiently(const ReplayPace& pace, const CancelToken& token, const Progress& progress,
                                 Try attempt) -> std::invoke_result_t<Try>;
    [[nodiscard]] Result<Verdict> judge(const QByteArray& run, const ReplayPace& pace, const CancelToken& token,
                                        const Progress& progress);
    [[nodiscard]] Result<void> begin(const QByteArray& run);
    void tell(const QByteArray& run, const Progress& progress, const QString& lastError);

    Replays& m_replays;
    Replays::SameCause m_sameCause;
    QByteArray m_actor;
    OutboxRelay* m_courier;
    ReplayRun m_known; ///< as it was last seen
};

} // namespace portolan
