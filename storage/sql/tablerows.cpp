#include "storage/sql/tablerows.h"

#include "storage/sql/columns/schemainspector.h"

namespace portolan {

namespace {

bool isBookkeeping(const QString& table) {
    return table == QLatin1String("schema_version") || table == QLatin1String("portolan_migrations");
}

Result<bool> hasRows(Connection& connection, const SchemaInspector& catalogue) {
    for (const auto& [name, entry] : catalogue.entries()) {
        if (entry.kind != SchemaInspector::Kind::Table || isBookkeeping(name))
            continue;
        const Result<QString> quoted = quoteIdentifier(name);
        PORTOLAN_TRY(quoted);
        const Result<QVariant> some = connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM %1)").arg(*quoted));
        PORTOLAN_TRY(some);
        if (some->toBool())
            return true;
    }
    return false;
}

} // namespace

Result<bool> holdsRows(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    return catalogue ? hasRows(connection, *catalogue) : Result<bool>(catalogue.error());
}

Result<QStringList> tablesWithHeirs(Connection& connection) {
    if (connection.dialect() == SqlDialect::Sqlite)
        return QStringList();
    Result<QSqlQuery> rows = connection.run(QStringLiteral(
        "SELECT c.relname FROM pg_catalog.pg_class AS c WHERE c.relnamespace = "
        "to_regnamespace(quote_ident(current_schema)) AND c.relkind = 'r' AND EXISTS (SELECT 1 FROM "
        "pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS h ON h.oid = i.inhrelid JOIN pg_catalog.pg_namespace "
        "AS "
        "n ON n.oid = h.relnamespace WHERE i.inhparent = c.oid AND n.nspname NOT LIKE '\\_timescaledb%')"));
    PORTOLAN_TRY(rows);
    QStringList names;
    QueryCursor walk(connection, *rows);
    while (walk.next())
        names << rows->value(0).toString();
    return walk.error() ? Result<QStringList>(*walk.error()) : names;
}

Result<std::map<QString, qint64>> rowCounts(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    const auto heired = tablesWithHeirs(connection);
    PORTOLAN_TRY(heired);
    std::map<QString, qint64> counts;
    for (const auto& [name, entry] : catalogue->entries()) {
        if (entry.kind != SchemaInspector::Kind::Table)
            continue;
        const Result<QString> quoted = quoteIdentifier(name);
        PORTOLAN_TRY(quoted);
        const Result<QVariant> count =
            connection.value(QStringLiteral("SELECT count(*) FROM ")
                             + (heired->contains(name) ? QStringLiteral("ONLY ") : QString()) + *quoted);
        PORTOLAN_TRY(count);
        counts[name] = count->toLongLong();
    }
    return counts;
}

} // namespace portolan
