#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/sql/connection/dialect.h"
#include "storage/sql/connection/pinnedfile.h"
#include "storage/sql/connection/postgresqlpool.h"
#include "storage/sql/connection/postgresqlwire.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <memory>
#include <optional>
#include <utility>

struct sqlite3;

namespace portolan {

/// The database that QtSql's SQLite driver is told to open.
struct SqliteTarget {
    QString database; ///< the file or its URI
    QString options;  ///< as QSqlDatabase::setConnectOptions() takes them
    QString where;    ///< how error texts name the database
};

/// A connection to a database. Belongs to the thread that opened it, which also destroys it; no query made with it may
/// outlive it.
class Connection {
public:
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    static Result<std::unique_ptr<Connection>> openSqlite(const SqliteTarget& target);
    /// Over a connection to a server that is open.
    static std::unique_ptr<Connection> overPostgresql(PostgresqlLoan loan, const QString& where);

    /// To a server: gives the connection back to those that are kept, or closes it. From here on it is lost.
    void close();

    [[nodiscard]] SqlDialect dialect() const { return m_dialect; }
    [[nodiscard]] const QString& where() const { return m_where; }
    /// SQLite: finds out in which encoding the database keeps its texts, of which dialect() tells afterwards.
    [[nodiscard]] Result<void> learnEncoding();
    /// SQLite, for reading only: texts whose collation this program does not know go by their bytes, instead of with an
    /// error. An index in such a collation has another order and must not be used: compare with COLLATE BINARY.
    void standInForCollations();
    /// The names of those for which that was done.
    [[nodiscard]] const QStringList& unknownCollations() const { return m_unknownCollations; }
    /// The driver's own handle; null when this is no SQLite connection.
    [[nodiscard]] sqlite3* sqlite() const { return m_sqlite; }
    /// Returns true when what is being read is not wanted any more.
    [[nodiscard]] bool stopRequested() const { return m_token && m_token->stop_requested(); }
    /// Returns the wire to the server; null when this is no PostgreSQL connection.
    [[nodiscard]] PostgresqlWire* postgresql() const { return m_wire.get(); }
    /// Returns false for good once the connection to a server is lost: only opening again helps.
    [[nodiscard]] bool isAlive() const { return !m_wire || m_wire->isAlive(); }

    /// Prepares, binds and runs one statement; rows are read forward with next(). `doing` completes "Cannot …" in an
    /// error's text. Binding counts that do not fit are Invalid.
    [[nodiscard]] Result<QSqlQuery> run(const QString& sql, const QVariantList& bindings = {},
                                        const QString& doing = QStringLiteral("use"));
    /// Runs a query of run()'s again with other values.
    [[nodiscard]] Result<void> rerun(QSqlQuery& query, const QVariantList& bindings,
                                     const QString& doing = QStringLiteral("use"));
    /// The same as run() for a statement whose rows nobody wants.
    [[nodiscard]] Result<void> execute(const QString& sql, const QVariantList& bindings = {},
                                       const QString& doing = QStringLiteral("use"));
    /// The first value of the first row; an invalid variant when there is no row.
    [[nodiscard]] Result<QVariant> value(const QString& sql, const QVariantList& bindings = {});

    /// The next row: false at the end. QSqlQuery::next() alone does not tell the end from a failure.
    [[nodiscard]] Result<bool> next(QSqlQuery& query, const QString& doing = QStringLiteral("read"));

    /// Keeps the file for as long as the connection is open; see PinnedFile.
    void hold(std::shared_ptr<const PinnedFile> file) { m_held = std::move(file); }

    /// Makes an error of what the driver's own handle reported with its last call.
    [[nodiscard]] Error lastSqliteError(const QString& doing) const;
    [[nodiscard]] Error lastPostgresqlError(const QString& doing) const;

    /// While one is alive a running statement ends with Cancelled soon after its token stops: SQLite's virtual machine
    /// looks at the token, and a PostgreSQL server is asked to cancel.
    class Watch {
    public:
        Watch(Connection& connection, const CancelToken& token);
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

    private:
        Connection& m_connection;
        const CancelToken* m_outer;
    };

private:
    Connection(SqlDialect dialect, QString where);
    void installHandlers();
    void obey(const CancelToken* token);
    [[nodiscard]] QSqlQuery newQuery() const;
    [[nodiscard]] Error errorOf(const QSqlQuery& query, const QString& doing) const;
    static int onProgress(void* self);
    static int onBusy(void* self, int attempts);
    static void onCollation(void* self, sqlite3* database, int encoding, const char* name);

    std::shared_ptr<const PinnedFile> m_held; ///< let go last
    SqlDialect m_dialect;
    QString m_where;
    QSqlDatabase m_database; ///< SQLite: under a name of its own
    sqlite3* m_sqlite = nullptr;
    QStringList m_unknownCollations;
    PostgresqlLoan m_loan; ///< PostgreSQL: what the wire goes over
    std::unique_ptr<PostgresqlWire> m_wire;
    const CancelToken* m_token = nullptr;
};

/// The rows of a query to their end, or to what went wrong:
///     QueryCursor walk(connection, *query);
///     while (walk.next())
///         …
///     if (walk.error())
///         return *walk.error();
/// `doing` as in Connection::next(). On the connection's thread, while both live.
class QueryCursor {
public:
    QueryCursor(Connection& connection, QSqlQuery& query, QString doing = QStringLiteral("read"))
        : m_connection(connection)
        , m_query(query)
        , m_doing(std::move(doing)) {}

    [[nodiscard]] bool next() {
        Result<bool> more = m_connection.next(m_query, m_doing);
        if (!more)
            m_error = more.error();
        return more && *more;
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    Connection& m_connection;
    QSqlQuery& m_query;
    QString m_doing;
    std::optional<Error> m_error;
};

} // namespace portolan
