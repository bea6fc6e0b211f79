#include "storage/sql/connection.h"

#include "storage/sql/postgresqlerror.h"
#include "storage/sql/postgresqlresult.h"
#include "storage/sql/sqlerror.h"

#include <QSqlDriver>
#include <QSqlError>
#include <QUuid>
#include <algorithm>
#include <chrono>
#include <sqlite3.h>
#include <thread>

namespace portolan {

namespace {

constexpr int progressInterval = 1000; // virtual machine instructions between two looks at the token: microseconds
constexpr std::chrono::milliseconds busyPatience{5000};

/// The driver's own handle, if it is of the wanted type.
template <class Handle>
Handle* handleOf(const QSqlDatabase& database, const char* type) {
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || qstrcmp(handle.typeName(), type) != 0)
        return nullptr;
    return *static_cast<Handle* const*>(handle.constData());
}

QString driverName(SqlDialect dialect) {
    return dialect == SqlDialect::Sqlite ? QStringLiteral("QSQLITE") : QStringLiteral("QPSQL");
}

/// How long to wait before the n-th further attempt, and how long one has waited by then.
std::chrono::milliseconds pause(int attempt) {
    return std::chrono::milliseconds(std::min(1 + attempt * 2, 25));
}
std::chrono::milliseconds waitedUntil(int attempts) {
    std::chrono::milliseconds sum{0};
    for (int i = 0; i < attempts && sum < busyPatience; ++i)
        sum += pause(i);
    return sum;
}

} // namespace

Connection::Connection(SqlDialect dialect, QString name, QString where)
    : m_dialect(dialect)
    , m_name(std::move(name))
    , m_where(std::move(where))
    , m_database(QSqlDatabase::addDatabase(driverName(dialect), m_name)) {}

Connection::~Connection() {
    m_wire.reset();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionTarget& target) {
    const QString name = QStringLiteral("portolan-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::unique_ptr<Connection> connection(new Connection(target.dialect, name, target.where));
    QSqlDatabase& database = connection->m_database;
    if (!database.isValid())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Qt's database driver %1 is not installed; install it and start again.")
                         .arg(driverName(target.dialect))};
    const bool isSqlite = target.dialect == SqlDialect::Sqlite;
    database.setDatabaseName(target.database);
    database.setConnectOptions(target.options);
    database.setHostName(target.host);
    database.setPort(target.port > 0 ? target.port : -1);
    database.setUserName(target.user);
    database.setPassword(target.password);
    if (!database.open())
        return isSqlite ? sqliteError(database.lastError(), QStringLiteral("open"), target.where)
                        : postgresqlOpeningError(database.lastError().databaseText(), target.where);
    connection->m_sqlite = handleOf<sqlite3>(database, "sqlite3*");
    if (pg_conn* server = handleOf<pg_conn>(database, "pg_conn*"))
        connection->m_wire = std::make_unique<PostgresqlWire>(server, std::chrono::milliseconds(0));
    if (isSqlite ? !connection->m_sqlite : !connection->m_wire)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Qt's driver %1 does not give access to the database's own interface; use the one "
                                    "that is built with the system's library.")
                         .arg(driverName(target.dialect))};
    connection->installHandlers();
    return connection;
}

void Connection::installHandlers() {
    if (!m_sqlite)
        return;
    sqlite3_progress_handler(m_sqlite, progressInterval, &Connection::onProgress, this);
    sqlite3_busy_handler(m_sqlite, &Connection::onBusy, this);
}

int Connection::onProgress(void* self) {
    return static_cast<Connection*>(self)->stopRequested() ? 1 : 0;
}

int Connection::onBusy(void* self, int attempts) {
    if (static_cast<Connection*>(self)->stopRequested() || waitedUntil(attempts) >= busyPatience)
        return 0;
    std::this_thread::sleep_for(pause(attempts));
    return 1;
}

void Connection::obey(const CancelToken* token) {
    m_token = token;
    if (m_wire)
        m_wire->obey(token);
}

QSqlQuery Connection::newQuery() const {
    return m_wire ? QSqlQuery(new PostgresqlResult(m_database.driver(), *m_wire)) : QSqlQuery(m_database);
}

Error Connection::errorOf(const QSqlQuery& query, const QString& doing) const {
    if (!m_wire)
        return sqliteError(query.lastError(), doing, m_where);
    const QSqlError error = query.lastError();
    return error.nativeErrorCode().isEmpty()
               ? lastPostgresqlError(doing)
               : postgresqlError(error.nativeErrorCode().toLatin1(), doing, m_where, error.databaseText());
}

Result<QSqlQuery> Connection::run(const QString& sql, const QVariantList& bindings, const QString& doing) {
    if (stopRequested())
        return cancelled();
    QSqlQuery query = newQuery();
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return errorOf(query, doing);
    const Result<void> done = rerun(query, bindings, doing);
    return done ? Result<QSqlQuery>(std::move(query)) : Result<QSqlQuery>(done.error());
}

Result<void> Connection::rerun(QSqlQuery& query, const QVariantList& bindings, const QString& doing) {
    if (stopRequested())
        return cancelled();
    for (qsizetype i = 0; i < bindings.size(); ++i)
        query.bindValue(static_cast<int>(i), bindings[i]);
    if (query.exec())
        return {};
    return stopRequested() ? cancelled() : errorOf(query, doing);
}

Result<void> Connection::execute(const QString& sql, const QVariantList& bindings, const QString& doing) {
    const Result<QSqlQuery> query = run(sql, bindings, doing);
    return query ? Result<void>() : Result<void>(query.error());
}

Result<QVariant> Connection::value(const QString& sql, const QVariantList& bindings) {
    Result<QSqlQuery> query = run(sql, bindings, QStringLiteral("read"));
    if (!query)
        return query.error();
    const Result<bool> row = next(*query);
    if (!row)
        return row.error();
    return *row ? query->value(0) : QVariant();
}

Result<bool> Connection::next(QSqlQuery& query, const QString& doing) {
    if (stopRequested())
        return cancelled();
    if (query.next())
        return true;
    if (stopRequested())
        return cancelled();
    if (query.lastError().isValid())
        return errorOf(query, doing);
    return false;
}

Error Connection::lastSqliteError(const QString& doing) const {
    return sqliteError(sqlite3_extended_errcode(m_sqlite), doing, m_where, QString::fromUtf8(sqlite3_errmsg(m_sqlite)));
}

Error Connection::lastPostgresqlError(const QString& doing) const {
    return postgresqlError(m_wire->failure(), doing, m_where);
}

Connection::Watch::Watch(Connection& connection, const CancelToken& token)
    : m_connection(connection)
    , m_outer(connection.m_token) {
    m_connection.obey(&token);
}

Connection::Watch::~Watch() {
    m_connection.obey(m_outer);
}

} // namespace portolan
