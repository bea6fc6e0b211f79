#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/listing/filter.h"

#include <QByteArray>
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace portolan {

/// The value of a cell. Text is UTF-8 where the data is; foreign bytes stay as they are.
using Value = std::variant<std::monostate, bool, qint64, double, QByteArray, Timestamp>;

/// Returns the value as a cell; an empty one for nothing.
template <class T>
[[nodiscard]] Value optionalValue(const std::optional<T>& value) {
    return value ? Value(*value) : Value();
}

/// A column of a listing: its name in the contract (and in filters), its type, and how to read it from a row. A
/// listing's columns are one constant table, from which the command line, the models and the file matcher read.
template <class Row>
struct Column {
    const char* name;
    ColumnType type;
    Value (*value)(const Row&);
};

/// Makes the schema of a table of columns, in its order: `age` measures from `timeColumn` (empty: from none), bare
/// words search the columns `searched`.
template <class Row>
ColumnSet schemaOf(std::span<const Column<Row>> columns, QByteArrayView timeColumn,
                   std::initializer_list<QByteArrayView> searched) {
    ColumnSet schema;
    for (const Column<Row>& column : columns) {
        const bool isSearched = std::ranges::find(searched, QByteArrayView(column.name)) != searched.end();
        schema.columns.push_back({column.name, column.type, isSearched});
    }
    schema.timeColumn = timeColumn.toByteArray();
    return schema;
}

struct Sort {
    QByteArray column; ///< empty: the listing's own order
    bool descending = false;
    friend bool operator==(const Sort&, const Sort&) = default;
};

/// A place between two rows of a sorted listing: the sort key of the row before it (keyset paging).
/// Valid for the query (filter and sort) it came from, and still valid when rows come and go.
struct Cursor {
    std::vector<Value> keys; ///< empty: before the first row
    [[nodiscard]] bool atStart() const { return keys.empty(); }
    friend bool operator==(const Cursor&, const Cursor&) = default;

    /// Writes the place as a text for the command line (base64url of JSON); fromText() reads it. Error Usage: no such
    /// text.
    [[nodiscard]] QByteArray toText() const;
    static Result<Cursor> fromText(QByteArrayView text);
    /// Returns the error Usage of a listing to which a cursor does not belong.
    [[nodiscard]] static Error foreign();
};

/// The question to a listing.
struct ListQuery {
    Filter filter; ///< checked against the listing's schema; a default-made one matches everything
    Sort sort;
    Cursor after; ///< rows after this place
    int limit = 500;
};

template <class Row>
struct Page {
    std::vector<Row> rows;
    Cursor next;       ///< the place after the last row
    bool last = false; ///< nothing came after it when it was read
};

/// The starts of a listing's pages, so that a list can be scrolled to any place without reading the rows before it:
/// `limit` rows a page, `starts[i]` the place before page i's first row.
struct PageIndex {
    std::vector<Cursor> starts;
    std::vector<int> counts; ///< rows in each page; only the last may hold fewer than `limit`
    Cursor next;             ///< the place after the last page
    bool complete = false;   ///< no rows follow
};

/// Reads the order that the text after `--sort` or a header click asks for: "-column" is descending. Error: Usage with
/// the columns there are.
Result<Sort> parseSort(QByteArrayView text, const ColumnSet& schema);

} // namespace portolan
