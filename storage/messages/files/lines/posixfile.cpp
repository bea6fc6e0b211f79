#include "storage/messages/files/lines/posixfile.h"

#include <QFile>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace portolan {

namespace {

QString shown(const QByteArray& name) {
    return QString::fromUtf8(name);
}

const char* adviceFor(int code) {
    switch (code) {
    case ENOSPC:
        return " Free space on the disk.";
    case EDQUOT:
        return " Free space within the quota.";
    case EACCES:
    case EPERM:
        return " Check who may read and write there.";
    case EMFILE:
    case ENFILE:
        return " Raise the limit of open files.";
    case EIO:
        return " Check the disk.";
    case ELOOP:
        return " It is a symbolic link, which is not followed.";
    default:
        return "";
    }
}

ErrorCode codeFor(int code) {
    switch (code) {
    case ENOENT:
        return ErrorCode::NotFound;
    case EWOULDBLOCK:
        return ErrorCode::Busy;
    case EEXIST:
        return ErrorCode::Changed;
    case EROFS:
        return ErrorCode::ReadOnly;
    default:
        return ErrorCode::Io;
    }
}

/// Repeats a call that a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

Result<Fd> opened(int fd, const char* doing, const QString& name) {
    if (fd < 0)
        return systemError(doing, name, errno);
    return Fd(fd);
}

Result<void> done(int result, const char* doing, const QString& name) {
    return result < 0 ? Result<void>(systemError(doing, name, errno)) : Result<void>();
}

qint64 nanoseconds(const struct statx_timestamp& time) {
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

/// Returns nothing, and sets errno, when it fails: no error in words, for this runs a hundred thousand times in a row.
std::optional<FileStat> statBy(int folder, const char* name, int flags) {
    struct statx found; // NOLINT: filled by statx()
    constexpr unsigned wanted = STATX_TYPE | STATX_INO | STATX_SIZE | STATX_MTIME | STATX_CTIME | STATX_BTIME;
    if (::statx(folder, name, flags | AT_SYMLINK_NOFOLLOW, wanted, &found) < 0)
        return std::nullopt;
    FileStat stat;
    stat.device = (static_cast<quint64>(found.stx_dev_major) << 32) | found.stx_dev_minor;
    stat.inode = found.stx_ino;
    stat.size = static_cast<qint64>(found.stx_size);
    stat.modifiedNs = nanoseconds(found.stx_mtime);
    stat.changedNs = nanoseconds(found.stx_ctime);
    stat.bornNs = (found.stx_mask & STATX_BTIME) != 0 ? nanoseconds(found.stx_btime) : 0;
    stat.regular = S_ISREG(found.stx_mode);
    return stat;
}

} // namespace

Fd::~Fd() {
    if (m_fd >= 0)
        ::close(m_fd); // what matters was synced, and its error was met there
}

Error systemError(const char* doing, const QString& name, int code) {
    const QString word = QString::fromLocal8Bit(std::strerror(code));
    return Error{codeFor(code),
                 QStringLiteral("%1 %2 failed: %3.%4")
                     .arg(QString::fromLatin1(doing), name, word, QString::fromLatin1(adviceFor(code))),
                 QStringLiteral("errno %1").arg(code)};
}

Result<Fd> openFolder(const QString& path) {
    const QByteArray name = QFile::encodeName(path);
    return opened(uninterrupted([&] { return ::open(name.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }),
                  "Opening the folder", path);
}

Result<Fd> openFolderAt(const Fd& folder, const QByteArray& name) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    return opened(uninterrupted([&] { return ::openat(folder.get(), name.constData(), flags); }), "Opening the folder",
                  shown(name));
}

Result<Fd> openAt(const Fd& folder, const QByteArray& name, int flags, mode_t mode) {
    constexpr int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY; // a FIFO in a file's place must not hang
    return opened(uninterrupted([&] { return ::openat(folder.get(), name.constData(), flags | always, mode); }),
                  "Opening", shown(name));
}

Result<void> makeFolders(const QString& path) {
    const QByteArray name = QFile::encodeName(path);
    if (::mkdir(name.constData(), 0700) < 0) {
        if (errno == EEXIST)
            return {};
        const qsizetype slash = path.lastIndexOf(QLatin1Char('/'));
        if (errno != ENOENT || slash <= 0)
            return systemError("Making the folder", path, errno);
        if (const auto parents = makeFolders(path.left(slash)); !parents)
            return parents;
        if (::mkdir(name.constData(), 0700) < 0 && errno != EEXIST)
            return systemError("Making the folder", path, errno);
    }
    const qsizetype slash = path.lastIndexOf(QLatin1Char('/'));
    const auto parent = openFolder(slash > 0 ? path.left(slash) : QStringLiteral("/"));
    return parent ? syncFile(*parent, path) : Result<void>(parent.error());
}

Result<FileStat> statOf(const Fd& file, const QString& name) {
    const auto stat = statBy(file.get(), "", AT_EMPTY_PATH);
    return stat ? Result(*stat) : Result<FileStat>(systemError("Looking at", name, errno));
}

Result<FileStat> statAt(const Fd& folder, const QByteArray& name) {
    const auto stat = lookAt(folder, name.constData());
    const int code = errno;
    return stat ? Result(*stat) : Result<FileStat>(systemError("Looking at", shown(name), code));
}

std::optional<FileStat> lookAt(const Fd& folder, const char* name) {
    return statBy(folder.get(), name, 0);
}

Result<void> readAll(const Fd& file, QByteArray& buffer, const QString& name) {
    constexpr qsizetype least = 32 * 1024;
    qsizetype have = 0;
    buffer.resize(std::max(least, buffer.capacity()));
    for (;;) {
        if (have == buffer.size())
            buffer.resize(2 * have);
        char* const free = buffer.data() + have;
        const auto space = static_cast<std::size_t>(buffer.size() - have);
        const ssize_t count = uninterrupted([&] { return ::read(file.get(), free, space); });
        if (count < 0)
            return systemError("Reading", name, errno);
        if (count == 0)
            break;
        have += count;
    }
    buffer.truncate(have);
    return {};
}

Result<void> readAt(const Fd& folder, const QByteArray& name, QByteArray& buffer) {
    const auto file = openAt(folder, name, O_RDONLY);
    PORTOLAN_TRY(file);
    return readAll(*file, buffer, shown(name));
}

Result<QByteArray> readAt(const Fd& folder, const QByteArray& name) {
    const auto file = openAt(folder, name, O_RDONLY);
    PORTOLAN_TRY(file);
    QByteArray buffer;
    PORTOLAN_TRY(readAll(*file, buffer, shown(name)));
    return buffer;
}

Result<std::size_t> readInto(const Fd& file, std::span<char> bytes, qint64 offset, const QString& name) {
    std::size_t have = 0;
    while (have < bytes.size()) {
        const auto free = bytes.subspan(have);
        const auto at = offset + static_cast<qint64>(have);
        const ssize_t count = uninterrupted([&] { return ::pread(file.get(), free.data(), free.size(), at); });
        if (count < 0)
            return systemError("Reading", name, errno);
        if (count == 0)
            break;
        have += static_cast<std::size_t>(count);
    }
    return have;
}

Result<QByteArray> readPart(const Fd& file, qint64 offset, qint64 size, const QString& name) {
    QByteArray bytes(size, Qt::Uninitialized);
    const auto have = readInto(file, std::span(bytes.data(), static_cast<std::size_t>(size)), offset, name);
    PORTOLAN_TRY(have);
    bytes.truncate(static_cast<qsizetype>(*have));
    return bytes;
}

Result<void> writeAll(const Fd& file, QByteArrayView bytes, const QString& name) {
    while (!bytes.isEmpty()) {
        const ssize_t count =
            uninterrupted([&] { return ::write(file.get(), bytes.data(), static_cast<std::size_t>(bytes.size())); });
        if (count < 0)
            return systemError("Writing", name, errno);
        bytes = bytes.sliced(count);
    }
    return {};
}

Result<void> writeAllAt(const Fd& file, QByteArrayView bytes, qint64 offset, const QString& name) {
    while (!bytes.isEmpty()) {
        const ssize_t count = uninterrupted(
            [&] { return ::pwrite(file.get(), bytes.data(), static_cast<std::size_t>(bytes.size()), offset); });
        if (count < 0)
            return systemError("Writing", name, errno);
        bytes = bytes.sliced(count);
        offset += count;
    }
    return {};
}

Result<void> cutFile(const Fd& file, qint64 size, const QString& name) {
    return done(uninterrupted([&] { return ::ftruncate(file.get(), size); }), "Cutting", name);
}

Result<void> syncData(const Fd& file, const QString& name) {
    return done(uninterrupted([&] { return ::fdatasync(file.get()); }), "Syncing", name);
}

Result<void> syncFile(const Fd& file, const QString& name) {
    return done(uninterrupted([&] { return ::fsync(file.get()); }), "Syncing", name);
}

Result<void> syncFileSystem(const Fd& anyFile, const QString& name) {
    return done(uninterrupted([&] { return ::syncfs(anyFile.get()); }), "Syncing the file system of", name);
}

Result<void> renameAt(const Fd& from, const QByteArray& name, const Fd& to, const QByteArray& newName) {
    return done(::renameat(from.get(), name.constData(), to.get(), newName.constData()), "Renaming", shown(name));
}

Result<void> removeAt(const Fd& folder, const QByteArray& name) {
    return done(::unlinkat(folder.get(), name.constData(), 0), "Removing", shown(name));
}

Result<void> replaceFile(const Fd& folder, const QByteArray& name, QByteArrayView bytes, bool durable) {
    const QByteArray aside = name + ".new";
    const QString asideShown = shown(aside);
    const auto file = openAt(folder, aside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    PORTOLAN_TRY(file);
    if (const auto written = writeAll(*file, bytes, asideShown); !written)
        return written;
    if (durable) {
        if (const auto synced = syncFile(*file, asideShown); !synced)
            return synced;
    }
    if (const auto renamed = renameAt(folder, aside, folder, name); !renamed)
        return renamed;
    return durable ? syncFile(folder, shown(name)) : Result<void>();
}

} // namespace portolan
