#pragma once

#include "storage/listing/filtermatch.h"
#include "storage/messages/batches.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

namespace portolan {

/// A listing of rows that are cheap to read one by one and whose ids rise with their position. Sorts by any column (an
/// order is made once and kept until the rows change); rows without a value come first. The cursor holds the id, or
/// the sort value and the id.
template <class Row>
class OrderedRows : public RowSource<Row> {
public:
    OrderedRows(std::span<const Column<Row>> columns, const ColumnSet& schema) : m_columns(columns), m_schema(schema) {}

    [[nodiscard]] Result<Page<Row>> page(const ListQuery& query, const CancelToken& token) override {
        Page<Row> page;
        page.next = query.after;
        page.last = true;
        const auto limit = static_cast<std::size_t>(std::max(1, query.limit));
        page.rows.reserve(std::min(limit, static_cast<std::size_t>(std::max<qsizetype>(count(), 0))));
        std::optional<qsizetype> end;
        const auto walked = walk(query, token, [&](Row&& row, qsizetype at) {
            if (page.rows.size() == limit) {
                page.last = false;
                return false;
            }
            page.rows.push_back(std::move(row));
            end = at;
            return true;
        });
        PORTOLAN_TRY(walked);
        if (end)
            page.next = placeAfter(*end, query);
        return page;
    }

    [[nodiscard]] Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override {
        PageIndex pageIndex;
        pageIndex.next = query.after;
        pageIndex.complete = true;
        const int limit = std::max(1, query.limit);
        std::optional<qsizetype> end;
        const auto walked = walk(query, token, [&](Row&&, qsizetype at) {
            if (pageIndex.counts.empty() || pageIndex.counts.back() == limit) {
                if (pageIndex.counts.size() == static_cast<std::size_t>(std::max(0, pages))) {
                    pageIndex.complete = false;
                    return false;
                }
                pageIndex.starts.push_back(end ? placeAfter(*end, query) : query.after);
                pageIndex.counts.push_back(0);
            }
            ++pageIndex.counts.back();
            end = at;
            return true;
        });
        PORTOLAN_TRY(walked);
        if (end)
            pageIndex.next = placeAfter(*end, query);
        return pageIndex;
    }

protected:
    /// Brings the rows up to date; the functions below tell of the rows it found.
    virtual Result<void> freshen() = 0;
    [[nodiscard]] virtual quint64 generation() const = 0;
    [[nodiscard]] virtual qsizetype count() const = 0;
    [[nodiscard]] virtual qint64 idAt(qsizetype position) const = 0;
    [[nodiscard]] virtual Result<Row> rowAt(qsizetype position) const = 0;

private:
    struct Order {
        QByteArray column;
        quint64 generation = 0;
        std::vector<std::pair<Value, qsizetype>> rows; ///< by value, then position
    };

    const Column<Row>* columnOf(const Sort& sort) const {
        const auto found = std::ranges::find_if(
            m_columns, [&](const Column<Row>& column) { return sort.column == QByteArrayView(column.name); });
        return found == m_columns.end() ? nullptr : &*found;
    }

    Result<void> makeOrder(const Column<Row>& column, const CancelToken& token) {
        if (m_order.column == column.name && m_order.generation == generation())
            return {};
        Order order{column.name, generation(), {}};
        order.rows.reserve(static_cast<std::size_t>(count()));
        for (qsizetype i = 0; i < count(); ++i) {
            if (token.stop_requested())
                return cancelled();
            const auto row = rowAt(i);
            PORTOLAN_TRY(row);
            order.rows.emplace_back(column.value(*row), i);
        }
        std::ranges::sort(order.rows, [](const auto& a, const auto& b) { return a < b; });
        m_order = std::move(order);
        return {};
    }

    static bool isNatural(const Sort& sort) { return sort.column.isEmpty() || sort.column == "id"; }

    /// Returns the place after the row that walk() named `at`.
    Cursor placeAfter(qsizetype at, const ListQuery& query) const {
        if (isNatural(query.sort))
            return Cursor{{Value(static_cast<qint64>(idAt(at)))}};
        const auto& [value, position] = m_order.rows[static_cast<std::size_t>(at)];
        return Cursor{{value, Value(static_cast<qint64>(idAt(position)))}};
    }

    /// Calls visit(Row&&, at) for the matching rows after query.after, until it returns false.
    template <class Visit>
    Result<void> walk(const ListQuery& query, const CancelToken& token, Visit visit) {
        if (const auto freshened = freshen(); !freshened)
            return freshened;
        const bool natural = isNatural(query.sort);
        const Column<Row>* const column = natural ? nullptr : columnOf(query.sort);
        if (!natural && !column)
            return Error{ErrorCode::Usage,
                         QStringLiteral("There is no column %1.").arg(QString::fromUtf8(query.sort.column))};
        if (column) {
            if (const auto made = makeOrder(*column, token); !made)
                return made;
        }
        const auto start = column ? sortedStart(query) : naturalStart(query);
        PORTOLAN_TRY(start);

        const FilterMatcher matcher(query.filter, m_schema);
        const qsizetype step = query.sort.descending ? -1 : 1;
        for (qsizetype at = *start; at >= 0 && at < count(); at += step) {
            if (token.stop_requested())
                return cancelled();
            const qsizetype position = column ? m_order.rows[static_cast<std::size_t>(at)].second : at;
            auto row = rowAt(position);
            PORTOLAN_TRY(row);
            if (!query.filter.isEmpty() && !matcher.matches(m_columns, *row))
                continue;
            if (!visit(std::move(*row), at))
                return {};
        }
        return {};
    }

    /// Returns the first index after the cursor, in the direction of the walk.
    Result<qsizetype> naturalStart(const ListQuery& query) const {
        const bool down = query.sort.descending;
        if (query.after.atStart())
            return down ? count() - 1 : 0;
        const qint64* const id = std::get_if<qint64>(&query.after.keys.front());
        if (query.after.keys.size() != 1 || !id)
            return Cursor::foreign();
        const qsizetype from = lowerBound(*id);
        if (down)
            return from - 1;
        return from < count() && idAt(from) == *id ? from + 1 : from;
    }

    Result<qsizetype> sortedStart(const ListQuery& query) const {
        const bool down = query.sort.descending;
        const auto& rows = m_order.rows;
        if (query.after.atStart())
            return down ? static_cast<qsizetype>(rows.size()) - 1 : 0;
        const qint64* const id = query.after.keys.size() == 2 ? std::get_if<qint64>(&query.after.keys[1]) : nullptr;
        if (!id)
            return Cursor::foreign();
        const Value& value = query.after.keys.front();
        const auto isBefore = [&](const auto& row) {
            if (row.first != value)
                return row.first < value;
            return down ? idAt(row.second) < *id : idAt(row.second) <= *id;
        };
        const auto border = std::ranges::partition_point(rows, isBefore) - rows.begin();
        return down ? border - 1 : border;
    }

    qsizetype lowerBound(qint64 id) const {
        qsizetype low = 0;
        qsizetype high = count();
        while (low < high) {
            const qsizetype middle = std::midpoint(low, high);
            if (idAt(middle) < id)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    std::span<const Column<Row>> m_columns;
    const ColumnSet& m_schema;
    Order m_order;
};

} // namespace portolan
