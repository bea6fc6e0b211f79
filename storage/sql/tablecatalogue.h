#pragma once

#include "storage/sql/connection.h"
#include "storage/tables.h"

#include <map>

namespace portolan {

/// Every table and view of a database by its catalogues, whoever made them. SQLite: its own and shadow tables left out;
/// PostgreSQL: what is in a schema of the server's or of an extension, and partitions. By path.
[[nodiscard]] Result<std::vector<TableInfo>> readTables(Connection& connection);

/// What one of them is made of. A virtual table's columns are not asked for: that would run its program.
[[nodiscard]] Result<TableDetail> readTableDetail(Connection& connection, const TableInfo& info);

/// As SQL names it: "analytics_data"."x".
[[nodiscard]] Result<QString> quotedTable(const TableInfo& info, SqlDialect dialect);

/// Of SQLite: what each table and its indexes take, by its name in lower case; empty where the file is so large that
/// looking at every page of it would take long, or the database cannot tell.
[[nodiscard]] Result<std::map<QString, qint64>> sqliteTableSizes(Connection& connection);

} // namespace portolan
