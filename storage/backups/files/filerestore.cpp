#include "storage/backups/files/filerestore.h"

#include "storage/backups/backupjob.h"
#include "storage/backups/backupseal.h"
#include "storage/backups/filerights.h"
#include "storage/backups/mountedfolders.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/writerlock.h"
#include "storage/operations/files/operationsfolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
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

Result<void> copyDurably(const QString& from, const QString& to) {
    QFile source(from);
    if (!source.copy(to))
        return Error{ErrorCode::Io,
                     QStringLiteral("Copying the backup %1 to %2 failed: %3.").arg(from, to, source.errorString())};
    const auto file = openBackupFile(to);
    PORTOLAN_TRY(file);
    return syncFile(*file, to);
}

/// The same file under another name; a copy of it where the two places are not on one disk.
Result<void> linkOrCopy(const QString& from, const QString& to) {
    if (::link(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) == 0)
        return {};
    const bool cannotLink = errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP;
    return cannotLink ? copyDurably(from, to) : Result<void>(systemError("Linking", from, errno));
}

/// The list of backups and what it lists belong to the store, whatever is restored. A symbolic link to them stays one:
/// the new folder gets the old one's name, from which it leads to the same place.
Result<void> takeBackupsAlong(const QString& from, const QString& to) {
    const QDir backups(from);
    if (!backups.exists())
        return {};
    const auto parent = openFolder(QFileInfo(to).absolutePath());
    PORTOLAN_TRY(parent);
    if (QFileInfo(from).isSymLink()) {
        std::array<char, PATH_MAX> target{};
        const ssize_t size = ::readlink(QFile::encodeName(from).constData(), target.data(), target.size() - 1);
        if (size < 0 || ::symlink(target.data(), QFile::encodeName(to).constData()) != 0)
            return systemError("Taking along the link", from, errno);
        return syncFile(*parent, to);
    }
    PORTOLAN_TRY(makeFolders(to));
    for (const QString& name : backups.entryList(QDir::Files | QDir::Hidden)) {
        PORTOLAN_TRY(linkOrCopy(backups.filePath(name), to + u'/' + name));
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

Result<QStringList> putInPlace(const StorePlaces& places, const QString& unpacked,
                               const std::function<Result<void>()>& keep) {
    PORTOLAN_TRY(completeFolders(unpacked));
    const QString service = serviceFolderOf(places);
    if (!QFileInfo::exists(service)) {
        PORTOLAN_TRY(keep());
        PORTOLAN_TRY(publishAs(unpacked, service));
        return QStringList();
    }
    PORTOLAN_TRY(makeFolders(places.own));
    const auto own = openFolder(places.own);
    PORTOLAN_TRY(own);
    const auto lock = WriterLock::take(*own);
    PORTOLAN_TRY(lock);
    PORTOLAN_TRY(keep());
    const QString backups = places.own + QStringLiteral("/backups");
    const QString aside = unpacked + u'/' + QLatin1String(ownFolder) + QStringLiteral("/backups");
    PORTOLAN_TRY(takeBackupsAlong(backups, aside));
    PORTOLAN_TRY(takeRightsOfAll(service, unpacked));
    const bool isMounted = isMountPoint(backups);
    PORTOLAN_TRY(exchange(unpacked, service));
    // A mount goes with the old folder's name, which no program can change.
    return isMounted ? QStringList(QStringLiteral("The folder of backups, %1, was mounted from another place: the "
                                                  "restored store has copies of its files. It is mounted at %2 now, "
                                                  "where nothing of it was removed: unmount it there, and mount it "
                                                  "where it was.")
                                       .arg(backups, aside))
                     : QStringList();
}

} // namespace portolan
