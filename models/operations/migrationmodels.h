#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/config/urls.h"
#include "storage/migrations/migrations.h"

namespace portolan {

using MigrationModel = ListingModel<MigrationEntry>;

/// Lists every migration that the program or the database knows. Each page opens the database at this place by itself,
/// so that it is listed whatever its schema is, also one that cannot be used. No place: there are none.
std::shared_ptr<const ListingAdapter> migrationListing(const std::optional<StoreUrl>& url);

Inspection inspect(const MigrationEntry& entry);

} // namespace portolan
