#pragma once

#include "storage/sql/connection/connection.h"

namespace portolan {

/// Runs a statement that must change exactly so many rows: were it otherwise, a rule or trigger of the database is in
/// the way, and nothing of the transaction may stand. Error Invalid says so.
[[nodiscard]] Result<void> executeExpecting(Connection& connection, const QString& sql, const QVariantList& bindings,
                                            std::size_t rows, const QString& doing);
/// Says the same of a statement that was run.
[[nodiscard]] Result<void> expectChanged(Connection& connection, const QSqlQuery& changed, std::size_t rows);

} // namespace portolan
