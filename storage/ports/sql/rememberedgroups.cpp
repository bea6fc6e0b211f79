#include "storage/ports/sql/rememberedgroups.h"

#include "storage/ports/sql/sqldeadletters.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"

namespace portolan {

namespace {

QString groupTable() {
    return QStringLiteral("portolan_fingerprints");
}

QString rememberingGroups() {
    return QStringLiteral("remember the groups of dead letters in");
}

constexpr qint64 mostGroups = 100'000;

QVariant timeOrNull(const std::optional<Timestamp>& time) {
    return time ? QVariant(QString::fromLatin1(toIsoTime(*time))) : QVariant(QMetaType(QMetaType::QString));
}

/// Names the column that counts this end of a replay; empty for a state that is none.
QString countOf(ItemState state) {
    switch (state) {
    case ItemState::Completed:
        return QStringLiteral("replay_completed");
    case ItemState::FailedSame:
        return QStringLiteral("replay_failed_same");
    case ItemState::FailedAnew:
        return QStringLiteral("replay_failed_anew");
    case ItemState::Frozen:
    case ItemState::Queued:
    case ItemState::Replayed:
    case ItemState::Pending:
    case ItemState::Vanished:
    case ItemState::Skipped:
    case ItemState::Recalled:
    case ItemState::Failed:
        return {};
    }
    Q_UNREACHABLE();
}

/// Adds a new group, or the news of a known one, whose template, port and error type stay.
QString upsertSql(SqlDialect dialect) {
    const bool isServer = dialect == SqlDialect::Postgresql;
    const QString time = isServer ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
    const auto either = [&](const char* server, const char* sqlite, const QString& column) {
        const QString known = QStringLiteral("portolan_fingerprints.") + column;
        const QString added = QStringLiteral("excluded.") + column;
        // SQLite's min() and max() of two values are NULL when one is.
        return QStringLiteral("%1 = %2(coalesce(%3, %4), coalesce(%4, %3))")
            .arg(column, QLatin1String(isServer ? server : sqlite), known, added);
    };
    return QStringLiteral("INSERT INTO portolan_fingerprints (fingerprint, port_name, error_type, template, sample_id, "
                          "first_seen, last_seen, letters, first_stored_at) VALUES (?, ?, ?, ?, ?, %1, %1, ?, %1) "
                          "ON CONFLICT (fingerprint) DO UPDATE SET sample_id = excluded.sample_id, %2, %3, %4")
        .arg(time, either("least", "min", QStringLiteral("first_seen")),
             either("greatest", "max", QStringLiteral("last_seen")),
             either("greatest", "max", QStringLiteral("letters")));
}

} // namespace

Result<std::vector<RememberedGroup>> readRememberedGroups(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    std::vector<RememberedGroup> groups;
    if (catalogue->lacks(groupTable(), {}))
        return groups;
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT fingerprint, port_name, error_type, template, sample_id, first_seen, last_seen, letters, "
            "first_stored_at, replay_completed, replay_failed_same, replay_failed_anew "
            "FROM portolan_fingerprints ORDER BY first_stored_at, fingerprint LIMIT ?"),
        {mostGroups}, rememberingGroups());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        RememberedGroup group;
        group.fingerprint = textAt(*rows, 0).value_or(QByteArray());
        group.portName = textAt(*rows, 1).value_or(QByteArray());
        group.errorType = textAt(*rows, 2).value_or(QByteArray());
        group.text = textAt(*rows, 3).value_or(QByteArray());
        group.sampleId = textAt(*rows, 4).value_or(QByteArray());
        group.firstSeen = timeAt(*rows, 5);
        group.lastSeen = timeAt(*rows, 6);
        group.letters = rows->value(7).toLongLong();
        group.rememberedAt = timeAt(*rows, 8).value_or(Timestamp());
        group.failedSame = rows->value(10).toLongLong();
        group.failedAnew = rows->value(11).toLongLong();
        group.replayEnded = rows->value(9).toLongLong() + group.failedSame + group.failedAnew;
        groups.push_back(std::move(group));
    }
    if (walk.error())
        return *walk.error();
    return groups;
}

Result<void> storeRememberedGroups(Connection& connection, std::span<const DeadLetterGroup> groups) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const std::optional<QString> lacking = catalogue->lacks(groupTable(), {}))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Groups are remembered in a table of Portolan's own. %1 `portolan migrate up` adds "
                                    "it, and leaves the others as they are.")
                         .arg(*lacking)};
    const QVariant now = timeOrNull(currentTime());
    const QString sql = upsertSql(connection.dialect());
    std::optional<QSqlQuery> upsert;
    for (const DeadLetterGroup& group : groups) {
        const QVariantList bindings{utf8(group.fingerprint),    utf8(group.portName), utf8(group.errorType),
                                    utf8(group.text),           utf8(group.sampleId), timeOrNull(group.everFirst),
                                    timeOrNull(group.lastSeen), group.everSeen,       now};
        if (upsert) {
            if (const Result<void> stored = connection.rerun(*upsert, bindings, rememberingGroups()); !stored)
                return stored;
            continue;
        }
        Result<QSqlQuery> first = connection.run(sql, bindings, rememberingGroups());
        PORTOLAN_TRY(first);
        upsert.emplace(std::move(*first));
    }
    return {};
}

Result<std::map<QByteArray, QByteArray>> fingerprintsOf(Connection& connection, const PortLayout& layout,
                                                        const QString& condition, const QVariantList& bindings,
                                                        GroupScan* groups) {
    std::map<QByteArray, QByteArray> fingerprints;
    if (!groups)
        return fingerprints;
    const QString sql =
        QStringLiteral("SELECT %1 FROM %2 AS %3 WHERE %4")
            .arg(letterColumns(layout, connection.dialect()), layout.messages.table, layout.messages.alias, condition);
    Result<QSqlQuery> rows = connection.run(sql, bindings, rememberingGroups());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        const DeadLetter letter = readLetter(*rows);
        fingerprints[letter.id] = groups->fingerprintOf(letter);
    }
    if (walk.error())
        return *walk.error();
    return fingerprints;
}

Result<void> countOutcome(Connection& connection, const QByteArray& run, const QString& positions, ItemState state) {
    const QString column = countOf(state);
    if (column.isEmpty())
        return {};
    const bool isServer = connection.dialect() == SqlDialect::Postgresql;
    const QString runId = isServer ? QStringLiteral("CAST(? AS uuid)") : QStringLiteral("?");
    const QString chosen =
        isServer ? QStringLiteral("SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(? AS json))")
                 : QStringLiteral("SELECT value FROM json_each(?)");
    return connection.execute(
        QStringLiteral("UPDATE portolan_fingerprints AS f SET %1 = f.%1 + ended.letters FROM (SELECT fingerprint, "
                       "count(*) AS letters FROM portolan_replay_items WHERE run_id = %2 AND position IN (%3) "
                       "AND fingerprint IS NOT NULL GROUP BY fingerprint) AS ended "
                       "WHERE f.fingerprint = ended.fingerprint")
            .arg(column, runId, chosen),
        {utf8(run), positions}, rememberingGroups());
}

} // namespace portolan
