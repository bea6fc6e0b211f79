#pragma once

#include "models/rowlisting.h"

#include <memory>
#include <vector>

namespace portolan {

/// The questions a PagedModel asks: functions that run on the query thread and answer in segments.
/// `query` is the list's own (filter, sort); its cursor and limit are set here.

/// Rows a segment holds when it is full.
inline constexpr int segmentRows = 500;

struct ListHead {
    std::vector<Segment> segments{}; ///< with their rows
    Cursor next{};                   ///< behind the last of them
    Cursor newest{};                 ///< the place of the list's first row, as the opposite sort sees it
    bool complete = false;
};

/// The first screen. With `growsAtTop` the first row stands in a reversed segment of its own.
Result<ListHead> askHead(const RowListing& listing, Store& store, const ListQuery& query, bool growsAtTop,
                         const CancelToken& token);

/// The rows of one segment, in list order, and where the segment ends. When rows have come or gone since the segment
/// was counted, it is cut where its successor begins.
Result<RowBlock> askRows(const RowListing& listing, Store& store, ListQuery query, const Segment& segment,
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

/// What came behind `after` in ascending order, up to a million rows.
Result<ListTail> askTail(const RowListing& listing, Store& store, ListQuery query, const Cursor& after,
                         const CancelToken& token);

/// A skeleton's pages as segments.
std::vector<Segment> segmentsOf(const Skeleton& skeleton, bool reversed);

} // namespace portolan
