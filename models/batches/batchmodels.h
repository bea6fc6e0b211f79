#pragma once

#include "models/list/pagedmodel.h"
#include "storage/messages/batches.h"

namespace portolan {

/// A PagedModel that knows its rows' type.
template <class Row>
class ListingModel final : public PagedModel {
public:
    using PagedModel::PagedModel;

    /// The row as far as cells show it; null when it is not in memory (then it is on its way).
    [[nodiscard]] const Row* rowAt(int row) const {
        const auto [block, offset] = look(row);
        return block ? &TypedListing<Row>::row(*block, offset) : nullptr;
    }
};

using BatchModel = ListingModel<Batch>;
using MessageModel = ListingModel<Message>;
using RejectModel = ListingModel<Reject>;
using GapModel = ListingModel<Gap>;

std::shared_ptr<const RowListing> batchListing();
std::shared_ptr<const RowListing> messageListing();
std::shared_ptr<const RowListing> rejectListing();
std::shared_ptr<const RowListing> gapListing();

} // namespace portolan
