#include "storage/stores/opencontent.h"

#include "storage/backups/backuparchive.h"
#include "storage/messages/files/places.h"
#include "storage/stores/backupcontent.h"
#include "storage/stores/openstore.h"
#include "storage/transfer/copiedtables.h"
#include "storage/transfer/files/filecontent.h"
#include "storage/transfer/files/filerows.h"
#include "storage/transfer/files/foldercopy.h"
#include "storage/transfer/sql/sqlcontent.h"
#include "storage/transfer/sql/sqlcopytarget.h"

#include <QFileInfo>

namespace portolan {

Result<std::unique_ptr<StoreContent>> openContent(const StoreUrl& url, const CancelToken& token,
                                                  const ContentAid& aid) {
    switch (url.kind) {
    case StoreKind::Sqlite:
    case StoreKind::Postgresql:
        return SqlContent::open(url, token);
    case StoreKind::Files: {
        auto store = openStore(url, Access::Read, token);
        return store ? FileContent::make(std::move(*store), token) : store.error();
    }
    case StoreKind::Bundle:
        if (isBackupFile(url.path))
            return openBackupContent(url, aid, BackupUse::Compared, token);
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is a bundle, an excerpt of a store, which holds no table as a whole.")
                         .arg(url.display())};
    }
    Q_UNREACHABLE();
}

Result<bool> isOneStore(const StoreUrl& a, const StoreUrl& b, const CancelToken& token) {
    if (a.kind != b.kind)
        return false;
    if (a.kind == StoreKind::Files) {
        const auto ofA = placesOf(a);
        PORTOLAN_TRY(ofA);
        const auto ofB = placesOf(b);
        PORTOLAN_TRY(ofB);
        return QFileInfo(ofA->messages).canonicalFilePath() == QFileInfo(ofB->messages).canonicalFilePath();
    }
    const auto inA = openContent(a, token);
    PORTOLAN_TRY(inA);
    const auto inB = openContent(b, token);
    PORTOLAN_TRY(inB);
    return (*inA)->identity() == (*inB)->identity();
}

Result<std::unique_ptr<StoreContent>> openCopySource(const StoreUrl& url, const CancelToken& token,
                                                     const ContentAid& aid) {
    if (url.kind == StoreKind::Bundle && isBackupFile(url.path)) {
        ContentAid all = aid;
        all.tables = copiedTables();
        return openBackupContent(url, all, BackupUse::Copied, token);
    }
    if (url.kind != StoreKind::Files)
        return openContent(url, token);
    const auto places = placesOf(url);
    PORTOLAN_TRY(places);
    auto store = openStore(url, Access::Read, token);
    PORTOLAN_TRY(store);
    return FileRows::make(std::move(*store), *places, token);
}

Result<std::unique_ptr<CopyDestination>> openCopyDestination(const StoreUrl& url, const CancelToken& token) {
    if (url.kind == StoreKind::Bundle)
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("Nothing is copied into %1: bundles and backups do not change. Name a database or a "
                           "folder.")
                .arg(url.display())};
    if (url.kind == StoreKind::Files) {
        const auto places = placesOf(url);
        PORTOLAN_TRY(places);
        return openFolderDestination(*places, url.batchSize);
    }
    {
        const auto store = openStore(url, Access::Write, token);
        PORTOLAN_TRY(store);
        if (const auto why = (*store)->unavailableReason(Feature::Receive))
            return Error{ErrorCode::Unsupported, QStringLiteral("Cannot copy into %1. %2").arg(url.display(), *why)};
    }
    auto target = SqlCopyTarget::open(url, token);
    PORTOLAN_TRY(target);
    return databaseDestination(std::move(*target));
}

Result<std::unique_ptr<CopyDestination>> lookAtCopyDestination(const StoreUrl& url, const CancelToken& token) {
    if (url.kind != StoreKind::Files)
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("--dry-run goes with a folder, which holds a part of the rows. What a database lacks "
                           "is told by `portolan compare`.")};
    const auto places = placesOf(url);
    PORTOLAN_TRY(places);
    return lookAtFolderDestination(*places, token);
}

} // namespace portolan
