#pragma once

#include "storage/sql/connection/connection.h"

#include <chrono>

namespace portolan {

/// Brings `component_statistics` up to date: a materialized view in PostgreSQL, that readers are not kept from
/// meanwhile, a table in SQLite, where nobody waits but for the writing of a row a component. Left alone: one that is
/// not there, that is another thing, or that belongs to somebody else. `limit` is how long a server may take, which
/// then leaves everything as it was (error Timeout); zero is for ever. On the connection's thread.
[[nodiscard]] Result<void> refreshComponentStatistics(Connection& connection, std::chrono::milliseconds limit);

} // namespace portolan
