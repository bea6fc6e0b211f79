#pragma once

#include "storage/base/textsearch.h"
#include "storage/json/jsonmeaning.h"
#include "storage/listing/filter.h"
#include "storage/listing/listing.h"
#include "storage/listing/placematcher.h"

#include <span>

namespace portolan {

/// A filter made ready to be held against many rows in memory. Two-valued: a comparison with a value that is not
/// there is false, and its `not` is true. compileFilter() (storage/sql) makes SQL of exactly this meaning.
/// - Text is compared by its UTF-8 bytes; "contains" takes ASCII letters of either case as one.
/// - A Text column whose value is a whole number (a message's id in a SQL store) equals its plain spelling only and
///   is ordered as a number against one; against other texts it is neither less nor greater.
/// - A document counts by what it means, however it is written (jsonmeaning.h). A place in it is compared as the text
///   of its scalar, numbers with numbers by their exact value; objects, arrays and what is not there compare with
///   nothing.
/// - JSON null equals the text null, and is not set.
/// Immutable; any thread.
class FilterMatcher {
public:
    FilterMatcher(const Filter& filter, const ColumnSet& schema);

    /// Returns true when the filter takes a row. `columns` are in the order of the schema's (as in batches.h).
    template <class Row>
    [[nodiscard]] bool matches(std::span<const Column<Row>> columns, const Row& row) const {
        struct Context {
            std::span<const Column<Row>> columns;
            const Row& row;
        };
        const Context context{columns, row};
        return matchesCells(&context, [](const void* opaque, int column) {
            const auto* cells = static_cast<const Context*>(opaque);
            return cells->columns[static_cast<std::size_t>(column)].value(cells->row);
        });
    }

    /// Does the same for anything that has cells; `column` is an index into the schema.
    using CellOf = Value (*)(const void* context, int column);
    [[nodiscard]] bool matchesCells(const void* context, CellOf cellOf) const;

private:
    struct Node {
        enum class Kind { Everything, Term, Text, And, Or, Not };
        Kind kind = Kind::Everything;
        FilterChild origin; ///< keeps the term alive
        std::vector<Node> children;
        std::vector<TextSearch> search;        ///< one for Text and for terms that say Contains
        std::vector<DocumentSearch> documents; ///< the same for columns that are documents
        std::vector<PlaceMatcher> places;      ///< one for terms about a place in a document

        void addSearch(const QByteArray& needle);
        [[nodiscard]] bool isIn(const Value& cell, bool isDocument) const;
    };
    struct Searched {
        int column;
        bool isDocument;
    };
    struct Cells;
    [[nodiscard]] static Node prepare(const FilterChild& child);
    [[nodiscard]] bool holds(const Node& node, const Cells& cells) const;
    [[nodiscard]] static bool termHolds(const FilterTerm& term, const Node& node, const Value& cell);
    [[nodiscard]] bool textHolds(const Node& node, const Cells& cells) const;

    Node m_root;
    std::vector<Searched> m_searched; ///< where a bare word looks
};

/// Matches one row against one filter; for many rows make a FilterMatcher.
template <class Row>
[[nodiscard]] bool matches(const Filter& filter, std::span<const Column<Row>> columns, const ColumnSet& schema,
                           const Row& row) {
    return filter.isEmpty() || FilterMatcher(filter, schema).matches(columns, row);
}

/// Returns a text that the named column of every matching row contains (as TextSearch finds it); empty when the filter
/// promises none. Lets a reader pass over whole files without looking at their rows.
[[nodiscard]] QByteArray neededText(const Filter& filter, const ColumnSet& schema, QByteArrayView column);

} // namespace portolan
