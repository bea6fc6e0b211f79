#pragma once

#include "storage/listing/filter.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/keyset.h"

#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A table whose texts the search index of a store of ours holds (`portolan_search`, migration 010): those columns
/// that bare words of a filter look through. Trigrams by SQLite's FTS5, https://sqlite.org/fts5.html §4.3.4.
struct SearchedTable {
    int kind; ///< its number there
    const char* table;
    const ColumnSet& (*schema)(); ///< whose searched columns are in the index
    bool hasRowKey;               ///< its rows' numbers are not a column's, so that its id tells whether they stand

    static constexpr qint64 kinds = 8; ///< an entry's number is its row's times this, and the kind
};

[[nodiscard]] std::span<const SearchedTable> searchedTables();

/// Returns true when the index is kept of the table: it notes what is written after the index has passed (by triggers
/// of ours, which another program's table has not).
[[nodiscard]] Result<bool> isIndexed(Connection& connection, const SchemaInspector& catalogue,
                                     const SearchedTable& table);

/// Asks the index where the rows of a table are that a filter takes, where the filter wants a text of three characters
/// or more. It tells nothing of texts that very many rows have: those are found soon enough without. A few statements;
/// a millisecond. Empty for a table that is not indexed.
[[nodiscard]] Result<PlaceSearch> placeSearchOf(Connection& connection, const SchemaInspector& catalogue,
                                                const QString& table);

/// The point to which a table's rows have their entries (SQLite).
struct SearchState {
    qint64 indexedUntil = 0;
    bool stands = false; ///< the rows have their numbers still
};
/// Nothing: it was not begun.
[[nodiscard]] Result<std::optional<SearchState>> readSearchState(Connection& connection, const SearchedTable& table);

/// A query of FTS5 for documents with each of these trigrams; an empty one when no text has any.
[[nodiscard]] QString trigramQuery(std::span<const QByteArray> texts);

/// The texts of a row's searched columns as one document of the index: JSON by what it means. Nothing where they are
/// too long for it, or no UTF-8.
[[nodiscard]] std::optional<QString> searchDocument(const ColumnSet& schema, std::span<const QByteArray> searched);

} // namespace portolan
