#pragma once

#include "models/list/listingadapter.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

/// The questions a PagedModel asks: functions that run on the query thread and answer in segments.
/// `query` is the list's own: filter, sort, and as its limit the rows of a full segment. They set its cursor.

struct ListHead {
    std::vector<Segment> segments{}; ///< with their rows
    Cursor next{};                   ///< after the last of them
    Cursor newest{};                 ///< the place of the list's first row, as the opposite sort sees it
    bool complete = false;
};

/// Reads the first screen. With `growsAtTop` the first row gets a reversed segment of its own.
Result<ListHead> askHead(const ListingAdapter& listing, Store& store, const ListQuery& query, bool growsAtTop,
                         const CancelToken& token);

struct SegmentRows {
    RowBlock rows{};
    std::optional<Cursor> rest; ///< there are too many rows for one segment; the others follow this place
};

/// Reads the rows of one segment, in list order, up to where its successor begins, however many they are by now.
Result<SegmentRows> askRows(const ListingAdapter& listing, Store& store, ListQuery query, const Segment& segment,
                            RowExtent extent, const CancelToken& token);

/// Rows of a segment, first to last. The segment's block is as it was seen, where it was in memory.
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

/// Reads the rows that follow `after` in ascending order, up to a million.
Result<ListTail> askTail(const ListingAdapter& listing, Store& store, ListQuery query, const Cursor& after,
                         const CancelToken& token);

/// Makes the segments of a page index that was asked for after a place; they follow one another without a gap, though
/// some pages have no rows.
std::vector<Segment> segmentsOf(const PageIndex& pageIndex, const Cursor& after);

struct ListCount {
    std::vector<std::pair<Segment, int>> changed{}; ///< segments with other counts than before, and the new counts
    quint64 last = 0;                               ///< the id of the last segment that was counted
};

/// Counts the rows of segments again, which follow one another in list order: many together as long as they have as
/// many as before. Ends after `patience`; counts at least one.
Result<ListCount> askCounts(const ListingAdapter& listing, Store& store, const ListQuery& query,
                            const std::vector<Segment>& segments, std::chrono::milliseconds patience,
                            const CancelToken& token);

} // namespace portolan
