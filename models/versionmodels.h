#pragma once

#include "models/batchmodels.h"
#include "models/inspection.h"
#include "storage/versions.h"

namespace portolan {

using VersionModel = ListingModel<StoredRow>;

/// Checkpoints or components, each with the version that counts. Rows are of versionedTable(kind).names.
std::shared_ptr<const RowListing> versionedNameListing(Versioned kind);
/// Their versions; rows are of versionedTable(kind).versions.
std::shared_ptr<const RowListing> versionListing(Versioned kind);

/// A version, whole, and the one that it is compared with. Rows are of versionedTable(kind).table.
struct InspectedVersion {
    Versioned kind = Versioned::Checkpoint;
    StoredRow version;
    std::optional<StoredRow> other;
};

/// Its content, and where it differs from the other: places, with what stood there and what stands there.
Inspection inspect(const InspectedVersion& inspected);

} // namespace portolan
