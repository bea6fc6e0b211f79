#include "storage/replay/replayrunner.h"

#include "storage/base/backoff.h"
#include "storage/base/numbertext.h"

#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int canaryGrowth = 5;
constexpr milliseconds settlingLook{200};
constexpr milliseconds progressTick{250};

/// Steps at most ten times a second keep a rate even.
int stepFor(const ReplayPace& pace) {
    if (pace.perSecond <= 0)
        return pace.step;
    return static_cast<int>(std::clamp(std::floor(pace.perSecond / 10), 1.0, double(pace.step)));
}

qint64 unsettled(const ItemCounts& counts) {
    return counts[ItemState::Replayed] + counts[ItemState::Pending];
}

double failingShare(const ItemCounts& counts) {
    const qint64 died = counts[ItemState::FailedSame] + counts[ItemState::FailedAnew];
    const qint64 settled = died + counts[ItemState::Completed];
    return settled == 0 ? 0 : double(died) / double(settled);
}

} // namespace

QString waitingText(const Error& lastError, const ReplayPace& pace) {
    return lastError.text
           + QStringLiteral(" It is tried again, for %1 s at most.").arg(duration_cast<seconds>(pace.patience).count());
}

void ReplayRunner::tell(const QByteArray& run, const Progress& progress, const QString& lastError) {
    if (!progress)
        return;
    if (Result<ReplayRun> known = m_replays.run(run))
        m_known = std::move(*known);
    progress(m_known, lastError);
}

Result<void> ReplayRunner::begin(const QByteArray& run) {
    const auto isOn = [this] { return m_known.state == RunState::Running || m_known.state == RunState::Completed; };
    Result<ReplayRun> known = m_replays.run(run);
    PORTOLAN_TRY(known);
    m_known = std::move(*known);
    if ((m_known.target != toPorts) != (m_courier != nullptr))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The replay run %1 goes to %2 and cannot be carried out here otherwise.")
                         .arg(QString::fromUtf8(run), QString::fromUtf8(m_known.target))};
    if (isOn())
        return {};
    const auto begun = m_replays.change(run, RunState::Running, m_actor, {});
    if (begun || begun.error().code != ErrorCode::Changed)
        return begun;
    known = m_replays.run(run); // another program may have been quicker
    PORTOLAN_TRY(known);
    m_known = std::move(*known);
    return isOn() ? Result<void>() : begun;
}

Result<ReplayRun> ReplayRunner::carryOut(const QByteArray& run, const ReplayPace& pace, const CancelToken& token,
                                         const Progress& progress) {
    PORTOLAN_TRY(begin(run));
    const Result<Verdict> ended = steps(run, pace, token, progress);
    if (!ended && ended.error().code == ErrorCode::Cancelled) {
        const auto paused = m_replays.change(run, RunState::Paused, m_actor, {});
        // It may be over, or paused by somebody else, by now.
        if (!paused && paused.error().code != ErrorCode::Changed)
            return paused.error();
        return ended.error();
    }
    if (!ended) {
        const Error& why = ended.error();
        const auto failed = m_replays.change(run, RunState::Failed, m_actor, why.text.toUtf8());
        if (!failed && failed.error().code != ErrorCode::Changed)
            return Error{why.code, why.text, why.details + QStringLiteral(" ") + failed.error().text};
        return why;
    }
    return m_replays.run(run);
}

Result<ReplayRunner::Verdict> ReplayRunner::steps(const QByteArray& run, const ReplayPace& pace,
                                                  const CancelToken& token, const Progress& progress) {
    qint64 canary = 1;
    auto told = steady_clock::now();
    auto due = told; // when the next step may be
    while (true) {
        if (!pauseFor(duration_cast<milliseconds>(std::max(due - steady_clock::now(), nanoseconds(0))), token))
            return cancelled();
        const int most = pace.canary ? static_cast<int>(std::min<qint64>(canary, stepFor(pace))) : stepFor(pace);
        const Result<ReplayStep> step = patientStep(run, most, pace, token, progress);
        if (!step && step.error().code == ErrorCode::Changed)
            return Verdict::Stop; // paused or cancelled by another hand
        PORTOLAN_TRY(step);
        if (steady_clock::now() - told >= progressTick || step->done) {
            told = steady_clock::now();
            tell(run, progress, {});
        }
        if (step->done)
            return Verdict::GoOn;
        if (pace.perSecond > 0)
            due = std::max(due, steady_clock::now() - 1s)
                  + duration_cast<nanoseconds>(duration<double>(double(step->replayed) / pace.perSecond));
        if (!pace.canary)
            continue;
        const Result<Verdict> verdict =
            m_courier ? awaitSafe(run, pace, token, progress) : judge(run, pace, token, progress);
        if (!verdict || *verdict == Verdict::Stop)
            return verdict;
        canary = std::min<qint64>(canary * canaryGrowth, pace.step);
    }
}

/// Tries again after transient errors, as long as the patience lasts.
template <class Try>
auto ReplayRunner::patiently(const ReplayPace& pace, const CancelToken& token, const Progress& progress, Try attempt)
    -> std::invoke_result_t<Try> {
    Backoff backoff(backoffSeed(), milliseconds(50), milliseconds(2'000));
    const auto begin = steady_clock::now();
    while (true) {
        auto answer = attempt();
        if (answer || !isTransient(answer.error().code) || steady_clock::now() - begin > pace.patience)
            return answer;
        if (progress)
            progress(m_known, waitingText(answer.error(), pace));
        if (!pauseFor(backoff.next(), token))
            return cancelled();
    }
}

Result<ReplayStep> ReplayRunner::patientStep(const QByteArray& run, int most, const ReplayPace& pace,
                                             const CancelToken& token, const Progress& progress) {
    return patiently(pace, token, progress,
                     [&] { return m_courier ? m_courier->step(most, token) : m_replays.step(run, most, m_actor); });
}

/// Waits, in a canary that sends elsewhere, until the last step can no longer be lost there.
Result<ReplayRunner::Verdict> ReplayRunner::awaitSafe(const QByteArray& run, const ReplayPace& pace,
                                                      const CancelToken& token, const Progress& progress) {
    const auto safe = patiently(pace, token, progress, [&] { return m_courier->makeSafe(token); });
    if (!safe)
        return safe.error().code == ErrorCode::Changed ? Result<Verdict>(Verdict::Stop) : safe.error();
    tell(run, progress, {});
    return Verdict::GoOn;
}

/// Waits until the workers have settled what was put back; pauses the run (Stop) when too many died or it takes too
/// long.
Result<ReplayRunner::Verdict> ReplayRunner::judge(const QByteArray& run, const ReplayPace& pace,
                                                  const CancelToken& token, const Progress& progress) {
    const auto begin = steady_clock::now();
    QByteArray why;
    while (why.isEmpty()) {
        const Result<ItemCounts> counts = m_replays.settle(run, m_sameCause, token);
        if (!counts && !isTransient(counts.error().code))
            return counts.error();
        if (counts) {
            tell(run, progress, {});
            const double share = failingShare(*counts);
            if (share > pace.failingShare)
                why = "canary: " + measuredText(100 * share, 0).toLatin1() + " % of what was put back died again";
            else if (unsettled(*counts) == 0)
                return Verdict::GoOn;
        }
        if (why.isEmpty() && steady_clock::now() - begin > pace.settling)
            why = "canary: nobody has settled the last step; is a worker running?";
        if (why.isEmpty() && !pauseFor(settlingLook, token))
            return cancelled();
    }
    const auto paused = m_replays.change(run, RunState::Paused, m_actor, why);
    if (!paused && paused.error().code != ErrorCode::Changed)
        return paused.error();
    return Verdict::Stop;
}

} // namespace portolan
