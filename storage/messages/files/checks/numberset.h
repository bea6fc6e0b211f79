#pragma once

#include <QtGlobal>
#include <map>
#include <vector>

namespace portolan {

/// Which numbers there are, as runs: numbers that follow each other cost nothing, whatever their order. Holds a million
/// runs (48 MB); what is added beyond is told by isFull() and not known.
class NumberSet {
public:
    struct Run {
        qint64 first = 0;
        qint64 last = 0;
    };

    /// False: it was there.
    bool add(qint64 number);
    [[nodiscard]] bool isFull() const { return m_full; }

    /// Returns what is missing between the least and the greatest, in order, as far as `most`.
    [[nodiscard]] std::vector<Run> gaps(std::size_t most) const;
    [[nodiscard]] std::size_t gapCount() const { return m_runs.empty() ? 0 : m_runs.size() - 1; }
    /// Returns how many numbers the gaps hold; no more than a qint64 can.
    [[nodiscard]] qint64 missing() const;

private:
    std::map<qint64, qint64> m_runs; ///< first → last
    bool m_full = false;
};

} // namespace portolan
