#pragma once

#include "models/batchmodels.h"
#include "storage/series.h"

namespace portolan {

using SeriesModel = ListingModel<SeriesInfo>;

/// Every series with its last value, by kind and name.
std::shared_ptr<const RowListing> seriesListing();

} // namespace portolan
