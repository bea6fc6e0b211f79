#include "storage/backups/backupjob.h"

#include "storage/backups/backupcatalogue.h"
#include "storage/backups/mountedfolders.h"

#include <QDir>
#include <QFileInfo>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace portolan {

namespace {

constexpr char workLock[] = "lock";

/// Takes the lock of a folder of work; nothing where somebody has it, or the folder is gone.
std::optional<Fd> lockOf(const QString& folder) {
    const auto opened = openFolder(folder);
    auto file = opened ? openAt(*opened, workLock, O_RDWR | O_CREAT) : Result<Fd>(opened.error());
    if (!file || ::flock(file->get(), LOCK_EX | LOCK_NB) != 0)
        return std::nullopt;
    return std::move(*file);
}

/// Those of programs that were killed. One that is being made this instant may go, too: its maker makes it again.
void removeAbandoned(const QString& folder) {
    const QDir all(folder);
    const QStringList names =
        all.entryList({QStringLiteral(".portolan-*.part")}, QDir::Dirs | QDir::Hidden | QDir::NoSymLinks);
    for (const QString& name : names) {
        const QString path = all.filePath(name);
        if (const auto lock = lockOf(path))
            removeFolder(path);
    }
}

Error alreadyThere(const QString& path) {
    return {ErrorCode::Changed, QStringLiteral("%1 is there already. Give another name, or move it away.").arg(path)};
}

QString notListed(const QString& catalogue, const QString& file, const Error& error) {
    return QStringLiteral("The backup is whole and proved, but the store's list of backups in %1 could not be written: "
                          "%2 Name the backup by its file: %3.")
        .arg(catalogue, error.text, file);
}

} // namespace

Result<std::unique_ptr<BackupWorkplace>> BackupWorkplace::make(const QString& folder, const QByteArray& id) {
    const bool isMade = !QFileInfo::exists(folder);
    PORTOLAN_TRY(makeFolders(folder));
    removeAbandoned(folder);
    const QString path = QStringLiteral("%1/.portolan-%2.part").arg(folder, QString::fromLatin1(id));
    constexpr int attempts = 20; // another one takes it for abandoned before it is locked
    constexpr std::chrono::milliseconds pause{10};
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (::mkdir(QFile::encodeName(path).constData(), 0700) != 0 && errno != EEXIST)
            return systemError("Making the folder", path, errno);
        auto lock = lockOf(path);
        if (lock && QFileInfo::exists(path + u'/' + QLatin1String(workLock))) {
            std::unique_ptr<BackupWorkplace> made(new BackupWorkplace(path));
            made->m_lock = std::move(*lock);
            made->m_made = isMade ? folder : QString();
            return made;
        }
        std::this_thread::sleep_for(pause);
    }
    return systemError("Locking the folder", path, EWOULDBLOCK);
}

BackupWorkplace::~BackupWorkplace() {
    removeFolder(m_path);
    if (!m_made.isEmpty())
        ::rmdir(QFile::encodeName(m_made).constData()); // nothing, unless it is empty
}

Result<void> publishAs(const QString& from, const QString& to) {
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    int renamed = ::renameat2(AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE);
    if (renamed != 0 && (errno == EINVAL || errno == ENOSYS)) { // a file system that knows no such rename
        if (QFileInfo::exists(to))
            return alreadyThere(to);
        renamed = ::rename(source.constData(), target.constData());
    }
    if (renamed != 0)
        return errno == EEXIST ? alreadyThere(to) : systemError("Naming", to, errno);
    const auto folder = openFolder(QFileInfo(to).absolutePath());
    PORTOLAN_TRY(folder);
    return syncFile(*folder, to);
}

QString backupFileFor(const BackupTarget& target, const BackupManifest& manifest) {
    const QString name = backupFileName(target.store, manifest);
    if (target.to.isEmpty())
        return target.catalogue + u'/' + name;
    const QFileInfo to(target.to);
    const bool isFolder = to.isDir() || target.to.endsWith(u'/');
    return isFolder ? QDir(to.absoluteFilePath()).filePath(name) : to.absoluteFilePath();
}

Result<BackupEntry> makeBackup(const BackupTarget& target, BackupManifest manifest, const BackupParts& parts,
                               const BackupProgress& progress, const CancelToken& token) {
    const QString file = backupFileFor(target, manifest);
    if (QFileInfo::exists(file))
        return alreadyThere(file);
    const auto work = BackupWorkplace::make(QFileInfo(file).absolutePath(), manifest.id);
    PORTOLAN_TRY(work);
    BackupPace pace(target.rate);
    const auto paced = [&](BackupStep step) -> BackupTick {
        return [&, step](qint64 bytes) {
            if (progress)
                progress(step, bytes);
            pace.hold(step, bytes, token);
        };
    };
    const QString part = (*work)->path("backup");
    qint64 bytes = 0;
    {
        const auto writer =
            BackupWriter::create(part, paced(BackupStep::Writing), paced(BackupStep::Reading), target.rate > 0);
        PORTOLAN_TRY(writer);
        PORTOLAN_TRY(parts.write(**writer, manifest, **work, token));
        const auto finished = (*writer)->finish(manifest);
        PORTOLAN_TRY(finished);
        bytes = *finished;
    }
    const QString unpacked = (*work)->path("unpacked");
    if (::mkdir(QFile::encodeName(unpacked).constData(), 0700) != 0)
        return systemError("Making the folder", unpacked, errno);
    const Result<void> found = unpackBackup(part, manifest, unpacked, paced(BackupStep::Proving), token);
    if (!found && found.error().code == ErrorCode::Changed)
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The backup of %1 does not hold what was written into it. Nothing "
                                    "of it is kept; check the disk.")
                         .arg(target.store)};
    PORTOLAN_TRY(found);
    const auto proof = parts.prove(unpacked, manifest, token);
    PORTOLAN_TRY(proof);
    if (token.stop_requested())
        return cancelled();
    PORTOLAN_TRY(publishAs(part, file));
    BackupEntry entry = entryOf(manifest, file, bytes);
    entry.verifiedAt = currentTime();
    entry.result = provedResult(*proof, manifest.lacks);
    entry.shortfalls = manifest.lackSentences();
    for (const QString& unchecked : proof->unchecked)
        entry.shortfalls << QStringLiteral("Not proved in full: %1.").arg(unchecked);
    if (const Result<void> listed = BackupCatalogue(target.catalogue).put(entry); !listed)
        entry.shortfalls << notListed(target.catalogue, file, listed.error());
    return entry;
}

} // namespace portolan
