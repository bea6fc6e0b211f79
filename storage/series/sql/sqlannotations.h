#pragma once

#include "storage/series/series.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Reads what SeriesStore::happenings() returns, in a database of any program. Reads some thousand rows at most, and
/// passes over `checkpoints`, which has no index by time alone.
[[nodiscard]] Result<std::vector<Annotation>> readAnnotations(Connection& connection, const SchemaInspector& catalogue,
                                                              TimeRange range, std::chrono::microseconds gap);

} // namespace portolan
