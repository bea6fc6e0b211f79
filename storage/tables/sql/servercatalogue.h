#pragma once

#include "storage/sql/connection/connection.h"
#include "storage/tables/tables.h"

#include <optional>

namespace portolan {

/// Lists every table, view and foreign table of a PostgreSQL database: not what is in a schema of the server's or of an
/// extension, and not partitions. No table is read but small ones that nobody has analysed yet, for a moment; what is
/// wrong with one of them stands in its `problem`.
[[nodiscard]] Result<std::vector<TableInfo>> readServerTables(Connection& connection);

/// Finds a table by its path, also a partition or a chunk, which are not listed; nothing where there is none.
[[nodiscard]] Result<std::optional<TableInfo>> serverTableNamed(Connection& connection, const QByteArray& path);

/// A text that differs when a table, a column of it or its parts were altered since; empty where there is none.
[[nodiscard]] Result<QByteArray> serverTableMark(Connection& connection, const QByteArray& path);

/// Reads its columns, indexes, constraints, triggers, parts and definition.
[[nodiscard]] Result<TableDetail> readServerTableDetail(Connection& connection, const TableInfo& info);

} // namespace portolan
