#include "storage/config/filelock.h"

#include <QDeadlineTimer>
#include <QThread>
#include <sys/file.h>

namespace portolan {

FileLock::Taken FileLock::take(std::chrono::milliseconds patience) {
    constexpr auto pause = std::chrono::milliseconds(10);
    if (!m_file.open(QIODevice::ReadWrite))
        return Taken::NotMade;
    const QDeadlineTimer end(patience);
    while (::flock(m_file.handle(), LOCK_EX | LOCK_NB) != 0) {
        if (end.hasExpired())
            return Taken::ByAnother;
        QThread::usleep(static_cast<unsigned long>(std::chrono::microseconds(pause).count()));
    }
    return Taken::Yes;
}

} // namespace portolan
