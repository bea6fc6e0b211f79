#pragma once

#include "storage/sql/connection/connection.h"
#include "storage/tables/tables.h"

namespace portolan {

/// Reads every table and view of a database, of any program, by its catalogues. SQLite: readSqliteTables(); left out of
/// PostgreSQL: what is in a schema of the server's or of an extension, and partitions. By path.
[[nodiscard]] Result<std::vector<TableInfo>> readTables(Connection& connection);

/// Reads the columns, indexes, triggers and partitions of one of them.
[[nodiscard]] Result<TableDetail> readTableDetail(Connection& connection, const TableInfo& info);

[[nodiscard]] TableInfo::Zone zoneOfTable(const TableInfo& info);

/// As SQL names it: "analytics_data"."x".
[[nodiscard]] Result<QString> quotedTable(const TableInfo& info, SqlDialect dialect);

} // namespace portolan
