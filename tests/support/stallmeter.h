#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>

namespace portolan::test {

/// Measures how long the event loop of its thread was kept from turning: the longest time between two beats of a timer
/// that beats whenever it can.
class StallMeter {
public:
    StallMeter() {
        QObject::connect(&m_beat, &QTimer::timeout, &m_beat, [this] { tick(); });
        m_beat.setTimerType(Qt::PreciseTimer);
        m_beat.start(1);
        m_since.start();
    }
    /// Milliseconds; forgets what was before.
    double takeLongest() {
        tick();
        return std::exchange(m_longest, 0.0);
    }

private:
    void tick() {
        m_longest = std::max(m_longest, static_cast<double>(m_since.nsecsElapsed()) / 1e6);
        m_since.restart();
    }

    QTimer m_beat;
    QElapsedTimer m_since;
    double m_longest = 0.0;
};

} // namespace portolan::test
