#include "storage/ports/sql/portcounter.h"

#include "storage/sql/columns/filtersqltext.h"

#include <array>

namespace portolan {

namespace {

QString countingPorts() {
    return QStringLiteral("count the messages of ports in");
}

/// Reads the one row of a statement that always gives one.
Result<QSqlQuery> onlyRow(Connection& connection, const QString& sql, const QVariantList& bindings) {
    Result<QSqlQuery> query = connection.run(sql, bindings, countingPorts());
    PORTOLAN_TRY(query);
    const Result<bool> row = connection.next(*query);
    PORTOLAN_TRY(row);
    return query;
}

void widen(std::optional<Timestamp>& known, const QVariant& text, bool newer) {
    const auto time = parseIsoTime(text.toString().toUtf8());
    if (time && (!known || (newer ? *time > *known : *time < *known)))
        known = time;
}

} // namespace

void PortPass::add(PortStatus status, qint64 count) {
    m_tallies[m_names[m_port]].counts[status] += count;
    m_counted += count;
}

QString PortPass::from() const {
    return QStringLiteral("%1 AS %2").arg(m_layout.messages.table, m_layout.messages.alias);
}

Result<bool> PortPass::step(Connection& connection) {
    return m_layout.countsByIndex ? stepOverIndex(connection) : stepOverTable(connection);
}

Result<bool> PortPass::stepOverIndex(Connection& connection) {
    if (m_port == m_names.size())
        return true;
    if (!m_status) {
        const Result<bool> whole = wholePort(connection);
        PORTOLAN_TRY(whole);
        if (*whole)
            ++m_port;
        else
            m_status = 0;
        return m_port == m_names.size();
    }
    const Result<bool> ended = m_phase == Phase::ByTime ? byTime(connection) : byKey(connection);
    PORTOLAN_TRY(ended);
    if (*ended)
        nextStatus();
    return m_port == m_names.size();
}

void PortPass::nextStatus() {
    m_phase = Phase::WithoutTime;
    m_time = {};
    m_key = {};
    if (++*m_status < portStatuses.size())
        return;
    m_status.reset();
    ++m_port;
}

/// Counts a port that one chunk holds, by conditions, because grouping would sort. Returns false when it is larger.
Result<bool> PortPass::wholePort(Connection& connection) {
    const SqlFragment isPort =
        compareText(m_layout.column("port_name").expression, Comparison::Equal, m_names[m_port], m_dialect);
    QStringList counts{QStringLiteral("count(*)")};
    for (const PortStatus status : portStatuses)
        counts
            << QStringLiteral("count(CASE WHEN status = '%1' THEN 1 END)").arg(QLatin1String(portStatusName(status)));
    const QString sql =
        QStringLiteral("SELECT %1 FROM (SELECT %2 AS status FROM %3 WHERE %4 LIMIT ?) AS part")
            .arg(counts.join(QStringLiteral(", ")), m_layout.column("status").expression, from(), isPort.text);
    const Result<QSqlQuery> row = onlyRow(connection, sql, isPort.bindings + QVariantList{QVariant(m_chunk)});
    PORTOLAN_TRY(row);
    const qint64 all = row->value(0).toLongLong();
    if (all == m_chunk)
        return false;
    qint64 other = all;
    for (std::size_t i = 0; i < portStatuses.size(); ++i) {
        const qint64 count = row->value(static_cast<int>(i) + 1).toLongLong();
        add(portStatuses[i], count);
        other -= count;
    }
    add(PortStatus::Other, other);
    return true;
}

/// Messages with a time later than the last one. All of a full chunk but those of its last instant, of which there may
/// be more, are counted at once.
Result<bool> PortPass::byTime(Connection& connection) {
    const QString& time = m_layout.column("created_at").expression;
    const SqlFragment isPort =
        compareText(m_layout.column("port_name").expression, Comparison::Equal, m_names[m_port], m_dialect);
    QString rows = QStringLiteral("SELECT %1 AS t FROM %2 WHERE %3 AND %4 = ? AND ")
                       .arg(time, from(), isPort.text, m_layout.column("status").expression);
    rows += time + (m_time.isValid() ? QStringLiteral(" > ?") : QStringLiteral(" IS NOT NULL"));
    QVariantList bindings = isPort.bindings;
    bindings << QString::fromLatin1(portStatusName(portStatuses[*m_status]));
    if (m_time.isValid())
        bindings << m_time;
    const Result<QSqlQuery> row = onlyRow(
        connection, QStringLiteral("SELECT count(*), max(t) FROM (%1 ORDER BY %2 LIMIT ?) AS part").arg(rows, time),
        bindings + QVariantList{QVariant(m_chunk)});
    PORTOLAN_TRY(row);
    const qint64 all = row->value(0).toLongLong();
    if (all < m_chunk) {
        add(portStatuses[*m_status], all);
        return true;
    }
    m_time = row->value(1);
    const Result<QVariant> earlier =
        connection.value(QStringLiteral("SELECT count(*) FROM (%1 AND %2 < ? LIMIT ?) AS part").arg(rows, time),
                         bindings + QVariantList{m_time, QVariant(m_chunk)});
    PORTOLAN_TRY(earlier);
    add(portStatuses[*m_status], earlier->toLongLong());
    m_key = {};
    m_phase = Phase::OfOneInstant;
    return false;
}

/// Messages without a time, or of one instant, by their key.
Result<bool> PortPass::byKey(Connection& connection) {
    const bool isTimeless = m_phase == Phase::WithoutTime;
    const QString& time = m_layout.column("created_at").expression;
    const SqlKeyPart& key = m_layout.counted;
    const SqlFragment isPort =
        compareText(m_layout.column("port_name").expression, Comparison::Equal, m_names[m_port], m_dialect);
    QString place = time + (isTimeless ? QStringLiteral(" IS NULL") : QStringLiteral(" = ?"));
    if (m_key.isValid())
        place += QStringLiteral(" AND %1 > %2").arg(keyExpression(key, m_dialect), keyPlaceholder(key));
    const QString sql =
        QStringLiteral("WITH part AS (SELECT %1 AS k FROM %2 WHERE %3 AND %4 = ? AND %5 ORDER BY %6, %1 "
                       "LIMIT ?) SELECT count(*), (SELECT k FROM part ORDER BY k DESC LIMIT 1) FROM part")
            .arg(keyExpression(key, m_dialect), from(), isPort.text, m_layout.column("status").expression, place, time);
    QVariantList bindings = isPort.bindings;
    bindings << QString::fromLatin1(portStatusName(portStatuses[*m_status]));
    if (!isTimeless)
        bindings << m_time;
    if (m_key.isValid())
        bindings << m_key;
    bindings << QVariant(m_chunk);
    const Result<QSqlQuery> row = onlyRow(connection, sql, bindings);
    PORTOLAN_TRY(row);
    const qint64 all = row->value(0).toLongLong();
    add(portStatuses[*m_status], all);
    m_key = row->value(1);
    if (all < m_chunk)
        m_phase = Phase::ByTime;
    return false;
}

/// Counts where no index helps: reads every row once, a chunk at a time, with its times.
Result<bool> PortPass::stepOverTable(Connection& connection) {
    const SqlKeyPart& key = m_layout.counted;
    const QString place = m_key.isValid()
                              ? QStringLiteral(" WHERE %1 > %2").arg(keyExpression(key, m_dialect), keyPlaceholder(key))
                              : QString();
    const auto column = [&](const char* name) { return m_layout.column(name).expression; };
    const QString sql =
        QStringLiteral("WITH part AS (SELECT %1 AS p, %2 AS s, %3 AS c, %4 AS r, %5 AS d, %6 AS k, %7 AS w "
                       "FROM %8 ORDER BY %6 LIMIT ?) SELECT %9, s, count(*), min(w), max(c), max(r), max(d), "
                       "(SELECT k FROM part ORDER BY k DESC LIMIT 1) FROM part GROUP BY p, s")
            .arg(column("port_name"), column("status"), column("created_at"), column("processed_at"),
                 column("completed_at"), keyExpression(key, m_dialect), column("pending_since"), from() + place,
                 bytesOf(QStringLiteral("p"), m_dialect));
    QVariantList bindings;
    if (m_key.isValid())
        bindings << m_key;
    bindings << QVariant(m_chunk);
    Result<QSqlQuery> rows = connection.run(sql, bindings, countingPorts());
    PORTOLAN_TRY(rows);
    qint64 all = 0;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        const qint64 count = rows->value(2).toLongLong();
        all += count;
        m_counted += count;
        m_key = rows->value(7);
        if (rows->value(0).isNull())
            continue; // of no port
        PortTally& tally = m_tallies[rows->value(0).toByteArray()];
        const auto status = portStatusNamed(rows->value(1).toString().toUtf8()).value_or(PortStatus::Other);
        tally.counts[status] += count;
        if (status == PortStatus::Pending)
            widen(tally.oldestPending, rows->value(3), false);
        for (const int newest : {4, 5, 6})
            widen(tally.lastActivity, rows->value(newest), true);
    }
    if (walk.error())
        return *walk.error();
    return all < m_chunk;
}

} // namespace portolan
