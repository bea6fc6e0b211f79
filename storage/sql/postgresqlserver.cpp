#include "storage/sql/postgresqlserver.h"

#include "storage/base/backoff.h"
#include "storage/sql/ourschema.h"
#include "storage/sql/postgresqlerror.h"

#include <algorithm>
#include <libpq-fe.h>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr int oldestForWriting = 130'000; // gen_random_uuid() without an extension
constexpr auto graceOverLimit = 15s;      // for the way there and back, and a commit that waits for its sync
constexpr auto keptPatience = 2s;         // a kept connection that does not answer by then is closed; another is made

/// The first words on a connection, in this order: nothing is looked up before search_path is ours. pg_temp is named,
/// last, because it would otherwise be searched first.
Result<void> agreeOn(Connection& connection, const StoreUrl& url, Access access) {
    const auto limit = [](std::chrono::milliseconds time) { return QString::number(time.count()); };
    const bool writes = access == Access::Write;
    const std::pair<const char*, QString> words[] = {
        {"search_path", searchPathOf(url)},
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
        // A page of a list is found by the index that is made for it. With the usual 4, made for turning disks, the
        // planner rather passes over whole times of other ports, which costs more the rarer a port is.
        {"random_page_cost", QStringLiteral("1.1")},
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

/// Whether the server will take connections before long: it says so itself.
bool passesSoon(const Error& error) {
    static const char* const signs[] = {"starting up", "shutting down", "too many", "remaining connection slots"};
    return error.code == ErrorCode::Connection
           && std::ranges::any_of(signs, [&](const char* sign) { return error.details.contains(QLatin1String(sign)); });
}

/// A value with a NUL character would end there, and stand for another.
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

/// Makes the connection what the URL and the access ask for.
Result<void> prepare(Connection& connection, const StoreUrl& url, Access access) {
    PostgresqlWire& wire = *connection.postgresql();
    const auto limit = url.settings.statementTimeout;
    wire.setPatience(limit.count() > 0 ? limit + graceOverLimit : 0ms);
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

} // namespace

QString postgresqlInWords(const StoreUrl& url) {
    return QStringLiteral("the database %1").arg(url.display());
}

Result<std::unique_ptr<Connection>> openPostgresql(const StoreUrl& url, Access access, const CancelToken& token) {
    PostgresqlPool& pool = PostgresqlPool::of(url);
    while (true) {
        Result<PostgresqlLoan> loan = pool.borrow(url, token);
        if (!loan)
            return loan.error();
        const bool wasKept = loan->handle != nullptr;
        if (!wasKept) {
            if (const Result<void> connected = connect(*loan, url, token); !connected)
                return connected.error();
        }
        std::unique_ptr<Connection> connection = Connection::overPostgresql(std::move(*loan), postgresqlInWords(url));
        const Connection::Watch watch(*connection, token);
        if (wasKept)
            finishReset(*connection->postgresql());
        const Result<void> prepared = prepare(*connection, url, access);
        if (token.stop_requested())
            return cancelled();
        if (wasKept && !connection->isAlive())
            continue; // lost while nobody looked
        if (!prepared)
            return prepared.error();
        return connection;
    }
}

Result<void> liftStatementLimits(Connection& connection) {
    connection.postgresql()->setPatience(0ms);
    return connection.execute(
        QStringLiteral("SELECT pg_catalog.set_config('statement_timeout', '0', false), "
                       "pg_catalog.set_config('idle_in_transaction_session_timeout', '0', false)"));
}

} // namespace portolan
