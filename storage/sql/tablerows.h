#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <QStringList>
#include <map>

namespace portolan {

/// Returns true when any table holds rows, other than the migrator's own.
[[nodiscard]] Result<bool> holdsRows(Connection& connection);

/// Returns the tables on a server that others inherit from: FROM ONLY has their own rows. Neither tables of partitions
/// nor of chunks, whose rows are theirs.
[[nodiscard]] Result<QStringList> tablesWithHeirs(Connection& connection);

/// Counts the rows of each table, exactly, without those of tables that inherit from it. Costs a pass over all of them.
[[nodiscard]] Result<std::map<QString, qint64>> rowCounts(Connection& connection);

} // namespace portolan
