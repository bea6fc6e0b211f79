#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <memory>

namespace portolan {

/// Holds a SQLite database that another file is to take the place of: nobody else reads or writes it from here to the
/// end. Abandoned, it leaves the database as it was. One thread.
class SqliteTakeover {
public:
    /// Errors: Busy, another program has it open; and those of openSqliteForWriting().
    static Result<std::unique_ptr<SqliteTakeover>> begin(const QString& path);
    ~SqliteTakeover();
    SqliteTakeover(const SqliteTakeover&) = delete;
    SqliteTakeover& operator=(const SqliteTakeover&) = delete;

    [[nodiscard]] Connection& connection() { return *m_connection; }

    /// Puts a file of the same folder's file system in its place, at one instant and durably. A program that waits for
    /// the old one finds no database there, so that nothing is written into what is gone.
    [[nodiscard]] Result<void> replaceBy(const QString& aside);

private:
    SqliteTakeover(QString path, std::unique_ptr<Connection> connection)
        : m_path(std::move(path))
        , m_connection(std::move(connection)) {}

    QString m_path;
    std::unique_ptr<Connection> m_connection;
    bool m_hadLog = false; ///< a write-ahead log
    bool m_isReplaced = false;
};

/// Returns true when there is no table in a database; a missing file has none. Errors: of openSqliteForReading().
[[nodiscard]] Result<bool> isEmptyDatabase(const QString& path);

} // namespace portolan
