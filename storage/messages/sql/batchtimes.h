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
    SqlText, ///< "2025-10-16 14:56:05", UTC, as CURRENT_TIMESTAMP writes it
    IsoText, ///< "2025-10-16T14:56:05.123Z"; also for a server's own types of time
};

/// The tables that another program made, by the names under which migrations adopted them, in lower case; all of them
/// where no migration was recorded. Errors: the database's.
[[nodiscard]] Result<QStringList> adoptedTables(Connection& connection, const SchemaInspector& catalogue);

/// The column of another program's table as a time, whatever form each of its rows has: whole numbers are told as
/// seconds or milliseconds by their size (fromUnixNumber()).
[[nodiscard]] SqlColumn foreignBatchTime(const QString& expression, const SchemaInspector::Column& column,
                                         SqlDialect dialect);

/// Finds the form in which the owner of a table writes a column: that of its newest row; of a table without rows the
/// declared type's (whole numbers: milliseconds). One look at the end of the primary key. Errors: the database's.
[[nodiscard]] Result<BatchTimeForm> foreignTimeForm(Connection& connection, const SchemaInspector& catalogue,
                                                    const QString& table, const QString& column);

/// The time as a column of that form takes it: a whole number or a text.
[[nodiscard]] QVariant inForm(BatchTimeForm form, Timestamp time);

} // namespace portolan
