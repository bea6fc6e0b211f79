#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/keyset.h"

namespace portolan {

/// Makes a listing of a table, anybody's: its columns as the schema wants them (`id` first), NULL for those that are
/// not there. Its key is the row's own number in SQLite, else `id`; its own order goes by the schema's time column. The
/// table must be one for which lacksKey() returns nothing.
[[nodiscard]] Result<SqlListing> listingOfTable(const SchemaInspector::Entry& table, const QString& name,
                                                const ColumnSet& schema, const QString& alias);

/// Says in words why the rows of a table with a column `id` cannot be told apart; nothing when they can.
[[nodiscard]] std::optional<QString> lacksKey(const SchemaInspector::Entry& table, const QString& name);

} // namespace portolan
