#include "storage/json/jsonscanner.h"

#include <bitset>
#include <charconv>
#include <optional>

namespace portolan {

namespace {

constexpr int deepest = 2000; // JSON_MAX_DEPTH of SQLite

std::optional<unsigned> hexDigits(QByteArrayView four) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(four.begin(), four.end(), value, 16);
    if (error != std::errc() || end != four.end() || four.size() != 4)
        return std::nullopt;
    return value;
}

void appendUtf8(QByteArray& out, unsigned code) {
    const auto put = [&](unsigned byte) { out.append(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

/// Returns the character at the beginning of `rest`, after "\u", and takes its digits (and its other half) off.
unsigned takeUnicode(QByteArrayView& rest) {
    const unsigned high = hexDigits(rest.first(4)).value_or(0);
    rest = rest.sliced(4);
    if ((high & 0xFC00) != 0xD800 || !rest.startsWith("\\u") || rest.size() < 6)
        return high;
    const unsigned low = hexDigits(rest.sliced(2, 4)).value_or(0);
    if ((low & 0xFC00) != 0xDC00)
        return high;
    rest = rest.sliced(6);
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

char unescaped(char c) {
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

} // namespace

QByteArray jsonStringText(QByteArrayView raw) {
    QByteArrayView rest = raw.sliced(1, raw.size() - 2);
    QByteArray text;
    text.reserve(rest.size());
    while (!rest.isEmpty()) {
        const qsizetype plain = rest.indexOf('\\');
        text.append(plain < 0 ? rest : rest.first(plain));
        if (plain < 0)
            break;
        const char c = rest[plain + 1];
        rest = rest.sliced(plain + 2);
        if (c == 'u')
            appendUtf8(text, takeUnicode(rest));
        else
            text.append(unescaped(c));
    }
    return text;
}

bool isJsonString(QByteArrayView raw, QByteArrayView text) {
    const QByteArrayView inner = raw.sliced(1, raw.size() - 2);
    if (inner.size() == text.size())
        return inner == text && !text.contains('\\');
    return inner.size() > text.size() && inner.contains('\\') && jsonStringText(raw) == text;
}

bool JsonScanner::takeEscape() {
    if (take('u')) {
        if (m_text.size() - m_at < 4 || !hexDigits(m_text.sliced(m_at, 4)))
            return false;
        m_at += 4;
        return true;
    }
    if (atEnd() || !QByteArrayView("\"\\/bfnrt").contains(peek()))
        return false;
    ++m_at;
    return true;
}

bool JsonScanner::takeScalar() {
    switch (peek()) {
    case '"':
        return takeString();
    case 't':
        return takeWord("true");
    case 'f':
        return takeWord("false");
    case 'n':
        return takeWord("null");
    default:
        return takeNumber();
    }
}

bool JsonScanner::takeName() {
    skipBlanks();
    if (!takeString())
        return false;
    skipBlanks();
    return take(':');
}

bool JsonScanner::takeValue(int depth) {
    skipBlanks();
    return peek() == '{' || peek() == '[' ? takeContainer(depth) : takeScalar();
}

/// A whole object or array. It keeps what is open itself: a text of any depth costs no stack.
bool JsonScanner::takeContainer(int depth) {
    std::bitset<deepest> objects; // of what is open: is it an object?
    std::size_t open = 0;
    while (true) {
        skipBlanks();
        if (peek() == '{' || peek() == '[') {
            if (depth + static_cast<int>(open) >= deepest)
                return false;
            const bool isObject = peek() == '{';
            ++m_at;
            skipBlanks();
            if (!take(isObject ? '}' : ']')) {
                if (isObject && !takeName())
                    return false;
                objects[open++] = isObject;
                continue;
            }
        } else if (!takeScalar()) {
            return false;
        }
        // After a value: what it closes, until a comma says that there is another.
        while (true) {
            if (open == 0)
                return true;
            skipBlanks();
            if (take(','))
                break;
            if (!take(objects[--open] ? '}' : ']'))
                return false;
        }
        if (objects[open - 1] && !takeName())
            return false;
    }
}

} // namespace portolan
