#pragma once

#include "storage/base/cancel.h"
#include "storage/base/thread.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace portolan {

/// A token that stops with `outer`, and once `patience` has passed. Holds a thread of its own while it lives.
class Deadline {
public:
    /// Starts the time. Error Io: its thread cannot be started.
    [[nodiscard]] static Result<std::unique_ptr<Deadline>> begin(const CancelToken& outer,
                                                                 std::chrono::milliseconds patience) {
        std::unique_ptr<Deadline> made(new Deadline(outer));
        auto clock = startThread(
            [deadline = made.get(), patience](const CancelToken& ended) { deadline->wait(ended, patience); });
        PORTOLAN_TRY(clock);
        made->m_clock = std::move(*clock);
        return Result(std::move(made));
    }

    [[nodiscard]] CancelToken token() const { return m_source.get_token(); }
    /// Returns true once the time has passed, which stopped the token.
    [[nodiscard]] bool hasPassed() const { return m_passed; }

private:
    struct Stop {
        CancelSource source;
        void operator()() { source.request_stop(); }
    };

    explicit Deadline(const CancelToken& outer) : m_outer(outer, Stop{m_source}) {}

    void wait(const CancelToken& ended, std::chrono::milliseconds patience) {
        std::unique_lock lock(m_mutex);
        m_wait.wait_for(lock, ended, patience, [] { return false; });
        if (ended.stop_requested())
            return;
        m_passed = true;
        m_source.request_stop();
    }

    CancelSource m_source;
    std::stop_callback<Stop> m_outer;
    std::atomic<bool> m_passed{false};
    std::mutex m_mutex;
    std::condition_variable_any m_wait;
    std::jthread m_clock; ///< the last to be made, the first to go
};

} // namespace portolan
