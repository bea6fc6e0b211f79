#pragma once

#include <QtGlobal>
#include <map>
#include <vector>

namespace portolan {

/// A set of numbers, kept as runs: numbers that follow each other cost nothing, in whatever order they are added. Holds
/// a million runs (48 MB); beyond, a number is not kept and isFull() is true.
class NumberSet {
public:
    struct Run {
        qint64 first = 0;
        qint64 last = 0;
    };

    /// Adds a number. Returns false when it was there.
    bool add(qint64 number);
    [[nodiscard]] bool isFull() const { return m_full; }

    struct Missing {
        std::vector<Run> first; ///< in order, as far as was asked for
        std::size_t gaps = 0;   ///< in all
        qint64 numbers = 0;     ///< that they hold; no more than a qint64 can
    };
    /// Finds the numbers that are missing among such as rise by one as a rule: of the ten steps before and the ten
    /// after a gap more rise by one than do not. Numbers that are no sequence, such as those of orders, lack nothing.
    [[nodiscard]] Missing missing(std::size_t most) const;

private:
    using Runs = std::map<qint64, qint64>;
    [[nodiscard]] bool isInSequence(Runs::const_iterator before) const;

    Runs m_runs; ///< first → last
    bool m_full = false;
};

} // namespace portolan
