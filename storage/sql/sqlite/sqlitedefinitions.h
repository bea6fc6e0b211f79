#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// A definition of a schema that this SQLite library does not understand.
struct SqliteDefinition {
    QByteArray type; ///< "table", "index" or "view"
    QByteArray name;
};

/// Finds the definitions that are not understood, each compiled by itself in a database without rows: SQLite takes what
/// comes before the words that it does not know for the whole. Triggers are left alone, as reading runs none. None
/// where the connection has read the schema whole (openSqliteForReading()).
[[nodiscard]] Result<std::vector<SqliteDefinition>> misunderstoodDefinitions(Connection& connection);

/// Says so of one of them, to be put after its name.
[[nodiscard]] QString misunderstoodWords();

} // namespace portolan
