#pragma once

#include "storage/base/clock.h"
#include "storage/migrations/sql/migrationscripts.h"
#include "storage/sql/connection/connection.h"

#include <QStringList>
#include <vector>

namespace portolan {

/// A row of portolan_migrations: a migration that is applied.
struct MigrationRecord {
    int version = 0;
    QString name;
    QByteArray checksum;
    Timestamp appliedAt;
    QStringList adopted; ///< tables that were there before, another program's: left as they were, and left by a down
};

/// Returns what was there before any of them.
[[nodiscard]] QStringList adoptedBy(const std::vector<MigrationRecord>& records);

/// The migrator's own table, portolan_migrations, and schema_version beside it (which migration 001 brings, unless
/// another program's is there: that one is left alone). All functions use the caller's transaction.
class MigrationLog {
public:
    explicit MigrationLog(Connection& connection) : m_connection(connection) {}

    /// Rising versions; none when the table is not there.
    [[nodiscard]] Result<std::vector<MigrationRecord>> records();
    /// Returns a text that is another one once a migration was applied or taken back, whatever that did to tables; of
    /// a log that is there.
    [[nodiscard]] Result<QString> mark();
    [[nodiscard]] Result<void> create();
    [[nodiscard]] Result<void> drop();
    [[nodiscard]] Result<void> add(const Migration& migration, const QStringList& adopted);
    [[nodiscard]] Result<void> remove(int version);

    /// Returns true when the database has an audit at this instant of the transaction.
    [[nodiscard]] Result<bool> hasAudit();

    /// The versions in schema_version, rising; none when the table is not there.
    [[nodiscard]] Result<std::vector<int>> schemaVersions();
    [[nodiscard]] Result<void> addSchemaVersion(const Migration& migration);
    [[nodiscard]] Result<void> removeSchemaVersion(int version);

private:
    [[nodiscard]] Result<bool> has(const QString& table);

    Connection& m_connection;
};

} // namespace portolan
