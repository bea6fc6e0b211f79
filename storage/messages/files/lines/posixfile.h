#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <optional>
#include <span>
#include <sys/types.h>
#include <utility>

namespace portolan {

/// An open file descriptor, closed with its owner. Every system call of the file store that can fail goes through
/// the functions below, so that a fault can be injected and is met in one place.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : m_fd(fd) {}
    Fd(Fd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd();

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    void close() { Fd gone = std::move(*this); }

private:
    int m_fd = -1;
};

/// The file system's facts about a file; times in nanoseconds since 1970.
struct FileStat {
    quint64 device = 0;
    quint64 inode = 0;
    qint64 size = 0;
    qint64 modifiedNs = 0;
    qint64 changedNs = 0;
    qint64 bornNs = 0; ///< 0: the file system does not keep it
    bool regular = false;
    friend bool operator==(const FileStat&, const FileStat&) = default;
};

/// Makes the error "<doing> <name> failed: <the system's word>", with a remedy where one is known. NotFound for ENOENT,
/// Busy for EWOULDBLOCK, Changed for EEXIST, ReadOnly for EROFS, else Io. `code` is an errno.
[[nodiscard]] Error systemError(const char* doing, const QString& name, int code);

/// Descriptors are close-on-exec. openFolder() follows a symbolic link; those relative to a folder refuse one.
[[nodiscard]] Result<Fd> openFolder(const QString& path);
[[nodiscard]] Result<Fd> openFolderAt(const Fd& folder, const QByteArray& name);
[[nodiscard]] Result<Fd> openAt(const Fd& folder, const QByteArray& name, int flags, mode_t mode = 0600);
/// Makes the folder and its missing parents, 0700, each synced into its parent.
[[nodiscard]] Result<void> makeFolders(const QString& path);

[[nodiscard]] Result<FileStat> statOf(const Fd& file, const QString& name);
[[nodiscard]] Result<FileStat> statAt(const Fd& folder, const QByteArray& name);
/// Looks at a file as above, for very many files: returns nothing, and sets errno, when it fails.
[[nodiscard]] std::optional<FileStat> lookAt(const Fd& folder, const char* name);

/// Reads the whole file. A file that grows meanwhile gives what was there at one moment after the call began.
[[nodiscard]] Result<QByteArray> readAt(const Fd& folder, const QByteArray& name);
/// Read as above into a buffer that is used again and again (its capacity is kept).
[[nodiscard]] Result<void> readAt(const Fd& folder, const QByteArray& name, QByteArray& buffer);
[[nodiscard]] Result<void> readAll(const Fd& file, QByteArray& buffer, const QString& name);
/// Fills `bytes` from `offset` on; returns how many were read, fewer at the end of the file.
[[nodiscard]] Result<std::size_t> readInto(const Fd& file, std::span<char> bytes, qint64 offset, const QString& name);
[[nodiscard]] Result<QByteArray> readPart(const Fd& file, qint64 offset, qint64 size, const QString& name);

/// Writes all of the bytes. After an error, part of them may be written.
[[nodiscard]] Result<void> writeAll(const Fd& file, QByteArrayView bytes, const QString& name);
[[nodiscard]] Result<void> writeAllAt(const Fd& file, QByteArrayView bytes, qint64 offset, const QString& name);
[[nodiscard]] Result<void> cutFile(const Fd& file, qint64 size, const QString& name);

/// Call fdatasync, fsync and syncfs. After an error nothing may be assumed of what is on the disk, and a second call
/// proves nothing (the kernel reports an error once).
[[nodiscard]] Result<void> syncData(const Fd& file, const QString& name);
[[nodiscard]] Result<void> syncFile(const Fd& file, const QString& name);
[[nodiscard]] Result<void> syncFileSystem(const Fd& anyFile, const QString& name);

[[nodiscard]] Result<void> renameAt(const Fd& from, const QByteArray& name, const Fd& to, const QByteArray& newName);
[[nodiscard]] Result<void> removeAt(const Fd& folder, const QByteArray& name);

/// Writes a file aside, syncs it if asked, puts it in the place of `name`, and syncs the folder if asked.
[[nodiscard]] Result<void> replaceFile(const Fd& folder, const QByteArray& name, QByteArrayView bytes, bool durable);

} // namespace portolan
