#pragma once

#include "models/list/listingmodel.h"
#include "storage/messages/batches.h"

namespace portolan {

using BatchModel = ListingModel<Batch>;
using MessageModel = ListingModel<Message>;
using RejectModel = ListingModel<Reject>;
using GapModel = ListingModel<Gap>;

std::shared_ptr<const ListingAdapter> batchListing();
std::shared_ptr<const ListingAdapter> messageListing();
std::shared_ptr<const ListingAdapter> rejectListing();
std::shared_ptr<const ListingAdapter> gapListing();

} // namespace portolan
