#include "storage/backups/sql/placeidentity.h"

#include "storage/sql/columns/schemainspector.h"

namespace portolan {

namespace {

QString doing() {
    return QStringLiteral("tell the place of");
}

QString settingsTable() {
    return QStringLiteral("portolan_settings");
}

QString scheduleTable() {
    return QStringLiteral("portolan_schedule");
}

struct PlaceTables {
    bool settings = false;
    bool schedule = false;
};

Result<PlaceTables> placeTablesOf(Connection& connection) {
    const auto catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    return PlaceTables{!catalogue->lacks(settingsTable(), {"key", "value", "updated_at"}),
                       !catalogue->lacks(scheduleTable(), {"name", "runner", "lease_until"})};
}

} // namespace

Result<PlaceIdentity> PlaceIdentity::read(Connection& connection) {
    const auto tables = placeTablesOf(connection);
    PORTOLAN_TRY(tables);
    PlaceIdentity place;
    if (tables->settings) {
        Result<QSqlQuery> rows = connection.run(
            QStringLiteral("SELECT value, CAST(updated_at AS text) FROM portolan_settings WHERE key = 'production'"),
            {}, doing());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows, doing());
        while (walk.next()) {
            place.m_productionName = rows->value(0).toString();
            place.m_markedAt = rows->value(1).toString();
        }
        if (walk.error())
            return *walk.error();
    }
    if (tables->schedule) {
        Result<QSqlQuery> rows =
            connection.run(QStringLiteral("SELECT runner, CAST(lease_until AS text), name FROM portolan_schedule WHERE "
                                          "runner IS NOT NULL OR lease_until IS NOT NULL"),
                           {}, doing());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows, doing());
        while (walk.next())
            place.m_leases.push_back({rows->value(0), rows->value(1), rows->value(2)});
        if (walk.error())
            return *walk.error();
    }
    return place;
}

Result<void> PlaceIdentity::put(Connection& connection, const QStringList& only) const {
    const auto tables = placeTablesOf(connection);
    PORTOLAN_TRY(tables);
    const auto concerns = [&](const QString& table) {
        return only.isEmpty() || only.contains(table, Qt::CaseInsensitive);
    };
    // A time goes back as the text that it was read as.
    const QString time = connection.dialect() == SqlDialect::Postgresql
                             ? QStringLiteral("CAST(? AS timestamp with time zone)")
                             : QStringLiteral("?");
    if (!tables->settings && m_productionName && concerns(settingsTable()))
        return Error{ErrorCode::Usage,
                     QStringLiteral("The place is marked as production %1, and the backup's schema has no table for "
                                    "the mark: it would be production no more. Restore the backup into a place of its "
                                    "own and migrate that, or take the mark off first (`portolan mark`).")
                         .arg(*m_productionName)};
    if (tables->settings && concerns(settingsTable())) {
        PORTOLAN_TRY(
            connection.execute(QStringLiteral("DELETE FROM portolan_settings WHERE key = 'production'"), {}, doing()));
        if (m_productionName) {
            PORTOLAN_TRY(connection.execute(
                QStringLiteral("INSERT INTO portolan_settings (key, value, updated_at) VALUES ('production', ?, %1)")
                    .arg(time),
                {*m_productionName, m_markedAt}, doing()));
        }
    }
    if (!tables->schedule || !concerns(scheduleTable()))
        return {};
    PORTOLAN_TRY(
        connection.execute(QStringLiteral("UPDATE portolan_schedule SET runner = NULL, lease_until = NULL WHERE runner "
                                          "IS NOT NULL OR lease_until IS NOT NULL"),
                           {}, doing()));
    for (const QVariantList& lease : m_leases) {
        PORTOLAN_TRY(connection.execute(
            QStringLiteral("UPDATE portolan_schedule SET runner = ?, lease_until = %1 WHERE name = ?").arg(time), lease,
            doing()));
    }
    return {};
}

} // namespace portolan
