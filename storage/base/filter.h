#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace portolan {

enum class ColumnType { Integer, Real, Text, Time, Boolean, Json };

/// The columns that a filter on one listing may name.
struct FilterSchema {
    struct Column {
        QByteArray name;
        ColumnType type;
        bool searched = false; ///< a bare word looks here
    };
    std::vector<Column> columns;
    QByteArray timeColumn; ///< what `age` measures from; empty: the listing has none
    /// Short names for JSON columns: "data" → "message_data", "meta" → "message_metadata", "details" → "error_details".
    std::vector<std::pair<QByteArray, QByteArray>> jsonAliases;

    [[nodiscard]] const Column* find(QByteArrayView name) const;
};

/// What a term is about: a column, or a place inside a JSON column.
struct FilterField {
    int column = -1; ///< index into FilterSchema::columns
    ColumnType type = ColumnType::Text;
    /// Steps into the JSON document: object keys and array indexes; empty for the column itself.
    std::vector<std::variant<QByteArray, int>> path;
};

enum class Comparison { Equal, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, IsSet };

/// A value to compare with, already of the field's type. JSON fields compare with text (and as numbers where
/// `number` is set: what the operator typed reads as one).
struct FilterValue {
    std::variant<std::monostate, bool, qint64, double, QByteArray, Timestamp> value;
    std::optional<double> number;
};

struct FilterNode;
using FilterChild = std::shared_ptr<const FilterNode>;

/// One comparison of a field. Everything with a meaning beyond that (`age`, a day in place of an instant, lists of
/// values) is lowered to these by the parser, so that SQL and matcher have one small language to agree on.
struct FilterTerm {
    FilterField field;
    Comparison comparison = Comparison::Equal;
    FilterValue value;
};
/// A bare word or phrase: contained in any searched column.
struct FilterText {
    QByteArray text;
};
struct FilterAnd {
    std::vector<FilterChild> children;
};
struct FilterOr {
    std::vector<FilterChild> children;
};
struct FilterNot {
    FilterChild child;
};
struct FilterNode {
    std::variant<FilterTerm, FilterText, FilterAnd, FilterOr, FilterNot> node;
};

/// A checked filter. An empty one matches every row. Immutable and cheap to copy; any thread may read it.
struct Filter {
    QString source; ///< as typed; two filters of one source and one schema ask the same
    FilterChild root;
    [[nodiscard]] bool isEmpty() const { return !root; }
};

/// Reads the filter language of CONTRACT §6 against a listing's columns. `now` is what `age` is measured from.
/// Error Usage: text with the position (1-based, in characters) and what was expected there.
Result<Filter> parseFilter(const QString& text, const FilterSchema& schema, Timestamp now);

/// Both filters at once; an empty one adds nothing.
Filter both(const Filter& a, const Filter& b);

/// A filter that holds for the rows whose integer column has this value (a chosen batch, a chosen run), or whose text
/// column has this text (a chosen port).
Filter equals(const FilterSchema& schema, QByteArrayView column, qint64 value);
Filter equals(const FilterSchema& schema, QByteArrayView column, const QByteArray& text);

} // namespace portolan
