#include "storage/sql/writerturns.h"

#include "storage/base/backoff.h"

#include <algorithm>

namespace portolan {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds turn{105};
constexpr milliseconds soon{500};
constexpr milliseconds latest{800};

/// Returns a number that changes when another connection has written; nothing where it cannot be asked.
QVariant writtenByOthers(Connection& connection) {
    const Result<QVariant> version = connection.value(QStringLiteral("PRAGMA data_version"));
    return version ? *version : QVariant();
}

} // namespace

void WriterTurns::giveWay(Connection& connection, const CancelToken& token) {
    if (connection.dialect() != SqlDialect::Sqlite)
        return;
    if (Clock::now() - m_ended >= turn)
        m_held = {};
    if (m_held < m_until)
        return;
    const QVariant before = writtenByOthers(connection);
    static_cast<void>(pauseFor(turn, token));
    const bool haveWritten = writtenByOthers(connection) != before;
    m_until = haveWritten ? Clock::duration(soon) : std::min<Clock::duration>(2 * m_until, latest);
    m_held = {};
}

void WriterTurns::noteHeld(Clock::duration time) {
    m_held += time;
    m_ended = Clock::now();
}

} // namespace portolan
