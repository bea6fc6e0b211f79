#pragma once

#include "storage/ports/ports.h"
#include "storage/sql/connection/dialect.h"

#include <QString>
#include <vector>

namespace portolan::test {

/// Numbers that look random, the same ones for the same seed (splitmix64; Vigna, public domain).
class Chance {
public:
    explicit Chance(quint64 seed) : m_state(seed) {}
    std::size_t below(std::size_t bound);
    template <std::size_t n>
    QByteArray pick(const char* const (&texts)[n]) {
        return texts[below(n)];
    }

private:
    quint64 m_state;
};

/// Port messages with what goes wrong: NULLs, ties, quotes, wildcards, Unicode, odd documents; all of them such that
/// both databases can hold them. Ids are UUIDs made from their numbers.
[[nodiscard]] std::vector<PortMessage> randomPortMessages(quint64 seed, int count);
[[nodiscard]] PortMessage randomPortMessage(Chance& chance, int number);
[[nodiscard]] QByteArray portMessageId(int number);

/// An INSERT as another program writes it.
[[nodiscard]] QByteArray insertOf(const PortMessage& message);
[[nodiscard]] QByteArray insertOf(const std::vector<PortMessage>& messages);

/// When filters over these rows are asked.
[[nodiscard]] Timestamp portNow();

/// Makes texts of filters over port messages; their values come from the rows and near them.
class PortFilterMaker {
public:
    explicit PortFilterMaker(quint64 seed) : m_chance(seed) {}
    QString make() { return makeCondition(0); }

private:
    QString makeCondition(int depth);
    QString makeTerm();
    QString makeJsonTerm();
    QString makeTimeTerm();
    QString makePhrase();

    Chance m_chance;
};

} // namespace portolan::test
