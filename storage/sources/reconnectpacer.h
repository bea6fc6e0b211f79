#pragma once

#include "storage/base/backoff.h"
#include "storage/base/result.h"

namespace portolan {

/// When the next attempt to reach a server that is away may begin, and why it is away until then. One thread.
class ReconnectPacer {
public:
    explicit ReconnectPacer(const Backoff& backoff) : m_backoff(backoff) {}

    /// Waits for the next attempt, `wait` at most. Success: it may begin. Errors: why the server is away, when the
    /// attempt is not due yet; Cancelled.
    [[nodiscard]] Result<void> await(std::chrono::milliseconds wait, const CancelToken& token) const;
    /// Until the next attempt is due; nothing left: it is.
    [[nodiscard]] std::chrono::milliseconds left() const;
    /// An attempt has failed, and the next one is not due yet.
    [[nodiscard]] bool isPausing() const { return m_why && left().count() > 0; }
    /// Why the last attempt failed, or the connection after it; nothing: there is one.
    [[nodiscard]] const std::optional<Error>& why() const { return m_why; }

    void failed(const Error& why);
    void connected() { m_why.reset(); }
    /// It works again: the next failure is followed by the first wait.
    void reset() { m_backoff.reset(); }

private:
    using Clock = std::chrono::steady_clock;
    Backoff m_backoff;
    std::optional<Error> m_why;
    Clock::time_point m_next;
};

} // namespace portolan
