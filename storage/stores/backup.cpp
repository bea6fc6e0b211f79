#include "storage/stores/backup.h"

#include "storage/backups/files/filebackup.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/sqlitebackup.h"
#include "storage/sql/session.h"
#include "storage/sql/sqlite/sqlitefile.h"

#include <QFileInfo>

namespace portolan {

namespace {

const char* kindOf(const StoreUrl& store) {
    switch (store.kind) {
    case StoreKind::Files:
        return "files";
    case StoreKind::Sqlite:
        return "sqlite";
    case StoreKind::Postgresql:
        return "postgresql";
    case StoreKind::Bundle:
        break;
    }
    return "bundle";
}

Error noTables() {
    return {ErrorCode::Usage, QStringLiteral("A file store has no tables; leave --only away.")};
}

} // namespace

Result<BackupEntry> backUp(const StoreUrl& store, const BackupRequest& request, const BackupTick& tick,
                           const CancelToken& token) {
    const auto folder = backupFolderOf(store);
    PORTOLAN_TRY(folder);
    const BackupTarget target{*folder, request.to, store.name()};
    const auto make = [&](const BackupParts& parts) {
        const char* const kind = request.only.isEmpty() ? backupkind::full : backupkind::selected;
        BackupManifest manifest = newBackup(kind, kindOf(store), store.display(), request.program);
        for (const QString& table : request.only)
            manifest.only << table.toUtf8();
        return makeBackup(target, std::move(manifest), parts, tick, token);
    };
    if (store.kind == StoreKind::Sqlite) {
        PORTOLAN_TRY(sqliteFileMark(store.path)); // before a folder is made beside nothing
        return make(sqliteBackup(sqliteFileSource(store.path), request.only));
    }
    if (store.kind == StoreKind::Postgresql) {
        const auto session = Session::open(store, Access::Read, token);
        PORTOLAN_TRY(session);
        return make(postgresqlBackup((*session)->connection(), store, request.only, ServerHold::Snapshot));
    }
    if (!request.only.isEmpty())
        return noTables();
    const auto places = placesOf(store);
    PORTOLAN_TRY(places);
    if (!QFileInfo::exists(places->messages))
        return Error{ErrorCode::NotFound, QStringLiteral("There is no file store at %1: the folder %2 is missing.")
                                              .arg(store.display(), places->messages)};
    constexpr int attempts = 3; // another program takes files away or cuts them
    auto made = make(fileBackup(*places));
    for (int attempt = 1; attempt < attempts && !made && made.error().code == ErrorCode::Changed; ++attempt) {
        if (!request.to.isEmpty() && QFileInfo(request.to).isFile())
            break;
        made = make(fileBackup(*places));
    }
    return made;
}

Result<QString> backupFileOf(const QString& word, const std::optional<StoreUrl>& store) {
    const QFileInfo file(word);
    if (!isBackupId(word.toUtf8()) || file.exists())
        return file.absoluteFilePath();
    if (!store)
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is the id of a backup: --store says of which store's.").arg(word)};
    const auto folder = backupFolderOf(*store);
    PORTOLAN_TRY(folder);
    const auto entry = BackupCatalogue(*folder).find(word.toUtf8());
    PORTOLAN_TRY(entry);
    return entry->file;
}

Result<QString> proveUnpacked(const QString& folder, const BackupManifest& manifest, const CancelToken& token) {
    if (manifest.storeKind == "files") {
        PORTOLAN_TRY(proveFiles(folder, manifest));
        return QStringLiteral("lines and rejects counted, the writer's memory read");
    }
    if (manifest.storeKind == "sqlite") {
        PORTOLAN_TRY(proveSqlite(folder, manifest, token));
        return QStringLiteral("integrity checked, the rows of %1 tables counted").arg(manifest.tables.size());
    }
    if (manifest.storeKind == "postgresql") {
        const auto of = StoreUrl::parse(QString::fromUtf8(manifest.store)); // foreign: its schema's name alone is used
        StoreUrl store;
        store.kind = StoreKind::Postgresql;
        store.schema = of ? of->schema : QString();
        PORTOLAN_TRY(proveDump(folder, manifest, store, token));
        return QStringLiteral("read whole by pg_restore, the rows of %1 tables counted").arg(manifest.tables.size());
    }
    return Error{
        ErrorCode::Unsupported,
        QStringLiteral("It is a backup of another kind of store (%1).").arg(QString::fromUtf8(manifest.storeKind))};
}

} // namespace portolan
