#pragma once

#include "storage/series.h"
#include "storage/sql/serieslayout.h"

namespace portolan {

/// Every series of a database, with its newest sample where an index finds it. Costs some look-ups in an index for each
/// series; of a table that lacks the index (keys, time), which may be another program's, a pass over its rows.
[[nodiscard]] Result<std::vector<SeriesInfo>> listSeries(Connection& connection, const Catalogue& catalogue);

} // namespace portolan
