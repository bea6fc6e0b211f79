#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <map>

namespace portolan {

/// Whether any table holds rows, those of the migrator's own aside.
[[nodiscard]] Result<bool> holdsRows(Connection& connection);

/// How many rows each table has, exactly. Costs a pass over all of them.
[[nodiscard]] Result<std::map<QString, qint64>> rowCounts(Connection& connection);

} // namespace portolan
