// The pages of SqliteTable.

#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/sqlite/sqlitequery.h"
#include "storage/tables/sql/keptrows.h"
#include "storage/tables/sql/sqlitetable.h"

#include <algorithm>
#include <limits>
#include <sqlite3.h>

namespace portolan {

namespace {

/// Of a view, so many rows are kept at first; who wants more gets all of them kept.
constexpr qint64 rowsKeptAtFirst = 10'000;

QString directionOf(bool descending) {
    return descending ? QStringLiteral(" DESC") : QString();
}

/// Rows as they were copied, whose first columns are the table's: their values are made where they are written.
class CopiedRowsPage final : public ExportPage {
public:
    CopiedRowsPage(SqliteRowBuffer rows, int most, const ColumnSet& schema)
        : m_rows(std::move(rows))
        , m_count(std::min(m_rows.count(), most)) {
        for (const ColumnSet::Column& column : schema.columns)
            m_isTime.push_back(column.type == ColumnType::Time);
    }
    std::size_t size() const override { return static_cast<std::size_t>(m_count); }
    void values(std::size_t row, std::vector<Value>& values) const override {
        values.clear();
        for (std::size_t i = 0; i < m_isTime.size(); ++i) {
            Value cell = m_rows.cell(static_cast<int>(row), static_cast<int>(i));
            values.push_back(m_isTime[i] ? timeOfOurs(std::move(cell)) : std::move(cell));
        }
    }

private:
    SqliteRowBuffer m_rows;
    int m_count;
    std::vector<bool> m_isTime; ///< of each column
};

std::vector<SqliteValue> valuesAt(const auto& valueAt, int from, qsizetype count) {
    std::vector<SqliteValue> values;
    for (int i = 0; i < static_cast<int>(count); ++i)
        values.push_back(valueAt(from + i));
    return values;
}

} // namespace

Result<SqliteTable::Order> SqliteTable::orderOf(const ListQuery& query) const {
    if (query.limit < 1)
        return Error{ErrorCode::Usage, QStringLiteral("A page has at least one row.")};
    Order order{{}, {}, {}, query.sort.descending};
    if (!query.sort.column.isEmpty()) {
        const ColumnSet::Column* const column = m_schema.find(query.sort.column);
        if (!column)
            return Error{ErrorCode::Usage,
                         QStringLiteral("There is no column %1 to sort by.").arg(QString::fromUtf8(query.sort.column))};
        order.column = static_cast<std::size_t>(column - m_schema.columns.data());
        order.terms << m_columns[*order.column].expression;
        order.descends.push_back(order.descending);
    }
    order.terms << m_key;
    for (const bool descends : m_keyDescends)
        order.descends.push_back(descends != order.descending);
    return order;
}

QStringList SqliteTable::cellsOf(Bring bring) const {
    QStringList cells;
    if (bring != Bring::Keys) {
        for (const QString& column : m_read)
            cells << (bring == Bring::Cells ? cutValue(column, m_session.dialect(), cellBytes) : column);
    }
    return cells;
}

/// A statement brings 2,000 columns, as many as a table may have.
bool SqliteTable::areKeysApart(Bring bring, const Order& order) const {
    const int most = sqlite3_limit(m_session.connection().sqlite(), SQLITE_LIMIT_COLUMN, -1);
    return bring != Bring::Keys && m_read.size() + order.terms.size() > most;
}

Cursor SqliteTable::cursorAt(const std::vector<SqliteValue>& place, const Order& order) const {
    return m_isNumbered && !order.column ? Cursor{{place.front().value}} : Cursor{{packed(place)}};
}

Result<std::vector<SqliteValue>> SqliteTable::placeOf(const Cursor& after, const Order& order) const {
    std::vector<SqliteValue> place;
    if (after.atStart())
        return place;
    const auto* const number = std::get_if<qint64>(&after.keys.front());
    const auto* const bytes = std::get_if<QByteArray>(&after.keys.front());
    const bool isNumber = m_isNumbered && !order.column;
    if (isNumber && number)
        place.push_back({*number});
    else if (auto unpacked = !isNumber && bytes ? unpackedValues(*bytes) : std::nullopt)
        place = std::move(*unpacked);
    const bool isWhole = std::ssize(place) == order.terms.size() && after.keys.size() == 1;
    return isWhole ? Result(std::move(place)) : Cursor::foreign();
}

/// Conditions that follow one another, for the rows after a key: one where all of its columns go the same way and are
/// compared as columns, as SQLite enters no index by a row value of anything else.
std::vector<SqliteTable::Statement> SqliteTable::beyondKey(std::span<const SqliteValue> key, const Order& order) const {
    const std::size_t first = order.column ? 1 : 0;
    const auto than = [&](std::size_t at) {
        return order.descends[first + at] ? QStringLiteral("<") : QStringLiteral(">");
    };
    const auto column = [&](std::size_t at) { return m_key[static_cast<qsizetype>(at)]; };
    bool isOneWay = !m_isKeyCollated || key.size() == 1;
    QStringList places;
    QVariantList bindings;
    for (std::size_t at = 0; at < key.size(); ++at) {
        isOneWay = isOneWay && than(at) == than(0);
        places << key[at].placeholder();
        bindings << key[at].bound();
    }
    if (isOneWay)
        return std::vector{
            Statement{QStringLiteral("(%1) %2 (%3)")
                          .arg(m_key.join(QStringLiteral(", ")), than(0), places.join(QStringLiteral(", "))),
                      bindings}};
    std::vector<Statement> stretches;
    for (std::size_t last = key.size(); last-- > 0;) {
        QStringList conditions;
        for (std::size_t at = 0; at < last; ++at)
            conditions << QStringLiteral("%1 = %2").arg(column(at), key[at].placeholder());
        conditions << QStringLiteral("%1 %2 %3").arg(column(last), than(last), key[last].placeholder());
        stretches.push_back(
            {conditions.join(QStringLiteral(" AND ")), bindings.first(static_cast<qsizetype>(last) + 1)});
    }
    return stretches;
}

/// The same for the rows after a place, each of which an index on the column finds at once: the rest of the equal
/// values, the values beyond, and what of NULL lies beyond these.
std::vector<SqliteTable::Statement> SqliteTable::stretchesAfter(const std::vector<SqliteValue>& place,
                                                                const Order& order) const {
    if (place.empty())
        return std::vector<Statement>(1);
    const std::span values(place);
    if (!order.column)
        return beyondKey(values, order);
    const QString than = order.descending ? QStringLiteral("<") : QStringLiteral(">");
    const QString& sort = order.terms.front();
    const SqliteValue& value = place.front();
    const bool isNull = std::holds_alternative<std::monostate>(value.value);
    const QString equal = isNull ? QStringLiteral("%1 IS NULL AND ").arg(sort)
                                 : QStringLiteral("%1 = %2 AND ").arg(sort, value.placeholder());
    const QVariantList bound = isNull ? QVariantList() : QVariantList{value.bound()};
    std::vector<Statement> stretches;
    for (const Statement& beyond : beyondKey(values.subspan(1), order))
        stretches.push_back({equal + beyond.sql, bound + beyond.bindings, true});
    if (!isNull)
        stretches.push_back({QStringLiteral("%1 %2 %3").arg(sort, than, value.placeholder()), bound});
    if (isNull != order.descending) // NULL comes first, or last
        stretches.push_back(
            {QStringLiteral("%1 IS %2NULL").arg(sort, isNull ? QStringLiteral("NOT ") : QString()), {}});
    return stretches;
}

/// SQLite enters an index by one bound only, and may take the filter's where the place's is the better one.
std::vector<SqlColumn> SqliteTable::columnsBeside(const Statement& stretch, const Order& order) const {
    std::vector<SqlColumn> columns = m_columns;
    if (stretch.sql.isEmpty() || !order.column)
        return columns;
    SqlColumn& sorted = columns[*order.column];
    sorted.keepsLowerOut = stretch.isOfOneValue || !order.descending;
    sorted.keepsUpperOut = stretch.isOfOneValue || order.descending;
    return columns;
}

SqliteTable::Statement SqliteTable::select(const QString& what, const Statement& stretch, const ListQuery& query,
                                           const Order& order, qint64 rows) const {
    const SqlCondition filter =
        compileFilter(query.filter, m_schema, columnsBeside(stretch, order), m_session.dialect());
    QStringList conditions;
    Statement made;
    if (!query.filter.isEmpty()) {
        conditions << filter.condition;
        made.bindings << filter.bindings;
    }
    if (!stretch.sql.isEmpty()) {
        conditions << stretch.sql;
        made.bindings << stretch.bindings;
    }
    made.sql = QStringLiteral("SELECT %1 FROM %2 AS t").arg(what, m_table);
    if (!conditions.isEmpty())
        made.sql += QStringLiteral(" WHERE ") + conditions.join(QStringLiteral(" AND "));
    QStringList terms;
    for (qsizetype i = 0; i < order.terms.size(); ++i)
        terms << order.terms[i] + directionOf(order.descends[static_cast<std::size_t>(i)]);
    if (!terms.isEmpty())
        made.sql += QStringLiteral(" ORDER BY ") + terms.join(QStringLiteral(", "));
    if (rows > 0) {
        made.sql += QStringLiteral(" LIMIT ?");
        made.bindings << rows;
    }
    return made;
}

Result<std::vector<SqliteTable::Statement>> SqliteTable::statementsOf(const ListQuery& query, const Order& order,
                                                                      Bring bring, qint64 rows) const {
    const auto place = placeOf(query.after, order);
    PORTOLAN_TRY(place);
    const bool isApart = areKeysApart(bring, order);
    const QStringList cells = cellsOf(bring);
    const QString what = (isApart ? cells : cells + order.terms).join(QStringLiteral(", "));
    std::vector<Statement> statements;
    for (const Statement& stretch : stretchesAfter(*place, order)) {
        statements.push_back(select(what, stretch, query, order, rows));
        if (isApart)
            statements.back().keysSql = select(order.terms.join(QStringLiteral(", ")), stretch, query, order, rows).sql;
    }
    return statements;
}

/// Their rows in turn, from one state of the database, until `take` has enough. It is given what the order goes by as
/// the last columns of a second row, which mostly is the first one.
template <class Take>
Result<void> SqliteTable::each(Connection& connection, const std::vector<Statement>& statements, Take take) const {
    std::optional<ReadSnapshot> oneState;
    if (statements.size() > 1 || (!statements.empty() && !statements.front().keysSql.isEmpty())) {
        Result<ReadSnapshot> begun = ReadSnapshot::begin(connection);
        PORTOLAN_TRY(begun);
        oneState.emplace(std::move(*begun));
    }
    for (const Statement& statement : statements) {
        Result<SqliteQuery> rows = SqliteQuery::run(connection, statement.sql, statement.bindings, readingRows());
        PORTOLAN_TRY(rows);
        std::optional<SqliteQuery> apart;
        if (!statement.keysSql.isEmpty()) {
            Result<SqliteQuery> keys =
                SqliteQuery::run(connection, statement.keysSql, statement.bindings, readingRows());
            PORTOLAN_TRY(keys);
            apart.emplace(std::move(*keys));
        }
        while (true) {
            const Result<bool> more = rows->next();
            PORTOLAN_TRY(more);
            if (!*more)
                break;
            if (apart)
                PORTOLAN_TRY(apart->next());
            if (!take(*rows, apart ? *apart : *rows))
                return {};
        }
    }
    return {};
}

Result<Page<TableRow>> SqliteTable::readPage(Connection& connection, const ListQuery& query, Bring bring) {
    if (m_key.isEmpty())
        return readKept(connection, query, bring);
    const Result<Order> order = orderOf(query);
    PORTOLAN_TRY(order);
    const auto statements = statementsOf(query, *order, bring, qint64(query.limit) + 1);
    PORTOLAN_TRY(statements);
    const int cells = bring == Bring::Keys ? 0 : static_cast<int>(m_columns.size());
    const int termsAt = areKeysApart(bring, *order) ? 0 : cells;
    Page<TableRow> page{{}, query.after, true};
    std::vector<SqliteValue> place;
    const Result<void> read = each(connection, *statements, [&](const SqliteQuery& row, const SqliteQuery& keys) {
        page.last = static_cast<int>(page.rows.size()) < query.limit;
        if (!page.last)
            return false;
        const auto valueAt = [&keys](int column) { return SqliteValue::of(keys, column); };
        TableRow& made = page.rows.emplace_back();
        made.cells.reserve(m_columns.size());
        for (int i = 0; i < cells; ++i)
            made.cells.push_back(cellOf(row.cell(i), static_cast<std::size_t>(i)));
        place = valuesAt(valueAt, termsAt, order->terms.size());
        made.key = keyOf(std::vector(place.begin() + (order->column ? 1 : 0), place.end()));
        return true;
    });
    PORTOLAN_TRY(read);
    if (!place.empty())
        page.next = cursorAt(place, *order);
    return page;
}

/// Has rows kept: of this question, so many or all. The number after which its page begins.
Result<qint64> SqliteTable::keep(Connection& connection, const ListQuery& query, qint64 rows) {
    const Result<Order> order = orderOf(query);
    PORTOLAN_TRY(order);
    qint64 after = 0;
    if (!query.after.atStart()) {
        const auto* const number = std::get_if<qint64>(&query.after.keys.front());
        if (!number || *number < 1 || query.after.keys.size() != 1)
            return Cursor::foreign();
        after = *number;
    }
    // Without a column rows come in the view's own order, which is read from its end.
    Order ordered = *order;
    ordered.descending = ordered.descending && ordered.column;
    Statement statement = select(m_read.join(QStringLiteral(", ")), {}, query, ordered, 0);
    const bool isSame = m_kept && m_keptOf.sql == statement.sql && m_keptOf.bindings == statement.bindings;
    const bool isBackwards = order->descending && !order->column;
    const auto isEnough = [&] {
        return m_kept->isWhole() || m_kept->isFull() || (!isBackwards && m_kept->count() >= after + rows);
    };
    // Pages that follow are of the state that the first one was of.
    if (isSame && isEnough() && (after > 0 || m_keptMark == m_now))
        return after;
    const bool isMore = isSame || isBackwards || after + rows > rowsKeptAtFirst;
    Result<std::unique_ptr<KeptRows>> kept =
        KeptRows::of(connection, statement.sql, statement.bindings,
                     isMore ? std::numeric_limits<qint64>::max() : rowsKeptAtFirst, readingRows());
    PORTOLAN_TRY(kept);
    m_kept = std::move(*kept);
    m_keptOf = std::move(statement);
    m_keptMark = m_now;
    return after;
}

Result<Page<TableRow>> SqliteTable::readKept(Connection& connection, const ListQuery& query, Bring bring) {
    const Result<qint64> after = keep(connection, query, qint64(query.limit) + 1);
    PORTOLAN_TRY(after);
    const bool isBackwards = query.sort.descending && query.sort.column.isEmpty();
    const auto rows = m_kept->rows(*after, isBackwards, query.limit + 1, bring == Bring::Cells ? cellBytes : 0);
    PORTOLAN_TRY(rows);
    Page<TableRow> page{{}, query.after, !rows->isFull() && rows->count() <= query.limit};
    const auto columns = static_cast<int>(m_columns.size());
    for (int at = 0; at < std::min(rows->count(), query.limit); ++at) {
        TableRow& row = page.rows.emplace_back();
        for (int i = 0; bring != Bring::Keys && i < columns; ++i)
            row.cells.push_back(cellOf(rows->cell(at, i), static_cast<std::size_t>(i)));
        row.key = m_kept->numberOf(*after, isBackwards, at);
        page.next = Cursor{{row.key}};
    }
    return page;
}

Result<std::unique_ptr<ExportPage>> SqliteTable::readExport(Connection& connection, const ListQuery& query) {
    const auto columns = static_cast<int>(m_columns.size());
    const auto pageOf = [&](SqliteRowBuffer rows, const auto& cursor) {
        const int count = std::min(rows.count(), query.limit);
        Cursor next = count > 0 ? cursor(rows, count - 1) : query.after;
        const bool isLast = !rows.isFull() && rows.count() <= query.limit;
        std::unique_ptr<ExportPage> page = std::make_unique<CopiedRowsPage>(std::move(rows), query.limit, m_schema);
        page->next = std::move(next);
        page->last = isLast;
        return page;
    };
    if (m_key.isEmpty()) {
        const Result<qint64> after = keep(connection, query, qint64(query.limit) + 1);
        PORTOLAN_TRY(after);
        const bool isBackwards = query.sort.descending && query.sort.column.isEmpty();
        Result<SqliteRowBuffer> rows = m_kept->rows(*after, isBackwards, query.limit + 1, 0);
        PORTOLAN_TRY(rows);
        return pageOf(std::move(*rows), [&](const SqliteRowBuffer&, int row) {
            return Cursor{{m_kept->numberOf(*after, isBackwards, row)}};
        });
    }
    const Result<Order> order = orderOf(query);
    PORTOLAN_TRY(order);
    const auto statements = statementsOf(query, *order, Bring::Whole, qint64(query.limit) + 1);
    PORTOLAN_TRY(statements);
    SqliteRowBuffer rows;
    const bool areApart = areKeysApart(Bring::Whole, *order);
    const bool isReadBefore = areApart || connection.dialect().isUtf16(); // copied, a text is in UTF-8
    std::vector<SqliteValue> place;
    const Result<void> read = each(connection, *statements, [&](const SqliteQuery& row, const SqliteQuery& keys) {
        const auto valueAt = [&keys](int column) { return SqliteValue::of(keys, column); };
        if (isReadBefore && rows.count() < query.limit)
            place = valuesAt(valueAt, areApart ? 0 : columns, order->terms.size());
        row.copyTo(rows);
        return rows.count() <= query.limit && !rows.isFull();
    });
    PORTOLAN_TRY(read);
    return pageOf(std::move(rows), [&](const SqliteRowBuffer& copied, int row) {
        if (isReadBefore)
            return cursorAt(place, *order);
        const auto valueAt = [&](int column) { return SqliteValue::of(copied, row, column); };
        return cursorAt(valuesAt(valueAt, columns, order->terms.size()), *order);
    });
}

/// In one pass over what the order goes by.
Result<PageIndex> SqliteTable::readPageIndex(Connection& connection, const ListQuery& query, int pages) {
    PageIndex pageIndex;
    pageIndex.next = query.after;
    const qint64 wanted = qint64(pages) * query.limit;
    qint64 passed = 0;
    const auto endPage = [&](int count, Cursor next) {
        pageIndex.starts.push_back(std::exchange(pageIndex.next, std::move(next)));
        pageIndex.counts.push_back(count);
    };
    if (m_key.isEmpty()) {
        const Result<qint64> after = keep(connection, query, wanted + 1);
        PORTOLAN_TRY(after);
        const bool isBackwards = query.sort.descending && query.sort.column.isEmpty();
        const qint64 from = isBackwards && *after == 0 ? m_kept->count() + 1 : *after;
        const qint64 there = isBackwards ? from - 1 : m_kept->count() - from;
        for (qint64 left = there; left > 0 && std::ssize(pageIndex.starts) < pages;) {
            const auto count = static_cast<int>(std::min<qint64>(left, query.limit));
            left -= count;
            endPage(count, Cursor{{isBackwards ? left + 1 : m_kept->count() - left}});
            pageIndex.complete = left == 0;
        }
        pageIndex.complete = pageIndex.complete || there <= 0;
        return pageIndex;
    }
    const Result<Order> order = orderOf(query);
    PORTOLAN_TRY(order);
    const auto statements = statementsOf(query, *order, Bring::Keys, wanted + 1);
    PORTOLAN_TRY(statements);
    pageIndex.complete = true;
    Cursor last;
    const Result<void> read = each(connection, *statements, [&](const SqliteQuery& row, const SqliteQuery&) {
        pageIndex.complete = passed < wanted;
        if (!pageIndex.complete)
            return false;
        ++passed;
        const auto valueAt = [&row](int column) { return SqliteValue::of(row, column); };
        if (passed % query.limit == 0)
            endPage(query.limit, cursorAt(valuesAt(valueAt, 0, order->terms.size()), *order));
        else
            last = cursorAt(valuesAt(valueAt, 0, order->terms.size()), *order);
        return true;
    });
    PORTOLAN_TRY(read);
    if (passed % query.limit != 0)
        endPage(static_cast<int>(passed % query.limit), std::move(last));
    return pageIndex;
}

/// The state is asked for first: that may open the database again.
template <class Ask>
auto SqliteTable::ask(const CancelToken& token, Ask ask) {
    using Answer = std::invoke_result_t<Ask, Connection&>;
    if (m_key.isEmpty()) {
        const Result<ChangeMark> mark = m_session.changeMark();
        if (!mark)
            return Answer(mark.error());
        m_now = *mark;
    }
    return m_session.read(token, ask);
}

Result<std::unique_ptr<ExportPage>> SqliteTable::exportPage(const ListQuery& query, const CancelToken& token) {
    return ask(token, [&](Connection& connection) { return readExport(connection, query); });
}

Result<Page<TableRow>> SqliteTable::page(const ListQuery& query, const CancelToken& token) {
    return ask(token, [&](Connection& connection) { return readPage(connection, query, Bring::Whole); });
}

Result<Page<TableRow>> SqliteTable::Cells::page(const ListQuery& query, const CancelToken& token) {
    return m_table.ask(token,
                       [&](Connection& connection) { return m_table.readPage(connection, query, Bring::Cells); });
}

Result<PageIndex> SqliteTable::Cells::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    return m_table.pageIndex(query, pages, token);
}

Result<PageIndex> SqliteTable::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    return ask(token, [&](Connection& connection) { return readPageIndex(connection, query, pages); });
}

} // namespace portolan
