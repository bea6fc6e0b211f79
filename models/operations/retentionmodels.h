#pragma once

#include "models/list/listingmodel.h"
#include "storage/retention/retention.h"

namespace portolan {

using RetentionModel = ListingModel<RetentionRule>;

/// Lists the rules that say how long rows stay: the store's, and those that are offered.
std::shared_ptr<const ListingAdapter> retentionListing();

} // namespace portolan
