#pragma once

#include "storage/sql/connection/connection.h"

#include <set>

namespace portolan {

/// Reads from the catalogues which columns of a server's view, by their numbers from 1, have values of the moment:
/// worked out from the time, from random numbers or from another function that gives other values a statement later. A
/// condition on the time changes which rows there are, not their values. Wrong only towards too many.
[[nodiscard]] Result<std::set<int>> readMomentColumns(Connection& connection, qint64 view);

} // namespace portolan
