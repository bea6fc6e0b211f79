#include "storage/stores/sqlitestore.h"

#include "storage/messages/sql/batchtimes.h"
#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/sql/tablerows.h"

namespace portolan {

namespace {

/// The first schema of a new store. Two programs may create one together: who comes second waits, step by step.
Result<void> createStore(Session& session) {
    const Result<void> logged = useWriteAheadLog(session.connection());
    return logged ? createSchema(session) : logged;
}

/// Ours has a write-ahead log; one whose tables another program made keeps the journal that its owner chose.
Result<void> useItsJournal(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    const Result<QStringList> adopted = adoptedTables(connection, *catalogue);
    PORTOLAN_TRY(adopted);
    return adopted->isEmpty() ? useWriteAheadLog(connection) : Result<void>();
}

Result<void> prepareFile(Session& session) {
    Connection& connection = session.connection();
    Result<Migrator> migrator = Migrator::make(connection, session.url());
    PORTOLAN_TRY(migrator);
    const Result<SchemaKind> kind = migrator->kind();
    PORTOLAN_TRY(kind);
    switch (*kind) {
    case SchemaKind::Empty:
        return createStore(session);
    case SchemaKind::Current:
        return useItsJournal(connection);
    case SchemaKind::Older: {
        // Nothing to lose, so nothing to ask: most likely its creator was killed between two migrations.
        const Result<bool> rows = holdsRows(connection);
        PORTOLAN_TRY(rows);
        return *rows ? Result<void>() : createStore(session);
    }
    case SchemaKind::Foreign:
        return {};
    case SchemaKind::Newer:
    case SchemaKind::Damaged:
        return migrator->check();
    }
    Q_UNREACHABLE();
}

} // namespace

Result<std::unique_ptr<Store>> openSqliteStore(const StoreUrl& url, Access access, const CancelToken& token) {
    Result<std::unique_ptr<Session>> session = Session::open(url, access, token);
    PORTOLAN_TRY(session);
    if (access == Access::Write) {
        PORTOLAN_TRY(prepareFile(**session));
    }
    return makeSqlStore(std::move(*session));
}

Result<SqlMigration> openSqliteMigration(const StoreUrl& url, Access access, const CancelToken& token) {
    Result<std::unique_ptr<Session>> session = Session::open(url, access, token);
    PORTOLAN_TRY(session);
    Result<Migrator> migrator = Migrator::make((*session)->connection(), url);
    PORTOLAN_TRY(migrator);
    if (access == Access::Write) {
        const Result<SchemaKind> kind = migrator->kind();
        PORTOLAN_TRY(kind);
        if (*kind == SchemaKind::Empty || *kind == SchemaKind::Older || *kind == SchemaKind::Current) {
            PORTOLAN_TRY(useItsJournal((*session)->connection()));
        }
    }
    return SqlMigration(std::move(*session), std::move(*migrator));
}

} // namespace portolan
