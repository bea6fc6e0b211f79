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

Result<std::map<QString, qint64>> rowCounts(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    std::map<QString, qint64> counts;
    for (const auto& [name, entry] : catalogue->entries()) {
        if (entry.kind != SchemaInspector::Kind::Table)
            continue;
        const Result<QString> quoted = quoteIdentifier(name);
        PORTOLAN_TRY(quoted);
        const Result<QVariant> count = connection.value(QStringLiteral("SELECT count(*) FROM %1").arg(*quoted));
        PORTOLAN_TRY(count);
        counts[name] = count->toLongLong();
    }
    return counts;
}

} // namespace portolan
