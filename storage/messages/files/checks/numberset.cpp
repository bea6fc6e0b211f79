#include "storage/messages/files/checks/numberset.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace portolan {

namespace {

constexpr std::size_t mostSpans = 1'000'000;
constexpr qint64 nearby = 10; ///< steps

} // namespace

bool NumberSet::add(qint64 number) {
    const auto next = m_runs.upper_bound(number);
    const auto before = next == m_runs.begin() ? m_runs.end() : std::prev(next);
    if (before != m_runs.end() && number <= before->second)
        return false;
    const bool joinsBefore = before != m_runs.end() && before->second + 1 == number;
    const bool joinsNext = next != m_runs.end() && number + 1 == next->first; // number is below next, so no overflow
    if (joinsBefore && joinsNext) {
        before->second = next->second;
        m_runs.erase(next);
    } else if (joinsBefore) {
        before->second = number;
    } else if (joinsNext) {
        const qint64 last = next->second;
        m_runs.emplace_hint(m_runs.erase(next), number, last);
    } else if (m_runs.size() >= mostSpans) {
        m_full = true;
    } else {
        m_runs.emplace(number, number);
    }
    return true;
}

/// Looks at the steps around the gap after a run: each within a run rises by one, each between two does not.
bool NumberSet::isInSequence(Runs::const_iterator before) const {
    qint64 lean = -1; // the gap itself
    const auto take = [&](qint64& left, Runs::const_iterator run, bool hasMore) {
        const qint64 rising = static_cast<qint64>(
            std::min(static_cast<quint64>(run->second) - static_cast<quint64>(run->first), static_cast<quint64>(left)));
        lean += rising;
        left -= rising;
        if (left > 0 && hasMore) {
            --lean;
            --left;
        }
    };
    qint64 left = nearby;
    for (auto run = before; left > 0; --run) {
        take(left, run, run != m_runs.begin());
        if (run == m_runs.begin())
            break;
    }
    left = nearby;
    for (auto run = std::next(before); left > 0 && run != m_runs.end(); ++run)
        take(left, run, std::next(run) != m_runs.end());
    return lean >= 0;
}

NumberSet::Missing NumberSet::missing(std::size_t most) const {
    Missing found;
    double sum = 0;
    for (auto run = m_runs.begin(); run != m_runs.end(); ++run) {
        const auto next = std::next(run);
        if (next == m_runs.end() || !isInSequence(run))
            continue;
        sum += static_cast<double>(next->first) - static_cast<double>(run->second) - 1;
        ++found.gaps;
        if (found.first.size() < most)
            found.first.push_back({run->second + 1, next->first - 1});
    }
    found.numbers = static_cast<qint64>(std::min(sum, 9.2e18));
    return found;
}

} // namespace portolan
