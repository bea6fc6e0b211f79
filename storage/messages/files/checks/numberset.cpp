#include "storage/messages/files/checks/numberset.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace portolan {

namespace {

constexpr std::size_t mostSpans = 1'000'000;

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

std::vector<NumberSet::Run> NumberSet::gaps(std::size_t most) const {
    std::vector<Run> found;
    for (auto run = m_runs.begin(); run != m_runs.end() && found.size() < most; ++run) {
        if (const auto next = std::next(run); next != m_runs.end())
            found.push_back({run->second + 1, next->first - 1});
    }
    return found;
}

qint64 NumberSet::missing() const {
    double sum = 0;
    for (auto run = m_runs.begin(); run != m_runs.end(); ++run) {
        if (const auto next = std::next(run); next != m_runs.end())
            sum += static_cast<double>(next->first) - static_cast<double>(run->second) - 1;
    }
    return static_cast<qint64>(std::min(sum, 9.2e18));
}

} // namespace portolan
