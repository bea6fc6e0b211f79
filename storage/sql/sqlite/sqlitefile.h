#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <memory>

namespace portolan {

/// The look of a SQLite database from outside: changes whenever somebody writes to it.
struct SqliteFileMark {
    quint64 device = 0;
    quint64 inode = 0;
    qint64 size = 0;
    qint64 modified = 0; ///< nanoseconds since 1970
    qint64 changed = 0;  ///< of the inode, the same
    bool live = false;   ///< a write-ahead log stands beside it: somebody has it open, or died with it
    friend bool operator==(const SqliteFileMark&, const SqliteFileMark&) = default;
};

/// Errors: NotFound; Io; Invalid when it is no regular file.
[[nodiscard]] Result<SqliteFileMark> sqliteFileMark(const QString& path);

/// The way in which a database is read. Live: SQLite's own way, sharing the log with its writers. Snapshot: a database
/// in WAL mode that nobody has open, which SQLite can only read without leaving files beside it when it is told that
/// the file does not change; such a reader compares marks before and after, and reads again when they differ.
enum class SqliteReading { Live, Snapshot };

/// The functions that a database's own schema may call (in checks, views, indexes): any, or only those that SQLite
/// counts as harmless.
enum class SchemaTrust { Foreign, Own };

struct SqliteReader {
    std::unique_ptr<Connection> connection;
    SqliteReading reading = SqliteReading::Live;
    SqliteFileMark mark; ///< as it was when it was opened
    bool isWhole = true; ///< every definition of its schema is understood
};

/// Opens a database that may be anybody's, even a hostile one: read-only by SQLite and by the connection, functions of
/// the schema untrusted, defensive, values limited to 256 MiB. Nothing is created or changed; only when a writer died
/// and its log has lost its index (-shm) does SQLite make that again. A database whose tables or indexes use what
/// SQLite does not count as harmless (up to 3.40 its JSON functions and operators) is opened with its schema trusted,
/// and one with views that this library does not understand without these. Errors: NotFound, Invalid, Corrupt, Io;
/// Unsupported, it does not understand a table or an index, or, with a trusted schema, a view.
[[nodiscard]] Result<SqliteReader> openSqliteForReading(const QString& path, SchemaTrust trust = SchemaTrust::Foreign);

/// Opens a database for writing: synchronous=FULL, foreign keys on. A missing file is created with mode 0600, and
/// what SQLite puts beside it gets the same mode. The journal mode stays as it is; see useWriteAheadLog(). Error
/// Unsupported: this library does not understand a definition in its schema.
[[nodiscard]] Result<std::unique_ptr<Connection>> openSqliteForWriting(const QString& path);

/// Puts a database of Portolan's own in WAL mode, for ever. Not done to other programs' databases. Waits for others
/// as UnitOfWork does.
[[nodiscard]] Result<void> useWriteAheadLog(Connection& connection);

} // namespace portolan
