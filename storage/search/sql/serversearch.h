#pragma once

#include "storage/search/sql/searchindex.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/keyset.h"

namespace portolan {

// The search index as PostgreSQL has it: documents of their own with a GIN index on their trigrams
// (https://www.postgresql.org/docs/15/pgtrgm.html), and the keys of rows that have none yet.

/// As isIndexed().
[[nodiscard]] Result<bool> isIndexedByServer(Connection& connection, const SchemaInspector& catalogue,
                                             const SearchedTable& table);

/// As searchPlaces(), in a snapshot of the caller's. Nothing: the index tells nothing.
[[nodiscard]] Result<std::optional<std::vector<SqlCondition>>> serverPlaces(Connection& connection,
                                                                            const SqlListing& listing,
                                                                            const SearchedTable& table,
                                                                            const std::vector<QByteArray>& texts);

/// Runs a transaction of keeping it. True: something was done. Waits for nobody: what others hold is left to the next.
[[nodiscard]] Result<bool> serverSearchStep(Connection& connection, const SearchedTable& table, qint64& documents);

} // namespace portolan
