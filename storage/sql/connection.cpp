#include "storage/sql/connection.h"

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

sqlite3* sqliteHandle(const QSqlDatabase& database) {
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || qstrcmp(handle.typeName(), "sqlite3*") != 0)
        return nullptr;
    return *static_cast<sqlite3* const*>(handle.constData());
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
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>> Connection::open(SqlDialect dialect, const QString& target, const QString& options,
                                                     const QString& where) {
    const QString name = QStringLiteral("portolan-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::unique_ptr<Connection> connection(new Connection(dialect, name, where));
    QSqlDatabase& database = connection->m_database;
    if (!database.isValid())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Qt's database driver %1 is not installed; install it and start again.")
                         .arg(driverName(dialect))};
    database.setDatabaseName(target);
    database.setConnectOptions(options);
    if (!database.open())
        return sqliteError(database.lastError(), QStringLiteral("open"), where);
    connection->m_sqlite = sqliteHandle(database);
    if (dialect == SqlDialect::Sqlite && !connection->m_sqlite)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Qt's SQLite driver does not give access to SQLite; use the one that is built "
                                    "with the system's library.")};
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

Result<QSqlQuery> Connection::run(const QString& sql, const QVariantList& bindings, const QString& doing) {
    if (stopRequested())
        return cancelled();
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return sqliteError(query.lastError(), doing, m_where);
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
    return stopRequested() ? cancelled() : sqliteError(query.lastError(), doing, m_where);
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
        return sqliteError(query.lastError(), doing, m_where);
    return false;
}

Error Connection::lastSqliteError(const QString& doing) const {
    return sqliteError(sqlite3_extended_errcode(m_sqlite), doing, m_where, QString::fromUtf8(sqlite3_errmsg(m_sqlite)));
}

Connection::Watch::Watch(Connection& connection, const CancelToken& token)
    : m_connection(connection)
    , m_outer(connection.m_token) {
    m_connection.m_token = &token;
}

Connection::Watch::~Watch() {
    m_connection.m_token = m_outer;
}

} // namespace portolan
