#pragma once

#include "storage/base/clock.h"
#include "storage/base/comparison.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace portolan {

/// A date is a day in no zone: its cells are texts, "2026-01-05", and what is compared with them is its midnight in
/// UTC. Cells of an exact number (Numeric) are its digits, and those of a type that only the database knows (Native: an
/// interval, money, an address, a range, an array) the text that it has there.
enum class ColumnType { Integer, Real, Text, Time, Boolean, Json, Date, Numeric, Native };

/// The columns that a filter on one listing may name.
struct ColumnSet {
    /// The values that a column keeps, and what a typed one is compared as.
    enum class Keeps {
        Typed,    ///< those of its type
        Numbers,  ///< SQLite: any; a text that reads as a number is one
        Anything, ///< SQLite: any; a number is one where it is typed without quotes
    };
    struct Column {
        QByteArray name;
        ColumnType type;
        bool searched = false; ///< a bare word looks here
        bool isWall = false;   ///< a time without a zone, which is shown as it stands in every zone
        Keeps keeps = Keeps::Typed;
        /// Values are compared by the database in the column's own type, which also judges what was typed.
        bool isNative = false;
        enum class Compares { Ordered, Equal, Never };
        Compares compares = Compares::Ordered; ///< what the database can do with two values of a native column
        /// Another program's, which may keep times among its values in any form: "-2h" is compared with these.
        bool mayHoldTimes = false;
    };
    std::vector<Column> columns;
    QByteArray timeColumn; ///< what `age` measures from; empty: the listing has none
    /// Rows whose text column has this value, of which `age` measures from another time; it is NULL in all others.
    struct Waiting {
        QByteArray column;
        QByteArray value;
        QByteArray timeColumn;
    };
    Waiting waiting; ///< without a name: there are none
    /// Short names for JSON columns: "data" → "message_data", "meta" → "message_metadata", "details" → "error_details".
    std::vector<std::pair<QByteArray, QByteArray>> jsonAliases;

    [[nodiscard]] const Column* find(QByteArrayView name) const;
};

/// The subject of a term: a column, or a place inside a JSON column.
struct FilterField {
    int column = -1; ///< index into ColumnSet::columns
    ColumnType type = ColumnType::Text;
    /// Steps into the JSON document: object keys and array indexes; empty for the column itself.
    std::vector<std::variant<QByteArray, int>> path;
};

/// A value to compare with, already of the field's type. JSON fields compare with text (and as numbers where
/// `number` is set: what the operator typed reads as one).
struct FilterValue {
    std::variant<std::monostate, bool, qint64, double, QByteArray, Timestamp> value;
    std::optional<double> number;
};

struct FilterNode;
using FilterChild = std::shared_ptr<const FilterNode>;

/// A comparison of a field. Everything with a meaning beyond that (`age`, a day in place of an instant, lists of
/// values) is lowered to these by the parser, so that SQL and matcher have one small language to agree on.
struct FilterTerm {
    FilterField field;
    Comparison comparison = Comparison::Equal;
    FilterValue value;
    /// So long before the question is asked; `value` is that as of when it was asked last. Negative: after it.
    std::optional<std::chrono::microseconds> ago = {};
    qsizetype position = -1; ///< of a native value in the filter's source, for the database's judgement; -1: not known
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

/// Reads the filter language of CONTRACT §6 against a listing's columns. `now` is what relative times are measured
/// from until measuredAt() measures them again.
/// Error Usage: text with the position (1-based, in characters) and what was expected there.
Result<Filter> parseFilter(const QString& text, const ColumnSet& schema, Timestamp now);

/// The least time span, at least a second, that the filter measures from the moment when it is asked; nothing: it names
/// fixed times only and takes the same rows whenever it is asked.
std::optional<std::chrono::microseconds> leastAge(const Filter& filter);

/// The filter with its times that are measured from the moment of the question measured from `now`.
Filter measuredAt(const Filter& filter, Timestamp now);

/// Both filters at once; an empty one adds nothing.
Filter both(const Filter& a, const Filter& b);

/// A filter that holds for the rows whose integer column has this value (a chosen batch, a chosen run), or whose text
/// column has this text (a chosen port).
Filter equals(const ColumnSet& schema, QByteArrayView column, qint64 value);
Filter equals(const ColumnSet& schema, QByteArrayView column, const QByteArray& text);

} // namespace portolan
