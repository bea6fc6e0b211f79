#include "storage/sql/opentable.h"

#include "storage/sql/foreigncolumns.h"
#include "storage/sql/rowcells.h"

#include <algorithm>

namespace portolan {

namespace {

QString aliased(const QString& quoted) {
    return QStringLiteral("t.") + quoted;
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
    if (type == "date")
        return ColumnType::Date;
    return type.startsWith("timestamp") ? ColumnType::Time : ColumnType::Text;
}

QVariant bound(const Value& value) {
    if (const auto* number = std::get_if<qint64>(&value))
        return QVariant(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real);
    const auto* text = std::get_if<QByteArray>(&value);
    return text ? QVariant(QString::fromUtf8(*text) + QStringLiteral("")) : QVariant();
}

} // namespace

Result<std::shared_ptr<OpenTable>> OpenTable::open(Session& session, const TableDetail& detail) {
    if (detail.info.kind == "foreign table")
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is a %2: reading it would run another program.")
                         .arg(QString::fromUtf8(detail.info.path()), QString::fromUtf8(detail.info.kind))};
    std::shared_ptr<OpenTable> table(new OpenTable(session, detail));
    const Result<void> prepared =
        session.read(session.token(), [&](Connection& connection) { return table->prepare(connection, detail); });
    if (!prepared)
        return prepared.error();
    table->m_cutListing = table->m_listing;
    table->m_cutListing.cut = cellBytes;
    return Result(table);
}

Result<void> OpenTable::addColumn(const TableDetail::Column& column, SqlDialect dialect) {
    const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(column.name));
    if (!quoted)
        return quoted.error();
    const ColumnType type = serverType(column.type);
    const QString name = aliased(*quoted);
    Catalogue::Column known{
        QString::fromUtf8(column.name), QString::fromUtf8(column.type), column.notNull, column.keyPosition, {}};
    known.type = known.type.section(u'(', 0, 0);
    const bool isWall = type == ColumnType::Time && !column.type.endsWith("with time zone");
    m_schema.columns.push_back({column.name, type, type == ColumnType::Text || type == ColumnType::Json, isWall});
    m_listing.sql.push_back(columnAs(type, name, known, dialect));
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
        if (const Result<void> added = addColumn(column, dialect); !added)
            return added;
        if (column.keyPosition > 0)
            keys.push_back(&column);
    }
    m_listing.schema = &m_schema;
    if (m_info.kind == "view")
        return {};
    std::ranges::sort(keys, {}, &TableDetail::Column::keyPosition);
    for (const TableDetail::Column* key : keys) {
        const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(key->name));
        if (!quoted)
            return quoted.error();
        m_key.push_back({aliased(*quoted), QString::fromUtf8(key->type)});
    }
    m_finding = m_key.empty() ? Finding::Place : Finding::Key;
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
        return QStringLiteral("A view has no key: its first %1 rows, of %2 MiB at most.")
            .arg(QString::number(Tables::mostViewRows), QString::number(Tables::mostViewBytes >> 20));
    return {};
}

QString OpenTable::readingRows() {
    return QStringLiteral("read the rows of");
}

QString OpenTable::columnsOf(const SqlListing& listing, SqlDialect dialect) {
    QStringList columns;
    for (std::size_t i = 0; i < listing.sql.size(); ++i)
        columns << readColumn(listing, i, dialect);
    return columns.join(QStringLiteral(", "));
}

/// With the key behind it.
QString OpenTable::broughtSql(Bring bring) const {
    if (bring == Bring::Keys)
        return keySql();
    return columnsOf(bring == Bring::Cells ? m_cutListing : m_listing, m_session.dialect()) + QStringLiteral(", ")
           + keySql();
}

/// The key as it is read: as texts that are cast back.
QString OpenTable::keySql() const {
    if (m_finding == Finding::Place)
        return QStringLiteral("CAST(t.ctid AS text)");
    QStringList keys;
    for (const KeyColumn& key : m_key)
        keys << QStringLiteral("CAST(%1 AS text)").arg(key.expression);
    return keys.join(QStringLiteral(", "));
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
        right << (m_finding == Finding::Place ? QStringLiteral("CAST(? AS tid)")
                                              : QStringLiteral("CAST(? AS %1)").arg(m_key[i].type));
        place.bindings << bound(cursor->keys[i]);
    }
    place.sql = QStringLiteral("(%1) %2 (%3)")
                    .arg(left.join(QStringLiteral(", ")), QLatin1String(comparison), right.join(QStringLiteral(", ")));
    return place;
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
        const auto* text = std::get_if<QByteArray>(&key);
        const QByteArray named = text ? *text : QByteArray();
        const qsizetype blank = named.indexOf(' ');
        if (m_finding == Finding::Place) {
            const qsizetype part = named.first(std::max<qsizetype>(blank, 0)).toLongLong();
            if (blank < 0 || part >= m_parts.size())
                return gone;
            table = m_parts[part];
        }
        const Statement place = keyPlace(named.mid(blank + 1), "=");
        if (place.sql.isEmpty())
            return gone;
        Result<QSqlQuery> query = connection.run(QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3")
                                                     .arg(columnsOf(m_listing, m_session.dialect()), table, place.sql),
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
