#pragma once

#include <QtGlobal>

namespace portolan {

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014): the same numbers
/// from the same seed with every compiler and library, which std's distributions do not promise. Not for secrets.
class Random {
public:
    explicit Random(quint64 seed) : m_state(seed) {}

    quint64 next() {
        m_state += 0x9E3779B97F4A7C15ULL;
        quint64 z = m_state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// Draws 0 … bound − 1; `bound` is small against 2^64, so the remainder's bias is of no account.
    quint64 below(quint64 bound) { return next() % bound; }
    /// Returns true once in `n` times on average.
    bool oneIn(quint64 n) { return below(n) == 0; }

private:
    quint64 m_state;
};

} // namespace portolan
