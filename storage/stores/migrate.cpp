#include "storage/stores/migrate.h"

#include "storage/stores/postgresqlstore.h"
#include "storage/stores/sqlitestore.h"

namespace portolan {

namespace {

Result<SqlMigration> open(const StoreUrl& url, Access access, const CancelToken& token) {
    switch (url.kind) {
    case StoreKind::Sqlite:
        return openSqliteMigration(url, access, token);
    case StoreKind::Postgresql:
        return openPostgresqlMigration(url, access, token);
    case StoreKind::Files:
    case StoreKind::Bundle:
        break;
    }
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("%1 is no database: it has no schema to migrate.").arg(url.display())};
}

} // namespace

Result<std::vector<MigrationEntry>> migrationHistory(const StoreUrl& url, const CancelToken& token) {
    auto opened = open(url, Access::Read, token);
    PORTOLAN_TRY(opened);
    return opened->migrator().history();
}

Result<SchemaVersion> schemaVersion(const StoreUrl& url, const CancelToken& token) {
    auto opened = open(url, Access::Read, token);
    PORTOLAN_TRY(opened);
    Migrator& migrator = opened->migrator();
    const auto version = migrator.current();
    PORTOLAN_TRY(version);
    const auto history = migrator.history();
    PORTOLAN_TRY(history);
    SchemaVersion found{*version, migrator.latest(), {}};
    for (const MigrationEntry& entry : *history) {
        if (entry.version == *version)
            found.name = entry.name;
    }
    return found;
}

Result<MigrationReport> migrate(const StoreUrl& url, MigrationMove move, std::optional<int> count,
                                const MigrationAuthor& author, const CancelToken& token) {
    auto opened = open(url, Access::Write, token);
    PORTOLAN_TRY(opened);
    Migrator& migrator = opened->migrator();
    migrator.setAuthor(author);
    migrator.setToken(token);
    switch (move) {
    case MigrationMove::Up:
        return migrator.up(count);
    case MigrationMove::Down:
        return migrator.down(count.value_or(1));
    case MigrationMove::To:
        return migrator.to(count.value_or(migrator.latest()));
    }
    Q_UNREACHABLE();
}

Result<MigrationPlan> migrationPlan(const StoreUrl& url, int version, const CancelToken& token) {
    auto opened = open(url, Access::Read, token);
    PORTOLAN_TRY(opened);
    return opened->migrator().plan(version);
}

Result<MigrationReport> migrateAs(const StoreUrl& url, const MigrationPlan& plan, const MigrationAuthor& author,
                                  const CancelToken& token) {
    auto opened = open(url, Access::Write, token);
    PORTOLAN_TRY(opened);
    opened->migrator().setAuthor(author);
    opened->migrator().setToken(token);
    return opened->migrator().to(plan.to, plan.from);
}

} // namespace portolan
