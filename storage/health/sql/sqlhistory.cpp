#include "storage/health/sql/sqlhistory.h"

#include "storage/base/diskspace.h"
#include "storage/health/sql/serverhealth.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

#include <QFileInfo>

namespace portolan {

namespace {

QString historyTableName() {
    return QStringLiteral("portolan_history");
}

QString usingHistory() {
    return QStringLiteral("use the history of");
}

HistoryDay readDay(const RowView& row) {
    HistoryDay day;
    day.id = numberAt(row, 0);
    day.day = timeAt(row, 1).value_or(Timestamp());
    day.name = bytesAt(row, 2);
    day.rows = integerAt(row, 3);
    day.isEstimate = numberAt(row, 4) != 0;
    day.bytes = integerAt(row, 5);
    if (const auto p50 = realAt(row, 6))
        day.latency = Latency{*p50, realAt(row, 7).value_or(*p50), realAt(row, 8).value_or(*p50)};
    day.asked = integerAt(row, 9);
    day.slow = integerAt(row, 10);
    day.failed = integerAt(row, 11);
    return day;
}

QVariant numberBound(const std::optional<qint64>& number) {
    return number ? QVariant(qlonglong(*number)) : QVariant(QMetaType(QMetaType::LongLong));
}

QVariant realBound(const std::optional<Latency>& latency, double Latency::*part) {
    return latency ? QVariant((*latency).*part) : QVariant(QMetaType(QMetaType::Double));
}

QVariant timeBound(Timestamp at) {
    return QString::fromLatin1(toIsoTime(at));
}

QString truthOf(bool truth, bool isServer) {
    if (isServer)
        return truth ? QStringLiteral("true") : QStringLiteral("false");
    return truth ? QStringLiteral("1") : QStringLiteral("0");
}

} // namespace

SqlStoreHistory::SqlStoreHistory(Session& session)
    : m_session(session)
    , m_rows(session, historyTableName(), historySchema(), &readDay) {}

Result<void> SqlStoreHistory::keep(std::span<const HistoryDay> rows, Timestamp now) {
    const bool isServer = m_session.dialect() == SqlDialect::Postgresql;
    const QString time = isServer ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
    const auto write = [&]() -> Result<void> {
        Connection& connection = m_session.connection();
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (const auto lacking = catalogue->lacks(historyTableName(), {"id", "day", "name"}))
            return Error{ErrorCode::Unsupported,
                         *lacking + QStringLiteral(" `portolan migrate up` brings what a history needs.")};
        for (const HistoryDay& row : rows) {
            PORTOLAN_TRY(connection.execute(
                QStringLiteral(
                    "INSERT INTO portolan_history AS kept (day, name, row_count, estimate, bytes, p50_ms, p95_ms, "
                    "p99_ms, asked, slow, failed) VALUES (%1, ?, ?, %2, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, name) "
                    "DO "
                    "UPDATE SET row_count = excluded.row_count, estimate = excluded.estimate, bytes = excluded.bytes, "
                    "p50_ms = excluded.p50_ms, p95_ms = excluded.p95_ms, p99_ms = excluded.p99_ms, asked = kept.asked "
                    "+ "
                    "excluded.asked, slow = kept.slow + excluded.slow, failed = kept.failed + excluded.failed")
                    .arg(time, truthOf(row.isEstimate, isServer)),
                {timeBound(row.day), wholeText(row.name), numberBound(row.rows), numberBound(row.bytes),
                 realBound(row.latency, &Latency::p50), realBound(row.latency, &Latency::p95),
                 realBound(row.latency, &Latency::p99), numberBound(row.asked), numberBound(row.slow),
                 numberBound(row.failed)},
                usingHistory()));
        }
        return connection.execute(QStringLiteral("DELETE FROM portolan_history WHERE day <= %1").arg(time),
                                  {timeBound(dayOf(now) - std::chrono::days(mostDays))}, usingHistory());
    };
    return withTransaction(m_session, write);
}

Result<std::optional<qint64>> SqlStoreHistory::freeBytes(const CancelToken& token) {
    using Bytes = std::optional<qint64>;
    QString folder = QFileInfo(m_session.url().path).absolutePath();
    if (m_session.dialect() == SqlDialect::Postgresql) {
        const Result<QString> known = m_session.read(
            token, [this](Connection& connection) { return localDataFolder(connection, m_session.url().host); });
        if (!known && known.error().code == ErrorCode::Cancelled)
            return known.error();
        folder = known ? *known : QString(); // SqlHealth says why not
    }
    if (folder.isEmpty())
        return Bytes();
    const auto space = diskSpaceOf(folder);
    return space ? Bytes(space->available) : Bytes();
}

/// Without a primary that sends, what was received last is as far as it goes: the age of the last change is told then.
Result<std::optional<std::chrono::seconds>> SqlStoreHistory::standbyLag(const CancelToken& token) {
    using Lag = std::optional<std::chrono::seconds>;
    if (m_session.dialect() != SqlDialect::Postgresql)
        return Lag();
    const auto seconds = m_session.read(token, [](Connection& connection) {
        return connection.value(
            QStringLiteral("SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL WHEN "
                           "pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0 ELSE "
                           "COALESCE(CAST(extract(epoch FROM pg_catalog.now() - "
                           "pg_catalog.pg_last_xact_replay_timestamp()) AS bigint), 0) END"));
    });
    PORTOLAN_TRY(seconds);
    return seconds->isNull() ? Lag() : Lag(std::chrono::seconds(seconds->toLongLong()));
}

} // namespace portolan
