#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/operations/jobs.h"

namespace portolan {

using JobModel = ListingModel<Job>;

/// Lists all jobs of a store, whichever program has them; without what a job was asked for and what came of it.
std::shared_ptr<const ListingAdapter> jobListing();

/// Reads a job whole. Query thread. Errors: NotFound, Unsupported, and as RowSource.
[[nodiscard]] Result<Job> readWholeJob(Store& store, const QByteArray& id, const CancelToken& token);
/// The parameters of a job, and its result.
Inspection inspect(const Job& job);

} // namespace portolan
