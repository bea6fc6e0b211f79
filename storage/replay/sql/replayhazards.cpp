#include "storage/replay/sql/replayhazards.h"

#include "storage/sql/connection/bindings.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 mostPorts = 32;
constexpr qint64 mostCompleted = 20'000;
constexpr std::size_t shownKeys = 5;

/// Returns the expression of a message's correlation key: the first of these that its metadata have.
QString keyOf(const ReplaySql& sql, const QString& alias) {
    QStringList members;
    for (const char* name : {"correlation_id", "correlation_key", "key"}) {
        const QString member = QLatin1String(name);
        members << (sql.isServer()
                        ? QStringLiteral("%1.message_metadata ->> '%2'").arg(alias, member)
                        : QStringLiteral("CAST(json_extract(%1.message_metadata, '$.%2') AS TEXT)").arg(alias, member));
    }
    const QString key = QStringLiteral("coalesce(%1)").arg(members.join(QStringLiteral(", ")));
    return sql.isServer() ? key
                          : QStringLiteral("CASE WHEN json_valid(%1.message_metadata) THEN %2 END").arg(alias, key);
}

Result<std::vector<QString>> portsOf(Connection& connection, const HazardScope& scope) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT DISTINCT m.port_name FROM port_messages AS m WHERE %1 AND m.port_name IS NOT NULL LIMIT ?")
            .arg(scope.condition),
        scope.bindings + QVariantList{mostPorts + 1}, doingReplay());
    PORTOLAN_TRY(rows);
    std::vector<QString> ports;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        ports.push_back(rows->value(0).toString());
    }
    if (walk.error())
        return *walk.error();
    return ports;
}

/// Selects first how many completed messages were looked at, then each key and how many frozen ones it overtook.
QString statement(const ReplaySql& sql, const HazardScope& scope) {
    return QStringLiteral(
               "WITH frozen AS MATERIALIZED (SELECT %1 AS key, m.created_at AS at FROM port_messages AS m "
               "WHERE %2 AND m.port_name = ?), "
               "later AS MATERIALIZED (SELECT %3 AS key, c.created_at AS at FROM port_messages AS c "
               "WHERE c.port_name = ? AND c.status = 'completed' AND c.created_at > "
               "(SELECT min(at) FROM frozen WHERE key IS NOT NULL) ORDER BY c.created_at DESC LIMIT ?), "
               "newest AS (SELECT key, max(at) AS at FROM later WHERE key IS NOT NULL GROUP BY key), "
               "overtaken AS (SELECT f.key AS key, count(*) AS n FROM frozen AS f JOIN newest ON newest.key = f.key "
               "WHERE newest.at > f.at GROUP BY f.key) "
               "SELECT 0 AS place, NULL AS key, (SELECT count(*) FROM later) AS n "
               "UNION ALL SELECT 1, key, n FROM overtaken ORDER BY place, n DESC, key")
        .arg(keyOf(sql, QStringLiteral("m")), scope.condition, keyOf(sql, QStringLiteral("c")));
}

using Overtaken = std::vector<std::pair<qint64, QByteArray>>;

Result<void> lookAt(Connection& connection, const ReplaySql& sql, const HazardScope& scope, const QString& port,
                    ReplayPreview& preview, Overtaken& found) {
    Result<QSqlQuery> rows =
        connection.run(statement(sql, scope), scope.bindings + QVariantList{port, port, mostCompleted}, doingReplay());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        const qint64 count = rows->value(2).toLongLong();
        if (rows->value(0).toInt() == 0) {
            preview.overtakenAtLeast |= count == mostCompleted;
            continue;
        }
        preview.overtaken += count;
        found.emplace_back(count, rows->value(1).toString().toUtf8());
    }
    if (walk.error())
        return *walk.error();
    return {};
}

} // namespace

Result<void> findHazards(Connection& connection, const ReplaySql& sql, const HazardScope& scope,
                         ReplayPreview& preview) {
    if (!sql.isDocument("message_metadata") || !sql.hasColumn("created_at"))
        return {};
    const Result<std::vector<QString>> ports = portsOf(connection, scope);
    PORTOLAN_TRY(ports);
    Overtaken found;
    preview.overtakenAtLeast = std::ssize(*ports) > mostPorts;
    for (qsizetype i = 0; i < std::min<qsizetype>(std::ssize(*ports), mostPorts); ++i) {
        if (const auto looked = lookAt(connection, sql, scope, (*ports)[static_cast<std::size_t>(i)], preview, found);
            !looked)
            return looked;
    }
    std::ranges::stable_sort(found, std::greater(), &Overtaken::value_type::first);
    for (auto& [count, key] : found) {
        if (preview.overtakenKeys.size() == shownKeys)
            break;
        if (std::ranges::find(preview.overtakenKeys, key) == preview.overtakenKeys.end())
            preview.overtakenKeys.push_back(std::move(key));
    }
    return {};
}

} // namespace portolan
