#pragma once

#include "storage/sql/connection/connection.h"

#include <chrono>
#include <optional>
#include <utility>

namespace portolan {

/// The time that a statement may take, and the time that it may wait for a lock; nothing: as long as others.
struct StatementLimit {
    std::optional<std::chrono::milliseconds> statement;
    std::optional<std::chrono::milliseconds> lock;
};

/// Runs `ask`, a callable without arguments that only reads from a server and gives a Result, under limits of its own.
/// The connection and a transaction that it is in go on, also when it fails.
template <class Ask>
auto withinLimit(Connection& connection, StatementLimit limit, Ask ask) -> decltype(ask()) {
    using Answer = decltype(ask());
    const bool isInner = connection.postgresql()->isInTransaction();
    const QString begin = isInner ? QStringLiteral("SAVEPOINT portolan_limit") : QStringLiteral("BEGIN READ ONLY");
    const QString end = isInner ? QStringLiteral("ROLLBACK TO SAVEPOINT portolan_limit") : QStringLiteral("ROLLBACK");
    if (const Result<void> begun = connection.execute(begin); !begun)
        return Answer(begun.error());
    Result<void> limited;
    for (const auto& [name, time] :
         {std::pair("statement_timeout", limit.statement), std::pair("lock_timeout", limit.lock)}) {
        if (limited && time)
            limited = connection.execute(QStringLiteral("SELECT pg_catalog.set_config(?, ?, true)"),
                                         {QLatin1String(name), QString::number(time->count())});
    }
    Answer answer = limited ? ask() : Answer(limited.error());
    if (!connection.isAlive())
        return answer;
    const CancelToken never;
    const Connection::Watch unstoppable(connection, never);
    const Result<void> ended = connection.execute(end);
    return ended ? std::move(answer) : Answer(ended.error());
}

} // namespace portolan
