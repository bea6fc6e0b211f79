#pragma once

#include "storage/series/series.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// As SeriesStore::happenings(), in a database that may be anybody's. Some thousands of rows at most; a pass
/// over `checkpoints`, which has no index by time alone.
[[nodiscard]] Result<std::vector<Annotation>> readHappenings(Connection& connection, const SchemaInspector& catalogue,
                                                             TimeRange range, std::chrono::microseconds apart);

} // namespace portolan
