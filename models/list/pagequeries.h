#pragma once

#include "models/list/listingadapter.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

/// The questions a PagedModel asks: functions that run on the query thread and answer in segments.
/// `query` is the list's own: filter, sort, and as its limit the rows that a segment holds when it is full. The cursor
/// is set here.

struct ListHead {
    std::vector<Segment> segments{}; ///< with their rows
    Cursor next{};                   ///< after the last of them
    Cursor newest{};                 ///< the place of the list's first row, as the opposite sort sees it
    bool complete = false;
};

/// The first screen. With `growsAtTop` the first row stands in a reversed segment of its own.
Result<ListHead> askHead(const ListingAdapter& listing, Store& store, const ListQuery& query, bool growsAtTop,
                         const CancelToken& token);

struct SegmentRows {
    RowBlock rows{};
    std::optional<Cursor> rest; ///< they are too many for one segment; the others follow this place
};

/// The rows of one segment, in list order. When rows have come or gone since the segment was counted, it is cut where
/// its successor begins.
Result<SegmentRows> askRows(const ListingAdapter& listing, Store& store, ListQuery query, const Segment& segment,
                            RowExtent extent, const CancelToken& token);

/// Some rows of a segment: first and last. The segment's block is as it was seen, where it was in memory.
struct RowPiece {
    Segment segment;
    int first = 0;
    int last = 0;
};

struct ListTail {
    std::vector<Segment> segments{}; ///< oldest first; the first with its rows
    Cursor next{};
    bool more = false; ///< there are still more than were counted
};

/// Reads what came after `after` in ascending order, up to a million rows.
Result<ListTail> askTail(const ListingAdapter& listing, Store& store, ListQuery query, const Cursor& after,
                         const CancelToken& token);

/// The segments of a skeleton that was asked for after a place: they follow one another without a gap, whatever pages
/// without rows there were.
std::vector<Segment> segmentsOf(const PageIndex& skeleton, const Cursor& after);

struct ListCount {
    std::vector<std::pair<Segment, int>> changed{}; ///< those that have other counts, and these
    quint64 last = 0;                               ///< the id of the last one that was looked at
};

/// Counts again how many rows segments have, which follow one another in list order: many together as long as they have
/// as many as before. Ends when it has taken `patience`; one at least is looked at.
Result<ListCount> askCounts(const ListingAdapter& listing, Store& store, const ListQuery& query,
                            const std::vector<Segment>& segments, std::chrono::milliseconds patience,
                            const CancelToken& token);

} // namespace portolan
