// The pages of OpenTable: rows in each of the ways in which they are found.

#include "storage/base/filtermatch.h"
#include "storage/sql/opentable.h"
#include "storage/sql/postgresqlrows.h"
#include "storage/sql/sqlitequery.h"
#include "storage/sql/sqlrows.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 firstBlocks = 64; ///< of a table that are looked through at once; then twice as many

/// A cell as it is, whatever its column promises: SQLite keeps anything anywhere.
Value cellValue(const QVariant& cell, ColumnType type) {
    if (cell.isNull())
        return {};
    switch (cell.typeId()) {
    case QMetaType::Bool:
        return cell.toBool();
    case QMetaType::Int:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
        return type == ColumnType::Boolean ? Value(cell.toBool()) : Value(cell.toLongLong());
    case QMetaType::Double:
        return cell.toDouble();
    default:
        break;
    }
    QByteArray text = cell.toByteArray();
    if (type == ColumnType::Time) {
        if (const auto time = parseIsoTime(text))
            return *time;
    }
    return text;
}

qint64 bytesIn(const TableRow& row) {
    qint64 bytes = 0;
    for (const Value& cell : row.cells) {
        const auto* text = std::get_if<QByteArray>(&cell);
        bytes += text ? text->size() : 0;
    }
    return bytes;
}

Error foreignPlace() {
    return Error{ErrorCode::Usage,
                 QStringLiteral("The place to go on from belongs to another list; begin without it.")};
}

} // namespace

Value tableCell(Value cell, ColumnType type) {
    if (type == ColumnType::Boolean && std::holds_alternative<qint64>(cell))
        return std::get<qint64>(cell) != 0;
    if (const auto* const day = std::get_if<Timestamp>(&cell); day && type == ColumnType::Date)
        return toIsoTime(*day).first(10);
    if (const auto* const text = std::get_if<QByteArray>(&cell); text && type == ColumnType::Time) {
        if (const auto time = parseIsoTime(*text))
            return *time;
    }
    return cell;
}

Result<void> OpenTable::checkOrder(const ListQuery& query) const {
    if (query.limit < 1)
        return Error{ErrorCode::Usage, QStringLiteral("A page has at least one row.")};
    if (query.sort.column.isEmpty())
        return {};
    return Error{ErrorCode::Usage, QStringLiteral("The rows of %1 go by %2; they cannot be sorted by a column.")
                                       .arg(QString::fromUtf8(m_info.path()),
                                            m_finding == Finding::Key ? QStringLiteral("its primary key")
                                                                      : QStringLiteral("their place in it"))};
}

TableRow OpenTable::rowAt(const QSqlQuery& query) const {
    TableRow row;
    row.cells.reserve(m_schema.columns.size());
    for (std::size_t i = 0; i < m_schema.columns.size(); ++i)
        row.cells.push_back(cellValue(query.value(static_cast<int>(i)), m_schema.columns[i].type));
    return row;
}

/// run() in the server's own form, which takes half of the time; nothing where not every column has one that is read.
Result<std::optional<std::vector<TableRow>>> OpenTable::runBinary(Connection& connection, const Statement& statement,
                                                                  int keysAt, int keys) {
    const Result<PostgresqlRows> read =
        PostgresqlRows::run(connection, statement.sql, statement.bindings, readingRows());
    if (!read)
        return read.error();
    m_isBinary = read->isReadable();
    if (!m_isBinary)
        return std::optional<std::vector<TableRow>>();
    std::vector<TableRow> rows(static_cast<std::size_t>(read->count()));
    for (int at = 0; at < read->count(); ++at) {
        TableRow& row = rows[static_cast<std::size_t>(at)];
        row.cells.reserve(static_cast<std::size_t>(keysAt));
        Cursor key;
        for (int column = 0; column < keysAt + keys; ++column) {
            auto cell = read->cell(at, column);
            if (!cell)
                return std::optional<std::vector<TableRow>>(); // this page alone
            if (column < keysAt)
                row.cells.push_back(tableCell(std::move(*cell), m_schema.columns[std::size_t(column)].type));
            else
                key.keys.push_back(std::move(*cell));
        }
        row.key = key.toText();
    }
    return std::optional(std::move(rows));
}

/// The rows of a statement whose last columns are the key, which becomes a text that Cursor reads.
Result<std::vector<TableRow>> OpenTable::run(Connection& connection, const Statement& statement, Bring bring) {
    const int keysAt = bring == Bring::Keys ? 0 : static_cast<int>(m_schema.columns.size());
    const int keys = m_finding == Finding::Place ? 1 : static_cast<int>(m_key.size());
    if (m_isBinary && connection.dialect() == SqlDialect::Postgresql) {
        auto binary = runBinary(connection, statement, keysAt, keys);
        if (!binary)
            return binary.error();
        if (*binary)
            return std::move(**binary);
    }
    Result<QSqlQuery> query = connection.run(statement.sql, statement.bindings, readingRows());
    if (!query)
        return query.error();
    std::vector<TableRow> rows;
    RowWalk walk(connection, *query, readingRows());
    while (walk.next()) {
        TableRow row = bring == Bring::Keys ? TableRow() : rowAt(*query);
        Cursor key;
        for (int i = 0; i < keys; ++i) {
            const QVariant cell = query->value(keysAt + i);
            if (cell.typeId() == QMetaType::QByteArray || cell.isNull())
                return Error{ErrorCode::Unsupported,
                             QStringLiteral("The primary key of %1 holds bytes or nothing; its rows cannot be paged "
                                            "through.")
                                 .arg(QString::fromUtf8(m_info.path()))};
            key.keys.push_back(cellValue(cell, ColumnType::Text));
        }
        row.key = key.toText();
        rows.push_back(std::move(row));
    }
    if (walk.error())
        return *walk.error();
    return rows;
}

/// The statement of a page by the key, and of one row more.
Result<OpenTable::Statement> OpenTable::keyPage(const ListQuery& query, Bring bring) const {
    const bool descending = query.sort.descending;
    const SqlCondition filter = compileFilter(query.filter, m_schema, m_listing.sql, m_session.dialect());
    QVariantList bindings = filter.bindings;
    QString where = filter.condition;
    if (!query.after.atStart()) {
        const Statement place = keyPlace(query.after.keys.front(), descending ? "<" : ">");
        if (place.sql.isEmpty() || query.after.keys.size() != 1)
            return foreignPlace();
        where += QStringLiteral(" AND ") + place.sql;
        bindings << place.bindings;
    }
    QStringList order;
    for (const KeyColumn& key : m_key)
        order << key.expression + (descending ? QStringLiteral(" DESC") : QString());
    bindings << QVariant(qint64(query.limit) + 1);
    return Statement{QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3 ORDER BY %4 LIMIT ?")
                         .arg(broughtSql(bring), m_listing.table, where, order.join(QStringLiteral(", "))),
                     bindings};
}

Result<Page<TableRow>> OpenTable::readByKey(Connection& connection, const ListQuery& query, Bring bring) {
    const Result<Statement> statement = keyPage(query, bring);
    if (!statement)
        return statement.error();
    auto rows = run(connection, *statement, bring);
    if (!rows)
        return rows.error();
    Page<TableRow> page{std::move(*rows), query.after, true};
    page.last = std::ssize(page.rows) <= query.limit;
    if (!page.last)
        page.rows.pop_back();
    if (!page.rows.empty())
        page.next.keys = {page.rows.back().key};
    return page;
}

/// Blocks of one part after another, as many at once as it takes.
Result<Page<TableRow>> OpenTable::readByPlace(Connection& connection, const ListQuery& query, Bring bring) {
    const bool descending = query.sort.descending;
    const auto parts = static_cast<qint64>(m_parts.size());
    qint64 part = descending ? parts - 1 : 0;
    std::optional<QByteArray> after;
    if (!query.after.atStart()) {
        const auto* number = std::get_if<qint64>(&query.after.keys.front());
        const auto* place = query.after.keys.size() == 2 ? std::get_if<QByteArray>(&query.after.keys[1]) : nullptr;
        if (!number || !place || *number < 0 || *number >= parts)
            return foreignPlace();
        part = *number;
        after = *place;
    }
    const SqlCondition filter = compileFilter(query.filter, m_schema, m_listing.sql, connection.dialect());
    const QString what = broughtSql(bring);
    Page<TableRow> page{{}, query.after, true};
    for (; part >= 0 && part < parts; part += descending ? -1 : 1) {
        const QString& table = m_parts[part];
        const Result<QVariant> size =
            connection.value(QStringLiteral("SELECT pg_catalog.pg_relation_size(CAST(? AS regclass)) / "
                                            "CAST(current_setting('block_size') AS bigint)"),
                             {table});
        if (!size)
            return size.error();
        const qint64 blocks = size->toLongLong();
        qint64 begin = descending ? blocks : 0;
        if (after) {
            const Result<Cursor> place = Cursor::fromText(*after);
            const auto* text = place && !place->keys.empty() ? std::get_if<QByteArray>(&place->keys.front()) : nullptr;
            if (!text)
                return foreignPlace();
            begin = text->mid(1, text->indexOf(',') - 1).toLongLong() + (descending ? 1 : 0);
        }
        for (qint64 window = firstBlocks; descending ? begin > 0 : begin < blocks; window *= 2) {
            const qint64 low = descending ? std::max<qint64>(begin - window, 0) : begin;
            const qint64 high = descending ? begin : begin + window;
            QString where =
                filter.condition + QStringLiteral(" AND t.ctid >= '(%1,0)' AND t.ctid < '(%2,0)'").arg(low).arg(high);
            QVariantList bindings = filter.bindings;
            if (after) {
                const Statement place = keyPlace(*after, descending ? "<" : ">");
                where += QStringLiteral(" AND ") + place.sql;
                bindings << place.bindings;
            }
            bindings << QVariant(qint64(query.limit) + 1 - qint64(page.rows.size()));
            auto rows = run(connection,
                            {QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3 ORDER BY t.ctid%4 LIMIT ?")
                                 .arg(what, table, where, descending ? QStringLiteral(" DESC") : QString()),
                             bindings},
                            bring);
            if (!rows)
                return rows.error();
            for (TableRow& row : *rows) {
                if (static_cast<int>(page.rows.size()) == query.limit) {
                    page.last = false;
                    return page;
                }
                page.next.keys = {part, row.key};
                row.key = QByteArray::number(part) + ' ' + std::get<QByteArray>(row.key);
                page.rows.push_back(std::move(row));
            }
            begin = descending ? low : high;
        }
        after.reset();
    }
    return page;
}

/// All that is read of a view stands in memory, numbered in a column of its own behind the others.
Result<Page<TableRow>> OpenTable::readFirst(Connection& connection, const ListQuery& query) {
    const Result<ChangeMark> mark = m_session.changeMark();
    if (!mark)
        return mark.error();
    if (!m_firstMark || *m_firstMark != *mark) {
        Result<QSqlQuery> rows = connection.run(
            QStringLiteral("SELECT %1 FROM %2 AS t LIMIT %3")
                .arg(columnsOf(m_listing, m_session.dialect()), m_listing.table, QString::number(Tables::mostViewRows)),
            {}, readingRows());
        if (!rows)
            return rows.error();
        std::vector<TableRow> read;
        qint64 bytes = 0;
        RowWalk walk(connection, *rows, readingRows());
        while (bytes <= Tables::mostViewBytes && walk.next()) {
            read.push_back(rowAt(*rows));
            bytes += bytesIn(read.back());
            read.back().key = static_cast<qint64>(read.size());
        }
        if (walk.error())
            return *walk.error();
        m_first = std::move(read);
        m_firstMark = *mark;
    }
    qint64 at = query.sort.descending ? std::ssize(m_first) : 1;
    if (!query.after.atStart()) {
        const auto* number = std::get_if<qint64>(&query.after.keys.front());
        if (!number)
            return foreignPlace();
        at = *number + (query.sort.descending ? -1 : 1);
    }
    const FilterMatcher matcher(query.filter, m_schema);
    Page<TableRow> page{{}, query.after, true};
    for (; at >= 1 && at <= std::ssize(m_first); at += query.sort.descending ? -1 : 1) {
        const TableRow& row = m_first[static_cast<std::size_t>(at - 1)];
        const auto cell = [](const void* cells, int column) { return static_cast<const Value*>(cells)[column]; };
        if (!matcher.matchesCells(row.cells.data(), cell))
            continue;
        if (static_cast<int>(page.rows.size()) == query.limit) {
            page.last = false;
            return page;
        }
        page.rows.push_back(row);
        page.next.keys = {at};
    }
    return page;
}

Result<Page<TableRow>> OpenTable::readPage(Connection& connection, const ListQuery& query, Bring bring) {
    if (const Result<void> checked = checkOrder(query); !checked)
        return checked.error();
    switch (m_finding) {
    case Finding::Key:
        return readByKey(connection, query, bring);
    case Finding::Place:
        return readByPlace(connection, query, bring);
    case Finding::First:
        break;
    }
    return readFirst(connection, query);
}

Result<Page<TableRow>> OpenTable::page(const ListQuery& query, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) { return readPage(connection, query, Bring::Whole); });
}

Result<Page<TableRow>> OpenTable::Cells::page(const ListQuery& query, const CancelToken& token) {
    return m_table.m_session.read(
        token, [&](Connection& connection) { return m_table.readPage(connection, query, Bring::Cells); });
}

Result<Skeleton> OpenTable::Cells::skeleton(const ListQuery& query, int pages, const CancelToken& token) {
    return m_table.skeleton(query, pages, token);
}

Result<Skeleton> OpenTable::skeleton(const ListQuery& query, int pages, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<Skeleton> {
        Skeleton skeleton;
        skeleton.next = query.after;
        ListQuery next = query;
        while (static_cast<int>(skeleton.starts.size()) < pages && !skeleton.complete) {
            next.after = skeleton.next;
            auto page = readPage(connection, next, Bring::Keys);
            if (!page)
                return page.error();
            skeleton.complete = page->last;
            if (page->rows.empty())
                break;
            skeleton.starts.push_back(skeleton.next);
            skeleton.counts.push_back(static_cast<int>(page->rows.size()));
            skeleton.next = std::move(page->next);
        }
        return skeleton;
    });
}

} // namespace portolan
