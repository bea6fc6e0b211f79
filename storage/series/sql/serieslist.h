#pragma once

#include "storage/series/series.h"
#include "storage/series/sql/serieslayout.h"

namespace portolan {

/// Returns true when the list has series of a table that is none of the known ones: it has a column of times, by its
/// type or its name, and one of numbers.
[[nodiscard]] bool holdsSeries(const QString& name, const SchemaInspector::Entry& table);

/// Every series of a database, with its newest sample where an index finds it. Costs some look-ups in an index for each
/// series; of a table that lacks the index (keys, time), which may be another program's, a pass over its rows.
[[nodiscard]] Result<std::vector<SeriesInfo>> listSeries(Connection& connection, const SchemaInspector& catalogue);

} // namespace portolan
