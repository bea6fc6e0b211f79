#pragma once

#include <QFile>
#include <unistd.h>

namespace portolan::test {

/// Bytes of this process that are in memory, with the pages of files: the code of programs and libraries is most of
/// them.
inline qint64 residentBytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

/// Bytes of this process that are in memory and in no file, which is the same in every kind of build.
inline qint64 ownBytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArrayList pages = file.readAll().split(' ');
    return (pages.value(1).toLongLong() - pages.value(2).toLongLong()) * sysconf(_SC_PAGESIZE);
}

} // namespace portolan::test
