#include "storage/sql/opentable.h"

#include "storage/base/filtermatch.h"
#include "storage/sql/foreigncolumns.h"
#include "storage/sql/rowcells.h"
#include "storage/sql/sqlrows.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 firstBlocks = 64; ///< of a table that are looked through at once; then twice as many

QString readingRows() {
    return QStringLiteral("read the rows of");
}

QString aliased(const QString& quoted) {
    return QStringLiteral("t.") + quoted;
}

bool contains(const QByteArray& type, const char* word) {
    return type.toUpper().contains(word);
}

/// By affinity (SQLite, "Datatypes"). What a check says to be JSON is; times are those whose default is written as ours
/// are.
ColumnType sqliteType(const TableDetail& detail, const TableDetail::Column& column) {
    if (contains(column.type, "JSON") || detail.definition.contains("json_valid(" + column.name + ')'))
        return ColumnType::Json;
    if (column.usual.contains("strftime('%Y-%m-%dT%H:%M:%fZ'"))
        return ColumnType::Time;
    if (contains(column.type, "INT"))
        return ColumnType::Integer;
    for (const char* word : {"REAL", "FLOA", "DOUB"}) {
        if (contains(column.type, word))
            return ColumnType::Real;
    }
    return ColumnType::Text;
}

ColumnType serverType(const QByteArray& type) {
    if (type.startsWith("json"))
        return ColumnType::Json;
    if (type == "boolean")
        return ColumnType::Boolean;
    if (type == "integer" || type == "bigint" || type == "smallint")
        return ColumnType::Integer;
    if (type == "real" || type == "double precision" || type.startsWith("numeric"))
        return ColumnType::Real;
    return type.startsWith("timestamp") || type == "date" ? ColumnType::Time : ColumnType::Text;
}

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

QVariant bound(const Value& value) {
    if (const auto* number = std::get_if<qint64>(&value))
        return QVariant(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real);
    const auto* text = std::get_if<QByteArray>(&value);
    return text ? QVariant(QString::fromUtf8(*text) + QStringLiteral("")) : QVariant();
}

Error foreignPlace() {
    return Error{ErrorCode::Usage,
                 QStringLiteral("The place to go on from belongs to another list; begin without it.")};
}

} // namespace

Result<std::shared_ptr<OpenTable>> OpenTable::open(Session& session, const TableDetail& detail) {
    if (detail.info.kind == "virtual table" || detail.info.kind == "foreign table")
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is a %2: reading it would run another program.")
                         .arg(QString::fromUtf8(detail.info.path()), QString::fromUtf8(detail.info.kind))};
    std::shared_ptr<OpenTable> table(new OpenTable(session, detail));
    const Result<void> prepared =
        session.read(session.token(), [&](Connection& connection) { return table->prepare(connection, detail); });
    return prepared ? Result(table) : Result<std::shared_ptr<OpenTable>>(prepared.error());
}

Result<void> OpenTable::addColumn(const TableDetail& detail, const TableDetail::Column& column, SqlDialect dialect) {
    const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(column.name));
    if (!quoted)
        return quoted.error();
    const bool isServer = dialect == SqlDialect::Postgresql;
    const ColumnType type = isServer ? serverType(column.type) : sqliteType(detail, column);
    const QString name = aliased(*quoted);
    Catalogue::Column known{
        QString::fromUtf8(column.name), QString::fromUtf8(column.type), column.notNull, column.keyPosition, {}};
    known.type = known.type.section(u'(', 0, 0);
    m_schema.columns.push_back({column.name, type, type == ColumnType::Text || type == ColumnType::Json});
    m_listing.sql.push_back(!isServer && type == ColumnType::Time ? SqlColumn(name, SqlKeeping::IsoText)
                                                                  : columnAs(type, name, known, dialect));
    m_listing.nullable.push_back(true);
    return {};
}

Result<void> OpenTable::prepare(Connection& connection, const TableDetail& detail) {
    const SqlDialect dialect = connection.dialect();
    const Result<QString> table = quotedTable(m_info, dialect);
    if (!table)
        return table.error();
    m_listing.table = *table;
    m_listing.alias = QStringLiteral("t");
    std::vector<const TableDetail::Column*> keys;
    for (const TableDetail::Column& column : detail.columns) {
        if (const Result<void> added = addColumn(detail, column, dialect); !added)
            return added;
        if (column.keyPosition > 0)
            keys.push_back(&column);
    }
    m_listing.schema = &m_schema;
    if (m_info.kind == "view")
        return {};
    if (dialect == SqlDialect::Sqlite) {
        const Result<QVariant> withoutNumbers = connection.value(
            QStringLiteral("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE"),
            {QString::fromUtf8(m_info.name)});
        if (!withoutNumbers)
            return withoutNumbers.error();
        for (const char* name : {"rowid", "_rowid_", "oid"}) {
            const bool isTaken = std::ranges::any_of(
                detail.columns, [&](const TableDetail::Column& column) { return column.name.toLower() == name; });
            if (withoutNumbers->toBool() || isTaken)
                continue;
            m_finding = Finding::RowNumber;
            m_listing.key = {aliased(QLatin1String(name)), SqlKey::Kind::Integer, std::nullopt};
            return {};
        }
    }
    std::ranges::sort(keys, {}, &TableDetail::Column::keyPosition);
    for (const TableDetail::Column* key : keys) {
        const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(key->name));
        if (!quoted)
            return quoted.error();
        m_key.push_back({aliased(*quoted), QString::fromUtf8(key->type)});
    }
    m_finding = !m_key.empty() ? Finding::Key : dialect == SqlDialect::Postgresql ? Finding::Place : Finding::First;
    return m_finding == Finding::Place ? findParts(connection) : Result<void>();
}

/// The tables that its rows lie in, as SQL names them.
Result<void> OpenTable::findParts(Connection& connection) {
    Result<QSqlQuery> query = connection.run(
        QStringLiteral("WITH RECURSIVE tree(part) AS (SELECT c.oid FROM pg_catalog.pg_class AS c JOIN "
                       "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ? "
                       "UNION ALL SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = "
                       "tree.part) SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM tree JOIN "
                       "pg_catalog.pg_class AS c ON c.oid = tree.part JOIN pg_catalog.pg_namespace AS n ON n.oid = "
                       "c.relnamespace WHERE c.relkind IN ('r', 'm') ORDER BY c.oid"),
        {QString::fromUtf8(m_info.schema), QString::fromUtf8(m_info.name)}, readingRows());
    if (!query)
        return query.error();
    RowWalk walk(connection, *query, readingRows());
    while (walk.next())
        m_parts << query->value(0).toString();
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

QString OpenTable::note() const {
    if (m_finding == Finding::First)
        return QStringLiteral("A view has no key: its first %1 rows.").arg(Tables::mostViewRows);
    return {};
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

QString OpenTable::columnsSql() const {
    QStringList columns;
    for (std::size_t i = 0; i < m_schema.columns.size(); ++i) {
        const ColumnType type = m_schema.columns[i].type;
        const SqlColumn& column = m_listing.sql[i];
        const bool isText =
            (type == ColumnType::Text || type == ColumnType::Json) && column.keeping == SqlKeeping::Plain;
        columns << (isText ? bytesOf(column.expression, m_session.dialect()) : column.expression);
    }
    return columns.join(QStringLiteral(", "));
}

/// The key as it is read: SQLite's values as they are, a server's as texts that are cast back.
QString OpenTable::keySql() const {
    if (m_finding == Finding::Place)
        return QStringLiteral("CAST(t.ctid AS text)");
    QStringList keys;
    for (const KeyColumn& key : m_key)
        keys << (m_session.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(%1 AS text)").arg(key.expression)
                                                               : key.expression);
    return keys.join(QStringLiteral(", "));
}

TableRow OpenTable::rowAt(const QSqlQuery& query) const {
    TableRow row;
    row.cells.reserve(m_schema.columns.size());
    for (std::size_t i = 0; i < m_schema.columns.size(); ++i)
        row.cells.push_back(cellValue(query.value(static_cast<int>(i)), m_schema.columns[i].type));
    return row;
}

/// The rows of a statement whose last columns are the key, which becomes a text that Cursor reads.
Result<std::vector<TableRow>> OpenTable::run(Connection& connection, const Statement& statement, bool keysOnly) {
    Result<QSqlQuery> query = connection.run(statement.sql, statement.bindings, readingRows());
    if (!query)
        return query.error();
    const int keysAt = keysOnly ? 0 : static_cast<int>(m_schema.columns.size());
    const int keys = m_finding == Finding::Place ? 1 : static_cast<int>(m_key.size());
    std::vector<TableRow> rows;
    RowWalk walk(connection, *query, readingRows());
    while (walk.next()) {
        TableRow row = keysOnly ? TableRow() : rowAt(*query);
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

OpenTable::Statement OpenTable::keyPlace(const Value& key, const char* comparison) const {
    const auto* text = std::get_if<QByteArray>(&key);
    const Result<Cursor> cursor = Cursor::fromText(text ? QByteArrayView(*text) : QByteArrayView());
    const std::size_t columns = m_finding == Finding::Place ? 1 : m_key.size();
    if (!cursor || cursor->keys.size() != columns)
        return {};
    QStringList left;
    QStringList right;
    Statement place;
    for (std::size_t i = 0; i < columns; ++i) {
        left << (m_finding == Finding::Place ? QStringLiteral("t.ctid") : m_key[i].expression);
        right << (m_finding == Finding::Place                     ? QStringLiteral("CAST(? AS tid)")
                  : m_session.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS %1)").arg(m_key[i].type)
                                                                  : QStringLiteral("?"));
        place.bindings << bound(cursor->keys[i]);
    }
    place.sql = QStringLiteral("(%1) %2 (%3)")
                    .arg(left.join(QStringLiteral(", ")), QLatin1String(comparison), right.join(QStringLiteral(", ")));
    return place;
}

Result<Page<TableRow>> OpenTable::readByNumber(Connection& connection, const ListQuery& query) {
    const Result<KeysetQuery> keyset = KeysetQuery::make(m_listing, query, connection.dialect());
    if (!keyset)
        return keyset.error();
    const KeysetQuery::Statement statement = keyset->page(query.after, qint64(query.limit) + 1);
    Result<QSqlQuery> rows = connection.run(statement.sql, statement.bindings, readingRows());
    if (!rows)
        return rows.error();
    Page<TableRow> page{{}, query.after, true};
    RowWalk walk(connection, *rows, readingRows());
    while (walk.next()) {
        if (static_cast<int>(page.rows.size()) == query.limit) {
            page.last = false;
            return page;
        }
        page.rows.push_back(rowAt(*rows));
        page.rows.back().key = rows->value(keyset->keysAt() + 1).toLongLong();
        Result<Cursor> next = keyset->cursorAt(*rows, keyset->keysAt());
        if (!next)
            return next.error();
        page.next = std::move(*next);
    }
    if (walk.error())
        return *walk.error();
    return page;
}

Result<Page<TableRow>> OpenTable::readByKey(Connection& connection, const ListQuery& query, bool keysOnly) {
    const bool descending = query.sort.descending;
    const SqlCondition filter = compileFilter(query.filter, m_schema, m_listing.sql, connection.dialect());
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
    const QString what = keysOnly ? keySql() : columnsSql() + QStringLiteral(", ") + keySql();
    bindings << QVariant(qint64(query.limit) + 1);
    auto rows = run(connection,
                    {QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3 ORDER BY %4 LIMIT ?")
                         .arg(what, m_listing.table, where, order.join(QStringLiteral(", "))),
                     bindings},
                    keysOnly);
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
Result<Page<TableRow>> OpenTable::readByPlace(Connection& connection, const ListQuery& query, bool keysOnly) {
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
    const QString what = keysOnly ? keySql() : columnsSql() + QStringLiteral(", ") + keySql();
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
                            keysOnly);
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
        Result<QSqlQuery> rows =
            connection.run(QStringLiteral("SELECT %1 FROM %2 AS t LIMIT %3")
                               .arg(columnsSql(), m_listing.table, QString::number(Tables::mostViewRows)),
                           {}, readingRows());
        if (!rows)
            return rows.error();
        std::vector<TableRow> read;
        RowWalk walk(connection, *rows, readingRows());
        while (walk.next()) {
            read.push_back(rowAt(*rows));
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

Result<Page<TableRow>> OpenTable::readPage(Connection& connection, const ListQuery& query, bool keysOnly) {
    if (m_finding == Finding::RowNumber)
        return readByNumber(connection, query);
    if (const Result<void> checked = checkOrder(query); !checked)
        return checked.error();
    switch (m_finding) {
    case Finding::Key:
        return readByKey(connection, query, keysOnly);
    case Finding::Place:
        return readByPlace(connection, query, keysOnly);
    case Finding::RowNumber:
    case Finding::First:
        break;
    }
    return readFirst(connection, query);
}

Result<Page<TableRow>> OpenTable::page(const ListQuery& query, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) { return readPage(connection, query, false); });
}

Result<Skeleton> OpenTable::skeleton(const ListQuery& query, int pages, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<Skeleton> {
        if (m_finding == Finding::RowNumber)
            return sqlSkeleton(connection, m_listing, query, pages);
        Skeleton skeleton;
        skeleton.next = query.after;
        ListQuery next = query;
        while (static_cast<int>(skeleton.starts.size()) < pages && !skeleton.complete) {
            next.after = skeleton.next;
            auto page = readPage(connection, next, true);
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

Result<TableRow> OpenTable::row(const Value& key, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<TableRow> {
        const Error gone{ErrorCode::NotFound,
                         QStringLiteral("The row is not in %1 any more.").arg(QString::fromUtf8(m_info.path()))};
        const auto* number = std::get_if<qint64>(&key);
        if (m_finding == Finding::First) {
            const bool isThere = number && *number >= 1 && *number <= std::ssize(m_first);
            return isThere ? Result(m_first[static_cast<std::size_t>(*number - 1)]) : Result<TableRow>(gone);
        }
        QString table = m_listing.table;
        Statement place;
        if (m_finding == Finding::RowNumber) {
            place = {m_listing.key.expression + QStringLiteral(" = ?"), {number ? QVariant(*number) : QVariant()}};
        } else {
            const auto* text = std::get_if<QByteArray>(&key);
            const QByteArray named = text ? *text : QByteArray();
            const qsizetype blank = named.indexOf(' ');
            if (m_finding == Finding::Place) {
                const qsizetype part = named.first(std::max<qsizetype>(blank, 0)).toLongLong();
                if (blank < 0 || part >= m_parts.size())
                    return gone;
                table = m_parts[part];
            }
            place = keyPlace(named.mid(blank + 1), "=");
        }
        if (place.sql.isEmpty())
            return gone;
        Result<QSqlQuery> query =
            connection.run(QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3").arg(columnsSql(), table, place.sql),
                           place.bindings, readingRows());
        if (!query)
            return query.error();
        const Result<bool> found = connection.next(*query);
        if (!found)
            return found.error();
        if (!*found)
            return gone;
        TableRow row = rowAt(*query);
        row.key = key;
        return row;
    });
}

} // namespace portolan
