#include "storage/backups/sql/sqlitebackup.h"

#include "storage/backups/backupseal.h"
#include "storage/backups/sql/tablechoice.h"
#include "storage/sql/connection/sqlerror.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/sql/sqlite/sqliteintegrity.h"
#include "storage/sql/tablerows.h"

#include <QFile>
#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <limits>
#include <memory>
#include <sqlite3.h>
#include <thread>

namespace portolan {

namespace {

constexpr int pagesAtOnce = 1024;
constexpr char databaseMember[] = "database.sqlite";

Error notCopied(int code, const Connection& source) {
    return sqliteError(code, QStringLiteral("copy"), source.where(), QStringLiteral("online backup"));
}

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using PlainDatabase = std::unique_ptr<sqlite3, CloseDatabase>;

/// Copies the database as the connection's transaction sees it into a file of its own.
Result<void> copyPages(Connection& source, const QString& to, const BackupWriter& into, const CancelToken& token) {
    constexpr std::chrono::milliseconds pause{10};
    constexpr int pauses = 500;
    sqlite3* opened = nullptr;
    const int made = sqlite3_open_v2(QFile::encodeName(to).constData(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const PlainDatabase target(opened);
    if (made != SQLITE_OK)
        return notCopied(made, source);
    sqlite3_exec(target.get(), "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr); // it is gone soon
    sqlite3_backup* const backup = sqlite3_backup_init(target.get(), "main", source.sqlite(), "main");
    if (!backup)
        return notCopied(sqlite3_errcode(target.get()), source);
    const Result<QVariant> pageSize = source.value(QStringLiteral("PRAGMA page_size"));
    int step = SQLITE_OK;
    int paused = 0;
    while (step == SQLITE_OK && !token.stop_requested()) {
        step = sqlite3_backup_step(backup, pagesAtOnce);
        if ((step == SQLITE_BUSY || step == SQLITE_LOCKED) && paused++ < pauses) {
            std::this_thread::sleep_for(pause);
            step = SQLITE_OK;
        }
        const qint64 pages = sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup);
        into.tellRead(pages * (pageSize ? pageSize->toLongLong() : 0));
    }
    const int finished = sqlite3_backup_finish(backup);
    if (step == SQLITE_DONE && finished == SQLITE_OK)
        return {};
    if (token.stop_requested() && step == SQLITE_OK)
        return cancelled();
    return notCopied(step == SQLITE_DONE ? finished : step, source);
}

std::map<QByteArray, qint64> namedCounts(const std::map<QString, qint64>& counts) {
    std::map<QByteArray, qint64> named;
    for (const auto& [name, count] : counts)
        named[name.toUtf8()] = count;
    return named;
}

bool isKept(const QString& table, const QStringList& only) {
    return isBookkeepingTable(table) || only.contains(table, Qt::CaseInsensitive);
}

Result<void> checkTables(const QStringList& known, const QStringList& only) {
    for (const QString& table : only) {
        if (!known.contains(table, Qt::CaseInsensitive))
            return Error{
                ErrorCode::Usage,
                QStringLiteral("There is no table %1; there are %2.").arg(table, known.join(QLatin1String(", ")))};
    }
    return {};
}

Result<void> takeSnapshot(Connection& connection, const QString& copy, const QStringList& only,
                          const BackupWriter& into, BackupManifest& manifest, const CancelToken& token) {
    QFile::remove(copy); // of a reading before
    const Connection::Watch watch(connection, token);
    const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
    PORTOLAN_TRY(snapshot);
    Result<std::map<QString, qint64>> counts = rowCounts(connection);
    PORTOLAN_TRY(counts);
    QStringList known;
    for (const auto& table : *counts)
        known << table.first;
    PORTOLAN_TRY(checkTables(known, only));
    manifest.schemaVersion.reset();
    if (counts->contains(QStringLiteral("portolan_migrations"))) {
        const Result<QVariant> version =
            connection.value(QStringLiteral("SELECT max(version) FROM portolan_migrations"));
        PORTOLAN_TRY(version);
        manifest.schemaVersion = version->toLongLong();
    }
    if (!only.isEmpty())
        std::erase_if(*counts, [&](const auto& table) { return !isKept(table.first, only); });
    manifest.tables = namedCounts(*counts);
    PORTOLAN_TRY(copyPages(connection, copy, into, token));
    return only.isEmpty() ? Result<void>() : keepOnlyTables(copy, only);
}

Result<QStringList> namesOf(Connection& connection, const char* condition) {
    Result<QSqlQuery> found = connection.run(QStringLiteral("SELECT name FROM sqlite_schema WHERE ")
                                             + QLatin1String(condition) + QStringLiteral(" ORDER BY rowid"));
    PORTOLAN_TRY(found);
    QStringList names;
    QueryCursor walk(connection, *found);
    while (walk.next())
        names << found->value(0).toString();
    return walk.error() ? Result<QStringList>(*walk.error()) : names;
}

Result<void> drop(Connection& connection, const char* kind, const QString& name) {
    const Result<QString> quoted = quoteIdentifier(name);
    PORTOLAN_TRY(quoted);
    return connection.execute(QStringLiteral("DROP %1 IF EXISTS %2").arg(QLatin1String(kind), *quoted), {},
                              QStringLiteral("select tables of"));
}

} // namespace

Result<void> keepOnlyTables(const QString& path, const QStringList& only) {
    const auto opened = openSqliteForWriting(path);
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    constexpr char ownTables[] = "type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    const auto known = namesOf(connection, ownTables);
    PORTOLAN_TRY(known);
    PORTOLAN_TRY(checkTables(*known, only));
    PORTOLAN_TRY(connection.value(QStringLiteral("PRAGMA journal_mode = DELETE")));
    PORTOLAN_TRY(connection.execute(QStringLiteral("PRAGMA foreign_keys = OFF")));
    PORTOLAN_TRY(connection.execute(QStringLiteral("PRAGMA secure_delete = ON"))); // nothing of others in free pages
    const auto views = namesOf(connection, "type = 'view'");
    PORTOLAN_TRY(views);
    for (const QString& view : *views) {
        PORTOLAN_TRY(drop(connection, "VIEW", view));
    }
    // Virtual tables first: their own tables go with them.
    for (const char* kind : {"type = 'table' AND sql LIKE 'CREATE VIRTUAL%'", ownTables}) {
        const auto tables = namesOf(connection, kind);
        PORTOLAN_TRY(tables);
        for (const QString& table : *tables) {
            if (!isKept(table, only)) {
                PORTOLAN_TRY(drop(connection, "TABLE", table));
            }
        }
    }
    const Result<void> shrunk = connection.execute(QStringLiteral("VACUUM"), {}, QStringLiteral("select tables of"));
    // An index that needs another program cannot be made again: the file keeps its free pages, which are empty.
    return !shrunk && needsAnotherProgram(shrunk.error()) ? Result<void>() : shrunk;
}

BackupSource sqliteFileSource(const QString& path) {
    return [path](const std::function<Result<void>(Connection&)>& ask) -> Result<void> {
        constexpr int attempts = 3;
        for (int attempt = 0; attempt < attempts; ++attempt) {
            const Result<SqliteReader> reader = openSqliteForReading(path, SchemaTrust::Own);
            PORTOLAN_TRY(reader);
            // query_only would forbid nothing that is asked here, and the copy is another database.
            const Result<void> asked = ask(*reader->connection);
            const Result<SqliteFileMark> now = sqliteFileMark(path);
            if (!asked
                || (now
                    && (reader->reading == SqliteReading::Live ? now->inode == reader->mark.inode
                                                               : *now == reader->mark)))
                return asked;
        }
        return Error{ErrorCode::Busy,
                     QStringLiteral("The database %1 changed each time it was read. Try again.").arg(path)};
    };
}

BackupParts sqliteBackup(BackupSource source, const QStringList& only) {
    return {[source = std::move(source), only](BackupWriter& into, BackupManifest& manifest,
                                               const BackupWorkplace& work, const CancelToken& token) -> Result<void> {
                const QString copy = work.path("copy");
                PORTOLAN_TRY(source([&](Connection& connection) {
                    return takeSnapshot(connection, copy, only, into, manifest, token);
                }));
                {
                    const auto file = openBackupFile(copy);
                    PORTOLAN_TRY(file);
                    const auto stat = statOf(*file, copy);
                    PORTOLAN_TRY(stat);
                    PORTOLAN_TRY(into.copy(databaseMember, *file, stat->size, token));
                }
                QFile::remove(copy);
                return {};
            },
            proveSqlite};
}

QString unpackedDatabase(const QString& folder) {
    return folder + u'/' + QLatin1String(databaseMember);
}

Result<BackupProof> proveSqlite(const QString& folder, const BackupManifest& manifest, const CancelToken& token) {
    const auto unsound = [](const QString& why) {
        return Error{ErrorCode::Corrupt, QStringLiteral("The backed-up database is not sound: %1. Look at the database "
                                                        "itself with `portolan verify`.")
                                             .arg(why)};
    };
    const Result<SqliteReader> opened = openSqliteForReading(unpackedDatabase(folder), SchemaTrust::Own);
    PORTOLAN_TRY(opened);
    Connection& connection = *opened->connection;
    const Connection::Watch watch(connection, token);
    sqlite3_limit(connection.sqlite(), SQLITE_LIMIT_LENGTH, std::numeric_limits<int>::max()); // of any that it took
    const auto integrity = checkSqliteIntegrity(connection, 1);
    PORTOLAN_TRY(integrity);
    if (!integrity->damage.empty())
        return unsound(QString::fromUtf8(integrity->damage.front()));
    const Result<std::map<QString, qint64>> counts = rowCounts(connection);
    PORTOLAN_TRY(counts);
    const auto found = namedCounts(*counts);
    if (found == manifest.tables)
        return BackupProof{
            QStringLiteral("integrity checked, the rows of %1 tables counted").arg(manifest.tables.size()),
            integrity->unchecked};
    for (const auto& [table, rows] : manifest.tables) {
        const auto there = found.find(table);
        if (there == found.end() || there->second != rows)
            return unsound(QStringLiteral("of %1 rows of %2 it holds %3")
                               .arg(rows)
                               .arg(QString::fromUtf8(table))
                               .arg(there == found.end() ? 0 : there->second));
    }
    return unsound(QStringLiteral("it holds other tables than were backed up"));
}

} // namespace portolan
