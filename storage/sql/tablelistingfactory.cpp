#include "storage/sql/tablelistingfactory.h"

#include "storage/sql/columns/columnadapters.h"

#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

/// Returns the name under which SQLite gives a row's number, which no column has taken; nothing: there is none.
std::optional<QString> rowNumberOf(const SchemaInspector::Entry& table) {
    if (!table.hasRowIds)
        return std::nullopt;
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
        if (!table.column(QLatin1String(name)))
            return QLatin1String(name);
    }
    return std::nullopt;
}

/// Returns true for our own tables, which the default of one of their times tells: they keep times in one form, those
/// of other programs in any.
bool keepsIsoTimes(const SchemaInspector::Entry& table) {
    return std::ranges::any_of(table.columns, [](const SchemaInspector::Column& column) {
        return column.usual.contains(QLatin1String("strftime('%Y-%m-%dT%H:%M:%fZ'"));
    });
}

Result<QString> nameIn(const SchemaInspector::Column& column, const QString& alias) {
    const Result<QString> quoted = quoteIdentifier(column.name);
    return quoted ? Result<QString>(alias + QLatin1Char('.') + *quoted) : Result<QString>(quoted.error());
}

Result<SqlColumn> sqlColumnOf(const SchemaInspector::Entry& table, const ColumnSet::Column& wanted,
                              const QString& alias) {
    const SqlDialect dialect = table.dialect;
    const SchemaInspector::Column* column = table.column(QString::fromUtf8(wanted.name));
    if (!column)
        return SqlColumn(nothingOf(wanted.type, ColumnEncoding::Plain, dialect));
    const Result<QString> name = nameIn(*column, alias);
    PORTOLAN_TRY(name);
    const bool isIso = dialect == SqlDialect::Sqlite && wanted.type == ColumnType::Time && keepsIsoTimes(table);
    return isIso ? SqlColumn(*name, ColumnEncoding::IsoText) : columnAs(wanted.type, *name, *column, dialect);
}

/// Returns the columns of the primary key, in its order.
std::vector<const SchemaInspector::Column*> keyColumns(const SchemaInspector::Entry& table) {
    std::vector<const SchemaInspector::Column*> key;
    for (const SchemaInspector::Column& column : table.columns) {
        if (column.keyPosition > 0)
            key.push_back(&column);
    }
    std::ranges::sort(key, {}, &SchemaInspector::Column::keyPosition);
    return key;
}

/// Returns false where the primary key does not tell all rows apart: tables that inherit have keys of their own, and
/// SQLite lets the key of a table with row numbers be NULL.
bool holdsForAllRows(const SchemaInspector::Entry& table, std::span<const SchemaInspector::Column* const> key) {
    if (key.empty() || table.heirs != SchemaInspector::Heirs::None)
        return false;
    const bool mayBeNull = table.dialect == SqlDialect::Sqlite && table.hasRowIds;
    return !mayBeNull || std::ranges::all_of(key, &SchemaInspector::Column::notNull);
}

/// Returns the type to which a value of a column is cast: without a length these two names are of one character or bit.
QString castOf(const SchemaInspector::Column& column) {
    if (column.type == QLatin1String("character"))
        return QStringLiteral("bpchar");
    return column.type == QLatin1String("bit") ? QStringLiteral("\"bit\"") : column.type;
}

SqlKeyPart serverPart(const SchemaInspector::Column& column, const QString& expression) {
    if (isWholeNumber(column, SqlDialect::Postgresql))
        return {expression, SqlKeyPart::Kind::Integer, std::nullopt};
    if (column.type == QLatin1String("uuid"))
        return {expression, SqlKeyPart::Kind::Uuid, std::nullopt};
    if (isServerText(column.type))
        return {expression, SqlKeyPart::Kind::Text, std::nullopt};
    return {expression, SqlKeyPart::Kind::Native, std::nullopt, castOf(column)};
}

/// Adds a value of SQLite's of any storage class, in its order: numbers, texts, bytes.
void addStoredParts(std::vector<SqlKeyPart>& parts, const QString& expression) {
    parts.push_back({QStringLiteral("CASE typeof(%1) WHEN 'text' THEN 1 WHEN 'blob' THEN 2 ELSE 0 END").arg(expression),
                     SqlKeyPart::Kind::Integer, std::nullopt});
    parts.push_back(
        {QStringLiteral("CASE WHEN typeof(%1) IN ('text', 'blob') THEN CAST(%1 AS BLOB) ELSE +%1 END").arg(expression),
         SqlKeyPart::Kind::Stored, std::nullopt});
}

/// Returns the listing's column that is just this key part, compared alike; nothing: none is.
std::optional<int> columnOf(const SqlKeyPart& part, const SchemaInspector::Column& column, const ColumnSet& schema,
                            std::span<const SqlColumn> columns) {
    const ColumnSet::Column* const wanted = schema.find(column.name.toUtf8());
    if (!wanted)
        return std::nullopt;
    const auto at = static_cast<std::size_t>(wanted - schema.columns.data());
    const bool isTime = part.kind == SqlKeyPart::Kind::Native && wanted->type == ColumnType::Time
                        && column.type.startsWith(QLatin1String("timestamp"));
    const bool isAlike = part.kind != SqlKeyPart::Kind::Native
                             ? keyFormOf(wanted->type, columns[at].keeping) == keyFormOf(part)
                             : isTime;
    return isAlike && columns[at].expression == part.expression ? std::optional(static_cast<int>(at)) : std::nullopt;
}

} // namespace

std::optional<QString> lacksRowKey(const SchemaInspector::Entry& table, const QString& name) {
    const bool isPlaced = table.dialect == SqlDialect::Postgresql && table.heirs != SchemaInspector::Heirs::Foreign;
    if (rowNumberOf(table) || isPlaced || holdsForAllRows(table, keyColumns(table)))
        return std::nullopt;
    if (table.heirs == SchemaInspector::Heirs::Foreign)
        return QStringLiteral(
                   "The rows of the table %1 cannot be told apart: some of them are on another server, and no "
                   "primary key is for all of them.")
            .arg(name);
    return QStringLiteral("The rows of the table %1 cannot be told apart: its primary key may be NULL.").arg(name);
}

Result<SqlKey> keyOfTable(const SchemaInspector::Entry& table, const QString& name, const ColumnSet& schema,
                          std::span<const SqlColumn> columns, const QString& alias) {
    if (const auto lacking = lacksRowKey(table, name))
        return Error{ErrorCode::Unsupported, *lacking};
    if (const auto number = rowNumberOf(table))
        return SqlKey{{alias + QLatin1Char('.') + *number, SqlKeyPart::Kind::Integer, std::nullopt}};
    const bool isServer = table.dialect == SqlDialect::Postgresql;
    const auto key = keyColumns(table);
    std::vector<SqlKeyPart> parts;
    if (!holdsForAllRows(table, key)) { // by the place of a row, which tells it apart while nobody changes it
        parts.push_back(
            {QStringLiteral("CAST(%1.tableoid AS bigint)").arg(alias), SqlKeyPart::Kind::Integer, std::nullopt});
        parts.push_back(
            {alias + QStringLiteral(".ctid"), SqlKeyPart::Kind::Native, std::nullopt, QStringLiteral("tid")});
    } else {
        for (const SchemaInspector::Column* const column : key) {
            const Result<QString> expression = nameIn(*column, alias);
            PORTOLAN_TRY(expression);
            if (!isServer) {
                addStoredParts(parts, *expression);
                continue;
            }
            parts.push_back(serverPart(*column, *expression));
            parts.back().column = columnOf(parts.back(), *column, schema, columns);
        }
    }
    SqlKey made{std::move(parts.front())};
    made.rest.assign(std::make_move_iterator(parts.begin() + 1), std::make_move_iterator(parts.end()));
    return made;
}

bool isKeyAlone(const SchemaInspector::Entry& table, const SchemaInspector::Column& column) {
    return column.keyPosition == 1 && keyColumns(table).size() == 1 && table.heirs == SchemaInspector::Heirs::None;
}

std::optional<QString> lacksKey(const SchemaInspector::Entry& table, const QString& name) {
    if (auto lacking = lacksRowKey(table, name))
        return lacking;
    if (rowNumberOf(table) || (table.column(QStringLiteral("id"))->keyPosition == 1 && keyColumns(table).size() == 1))
        return std::nullopt;
    return QStringLiteral("The column id of the table %1 is not its primary key.").arg(name);
}

Result<SqlListing> listingOfTable(const SchemaInspector::Entry& table, const QString& name, const ColumnSet& schema,
                                  const QString& alias) {
    Result<SqlListing> listing = columnsOfTable(table, name, schema, alias);
    PORTOLAN_TRY(listing);
    Result<SqlKey> key = keyOfTable(table, name, schema, listing->sql, alias);
    PORTOLAN_TRY(key);
    listing->key = std::move(*key);
    return listing;
}

Result<SqlListing> columnsOfTable(const SchemaInspector::Entry& table, const QString& name, const ColumnSet& schema,
                                  const QString& alias) {
    const Result<QString> quoted = quoteIdentifier(name);
    PORTOLAN_TRY(quoted);
    SqlListing listing;
    listing.schema = &schema;
    listing.table = *quoted;
    listing.alias = alias;
    for (const ColumnSet::Column& wanted : schema.columns) {
        Result<SqlColumn> column = sqlColumnOf(table, wanted, alias);
        PORTOLAN_TRY(column);
        const SchemaInspector::Column* known = table.column(QString::fromUtf8(wanted.name));
        // An expression may be NULL though the column is not.
        const Result<QString> plain = known ? nameIn(*known, alias) : Result<QString>(QString());
        const bool isPlain = known && plain && column->expression == *plain;
        // In SQLite a primary key may hold NULL unless it is said not to.
        const bool never =
            known && (known->notNull || (known->keyPosition > 0 && table.dialect == SqlDialect::Postgresql));
        const bool isOfAll = table.heirs == SchemaInspector::Heirs::None; // those that inherit may hold NULL
        listing.nullable.push_back(!(isPlain && never && isOfAll));
        listing.sql.push_back(std::move(*column));
    }
    listing.order = static_cast<int>(schema.find(schema.timeColumn) - schema.columns.data());
    return listing;
}

} // namespace portolan
