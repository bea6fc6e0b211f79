#include "storage/base/backoff.h"

#include <QRandomGenerator>
#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace portolan {

Backoff::Backoff(quint64 seed, Duration first, Duration last)
    : m_random(seed)
    , m_first(first)
    , m_last(last)
    , m_bound(first) {}

Backoff::Duration Backoff::next() {
    const auto wait = Duration(static_cast<qint64>(m_random.below(static_cast<quint64>(m_bound.count()) + 1)));
    m_bound = std::min(m_bound * 2, m_last);
    return wait;
}

quint64 backoffSeed() {
    return QRandomGenerator::system()->generate64();
}

bool pauseFor(std::chrono::milliseconds time, const CancelToken& token) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, token, time, [] { return false; });
    return !token.stop_requested();
}

} // namespace portolan
