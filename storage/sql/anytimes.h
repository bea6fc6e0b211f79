#pragma once

#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

namespace portolan {

/// The form in which a column of any table keeps times, found by reading some of its values.
struct TimesFound {
    SqlColumn column;
    bool areMicroseconds = false; ///< the expression is whole microseconds since 1970; `column.keeping` does not count
};

/// Finds the form of a column's times by 200 of its values. Times are: the database's own types; ISO 8601 texts, also
/// without signs between ("20260105T123000Z"); numbers, or texts that are numbers, in the unit that timeFormOf() finds
/// for the column (seconds to nanoseconds since 1970, WebKit's microseconds, Windows file times, .NET ticks, Julian and
/// Excel's days, years, 20260105), which the first 200 values tell. `table` and `quoted` are quoted names. Error
/// Unsupported: it holds values, none of which is a time, or numbers of no likely unit.
[[nodiscard]] Result<TimesFound> findTimes(Connection& connection, const QString& table, const QString& quoted,
                                           const SchemaInspector::Column& column);

/// Reads a quoted column as a number, also a text that is a number whole; the column itself where it holds no such
/// texts. A value that is neither is NULL on a server, and stays as it is in SQLite.
[[nodiscard]] QString numberOf(const QString& quoted, const SchemaInspector::Column& column, SqlDialect dialect);

} // namespace portolan
