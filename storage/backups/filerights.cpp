#include "storage/backups/filerights.h"

#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <cerrno>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr const char* accessLists[] = {"system.posix_acl_access", "system.posix_acl_default"};
constexpr mode_t allModes = 07777;
constexpr mode_t fileModes = 0666;

/// Empty: there is none, or the file system knows none.
QByteArray accessList(const QByteArray& path, const char* name) {
    const ssize_t size = ::getxattr(path.constData(), name, nullptr, 0);
    QByteArray list(size > 0 ? size : 0, Qt::Uninitialized);
    const ssize_t read = list.isEmpty() ? 0 : ::getxattr(path.constData(), name, list.data(), std::size_t(list.size()));
    return read == list.size() ? list : QByteArray();
}

Result<void> takeLists(const QByteArray& from, const QByteArray& to, const QString& name) {
    for (const char* each : accessLists) {
        const QByteArray list = accessList(from, each);
        if (list == accessList(to, each))
            continue;
        const int done = list.isEmpty()
                             ? ::removexattr(to.constData(), each)
                             : ::setxattr(to.constData(), each, list.constData(), std::size_t(list.size()), 0);
        if (done != 0)
            return systemError("Setting the access list of", name, errno);
    }
    return {};
}

Result<void> takeRightsIn(const QString& from, const QString& to) {
    PORTOLAN_TRY(takeRights(from, to));
    const QDir there(from);
    const QDir here(to);
    const QStringList files = there.entryList(QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDir::Name);
    const auto as = [&](const QString& name, const QString& other) {
        return QFileInfo::exists(there.filePath(name)) ? there.filePath(name) : other;
    };
    for (const QString& name : here.entryList(QDir::Files | QDir::Hidden)) {
        PORTOLAN_TRY(takeRights(as(name, files.isEmpty() ? from : there.filePath(files.last())), here.filePath(name)));
    }
    for (const QString& name : here.entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)) {
        PORTOLAN_TRY(takeRightsIn(as(name, from), here.filePath(name)));
    }
    return {};
}

} // namespace

Result<void> takeRights(const QString& from, const QString& to) {
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    struct stat old {};
    struct stat now {};
    if (::stat(source.constData(), &old) != 0)
        return systemError("Looking at", from, errno);
    if (::stat(target.constData(), &now) != 0)
        return systemError("Looking at", to, errno);
    const bool isOther = S_ISDIR(old.st_mode) && !S_ISDIR(now.st_mode);
    if ((old.st_uid != now.st_uid || old.st_gid != now.st_gid)
        && ::chown(target.constData(), old.st_uid, old.st_gid) != 0) {
        if (errno != EPERM)
            return systemError("Giving the owner of", to, errno);
        return Error{
            ErrorCode::Auth,
            QStringLiteral("%1 belongs to %2, whom this user may give no files to: some who may read and write "
                           "it could not any more. Restore as that user, or as root.")
                .arg(from, QFileInfo(from).owner() + u':' + QFileInfo(from).group())};
    }
    const mode_t mode = old.st_mode & (isOther ? fileModes : allModes);
    if ((now.st_mode & allModes) != mode && ::chmod(target.constData(), mode) != 0)
        return systemError("Setting the mode of", to, errno);
    return isOther ? Result<void>() : takeLists(source, target, to);
}

Result<void> takeRightsOfAll(const QString& from, const QString& to) {
    const auto folder = openFolder(to); // before it may be one that is not to be opened
    PORTOLAN_TRY(folder);
    PORTOLAN_TRY(takeRightsIn(from, to));
    return syncFileSystem(*folder, to);
}

} // namespace portolan
