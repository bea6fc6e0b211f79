#include "storage/messages/files/lines/batchline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace portolan {

namespace {

constexpr QByteArrayView lineMark = "\xef\xbb\xbf";
constexpr QByteArrayView beforeNumber = "] Message #";
constexpr qsizetype timeLength = 19;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<qint64> toNumber(QByteArrayView text) {
    qint64 value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end != text.end())
        return std::nullopt;
    return value;
}

/// Parses "YYYY-MM-DD HH:MM:SS" only; parseIsoTime() alone would allow other separators and shorter forms.
std::optional<Timestamp> toTime(QByteArrayView text) {
    if (text.size() != timeLength || text[10] != ' ' || text[16] != ':')
        return std::nullopt;
    return parseIsoTime(text);
}

std::optional<BatchLine> parseMessage(QByteArrayView line) {
    constexpr qsizetype numberAt = 1 + timeLength + beforeNumber.size();
    if (line.size() < numberAt || line.front() != '['
        || line.sliced(1 + timeLength, beforeNumber.size()) != beforeNumber)
        return std::nullopt;
    const QByteArrayView rest = line.sliced(numberAt);
    const auto digits = rest.begin() + (rest.startsWith('-') ? 1 : 0);
    const auto colon = std::find_if_not(digits, rest.end(), isDigit);
    const qsizetype length = colon - rest.begin();
    if (rest.size() < length + 2 || rest[length] != ':' || rest[length + 1] != ' ')
        return std::nullopt;
    const auto number = toNumber(rest.first(length));
    const auto time = number ? toTime(line.sliced(1, timeLength)) : std::nullopt;
    if (!time)
        return std::nullopt;
    return BatchLine{number, time, rest.sliced(length + 2)};
}

/// Returns the number of bytes of the control character at `at`; 0 when there is none.
qsizetype controlAt(QByteArrayView text, qsizetype at) {
    const auto byte = static_cast<quint8>(text[at]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
        return 1;
    const bool c1 = byte == 0xc2 && at + 1 < text.size() && static_cast<quint8>(text[at + 1]) >= 0x80
                    && static_cast<quint8>(text[at + 1]) <= 0x9f;
    return c1 ? 2 : 0;
}

void appendHex(QByteArray& to, char byte) {
    constexpr char digits[] = "0123456789ABCDEF";
    const auto value = static_cast<quint8>(byte);
    to.append("\\x").append(digits[value >> 4]).append(digits[value & 15]);
}

std::optional<char> hexByte(QByteArrayView digits) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.end())
        return std::nullopt;
    return static_cast<char>(value);
}

} // namespace

BatchLine parseBatchLine(QByteArrayView line, bool firstInFile) {
    const bool marked = firstInFile && line.startsWith(lineMark);
    if (const auto message = parseMessage(marked ? line.sliced(lineMark.size()) : line))
        return *message;
    return BatchLine{std::nullopt, std::nullopt, line};
}

WrittenLine writeBatchLine(qint64 number, Timestamp timestamp, QByteArrayView content) {
    WrittenLine line;
    line.escaped = needsEscape(content);
    line.bytes.reserve(content.size() + 64);
    line.bytes.append('[').append(toBatchFileTime(timestamp)).append(beforeNumber);
    line.bytes.append(QByteArray::number(number)).append(": ");
    if (line.escaped)
        line.bytes.append(escapeContent(content));
    else
        line.bytes.append(content);
    line.bytes.append('\n');
    return line;
}

bool needsEscape(QByteArrayView content) {
    for (qsizetype i = 0; i < content.size(); ++i) {
        if (controlAt(content, i) > 0)
            return true;
    }
    return false;
}

QByteArray escapeContent(QByteArrayView content) {
    QByteArray text;
    text.reserve(content.size() + 16);
    for (qsizetype i = 0; i < content.size(); ++i) {
        const char c = content[i];
        if (c == '\\') {
            text.append("\\\\");
        } else if (c == '\n') {
            text.append("\\n");
        } else if (c == '\r') {
            text.append("\\r");
        } else if (const qsizetype length = controlAt(content, i); length > 0) {
            for (qsizetype k = 0; k < length; ++k)
                appendHex(text, content[i + k]);
            i += length - 1;
        } else {
            text.append(c);
        }
    }
    return text;
}

std::optional<QByteArray> unescapeContent(QByteArrayView text) {
    const QByteArrayView whole = text;
    QByteArray content;
    content.reserve(text.size());
    while (!text.isEmpty()) {
        const qsizetype slash = text.indexOf('\\');
        content.append(slash < 0 ? text : text.first(slash));
        if (slash < 0)
            break;
        text = text.sliced(slash + 1);
        const char kind = text.isEmpty() ? '\0' : text.front();
        const auto byte = kind == 'x' && text.size() >= 3 ? hexByte(text.sliced(1, 2)) : std::nullopt;
        if (kind == '\\')
            content.append('\\');
        else if (kind == 'n')
            content.append('\n');
        else if (kind == 'r')
            content.append('\r');
        else if (byte)
            content.append(*byte);
        else
            return std::nullopt;
        text = text.sliced(byte ? 3 : 1);
    }
    return escapeContent(content) == whole ? std::optional(content) : std::nullopt;
}

qint64 countLines(QByteArrayView bytes) {
    qint64 lines = 0;
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    while (at < end) {
        const void* feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
        ++lines;
        if (!feed)
            break;
        at = static_cast<const char*>(feed) + 1;
    }
    return lines;
}

} // namespace portolan
