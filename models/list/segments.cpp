#include "models/list/segments.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace portolan {

bool haveSamePlaces(const Segment& a, const Segment& b) {
    return a.reversed == b.reversed && a.withStart == b.withStart && a.start == b.start && a.end == b.end;
}

int rowsOf(const std::vector<Segment>& segments) {
    return std::accumulate(segments.begin(), segments.end(), 0,
                           [](int sum, const Segment& segment) { return sum + segment.count; });
}

int SegmentList::firstRow(int segment) const {
    return m_firstRows[static_cast<std::size_t>(segment)];
}

SegmentList::RowPlace SegmentList::find(int row) const {
    const auto after = std::upper_bound(m_firstRows.begin(), m_firstRows.end(), row);
    const int segment = static_cast<int>(std::distance(m_firstRows.begin(), after)) - 1;
    return {segment, row - firstRow(segment)};
}

int SegmentList::indexOf(quint64 id) const {
    const auto found =
        std::find_if(m_segments.begin(), m_segments.end(), [id](const Segment& s) { return s.id == id; });
    return found == m_segments.end() ? -1 : static_cast<int>(std::distance(m_segments.begin(), found));
}

void SegmentList::clear() {
    m_segments.clear();
    m_firstRows.clear();
}

void SegmentList::append(std::vector<Segment> segments) {
    for (Segment& segment : segments)
        segment.id = ++m_lastId;
    m_segments.insert(m_segments.end(), std::make_move_iterator(segments.begin()),
                      std::make_move_iterator(segments.end()));
    renumber();
}

void SegmentList::prepend(std::vector<Segment> segments) {
    for (Segment& segment : segments)
        segment.id = ++m_lastId;
    m_segments.insert(m_segments.begin(), std::make_move_iterator(segments.begin()),
                      std::make_move_iterator(segments.end()));
    renumber();
}

quint64 SegmentList::insert(int at, Segment segment) {
    segment.id = ++m_lastId;
    m_segments.insert(m_segments.begin() + at, std::move(segment));
    renumber();
    return m_lastId;
}

void SegmentList::setCount(int segment, int count) {
    at(segment).count = count;
    renumber();
}

void SegmentList::removeEmpty(int segment) {
    const Segment gone = at(segment);
    Segment* const above = segment > 0 ? &at(segment - 1) : nullptr;
    Segment* const below = segment + 1 < size() ? &at(segment + 1) : nullptr;
    Segment* const former = gone.reversed ? below : above; // in the direction in which they are read
    Segment* const latter = gone.reversed ? above : below;
    const auto takes = [&gone](Segment* neighbour) {
        if (!neighbour || neighbour->reversed != gone.reversed)
            return false;
        // An answer on its way does not have the rows of the places that it takes over.
        neighbour->stale = neighbour->stale || neighbour->asked || gone.stale;
        return true;
    };
    if (takes(former)) {
        former->end = gone.end;
    } else if (takes(latter)) {
        latter->start = gone.start;
        latter->withStart = gone.withStart;
    } else {
        return;
    }
    m_segments.erase(m_segments.begin() + segment);
    renumber();
}

void SegmentList::trim(int blocks, const std::vector<int>& kept) {
    std::vector<Segment*> held;
    for (int i = 0; i < size(); ++i) {
        if (at(i).block && !std::ranges::binary_search(kept, i))
            held.push_back(&at(i));
    }
    const auto tooMany = static_cast<std::ptrdiff_t>(held.size()) - blocks;
    if (tooMany <= 0)
        return;
    std::nth_element(held.begin(), held.begin() + tooMany, held.end(),
                     [](const Segment* a, const Segment* b) { return a->used < b->used; });
    for (auto it = held.begin(); it != held.begin() + tooMany; ++it)
        (*it)->block = {};
}

void SegmentList::markStale() {
    for (Segment& segment : m_segments) {
        segment.stale = segment.block || segment.asked;
        segment.failed = false;
    }
}

void SegmentList::renumber() {
    m_firstRows.resize(m_segments.size() + 1);
    int row = 0;
    for (std::size_t i = 0; i < m_segments.size(); ++i) {
        m_firstRows[i] = row;
        row += m_segments[i].count;
    }
    m_firstRows.back() = row;
}

} // namespace portolan
