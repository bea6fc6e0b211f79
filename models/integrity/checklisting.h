#pragma once

#include "models/integrity/checkcontroller.h"
#include "models/list/listingadapter.h"

#include <memory>
#include <vector>

namespace portolan {

/// Returns the results of checks as rows to be written to a file: name, result (found, ok, failed, or waiting for what
/// was not checked yet), count, detail (of one that failed: why), checked_at, milliseconds. They are kept here; no
/// store is asked.
[[nodiscard]] std::shared_ptr<const ListingAdapter> checkListing(std::vector<CheckController::Entry> entries);

} // namespace portolan
