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
/// without signs between ("20260105T123000Z"); numbers, or texts of digits, of seconds, milli-, micro- or nanoseconds
/// since 1970, told apart by their size (as milliseconds to the year 9999, from there on as finer ones); numbers of the
/// kind 20260105; Julian days of the years 1800 to 2099. `table` and `quoted` (the column) are quoted names. Error
/// Unsupported: it holds values, none of which is a time.
[[nodiscard]] Result<TimesFound> findTimes(Connection& connection, const QString& table, const QString& quoted,
                                           const SchemaInspector::Column& column);

} // namespace portolan
