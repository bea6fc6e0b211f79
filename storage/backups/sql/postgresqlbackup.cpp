#include "storage/backups/sql/postgresqlbackup.h"

#include "storage/backups/backupseal.h"
#include "storage/backups/sql/copybackup.h"
#include "storage/backups/sql/copyload.h"
#include "storage/backups/sql/dumpedtable.h"
#include "storage/backups/sql/dumpload.h"
#include "storage/backups/sql/postgresqltool.h"
#include "storage/backups/sql/scratchdatabase.h"
#include "storage/backups/sql/tablechoice.h"
#include "storage/backups/sql/timescaledump.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/tablerows.h"

#include <QFile>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>
#include <vector>

namespace portolan {

namespace {

constexpr char dumpMember[] = "database.dump";

// A writer waits for the locks of a backup no longer than one try lasts, after which they go and it tries again.
constexpr std::chrono::seconds lockWait{3};
constexpr std::chrono::minutes lockPatience{2};

/// The names of tables that are locked, quoted: with ServerHold::Tables all that may be, else those that are counted.
Result<QStringList> tablesToLock(Connection& connection, ServerHold hold, const QStringList& only) {
    Result<QSqlQuery> tables = connection.run(
        QStringLiteral(
            "SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema)) "
            "AND relkind IN ('r', 'p') AND NOT relispartition AND pg_catalog.has_table_privilege(oid, ?) "
            "ORDER BY relname"),
        {hold == ServerHold::Tables ? QStringLiteral("UPDATE, DELETE, TRUNCATE") : QStringLiteral("SELECT")});
    PORTOLAN_TRY(tables);
    QStringList names;
    QueryCursor walk(connection, *tables);
    while (walk.next()) {
        const QString name = tables->value(0).toString();
        const Result<QString> quoted = quoteIdentifier(name);
        PORTOLAN_TRY(quoted);
        if (only.isEmpty() || isBookkeepingTable(name) || only.contains(name))
            names << *quoted;
    }
    return walk.error() ? Result<QStringList>(*walk.error()) : names;
}

/// Locks them at once, or not: ServerHold::Tables lets others read alone; else they may write, but make no table
/// another one. Error Busy: another session has a lock.
Result<void> lockTables(Connection& connection, ServerHold hold, const QStringList& names, const QVariant& usualWait) {
    if (names.isEmpty())
        return {};
    const QString mode = hold == ServerHold::Tables ? QStringLiteral("SHARE") : QStringLiteral("ACCESS SHARE");
    PORTOLAN_TRY(connection.execute(QStringLiteral("SET LOCAL lock_timeout = %1").arg(1000 * lockWait.count())));
    PORTOLAN_TRY(
        connection.execute(QStringLiteral("LOCK TABLE %1 IN %2 MODE").arg(names.join(QStringLiteral(", ")), mode), {},
                           QStringLiteral("lock the tables of")));
    return connection.execute(QStringLiteral("SELECT pg_catalog.set_config('lock_timeout', ?, true)"), {usualWait});
}

/// The rows of each table in a dump, by its schema and name, by reading the whole of it.
Result<std::map<std::pair<QString, QString>, qint64>> rowsIn(const QString& dump, const StoreUrl& store,
                                                             const CancelToken& token) {
    const Result<QString> program = postgresqlProgram(QStringLiteral("pg_restore"), 0);
    PORTOLAN_TRY(program);
    PostgresqlTool restore(*program, store, token);
    restore.start({QStringLiteral("--data-only"), QStringLiteral("--file=-"), dump});
    std::map<std::pair<QString, QString>, qint64> counts;
    qint64* current = nullptr;
    while (const std::optional<QByteArray> line = restore.line()) {
        if (!current) {
            const std::optional<DumpedTable> table = dumpedTable(*line);
            current = table ? &counts[{table->schema, table->name}] : nullptr;
        } else if (*line == "\\.") {
            current = nullptr;
        } else {
            ++*current;
        }
    }
    PORTOLAN_TRY(restore.end());
    return counts;
}

Result<void> checkServerTables(Connection& connection, const QStringList& only) {
    const auto catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    QStringList known;
    for (const auto& [name, entry] : catalogue->entries()) {
        if (entry.kind == SchemaInspector::Kind::Table)
            known << name;
    }
    for (const QString& table : only) {
        if (!known.contains(table))
            return Error{
                ErrorCode::Usage,
                QStringLiteral("There is no table %1; there are %2.").arg(table, known.join(QLatin1String(", ")))};
    }
    return {};
}

/// The tables of the store's schema that came with an extension, which brings them again.
Result<QStringList> extensionTables(Connection& connection) {
    Result<QSqlQuery> rows = connection.run(QStringLiteral(
        "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_depend AS d ON d.objid = c.oid AND "
        "d.classid "
        "= CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AND d.deptype = 'e' WHERE c.relnamespace = "
        "to_regnamespace(quote_ident(current_schema))"));
    PORTOLAN_TRY(rows);
    QStringList names;
    QueryCursor walk(connection, *rows);
    while (walk.next())
        names << rows->value(0).toString();
    return walk.error() ? Result<QStringList>(*walk.error()) : names;
}

/// Counts what the dump holds, in the transaction that the dump shares.
Result<void> countRows(Connection& connection, const QStringList& only, BackupManifest& manifest) {
    Result<std::map<QString, qint64>> counts = rowCounts(connection);
    PORTOLAN_TRY(counts);
    const auto brought = extensionTables(connection);
    PORTOLAN_TRY(brought);
    std::erase_if(*counts, [&](const auto& table) { return brought->contains(table.first); });
    if (counts->contains(QStringLiteral("portolan_migrations"))) {
        const Result<QVariant> version =
            connection.value(QStringLiteral("SELECT max(version) FROM portolan_migrations"));
        PORTOLAN_TRY(version);
        manifest.schemaVersion = version->toLongLong();
    }
    if (!only.isEmpty())
        std::erase_if(*counts, [&](const auto& table) {
            return !isBookkeepingTable(table.first) && !only.contains(table.first);
        });
    for (const auto& [table, rows] : *counts)
        manifest.tables[table.toUtf8()] = rows;
    const auto timescale = timescaleOf(connection);
    PORTOLAN_TRY(timescale);
    if (!*timescale || !only.isEmpty())
        return {};
    manifest.timescale = {(*timescale)->version.toUtf8(), (*timescale)->schema.toUtf8()};
    PORTOLAN_TRY(countChunks(connection, *counts));
    for (const auto& [table, rows] : *counts)
        manifest.contents[table.toUtf8()] = rows;
    return {};
}

/// The partitions of tables, at any depth, with their schemas: pg_dump takes none along.
Result<std::vector<std::pair<QString, QString>>> partitionsOf(Connection& connection, const QStringList& tables) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "WITH RECURSIVE parts(oid) AS (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i JOIN "
            "pg_catalog.pg_class AS c ON c.oid = i.inhparent WHERE c.relkind = 'p' AND c.relnamespace = "
            "to_regnamespace(quote_ident(current_schema)) AND c.relname = ANY (string_to_array(?, chr(10))) "
            "UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i JOIN parts ON i.inhparent = parts.oid) "
            "SELECT n.nspname, c.relname FROM parts JOIN pg_catalog.pg_class AS c ON c.oid = parts.oid JOIN "
            "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace ORDER BY 1, 2"),
        {tables.join(u'\n')});
    PORTOLAN_TRY(rows);
    std::vector<std::pair<QString, QString>> names;
    QueryCursor walk(connection, *rows);
    while (walk.next())
        names.emplace_back(rows->value(0).toString(), rows->value(1).toString());
    if (walk.error())
        return *walk.error();
    return names;
}

Result<QStringList> dumpWords(Connection& connection, const StoreUrl& store, const QStringList& only, ServerHold hold,
                              const QString& dump, bool isPaced) {
    // Partitions go by the name of their table, as they are counted. Little compression: the archive has its own.
    QStringList words{QStringLiteral("--format=custom"),
                      QStringLiteral("--compress=1"),
                      QStringLiteral("--load-via-partition-root"),
                      QStringLiteral("--encoding=UTF8"),
                      QStringLiteral("--lock-wait-timeout=%1").arg(1000 * lockWait.count()),
                      QStringLiteral("--no-password"),
                      QStringLiteral("--dbname=") + conninfoOf(store)};
    if (!isPaced) // else it writes to us, who may read slowly
        words << QStringLiteral("--file=") + dump;
    if (hold == ServerHold::Snapshot) {
        const Result<QVariant> snapshot = connection.value(QStringLiteral("SELECT pg_catalog.pg_export_snapshot()"));
        PORTOLAN_TRY(snapshot);
        words << QStringLiteral("--snapshot=") + snapshot->toString();
    }
    if (only.isEmpty())
        return words;
    const QString schema = store.schema.isEmpty() ? QStringLiteral("public") : store.schema;
    auto tables = partitionsOf(connection, only);
    PORTOLAN_TRY(tables);
    for (const QString& table :
         only + QStringList{QStringLiteral("schema_version"), QStringLiteral("portolan_migrations")})
        tables->emplace_back(schema, table);
    for (const auto& [folder, table] : *tables) {
        const Result<QString> in = quoteIdentifier(folder);
        const Result<QString> name = quoteIdentifier(table);
        if (!in || !name)
            return in ? name.error() : in.error();
        words << QStringLiteral("--table=%1.%2").arg(*in, *name);
    }
    return words;
}

/// Writes what pg_dump says into a file, as slowly as the backup wants it.
Result<void> saveOutput(PostgresqlTool& tool, const QString& path, const BackupWriter& into) {
    QFile file(path);
    bool isWritten = file.open(QIODevice::WriteOnly);
    while (isWritten) {
        const std::optional<QByteArray> bytes = tool.bytes();
        if (!bytes)
            break;
        isWritten = file.write(*bytes) == bytes->size();
        into.tellRead(file.pos());
    }
    return isWritten && file.flush()
               ? Result<void>()
               : Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(path, file.errorString())};
}

/// Tries once. Error Busy: another session has, or waits for, a lock that pg_dump does not get.
Result<void> tryDump(Connection& connection, const StoreUrl& store, const QStringList& only, ServerHold hold,
                     const QString& program, const QString& dump, const BackupWriter& into, BackupManifest& manifest,
                     const CancelToken& token) {
    const auto names = tablesToLock(connection, hold, only);
    PORTOLAN_TRY(names);
    const Result<QVariant> usualWait = connection.value(QStringLiteral("SHOW lock_timeout"));
    PORTOLAN_TRY(usualWait);
    const auto snapshot = ReadSnapshot::begin(connection); // nothing in the caller's transaction
    PORTOLAN_TRY(snapshot);
    std::optional<Savepoint> part; // a try that fails has no locks any more; a snapshot's are those of its transaction
    if (hold == ServerHold::Tables) {
        auto begun = Savepoint::begin(connection);
        PORTOLAN_TRY(begun);
        part.emplace(std::move(*begun));
    }
    PORTOLAN_TRY(lockTables(connection, hold, *names,
                            *usualWait)); // before the snapshot: a table that is rewritten is empty in it
    const Result<QStringList> words = dumpWords(connection, store, only, hold, dump, into.isHeldBack());
    PORTOLAN_TRY(words);
    const auto begun = std::chrono::steady_clock::now();
    PostgresqlTool tool(program, store, token);
    tool.start(*words);
    if (into.isHeldBack()) {
        PORTOLAN_TRY(saveOutput(tool, dump, into));
    }
    const Result<void> dumped = tool.end();
    // The server's words are in its own language, pg_dump's are not.
    if (!dumped && dumped.error().details.contains(QLatin1String("LOCK TABLE"))
        && std::chrono::steady_clock::now() - begun >= lockWait)
        return Error{ErrorCode::Busy, dumped.error().text, dumped.error().details};
    PORTOLAN_TRY(dumped);
    // Only now: while pg_dump waits for its locks, ours are to go soon where another session waits between the two.
    PORTOLAN_TRY(countRows(connection, only, manifest));
    if (part)
        part->keep();
    return {};
}

/// The same by COPY. Before a migration a connection of its own reads, as pg_dump's does, whose transaction is a
/// snapshot.
Result<void> tryCopy(Connection& connection, const StoreUrl& store, const QStringList& only, ServerHold hold,
                     BackupWriter& into, BackupManifest& manifest, const BackupWorkplace& work,
                     const CancelToken& token) {
    const Result<QVariant> usualWait = connection.value(QStringLiteral("SHOW lock_timeout"));
    PORTOLAN_TRY(usualWait);
    std::optional<Savepoint> part;
    std::unique_ptr<Connection> beside;
    std::optional<Connection::Watch> watch;
    if (hold == ServerHold::Tables) {
        const auto held = tablesToLock(connection, hold, only);
        PORTOLAN_TRY(held);
        auto begun = Savepoint::begin(connection);
        PORTOLAN_TRY(begun);
        part.emplace(std::move(*begun));
        PORTOLAN_TRY(lockTables(connection, hold, *held, *usualWait));
        auto opened = openPostgresql(store, Access::Read, token);
        PORTOLAN_TRY(opened);
        beside = std::move(*opened);
        PORTOLAN_TRY(liftStatementLimits(*beside));
        watch.emplace(*beside, token);
    }
    Connection& reading = beside ? *beside : connection;
    const auto names = tablesToCopy(reading, only);
    PORTOLAN_TRY(names);
    const auto snapshot = ReadSnapshot::begin(reading);
    PORTOLAN_TRY(snapshot);
    PORTOLAN_TRY(lockTables(reading, ServerHold::Snapshot, *names, *usualWait));
    const Result<void> copied = copyDatabase(reading, store, only, into, manifest, work, token);
    if (!copied && copied.error().code == ErrorCode::Busy) // files of this try are in the backup: there is no other one
        return Error{ErrorCode::Io, copied.error().text, copied.error().details};
    PORTOLAN_TRY(copied);
    if (part)
        part->keep();
    return {};
}

/// Tries until the locks are had, or for as long as is sensible.
Result<void> untilLocked(const StoreUrl& store, const std::function<Result<void>()>& attempt) {
    const auto end = std::chrono::steady_clock::now() + lockPatience;
    Result<void> made = attempt();
    while (!made && made.error().code == ErrorCode::Busy && std::chrono::steady_clock::now() < end)
        made = attempt();
    if (made || made.error().code != ErrorCode::Busy)
        return made;
    return Error{ErrorCode::Busy,
                 QStringLiteral("%1 was not backed up: for %2 minutes another program has had a table locked, or has "
                                "waited for the lock of one. `portolan doctor` tells which; try again when it is done.")
                     .arg(store.display())
                     .arg(lockPatience.count()),
                 made.error().text + u' ' + made.error().details};
}

/// Returns false where a pooler is in between that gives no session of its own, which pg_dump needs. Before a migration
/// that was asked already.
Result<bool> hasSession(Connection& connection, const StoreUrl& store, ServerHold hold, const CancelToken& token) {
    const PostgresqlWire* const wire = connection.postgresql();
    if (hold != ServerHold::Snapshot || !wire || !wire->terms())
        return true;
    return keepsItsSession(connection, store, token);
}

/// Finds pg_dump; nothing where it or pg_restore is missing, or has no session, so that rows are copied, in one
/// transaction. Error Unsupported: TimescaleDB has a form of its own for them.
Result<std::optional<QString>> findDump(Connection& connection, const StoreUrl& store, ServerHold hold,
                                        const CancelToken& token) {
    const Result<QVariant> version = connection.value(QStringLiteral("SHOW server_version_num"));
    PORTOLAN_TRY(version);
    const auto program = postgresqlProgram(QStringLiteral("pg_dump"), postgresqlMajor(version->toInt()));
    const auto reader = postgresqlProgram(QStringLiteral("pg_restore"), 0);
    const Result<bool> isOwn = program && reader ? hasSession(connection, store, hold, token) : Result<bool>(false);
    PORTOLAN_TRY(isOwn);
    if (*isOwn)
        return std::optional(*program);
    const auto timescale = timescaleOf(connection);
    PORTOLAN_TRY(timescale);
    if (!*timescale)
        return std::optional<QString>();
    QString why = QStringLiteral("They need a session of their own, which this connection pooler does not give: use "
                                 "the server's own address (its host and its port, usually 5432), or a pooler in "
                                 "session mode.");
    if (!program || !reader)
        why = (program ? reader.error() : program.error()).text;
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("The database has TimescaleDB, which only PostgreSQL's own programs back up. ") + why};
}

Result<void> writeDump(BackupWriter& into, const QString& dump, const CancelToken& token) {
    {
        const auto file = openBackupFile(dump);
        PORTOLAN_TRY(file);
        const auto stat = statOf(*file, dump);
        PORTOLAN_TRY(stat);
        PORTOLAN_TRY(into.copy(dumpMember, *file, stat->size, token));
    }
    QFile::remove(dump);
    return {};
}

Result<void> writeDatabase(Connection& connection, const StoreUrl& store, const QStringList& only, ServerHold hold,
                           BackupWriter& into, BackupManifest& manifest, const BackupWorkplace& work,
                           const CancelToken& token) {
    const auto program = findDump(connection, store, hold, token);
    PORTOLAN_TRY(program);
    PORTOLAN_TRY(liftStatementLimits(connection)); // it waits while pg_dump reads
    const Connection::Watch watch(connection, token);
    const Result<QVariant> product = connection.value(QStringLiteral("SHOW server_version"));
    PORTOLAN_TRY(product);
    manifest.server = "PostgreSQL " + product->toString().toUtf8();
    PORTOLAN_TRY(checkServerTables(connection, only));
    PORTOLAN_TRY(refuseHypertables(connection, only));
    if (!*program)
        return untilLocked(store, [&] { return tryCopy(connection, store, only, hold, into, manifest, work, token); });
    const QString dump = work.path("dump");
    PORTOLAN_TRY(untilLocked(
        store, [&] { return tryDump(connection, store, only, hold, **program, dump, into, manifest, token); }));
    return writeDump(into, dump, token);
}

/// Loads a dump into a database of its own, which goes. `isMade`: there was one to load it into.
Result<void> loadAside(const QString& folder, const BackupManifest& manifest, const StoreUrl& store,
                       const CancelToken& token, bool& isMade) {
    const auto scratch = ScratchDatabase::make(store, token);
    PORTOLAN_TRY(scratch);
    isMade = true;
    return loadForProof(folder, manifest, (*scratch)->url(), token);
}

/// Returns true where a database did not take a backup for what is in it: by COPY the statements are this program's
/// own. A role that may not make an extension, a full disk, or a server that is busy or gone say nothing of it.
bool isOfTheBackup(ErrorCode refused) {
    return refused == ErrorCode::Unsupported || refused == ErrorCode::Invalid || refused == ErrorCode::NotFound
           || refused == ErrorCode::Usage;
}

/// Says why something failed in one line: of what another program said its own words.
QString reasonOf(const Error& error) {
    constexpr qsizetype longest = 400;
    QString words = (error.details.isEmpty() ? error.text : error.details).simplified();
    if (words.size() > longest)
        words = words.left(longest) + u'…';
    while (words.endsWith(u'.'))
        words.chop(1);
    return words;
}

} // namespace

BackupParts postgresqlBackup(Connection& connection, const StoreUrl& store, const QStringList& only, ServerHold hold) {
    return {[&connection, store, only, hold](BackupWriter& into, BackupManifest& manifest, const BackupWorkplace& work,
                                             const CancelToken& token) -> Result<void> {
                return writeDatabase(connection, store, only, hold, into, manifest, work, token);
            },
            [store, hold](const QString& folder, const BackupManifest& manifest, const CancelToken& token) {
                return hold == ServerHold::Tables ? proveDump(folder, manifest, store, token)
                                                  : proveOnServer(folder, manifest, store, token);
            }};
}

QString unpackedDump(const QString& folder) {
    return folder + u'/' + QLatin1String(dumpMember);
}

Result<BackupProof> proveDump(const QString& folder, const BackupManifest& manifest, const StoreUrl& store,
                              const CancelToken& token) {
    if (isCopied(folder))
        return proveCopy(folder, manifest, token);
    const auto found = rowsIn(unpackedDump(folder), store, token);
    PORTOLAN_TRY(found);
    const QString schema = schemaOfBackup(manifest);
    std::map<QByteArray, qint64> own;
    std::map<QByteArray, qint64> chunks; // and other tables, as countChunks() calls them
    for (const auto& [table, rows] : *found)
        (table.first == schema ? own[table.second.toUtf8()] : chunks[(table.first + u'.' + table.second).toUtf8()]) =
            rows;
    const auto& expected = manifest.contents.empty() ? manifest.tables : manifest.contents;
    for (const auto& [table, count] : expected) {
        const bool isChunk = !own.contains(table) && !manifest.tables.contains(table);
        const qint64 there = isChunk ? chunks[table] : own[table];
        if (there != count)
            return Error{ErrorCode::Corrupt, QStringLiteral("The backup does not hold what it should: the table %1 has "
                                                            "%2 rows, and %3 are in it.")
                                                 .arg(QString::fromUtf8(table))
                                                 .arg(count)
                                                 .arg(there)};
    }
    return BackupProof{
        QStringLiteral("read whole by pg_restore, the rows of %1 tables counted").arg(manifest.tables.size()), {}};
}

Result<BackupProof> proveOnServer(const QString& folder, const BackupManifest& manifest, const StoreUrl& store,
                                  const CancelToken& token) {
    if (!manifest.only.isEmpty()) // a part of a database may need what is not in it: a function, a type
        return proveDump(folder, manifest, store, token);
    bool isMade = false;
    const Result<void> loaded = loadAside(folder, manifest, store, token, isMade);
    if (loaded)
        return BackupProof{QStringLiteral("restored into a database of its own, the rows of %1 tables counted")
                               .arg(manifest.tables.size()),
                           {}};
    if (loaded.error().code == ErrorCode::Cancelled || loaded.error().code == ErrorCode::Corrupt)
        return loaded.error();
    auto proof = proveDump(folder, manifest, store, token);
    PORTOLAN_TRY(proof);
    if (isMade && isCopied(folder) && isOfTheBackup(loaded.error().code))
        proof->refusal = reasonOf(loaded.error());
    proof->unchecked << QStringLiteral("it was read whole, and not loaded into a database: ")
                            + reasonOf(loaded.error());
    return proof;
}

} // namespace portolan
