#include "storage/ingest/numbering.h"

#include <QByteArrayList>

#include <bit>

namespace portolan {

namespace {

constexpr int mostSteps = 10;
constexpr int rule = 9;        ///< of the last ten
constexpr int fewestRisen = 3; ///< of fewer than ten
constexpr int noSequence = 2;
constexpr int noRule = 5; ///< fewer of the last ten than so many
constexpr unsigned window = (1U << mostSteps) - 1;

} // namespace

Numbering Numbering::followed() {
    Numbering numbering;
    numbering.m_steps = window;
    numbering.m_count = mostSteps;
    numbering.m_isNumbered = true;
    return numbering;
}

int Numbering::risen() const {
    return std::popcount(m_steps);
}

void Numbering::step(bool roseByOne) {
    m_steps = ((m_steps << 1U) | (roseByOne ? 1U : 0U)) & window;
    m_count = std::min(m_count + 1, mostSteps);
    const bool isWhole = m_count == mostSteps;
    if (isWhole ? risen() >= rule : risen() >= fewestRisen && m_count - risen() <= 1)
        m_isNumbered = true;
    else if (isWhole && risen() < noRule)
        m_isNumbered = false;
}

bool Numbering::isNoSequence() const {
    return !m_isNumbered && m_count == mostSteps && risen() < noSequence;
}

QByteArray Numbering::toText() const {
    QByteArray text = QByteArray::number(m_isNumbered ? 1 : 0) + ' ' + QByteArray::number(m_count) + ' '
                      + QByteArray::number(m_steps);
    for (const Held& jump : held)
        text += ' ' + QByteArray::number(jump.first) + ' ' + QByteArray::number(jump.last) + ' '
                + QByteArray::number(static_cast<qint64>(jump.at.time_since_epoch().count()));
    return text;
}

std::optional<Numbering> Numbering::fromText(QByteArrayView text) {
    std::vector<qint64> numbers;
    for (const QByteArray& word : text.toByteArray().split(' ')) {
        bool ok = false;
        numbers.push_back(word.toLongLong(&ok));
        if (!ok)
            return std::nullopt;
    }
    constexpr std::size_t head = 3;
    constexpr std::size_t each = 3;
    if (numbers.size() < head || (numbers.size() - head) % each != 0 || numbers[1] < 0 || numbers[1] > mostSteps)
        return std::nullopt;
    Numbering numbering;
    numbering.m_isNumbered = numbers[0] == 1;
    numbering.m_count = static_cast<int>(numbers[1]);
    numbering.m_steps = static_cast<unsigned>(numbers[2]) & window;
    for (std::size_t i = head; i < numbers.size(); i += each)
        numbering.held.push_back({numbers[i], numbers[i + 1], Timestamp(std::chrono::microseconds(numbers[i + 2]))});
    return numbering;
}

} // namespace portolan
