#pragma once

#include "storage/series/series.h"
#include "storage/series/sql/serieslayout.h"

namespace portolan {

/// Returns true when an unknown table holds series: it has a column of times, by its type or its name, and one of
/// numbers.
[[nodiscard]] bool holdsSeries(const QString& name, const SchemaInspector::Entry& table);

/// Lists the series of a database, with its newest sample where an index finds it. Costs some look-ups in an index for
/// each series; for another program's table without the index (keys, time), a pass over its rows.
[[nodiscard]] Result<std::vector<SeriesInfo>> listSeries(Connection& connection, const SchemaInspector& catalogue);

} // namespace portolan
