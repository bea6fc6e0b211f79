#include "storage/replay/replayjob.h"

#include "storage/base/backoff.h"
#include "storage/base/thread.h"
#include "storage/deadletters/deathcause.h"
#include "storage/replay/outboxrelay.h"

#include <algorithm>
#include <deque>

namespace portolan {

namespace {

using namespace std::chrono;
using Stage = ReplayProgress::Stage;

constexpr milliseconds firstLook{250};
constexpr milliseconds lastLook{4'000};
constexpr seconds rateSpan{4};

} // namespace

/// The rate a second, over the last seconds.
class ReplayJob::Rate {
public:
    double add(qint64 done) {
        const auto now = steady_clock::now();
        m_seen.emplace_back(now, done);
        while (m_seen.size() > 2 && now - m_seen.front().first > rateSpan)
            m_seen.pop_front();
        const double passed = duration<double>(now - m_seen.front().first).count();
        return passed < 0.2 ? 0 : static_cast<double>(done - m_seen.front().second) / passed;
    }
    void reset() { m_seen.clear(); }

private:
    std::deque<std::pair<steady_clock::time_point, qint64>> m_seen;
};

/// The parts that send the messages of a run elsewhere; empty for a run that puts back.
struct ReplayJob::Delivering {
    std::unique_ptr<OutboxSink> target{};
    std::unique_ptr<OutboxRelay> courier{};
};

ReplayJob::ReplayJob(Opener opener, QByteArray run, const ReplayPace& pace, QByteArray actor,
                     std::optional<SourceUrl> to, std::optional<ReplayPreview> first, TargetMaker maker, Tick tick)
    : m_opener(std::move(opener))
    , m_maker(maker)
    , m_pace(pace)
    , m_actor(std::move(actor))
    , m_to(std::move(to))
    , m_first(std::move(first))
    , m_tick(std::move(tick))
    , m_rate(std::make_unique<Rate>()) {
    if (m_first)
        m_progress.run = m_first->run;
    m_progress.runId = run;
    m_progress.run.id = std::move(run);
    auto started = startThread([this](const CancelToken& leaving) { work(leaving); });
    if (started) {
        m_thread = std::move(*started);
        return;
    }
    m_progress.error = started.error();
    enter(Stage::Ended);
}

ReplayJob::~ReplayJob() {
    leave();
}

void ReplayJob::leave() {
    m_thread.request_stop();
    const std::lock_guard lock(m_mutex);
    m_round.request_stop();
}

void ReplayJob::pause() {
    request(Request::Pause);
}

void ReplayJob::resume() {
    request(Request::GoOn);
}

void ReplayJob::cancel() {
    request(Request::Cancel);
}

void ReplayJob::request(Request requested) {
    const std::lock_guard lock(m_mutex);
    if (m_request == Request::Cancel) // there is no way back
        return;
    m_request = requested;
    m_round.request_stop();
    m_wished.notify_all();
}

ReplayJob::Request ReplayJob::requested() const {
    const std::lock_guard lock(m_mutex);
    return m_request;
}

bool ReplayJob::waitWhile(Request than, const CancelToken& leaving) {
    std::unique_lock lock(m_mutex);
    return m_wished.wait(lock, leaving, [&] { return m_request != than; });
}

CancelToken ReplayJob::beginRound() {
    const std::lock_guard lock(m_mutex);
    m_round = CancelSource();
    const bool wanted =
        m_request == Request::GoOn || (m_request == Request::Pause && m_progress.stage == Stage::Settling);
    if (!wanted || m_thread.get_stop_token().stop_requested())
        m_round.request_stop(); // the wish came before this round was there to be stopped
    return m_round.get_token();
}

void ReplayJob::enter(Stage stage) {
    m_progress.stage = stage;
    m_progress.lastError.clear();
    m_progress.perSecond = 0;
    m_rate->reset();
    m_tick(m_progress);
}

void ReplayJob::see(const ReplayRun& run, const QString& lastError) {
    if (!run.id.isEmpty())
        m_progress.run = run;
    m_progress.lastError = lastError;
    m_progress.perSecond = m_rate->add(m_progress.done());
    m_tick(m_progress);
}

Result<void> ReplayJob::look(Replays& replays) {
    Result<ReplayRun> known = replays.run(m_progress.runId);
    PORTOLAN_TRY(known);
    m_progress.run = std::move(*known);
    return {};
}

void ReplayJob::work(const CancelToken& leaving) {
    m_tick(m_progress);
    const auto store = m_opener(leaving);
    Replays* const replays = store ? (*store)->replays() : nullptr;
    Result<void> ended;
    if (!store)
        ended = store.error();
    else if (const auto missing = (*store)->unavailableReason(Feature::Replay); missing || !replays)
        ended = Error{ErrorCode::Unsupported, missing.value_or(QString())};
    else
        ended = carryOut(*replays, leaving);
    if (!ended && ended.error().code != ErrorCode::Cancelled)
        m_progress.error = ended.error();
    if (replays && m_progress.error) // the counts as they were left; that they cannot be had changes nothing
        static_cast<void>(look(*replays).ok());
    enter(Stage::Ended);
}

/// Writes the run, and tries again as long as the database may be busy. Wishes meanwhile are heard after it.
Result<void> ReplayJob::freeze(Replays& replays, const CancelToken& leaving) {
    Backoff backoff(backoffSeed(), milliseconds(50), milliseconds(2'000));
    const auto begun = steady_clock::now();
    while (true) {
        const auto frozen =
            replays.freeze(m_first->order, *m_first->seen, m_progress.runId, Replays::Begins::Now, CancelToken());
        const bool again = !frozen && (isTransient(frozen.error().code) || frozen.error().code == ErrorCode::Unknown);
        if (!again || steady_clock::now() - begun > m_pace.patience) {
            if (frozen)
                m_first.reset();
            return frozen;
        }
        see(m_progress.run, waitingText(frozen.error(), m_pace));
        if (!pauseFor(backoff.next(), leaving))
            return cancelled();
    }
}

Result<void> ReplayJob::carryOut(Replays& replays, const CancelToken& leaving) {
    if (m_first) {
        if (const auto frozen = freeze(replays, leaving); !frozen)
            return frozen;
    }
    if (const auto looked = look(replays); !looked)
        return looked;
    const Result<Delivering> delivering = this->delivering(replays);
    PORTOLAN_TRY(delivering);
    while (true) { // a round that is left at once pauses a run that was just frozen
        const Result<bool> over = round(replays, delivering->courier.get(), leaving);
        PORTOLAN_TRY(over);
        if (*over)
            return settle(replays, leaving);
        if (leaving.stop_requested())
            return cancelled();
    }
}

Result<ReplayJob::Delivering> ReplayJob::delivering(Replays& replays) const {
    Delivering delivering;
    if (m_progress.run.target == toPorts)
        return delivering;
    Result<SourceUrl> to = m_to ? Result<SourceUrl>(*m_to) : SourceUrl::parse(QString::fromUtf8(m_progress.run.target));
    PORTOLAN_TRY(to);
    if (to->password.isEmpty())
        to->password = qEnvironmentVariable("PORTOLAN_TO_PASSWORD");
    auto target = m_maker(*to, m_progress.runId);
    PORTOLAN_TRY(target);
    delivering.target = std::move(*target);
    delivering.courier = std::make_unique<OutboxRelay>(replays, *delivering.target, m_progress.runId, m_actor);
    return delivering;
}

/// Carries out until the run is over (true), or has been paused and is to go on.
Result<bool> ReplayJob::round(Replays& replays, OutboxRelay* courier, const CancelToken& leaving) {
    enter(Stage::CarryingOut);
    const CancelToken token = beginRound();
    ReplayRunner runner(replays, sameCause, m_actor, courier);
    const auto done = runner.carryOut(m_progress.runId, m_pace, token,
                                      [this](const ReplayRun& run, const QString& lastError) { see(run, lastError); });
    if (!done && done.error().code != ErrorCode::Cancelled)
        return done.error();
    PORTOLAN_TRY(look(replays));
    if (leaving.stop_requested())
        return cancelled();
    const RunState state = m_progress.run.state;
    if (state != RunState::Paused && state != RunState::Running)
        return true;
    if (done) { // a canary, or another program, paused it: the operator decides
        const std::lock_guard lock(m_mutex);
        if (m_request == Request::GoOn)
            m_request = Request::Pause;
    }
    if (requested() == Request::Pause) {
        enter(Stage::Paused);
        if (!waitWhile(Request::Pause, leaving))
            return cancelled();
    }
    if (requested() != Request::Cancel)
        return false;
    PORTOLAN_TRY(end(replays, courier, leaving));
    return true;
}

/// Cancels the run; what is on its way and was not sent is given back.
Result<void> ReplayJob::end(Replays& replays, OutboxRelay* courier, const CancelToken& leaving) {
    const auto ended = replays.change(m_progress.runId, RunState::Cancelled, m_actor, {});
    if (!ended && ended.error().code != ErrorCode::Changed)
        return ended;
    if (courier) {
        if (const auto returned = courier->giveBack(leaving); !returned)
            return returned;
    }
    return look(replays);
}

/// Watches what becomes of the items put back, until none is open or the job is cancelled.
Result<void> ReplayJob::settle(Replays& replays, const CancelToken& leaving) {
    const bool once = requested() == Request::Cancel; // items put back before are looked at one last time
    enter(Stage::Settling);
    milliseconds wait = firstLook;
    while (true) {
        const CancelToken token = once ? leaving : beginRound();
        const qint64 before = m_progress.unsettled();
        const auto counts = replays.settle(m_progress.runId, sameCause, token);
        if (counts)
            m_progress.run.counts = *counts;
        else if (counts.error().code != ErrorCode::Cancelled && !isTransient(counts.error().code))
            return counts.error();
        see(m_progress.run, counts || counts.error().code == ErrorCode::Cancelled ? QString() : counts.error().text);
        if (leaving.stop_requested())
            return cancelled();
        if ((counts && (once || m_progress.unsettled() == 0)) || (!once && requested() == Request::Cancel))
            return {};
        wait = m_progress.unsettled() == before ? std::min(wait * 3 / 2, lastLook) : firstLook;
        static_cast<void>(pauseFor(wait, token));
    }
}

} // namespace portolan
