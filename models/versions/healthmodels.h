#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/versions/componenthealth.h"

namespace portolan {

using HealthModel = ListingModel<ComponentHealth>;

/// Components by how they are, silent ones first.
std::shared_ptr<const ListingAdapter> healthListing();

/// A component with its newest reports, newest first.
struct InspectedHealth {
    ComponentHealth component;
    std::vector<PipelineRow> newestReports;
};
/// Query thread.
[[nodiscard]] Result<InspectedHealth> readHealth(Store& store, const ComponentHealth& component,
                                                 const CancelToken& token);

/// Shows a component's state in words, what it said last, and before.
Inspection inspect(const InspectedHealth& health);

} // namespace portolan
