#include "storage/base/jsontext.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr char hexDigits[] = "0123456789abcdef";

void appendEscaped(QByteArray& out, unsigned char c) {
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    out += "\\u00";
    out += hexDigits[c >> 4];
    out += hexDigits[c & 15];
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

} // namespace

void appendJsonString(QByteArray& out, QByteArrayView text) {
    const auto isPlain = [](char c) { return plainJson[static_cast<unsigned char>(c)]; };
    if (std::all_of(text.begin(), text.end(), isPlain)) { // the common case, in one go
        const qsizetype at = out.size();
        out.resize(at + text.size() + 2);
        char* const begin = out.data() + at;
        *begin = '"';
        std::copy(text.begin(), text.end(), begin + 1);
        begin[text.size() + 1] = '"';
        return;
    }
    out += '"';
    for (qsizetype i = 0; i < text.size();) {
        qsizetype end = i;
        while (end < text.size() && plainJson[static_cast<unsigned char>(text[end])])
            ++end;
        out.append(text.sliced(i, end - i));
        i = end;
        if (i == text.size())
            break;
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) {
            appendEscaped(out, c);
            ++i;
        } else if (c == 0xc2 && i + 1 < text.size()
                   && static_cast<unsigned char>(text[i + 1]) < 0xa0) { // U+0080…U+009F
            appendEscaped(out, static_cast<unsigned char>(text[i + 1]));
            i += 2;
        } else {
            out += text[i++];
        }
    }
    out += '"';
}

} // namespace portolan
