#pragma once

#include "storage/sql/connection/connection.h"

#include <chrono>

namespace portolan {

/// Brings `component_statistics` up to date: a materialized view in PostgreSQL, which readers can go on reading, or a
/// table in SQLite, locked only while a row a component is written. Leaves one alone that is missing, of another type
/// or somebody else's. `limit`: how long a server may take (zero: for ever); after it, error Timeout, and everything is
/// as it was. On the connection's thread.
[[nodiscard]] Result<void> refreshComponentStatistics(Connection& connection, std::chrono::milliseconds limit);

} // namespace portolan
