#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace portolan::test {

/// Measures how long the event loop of its thread was kept from turning: the longest time between two beats of a timer
/// that beats whenever it can. What the thread waited for a processor that others had does not count (Linux'
/// schedstat, its second number, nanoseconds; Documentation/scheduler/sched-stats.rst): tests run beside each other.
class StallMeter {
public:
    StallMeter() : m_statistics(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {
        QObject::connect(&m_beat, &QTimer::timeout, &m_beat, [this] { tick(); });
        m_beat.setTimerType(Qt::PreciseTimer);
        m_beat.start(1);
        m_since.start();
        m_waited = waited();
    }
    ~StallMeter() { ::close(m_statistics); }
    StallMeter(const StallMeter&) = delete;
    StallMeter& operator=(const StallMeter&) = delete;

    /// Milliseconds; forgets what was before.
    double takeLongest() { return takeShare(1.0); }
    /// Milliseconds that so many of the turns did not take longer than, the nearest rank; forgets what was before.
    double takeShare(double share) {
        tick();
        std::ranges::sort(m_turns);
        const auto rank = static_cast<std::size_t>(share * static_cast<double>(m_turns.size() - 1));
        const double turn = m_turns[rank];
        m_turns.clear();
        return turn;
    }

private:
    void tick() {
        const qint64 waitedNow = waited();
        const qint64 turn = m_since.nsecsElapsed() - (waitedNow - m_waited);
        m_turns.push_back(static_cast<double>(turn) / 1e6);
        m_since.restart();
        m_waited = waitedNow;
    }
    /// Nanoseconds that the thread has waited for a processor; 0 where the kernel does not say.
    qint64 waited() const {
        std::array<char, 128> text{};
        if (::pread(m_statistics, text.data(), text.size() - 1, 0) <= 0)
            return 0;
        char* second = nullptr;
        std::strtoll(text.data(), &second, 10);
        return std::strtoll(second, nullptr, 10);
    }

    QTimer m_beat;
    QElapsedTimer m_since;
    int m_statistics;
    qint64 m_waited = 0;
    std::vector<double> m_turns;
};

} // namespace portolan::test
