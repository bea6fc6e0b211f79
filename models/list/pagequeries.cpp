#include "models/list/pagequeries.h"

#include <algorithm>
#include <compare>

namespace portolan {

namespace {

std::partial_ordering compareValues(const Value& a, const Value& b) {
    if (a.index() != b.index())
        return a.index() <=> b.index();
    return std::visit(
        [&b](const auto& left) -> std::partial_ordering {
            using T = std::decay_t<decltype(left)>;
            const T& right = std::get<T>(b);
            if constexpr (std::is_same_v<T, std::monostate>)
                return std::partial_ordering::equivalent;
            else if constexpr (std::is_same_v<T, QByteArray>)
                return left.compare(right) <=> 0;
            else
                return left <=> right;
        },
        a);
}

/// Returns true when a place comes after another in ascending order.
bool isAfter(const Cursor& place, const Cursor& other) {
    const std::size_t keys = std::min(place.keys.size(), other.keys.size());
    for (std::size_t i = 0; i < keys; ++i) {
        const auto order = compareValues(place.keys[i], other.keys[i]);
        if (order != std::partial_ordering::equivalent)
            return order == std::partial_ordering::greater;
    }
    return false;
}

/// Returns true when a place lies beyond the end of a segment, in the order of the query.
bool isPastEnd(const ListQuery& query, const Cursor& place, const Cursor& end) {
    return !end.atStart() && (query.sort.descending ? isAfter(end, place) : isAfter(place, end));
}

Sort opposite(Sort sort) {
    sort.descending = !sort.descending;
    return sort;
}

Result<ListingAdapter::BlockPage> pageAfter(const ListingAdapter& listing, Store& store, ListQuery query,
                                            const Cursor& after, int limit, const CancelToken& token,
                                            RowExtent extent = RowExtent::Cells) {
    query.after = after;
    query.limit = limit;
    return listing.page(store, query, extent, token);
}

/// Returns the place that a segment's rows follow, in its own direction.
Result<Cursor> beginOf(const ListingAdapter& listing, Store& store, const ListQuery& query, const Segment& segment,
                       const CancelToken& token) {
    if (!segment.withStart)
        return segment.start;
    // The place of the row before is right for now only: rows come and go there.
    auto before = pageAfter(listing, store, query, segment.start, 1, token);
    PORTOLAN_TRY(before);
    return before->block.count > 0 ? std::move(before->next) : Cursor();
}

/// Reads as pageAfter(), but not beyond `end` (empty: the list's end). BlockPage::last: the end was reached.
Result<ListingAdapter::BlockPage> pageUpTo(const ListingAdapter& listing, Store& store, const ListQuery& query,
                                           const Cursor& after, int limit, const Cursor& end, RowExtent extent,
                                           const CancelToken& token) {
    const auto isPast = [&](const Cursor& place) { return isPastEnd(query, place, end); };
    auto page = pageAfter(listing, store, query, after, limit, token, extent);
    PORTOLAN_TRY(page);
    page->last = page->last || page->block.count == 0 || page->next == end;
    if (page->block.count == 0 || !isPast(page->next))
        return page;
    // Rows are gone, and those that follow belong to the next segment.
    RowBlock within{};
    int fits = 0;
    int beyond = page->block.count;
    while (beyond - fits > 1) {
        const int middle = fits + (beyond - fits) / 2;
        auto part = pageAfter(listing, store, query, after, middle, token, extent);
        PORTOLAN_TRY(part);
        if (isPast(part->next)) {
            beyond = middle;
        } else {
            fits = middle;
            within = part->block;
        }
    }
    return ListingAdapter::BlockPage{within, end, true};
}

} // namespace

std::vector<Segment> segmentsOf(const PageIndex& pageIndex, const Cursor& after) {
    std::vector<Segment> segments;
    segments.reserve(pageIndex.starts.size());
    Cursor start = after;
    for (std::size_t i = 0; i < pageIndex.starts.size(); ++i) {
        const Cursor& end = i + 1 < pageIndex.starts.size() ? pageIndex.starts[i + 1] : pageIndex.next;
        if (pageIndex.counts[i] > 0)
            segments.push_back({.start = std::exchange(start, end), .end = end, .count = pageIndex.counts[i]});
    }
    if (!segments.empty())
        segments.back().end = pageIndex.next;
    return segments;
}

Result<ListHead> askHead(const ListingAdapter& listing, Store& store, const ListQuery& query, bool growsAtTop,
                         const CancelToken& token) {
    ListHead head;
    if (!growsAtTop) {
        auto page = pageAfter(listing, store, query, {}, query.limit, token);
        PORTOLAN_TRY(page);
        head = {{}, page->next, {}, page->last};
        if (page->block.count > 0)
            head.segments.push_back({.end = page->next, .count = page->block.count, .block = page->block});
        return head;
    }
    auto first = pageAfter(listing, store, query, {}, 1, token);
    PORTOLAN_TRY(first);
    if (first->block.count == 0)
        return ListHead{.complete = true};
    auto rest = pageAfter(listing, store, query, first->next, query.limit, token);
    PORTOLAN_TRY(rest);
    const bool isAlone = rest->block.count == 0;
    head.newest = first->next;
    head.next = isAlone ? first->next : rest->next;
    head.complete = rest->last || isAlone;
    // The segment of an only row also has the places of older rows; with more rows, a forward segment has these.
    head.segments.push_back({.start = isAlone ? Cursor{} : first->next,
                             .end = first->next,
                             .count = 1,
                             .reversed = true,
                             .withStart = !isAlone,
                             .block = first->block});
    if (!isAlone)
        head.segments.push_back(
            {.start = first->next, .end = rest->next, .count = rest->block.count, .block = rest->block});
    return head;
}

Result<SegmentRows> askRows(const ListingAdapter& listing, Store& store, ListQuery query, const Segment& segment,
                            RowExtent extent, const CancelToken& token) {
    constexpr int mostPages = 20; // bounds a segment into which rows came later
    const int pageRows = query.limit;
    Result<Cursor> start = beginOf(listing, store, query, segment, token);
    PORTOLAN_TRY(start);
    if (segment.reversed)
        query.sort = opposite(query.sort);
    SegmentRows found;
    Cursor after = std::move(*start);
    int limit = std::max(segment.count, 1); // reads a segment that lost all its rows, too
    bool isWhole = false;
    for (int i = 0; i < mostPages && !isWhole; ++i) {
        auto part = pageUpTo(listing, store, query, after, limit, segment.end, extent, token);
        PORTOLAN_TRY(part);
        if (part->block)
            found.rows = found.rows ? listing.joined(found.rows, part->block) : part->block;
        isWhole = part->last;
        after = part->next;
        limit = pageRows;
    }
    if (!isWhole)
        found.rest = after;
    if (found.rows && segment.reversed)
        found.rows = listing.reversed(found.rows);
    return found;
}

Result<ListTail> askTail(const ListingAdapter& listing, Store& store, ListQuery query, const Cursor& after,
                         const CancelToken& token) {
    constexpr int mostPages = 2000;
    query.sort.descending = false;
    auto page = pageAfter(listing, store, query, after, query.limit, token);
    PORTOLAN_TRY(page);
    ListTail tail{.next = after};
    if (page->block.count == 0)
        return tail;
    tail.next = page->next;
    tail.segments.push_back({.start = after, .end = page->next, .count = page->block.count, .block = page->block});
    if (page->last)
        return tail;
    query.after = page->next;
    auto pageIndex = listing.pageIndex(store, query, mostPages, token);
    PORTOLAN_TRY(pageIndex);
    for (Segment& segment : segmentsOf(*pageIndex, page->next)) {
        tail.next = segment.end;
        tail.segments.push_back(std::move(segment));
    }
    tail.more = !pageIndex->complete;
    return tail;
}

namespace {

/// Returns true when exactly so many rows are between a place and the end of a segment.
Result<bool> areThere(const ListingAdapter& listing, Store& store, ListQuery query, const Cursor& begin,
                      const Cursor& end, int count, const CancelToken& token) {
    query.after = begin;
    for (int left = count; left > 0;) {
        query.limit = left;
        auto counted = listing.pageIndex(store, query, 1, token);
        PORTOLAN_TRY(counted);
        if (counted->starts.empty() || counted->next == query.after)
            return false;
        left -= counted->counts.front();
        query.after = std::move(counted->next);
        if (counted->complete && left > 0)
            return false;
    }
    if (count > 0 && query.after == end)
        return true;
    if (isPastEnd(query, query.after, end))
        return false;
    auto beyond = pageAfter(listing, store, query, query.after, 1, token);
    PORTOLAN_TRY(beyond);
    return beyond->block.count == 0 || isPastEnd(query, beyond->next, end);
}

} // namespace

Result<ListCount> askCounts(const ListingAdapter& listing, Store& store, const ListQuery& query,
                            const std::vector<Segment>& segments, std::chrono::milliseconds patience,
                            const CancelToken& token) {
    constexpr std::ptrdiff_t mostTogether = 64;
    const auto until = std::chrono::steady_clock::now() + patience;
    ListCount count;
    std::ptrdiff_t together = mostTogether;
    for (auto first = segments.begin(); first != segments.end();) {
        const auto most = first + std::min(together, std::distance(first, segments.end()));
        const auto past = std::find_if(first, most, [&](const Segment& s) { return s.reversed != first->reversed; });
        const Segment& bottom = first->reversed ? *(past - 1) : *first;
        const Segment& top = first->reversed ? *first : *(past - 1);
        const Result<Cursor> begin = beginOf(listing, store, query, bottom, token);
        PORTOLAN_TRY(begin);
        ListQuery asked = query;
        if (first->reversed)
            asked.sort = opposite(asked.sort);
        const int rows = rowsOf({first, past});
        const Result<bool> same = areThere(listing, store, asked, *begin, top.end, rows, token);
        PORTOLAN_TRY(same);
        if (!*same && past - first > 1) {
            together = (past - first) / 2;
            continue;
        }
        if (!*same) {
            auto found = askRows(listing, store, query, *first, RowExtent::Cells, token);
            PORTOLAN_TRY(found);
            if (found->rows.count != first->count || found->rest)
                count.changed.emplace_back(*first, found->rows.count);
        }
        together = std::min(mostTogether, 2 * together);
        count.last = (past - 1)->id;
        first = past;
        if (std::chrono::steady_clock::now() >= until)
            break;
    }
    return count;
}

} // namespace portolan
