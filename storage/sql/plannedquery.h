#pragma once

#include "storage/sql/keyset.h"

namespace portolan {

/// The statements for a query, in the way that is quickest for its filter.
struct PlannedQuery {
    KeysetQuery keyset;
    std::optional<ReadSnapshot> state; ///< in which it finds all rows: to be kept until they are read
};

/// Plans a query that reads so many rows. On the connection's thread. Errors: those of KeysetQuery::make() and of the
/// database.
[[nodiscard]] Result<PlannedQuery> planQuery(Connection& connection, const SqlListing& listing, const ListQuery& query,
                                             qint64 rows);

} // namespace portolan
