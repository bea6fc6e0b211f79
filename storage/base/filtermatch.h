#pragma once

#include "storage/base/filter.h"
#include "storage/base/listing.h"
#include "storage/base/textsearch.h"

#include <span>

namespace portolan {

/// A filter made ready to be held against many rows in memory. Two-valued: a comparison with a value that is not
/// there is false, and its `not` is true. compileFilter() (storage/sql) makes SQL of exactly this meaning.
/// - Text is compared by its UTF-8 bytes; "contains" takes ASCII letters of either case as one.
/// - A Text column whose value is a whole number (a message's id in a SQL store) equals its plain spelling only and
///   is ordered as a number against one; against other texts it is neither less nor greater.
/// - A place in a document is compared as the text of its scalar (a number as it stands there), numbers with numbers
///   by value; objects, arrays and what is not there compare with nothing. JSON null equals the text null, and is
///   not set.
/// Immutable; any thread.
class FilterMatcher {
public:
    FilterMatcher(const Filter& filter, const FilterSchema& schema);

    /// `columns` stand in the order of the schema's columns (as batches.h has them).
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

    /// The same over anything that has cells, by the column's index in the schema.
    using CellOf = Value (*)(const void* context, int column);
    [[nodiscard]] bool matchesCells(const void* context, CellOf cellOf) const;

private:
    struct Node {
        enum class Kind { Everything, Term, Text, And, Or, Not };
        Kind kind = Kind::Everything;
        FilterChild origin; ///< keeps the term alive
        std::vector<Node> children;
        std::vector<TextSearch> search; ///< one for Text and for terms that say Contains
    };
    struct Cells;
    [[nodiscard]] static Node prepare(const FilterChild& child);
    [[nodiscard]] bool holds(const Node& node, const Cells& cells) const;
    [[nodiscard]] bool textHolds(const Node& node, const Cells& cells) const;

    Node m_root;
    std::vector<int> m_searched; ///< columns a bare word looks in
};

/// One row against one filter; for many rows make a FilterMatcher.
template <class Row>
[[nodiscard]] bool matches(const Filter& filter, std::span<const Column<Row>> columns, const FilterSchema& schema,
                           const Row& row) {
    return filter.isEmpty() || FilterMatcher(filter, schema).matches(columns, row);
}

/// A text that the named column of every matching row contains (as TextSearch finds it); empty when the filter
/// promises none. Lets a reader pass over whole files without looking at their rows.
[[nodiscard]] QByteArray neededText(const Filter& filter, const FilterSchema& schema, QByteArrayView column);

} // namespace portolan
