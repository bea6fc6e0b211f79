#include "storage/sql/tablelistingfactory.h"

#include "storage/sql/columns/columnadapters.h"

#include <algorithm>

namespace portolan {

namespace {

bool isOnlyKey(const SchemaInspector::Entry& table, const SchemaInspector::Column& column) {
    const auto keys = std::ranges::count_if(table.columns, [](const auto& each) { return each.keyPosition > 0; });
    return column.keyPosition == 1 && keys == 1;
}

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

SqlKey keyOf(const SchemaInspector::Entry& table, const SqlColumn& id, const QString& alias) {
    const SqlDialect dialect = table.dialect;
    if (const auto number = rowNumberOf(table))
        return {alias + QLatin1Char('.') + *number, SqlKey::Kind::Integer, std::nullopt};
    if (dialect == SqlDialect::Postgresql && id.keeping == ColumnEncoding::Integer)
        return {id.expression, SqlKey::Kind::Integer, 0};
    if (id.keeping == ColumnEncoding::Uuid)
        return {id.expression, SqlKey::Kind::Uuid, 0};
    return {id.expression, SqlKey::Kind::Text, 0};
}

} // namespace

std::optional<QString> lacksKey(const SchemaInspector::Entry& table, const QString& name) {
    if (rowNumberOf(table) || isOnlyKey(table, *table.column(QStringLiteral("id"))))
        return std::nullopt;
    return QStringLiteral("The column id of the table %1 is not its primary key.").arg(name);
}

Result<SqlListing> listingOfTable(const SchemaInspector::Entry& table, const QString& name, const ColumnSet& schema,
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
        listing.nullable.push_back(!(isPlain && never));
        listing.sql.push_back(std::move(*column));
    }
    listing.key = keyOf(table, listing.sql.front(), alias);
    listing.order = static_cast<int>(schema.find(schema.timeColumn) - schema.columns.data());
    return listing;
}

} // namespace portolan
