#include "storage/backups/sql/tablechoice.h"

#include "storage/config/urls.h"
#include "storage/sql/columns/schemainspector.h"

#include <array>
#include <utility>

namespace portolan {

bool isBookkeepingTable(const QString& table) {
    return table == QLatin1String("schema_version") || table == QLatin1String("portolan_migrations");
}

QString schemaOfBackup(const BackupManifest& manifest) {
    const auto url = StoreUrl::parse(QString::fromUtf8(manifest.store)); // foreign: its schema's name alone is used
    return url && !url->schema.isEmpty() ? url->schema : QStringLiteral("public");
}

Result<void> tablesInBackup(const BackupManifest& manifest, const QStringList& only) {
    QStringList known;
    for (const auto& table : manifest.tables)
        known << QString::fromUtf8(table.first);
    for (const QString& table : only) {
        if (!known.contains(table))
            return Error{
                ErrorCode::Usage,
                QStringLiteral("The backup has no table %1; it has %2.").arg(table, known.join(QLatin1String(", ")))};
    }
    return {};
}

Result<void> withoutHypertables(const BackupManifest& manifest) {
    if (manifest.contents.empty())
        return {};
    return Error{
        ErrorCode::Unsupported,
        QStringLiteral("The backup is of a database with TimescaleDB, which is loaded as a whole alone. Restore it "
                       "into a database of its own, without --only, and take from there what is wanted.")};
}

Result<void> mayReplaceTables(const QStringList& only) {
    for (const QString& table : only) {
        if (isBookkeepingTable(table) || table == QLatin1String("portolan_audit"))
            return Error{ErrorCode::Usage,
                         QStringLiteral("%1 tells what was done to the store, and is not replaced without the rest. "
                                        "Leave --only away, or restore it into a place of its own.")
                             .arg(table)};
        if (table.startsWith(QLatin1String("portolan_search")))
            return Error{
                ErrorCode::Usage,
                QStringLiteral("%1 is made of the other tables' rows, and follows them by itself.").arg(table)};
    }
    return {};
}

Error needsTable(const QStringList& only, const QString& other) {
    return {ErrorCode::Usage,
            QStringLiteral("Rows of %1 and of %2 refer to each other, and would not any more. Nothing "
                           "was restored; give --only %2, too.")
                .arg(only.join(QLatin1String(", ")), other)};
}

bool isDerivingTrigger(const QString& name) {
    return name.startsWith(QLatin1String("portolan_"))
           && (name.contains(QLatin1String("_late_")) || name.contains(QLatin1String("_search_")));
}

Result<void> removeOrphanedMetadata(UnitOfWork& work, const QStringList& tables) {
    constexpr std::array keys{std::pair("messages", "id"), std::pair("metrics", "event_id"),
                              std::pair("port_metrics", "id"), std::pair("system_health", "id"),
                              std::pair("component_state", "id")};
    Connection& connection = work.connection();
    const auto catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (catalogue->lacks(QStringLiteral("portolan_metadata"), {"record_table", "record_key"}))
        return {};
    for (const auto& [table, key] : keys) {
        if (!tables.contains(QLatin1String(table)) || catalogue->lacks(QLatin1String(table), {key}))
            continue;
        // SQLite makes an index of the list; a server makes a join of the other form.
        const QString gone =
            connection.dialect() == SqlDialect::Sqlite
                ? QStringLiteral("record_key NOT IN (SELECT CAST(%2 AS text) FROM %1 WHERE %2 IS NOT NULL)")
                : QStringLiteral("NOT EXISTS (SELECT 1 FROM %1 AS r WHERE CAST(r.%2 AS text) = record_key)");
        PORTOLAN_TRY(connection.execute(QStringLiteral("DELETE FROM portolan_metadata WHERE record_table = ? AND ")
                                            + gone.arg(QLatin1String(table), QLatin1String(key)),
                                        {QLatin1String(table)}, QStringLiteral("restore tables of")));
    }
    return {};
}

} // namespace portolan
