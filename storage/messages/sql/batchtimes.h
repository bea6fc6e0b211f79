#pragma once

#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"

#include <QStringList>

namespace portolan {

/// Lists the tables that another program made, by the names under which migrations adopted them, in lower case; all of
/// them where no migration was recorded. Errors: the database's.
[[nodiscard]] Result<QStringList> adoptedTables(Connection& connection, const SchemaInspector& catalogue);

/// Reads a column of another program's table as a time, whatever form each of its rows has: whole numbers are told as
/// seconds or finer units by their size (unixUnitOf()), and are whole milliseconds here.
[[nodiscard]] SqlColumn foreignBatchTime(const QString& expression, const SchemaInspector::Column& column,
                                         SqlDialect dialect);

} // namespace portolan
