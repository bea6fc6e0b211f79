#include "storage/sql/migrationlog.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace portolan {

namespace {

QString doing() {
    return QStringLiteral("read the migrations of");
}

QString toJson(const QStringList& names) {
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(names)).toJson(QJsonDocument::Compact));
}

QStringList fromJson(const QString& text) {
    QStringList names;
    const QJsonArray array = QJsonDocument::fromJson(text.toUtf8()).array();
    for (const auto& name : array)
        names.append(name.toString());
    return names;
}

/// schema_version's description, as a person reads it.
QString description(const Migration& migration) {
    QString words = migration.name;
    return words.replace(QLatin1Char('_'), QLatin1Char(' '));
}

} // namespace

Result<bool> MigrationLog::has(const QString& table) {
    const Result<QVariant> count = m_connection.value(
        QStringLiteral("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"), {table});
    if (!count)
        return count.error();
    return count->toInt() > 0;
}

Result<std::vector<MigrationRecord>> MigrationLog::records() {
    std::vector<MigrationRecord> records;
    const Result<bool> there = has(QStringLiteral("portolan_migrations"));
    if (!there)
        return there.error();
    if (!*there)
        return records;
    Result<QSqlQuery> query = m_connection.run(
        QStringLiteral("SELECT version, name, checksum, applied_at, adopted FROM portolan_migrations ORDER BY version"),
        {}, doing());
    if (!query)
        return query.error();
    while (true) {
        const Result<bool> row = m_connection.next(*query, doing());
        if (!row)
            return row.error();
        if (!*row)
            return records;
        records.push_back({query->value(0).toInt(), query->value(1).toString(), query->value(2).toByteArray(),
                           parseIsoTime(query->value(3).toByteArray()).value_or(Timestamp()),
                           fromJson(query->value(4).toString())});
    }
}

Result<void> MigrationLog::create() {
    // AUTOINCREMENT makes SQLite keep sqlite_sequence, which no statement can drop again. With this table it comes
    // first and goes last, so that a schema that went down and up again lists its tables in the same order.
    return m_connection.execute(QStringLiteral("CREATE TABLE IF NOT EXISTS portolan_migrations (\n"
                                               "    id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                                               "    version INTEGER NOT NULL UNIQUE,\n"
                                               "    name TEXT NOT NULL,\n"
                                               "    checksum TEXT NOT NULL,\n"
                                               "    applied_at TEXT NOT NULL,\n"
                                               "    adopted TEXT NOT NULL DEFAULT '[]'\n"
                                               ")"));
}

Result<void> MigrationLog::drop() {
    return m_connection.execute(QStringLiteral("DROP TABLE portolan_migrations"));
}

Result<void> MigrationLog::add(const Migration& migration, const QStringList& adopted) {
    return m_connection.execute(
        QStringLiteral("INSERT INTO portolan_migrations (version, name, checksum, applied_at, adopted) "
                       "VALUES (?, ?, ?, ?, ?)"),
        {migration.version, migration.name, QString::fromLatin1(migration.checksum()),
         QString::fromLatin1(toIsoTime(currentTime())), toJson(adopted)});
}

Result<void> MigrationLog::remove(int version) {
    return m_connection.execute(QStringLiteral("DELETE FROM portolan_migrations WHERE version = ?"), {version});
}

Result<std::vector<int>> MigrationLog::schemaVersions() {
    std::vector<int> versions;
    const Result<bool> there = has(QStringLiteral("schema_version"));
    if (!there)
        return there.error();
    if (!*there)
        return versions;
    Result<QSqlQuery> query =
        m_connection.run(QStringLiteral("SELECT version FROM schema_version ORDER BY version"), {}, doing());
    if (!query)
        return query.error();
    while (true) {
        const Result<bool> row = m_connection.next(*query, doing());
        if (!row)
            return row.error();
        if (!*row)
            return versions;
        versions.push_back(query->value(0).toInt());
    }
}

Result<void> MigrationLog::addSchemaVersion(const Migration& migration) {
    return m_connection.execute(
        QStringLiteral("INSERT INTO schema_version (version, description, applied_at) VALUES (?, ?, ?)"),
        {migration.version, description(migration), QString::fromLatin1(toIsoTime(currentTime()))});
}

Result<void> MigrationLog::removeSchemaVersion(int version) {
    return m_connection.execute(QStringLiteral("DELETE FROM schema_version WHERE version = ?"), {version});
}

} // namespace portolan
