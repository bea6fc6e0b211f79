#include "storage/tables/sql/tabledirectory.h"

#include "storage/tables/sql/servercatalogue.h"
#include "storage/tables/sql/sqlitecatalogue.h"

#include <algorithm>
#include <array>

namespace portolan {

/// The tables that the migrations 001 to 008 make.
static constexpr std::array coreTables{
    "schema_version", "component_state",   "component_metrics", "port_metrics",  "system_health",
    "checkpoints",    "port_messages",     "dead_letter_queue", "sink_storage",  "component_statistics",
    "batches",        "messages",          "processed_events",  "metrics",       "connector_profiles",
    "client_configs", "service_proposals", "market_data",       "news_articles", "telemetry_events"};

TableInfo::Zone zoneOfTable(const TableInfo& info) {
    if (info.schema == "analytics_data" || info.name.startsWith("analytics_data_"))
        return TableInfo::Zone::User;
    if (info.isElsewhere)
        return TableInfo::Zone::Other;
    if (info.name.startsWith("portolan_"))
        return TableInfo::Zone::Portolan;
    const bool isCore = std::ranges::any_of(coreTables, [&](const char* name) { return info.name == name; });
    return isCore ? TableInfo::Zone::Core : TableInfo::Zone::Other;
}

Result<QString> quotedTable(const TableInfo& info, SqlDialect dialect) {
    const Result<QString> name = quoteIdentifier(QString::fromUtf8(info.name));
    if (!name || dialect == SqlDialect::Sqlite || info.schema.isEmpty())
        return name;
    const Result<QString> schema = quoteIdentifier(QString::fromUtf8(info.schema));
    return schema ? Result<QString>(*schema + QLatin1Char('.') + *name) : schema;
}

Result<std::vector<TableInfo>> readTables(Connection& connection) {
    auto infos =
        connection.dialect() == SqlDialect::Sqlite ? readSqliteTables(connection) : readServerTables(connection);
    if (!infos)
        return infos;
    for (TableInfo& info : *infos)
        info.zone = zoneOfTable(info);
    std::ranges::sort(*infos, {}, &TableInfo::path);
    return infos;
}

Result<TableDetail> readTableDetail(Connection& connection, const TableInfo& info) {
    return connection.dialect() == SqlDialect::Sqlite ? readSqliteTableDetail(connection, info)
                                                      : readServerTableDetail(connection, info);
}

} // namespace portolan
