#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/retention/retention.h"

namespace portolan {

using RetentionModel = ListingModel<RetentionRule>;

/// Lists the rules that say how long rows stay: the store's, and those that are offered.
std::shared_ptr<const ListingAdapter> retentionListing();

/// Says what a rule would delete now, and what stays; or why it would not run.
[[nodiscard]] QString retentionOutcomeText(const RetentionOutcome& outcome);

Inspection inspect(const RetentionRule& rule);

/// Writes a length of time as it is typed: "7d", "36h", "90s".
[[nodiscard]] QString typedAge(std::chrono::seconds age);

} // namespace portolan
