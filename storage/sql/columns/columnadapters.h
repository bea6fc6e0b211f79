#pragma once

#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

namespace portolan {

/// The unit of a number of what passed since 1970.
enum class UnixUnit { Seconds, Milliseconds, Microseconds, Nanoseconds };

/// The unit that a number's size tells, for every column of numbers: seconds to the year 5138, milli- and microseconds
/// to the year 9999, nanoseconds beyond.
[[nodiscard]] UnixUnit unixUnitOf(double number);

/// Makes one of four expressions of a number, by the unit that unixUnitOf() tells; NULL before the year 1, and of what
/// is no number. `number` is a numeric expression.
[[nodiscard]] QString byUnixUnit(const QString& number, const QString& ofSeconds, const QString& ofMilliseconds,
                                 const QString& ofMicroseconds, const QString& ofNanoseconds);

// Columns of tables that may be another program's: how they keep what a listing's schema says they are. `name` is the
// column as SQL names it ("m.created_at").

/// Tells by a column's declared type how it is kept, when it is as ours would be but perhaps for its times.
[[nodiscard]] ColumnEncoding keepingOf(const SchemaInspector::Column& column, ColumnEncoding usual, SqlDialect dialect);

/// An expression that is NULL, on a server of the right type, for a column that is not there.
[[nodiscard]] const char* nothingOf(ColumnType type, ColumnEncoding keeping, SqlDialect dialect);

/// Returns true when the column is declared a whole number, of whichever width.
[[nodiscard]] bool isWholeNumber(const SchemaInspector::Column& column, SqlDialect dialect);

/// Returns true when this is PostgreSQL's name of a type of numbers.
[[nodiscard]] bool isServerNumber(const QString& type);

/// The same of texts of any length.
[[nodiscard]] bool isServerText(const QString& type);

/// The column as what the schema says, whatever its declared type: plainly where that fits, so that indexes serve it,
/// else by an expression. A value that cannot be read as the wanted type is NULL.
[[nodiscard]] SqlColumn columnAs(ColumnType type, const QString& name, const SchemaInspector::Column& column,
                                 SqlDialect dialect);

/// SQLite: a time in any form in which programs leave them, as "2025-10-16T14:56:05.123Z": texts as parseIsoTime()
/// takes them, of whichever zone, and numbers since 1970 (byUnixUnit()), also as texts of 10, 13, 16 or 19 digits. NULL
/// of what is none.
[[nodiscard]] QString anyTimeAsIsoText(const QString& name);

/// A server: a text as parseIsoTime() takes it, blanks around it allowed, as timestamptz; NULL of what is none, with
/// which a cast would end the statement.
[[nodiscard]] QString serverTimeOfText(const QString& name);

/// Says that the database has these columns ("table.column …"); those marked with # as whole numbers.
[[nodiscard]] bool hasColumns(const SchemaInspector& catalogue, SqlDialect dialect, const char* needs);

/// A time or truth value of a column ("table.column alias") that compares with others of its kind and with the
/// database's clock, however the column keeps it; NULL for a column that is not there.
[[nodiscard]] QString comparableColumn(const SchemaInspector& catalogue, SqlDialect dialect, ColumnType type,
                                       const QString& place);

} // namespace portolan
