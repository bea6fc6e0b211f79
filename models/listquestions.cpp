#include "models/listquestions.h"

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

/// Whether a place stands behind another in ascending order.
bool isBehind(const Cursor& place, const Cursor& other) {
    const std::size_t keys = std::min(place.keys.size(), other.keys.size());
    for (std::size_t i = 0; i < keys; ++i) {
        const auto order = compareValues(place.keys[i], other.keys[i]);
        if (order != std::partial_ordering::equivalent)
            return order == std::partial_ordering::greater;
    }
    return false;
}

Sort opposite(Sort sort) {
    sort.descending = !sort.descending;
    return sort;
}

Result<RowListing::BlockPage> pageAfter(const RowListing& listing, Store& store, ListQuery query, const Cursor& after,
                                        int limit, const CancelToken& token, RowExtent extent = RowExtent::Cells) {
    query.after = after;
    query.limit = limit;
    return listing.page(store, query, extent, token);
}

/// As pageAfter(), without what stands behind `end` (empty: the listing's own). `last`: the end was reached.
Result<RowListing::BlockPage> pageUpTo(const RowListing& listing, Store& store, const ListQuery& query,
                                       const Cursor& after, int limit, const Cursor& end, RowExtent extent,
                                       const CancelToken& token) {
    const auto isPast = [&](const Cursor& place) {
        return !end.atStart() && (query.sort.descending ? isBehind(end, place) : isBehind(place, end));
    };
    auto page = pageAfter(listing, store, query, after, limit, token, extent);
    if (!page)
        return page.error();
    page->last = page->last || page->block.count == 0 || page->next == end;
    if (page->block.count == 0 || !isPast(page->next))
        return page;
    // Rows are gone: what follows belongs to the next segment.
    RowBlock within{};
    int fits = 0;
    int beyond = page->block.count;
    while (beyond - fits > 1) {
        const int middle = fits + (beyond - fits) / 2;
        auto part = pageAfter(listing, store, query, after, middle, token, extent);
        if (!part)
            return part.error();
        if (isPast(part->next)) {
            beyond = middle;
        } else {
            fits = middle;
            within = part->block;
        }
    }
    return RowListing::BlockPage{within, end, true};
}

} // namespace

std::vector<Segment> segmentsOf(const Skeleton& skeleton, bool reversed) {
    std::vector<Segment> segments;
    segments.reserve(skeleton.starts.size());
    for (std::size_t i = 0; i < skeleton.starts.size(); ++i) {
        const Cursor& end = i + 1 < skeleton.starts.size() ? skeleton.starts[i + 1] : skeleton.next;
        if (skeleton.counts[i] > 0)
            segments.push_back(
                {.start = skeleton.starts[i], .end = end, .count = skeleton.counts[i], .reversed = reversed});
    }
    return segments;
}

Result<ListHead> askHead(const RowListing& listing, Store& store, const ListQuery& query, bool growsAtTop,
                         const CancelToken& token) {
    ListHead head;
    if (!growsAtTop) {
        auto page = pageAfter(listing, store, query, {}, segmentRows, token);
        if (!page)
            return page.error();
        head = {{}, page->next, {}, page->last};
        if (page->block.count > 0)
            head.segments.push_back({.end = page->next, .count = page->block.count, .block = page->block});
        return head;
    }
    // The first row needs the place of the second one to be asked for again from below, once newer rows are there.
    auto first = pageAfter(listing, store, query, {}, 1, token);
    if (!first)
        return first.error();
    if (first->block.count == 0)
        return ListHead{.complete = true};
    auto second = pageAfter(listing, store, query, first->next, 1, token);
    if (!second)
        return second.error();
    head.newest = first->next;
    head.segments.push_back({.start = second->block.count > 0 ? second->next : Cursor{},
                             .end = first->next,
                             .count = 1,
                             .reversed = true,
                             .block = first->block});
    head.next = first->next;
    head.complete = second->block.count == 0;
    if (head.complete)
        return head;
    auto rest = pageAfter(listing, store, query, second->next, segmentRows - 1, token);
    if (!rest)
        return rest.error();
    head.next = rest->block.count > 0 ? rest->next : second->next;
    head.complete = rest->last || rest->block.count == 0;
    head.segments.push_back({.start = first->next,
                             .end = head.next,
                             .count = 1 + rest->block.count,
                             .block = listing.joined(second->block, rest->block)});
    return head;
}

Result<RowBlock> askRows(const RowListing& listing, Store& store, ListQuery query, const Segment& segment,
                         RowExtent extent, const CancelToken& token) {
    constexpr int mostPages = 20; // rows that come into a segment later make it longer, not endless
    if (segment.reversed)
        query.sort = opposite(query.sort);
    RowBlock rows{};
    Cursor after = segment.start;
    int limit = std::max(segment.count, 1); // one that lost all its rows is looked at, too
    for (int i = 0; i < mostPages; ++i) {
        auto part = pageUpTo(listing, store, query, after, limit, segment.end, extent, token);
        if (!part)
            return part.error();
        if (part->block)
            rows = rows ? listing.joined(rows, part->block) : part->block;
        if (part->last)
            break;
        after = part->next;
        limit = segmentRows;
    }
    return rows && segment.reversed ? listing.reversed(rows) : rows;
}

Result<ListTail> askTail(const RowListing& listing, Store& store, ListQuery query, const Cursor& after,
                         const CancelToken& token) {
    constexpr int mostPages = 2000;
    query.sort.descending = false;
    auto page = pageAfter(listing, store, query, after, segmentRows, token);
    if (!page)
        return page.error();
    ListTail tail{.next = after};
    if (page->block.count == 0)
        return tail;
    tail.next = page->next;
    tail.segments.push_back({.start = after, .end = page->next, .count = page->block.count, .block = page->block});
    if (page->last)
        return tail;
    query.after = page->next;
    query.limit = segmentRows;
    auto skeleton = listing.skeleton(store, query, mostPages, token);
    if (!skeleton)
        return skeleton.error();
    for (Segment& segment : segmentsOf(*skeleton, false)) {
        tail.next = segment.end;
        tail.segments.push_back(std::move(segment));
    }
    tail.more = !skeleton->complete;
    return tail;
}

} // namespace portolan
