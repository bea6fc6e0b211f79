#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QByteArray>
#include <QStringList>
#include <vector>

namespace portolan {

/// The findings of SQLite's own integrity check.
struct SqliteIntegrity {
    std::vector<QByteArray> damage; ///< its lines, `mostLines` at the most
    QStringList unchecked;          ///< what it could not look at, and why
};

/// Checks pages, rows and indexes by PRAGMA integrity_check, in one pass. An index, a CHECK or a generated column that
/// needs another program's function or collation is named, for nobody else can say what it should hold; the rest of
/// its table is checked all the same. The connection knows no other functions afterwards than before. Errors: Corrupt,
/// the file cannot be read to its end; Cancelled.
[[nodiscard]] Result<SqliteIntegrity> checkSqliteIntegrity(Connection& connection, int mostLines);

/// Returns true for the error of a statement that needs another program's function or collation.
[[nodiscard]] bool needsAnotherProgram(const Error& error);

} // namespace portolan
