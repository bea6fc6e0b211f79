#include "storage/json/jsontext.h"

#include <array>
#include <cstring>

namespace portolan {

namespace {

constexpr char hexAlphabet[] = "0123456789abcdef";

void putEscaped(TextSink& out, unsigned char c) {
    switch (c) {
    case '"':
        out.put("\\\"");
        return;
    case '\\':
        out.put("\\\\");
        return;
    case '\n':
        out.put("\\n");
        return;
    case '\r':
        out.put("\\r");
        return;
    case '\t':
        out.put("\\t");
        return;
    default:
        break;
    }
    out.put("\\u00");
    out.put(hexAlphabet[c >> 4]);
    out.put(hexAlphabet[c & 15]);
}

constexpr bool isPlainJson(unsigned char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

constexpr auto plainJson = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0; c < 256; ++c)
        table[c] = isPlainJson(static_cast<unsigned char>(c));
    return table;
}();

/// Returns true when all eight bytes stand for themselves ("Bit Twiddling Hacks", S. E. Anderson: a byte in a word).
bool isPlainWord(const char* eight) {
    constexpr quint64 ones = 0x0101010101010101;
    constexpr quint64 highs = ones * 0x80;
    quint64 word = 0;
    std::memcpy(&word, eight, sizeof word);
    const auto has = [](quint64 bytes, unsigned char c) {
        const quint64 different = bytes ^ (ones * c);
        return (different - ones) & ~different & highs;
    };
    const quint64 low = (word - ones * 0x20) & ~word & highs;
    return (low | (word & highs) | has(word, '"') | has(word, '\\') | has(word, 0x7f)) == 0;
}

/// Returns the place where the plain characters from `begin` on end.
qsizetype plainEnd(QByteArrayView text, qsizetype begin) {
    qsizetype end = begin;
    while (end + 8 <= text.size() && isPlainWord(text.data() + end))
        end += 8;
    while (end < text.size() && plainJson[static_cast<unsigned char>(text[end])])
        ++end;
    return end;
}

} // namespace

void putJsonString(TextSink& out, QByteArrayView text) {
    out.put('"');
    for (qsizetype i = 0; i < text.size();) {
        const qsizetype end = plainEnd(text, i);
        out.put(text.sliced(i, end - i));
        i = end;
        if (i == text.size())
            break;
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) {
            putEscaped(out, c);
            ++i;
        } else if (c == 0xc2 && i + 1 < text.size()
                   && static_cast<unsigned char>(text[i + 1]) < 0xa0) { // U+0080…U+009F
            putEscaped(out, static_cast<unsigned char>(text[i + 1]));
            i += 2;
        } else {
            out.put(text[i++]);
        }
    }
    out.put('"');
}

void appendJsonString(QByteArray& out, QByteArrayView text) {
    TextSink sink(out);
    putJsonString(sink, text);
}

} // namespace portolan
