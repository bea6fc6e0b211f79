#include "storage/stores/restore.h"

#include "storage/backups/backupseal.h"
#include "storage/backups/files/filebackup.h"
#include "storage/backups/files/filerestore.h"
#include "storage/backups/sql/copyload.h"
#include "storage/backups/sql/dumpload.h"
#include "storage/backups/sql/placeidentity.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/postgresqltables.h"
#include "storage/backups/sql/scratchdatabase.h"
#include "storage/backups/sql/sqlitebackup.h"
#include "storage/backups/sql/sqlitetables.h"
#include "storage/backups/sql/sqlitetakeover.h"
#include "storage/backups/sql/timescaledump.h"
#include "storage/ingest/sql/letgokeys.h"
#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/session.h"
#include "storage/sql/sqlite/sqlitefile.h"

#include <QDir>
#include <QFileInfo>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace portolan {

namespace {

Error somethingThere(const StoreUrl& into) {
    return {ErrorCode::Usage,
            QStringLiteral("%1 holds data already. Give a new place, or --replace, which keeps a backup "
                           "of what is there.")
                .arg(into.display())};
}

Error otherKind(const BackupManifest& manifest, const StoreUrl& into) {
    return {ErrorCode::Usage,
            QStringLiteral("The backup is of a store of another kind (%1) than %2. Restore it into a place of its own "
                           "kind, and copy the rows from there.")
                .arg(QString::fromUtf8(manifest.storeKind), into.display())};
}

/// A restore.
class Restore {
public:
    Restore(const StoreUrl& into, const RestoreRequest& request, const BackupTick& tick, const CancelToken& token)
        : m_into(into)
        , m_request(request)
        , m_tick(tick)
        , m_token(token) {}

    Result<RestoreReport> run() {
        const auto reader = BackupReader::open(m_request.file, {});
        PORTOLAN_TRY(reader);
        m_report.manifest = (*reader)->manifest();
        m_report.rows = m_report.manifest.rows();
        const Result<void> done = restore();
        if (!m_request.only.isEmpty()) { // with the two of the migrations, which do not count
            m_report.rows = 0;
            for (const auto& [table, rows] : m_report.manifest.tables)
                m_report.rows += m_request.only.contains(QString::fromUtf8(table), Qt::CaseInsensitive) ? rows : 0;
        }
        return done ? Result<RestoreReport>(std::move(m_report)) : done.error();
    }

private:
    Result<void> restore() {
        m_request.only.removeDuplicates();
        const QByteArray& kind = m_report.manifest.storeKind;
        if (m_into.kind == StoreKind::Sqlite && kind == "sqlite")
            return restoreSqlite();
        if (m_into.kind == StoreKind::Files && kind == "files")
            return restoreFiles();
        if (m_into.kind == StoreKind::Postgresql && kind == "postgresql")
            return restoreServer();
        return otherKind(m_report.manifest, m_into);
    }

    /// Unpacks the backup into a folder of its own, and proves it.
    Result<QString> unpack(const BackupWorkplace& work) {
        const QString unpacked = work.path("unpacked");
        PORTOLAN_TRY(makeFolders(unpacked));
        const auto checked = checkBackup(m_request.file, m_tick, m_token);
        PORTOLAN_TRY(checked);
        if (*checked != m_report.manifest)
            return Error{ErrorCode::Changed,
                         QStringLiteral("The backup %1 is being changed by somebody.").arg(m_request.file)};
        PORTOLAN_TRY(unpackBackup(m_request.file, *checked, unpacked, m_tick, m_token, UnpackFor::Keeping));
        const auto proof = proveUnpacked(unpacked, m_report.manifest, m_token);
        PORTOLAN_TRY(proof);
        for (const QString& unchecked : proof->unchecked)
            m_report.shortfalls << QStringLiteral("Not proved in full: %1.").arg(unchecked);
        return unpacked;
    }

    Result<BackupTarget> keepTarget() {
        const auto folder = backupFolderOf(m_into);
        PORTOLAN_TRY(folder);
        return BackupTarget{*folder, {}, m_into.name()};
    }

    BackupManifest keepManifest() {
        return newBackup(backupkind::replaced, m_report.manifest.storeKind, m_into.display(), m_request.program);
    }

    /// Keeps what is there; `parts` read it.
    Result<void> keep(const BackupParts& parts) {
        const auto target = keepTarget();
        PORTOLAN_TRY(target);
        const auto kept = makeBackup(*target, m_keeping ? *m_keeping : keepManifest(), parts, {}, m_token);
        if (!kept)
            return Error{
                kept.error().code,
                QStringLiteral("What is in %1 could not be kept as a backup, so that nothing was restored: %2 If "
                               "it is damaged, move it away and restore without --replace.")
                    .arg(m_into.display(), kept.error().text),
                kept.error().details};
        m_report.kept = kept->file;
        m_isKeptWhole = kept->result == "ok";
        for (const QString& shortfall : kept->shortfalls)
            m_report.shortfalls << QStringLiteral("What was there is kept as %1. ").arg(kept->file) + shortfall;
        return {};
    }

    Result<void> restoreFiles() {
        if (!m_request.only.isEmpty())
            return Error{
                ErrorCode::Usage,
                QStringLiteral("A file store has no tables: its lines and keys are restored together. Leave "
                               "--only away, or restore into a new folder and take what is wanted from there.")};
        const auto places = placesOf(m_into);
        PORTOLAN_TRY(places);
        const auto place = filePlaceOf(*places);
        PORTOLAN_TRY(place);
        if (*place == FilePlace::Used && !m_request.replace)
            return somethingThere(m_into);
        const auto work =
            BackupWorkplace::make(QFileInfo(serviceFolderOf(*places)).absolutePath(), newBackup({}, {}, {}, {}).id);
        PORTOLAN_TRY(work);
        const auto unpacked = unpack(**work);
        PORTOLAN_TRY(unpacked);
        const auto put = putInPlace(*places, *unpacked, [&]() -> Result<void> {
            const auto now = filePlaceOf(*places);
            PORTOLAN_TRY(now);
            if (*now == FilePlace::Used && !m_request.replace)
                return somethingThere(m_into);
            return *now == FilePlace::Used ? keep(fileBackup(*places)) : Result<void>();
        });
        PORTOLAN_TRY(put);
        m_report.notes << *put;
        return {};
    }

    Result<void> restoreSqlite() {
        const QFileInfo named(m_into.path);
        const QFileInfo file(named.exists() ? named.canonicalFilePath() : m_into.path); // a link to it stays one
        for (const char* left : {"-wal", "-journal"}) {
            if (const QString path = m_into.path + QLatin1String(left); !file.exists() && QFileInfo::exists(path))
                return Error{
                    ErrorCode::Usage,
                    QStringLiteral("%1 is of a database that is gone, and would be taken for the restored one's. "
                                   "Move it away.")
                        .arg(path)};
        }
        const bool isPart = m_request.replace && !m_request.only.isEmpty();
        const auto isEmpty = m_request.replace && !isPart ? Result<bool>(true) : isEmptyDatabase(m_into.path);
        PORTOLAN_TRY(isEmpty);
        if (!*isEmpty && !m_request.replace)
            return somethingThere(m_into);
        const auto work = BackupWorkplace::make(file.absolutePath(), newBackup({}, {}, {}, {}).id);
        PORTOLAN_TRY(work);
        const auto unpacked = unpack(**work);
        PORTOLAN_TRY(unpacked);
        if (isPart && !*isEmpty)
            return replaceSqliteTables(file.filePath(), *unpacked, m_report.manifest, m_request.only,
                                       {[&]() -> Result<void> {
                                            const BackupSource source = sqliteFileSource(file.filePath());
                                            PORTOLAN_TRY(source([&](Connection& old) { return knowPlace(old); }));
                                            return keep(sqliteBackup(source, {}));
                                        },
                                        [&](UnitOfWork& transaction) { return signRows(transaction); }, settleKeys()},
                                       m_token);
        const QString aside = unpackedDatabase(*unpacked);
        if (!m_request.only.isEmpty()) {
            PORTOLAN_TRY(keepOnlyTables(aside, m_request.only));
        }
        if (!file.exists()) {
            PORTOLAN_TRY(sign(aside));
            return publishAs(aside, m_into.path);
        }
        const auto taken = SqliteTakeover::begin(file.filePath());
        PORTOLAN_TRY(taken);
        Connection& old = (*taken)->connection();
        const auto catalogue = SchemaInspector::read(old);
        PORTOLAN_TRY(catalogue);
        if (!catalogue->entries().empty() && !m_request.replace)
            return somethingThere(m_into);
        if (!catalogue->entries().empty()) {
            PORTOLAN_TRY(knowPlace(old));
            PORTOLAN_TRY(keep(
                sqliteBackup([&old](const std::function<Result<void>(Connection&)>& ask) { return ask(old); }, {})));
        }
        PORTOLAN_TRY(sign(aside));
        return (*taken)->replaceBy(aside);
    }

    Result<void> restoreServer() {
        const auto isEmpty = isEmptyServer(m_into, m_token);
        PORTOLAN_TRY(isEmpty);
        if (!*isEmpty && !m_request.replace)
            return somethingThere(m_into);
        const auto work = BackupWorkplace::make(QDir::tempPath(), newBackup({}, {}, {}, {}).id);
        PORTOLAN_TRY(work);
        const auto unpacked = unpack(**work);
        PORTOLAN_TRY(unpacked);
        if (!*isEmpty && m_request.only.isEmpty()) {
            PORTOLAN_TRY(refuseWithheld(*unpacked));
        }
        if (*isEmpty) {
            PORTOLAN_TRY(m_request.only.isEmpty()
                             ? loadDump(*unpacked, m_report.manifest, m_into, RestoreOwners::Ours, m_token)
                             : loadTables(*unpacked, m_report.manifest, m_into, m_request.only, m_token));
            PORTOLAN_TRY(tellLacks(m_into));
            return signServer(m_into);
        }
        if (!m_request.only.isEmpty())
            return replaceTablesOnServer(*unpacked);
        if (!m_into.schema.isEmpty())
            return Error{
                ErrorCode::Unsupported,
                QStringLiteral("A pipeline in a schema of its own is not replaced: the whole database would be. "
                               "Restore into an empty database.")};
        const auto aside = ScratchDatabase::make(m_into, m_token);
        PORTOLAN_TRY(aside);
        PORTOLAN_TRY(loadDump(*unpacked, m_report.manifest, (*aside)->url(), RestoreOwners::Theirs, m_token));
        PORTOLAN_TRY(tellLacks((*aside)->url()));
        {
            const auto session = Session::open(m_into, Access::Read, m_token);
            PORTOLAN_TRY(session);
            PORTOLAN_TRY(knowPlace((*session)->connection()));
        }
        // The audit has to say where what was there will be, and under which name it waits until then.
        const auto target = keepTarget();
        PORTOLAN_TRY(target);
        m_keeping = keepManifest();
        m_report.kept = backupFileFor(*target, *m_keeping);
        m_replacedDatabase = (*aside)->replacedName();
        PORTOLAN_TRY(signServer((*aside)->url()));
        const auto old = takeOver(**aside);
        PORTOLAN_TRY(old);
        return keepServer(**aside, *old);
    }

    /// A database has no other name while its jobs are connected to it.
    Result<StoreUrl> takeOver(ScratchDatabase& aside) {
        Result<void> stopped = changeTimescaleJobs(m_into, TimescaleJobs::Stop);
        if (stopped)
            stopped = changeTimescaleJobs(aside.url(), TimescaleJobs::Stop);
        auto old = stopped ? aside.replaceStore() : Result<StoreUrl>(stopped.error());
        if (const Result<void> started = changeTimescaleJobs(m_into, TimescaleJobs::Start); !started && old)
            m_report.shortfalls << QStringLiteral("The jobs of TimescaleDB could not be started again: ")
                                       + started.error().text;
        return old;
    }

    /// Says what of the backup's the restored database has not, and whose it is by now.
    Result<void> tellLacks(const StoreUrl& restored) {
        BackupManifest told = m_report.manifest;
        told.lacks.removeIf([&](const QByteArray& lack) {
            return lack.startsWith(ownersLackBefore) ? !told.owners.isEmpty()
                                                     : !m_request.only.isEmpty() && lack.startsWith(rowsLackBefore);
        });
        m_report.shortfalls << told.lackSentences();
        if (told.owners.isEmpty())
            return {};
        const auto role = currentRole(restored, m_token);
        PORTOLAN_TRY(role);
        QStringList others;
        for (const QByteArray& owner : std::as_const(told.owners)) {
            if (const QString name = QString::fromUtf8(owner); name != *role)
                others << name;
        }
        if (!others.isEmpty())
            m_report.shortfalls << QStringLiteral("Everything that was restored belongs to %1. In the store that was "
                                                  "backed up these own a part of it: %2 (ALTER … OWNER TO).")
                                       .arg(*role, others.join(QLatin1String(", ")));
        return {};
    }

    /// Makes the keys follow the rows; empty where sources bring nothing into these tables, or the keys are among them.
    std::function<Result<void>(UnitOfWork&, const std::optional<StoredKeys>&)> settleKeys() {
        const std::set<MessageKind> kinds = LetGoKeys::kindsIn(m_request.only);
        if (kinds.empty() || m_request.only.contains(QLatin1String("portolan_source_chunks"), Qt::CaseInsensitive))
            return {};
        return [this, kinds](UnitOfWork& work, const std::optional<StoredKeys>& kept) -> Result<void> {
            const auto catalogue = SchemaInspector::read(work.connection());
            PORTOLAN_TRY(catalogue);
            if (catalogue->lacks(QStringLiteral("portolan_source_chunks"), {"source_id", "keys", "hashes"}))
                return {}; // nothing came from a source
            if (!kept) {
                m_report.shortfalls << QStringLiteral(
                    "The backup does not hold which messages it had from which source, so that those whose rows are "
                    "gone stay known: they are not stored when their source sends them again.");
                return {};
            }
            const Result<qint64> letGo = LetGoKeys(work.connection()).follow(kinds, *kept);
            PORTOLAN_TRY(letGo);
            if (*letGo > 0)
                m_report.notes << QStringLiteral(
                                      "Records that came from a source after the backup (%1 keys) are stored again "
                                      "where their rows are gone and the source still sends them.")
                                      .arg(*letGo);
            return {};
        };
    }

    /// Refuses to put a backup that lacks the rows of tables in the place of a database that may have them.
    Result<void> refuseWithheld(const QString& unpacked) const {
        const auto withheld = withheldTables(unpacked);
        PORTOLAN_TRY(withheld);
        if (withheld->isEmpty())
            return {};
        return Error{ErrorCode::Usage,
                     QStringLiteral("The backup holds no rows of %1: the role that made it may not read them all. "
                                    "Nothing was replaced. Restore it into an empty database, or the tables that it "
                                    "has with --only.")
                         .arg(withheld->join(QLatin1String(", ")))};
    }

    Result<void> replaceTablesOnServer(const QString& unpacked) {
        const auto session = Session::open(m_into, Access::Write, m_token);
        PORTOLAN_TRY(session);
        const auto keepAll = [&]() -> Result<void> {
            PORTOLAN_TRY(knowPlace((*session)->connection())); // nobody else writes to these tables by now
            const auto reading = Session::open(m_into, Access::Read, m_token);
            PORTOLAN_TRY(reading);
            return keep(postgresqlBackup((*reading)->connection(), m_into, {}, ServerHold::Snapshot));
        };
        return replaceServerTables(
            (*session)->connection(), unpacked, m_report.manifest, m_request.only,
            {keepAll, [&](UnitOfWork& transaction) { return signRows(transaction); }, settleKeys()}, m_token);
    }

    /// No other program writes to it by now. Until it is a backup it stays.
    Result<void> keepServer(ScratchDatabase& server, const StoreUrl& old) {
        {
            const auto session = Session::open(old, Access::Read, {});
            PORTOLAN_TRY(session);
            const Result<void> kept = keep(postgresqlBackup((*session)->connection(), old, {}, ServerHold::Snapshot));
            if (!kept)
                return Error{
                    kept.error().code,
                    QStringLiteral("The backup was restored. What was there could not be kept as a backup: it is "
                                   "the database %1 now.")
                        .arg(old.database),
                    kept.error().text + u' ' + kept.error().details};
        }
        if (!m_isKeptWhole) {
            m_report.shortfalls << QStringLiteral("The backup of what was there is not whole, or not proved in full. "
                                                  "Its database was not dropped: it is %1 now.")
                                       .arg(old.database);
            return {};
        }
        if (const Result<void> dropped = server.drop(old); !dropped)
            m_report.shortfalls << QStringLiteral(
                                       "What was there is the backup %1. Its database could not be dropped, and "
                                       "is %2 now: %3")
                                       .arg(m_report.kept, old.database, dropped.error().text);
        return {};
    }

    Result<void> signServer(const StoreUrl& url) {
        const auto session = Session::open(url, Access::Write, m_token);
        PORTOLAN_TRY(session);
        return writeAudit((*session)->connection());
    }

    /// Writes what is done into the audit of the restored database, and puts all of it on the disk.
    Result<void> sign(const QString& aside) {
        {
            const auto opened = openSqliteForWriting(aside);
            PORTOLAN_TRY(opened);
            PORTOLAN_TRY(writeAudit(**opened));
        }
        const auto file = openBackupFile(aside);
        PORTOLAN_TRY(file);
        return syncFile(*file, aside);
    }

    Result<void> writeAudit(Connection& connection) {
        auto work = UnitOfWork::begin(connection);
        PORTOLAN_TRY(work);
        PORTOLAN_TRY(signRows(*work));
        return work->commit();
    }

    /// Reads which place it is that is replaced, and stays that.
    Result<void> knowPlace(Connection& old) {
        auto place = PlaceIdentity::read(old);
        PORTOLAN_TRY(place);
        m_place = std::move(*place);
        return {};
    }

    /// Takes from the restored rows what says that they are another place, and says so.
    Result<void> settlePlace(Connection& connection) {
        const auto brought = PlaceIdentity::read(connection);
        PORTOLAN_TRY(brought);
        PORTOLAN_TRY(m_place.put(connection, m_request.replace ? m_request.only : QStringList()));
        const auto now = PlaceIdentity::read(connection);
        PORTOLAN_TRY(now);
        if (brought->productionName() && brought->productionName() != now->productionName())
            m_report.notes << QStringLiteral(
                                  "The backup is of the production store %1. %2 is %3 (`portolan mark` marks it).")
                                  .arg(*brought->productionName(), m_into.display(),
                                       now->productionName() ? QStringLiteral("still ") + *now->productionName()
                                                             : QStringLiteral("not marked as production"));
        return {};
    }

    Result<void> signRows(UnitOfWork& work) {
        PORTOLAN_TRY(settlePlace(work.connection()));
        return appendAudit(work);
    }

    Result<void> appendAudit(UnitOfWork& work) {
        const auto catalogue = SchemaInspector::read(work.connection());
        PORTOLAN_TRY(catalogue);
        if (SqlAudit::unavailableReason(*catalogue))
            return {};
        AuditEntry entry;
        entry.actor = m_request.author.actor;
        entry.action = "restore";
        entry.subjectKind = "backup";
        entry.subjectId = m_report.manifest.id;
        if (const QByteArray reason = m_request.author.reason.trimmed(); !reason.isEmpty())
            entry.reason = reason;
        QByteArray after = "{\"file\":";
        appendJsonString(after, m_request.file.toUtf8());
        after += ",\"created_at\":";
        appendJsonString(after, toExactIsoTime(m_report.manifest.createdAt));
        after += ",\"kept\":";
        appendJsonString(after, m_report.kept.toUtf8());
        if (!m_replacedDatabase.isEmpty()) {
            after += ",\"kept_database\":";
            appendJsonString(after, m_replacedDatabase.toUtf8());
        }
        if (!m_request.only.isEmpty()) {
            after += ",\"only\":";
            appendJsonString(after, m_request.only.join(u',').toUtf8());
        }
        entry.after = after + '}';
        return SqlAudit::append(work, entry);
    }

    const StoreUrl& m_into;
    RestoreRequest m_request;
    const BackupTick& m_tick;
    const CancelToken& m_token;
    PlaceIdentity m_place;                   ///< of what is replaced; of a new place nothing
    std::optional<BackupManifest> m_keeping; ///< of what is there, where that is a backup only after it was replaced
    QString m_replacedDatabase;              ///< its name until then
    bool m_isKeptWhole = false;              ///< what was there, as a backup that lacks nothing and is proved in full
    RestoreReport m_report;
};

} // namespace

Result<RestoreReport> restoreBackup(const StoreUrl& into, const RestoreRequest& request, const BackupTick& tick,
                                    const CancelToken& token) {
    return Restore(into, request, tick, token).run();
}

} // namespace portolan
