#pragma once

#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/keyset.h"

#include <optional>
#include <vector>

namespace portolan {

/// The rows that an index of texts leaves to a filter.
struct SearchPlaces {
    std::vector<SqlCondition> among;      ///< for KeysetQuery::make(); none: the index tells nothing
    std::optional<ReadSnapshot> snapshot; ///< in which this is so: to be kept until the rows are read
};

/// Asks the listing's index; without one the rows can be anywhere.
[[nodiscard]] inline Result<SearchPlaces> searchPlaces(Connection& connection, const SqlListing& listing,
                                                       const Filter& filter) {
    return listing.places ? listing.places(connection, listing, filter) : Result(SearchPlaces());
}

} // namespace portolan
