#pragma once

#include "storage/base/clock.h"
#include "storage/sql/columns/schemainspector.h"

#include <QStringList>
#include <QVariant>

namespace portolan {

/// The form in which a column keeps times: another program's table is written as that program writes it.
enum class StoredTimeForm {
    UnixMilliseconds,
    UnixSeconds,
    UnixMicroseconds,
    UnixNanoseconds,
    SqlText, ///< "2025-10-16 14:56:05", UTC, as CURRENT_TIMESTAMP writes it
    IsoText, ///< "2025-10-16T14:56:05.123Z"; also for a server's own types of time
};

/// Returns true when the column's declared type is one of numbers.
[[nodiscard]] bool isDeclaredNumber(const SchemaInspector::Column& column, SqlDialect dialect);

/// Finds the form in which the owner of a table writes the first of these columns: that of its newest rows, without a
/// value in these that of the next column of numbers (or of others, as the first is), else the declared type's (whole
/// numbers: milliseconds). One look at 200 rows a column, at the end of the key `id`. Errors: the database's.
[[nodiscard]] Result<StoredTimeForm> storedTimeForm(Connection& connection, const SchemaInspector& catalogue,
                                                    const QString& table, const QStringList& columns);

/// Returns true when the form is a whole number.
[[nodiscard]] bool isNumber(StoredTimeForm form);

/// The time as a column of that form takes it: a whole number or a text.
[[nodiscard]] QVariant inForm(StoredTimeForm form, Timestamp time);

/// The placeholder for such a value: of the column's own type on a server.
[[nodiscard]] QString timePlaceholder(const SchemaInspector::Column& column, SqlDialect dialect);

} // namespace portolan
