#include "storage/base/thread.h"

namespace portolan {

Error noThread(const std::system_error& error) {
    return {ErrorCode::Io,
            QStringLiteral("The system starts no more threads. End other programs, or raise the limit on processes "
                           "(ulimit -u; pids.max of a container)."),
            QString::fromLocal8Bit(error.what())};
}

} // namespace portolan
