#include "storage/sql/connection/postgresqlerror.h"

#include <QStringList>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

struct Meaning {
    const char* states; ///< how the SQLSTATE begins; the first that fits counts
    ErrorCode code;
    const char* advice;
};

constexpr std::array stateMeanings = {
    Meaning{"08", ErrorCode::Connection, "the connection to the server was lost; check the network and the server"},
    Meaning{"0A", ErrorCode::Unsupported, "this server cannot do it; use PostgreSQL 13 or later"},
    Meaning{"22", ErrorCode::Invalid, "a value is not what the database can hold"},
    Meaning{"23", ErrorCode::Invalid, "a rule of the database refuses the data"},
    Meaning{"25006", ErrorCode::ReadOnly, "it is open for reading only, or the server is a standby"},
    Meaning{"25P03", ErrorCode::Connection, "a transaction was left idle for too long; try again"},
    Meaning{"25", ErrorCode::Busy, "its transaction had failed; try again"},
    Meaning{"28", ErrorCode::Auth, "the server refuses the user or the password; check both, and pg_hba.conf"},
    Meaning{"3D", ErrorCode::NotFound, "the server has no such database; create it or check the name"},
    Meaning{"40", ErrorCode::Busy, "other work got in the way and it was undone; try again"},
    Meaning{"42501", ErrorCode::Auth, "the user may not do that; ask the database's owner for the right (GRANT)"},
    Meaning{"42", ErrorCode::Unsupported,
            "its tables are not as the statement needs them; look at `portolan migrate history`"},
    Meaning{"53100", ErrorCode::Io, "the server's disk is full; make room and try again"},
    Meaning{"53300", ErrorCode::Connection, "the server has no connection left; close some or raise max_connections"},
    Meaning{"53", ErrorCode::Io, "the server is out of memory or another resource; try again later"},
    Meaning{"54", ErrorCode::Invalid, "a value or a row is larger than the database allows"},
    Meaning{"55000", ErrorCode::Unsupported,
            "it is not ready for it; a materialized view that was never filled needs REFRESH MATERIALIZED VIEW"},
    Meaning{"55P03", ErrorCode::Busy, "other work holds a lock on it; try again when that has finished"},
    Meaning{"55", ErrorCode::Busy, "it is in use; try again when the other work has finished"},
    Meaning{"57014", ErrorCode::Timeout,
            "it took longer than statement_timeout allows; narrow what is asked, or allow more"},
    Meaning{"57", ErrorCode::Connection,
            "the server is ending, starting, or has ended this connection; it is tried again"},
    Meaning{"58", ErrorCode::Io, "the server's disk or file system reported an error; check the server's log"},
    Meaning{"F0", ErrorCode::Io, "the server's configuration file is damaged or locked; check the server's log"},
    Meaning{"P0", ErrorCode::Invalid, "a trigger or function of the database refuses the data"},
    Meaning{"XX001", ErrorCode::Corrupt, "the database is damaged; restore it from a backup"},
    Meaning{"XX002", ErrorCode::Corrupt, "an index of the database is damaged; rebuild it (REINDEX)"},
    Meaning{"XX", ErrorCode::Io, "the server met a fault of its own; check its log"},
};

struct Opening {
    const char* words; ///< alternatives, a bar between them
    ErrorCode code;
    const char* advice;
};

constexpr std::array openings = {
    Opening{"too many connections|remaining connection slots|too many clients", ErrorCode::Connection,
            "the server has no connection left; close some or raise max_connections"},
    Opening{"no password supplied", ErrorCode::Auth,
            "the server asks for a password; give it in PORTOLAN_PASSWORD or in the file ~/.pgpass"},
    Opening{"authentication failed|pg_hba.conf|role \"|user \"|no certificate|requires a valid client certificate",
            ErrorCode::Auth, "the server refuses the user or the password; check both, and the server's pg_hba.conf"},
    Opening{"permission denied for database", ErrorCode::Auth, "the user may not connect to it (GRANT CONNECT)"},
    Opening{"starting up|shutting down|recovery", ErrorCode::Connection, "the server is starting or ending; try again"},
    Opening{"SSL|certificate|root.crt", ErrorCode::Connection,
            "no encrypted connection can be made; check sslmode and sslrootcert"},
    Opening{"timeout expired", ErrorCode::Connection, "the server does not answer; check host, port and firewall"},
    Opening{"could not translate host name", ErrorCode::Connection, "there is no such host; check its name"},
    Opening{"definition of service|service file", ErrorCode::Usage,
            "the service is not defined; check its name, ~/.pg_service.conf and PGSERVICEFILE"},
};

/// The words in which a pooler speaks of itself; all of them have one SQLSTATE, that of a broken protocol.
constexpr std::array poolers = {
    Opening{"statement pooling mode", ErrorCode::Unsupported,
            "the connection pooler is in statement mode, which allows no transaction; use its transaction or session "
            "mode, or the server's own address"},
    Opening{"query_wait_timeout|no more connections allowed", ErrorCode::Connection,
            "the connection pooler had no connection to the server free in time; close some, or raise its pool's size"},
    Opening{
        "server login has been failing|client_login_timeout|server conn crashed|login failed:", ErrorCode::Connection,
        "the connection pooler does not reach its server; it tries again by itself (every server_login_retry "
        "seconds)"},
    Opening{"no such database|\" is disabled|database removed", ErrorCode::NotFound,
            "the connection pooler has no such database; check its name, and the pooler's list of databases"},
    Opening{"no such user", ErrorCode::Auth,
            "the connection pooler does not know the user; check its name, and the pooler's list of users"},
    Opening{
        "unsupported startup parameter", ErrorCode::Usage,
        "the connection pooler refuses a setting that comes with the connection (PGOPTIONS and its like); unset it, "
        "or name it in the pooler's ignore_startup_parameters"},
};

bool saysAny(const QString& words, const char* alternatives) {
    const QStringList parts = QString::fromLatin1(alternatives).split(u'|');
    return std::ranges::any_of(parts, [&](const QString& part) { return words.contains(part); });
}

Error inWords(ErrorCode code, const QString& doing, const QString& where, const char* advice, const QString& details) {
    return Error{code, QStringLiteral("Cannot %1 %2: %3.").arg(doing, where, QLatin1StringView(advice)), details};
}

} // namespace

Error postgresqlError(QByteArrayView state, const QString& doing, const QString& where, const QString& details) {
    const auto meaning =
        std::ranges::find_if(stateMeanings, [&](const Meaning& m) { return state.startsWith(m.states); });
    const bool known = meaning != stateMeanings.end();
    const QString said = QStringLiteral("PostgreSQL %1: %2").arg(QLatin1StringView(state), details);
    return inWords(known ? meaning->code : ErrorCode::Io, doing, where,
                   known ? meaning->advice : "the server refused it; check its log", said);
}

Error postgresqlError(const PostgresqlFailure& failure, const QString& doing, const QString& where) {
    const auto pooler = std::ranges::find_if(
        poolers, [&](const Opening& o) { return failure.state.startsWith("08") && saysAny(failure.words, o.words); });
    if (pooler != poolers.end())
        return inWords(pooler->code, doing, where, pooler->advice, failure.words);
    switch (failure.cause) {
    case PostgresqlFailure::Cause::Stopped:
        return cancelled();
    case PostgresqlFailure::Cause::Silent:
        return inWords(ErrorCode::Connection, doing, where, "the server does not answer any more; check it",
                       failure.words);
    case PostgresqlFailure::Cause::Lost:
        return inWords(ErrorCode::Connection, doing, where,
                       "the connection to the server was lost; check the network and the server", failure.words);
    case PostgresqlFailure::Cause::Refused:
        // No partition takes the row, and its table has none for what no other takes: waiting mends nothing.
        if (failure.state == "23514" && failure.function == "ExecFindPartition")
            return inWords(ErrorCode::Invalid, doing, where,
                           "its table has no partition for the row; make one, or a default partition",
                           QStringLiteral("PostgreSQL 23514: ") + failure.words);
        // A right that nobody lacks: a policy's condition is about the row.
        if (failure.state == "42501" && failure.function == "ExecWithCheckOptions")
            return inWords(ErrorCode::Invalid, doing, where, "a policy of its table refuses the row",
                           QStringLiteral("PostgreSQL 42501: ") + failure.words);
        // A rule without a name is a partition's bound: others attached a partition while the row waited for the
        // default one (ExecPartitionCheck in the server's execMain.c).
        if (failure.state == "23514" && failure.constraint.isEmpty())
            return inWords(ErrorCode::Busy, doing, where, "a partition of its table came or went meanwhile; try again",
                           QStringLiteral("PostgreSQL 23514: ") + failure.words);
        // The server itself answers and stays: it is one that a foreign table lies on.
        if ((failure.state.startsWith("08") && !failure.words.startsWith(QLatin1String("FATAL")))
            || failure.state.startsWith("HV"))
            return Error{ErrorCode::Io,
                         QStringLiteral("Cannot %1 %2: a foreign server that it reads from fails: %3.")
                             .arg(doing, where, failure.words.section(u'\n', 0, 0).trimmed()),
                         QStringLiteral("PostgreSQL %1: %2").arg(QString::fromLatin1(failure.state), failure.words)};
        break;
    }
    return postgresqlError(failure.state, doing, where, failure.words);
}

Error postgresqlOpeningError(const QString& words, const QString& where) {
    const QString details = words.trimmed();
    const QString doing = QStringLiteral("open");
    if (words.contains(QLatin1String("database \"")) && words.contains(QLatin1String("does not exist")))
        return inWords(ErrorCode::NotFound, doing, where,
                       "the server has no such database; create it or check the name", details);
    const auto isSaid = [&](const Opening& o) { return saysAny(words, o.words); };
    if (const auto pooler = std::ranges::find_if(poolers, isSaid); pooler != poolers.end())
        return inWords(pooler->code, doing, where, pooler->advice, details);
    if (const auto opening = std::ranges::find_if(openings, isSaid); opening != openings.end())
        return inWords(opening->code, doing, where, opening->advice, details);
    return inWords(ErrorCode::Connection, doing, where,
                   "the server cannot be reached; check that it runs, its host and its port", details);
}

} // namespace portolan
