#include "storage/migrations/sql/backupfile.h"

#include <QFile>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace portolan {

Error backupError(const QString& doing, const QString& path) {
    return Error{ErrorCode::Io, QStringLiteral("Cannot %1 the backup %2: %3. Nothing was migrated.")
                                    .arg(doing, path, QString::fromLocal8Bit(std::strerror(errno)))};
}

Result<void> createBackup(const QString& path) {
    const int file = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return backupError(QStringLiteral("create"), path);
    ::close(file);
    return {};
}

Result<void> syncBackup(const QString& path, int flags) {
    const int file = ::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC);
    if (file < 0)
        return backupError(QStringLiteral("open"), path);
    const int failed = ::fsync(file);
    const int error = errno;
    ::close(file);
    errno = error;
    return failed == 0 ? Result<void>() : Result<void>(backupError(QStringLiteral("sync"), path));
}

} // namespace portolan
