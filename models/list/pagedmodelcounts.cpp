// The part of PagedModel that finds rows which went, came back or changed places where nobody looks.

#include "models/list/pagedmodel.h"
#include "storage/storeworker.h"

#include <QTimer>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr auto countPatience = 100ms; ///< the query thread answers others in between
constexpr int restFactor = 9;         ///< counting again takes a tenth of the time at most
constexpr auto leastRest = 10ms;
constexpr int mostCounted = 4096; ///< segments a question

} // namespace

/// Counts the segments again, top to bottom, when the store has changed since it last began to.
void PagedModel::countAgain() {
    if (!m_countWanted || m_counting || !m_complete || m_state != State::Data || isWhole())
        return;
    m_countWanted = false;
    m_counting = true;
    m_sinceCount.start();
    askCounts(0);
}

void PagedModel::askCounts(int from) {
    std::vector<Segment> segments;
    for (int at = from; at < std::min(m_segments.size(), from + mostCounted); ++at) {
        segments.push_back(m_segments.at(at));
        segments.back().block = {};
    }
    m_channel->ask(
        m_asker,
        [listing = m_listing, query = m_query, segments = std::move(segments)](Store& store, const CancelToken& token) {
            return portolan::askCounts(*listing, store, query, segments, countPatience, token);
        },
        this, [this, from](Result<ListCount> count) { adoptCounts(std::move(count), from); });
}

void PagedModel::adoptCounts(Result<ListCount> count, int from) {
    if (!count) {
        endCount();
        setState(m_state, count.error());
        return;
    }
    for (const auto& [segment, rows] : count->changed)
        adoptCount(segment, rows);
    // Segments may have come and gone meanwhile: those that were missed are counted the next time.
    const int last = m_segments.indexOf(count->last);
    m_countWanted = m_countWanted || last < 0;
    const int next = (last < 0 ? from : last) + 1;
    if (next < m_segments.size())
        askCounts(next);
    else
        endCount();
}

void PagedModel::endCount() {
    const auto rest = std::max(leastRest, std::chrono::milliseconds(restFactor * m_sinceCount.elapsed()));
    QTimer::singleShot(rest, this, [this, generation = m_generation] {
        if (generation != m_generation)
            return;
        m_counting = false;
        countAgain();
    });
}

void PagedModel::adoptCount(const Segment& was, int count) {
    const int at = m_segments.indexOf(was.id);
    if (at < 0 || m_segments.at(at).asked || m_segments.at(at).count != was.count
        || !haveSamePlaces(m_segments.at(at), was)) {
        m_countWanted = true;
        return;
    }
    Segment& segment = m_segments.at(at);
    if (segment.failed)
        return;                                              // its rows cannot be read
    if (segment.block || count == 0 || count == was.count) { // their identities tell which rows came and went
        segment.stale = true;
        want(segment);
        m_countWanted = true;
        return;
    }
    setRows(at, std::min(was.count, count), std::max(0, was.count - count), std::max(0, count - was.count));
}

} // namespace portolan
