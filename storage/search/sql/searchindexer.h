#pragma once

#include "storage/search/sql/searchindex.h"

#include <chrono>
#include <vector>

namespace portolan {

/// The upkeep of a store's search index (see SearchedTable), which follows the rows in transactions of some ten
/// milliseconds each. Reads are right whether it does or not: what has no entry is looked for in the rows. Several
/// programs may do it at once. One connection's thread.
class SearchIndexer {
public:
    enum class Step { Worked, Nothing };
    /// Runs a transaction. Adds to `documents` the rows that got their entries.
    [[nodiscard]] Result<Step> step(Connection& connection, qint64& documents);

    /// Learns which tables have an index; call it again when the catalogue has changed.
    [[nodiscard]] Result<void> learn(Connection& connection, const SchemaInspector& catalogue);

private:
    [[nodiscard]] Result<Step> stepOf(Connection& connection, const SearchedTable& table, qint64& documents);

    std::vector<const SearchedTable*> m_tables; ///< of which an index is kept
    std::size_t m_next = 0;                     ///< whose turn it is
};

} // namespace portolan
