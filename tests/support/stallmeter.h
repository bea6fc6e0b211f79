#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <vector>

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
        m_turns.push_back(static_cast<double>(m_since.nsecsElapsed()) / 1e6);
        m_since.restart();
    }

    QTimer m_beat;
    QElapsedTimer m_since;
    std::vector<double> m_turns;
};

} // namespace portolan::test
