#pragma once

#include "models/list/pagedmodel.h"

namespace portolan {

/// A PagedModel that knows its rows' type.
template <class Row>
class ListingModel final : public PagedModel {
public:
    using PagedModel::PagedModel;

    /// Returns the row as far as cells show it; null when it is not in memory, and asks for it.
    [[nodiscard]] const Row* rowAt(int row) const {
        const auto [block, offset] = look(row);
        return block ? &TypedListing<Row>::row(*block, offset) : nullptr;
    }
};

} // namespace portolan
