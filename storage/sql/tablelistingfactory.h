#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/keyset.h"

#include <span>

namespace portolan {

/// Makes a listing of a table, anybody's: its columns as the schema wants them (`id` first), NULL for those that are
/// not there. Its key is the row's own number in SQLite, else the table's primary key, whole; on a server the row's
/// place where there is no key for all rows. Its own order goes by the schema's time column. Error Unsupported:
/// nothing tells its rows apart (lacksRowKey()).
[[nodiscard]] Result<SqlListing> listingOfTable(const SchemaInspector::Entry& table, const QString& name,
                                                const ColumnSet& schema, const QString& alias);

/// Makes the same without a key, for questions about columns alone.
[[nodiscard]] Result<SqlListing> columnsOfTable(const SchemaInspector::Entry& table, const QString& name,
                                                const ColumnSet& schema, const QString& alias);

/// Makes the key of a table's rows for a listing whose columns are `columns`. Error Unsupported: lacksRowKey().
[[nodiscard]] Result<SqlKey> keyOfTable(const SchemaInspector::Entry& table, const QString& name,
                                        const ColumnSet& schema, std::span<const SqlColumn> columns,
                                        const QString& alias);

/// Says in words why nothing tells the rows of a table apart; nothing when something does.
[[nodiscard]] std::optional<QString> lacksRowKey(const SchemaInspector::Entry& table, const QString& name);

/// Returns true when a column is all of the primary key, and that is one for all rows.
[[nodiscard]] bool isKeyAlone(const SchemaInspector::Entry& table, const SchemaInspector::Column& column);

/// Says in words why the rows of a table with a column `id` cannot be told apart by it; nothing when they can.
[[nodiscard]] std::optional<QString> lacksKey(const SchemaInspector::Entry& table, const QString& name);

} // namespace portolan
