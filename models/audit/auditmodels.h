#pragma once

#include "models/list/listingmodel.h"
#include "storage/operations/audit.h"

namespace portolan {

using AuditModel = ListingModel<AuditEntry>;

/// Returns the listing of what was done to the store, and by whom. Entries never change.
std::shared_ptr<const ListingAdapter> auditListing();

} // namespace portolan
