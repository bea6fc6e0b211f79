#pragma once

#include "storage/series/series.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Reads the annotations of SeriesStore::annotations() from a database of any program. Reads some thousand rows at
/// most; scans all of `checkpoints`, which has no index by time alone. On the connection's thread.
[[nodiscard]] Result<std::vector<Annotation>> readAnnotations(Connection& connection, const SchemaInspector& catalogue,
                                                              TimeRange range, std::chrono::microseconds gap);

} // namespace portolan
