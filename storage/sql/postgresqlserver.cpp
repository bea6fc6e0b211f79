#include "storage/sql/postgresqlserver.h"

#include <QStringList>
#include <algorithm>
#include <libpq-fe.h>
#include <thread>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr int oldestForWriting = 130'000; // gen_random_uuid() without an extension
constexpr auto graceOverLimit = 15s;      // for the way there and back, and a commit that waits for its sync

/// libpq's connection string takes quotes and backslashes escaped; a semicolon QtSql's driver would make a blank of.
bool canBePassedOn(const QString& value) {
    return std::ranges::none_of(value, [](QChar c) {
        return c == u';' || c == u'\'' || c == u'"' || c == u'\\' || c.unicode() < 0x20 || c.unicode() == 0x7f;
    });
}

Result<QString> optionsOf(const StoreUrl& url) {
    QStringList options;
    bool hasTimeout = false;
    bool hasName = false;
    for (const auto& [name, value] : url.options) {
        if (!canBePassedOn(name) || !canBePassedOn(value))
            return Error{ErrorCode::Usage, QStringLiteral("Cannot open %1: the value of %2 holds a quote, backslash, "
                                                          "semicolon or control character; change it.")
                                               .arg(postgresqlInWords(url), name)};
        options << QStringLiteral("%1='%2'").arg(name, value);
        hasTimeout = hasTimeout || name == QLatin1String("connect_timeout");
        hasName = hasName || name == QLatin1String("application_name");
    }
    if (!hasTimeout && qEnvironmentVariableIsEmpty("PGCONNECT_TIMEOUT"))
        options << QStringLiteral("connect_timeout=%1").arg(url.settings.connectionTimeout.count());
    if (!hasName && qEnvironmentVariableIsEmpty("PGAPPNAME"))
        options << QStringLiteral("application_name=portolan");
    return options.join(QLatin1Char(';'));
}

/// The first words on a connection, in this order: nothing is looked up before search_path is ours. pg_temp is named,
/// last, because it would otherwise be searched first.
Result<void> agreeOn(Connection& connection, const StoreUrl& url, Access access) {
    const auto limit = [](std::chrono::milliseconds time) { return QString::number(time.count()); };
    const bool writes = access == Access::Write;
    const std::pair<const char*, QString> words[] = {
        {"search_path", QStringLiteral("public, pg_temp")},
        {"client_encoding", QStringLiteral("UTF8")},
        {"timezone", QStringLiteral("UTC")},
        {"datestyle", QStringLiteral("ISO, YMD")},
        {"bytea_output", QStringLiteral("hex")},
        {"standard_conforming_strings", QStringLiteral("on")},
        {"default_transaction_isolation", QStringLiteral("read committed")},
        {"default_transaction_read_only", writes ? QStringLiteral("off") : QStringLiteral("on")},
        {"statement_timeout", limit(url.settings.statementTimeout)},
        {"lock_timeout", limit(url.settings.lockTimeout)},
        {"idle_in_transaction_session_timeout", limit(url.settings.idleInTransactionTimeout)},
        {"synchronous_commit", QStringLiteral("on")},
    };
    QString sql;
    QVariantList bindings;
    for (const auto& [name, value] : words) {
        sql += (sql.isEmpty() ? QStringLiteral("SELECT ") : QStringLiteral(", "))
               + QStringLiteral("pg_catalog.set_config(?, ?, false)");
        bindings << QString::fromLatin1(name) << value;
    }
    return connection.execute(sql, bindings, QStringLiteral("open"));
}

Result<std::unique_ptr<Connection>> connectOnce(const StoreUrl& url) {
    const Result<QString> options = optionsOf(url);
    if (!options)
        return options.error();
    const QString password = url.password.isEmpty() ? qEnvironmentVariable("PORTOLAN_PASSWORD") : url.password;
    return Connection::open({SqlDialect::Postgresql, url.database, *options, postgresqlInWords(url), url.host, url.port,
                             url.user, password});
}

/// Whether the server will take connections before long: it says so itself.
bool passesSoon(const Error& error) {
    static const char* const signs[] = {"starting up", "shutting down", "too many", "remaining connection slots"};
    return error.code == ErrorCode::Connection
           && std::ranges::any_of(signs, [&](const char* sign) { return error.details.contains(QLatin1String(sign)); });
}

Result<std::unique_ptr<Connection>> connectPatiently(const StoreUrl& url) {
    auto delay = url.settings.retryDelay;
    for (int retries = 0;; ++retries) {
        Result<std::unique_ptr<Connection>> opened = connectOnce(url);
        if (opened || retries >= url.settings.maxRetries || !passesSoon(opened.error()))
            return opened;
        std::this_thread::sleep_for(delay);
        delay *= url.settings.exponentialBackoff ? 2 : 1;
    }
}

} // namespace

QString postgresqlInWords(const StoreUrl& url) {
    return QStringLiteral("the database %1").arg(url.display());
}

Result<std::unique_ptr<Connection>> openPostgresql(const StoreUrl& url, Access access) {
    Result<std::unique_ptr<Connection>> opened = connectPatiently(url);
    if (!opened)
        return opened;
    Connection& connection = **opened;
    PostgresqlWire& wire = *connection.postgresql();
    if (url.settings.statementTimeout.count() > 0)
        wire.setPatience(url.settings.statementTimeout + graceOverLimit);
    const int version = PQserverVersion(wire.handle()); // 0: the connection is gone again, which agreeOn() tells
    if (access == Access::Write && version > 0 && version < oldestForWriting)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is on a server of version %2, and Portolan writes to 13 and later. Open it for "
                                    "reading, or upgrade the server.")
                         .arg(postgresqlInWords(url))
                         .arg(version / 10'000)};
    if (const Result<void> agreed = agreeOn(connection, url, access); !agreed)
        return agreed.error();
    return opened;
}

Result<void> liftStatementLimits(Connection& connection) {
    connection.postgresql()->setPatience(0ms);
    return connection.execute(
        QStringLiteral("SELECT pg_catalog.set_config('statement_timeout', '0', false), "
                       "pg_catalog.set_config('idle_in_transaction_session_timeout', '0', false)"));
}

} // namespace portolan
