#pragma once

#include "storage/base/random.h"

#include <QString>

namespace portolan::test {

/// Numbers that look random, the same ones for the same seed, and texts chosen by them.
class Chance : public Random {
public:
    using Random::Random;
    template <std::size_t n>
    QByteArray pick(const char* const (&texts)[n]) {
        return texts[below(n)];
    }
};

/// Makes texts of filters at random, the same ones for the same seed: nests the terms and phrases that a subclass
/// brings.
class FilterNesting {
public:
    explicit FilterNesting(quint64 seed) : m_chance(seed) {}
    virtual ~FilterNesting() = default;
    FilterNesting(const FilterNesting&) = delete;
    FilterNesting& operator=(const FilterNesting&) = delete;
    QString make() { return makeCondition(0); }

protected:
    virtual QString makeTerm() = 0;
    virtual QString makePhrase() = 0;
    Chance& chance() { return m_chance; }
    static QString quoted(const QByteArray& utf8);

private:
    QString makeCondition(int depth);

    Chance m_chance;
};

} // namespace portolan::test
