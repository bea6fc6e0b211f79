// The part of PagedModel that asks again as time passes, for filters with a relative time.

#include "models/list/pagedmodel.h"

#include <algorithm>

namespace portolan {

void PagedModel::startMoving() {
    constexpr int sharesOfAge = 20;
    constexpr int restsLonger = 10;
    constexpr std::chrono::milliseconds shortest{1'000};
    constexpr std::chrono::milliseconds longest{60'000};
    const auto age = m_channel ? leastAge(m_query.filter) : std::nullopt;
    if (!age) {
        m_moves.stop();
        return;
    }
    const auto share = std::chrono::duration_cast<std::chrono::milliseconds>(*age) / sharesOfAge;
    const std::chrono::milliseconds rest{restsLonger * m_moveMilliseconds};
    m_moves.start(std::max(std::clamp(share, shortest, longest), rest));
}

/// Measures the filter again and reads the rows that are looked at; selected rows stay selected.
void PagedModel::timeMoves() {
    const bool isBusy = m_newer.isAsked || m_asked > 0 || m_pageIndexAsked;
    if (!isBusy && m_state != State::Loading && m_state != State::Failed) {
        m_query.filter = measuredAt(m_query.filter, currentTime());
        m_moved.start();
        if (m_state == State::Empty) {
            askFirst();
        } else if (isWhole()) {
            askWhole();
        } else {
            readAgain();
            m_countWanted = true;
            countAgain();
            if (canGrow())
                askNewer();
        }
    }
    startMoving();
}

/// Notes what an answer cost, by which the next question waits.
void PagedModel::noteMoved() {
    if (m_moved.isValid())
        m_moveMilliseconds = m_moved.elapsed();
    m_moved.invalidate();
}

} // namespace portolan
