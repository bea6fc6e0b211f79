#include "storage/messages/files/writerlock.h"

#include "storage/base/clock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace portolan {

Result<WriterLock> WriterLock::take(const Fd& ownFolder) {
    const QString name = QStringLiteral("the lock of the file store");
    auto file = openAt(ownFolder, "lock", O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(file);
    if (::flock(file->get(), LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK)
            return systemError("Taking", name, errno);
        const auto holder = readPart(*file, 0, 200, name);
        const QByteArray pid = holder ? holder->left(holder->indexOf(' ')) : QByteArray();
        const QString who = pid.isEmpty() ? QStringLiteral("another process")
                                          : QStringLiteral("process %1").arg(QString::fromLatin1(pid));
        return Error{ErrorCode::Busy,
                     QStringLiteral("The file store is being written to by %1. End that first; there is one writer a "
                                    "store.")
                         .arg(who)};
    }
    const QByteArray me = QByteArray::number(qint64(::getpid())) + " since " + toIsoTime(currentTime()) + '\n';
    PORTOLAN_TRY(cutFile(*file, 0, name));
    PORTOLAN_TRY(writeAllAt(*file, me, 0, name));
    return WriterLock(std::move(*file));
}

} // namespace portolan
