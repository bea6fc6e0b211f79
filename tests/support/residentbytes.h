#pragma once

#include <QFile>
#include <unistd.h>

namespace portolan::test {

/// Bytes of this process that are in memory.
inline qint64 residentBytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

} // namespace portolan::test
