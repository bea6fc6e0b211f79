#include "storage/sql/connection/connection.h"

#include "storage/sql/connection/postgresqlerror.h"
#include "storage/sql/connection/postgresqlresult.h"
#include "storage/sql/connection/sqlerror.h"
#include "storage/sql/connection/sqlitefunctions.h"

#include <QSqlDriver>
#include <QSqlError>
#include <QUuid>
#include <algorithm>
#include <chrono>
#include <cstring>
#include <sqlite3.h>
#include <thread>
#include <utility>

namespace portolan {

namespace {

constexpr int progressInterval = 1000; // virtual machine instructions between two looks at the token: microseconds
constexpr std::chrono::milliseconds busyPatience{5000};

const QString sqliteDriver = QStringLiteral("QSQLITE");

/// Returns the driver's own handle; null when it gives none.
sqlite3* handleOf(const QSqlDatabase& database) {
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || qstrcmp(handle.typeName(), "sqlite3*") != 0)
        return nullptr;
    return *static_cast<sqlite3* const*>(handle.constData());
}

QString newName() {
    return QStringLiteral("portolan-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
}

/// Qt 6.4 registers what it does with its drivers at the program's end when they are first asked for, and two threads
/// that ask first together register it twice; the program then never ends. Here one asks, and the others wait.
bool isDriverInstalled() {
    static const bool installed = QSqlDatabase::isDriverAvailable(sqliteDriver);
    return installed;
}

/// Returns the pause before the n-th further attempt, and the sum of the pauses until then.
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

Connection::Connection(SqlDialect dialect, QString where) : m_dialect(dialect), m_where(std::move(where)) {}

Connection::~Connection() {
    close();
    const QString name = m_database.connectionName();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(name);
}

Result<std::unique_ptr<Connection>> Connection::openSqlite(const SqliteTarget& target) {
    if (!isDriverInstalled())
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("Qt's database driver %1 is not installed; install it and start again.").arg(sqliteDriver)};
    std::unique_ptr<Connection> connection(new Connection(SqlDialect::Sqlite, target.where));
    QSqlDatabase& database = connection->m_database;
    database = QSqlDatabase::addDatabase(sqliteDriver, newName());
    database.setDatabaseName(target.database);
    database.setConnectOptions(target.options);
    if (!database.open())
        return sqliteError(database.lastError(), QStringLiteral("open"), target.where);
    connection->m_sqlite = handleOf(database);
    if (!connection->m_sqlite)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Qt's driver %1 does not give access to the database's own interface; use the one "
                                    "that is built with the system's library.")
                         .arg(sqliteDriver)};
    connection->installHandlers();
    addSqliteFunctions(connection->m_sqlite);
    return connection;
}

std::unique_ptr<Connection> Connection::overPostgresql(PostgresqlLoan loan, const QString& where) {
    std::unique_ptr<Connection> connection(new Connection(SqlDialect::Postgresql, where));
    connection->m_loan = std::move(loan);
    connection->m_wire =
        std::make_unique<PostgresqlWire>(connection->m_loan.handle.get(), std::chrono::milliseconds(0));
    connection->m_database = QSqlDatabase::addDatabase(new PostgresqlDriver(*connection->m_wire), newName());
    return connection;
}

void Connection::close() {
    if (!m_loan.handle)
        return;
    // A pooler's connections are its own, and nothing was agreed on.
    const bool isReusable = !m_wire->terms() && m_wire->beginReset();
    m_wire->leave();
    PostgresqlPool* const pool = m_loan.pool;
    PostgresqlLoan loan = std::exchange(m_loan, {});
    if (isReusable)
        pool->giveBack(std::move(loan));
}

void Connection::installHandlers() {
    sqlite3_progress_handler(m_sqlite, progressInterval, &Connection::onProgress, this);
    sqlite3_busy_handler(m_sqlite, &Connection::onBusy, this);
}

Result<void> Connection::learnEncoding() {
    const Result<QVariant> encoding = value(QStringLiteral("PRAGMA encoding"));
    PORTOLAN_TRY(encoding);
    m_dialect = SqlDialect(SqlDialect::Sqlite, encoding->toString().startsWith(QLatin1String("UTF-16")));
    return {};
}

void Connection::standInForCollations() {
    sqlite3_collation_needed(m_sqlite, this, &Connection::onCollation);
}

void Connection::onCollation(void* self, sqlite3* database, int /*encoding*/, const char* name) {
    // SQLite's own are asked for, too, where a database keeps UTF-16, and made of those for UTF-8 then.
    if (sqlite3_stricmp(name, "NOCASE") == 0 || sqlite3_stricmp(name, "RTRIM") == 0)
        return;
    const auto byBytes = [](void*, int oneSize, const void* one, int otherSize, const void* other) {
        const int order = std::memcmp(one, other, static_cast<std::size_t>(std::min(oneSize, otherSize)));
        return order != 0 ? order : oneSize - otherSize;
    };
    sqlite3_create_collation_v2(database, name, SQLITE_UTF8, nullptr, byBytes, nullptr);
    static_cast<Connection*>(self)->m_unknownCollations << QString::fromUtf8(name);
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
    return QSqlQuery(m_database);
}

Error Connection::errorOf(const QSqlQuery& query, const QString& doing) const {
    if (!m_wire)
        return sqliteError(query.lastError(), doing, m_where);
    const QSqlError error = query.lastError();
    const QByteArray state = error.nativeErrorCode().toLatin1();
    return state.isEmpty() || state == m_wire->failure().state
               ? lastPostgresqlError(doing)
               : postgresqlError(state, doing, m_where, error.databaseText());
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
    PORTOLAN_TRY(query);
    const Result<bool> row = next(*query);
    PORTOLAN_TRY(row);
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
