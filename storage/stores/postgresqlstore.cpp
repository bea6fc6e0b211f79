#include "storage/stores/postgresqlstore.h"

#include "storage/sql/connection/libpq.h"
#include "storage/sql/tablerows.h"

namespace portolan {

namespace {

Result<void> checkEncoding(Connection& connection) {
    const Result<QVariant> encoding = connection.value(QStringLiteral("SHOW server_encoding"));
    PORTOLAN_TRY(encoding);
    if (encoding->toString() == QLatin1String("UTF8"))
        return {};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("Cannot write to %1: its texts are kept in %2, which does not hold every message. Make "
                                "a database in UTF8 (createdb -E UTF8 -T template0).")
                     .arg(connection.where(), encoding->toString())};
}

Result<void> prepareServer(Session& session) {
    if (const Result<void> fits = checkEncoding(session.connection()); !fits)
        return fits;
    Result<Migrator> migrator = Migrator::make(session.connection(), session.url());
    PORTOLAN_TRY(migrator);
    const Result<SchemaKind> kind = migrator->kind();
    PORTOLAN_TRY(kind);
    switch (*kind) {
    case SchemaKind::Empty:
        return createSchema(session);
    case SchemaKind::Older: {
        // Nothing to lose, so nothing to ask: most likely its creator was killed between two migrations.
        const Result<bool> rows = holdsRows(session.connection());
        PORTOLAN_TRY(rows);
        return *rows ? Result<void>() : createSchema(session);
    }
    case SchemaKind::Current:
    case SchemaKind::Foreign:
        return {};
    case SchemaKind::Newer:
    case SchemaKind::Damaged:
        return migrator->check();
    }
    Q_UNREACHABLE();
}

} // namespace

Result<std::unique_ptr<Store>> openPostgresqlStore(const StoreUrl& url, Access access, const CancelToken& token) {
    PORTOLAN_TRY(loadLibpq());
    const PostgresqlUse use(url);
    if (access == Access::Write) {
        // In a session of its own: migrating takes the limits off.
        const Result<std::unique_ptr<Session>> preparing = Session::open(url, access, token);
        PORTOLAN_TRY(preparing);
        const Connection::Watch watch((*preparing)->connection(), token);
        PORTOLAN_TRY(prepareServer(**preparing));
    }
    Result<std::unique_ptr<Session>> session = Session::open(url, access, token);
    PORTOLAN_TRY(session);
    return makeSqlStore(std::move(*session));
}

Result<SqlMigration> openPostgresqlMigration(const StoreUrl& url, Access access, const CancelToken& token) {
    Result<std::unique_ptr<Session>> session = Session::open(url, access, token);
    PORTOLAN_TRY(session);
    const Connection::Watch watch((*session)->connection(), token);
    if (access == Access::Write) {
        PORTOLAN_TRY(checkEncoding((*session)->connection()));
    }
    Result<Migrator> migrator = Migrator::make((*session)->connection(), url);
    PORTOLAN_TRY(migrator);
    return SqlMigration(std::move(*session), std::move(*migrator));
}

} // namespace portolan
