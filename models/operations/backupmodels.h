#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/backups/backups.h"

namespace portolan {

using BackupModel = ListingModel<BackupEntry>;

/// Lists the backups of a store, of every kind: made by hand, before a migration, of what a restore replaced.
std::shared_ptr<const ListingAdapter> backupListing();

Inspection inspect(const BackupEntry& backup);

} // namespace portolan
