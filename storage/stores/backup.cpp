#include "storage/stores/backup.h"

#include "storage/backups/files/filebackup.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/sqlitebackup.h"
#include "storage/sql/session.h"
#include "storage/sql/sqlite/sqlitefile.h"

#include <QDir>
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

Result<BackupEntry> backUp(const StoreUrl& store, const BackupRequest& request, const BackupProgress& progress,
                           const CancelToken& token) {
    const auto folder = backupFolderOf(store);
    PORTOLAN_TRY(folder);
    const BackupTarget target{*folder, request.to, store.name(), request.rate};
    const auto make = [&](const BackupParts& parts) {
        const char* const kind = request.only.isEmpty() ? backupkind::full : backupkind::selected;
        BackupManifest manifest = newBackup(kind, kindOf(store), store.display(), request.program);
        for (const QString& table : request.only)
            manifest.only << table.toUtf8();
        return makeBackup(target, std::move(manifest), parts, progress, token);
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

bool namesBackup(const QString& word) {
    return isBackupId(word.toUtf8()) && !QFileInfo::exists(word);
}

Result<QString> backupFileOf(const QString& word, std::span<const StoreUrl> stores) {
    if (!namesBackup(word))
        return QFileInfo(word).absoluteFilePath();
    if (stores.empty())
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is the id of a backup: name the store that it is of.").arg(word)};
    QStringList folders;
    for (const StoreUrl& store : stores) {
        if (store.kind == StoreKind::Bundle) // which has no list
            continue;
        const auto folder = backupFolderOf(store);
        PORTOLAN_TRY(folder);
        folders << *folder;
    }
    folders << serverBackupFolders();
    folders.removeDuplicates();
    QString gone;
    for (const QString& folder : std::as_const(folders)) {
        const auto entry = BackupCatalogue(folder).find(word.toUtf8());
        PORTOLAN_TRY(entry);
        if (*entry && QFileInfo::exists((*entry)->file))
            return (*entry)->file;
        if (*entry)
            gone = (*entry)->file;
    }
    if (!gone.isEmpty())
        return Error{ErrorCode::NotFound, QStringLiteral("The backup %1 is gone: its file was %2.").arg(word, gone)};
    return Error{ErrorCode::NotFound,
                 QStringLiteral("There is no backup %1 in %2. Name the store that it is of (`portolan list backups` "
                                "tells which there are), or the file.")
                     .arg(word, folders.join(QLatin1String(", nor in ")))};
}

QString scratchBeside(const QString& file) {
    const QString folder = QFileInfo(file).absolutePath();
    return QFileInfo(folder).isWritable() ? folder : QDir::tempPath();
}

Result<BackupProof> proveUnpacked(const QString& folder, const BackupManifest& manifest, const CancelToken& token) {
    if (manifest.storeKind == "files")
        return proveFiles(folder, manifest);
    if (manifest.storeKind == "sqlite")
        return proveSqlite(folder, manifest, token);
    if (manifest.storeKind == "postgresql") {
        const auto of = StoreUrl::parse(QString::fromUtf8(manifest.store)); // foreign: its schema's name alone is used
        StoreUrl store;
        store.kind = StoreKind::Postgresql;
        store.schema = of ? of->schema : QString();
        return proveDump(folder, manifest, store, token);
    }
    return Error{
        ErrorCode::Unsupported,
        QStringLiteral("It is a backup of another kind of store (%1).").arg(QString::fromUtf8(manifest.storeKind))};
}

Result<QString> newestBackupFileOf(const StoreUrl& store) {
    const auto folder = backupFolderOf(store);
    PORTOLAN_TRY(folder);
    const auto entries = BackupCatalogue(*folder).entries();
    PORTOLAN_TRY(entries);
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
        if (entry->kind == backupkind::full)
            return entry->file;
    }
    return Error{ErrorCode::NotFound, QStringLiteral("There is no backup of everything in %1 yet; `portolan backup` "
                                                     "makes one.")
                                          .arg(store.display())};
}

} // namespace portolan
