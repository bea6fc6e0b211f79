#include "storage/backups/sql/timescaledump.h"

#include "storage/sql/postgresql/postgresqlserver.h"

#include <utility>
#include <vector>

namespace portolan {

namespace {

QString preparingTimescale() {
    return QStringLiteral("prepare TimescaleDB for a backup in");
}

StoreUrl wholeDatabase(StoreUrl store) {
    store.schema.clear();
    return store;
}

Result<std::unique_ptr<Connection>> openForLoad(const StoreUrl& into, const CancelToken& token) {
    auto opened = openPostgresql(wholeDatabase(into), Access::Write, token);
    PORTOLAN_TRY(opened);
    if ((*opened)->postgresql()->terms())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("A backup with TimescaleDB is not loaded through a connection pooler: use the "
                                    "server's own address (its host and its port, usually 5432).")};
    PORTOLAN_TRY(liftStatementLimits(**opened));
    return opened;
}

/// Calls a function of the extension.
Result<void> callTimescale(Connection& connection, const QString& schema, const char* function) {
    const Result<QString> quoted = quoteIdentifier(schema);
    PORTOLAN_TRY(quoted);
    return connection.execute(QStringLiteral("SELECT %1.%2()").arg(*quoted, QLatin1String(function)), {},
                              preparingTimescale());
}

Result<void> makeExtension(Connection& connection, const DumpedTimescale& of) {
    const Result<QVariant> has = connection.value(
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_available_extension_versions WHERE name = "
                       "'timescaledb' AND (version = ? OR ? = ''))"),
        {of.version, of.version});
    PORTOLAN_TRY(has);
    if (!has->toBool())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The backup is of a database with TimescaleDB %1, which this server does not have. "
                                    "Install that version, restore the backup, and update it then (ALTER EXTENSION "
                                    "timescaledb UPDATE).")
                         .arg(of.version)};
    const Result<QString> schema = quoteIdentifier(of.schema);
    PORTOLAN_TRY(schema);
    PORTOLAN_TRY(
        connection.execute(QStringLiteral("CREATE SCHEMA IF NOT EXISTS ") + *schema, {}, preparingTimescale()));
    QString statement = QStringLiteral("CREATE EXTENSION timescaledb WITH SCHEMA ") + *schema;
    if (!of.version.isEmpty()) {
        const Result<QString> version = quoteIdentifier(of.version);
        PORTOLAN_TRY(version);
        statement += QStringLiteral(" VERSION ") + *version;
    }
    return connection.execute(statement, {}, preparingTimescale());
}

} // namespace

Result<std::optional<DumpedTimescale>> timescaleOf(Connection& connection) {
    using Found = std::optional<DumpedTimescale>;
    Result<QSqlQuery> rows = connection.run(QStringLiteral(
        "SELECT e.extversion, n.nspname FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = "
        "e.extnamespace WHERE e.extname = 'timescaledb'"));
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows);
    PORTOLAN_TRY(found);
    return *found ? Found(DumpedTimescale{rows->value(0).toString(), rows->value(1).toString()}) : Found();
}

Result<void> countChunks(Connection& connection, std::map<QString, qint64>& counts) {
    std::vector<std::pair<QString, QString>> chunks;
    {
        Result<QSqlQuery> rows = connection.run(QStringLiteral(
            "WITH ours AS (SELECT id, compressed_hypertable_id AS packed, table_name FROM "
            "_timescaledb_catalog.hypertable WHERE schema_name = current_schema) "
            "SELECT NULL, table_name FROM ours UNION ALL SELECT schema_name, table_name "
            "FROM _timescaledb_catalog.chunk WHERE NOT dropped AND hypertable_id IN (SELECT id FROM ours "
            "UNION ALL SELECT packed FROM ours WHERE packed IS NOT NULL)"));
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows);
        while (walk.next()) {
            if (rows->value(0).isNull())
                counts[rows->value(1).toString()] = 0;
            else
                chunks.emplace_back(rows->value(0).toString(), rows->value(1).toString());
        }
        if (walk.error())
            return *walk.error();
    }
    for (const auto& [schema, name] : chunks) {
        const Result<QString> table = quoteIdentifier(name);
        const Result<QString> folder = quoteIdentifier(schema);
        if (!table || !folder)
            return table ? folder.error() : table.error();
        const Result<QVariant> count =
            connection.value(QStringLiteral("SELECT count(*) FROM ONLY %1.%2").arg(*folder, *table));
        PORTOLAN_TRY(count);
        counts[schema + QLatin1Char('.') + name] = count->toLongLong();
    }
    return {};
}

Result<void> refuseHypertables(Connection& connection, const QStringList& tables) {
    const auto found = timescaleOf(connection);
    PORTOLAN_TRY(found);
    if (!*found)
        return {};
    for (const QString& table : tables) {
        const Result<QVariant> is =
            connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM _timescaledb_catalog.hypertable WHERE "
                                            "schema_name = current_schema AND table_name = ?)"),
                             {table});
        PORTOLAN_TRY(is);
        if (is->toBool())
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("%1 is a hypertable of TimescaleDB, which is backed up with the whole database "
                                        "alone. Leave --only away.")
                             .arg(table)};
    }
    return {};
}

Result<void> beginTimescaleLoad(const StoreUrl& into, const DumpedTimescale& of, const CancelToken& token) {
    {
        const auto opened = openForLoad(into, token);
        PORTOLAN_TRY(opened);
        const auto there = timescaleOf(**opened);
        PORTOLAN_TRY(there);
        if (*there && !of.version.isEmpty() && (*there)->version != of.version)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("The backup is of a database with TimescaleDB %1, and %2 has version %3. "
                                        "Restore it into a database without the extension.")
                             .arg(of.version, into.display(), (*there)->version)};
        if (!*there) {
            PORTOLAN_TRY(makeExtension(**opened, of));
        }
    }
    const auto opened = openForLoad(into, token); // a session that began with the extension
    PORTOLAN_TRY(opened);
    const auto there = timescaleOf(**opened);
    PORTOLAN_TRY(there);
    return callTimescale(**opened, *there ? (*there)->schema : of.schema, "timescaledb_pre_restore");
}

Result<void> endTimescaleLoad(const StoreUrl& into) {
    const auto opened = openForLoad(into, {});
    PORTOLAN_TRY(opened);
    const auto there = timescaleOf(**opened);
    PORTOLAN_TRY(there);
    return *there ? callTimescale(**opened, (*there)->schema, "timescaledb_post_restore") : Result<void>();
}

Result<void> changeTimescaleJobs(const StoreUrl& database, TimescaleJobs jobs) {
    const auto opened = openPostgresql(wholeDatabase(database), Access::Write, {});
    PORTOLAN_TRY(opened);
    const auto there = timescaleOf(**opened);
    PORTOLAN_TRY(there);
    if (!*there)
        return {};
    // Before version 2.11 its functions are in _timescaledb_internal.
    const Result<QVariant> schema = (*opened)->value(
        QStringLiteral("SELECT CASE WHEN pg_catalog.to_regprocedure('_timescaledb_functions.stop_background_workers()')"
                       " IS NULL THEN '_timescaledb_internal' ELSE '_timescaledb_functions' END"));
    PORTOLAN_TRY(schema);
    return callTimescale(**opened, schema->toString(),
                         jobs == TimescaleJobs::Stop ? "stop_background_workers" : "start_background_workers");
}

} // namespace portolan
