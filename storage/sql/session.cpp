#include "storage/sql/session.h"

#include "storage/sql/connection/libpq.h"
#include "storage/sql/postgresql/postgresqlserver.h"

#include <QHashFunctions>
#include <sqlite3.h>

namespace portolan {

Session::Session(StoreUrl url, Access access, CancelToken token)
    : m_url(std::move(url))
    , m_access(access)
    , m_token(std::move(token)) {
    if (m_url.kind == StoreKind::Postgresql)
        m_use.emplace(m_url);
}

Result<std::unique_ptr<Session>> Session::open(const StoreUrl& url, Access access, const CancelToken& token) {
    if (url.kind == StoreKind::Files || url.kind == StoreKind::Bundle)
        return Error{ErrorCode::Unsupported, QStringLiteral("%1 is no database.").arg(url.display())};
    if (url.kind == StoreKind::Postgresql) {
        PORTOLAN_TRY(loadLibpq());
    }
    std::unique_ptr<Session> session(new Session(url, access, token));
    PORTOLAN_TRY(session->reopen());
    return session;
}

Result<void> Session::reopen() {
    ++m_generation;
    if (m_url.kind == StoreKind::Sqlite) {
        m_connection.reset();
        return reopenSqlite();
    }
    // The old connection may hold locks, or a place in the pool, that the new one needs. It stays, closed, until then.
    rest();
    Result<std::unique_ptr<Connection>> opened = openPostgresql(m_url, m_access, m_token);
    PORTOLAN_TRY(opened);
    m_connection = std::move(*opened);
    return {};
}

void Session::rest() {
    if (m_url.kind == StoreKind::Postgresql && m_connection)
        m_connection->close();
}

Result<void> Session::reopenSqlite() {
    if (m_access == Access::Write) {
        Result<std::unique_ptr<Connection>> opened = openSqliteForWriting(m_url.path);
        PORTOLAN_TRY(opened);
        m_connection = std::move(*opened);
        return {};
    }
    Result<SqliteReader> opened = openSqliteForReading(m_url.path);
    PORTOLAN_TRY(opened);
    m_connection = std::move(opened->connection);
    m_reading = opened->reading;
    m_mark = opened->mark;
    return {};
}

namespace {

/// Returns false when another program has put something into the schema that the connection, as it was opened, refuses.
bool understandsSchema(const Connection& connection) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(connection.sqlite(), "SELECT 1 FROM sqlite_schema", -1, &statement, nullptr);
    sqlite3_finalize(statement);
    return code != SQLITE_CORRUPT;
}

} // namespace

/// Returns true when the connection broke, or the file is another. An answer whose rest was given up is whole, though.
bool Session::movedMeanwhile() const {
    if (m_url.kind == StoreKind::Postgresql)
        return !m_connection->isAlive()
               && m_connection->postgresql()->failure().cause != PostgresqlFailure::Cause::Stopped;
    if (m_access == Access::Write)
        return false;
    const Result<SqliteFileMark> now = sqliteFileMark(m_url.path);
    if (!now)
        return true;
    if (m_reading == SqliteReading::Live)
        return now->device != m_mark.device || now->inode != m_mark.inode || !understandsSchema(*m_connection);
    return *now != m_mark;
}

Result<void> Session::freshen() {
    if (m_connection && m_connection->isAlive() && !movedMeanwhile())
        return {};
    return reopen();
}

Error Session::restless() const {
    if (m_url.kind == StoreKind::Postgresql)
        return Error{ErrorCode::Connection,
                     QStringLiteral("The connection to %1 breaks again and again; check the network and the server.")
                         .arg(postgresqlInWords(m_url))};
    return Error{ErrorCode::Busy, QStringLiteral("The database %1 is being rewritten by another program; try again "
                                                 "when that has finished.")
                                      .arg(m_url.path)};
}

Result<ChangeMark> Session::changeMark() {
    if (m_url.kind == StoreKind::Postgresql)
        return serverMark();
    PORTOLAN_TRY(freshen());
    const Result<QVariant> version = m_connection->value(QStringLiteral("PRAGMA data_version"));
    PORTOLAN_TRY(version);
    const auto own = m_connection->sqlite() ? sqlite3_total_changes64(m_connection->sqlite()) : 0;
    const std::size_t seed = qHashMulti(m_generation, version->toULongLong(), own);
    return ChangeMark{seed};
}

/// Asks for the transaction snapshot. While it stays the same, no visible row can change, by any writer, and asking
/// reads no table. It also moves with transactions that wrote elsewhere in the cluster: then a page is read once too
/// often. (Statistics of tables are up to ten seconds late, and the greatest ids do not tell updates.)
Result<ChangeMark> Session::serverMark() {
    const Result<QVariant> snapshot = read(m_token, [](Connection& connection) {
        return connection.value(QStringLiteral("SELECT CAST(pg_catalog.txid_current_snapshot() AS text)"));
    });
    PORTOLAN_TRY(snapshot);
    return ChangeMark{qHashMulti(0, m_generation, snapshot->toString())};
}

Result<QString> productOf(Connection& connection) {
    if (connection.dialect() == SqlDialect::Sqlite) {
        const auto version = connection.value(QStringLiteral("SELECT sqlite_version()"));
        return version ? Result<QString>(QStringLiteral("SQLite ") + version->toString()) : version.error();
    }
    const auto version = connection.value(
        QStringLiteral("SELECT concat_ws(', ', 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1), "
                       "(SELECT 'TimescaleDB ' || extversion FROM pg_catalog.pg_extension WHERE extname = "
                       "'timescaledb'), CASE WHEN (SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = "
                       "pg_backend_pid()) THEN 'TLS' ELSE 'no TLS' END)"));
    return version ? Result<QString>(version->toString()) : version.error();
}

} // namespace portolan
