#pragma once

#include "storage/base/cancel.h"
#include "storage/base/random.h"

#include <chrono>

namespace portolan {

/// The wait before the next try: exponential with full jitter (uniform between nothing and the bound, which doubles
/// from `first` to `last`), so that many clients of a restarted server do not come back in step. One thread.
class Backoff {
public:
    using Duration = std::chrono::milliseconds;
    explicit Backoff(quint64 seed, Duration first = Duration(100), Duration last = Duration(10'000));

    [[nodiscard]] Duration next(); ///< draws it, and does not wait
    /// Begins again with the first wait; to be called once something worked.
    void reset() { m_bound = m_first; }

private:
    Random m_random;
    Duration m_first;
    Duration m_last;
    Duration m_bound;
};

/// Returns a seed that differs between processes and calls. Any thread.
[[nodiscard]] quint64 backoffSeed();

/// Waits until the time is over, or the token stops. Returns true when the time is over. Any thread.
bool pauseFor(std::chrono::milliseconds time, const CancelToken& token);

} // namespace portolan
