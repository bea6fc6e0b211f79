#include "models/overviewdesk.h"

#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 million = 1'000'000; ///< nanoseconds a millisecond
constexpr qint64 shortestOverviewRest = 250 * million;
/// A two-hundredth of the time is for asking, and so much that a change now and then is told at once.
constexpr qint64 restsALook = 200;
constexpr qint64 looksAhead = 300 * million;
constexpr qint64 sizesRestLonger = 220; ///< than they take: with the others less than a hundredth of the time
constexpr qint64 shortestSizesRest = 5'000 * million;
constexpr int overviewClock = 5'000;

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

OverviewDesk::OverviewDesk(Channel::Opener opener, QObject* parent) : QObject(parent), m_channel(std::move(opener)) {
    m_time.start();
    m_looked = -looksAhead * restsALook;
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, &OverviewDesk::ask);
    m_clock.setInterval(overviewClock);
    connect(&m_clock, &QTimer::timeout, this, &OverviewDesk::refresh);
}

void OverviewDesk::setWatched(bool watched) {
    if (watched == std::exchange(m_watched, watched))
        return;
    if (watched) {
        m_clock.start();
        refresh();
        return;
    }
    m_clock.stop();
    m_rest.stop();
    m_asked = false;
    m_asker.renew();
}

void OverviewDesk::refresh() {
    m_stale = true;
    if (!m_rest.isActive())
        ask();
}

void OverviewDesk::setReceiver(const ReceiverStatus* status, const QString& source, bool running) {
    m_receiver = status ? std::optional(*status) : std::nullopt;
    m_source = source;
    m_receiving = running;
    Q_EMIT changed();
}

double OverviewDesk::share() const {
    const qint64 since = m_time.nsecsElapsed() - m_began;
    return m_counted && since > 0 ? static_cast<double>(m_asking) / static_cast<double>(since) : 0;
}

void OverviewDesk::ask() {
    if (!m_watched || m_asked || !m_stale)
        return;
    m_asked = true;
    m_stale = false;
    m_channel.ask(m_asker, timed(&readOverview), this, [this](Result<Timed<Overview>> answer) {
        if (answer)
            adopt(std::move(answer->answer), answer->nanoseconds);
        else
            adopt(answer.error(), 0);
    });
}

void OverviewDesk::adopt(Result<Overview> overview, qint64 nanoseconds) {
    m_error = overview ? std::nullopt : std::optional(overview.error());
    const bool isComplete = overview && overview->complete;
    if (overview)
        m_overview = std::move(*overview);
    Q_EMIT changed();
    if (m_counted)
        m_asking += nanoseconds;
    if (!m_counted && isComplete) {
        m_counted = true;
        m_began = m_time.nsecsElapsed();
        m_asking = 0;
    }
    if (!m_error && !isComplete) {
        m_stale = true;
        if (!m_counted) { // the first time
            m_asked = false;
            ask();
            return;
        }
    }
    if (m_error || m_time.nsecsElapsed() < m_sizesUntil) {
        rest(nanoseconds);
        return;
    }
    m_channel.ask(m_asker, timed(&readSizes), this, [this, nanoseconds](Result<Timed<std::vector<StoreStats>>> answer) {
        if (answer)
            adoptSizes(std::move(answer->answer), answer->nanoseconds);
        rest(nanoseconds);
    });
}

void OverviewDesk::adoptSizes(Result<std::vector<StoreStats>> sizes, qint64 nanoseconds) {
    // Where a store is not measured, or not now, the rest is told nevertheless.
    m_sizes = sizes ? std::move(*sizes) : std::vector<StoreStats>();
    m_sizesUntil = m_time.nsecsElapsed() + std::max(shortestSizesRest, sizesRestLonger * nanoseconds);
    m_asking += nanoseconds;
    Q_EMIT changed();
}

void OverviewDesk::rest(qint64 nanoseconds) {
    m_asked = false;
    const qint64 now = m_time.nsecsElapsed();
    m_looked = std::max(m_looked, now - looksAhead * restsALook) + nanoseconds * restsALook;
    m_rest.start(static_cast<int>(std::max(shortestOverviewRest, m_looked - now) / million));
}

} // namespace portolan
