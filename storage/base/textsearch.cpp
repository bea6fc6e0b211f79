#include "storage/base/textsearch.h"

#include <algorithm>
#include <cstring>

namespace portolan {

namespace {

// A needle that stands close by is found without having sought its other case to the end of a long text.
constexpr std::ptrdiff_t window = 4096;

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Tells how common a byte is in messages and English text: the commoner, the more; 0, rare, when it is not listed.
int commonness(char lower) {
    static constexpr QByteArrayView byFrequency(
        " etaoinsrlhdcu0m1pf2gybw3v54k6789:-.,_/\"=[]xqjz(){}#'\\@+*%&;!?$<>|~^`");
    const qsizetype rank = byFrequency.indexOf(lower);
    return rank < 0 ? 0 : static_cast<int>(byFrequency.size() - rank);
}

/// The next place of a byte, remembered, so that two bytes can be sought side by side in one pass each.
class ByteSeeker {
public:
    ByteSeeker(const char* begin, const char* end, char byte) : m_end(end), m_byte(byte) { seekFrom(begin); }
    [[nodiscard]] const char* place() const { return m_place; }
    void seekFrom(const char* at) {
        const void* found = at < m_end ? std::memchr(at, m_byte, static_cast<std::size_t>(m_end - at)) : nullptr;
        m_place = found ? static_cast<const char*>(found) : m_end;
    }

private:
    const char* m_end;
    const char* m_place = nullptr;
    char m_byte;
};

bool isAt(const char* text, const QByteArray& lowerNeedle) {
    return std::equal(lowerNeedle.begin(), lowerNeedle.end(), text, [](char n, char t) { return n == folded(t); });
}

} // namespace

TextSearch::TextSearch(QByteArrayView needle) : m_needle(needle.toByteArray()) {
    if (m_needle.isEmpty())
        return;
    std::transform(m_needle.begin(), m_needle.end(), m_needle.begin(), folded);
    const auto rarest = std::min_element(m_needle.cbegin(), m_needle.cend(),
                                         [](char a, char b) { return commonness(a) < commonness(b); });
    m_rarest = rarest - m_needle.cbegin();
    m_lower = *rarest;
    m_upper = m_lower >= 'a' && m_lower <= 'z' ? static_cast<char>(m_lower & ~0x20) : m_lower;
}

qsizetype TextSearch::find(QByteArrayView text, qsizetype from) const {
    if (from > text.size() - m_needle.size())
        return -1;
    if (m_needle.isEmpty())
        return from;
    const char* begin = text.data() + from + m_rarest;
    const char* const end = text.data() + text.size() - (m_needle.size() - m_rarest - 1);
    for (; begin < end; begin += std::min(window, end - begin)) {
        if (const char* place = findBetween(begin, begin + std::min(window, end - begin)))
            return place - m_rarest - text.data();
    }
    return -1;
}

/// The first place of the rarest byte, of those from `begin` to before `end`, around which the needle stands.
const char* TextSearch::findBetween(const char* begin, const char* end) const {
    ByteSeeker lower(begin, end, m_lower);
    ByteSeeker upper(m_lower == m_upper ? end : begin, end, m_upper);
    while (true) {
        const char* const place = std::min(lower.place(), upper.place());
        if (place == end)
            return nullptr;
        if (isAt(place - m_rarest, m_needle))
            return place;
        if (lower.place() == place)
            lower.seekFrom(place + 1);
        else
            upper.seekFrom(place + 1);
    }
}

} // namespace portolan
