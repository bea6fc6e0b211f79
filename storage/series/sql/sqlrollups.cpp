#include "storage/series/sql/sqlrollups.h"

#include "storage/series/sql/componentstatistics.h"

#include <thread>

namespace portolan {

namespace {

using namespace std::chrono;

/// An hour is rolled up once it has been over for so long: samples still on their way arrive before that.
constexpr minutes rollLag(1);
constexpr int rowsAStep = 10'000;
/// The rows of a step where nobody waits, so that a day of more series is rolled up whole.
constexpr int rolledAtOnce = 200'000;
constexpr milliseconds pause(20);
constexpr seconds patienceWithWriters(30);
constexpr hours houseEvery(1);
/// The factor from keepHouse()'s time to its pause: it may take a thousandth of the time.
constexpr int houseShare = 1'000;
constexpr seconds statisticsLimit(2);

} // namespace

Result<void> SqlRollups::learn(Connection& connection) {
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (m_mark == *now && m_generation == m_session.generation())
        return {};
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    Result<std::optional<Timescale>> timescale = findTimescale(connection);
    PORTOLAN_TRY(timescale);
    if (const Result<void> learnt = m_search.learn(connection, *catalogue); !learnt)
        return learnt;
    m_timescale = std::move(*timescale);
    m_sources.clear();
    m_aggregated.clear();
    for (const SeriesTable& table : seriesTables()) {
        Result<SeriesLayout> layout = readSeriesLayout(connection, *catalogue, table);
        if (layout && layout->isAggregated)
            m_aggregated.push_back(layout->name);
        else if (layout && layout->isRolled)
            m_sources.emplace_back(table, std::move(*layout));
        else if (!layout && layout.error().code != ErrorCode::NotFound && layout.error().code != ErrorCode::Unsupported)
            return layout.error();
    }
    m_mark = *now;
    m_generation = m_session.generation();
    return {};
}

/// Keeps partitions and component statistics, when due. Statistics that take too long are left for the next time.
Result<void> SqlRollups::keepHouse(milliseconds patience) {
    const Clock::time_point begin = Clock::now();
    if (begin < m_houseNext)
        return {};
    m_houseNext = begin + houseEvery;
    if (const Result<void> kept = m_partitions.keep(currentTime(), patience); !kept)
        return kept;
    const bool isPatient = patience == untilDone;
    const Result<void> refreshed =
        refreshComponentStatistics(m_session.connection(), isPatient ? milliseconds(0) : milliseconds(statisticsLimit));
    m_houseNext = std::max(m_houseNext, begin + houseShare * (Clock::now() - begin));
    return refreshed || isPatient || !isTransient(refreshed.error().code) ? refreshed : Result<void>();
}

Result<RollProgress> SqlRollups::roll(milliseconds patience, const CancelToken& token) {
    if (m_session.access() == Access::Read)
        return Error{
            ErrorCode::ReadOnly,
            QStringLiteral("Cannot roll up series of %1: it is open for reading only.").arg(m_session.url().display())};
    PORTOLAN_TRY(m_session.freshen());
    return rollHere(patience, token);
}

Result<RollProgress> SqlRollups::rollHere(milliseconds patience, const CancelToken& token) {
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    PORTOLAN_TRY(learn(connection));
    RollProgress progress;
    const bool isPatient = patience == untilDone;
    const Clock::time_point end = isPatient ? Clock::time_point::max() : Clock::now() + patience;
    PORTOLAN_TRY(rollSeries(isPatient ? patience : patience / 2, token, progress));
    PORTOLAN_TRY(keepSearch(end, token, progress));
    return progress;
}

/// Takes rows into the search index until `end`, at least one step.
Result<void> SqlRollups::keepSearch(Clock::time_point end, const CancelToken& token, RollProgress& progress) {
    do {
        if (token.stop_requested())
            return cancelled();
        std::optional<WriterTurns::Held> held;
        if (end == Clock::time_point::max()) { // else it is over in a moment
            m_session.turns().giveWay(m_session.connection(), token);
            held.emplace(m_session.turns());
        }
        const Result<SearchIndexer::Step> step = m_search.step(m_session.connection(), progress.documents);
        PORTOLAN_TRY(step);
        if (*step == SearchIndexer::Step::Nothing)
            return {};
    } while (Clock::now() < end);
    progress.done = false;
    return {};
}

Result<void> SqlRollups::rollSeries(milliseconds patience, const CancelToken& token, RollProgress& progress) {
    Connection& connection = m_session.connection();
    progress.done = m_sources.empty();
    if (m_sources.empty() && m_aggregated.empty()) // another program's tables
        return {};
    PORTOLAN_TRY(keepHouse(patience));
    const bool isPatient = patience == untilDone;
    // The server's own jobs do that too, now and then.
    for (const QString& table : m_aggregated) {
        if (!isPatient || !m_timescale)
            break;
        PORTOLAN_TRY(refreshAggregates(connection, *m_timescale, table, currentTime() - rollLag));
    }
    if (progress.done)
        return {};
    const Clock::time_point end = isPatient ? Clock::time_point::max() : Clock::now() + patience;
    Clock::time_point waitedSince = Clock::now();
    while (true) {
        bool works = false;
        bool waits = false;
        for (std::size_t i = 0; i < m_sources.size(); ++i) {
            SourceRoller& source = m_sources[m_next++ % m_sources.size()];
            if (token.stop_requested())
                return cancelled();
            std::optional<WriterTurns::Held> held;
            if (isPatient) {
                m_session.turns().giveWay(connection, token);
                held.emplace(m_session.turns());
            }
            const Result<SourceRoller::Step> step =
                source.step(connection, currentTime() - rollLag, isPatient ? rolledAtOnce : rowsAStep, progress);
            PORTOLAN_TRY(step);
            works = works || *step == SourceRoller::Step::Worked;
            waits = waits || *step == SourceRoller::Step::Waiting;
            if (Clock::now() >= end)
                return {};
        }
        progress.done = !works && !waits;
        const bool gaveUp = waits && !works && (!isPatient || Clock::now() > waitedSince + patienceWithWriters);
        if (progress.done || gaveUp)
            return {};
        if (works)
            waitedSince = Clock::now();
        else
            std::this_thread::sleep_for(pause);
    }
}

} // namespace portolan
