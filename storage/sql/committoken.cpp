#include "storage/sql/committoken.h"

#include "storage/base/clock.h"

#include <QUuid>

namespace portolan {

namespace {

using namespace std::chrono_literals;

/// Longer than any outage that a receiver sits out.
constexpr auto keptFor = 24h * 7;

Result<void> removeOldOnes(Connection& connection) {
    const QString before = QString::fromLatin1(toIsoTime(currentTime() - keptFor));
    return connection.execute(QStringLiteral("DELETE FROM portolan_commits WHERE committed_at < ?"), {before});
}

} // namespace

Result<void> CommitToken::write(Connection& connection) {
    if (m_writer.isEmpty()) {
        if (const Result<void> removed = removeOldOnes(connection); !removed)
            return removed;
        m_writer = QUuid::createUuid().toString(QUuid::WithoutBraces);
    }
    return connection.execute(QStringLiteral("INSERT INTO portolan_commits (writer, number, committed_at) "
                                             "VALUES (?, ?, ?) ON CONFLICT (writer) DO UPDATE SET "
                                             "number = excluded.number, committed_at = excluded.committed_at"),
                              {m_writer, ++m_number, QString::fromLatin1(toIsoTime(currentTime()))},
                              QStringLiteral("write to"));
}

Result<bool> CommitToken::isStored(Connection& connection) const {
    const Result<QVariant> number =
        connection.value(QStringLiteral("SELECT number FROM portolan_commits WHERE writer = ?"), {m_writer});
    PORTOLAN_TRY(number);
    return number->toLongLong() == m_number;
}

} // namespace portolan
