#include "storage/backups/mountedfolders.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace portolan {

bool isMountPoint(const QString& folder) {
    struct statx facts {};
    if (::statx(AT_FDCWD, QFile::encodeName(folder).constData(), AT_SYMLINK_NOFOLLOW, 0, &facts) != 0)
        return false;
    if ((facts.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0)
        return (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    struct stat around {}; // an older kernel does not tell of folders of the same file system
    return ::stat(QFile::encodeName(QFileInfo(folder).absolutePath()).constData(), &around) == 0
           && (major(around.st_dev) != facts.stx_dev_major || minor(around.st_dev) != facts.stx_dev_minor);
}

bool removeFolder(const QString& folder) {
    if (isMountPoint(folder))
        return false;
    const QDir all(folder);
    bool isEmpty = true;
    for (const QFileInfo& each :
         all.entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot)) {
        const QString path = each.filePath();
        const bool isGone =
            each.isDir() && !each.isSymLink() ? removeFolder(path) : ::unlink(QFile::encodeName(path).constData()) == 0;
        isEmpty = isEmpty && isGone;
    }
    return isEmpty && ::rmdir(QFile::encodeName(folder).constData()) == 0;
}

} // namespace portolan
