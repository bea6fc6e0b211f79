#pragma once

#include "storage/listing/filtermatch.h"
#include "storage/listing/listing.h"

#include <QString>
#include <algorithm>
#include <vector>

namespace portolan {

/// The columns and order of a listing whose rows are all in memory. They are sorted as in SQL: by (sort column, key),
/// NULL first, texts by their bytes.
template <class Row>
struct RowOrder {
    std::span<const Column<Row>> columns;
    const ColumnSet* schema = nullptr;
    int key = 0;   ///< index of the unique column, which is never NULL
    int order = 0; ///< index of the column of the listing's own order; may be the key
};

/// Compares two values of one column, and so of one type: NULL comes first, texts go by their bytes.
inline bool isBefore(const Value& a, const Value& b) {
    const auto* x = std::get_if<QByteArray>(&a);
    const auto* y = std::get_if<QByteArray>(&b);
    return x && y ? QByteArrayView(*x).compare(QByteArrayView(*y)) < 0 : a < b;
}

/// Picks all rows after a query's place that its filter takes, in its order, each with the cursor after it; the limit
/// is left to the caller. Errors: Usage for an unknown sort column, a cursor of another query or a limit below one.
template <class Row>
Result<std::vector<std::pair<Cursor, const Row*>>> rowsInOrder(const std::vector<Row>& rows,
                                                               const RowOrder<Row>& listing, const ListQuery& query) {
    const ColumnSet& schema = *listing.schema;
    int sort = listing.order;
    if (!query.sort.column.isEmpty()) {
        const ColumnSet::Column* column = schema.find(query.sort.column);
        if (!column)
            return Error{ErrorCode::Usage,
                         QStringLiteral("There is no column %1 to sort by.").arg(QString::fromUtf8(query.sort.column))};
        sort = static_cast<int>(column - schema.columns.data());
    }
    if (query.limit < 1)
        return Error{ErrorCode::Usage, QStringLiteral("A page has at least one row.")};
    const auto cell = [&](const Row& row, int column) {
        return listing.columns[static_cast<std::size_t>(column)].value(row);
    };
    const std::size_t keys = sort == listing.key ? 1 : 2;
    if (!query.after.atStart() && query.after.keys.size() != keys)
        return Cursor::foreign();
    const auto comesBefore = [&](const Cursor& a, const Cursor& b) {
        const bool ordered = std::ranges::lexicographical_compare(a.keys, b.keys, isBefore);
        return query.sort.descending ? std::ranges::lexicographical_compare(b.keys, a.keys, isBefore) : ordered;
    };
    const FilterMatcher matcher(query.filter, schema);
    std::vector<std::pair<Cursor, const Row*>> found;
    for (const Row& row : rows) {
        Cursor place;
        place.keys.reserve(keys);
        if (keys == 2)
            place.keys.push_back(cell(row, sort));
        place.keys.push_back(cell(row, listing.key));
        if (!query.after.atStart() && !comesBefore(query.after, place))
            continue;
        if (matcher.matches(listing.columns, row))
            found.emplace_back(std::move(place), &row);
    }
    std::ranges::sort(found, [&](const auto& a, const auto& b) { return comesBefore(a.first, b.first); });
    return found;
}

/// Reads the page of a query: its rows, copied, and the cursor after them. Errors as of rowsInOrder().
template <class Row>
Result<Page<Row>> pageOfRows(const std::vector<Row>& rows, const RowOrder<Row>& listing, const ListQuery& query) {
    auto found = rowsInOrder(rows, listing, query);
    PORTOLAN_TRY(found);
    Page<Row> page{{}, query.after, true};
    for (auto& [place, row] : *found) {
        if (static_cast<int>(page.rows.size()) == query.limit) {
            page.last = false;
            break;
        }
        page.rows.push_back(*row);
        page.next = std::move(place);
    }
    return page;
}

/// Counts the first `pages` pages of a query, each of `query.limit` rows. Errors as of rowsInOrder().
template <class Row>
Result<PageIndex> pageIndexOfRows(const std::vector<Row>& rows, const RowOrder<Row>& listing, const ListQuery& query,
                                  int pages) {
    auto found = rowsInOrder(rows, listing, query);
    PORTOLAN_TRY(found);
    PageIndex pageIndex;
    pageIndex.next = query.after;
    pageIndex.complete = true;
    for (auto& [place, row] : *found) {
        if (pageIndex.counts.empty() || pageIndex.counts.back() == query.limit) {
            if (static_cast<int>(pageIndex.counts.size()) == pages) {
                pageIndex.complete = false;
                break;
            }
            pageIndex.starts.push_back(pageIndex.next);
            pageIndex.counts.push_back(0);
        }
        ++pageIndex.counts.back();
        pageIndex.next = std::move(place);
    }
    return pageIndex;
}

} // namespace portolan
