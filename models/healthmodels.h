#pragma once

#include "models/batchmodels.h"
#include "models/inspection.h"
#include "storage/componenthealth.h"

namespace portolan {

using HealthModel = ListingModel<ComponentHealth>;

/// Components by how they are, silent ones first.
std::shared_ptr<const RowListing> healthListing();

/// How a component is, in words, and what it said last.
Inspection inspect(const ComponentHealth& component);

} // namespace portolan
