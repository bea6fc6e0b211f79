#pragma once

#include "storage/base/result.h"

#include <system_error>
#include <thread>

namespace portolan {

/// Makes the error of a thread that the system did not start: Io.
[[nodiscard]] Error noThread(const std::system_error& error);

/// Runs `work` on a thread of its own, as std::jthread does. Error Io: the system starts no more threads (a limit on
/// processes); `work` is gone then, and did not run.
template <class Work>
[[nodiscard]] Result<std::jthread> startThread(Work work) {
    try {
        return std::jthread(std::move(work));
    } catch (const std::system_error& error) {
        return noThread(error);
    }
}

} // namespace portolan
