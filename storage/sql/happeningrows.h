#pragma once

#include "storage/series.h"
#include "storage/sql/catalogue.h"
#include "storage/sql/connection.h"

namespace portolan {

/// As SeriesStore::happenings(), in a database that may be anybody's. A bounded number of bounded statements.
[[nodiscard]] Result<std::vector<Happening>> readHappenings(Connection& connection, const Catalogue& catalogue,
                                                            TimeRange range, std::chrono::microseconds apart);

} // namespace portolan
