#pragma once

#include "storage/sql/connection/connection.h"

#include <QString>
#include <vector>

namespace portolan {

/// A thing that a migration makes, as the database itself describes it.
struct SchemaObject {
    enum class Kind { Table, Column, Constraint, Index, Trigger, View, Function };
    Kind kind = Kind::Table;
    QString table; ///< that it belongs to; of a function empty
    QString name;
    /// Of a column its type and what comes after it; of a server's view empty, for it is worded by the server's
    /// version; else a statement that makes it, without line breaks. Of a server's table: how it is partitioned.
    QString definition;
    friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

/// Returns "table", "column", …
[[nodiscard]] const char* schemaObjectName(SchemaObject::Kind kind);

/// Reads all there are, in the order of table, kind and name (PostgreSQL: in the pipeline's schema, worded as if that
/// were `public`; without partitions and objects of extensions). On the connection's thread.
[[nodiscard]] Result<std::vector<SchemaObject>> readSchemaObjects(Connection& connection);

/// Returns what the migrations of this program make, all of them. SQLite: in a database in memory. PostgreSQL: a list
/// that is part of the program (resources/schema/postgresql/objects.json), which tst_schemadiff holds against a
/// server.
[[nodiscard]] Result<std::vector<SchemaObject>> expectedSchemaObjects(SqlDialect dialect);

} // namespace portolan
