#include "models/overview/overviewpoller.h"

#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 million = 1'000'000; ///< nanoseconds a millisecond
constexpr int overviewClock = 5'000;

// Of the hundredth of the time that may be spent the figures have four tenths, and so much in advance that a change now
// and then is told at once; the day, sizes and the topology have less than a fifth each.
AskingAccount figuresAccount() {
    return {250, 250 * million, 250 * million};
}
AskingAccount dayAccount() {
    return {550, 0, 1'000 * million};
}
AskingAccount sizesAccount() {
    return {550, 0, 5'000 * million};
}
AskingAccount topologyAccount() {
    return {550, 0, 1'000 * million};
}

Result<OverviewDay> readPresentDay(Store& store, const CancelToken& token) {
    return readDay(store, currentTime(), token);
}

/// An answer, and how long it took.
template <class Answer>
struct Timed {
    Result<Answer> answer;
    qint64 nanoseconds = 0;
};

template <class Answer>
auto timed(Result<Answer> (*question)(Store&, const CancelToken&)) {
    return [question](Store& store, const CancelToken& token) -> Result<Timed<Answer>> {
        QElapsedTimer clock;
        clock.start();
        Result<Answer> answer = question(store, token);
        return Timed<Answer>{std::move(answer), clock.nsecsElapsed()};
    };
}

} // namespace

void AskingAccount::spend(qint64 now, qint64 nanoseconds) {
    m_spent = std::max(m_spent, now - m_ahead * m_rests) + nanoseconds * m_rests;
    m_free = std::max(m_spent, now + m_shortest);
}

OverviewPoller::OverviewPoller(StoreWorker::Opener opener, QObject* parent)
    : QObject(parent)
    , m_channel(std::move(opener))
    , m_questions{PollState{figuresAccount()}, PollState{dayAccount()}, PollState{sizesAccount()},
                  PollState{topologyAccount()}} {
    m_time.start();
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, &OverviewPoller::askNext);
    m_clock.setInterval(overviewClock);
    connect(&m_clock, &QTimer::timeout, this, &OverviewPoller::refresh);
}

void OverviewPoller::setWatched(bool watched) {
    if (watched != std::exchange(m_watched, watched))
        watch();
}

void OverviewPoller::watchTopology(const QObject* who, bool watched) {
    if (watched ? m_topologyWatchers.insert(who).second : m_topologyWatchers.erase(who) > 0)
        watch();
}

void OverviewPoller::watch() {
    if (m_asked && !isWanted(*m_asked)) {
        of(*m_asked).stale = true;
        m_asked.reset();
        m_asker.cancelPending();
    }
    if (!m_watched && m_topologyWatchers.empty()) {
        m_clock.stop();
        m_rest.stop();
        return;
    }
    m_clock.start();
    refresh();
}

void OverviewPoller::refresh() {
    for (PollState& each : m_questions)
        each.stale = true;
    askNext();
}

void OverviewPoller::setReceiver(const ReceiverStatus* status, const QString& source, bool running) {
    m_receiver = status ? std::optional(*status) : std::nullopt;
    m_source = source;
    m_receiving = running;
    Q_EMIT changed();
}

double OverviewPoller::share() const {
    const qint64 since = m_time.nsecsElapsed() - m_began;
    return m_counted && since > 0 ? static_cast<double>(m_asking) / static_cast<double>(since) : 0;
}

bool OverviewPoller::isWanted(Question question) {
    switch (question) {
    case Question::Counts:
        return m_watched;
    case Question::Day: // its waves are told with the groups that were counted
    case Question::Sizes:
        return m_watched && m_counted && !m_error;
    case Question::Topology:
        return !m_topologyWatchers.empty();
    }
    Q_UNREACHABLE();
}

/// Asks the first question that is due, else the one that is due next a little later. One question at a time.
void OverviewPoller::askNext() {
    if (m_asked)
        return;
    // The first count of everything may take a minute; who feeds whom is not kept waiting for it.
    std::array order{Question::Counts, Question::Day, Question::Sizes, Question::Topology};
    if (!m_topology)
        std::rotate(order.begin(), order.end() - 1, order.end());
    const qint64 now = m_time.nsecsElapsed();
    std::optional<qint64> due;
    for (const Question question : order) {
        if (!isWanted(question) || !of(question).stale)
            continue;
        const qint64 freeAt = of(question).account.freeAt();
        if (freeAt <= now) {
            ask(question);
            return;
        }
        due = std::min(due.value_or(freeAt), freeAt);
    }
    if (due)
        m_rest.start(static_cast<int>((*due - now) / million + 1));
}

template <class Answer, class Adopt>
void OverviewPoller::put(Question question, Result<Answer> (*reader)(Store&, const CancelToken&), Adopt adopt) {
    m_asked = question;
    of(question).stale = false;
    m_channel.ask(m_asker, timed(reader), this, [this, question, adopt](Result<Timed<Answer>> timed) {
        const qint64 nanoseconds = timed ? timed->nanoseconds : 0;
        const bool wasCounted = m_counted;
        m_asked.reset();
        m_asking += nanoseconds;
        adopt(timed ? std::move(timed->answer) : Result<Answer>(timed.error()));
        if (question != Question::Counts || wasCounted || m_counted || m_error) // else it goes on at once
            of(question).account.spend(m_time.nsecsElapsed(), nanoseconds);
        askNext();
    });
}

void OverviewPoller::ask(Question question) {
    switch (question) {
    case Question::Counts:
        return put<Overview>(question, &readOverview, [this](Result<Overview> read) { adopt(std::move(read)); });
    case Question::Day:
        return put<OverviewDay>(question, &readPresentDay, [this](Result<OverviewDay> day) {
            m_dayError = day ? std::nullopt : std::optional(day.error());
            if (day) // else the last one stays, whose times tell how old it is
                m_day = std::move(*day);
            Q_EMIT dayChanged();
        });
    case Question::Sizes:
        return put<std::vector<StoreStats>>(question, &readSizes, [this](Result<std::vector<StoreStats>> sizes) {
            // Where a store is not measured, or not now, the rest is told nevertheless.
            m_sizes = sizes ? std::move(*sizes) : std::vector<StoreStats>();
            Q_EMIT changed();
        });
    case Question::Topology:
        return put<Topology>(question, &readTopology, [this](Result<Topology> topology) {
            m_topology = std::move(topology);
            Q_EMIT topologyChanged();
        });
    }
    Q_UNREACHABLE();
}

void OverviewPoller::keepExact(Overview& now) const {
    const Timestamp time = currentTime();
    const Overview none;
    const Overview& before = m_overview ? *m_overview : none;
    for (OverviewCount Overview::*count : {&Overview::batches, &Overview::gaps, &Overview::rejects})
        now.*count = lastExact(now.*count, before.*count, time);
    if (!now.deadLetters)
        return;
    const OverviewLetters nothing;
    const OverviewLetters& letters = before.deadLetters ? *before.deadLetters : nothing;
    now.deadLetters->letters = lastExact(now.deadLetters->letters, letters.letters, time);
    now.deadLetters->groups = lastExact(now.deadLetters->groups, letters.groups, time);
}

void OverviewPoller::adopt(Result<Overview> overview) {
    m_error = overview ? std::nullopt : std::optional(overview.error());
    const bool isComplete = overview && overview->complete;
    if (overview) {
        keepExact(*overview);
        m_overview = std::move(*overview);
    }
    if (!m_counted && isComplete) {
        m_counted = true;
        m_began = m_time.nsecsElapsed();
        m_asking = 0;
    }
    if (!m_error && !isComplete)
        of(Question::Counts).stale = true;
    Q_EMIT changed();
}

} // namespace portolan
