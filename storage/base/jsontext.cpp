#include "storage/base/jsontext.h"

#include <array>

namespace portolan {

namespace {

constexpr char hexDigits[] = "0123456789abcdef";

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
    out.put(hexDigits[c >> 4]);
    out.put(hexDigits[c & 15]);
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

void putJsonString(TextSink& out, QByteArrayView text) {
    out.put('"');
    for (qsizetype i = 0; i < text.size();) {
        qsizetype end = i;
        while (end < text.size() && plainJson[static_cast<unsigned char>(text[end])])
            ++end;
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
