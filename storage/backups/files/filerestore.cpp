#include "storage/backups/files/filerestore.h"

#include "storage/backups/backupjob.h"
#include "storage/backups/filerights.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/writerlock.h"
#include "storage/operations/files/operationsfolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr char ownFolder[] = ".portolan";
constexpr char messageFolder[] = "messages";

/// The real folder, not a symbolic link on the way to it: that one leads to the new data as it did to the old.
QString messagesOf(const StorePlaces& places) {
    const QString real = QFileInfo(places.messages).canonicalFilePath(); // empty: not there yet
    return real.isEmpty() ? QDir::cleanPath(places.messages) : real;
}

/// The list of backups and what it lists belong to the store, whatever is restored.
Result<void> takeBackupsAlong(const QString& from, const QString& to) {
    const QDir backups(from);
    if (!backups.exists())
        return {};
    PORTOLAN_TRY(makeFolders(to));
    for (const QString& name : backups.entryList(QDir::Files | QDir::Hidden)) {
        const QByteArray source = QFile::encodeName(backups.filePath(name));
        if (::link(source.constData(), QFile::encodeName(to + u'/' + name).constData()) != 0)
            return systemError("Linking", backups.filePath(name), errno);
    }
    const auto folder = openFolder(to);
    PORTOLAN_TRY(folder);
    return syncFile(*folder, to);
}

/// An empty store has neither folder in its backup.
Result<void> completeFolders(const QString& unpacked) {
    for (const char* name : {messageFolder, ownFolder}) {
        PORTOLAN_TRY(makeFolders(unpacked + u'/' + QLatin1String(name)));
    }
    return {};
}

Result<void> exchange(const QString& one, const QString& other) {
    if (::renameat2(AT_FDCWD, QFile::encodeName(one).constData(), AT_FDCWD, QFile::encodeName(other).constData(),
                    RENAME_EXCHANGE)
        != 0)
        return systemError("Exchanging the folder", other, errno);
    for (const QString& each : {one, other}) {
        const QString parent = QFileInfo(each).absolutePath();
        const auto folder = openFolder(parent);
        PORTOLAN_TRY(folder);
        PORTOLAN_TRY(syncFile(*folder, parent));
    }
    return {};
}

} // namespace

QString serviceFolderOf(const StorePlaces& places) {
    const QString folder = QFileInfo(messagesOf(places)).absolutePath();
    const QString real = QFileInfo(folder).canonicalFilePath();
    return real.isEmpty() ? folder : real;
}

Result<FilePlace> filePlaceOf(const StorePlaces& places) {
    const QString service = serviceFolderOf(places);
    const QString own = QFileInfo(QFileInfo(places.own).absolutePath()).canonicalFilePath();
    if (QFileInfo(messagesOf(places)).fileName() != QLatin1String(messageFolder)
        || QFileInfo(places.own).fileName() != QLatin1String(ownFolder) || (!own.isEmpty() && own != service))
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("%1 holds batch files without a service's folder around them, so that lines and keys "
                           "cannot be replaced at one instant. Restore into another folder, and move it here.")
                .arg(places.messages)};
    const QFileInfo folder(service);
    if (!folder.exists())
        return FilePlace::New;
    for (const QString& name :
         QDir(service).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot)) {
        if (name != QLatin1String(messageFolder) && name != QLatin1String(ownFolder))
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("%1 holds more than the store (%2), which would be replaced with it. Move that "
                                        "away, or restore into another folder.")
                             .arg(service, name)};
    }
    const QStringList files = QDir(places.messages).entryList(QDir::Files);
    const bool hasLines =
        std::ranges::any_of(files, [](const QString& name) { return batchOfFileName(name.toUtf8()).has_value(); });
    const bool hasMemory = QFileInfo::exists(places.own + u'/' + QLatin1String(Journal::stateFile))
                           || QFileInfo::exists(places.own + u'/' + QLatin1String(OperationsFolder::folderName));
    return hasLines || hasMemory ? FilePlace::Used : FilePlace::Empty;
}

Result<void> putInPlace(const StorePlaces& places, const QString& unpacked, const std::function<Result<void>()>& keep) {
    PORTOLAN_TRY(completeFolders(unpacked));
    const QString service = serviceFolderOf(places);
    if (!QFileInfo::exists(service)) {
        PORTOLAN_TRY(keep());
        return publishAs(unpacked, service);
    }
    PORTOLAN_TRY(makeFolders(places.own));
    const auto own = openFolder(places.own);
    PORTOLAN_TRY(own);
    const auto lock = WriterLock::take(*own);
    PORTOLAN_TRY(lock);
    PORTOLAN_TRY(keep());
    PORTOLAN_TRY(takeBackupsAlong(places.own + QStringLiteral("/backups"),
                                  unpacked + u'/' + QLatin1String(ownFolder) + QStringLiteral("/backups")));
    PORTOLAN_TRY(takeRightsOfAll(service, unpacked));
    return exchange(unpacked, service);
}

} // namespace portolan
