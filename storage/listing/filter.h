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

/// Cells of a Date are texts ("2026-01-05"), days without a zone, compared by their midnight in UTC. Cells of a Numeric
/// are the digits of an exact number; those of a Native are the database's own text for a type that it alone knows (an
/// interval, money, an address, a range, an array).
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
        bool isWall = false;   ///< a time without a zone: shown unconverted, whatever zone is chosen
        Keeps keeps = Keeps::Typed;
        /// The database compares values in the column's own type, and decides whether a typed value is one.
        bool isNative = false;
        enum class Compares { Ordered, Equal, Never };
        Compares compares = Compares::Ordered; ///< what the database can do with two values of a native column
        /// Another program's, which may keep times among its values in any form: "-2h" is compared with these.
        bool mayHoldTimes = false;
    };
    std::vector<Column> columns;
    QByteArray timeColumn; ///< what `age` measures from; empty: the listing has none
    /// The rows whose text column `column` is `value`: their `age` goes by `timeColumn`, which is NULL in all others.
    struct Waiting {
        QByteArray column;
        QByteArray value;
        QByteArray timeColumn;
    };
    Waiting waiting; ///< with empty names: there are none
    /// The rows whose column `waiting.column` is one of `values` and that have a time in `timeColumn`: their `age` goes
    /// by it. It is NULL in all others.
    struct Ended {
        std::vector<QByteArray> values;
        QByteArray timeColumn;
    };
    Ended ended; ///< without values: there are none
    /// Short names for JSON columns: "data" → "message_data", "meta" → "message_metadata", "details" → "error_details".
    std::vector<std::pair<QByteArray, QByteArray>> jsonAliases;

    [[nodiscard]] const Column* find(QByteArrayView name) const; ///< exact, else the only one in other case; or null
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
    /// The time from `value` to the moment of asking (negative: `value` is later), last measured; nothing: it is fixed.
    std::optional<std::chrono::microseconds> ago = {};
    qsizetype position = -1; ///< of a native value in Filter::source, UTF-16 units, for the database's error; -1: none
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

/// Reads the filter language (CONTRACT §6, resources/guide/en/filters.md) against a listing's columns. `now` is what
/// relative times are measured from until measuredAt() measures them again.
/// Error Usage: text with the position (1-based, in characters) and what was expected there.
Result<Filter> parseFilter(const QString& text, const ColumnSet& schema, Timestamp now);

/// Returns the shortest span, at least a second, that the filter measures from the time of asking; nothing: its times
/// are fixed, and it takes the same rows whenever it is asked.
std::optional<std::chrono::microseconds> leastAge(const Filter& filter);

/// Returns the filter with its relative times measured from `now`.
Filter measuredAt(const Filter& filter, Timestamp now);

/// Makes a filter for the rows that both take; an empty one takes all.
Filter both(const Filter& a, const Filter& b);

/// Makes a filter for the rows whose integer or text column has this number (a chosen batch, a chosen run), or whose
/// text column has this text (a chosen port). The schema has the column.
Filter equals(const ColumnSet& schema, QByteArrayView column, qint64 value);
Filter equals(const ColumnSet& schema, QByteArrayView column, const QByteArray& text);

} // namespace portolan
