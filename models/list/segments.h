#pragma once

#include "storage/listing/listing.h"

#include <memory>
#include <vector>

namespace portolan {

/// The rows of one page, of a type that only their listing knows. Immutable; cheap to copy.
struct RowBlock {
    std::shared_ptr<const void> rows;
    int count = 0;
    explicit operator bool() const { return rows != nullptr; }
};

/// A run of a listing's rows that can be read without those before it.
/// Forward: the rows after `start` in the listing's sort. Reversed: the rows after `start` in the opposite sort, shown
/// the other way round, so that rows at the top of a newest-first list keep their places when newer ones come. Each
/// ends where the next one begins: every place of a list belongs to exactly one segment.
struct Segment {
    quint64 id = 0; ///< stays while segments come and go
    Cursor start{}; ///< the place before its first row, in its own direction
    Cursor end{};   ///< the place after its last row, in its own direction; empty: it has all rows that follow
    int count = 0;
    bool reversed = false;
    bool withStart = false; ///< the row at `start` belongs to it: where segments of both directions meet
    RowBlock block{};       ///< empty: not in memory
    bool stale = false;     ///< the block is to be read again, and is shown until then
    bool asked = false;
    bool failed = false; ///< not asked again until the operator says so
    quint64 used = 0;    ///< the number of the look at which its rows were last looked at
};

/// Returns true when two segments have the same places of the list.
[[nodiscard]] bool haveSamePlaces(const Segment& a, const Segment& b);

[[nodiscard]] int rowsOf(const std::vector<Segment>& segments);

/// The segments of a list, top to bottom; finds the segment of a row.
class SegmentList {
public:
    struct RowPlace {
        int segment = -1;
        int offset = 0;
    };

    [[nodiscard]] int rowCount() const { return m_firstRows.empty() ? 0 : m_firstRows.back(); }
    [[nodiscard]] int size() const { return static_cast<int>(m_segments.size()); }
    [[nodiscard]] bool isEmpty() const { return m_segments.empty(); }
    [[nodiscard]] Segment& at(int segment) { return m_segments[static_cast<std::size_t>(segment)]; }
    [[nodiscard]] const Segment& at(int segment) const { return m_segments[static_cast<std::size_t>(segment)]; }
    [[nodiscard]] int firstRow(int segment) const;
    [[nodiscard]] RowPlace find(int row) const;  ///< row within [0, rowCount())
    [[nodiscard]] int indexOf(quint64 id) const; ///< -1: gone

    void clear();
    void append(std::vector<Segment> segments);
    void prepend(std::vector<Segment> segments); ///< in list order
    quint64 insert(int at, Segment segment);     ///< its id
    void setCount(int segment, int count);
    /// Removes a segment without rows, whose places go to a neighbour of its direction; without one it stays.
    void removeEmpty(int segment);

    /// Drops the blocks looked at longest ago until `blocks` are left. Those of the segments `kept` (indexes, sorted)
    /// stay and do not count.
    void trim(int blocks, const std::vector<int>& kept);
    void markStale();

private:
    void renumber();

    std::vector<Segment> m_segments;
    std::vector<int> m_firstRows; ///< of each segment, and the total after the last
    quint64 m_lastId = 0;
};

} // namespace portolan
