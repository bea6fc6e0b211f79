#pragma once

#include "storage/deadletters/deadlettergroups.h"
#include "storage/deadletters/precursors.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// Returns what changed in the hour before a group's first letter, likeliest first, in a database that may be
/// anybody's: what it has no table or column for is left out. Nothing for a group without times. A bounded number of
/// bounded statements.
[[nodiscard]] Result<std::vector<Precursor>> readPrecursors(Connection& connection, const DeadLetterGroup& group);

} // namespace portolan
