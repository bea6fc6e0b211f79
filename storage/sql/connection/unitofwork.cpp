#include "storage/sql/connection/unitofwork.h"

#include "storage/sql/connection/postgresqlerror.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <utility>

namespace portolan {

namespace {

/// The end of a transaction is never cut short: a cancelled question must not leave one open.
const CancelToken never;

/// Commits straight through SQLite, whose result code tells a full disk (nothing was written) from a failed sync.
Result<void> commitSqlite(const Connection& connection, int& code) {
    code = sqlite3_exec(connection.sqlite(), "COMMIT", nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? Result<void>() : Result<void>(connection.lastSqliteError(QStringLiteral("write to")));
}

/// Commits. A COMMIT of a transaction that had failed is answered with "ROLLBACK", and is no error to the server.
Result<void> commitPostgresql(const Connection& connection) {
    const PostgresqlAnswer answer = connection.postgresql()->execute("COMMIT");
    if (!answer)
        return connection.lastPostgresqlError(QStringLiteral("write to"));
    if (qstrcmp(PQcmdStatus(answer.get()), "COMMIT") == 0)
        return {};
    return postgresqlError("25P02", QStringLiteral("write to"), connection.where(), QStringLiteral("rolled back"));
}

/// Returns true when the transaction is over already, and there is nothing to roll back.
bool isOver(const Connection& connection) {
    if (connection.postgresql())
        return !connection.postgresql()->isInTransaction();
    return connection.sqlite() && sqlite3_get_autocommit(connection.sqlite()) != 0;
}

Result<void> beginOn(Connection& connection, const QString& words, const QString& doing) {
    if (!connection.postgresql())
        return connection.execute(words, {}, doing);
    if (connection.stopRequested())
        return cancelled();
    if (connection.postgresql()->begin(words.toLatin1()))
        return {};
    return connection.stopRequested() ? cancelled() : connection.lastPostgresqlError(doing);
}

/// Rolls back, unless it is done: SQLite has rolled back by itself after some errors, and a server when its connection
/// is gone. A rollback that fails otherwise leaves the transaction open, and the next begin() says so.
void rollBackIfOpen(Connection& connection) {
    if (isOver(connection))
        return;
    const Connection::Watch unstoppable(connection, never);
    const Result<void> done = connection.execute(QStringLiteral("ROLLBACK"));
    if (!done)
        qWarning("%s %s", qPrintable(done.error().text), qPrintable(done.error().details));
}

} // namespace

Result<UnitOfWork> UnitOfWork::begin(Connection& connection) {
    PORTOLAN_TRY(beginOn(connection, beginWriting(connection.dialect()), QStringLiteral("begin to write to")));
    return UnitOfWork(connection);
}

UnitOfWork::UnitOfWork(UnitOfWork&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}

UnitOfWork::~UnitOfWork() {
    rollBack();
}

void UnitOfWork::rollBack() {
    if (Connection* connection = std::exchange(m_connection, nullptr))
        rollBackIfOpen(*connection);
}

Result<void> UnitOfWork::commit() {
    if (!m_connection)
        return Error{ErrorCode::Invalid, QStringLiteral("The transaction is over already.")};
    const QString where = m_connection->where();
    const Connection::Watch unstoppable(*m_connection, never);
    int code = SQLITE_OK;
    const Result<void> done =
        m_connection->sqlite() ? commitSqlite(*m_connection, code) : commitPostgresql(*m_connection);
    if (done) {
        m_connection = nullptr;
        return {};
    }
    const bool cutOff = !m_connection->isAlive();
    rollBack();
    if (cutOff)
        return Error{ErrorCode::Unknown,
                     QStringLiteral("The connection was lost while %1 was being written; whether the last changes are "
                                    "there is looked up before anything else is written.")
                         .arg(where),
                     done.error().details};
    if ((code & 0xff) != SQLITE_IOERR)
        return done;
    return Error{ErrorCode::Unknown,
                 QStringLiteral("The disk failed while %1 was being written; whether the last changes are there is "
                                "looked up before anything else is written. Check the disk.")
                     .arg(where),
                 done.error().details};
}

Result<Savepoint> Savepoint::begin(Connection& connection) {
    PORTOLAN_TRY(connection.execute(QStringLiteral("SAVEPOINT portolan_part")));
    return Savepoint(connection);
}

Savepoint::Savepoint(Savepoint&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}

Savepoint::~Savepoint() {
    if (!m_connection || isOver(*m_connection))
        return;
    const Connection::Watch unstoppable(*m_connection, never);
    for (const char* undo : {"ROLLBACK TO SAVEPOINT portolan_part", "RELEASE SAVEPOINT portolan_part"}) {
        const Result<void> done = m_connection->execute(QLatin1String(undo));
        Q_UNUSED(done) // then the transaction fails, too
    }
}

Result<ReadSnapshot> ReadSnapshot::begin(Connection& connection) {
    if (!isOver(connection))
        return ReadSnapshot(nullptr);
    PORTOLAN_TRY(beginOn(connection, beginReading(connection.dialect()), QStringLiteral("read")));
    return ReadSnapshot(&connection);
}

ReadSnapshot::ReadSnapshot(ReadSnapshot&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}

ReadSnapshot::~ReadSnapshot() {
    if (m_connection)
        rollBackIfOpen(*m_connection);
}

} // namespace portolan
