#pragma once

#include "storage/sql/connection/connection.h"
#include "storage/tables/tables.h"

#include <map>
#include <optional>

namespace portolan {

/// Lists every table and view of a SQLite database, its own and shadow tables left out. One that cannot be read is
/// among them and says why. Rows are counted where that is cheap, else estimated.
[[nodiscard]] Result<std::vector<TableInfo>> readSqliteTables(Connection& connection);

/// Reads the columns, indexes, triggers and definition of one of them. Errors: the database's where it does not know (a
/// view of a table that is gone, a virtual table whose module is not there).
[[nodiscard]] Result<TableDetail> readSqliteTableDetail(Connection& connection, const TableInfo& info);

/// A table with its indexes, by the pages of its SQLite database.
struct SqlitePages {
    qint64 bytes = 0;
    std::optional<qint64> rows; ///< nothing in a larger database
    bool isDamaged = false;
};

/// Returns them by the table's name in lower case; empty where the database is so large that looking at every page
/// would take long, or it cannot tell.
[[nodiscard]] Result<std::map<QString, SqlitePages>> sqliteTablePages(Connection& connection);

/// Returns why a table or view cannot be read, in the database's words, as far as it knows without reading.
[[nodiscard]] QByteArray sqliteTrouble(Connection& connection, const QString& table);

/// Returns the database's own words of an error.
[[nodiscard]] QByteArray wordsOf(const Error& error);

/// Returns an error that is a table's own, with its name and in the database's words; any other as it is.
[[nodiscard]] Error asErrorOf(const TableInfo& info, const Error& error);

} // namespace portolan
