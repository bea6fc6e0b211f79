#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <map>

namespace portolan {

/// Returns true when any table holds rows, other than the migrator's own.
[[nodiscard]] Result<bool> holdsRows(Connection& connection);

/// Counts the rows of each table, exactly. Costs a pass over all of them.
[[nodiscard]] Result<std::map<QString, qint64>> rowCounts(Connection& connection);

} // namespace portolan
