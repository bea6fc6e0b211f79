#include "storage/stores/postgresqlstore.h"

#include "storage/sql/connection/libpq.h"
#include "storage/sql/tablerows.h"

namespace portolan {

namespace {

Result<void> checkEncoding(Connection& connection) {
    const Result<QVariant> encoding = connection.value(QStringLiteral("SHOW server_encoding"));
    if (!encoding)
        return encoding.error();
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
    if (!migrator)
        return migrator.error();
    const Result<SchemaKind> kind = migrator->kind();
    if (!kind)
        return kind.error();
    switch (*kind) {
    case SchemaKind::Empty:
        return createSchema(session);
    case SchemaKind::Older: {
        // Nothing to lose, so nothing to ask: most likely its creator was killed between two migrations.
        const Result<bool> rows = holdsRows(session.connection());
        if (!rows)
            return rows.error();
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
    if (const Result<void> loaded = loadLibpq(); !loaded)
        return loaded.error();
    const PostgresqlUse use(url);
    if (access == Access::Write) {
        // In a session of its own: migrating takes the limits off.
        const Result<std::unique_ptr<Session>> preparing = Session::open(url, access, token);
        if (!preparing)
            return preparing.error();
        const Connection::Watch watch((*preparing)->connection(), token);
        if (const Result<void> prepared = prepareServer(**preparing); !prepared)
            return prepared.error();
    }
    Result<std::unique_ptr<Session>> session = Session::open(url, access, token);
    if (!session)
        return session.error();
    return makeSqlStore(std::move(*session));
}

Result<SqlMigration> openPostgresqlMigration(const StoreUrl& url, Access access, const CancelToken& token) {
    Result<std::unique_ptr<Session>> session = Session::open(url, access, token);
    if (!session)
        return session.error();
    const Connection::Watch watch((*session)->connection(), token);
    if (access == Access::Write) {
        if (const Result<void> fits = checkEncoding((*session)->connection()); !fits)
            return fits.error();
    }
    Result<Migrator> migrator = Migrator::make((*session)->connection(), url);
    if (!migrator)
        return migrator.error();
    return SqlMigration(std::move(*session), std::move(*migrator));
}

} // namespace portolan
