#pragma once

#include "storage/base/clock.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

#include <QStringList>
#include <QVariant>

namespace portolan {

/// The form in which a column of `batches` or `messages` keeps times. Ours are Unix milliseconds; another program's
/// table keeps what that program writes, and is read and written so.
enum class BatchTimeForm {
    UnixMilliseconds,
    UnixSeconds,
    UnixMicroseconds,
    UnixNanoseconds,
    SqlText, ///< "2025-10-16 14:56:05", UTC, as CURRENT_TIMESTAMP writes it
    IsoText, ///< "2025-10-16T14:56:05.123Z"; also for a server's own types of time
};

/// The tables that another program made, by the names under which migrations adopted them, in lower case; all of them
/// where no migration was recorded. Errors: the database's.
[[nodiscard]] Result<QStringList> adoptedTables(Connection& connection, const SchemaInspector& catalogue);

/// Returns true when the column's declared type is one of numbers.
[[nodiscard]] bool isDeclaredNumber(const SchemaInspector::Column& column, SqlDialect dialect);

/// The column of another program's table as a time, whatever form each of its rows has: whole numbers are told as
/// seconds or finer units by their size (unixUnitOf()), and are whole milliseconds here.
[[nodiscard]] SqlColumn foreignBatchTime(const QString& expression, const SchemaInspector::Column& column,
                                         SqlDialect dialect);

/// Finds the form in which the owner of a table writes the first of these columns: that of its newest rows, without a
/// value in these that of the next column of numbers (or of others, as the first is), else the declared type's (whole
/// numbers: milliseconds). One look at 200 rows a column, at the end of the key `id`. Errors: the database's.
[[nodiscard]] Result<BatchTimeForm> foreignTimeForm(Connection& connection, const SchemaInspector& catalogue,
                                                    const QString& table, const QStringList& columns);

/// Returns true when the form is a whole number.
[[nodiscard]] bool isNumber(BatchTimeForm form);

/// The time as a column of that form takes it: a whole number or a text.
[[nodiscard]] QVariant inForm(BatchTimeForm form, Timestamp time);

} // namespace portolan
