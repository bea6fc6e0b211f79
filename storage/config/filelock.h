#pragma once

#include <QFile>
#include <chrono>

namespace portolan {

/// The lock of a file of the user's own, kept in PATH.lock, for one program at a time. The kernel lets go of it when
/// its program dies, whenever that is; a lock that is a file's existence outlives a program that died as it made it.
/// Released with the object. One thread.
class FileLock {
public:
    enum class Taken { Yes, ByAnother, NotMade };

    explicit FileLock(const QString& path) : m_file(path + QStringLiteral(".lock")) {}
    /// Takes the lock, waiting for at most `patience`; once an object. ByAnother: another program had it all that time.
    /// NotMade: its file cannot be opened.
    [[nodiscard]] Taken take(std::chrono::milliseconds patience);

private:
    QFile m_file;
};

} // namespace portolan
