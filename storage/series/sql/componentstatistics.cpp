#include "storage/series/sql/componentstatistics.h"

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/unitofwork.h"

#include <vector>

namespace portolan {

namespace {

QString refreshing() {
    return QStringLiteral("refresh component_statistics in");
}

Result<void> refreshView(Connection& connection, std::chrono::milliseconds limit) {
    const Result<QVariant> isOurs = connection.value(QStringLiteral(
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid "
        "WHERE c.relnamespace = pg_catalog.to_regnamespace(quote_ident(current_schema)) AND c.relname = "
        "'component_statistics' "
        "AND c.relkind = 'm' AND c.relispopulated AND pg_catalog.pg_has_role(c.relowner, 'USAGE') "
        "AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL)"));
    PORTOLAN_TRY(isOurs);
    if (!isOurs->toBool())
        return {};
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const QStringList statements{QStringLiteral("SET LOCAL statement_timeout = %1").arg(limit.count()),
                                 QStringLiteral("REFRESH MATERIALIZED VIEW CONCURRENTLY component_statistics")};
    for (const QString& statement : statements) {
        if (const Result<void> done = connection.execute(statement, {}, refreshing()); !done)
            return done;
    }
    return work->commit();
}

/// Reads first, then writes: reading may take a while, and a transaction that writes keeps all others from writing.
Result<void> refreshTable(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (catalogue->lacks(QStringLiteral("component_metrics"),
                         {"component_name", "metric_name", "metric_value", "timestamp"})
        || catalogue->lacks(QStringLiteral("component_statistics"),
                            {"component_name", "total_messages", "avg_throughput", "last_activity"}))
        return {};
    std::vector<QVariantList> found;
    {
        Result<QSqlQuery> rows = connection.run(
            QStringLiteral("SELECT component_name, count(*), avg(metric_value), max(timestamp) FROM component_metrics "
                           "WHERE metric_name = 'throughput' GROUP BY component_name"),
            {}, refreshing());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows, refreshing());
        while (walk.next()) {
            found.push_back({rows->value(0), rows->value(1), rows->value(2), rows->value(3)});
        }
        if (walk.error())
            return *walk.error();
    }
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    if (const Result<void> gone =
            connection.execute(QStringLiteral("DELETE FROM component_statistics"), {}, refreshing());
        !gone)
        return gone;
    for (const QVariantList& row : found) {
        const Result<void> put = connection.execute(
            QStringLiteral("INSERT INTO component_statistics (component_name, total_messages, avg_throughput, "
                           "last_activity) VALUES (?, ?, ?, ?)"),
            row, refreshing());
        if (!put)
            return put;
    }
    return work->commit();
}

} // namespace

Result<void> refreshComponentStatistics(Connection& connection, std::chrono::milliseconds limit) {
    return connection.dialect() == SqlDialect::Sqlite ? refreshTable(connection) : refreshView(connection, limit);
}

} // namespace portolan
