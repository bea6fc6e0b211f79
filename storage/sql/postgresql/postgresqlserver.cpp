#include "storage/sql/postgresql/postgresqlserver.h"

#include "storage/base/backoff.h"
#include "storage/sql/connection/postgresqlerror.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/ourschema.h"

#include <algorithm>
#include <libpq-fe.h>
#include <utility>
#include <vector>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr int oldestForWriting = 130'000; // gen_random_uuid() without an extension
constexpr auto graceOverLimit = 15s;      // for the way there and back, and a commit that waits for its sync
constexpr char statementLimit[] = "statement_timeout";
constexpr char idleLimit[] = "idle_in_transaction_session_timeout";
constexpr auto trialPatience = 3s; // of who looks whether a pooler gives our session to others
constexpr int trialRounds = 10;
constexpr auto keptPatience = 2s; // a kept connection that does not answer by then is closed; another is made

/// Returns the settings that everything that is asked relies on, in this order: nothing is looked up before search_path
/// is ours. pg_temp is named, last, because it would otherwise be searched first.
std::vector<std::pair<QByteArray, QByteArray>> settingsFor(const StoreUrl& url) {
    const auto limit = [](std::chrono::milliseconds time) { return QByteArray::number(qint64(time.count())); };
    return {
        {"search_path", searchPathOf(url).toUtf8()},
        {"client_encoding", "UTF8"},
        {"timezone", "UTC"},
        {"datestyle", "ISO, YMD"},
        {"intervalstyle", "postgres"},
        {"bytea_output", "hex"},
        {"extra_float_digits", "3"},
        {"standard_conforming_strings", "on"},
        {statementLimit, limit(url.settings.statementTimeout)},
        {"lock_timeout", limit(url.settings.lockTimeout)},
        {idleLimit, limit(url.settings.idleInTransactionTimeout)},
        {"synchronous_commit", "on"},
        // A page of a list is found by the index that is made for it. With the usual 4, made for turning disks, the
        // planner rather passes over whole times of other ports, which costs more the rarer a port is.
        {"random_page_cost", "1.1"},
    };
}

/// Sets these for as long as the session lasts, if it is our own: in one message with the question whether it is, so
/// that nothing is set on another. The process that answers is the one that took the connection, and says the same
/// version; a pooler has a number of its own for each client, because that is what a request to cancel names.
Result<bool> setOnOwnSession(Connection& connection, const std::vector<std::pair<QByteArray, QByteArray>>& settings) {
    const pg_conn* const handle = connection.postgresql()->handle();
    QString sql = QStringLiteral("SELECT own.yes");
    QVariantList bindings;
    for (const auto& [name, value] : settings) {
        sql += QStringLiteral(", CASE WHEN own.yes THEN pg_catalog.set_config(?, ?, false) END");
        bindings << QString::fromLatin1(name) << QString::fromUtf8(value);
    }
    sql += QStringLiteral(" FROM (SELECT pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) CAST(? AS pg_catalog.int4) "
                          "AND pg_catalog.current_setting('server_version') OPERATOR(pg_catalog.=) "
                          "CAST(? AS pg_catalog.text) AS yes) AS own");
    bindings << PQbackendPID(handle) << QString::fromUtf8(PQparameterStatus(handle, "server_version"));
    Result<QSqlQuery> answer = connection.run(sql, bindings, QStringLiteral("open"));
    PORTOLAN_TRY(answer);
    const Result<bool> row = connection.next(*answer, QStringLiteral("open"));
    return row ? Result<bool>(answer->value(0).toBool()) : row;
}

/// Returns true when the connection was made with an application_name, by the URL, the environment or the service file.
bool isNamed(pg_conn* handle) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(handle), &PQconninfoFree);
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
        if (qstrcmp(option->keyword, "application_name") == 0)
            return option->val && *option->val != '\0';
    }
    return false;
}

/// Agrees on the settings of a new connection. Errors: Unsupported, a pooler's console; the server's.
Result<void> agreeOn(Connection& connection, const StoreUrl& url, Access access) {
    const char* const version = PQparameterStatus(connection.postgresql()->handle(), "server_version");
    if (QByteArrayView(version).contains("bouncer"))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral(
                         "%1 is the console of a connection pooler, and no database; name one of the databases behind "
                         "it.")
                         .arg(postgresqlInWords(url))};
    const bool writes = access == Access::Write;
    auto settings = settingsFor(url);
    auto onSession = settings;
    // A pooler would leave the name of a client that has one on the session, for those that have none.
    if (!isNamed(connection.postgresql()->handle()))
        onSession.emplace_back("application_name", "portolan");
    onSession.emplace_back("default_transaction_isolation", "read committed");
    onSession.emplace_back("default_transaction_read_only", writes ? "off" : "on");
    const Result<bool> isOwn = setOnOwnSession(connection, onSession);
    PORTOLAN_TRY(isOwn);
    if (!*isOwn)
        connection.postgresql()->share(
            {writes ? "ISOLATION LEVEL READ COMMITTED READ WRITE" : "ISOLATION LEVEL READ COMMITTED READ ONLY",
             std::move(settings)});
    if (*isOwn)
        return {};
    const Result<ReadSnapshot> allowed = ReadSnapshot::begin(connection); // a pooler may allow no transactions at all
    return allowed ? Result<void>() : Result<void>(allowed.error());
}

/// Returns true when the server will take connections before long: it says so itself.
bool passesSoon(const Error& error) {
    static const char* const signs[] = {"starting up", "shutting down", "too many", "remaining connection slots"};
    return error.code == ErrorCode::Connection
           && std::ranges::any_of(signs, [&](const char* sign) { return error.details.contains(QLatin1String(sign)); });
}

/// Returns false for a value with a NUL character, which would end there and stand for another.
bool canBePassedOn(const PostgresqlParameters& parameters) {
    return std::ranges::none_of(parameters, [](const auto& each) { return each.second.contains('\0'); });
}

Result<void> connect(PostgresqlLoan& loan, const StoreUrl& url, const CancelToken& token) {
    const QString where = postgresqlInWords(url);
    if (!canBePassedOn(loan.parameters))
        return Error{ErrorCode::Usage,
                     QStringLiteral("Cannot open %1: a value of it holds a NUL character; change it.").arg(where)};
    auto delay = url.settings.retryDelay;
    for (int retries = 0;; ++retries) {
        PostgresqlAttempt attempt = connectPostgresql(loan.parameters, loan.place, token);
        loan.handle = std::move(attempt.handle);
        if (token.stop_requested())
            return cancelled();
        if (loan.handle)
            return {};
        const Error error = postgresqlOpeningError(attempt.words, where);
        if (retries >= url.settings.maxRetries || !passesSoon(error))
            return error;
        if (!pauseFor(delay, token))
            return cancelled();
        delay *= url.settings.exponentialBackoff ? 2 : 1;
    }
}

/// Returns true when a connection is given one session all the time, and another connection a different one. Neither
/// ever waits for the other: PgBouncer runs what it was asked to by one that has gone meanwhile, and ends the session
/// then.
Result<bool> keepsItOnce(Connection& connection, Connection& other) {
    const QString who = QStringLiteral("SELECT pg_catalog.pg_backend_pid()");
    const Result<QVariant> first = connection.value(who);
    const Result<QVariant> second = connection.value(who); // a pooler may give its sessions in turn
    const Result<QVariant> foreign = other.value(who);
    const Result<QVariant> third = connection.value(who);
    for (const auto* each : {&first, &second, &foreign, &third}) {
        if (!*each)
            return each->error();
    }
    return *first == *second && *second == *third && *first != *foreign;
}

std::chrono::milliseconds patienceFor(const StoreUrl& url) {
    const auto limit = url.settings.statementTimeout;
    return limit.count() > 0 ? limit + graceOverLimit : 0ms;
}

/// Makes the connection what the URL and the access ask for.
Result<void> prepare(Connection& connection, const StoreUrl& url, Access access) {
    PostgresqlWire& wire = *connection.postgresql();
    const int version = PQserverVersion(wire.handle()); // 0: the connection is gone again, which agreeOn() tells
    if (access == Access::Write && version > 0 && version < oldestForWriting)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is on a server of version %2, and Portolan writes to 13 and later. Open it for "
                                    "reading, or upgrade the server.")
                         .arg(postgresqlInWords(url))
                         .arg(version / 10'000)};
    const Result<void> agreed = agreeOn(connection, url, access);
    return agreed ? expectSchema(connection, url) : agreed;
}

/// Waits until a kept connection has forgotten what was agreed on it; one that cannot say so is given up.
void finishReset(PostgresqlWire& wire) {
    wire.setPatience(keptPatience);
    if (!wire.endReset())
        wire.leave();
}

Result<std::unique_ptr<Connection>> openPatiently(const StoreUrl& url, Access access,
                                                  std::chrono::milliseconds patience, const CancelToken& token) {
    PostgresqlPool& pool = PostgresqlPool::of(url);
    while (true) {
        Result<PostgresqlLoan> loan = pool.borrow(url, token);
        PORTOLAN_TRY(loan);
        const bool wasKept = loan->handle != nullptr;
        if (!wasKept) {
            PORTOLAN_TRY(connect(*loan, url, token));
        }
        std::unique_ptr<Connection> connection = Connection::overPostgresql(std::move(*loan), postgresqlInWords(url));
        const Connection::Watch watch(*connection, token);
        if (wasKept)
            finishReset(*connection->postgresql());
        connection->postgresql()->setPatience(patience);
        const Result<void> prepared = prepare(*connection, url, access);
        if (token.stop_requested())
            return cancelled();
        if (wasKept && !connection->isAlive())
            continue; // lost while nobody looked
        PORTOLAN_TRY(prepared);
        return connection;
    }
}

} // namespace

QString postgresqlInWords(const StoreUrl& url) {
    return QStringLiteral("the database %1").arg(url.display());
}

Result<std::unique_ptr<Connection>> openPostgresql(const StoreUrl& url, Access access, const CancelToken& token) {
    return openPatiently(url, access, patienceFor(url), token);
}

Result<void> liftStatementLimits(Connection& connection) {
    PostgresqlWire& wire = *connection.postgresql();
    wire.setPatience(0ms);
    const bool isShared = wire.terms() != nullptr;
    if (isShared) {
        PostgresqlTerms terms = *wire.terms();
        for (auto& [name, value] : terms.settings) {
            if (name == statementLimit || name == idleLimit)
                value = "0";
        }
        wire.share(std::move(terms));
        if (!wire.isInTransaction())
            return {};
    }
    return connection.execute(
        QStringLiteral("SELECT pg_catalog.set_config(?, '0', ?), pg_catalog.set_config(?, '0', ?)"),
        {QLatin1String(statementLimit), isShared, QLatin1String(idleLimit), isShared});
}

Result<bool> keepsItsSession(Connection& connection, const StoreUrl& url, const CancelToken& token) {
    if (!connection.postgresql()->terms())
        return true;
    const Result<std::unique_ptr<Connection>> other = openPatiently(url, Access::Read, trialPatience, token);
    if (!other) // a pooler that has no other session to give is not found out
        return other.error().code == ErrorCode::Connection ? Result<bool>(false) : other.error();
    const Connection::Watch watch(**other, token);
    Result<bool> keeps = true;
    for (int i = 0; i < trialRounds && keeps && *keeps; ++i)
        keeps = keepsItOnce(connection, **other);
    return keeps;
}

} // namespace portolan
