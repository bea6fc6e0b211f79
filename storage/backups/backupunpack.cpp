#include "storage/backups/backuparchive.h"

#include <QFile>
#include <QStorageInfo>
#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

namespace portolan {

namespace {

constexpr qint64 spareBytes = 16 << 20; ///< on the disk, beside the data
constexpr qint64 syncedOneByOne = 64;   ///< beyond so many files the file system is synced as a whole

/// Batch files are for other programs to read.
mode_t modeOf(const QByteArray& name) {
    return name.startsWith("messages/") ? 0644 : 0600;
}

Result<void> keepTime(const Fd& file, Timestamp modified) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(modified);
    const timespec at{static_cast<time_t>(seconds.time_since_epoch().count()), 0};
    const timespec times[] = {at, at};
    ::futimens(file.get(), times); // what a batch tells of its age; the rest is there without it
    return {};
}

/// Calls wrote(bytes) for each piece.
Result<void> unpackMember(BackupReader& reader, const BackupMember& member, const QString& folder, bool isSynced,
                          const BackupTick& wrote, const CancelToken& token) {
    const QString path = folder + u'/' + QString::fromLatin1(member.name);
    const int made = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                            modeOf(member.name));
    if (made < 0)
        return systemError("Making", path, errno);
    const Fd file(made);
    while (true) {
        const auto some = reader.read();
        PORTOLAN_TRY(some);
        if (token.stop_requested())
            return cancelled();
        if (some->isEmpty())
            break;
        PORTOLAN_TRY(writeAll(file, *some, path));
        wrote(some->size());
    }
    PORTOLAN_TRY(keepTime(file, member.modified));
    return isSynced ? syncFile(file, path) : Result<void>();
}

} // namespace

Result<BackupManifest> checkBackup(const QString& path, const BackupTick& tick, const CancelToken& token) {
    const auto reader = BackupReader::open(path, tick);
    PORTOLAN_TRY(reader);
    BackupMember member;
    while (true) {
        const auto more = (*reader)->next(member);
        PORTOLAN_TRY(more);
        if (!*more)
            return (*reader)->manifest();
        while (true) {
            const auto some = (*reader)->read();
            PORTOLAN_TRY(some);
            if (token.stop_requested())
                return cancelled();
            if (some->isEmpty())
                break;
        }
    }
}

Result<void> unpackBackup(const QString& path, const BackupManifest& checked, const QString& folder,
                          const BackupTick& tick, const CancelToken& token, UnpackFor end) {
    const qint64 space = QStorageInfo(folder).bytesAvailable();
    if (space >= 0 && space < checked.bytes + spareBytes)
        return Error{ErrorCode::Io,
                     QStringLiteral("There is not enough space on the disk of %1 to unpack %2: it takes %3 bytes, and "
                                    "%4 are free. Free some.")
                         .arg(folder, path)
                         .arg(checked.bytes)
                         .arg(space)};
    const auto reader = BackupReader::open(path, {});
    PORTOLAN_TRY(reader);
    if ((*reader)->manifest() != checked)
        return Error{ErrorCode::Changed, QStringLiteral("The backup %1 is being changed by somebody.").arg(path)};
    const bool isKept = end == UnpackFor::Keeping;
    const bool isSynced = isKept && checked.members <= syncedOneByOne;
    qint64 written = 0;
    const auto wrote = [&](qint64 bytes) {
        written += bytes;
        if (tick)
            tick(written);
    };
    QByteArrayList folders{QByteArray()};
    BackupMember member;
    while (true) {
        const auto more = (*reader)->next(member);
        PORTOLAN_TRY(more);
        if (!*more)
            break;
        const QByteArray in = member.name.left(std::max<qsizetype>(0, member.name.lastIndexOf('/')));
        if (!folders.contains(in)) {
            PORTOLAN_TRY(makeFolders(folder + u'/' + QString::fromLatin1(in)));
            folders << in;
        }
        PORTOLAN_TRY(unpackMember(**reader, member, folder, isSynced, wrote, token));
    }
    if (!isKept)
        return {};
    for (const QByteArray& each : std::as_const(folders)) {
        const auto made = openFolder(folder + u'/' + QString::fromLatin1(each));
        PORTOLAN_TRY(made);
        PORTOLAN_TRY(isSynced ? syncFile(*made, folder) : syncFileSystem(*made, folder));
    }
    return {};
}

} // namespace portolan
