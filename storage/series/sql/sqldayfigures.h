#pragma once

#include "storage/series/dayfigures.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Reads what SeriesStore::dayFigures() returns, in a database of any program.
[[nodiscard]] Result<DayFigures> readDayFigures(Connection& connection, const SchemaInspector& catalogue,
                                                TimeRange range, std::chrono::minutes width);

} // namespace portolan
