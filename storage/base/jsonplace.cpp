#include "storage/base/jsonplace.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace portolan {

namespace {

constexpr int deepest = 2000; // JSON_MAX_DEPTH of SQLite

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<unsigned> hexDigits(QByteArrayView four) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(four.begin(), four.end(), value, 16);
    if (error != std::errc() || end != four.end() || four.size() != 4)
        return std::nullopt;
    return value;
}

/// Goes over JSON text without making anything of it. Every take… says whether it was there.
class JsonScanner {
public:
    explicit JsonScanner(QByteArrayView text) : m_text(text) {}

    [[nodiscard]] qsizetype position() const { return m_at; }
    void moveTo(qsizetype position) { m_at = position; }
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QByteArrayView since(qsizetype begin) const { return m_text.sliced(begin, m_at - begin); }

    void skipBlanks() {
        while (!atEnd() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r'))
            ++m_at;
    }
    bool take(char c) {
        if (atEnd() || peek() != c)
            return false;
        ++m_at;
        return true;
    }
    bool takeWord(QByteArrayView word) {
        if (!m_text.sliced(m_at).startsWith(word))
            return false;
        m_at += word.size();
        return true;
    }
    bool takeDigits() {
        const qsizetype begin = m_at;
        while (isDigit(peek()))
            ++m_at;
        return m_at > begin;
    }
    bool takeNumber() {
        take('-');
        if (!take('0') && !takeDigits())
            return false;
        if (take('.') && !takeDigits())
            return false;
        if (take('e') || take('E')) {
            if (!take('+'))
                take('-');
            return takeDigits();
        }
        return true;
    }
    bool takeString() {
        if (!take('"'))
            return false;
        while (!atEnd()) {
            const char c = m_text[m_at++];
            if (c == '"')
                return true;
            if (static_cast<unsigned char>(c) < 0x20)
                return false;
            if (c == '\\' && !takeEscape())
                return false;
        }
        return false;
    }
    bool takeValue(int depth);

private:
    bool takeEscape() {
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
    bool takeMembers(int depth);

    QByteArrayView m_text;
    qsizetype m_at = 0;
};

bool JsonScanner::takeValue(int depth) {
    skipBlanks();
    switch (peek()) {
    case '{':
    case '[':
        return depth < deepest && takeMembers(depth + 1);
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

/// The rest of an object or an array, from its bracket on.
bool JsonScanner::takeMembers(int depth) {
    const bool object = peek() == '{';
    const char close = object ? '}' : ']';
    ++m_at;
    skipBlanks();
    if (take(close))
        return true;
    do {
        skipBlanks();
        if (object) {
            if (!takeString())
                return false;
            skipBlanks();
            if (!take(':'))
                return false;
        }
        if (!takeValue(depth))
            return false;
        skipBlanks();
    } while (take(','));
    return take(close);
}

JsonPlace::Kind kindOf(char first) {
    switch (first) {
    case '{':
        return JsonPlace::Kind::Object;
    case '[':
        return JsonPlace::Kind::Array;
    case '"':
        return JsonPlace::Kind::String;
    case 't':
    case 'f':
        return JsonPlace::Kind::Boolean;
    case 'n':
        return JsonPlace::Kind::Null;
    default:
        return JsonPlace::Kind::Number;
    }
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

/// `rest` begins behind "\u"; gives the character and takes its digits (and its other half) off.
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

/// `raw` is a checked JSON string with its quotes.
QByteArray stringText(QByteArrayView raw) {
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

/// From the bracket of a checked object or array to the wanted member's value.
bool enter(JsonScanner& scanner, const std::variant<QByteArray, int>& step) {
    const auto* key = std::get_if<QByteArray>(&step);
    if (!scanner.take(key ? '{' : '['))
        return false;
    const int wanted = key ? -1 : std::get<int>(step);
    for (int index = 0;; ++index) {
        scanner.skipBlanks();
        bool found = index == wanted;
        if (key) {
            const qsizetype begin = scanner.position();
            if (!scanner.takeString())
                return false;
            found = stringText(scanner.since(begin)) == *key;
            scanner.skipBlanks();
            scanner.take(':');
            scanner.skipBlanks();
        }
        if (found)
            return scanner.peek() != ']';
        if (!scanner.takeValue(0))
            return false;
        scanner.skipBlanks();
        if (!scanner.take(','))
            return false;
    }
}

QByteArrayView digitsOf(QByteArrayView integer) {
    return integer.startsWith('-') ? integer.sliced(1) : integer;
}

/// Two plain integers of one sign.
std::weak_ordering compareIntegers(QByteArrayView a, QByteArrayView b) {
    const QByteArrayView x = digitsOf(a);
    const QByteArrayView y = digitsOf(b);
    const auto order = x.size() != y.size() ? x.size() <=> y.size() : x.compare(y) <=> 0;
    return a.startsWith('-') ? 0 <=> order : order;
}

} // namespace

QByteArray JsonPlace::text() const {
    return kind == Kind::String ? stringText(raw) : raw.toByteArray();
}

std::optional<JsonPlace> findJsonPlace(QByteArrayView document,
                                       const std::vector<std::variant<QByteArray, int>>& path) {
    JsonScanner scanner(document);
    if (!scanner.takeValue(0))
        return std::nullopt;
    scanner.skipBlanks();
    if (!scanner.atEnd())
        return std::nullopt;
    scanner.moveTo(0);
    scanner.skipBlanks();
    for (const auto& step : path) {
        if (!enter(scanner, step))
            return std::nullopt;
    }
    const qsizetype begin = scanner.position();
    const JsonPlace::Kind kind = kindOf(scanner.peek());
    if (!scanner.takeValue(0))
        return std::nullopt;
    return JsonPlace{kind, scanner.since(begin)};
}

std::optional<std::vector<QByteArrayView>> jsonMemberValues(QByteArrayView document) {
    JsonScanner scanner(document);
    scanner.skipBlanks();
    if (!scanner.take('{'))
        return std::nullopt;
    std::vector<QByteArrayView> values;
    scanner.skipBlanks();
    bool more = scanner.peek() != '}';
    while (more) {
        scanner.skipBlanks();
        if (!scanner.takeString())
            return std::nullopt;
        scanner.skipBlanks();
        if (!scanner.take(':'))
            return std::nullopt;
        scanner.skipBlanks();
        const qsizetype begin = scanner.position();
        if (!scanner.takeValue(1))
            return std::nullopt;
        values.push_back(scanner.since(begin));
        scanner.skipBlanks();
        more = scanner.take(',');
    }
    const bool closed = scanner.take('}');
    scanner.skipBlanks();
    return closed && scanner.atEnd() ? std::optional(std::move(values)) : std::nullopt;
}

bool isJsonNumber(QByteArrayView text) {
    JsonScanner scanner(text);
    return scanner.takeNumber() && scanner.atEnd();
}

double jsonNumberValue(QByteArrayView number) {
    double value = 0.0;
    const auto result = std::from_chars(number.begin(), number.end(), value);
    if (result.ec != std::errc::result_out_of_range)
        return value;
    // Too large or too small: the exponent's sign tells, and without one it is a long row of digits.
    const qsizetype exponent = std::max(number.indexOf('e'), number.indexOf('E'));
    const bool tiny = exponent >= 0 ? number.sliced(exponent).contains('-') : number.startsWith("0.");
    const double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return number.startsWith('-') ? -size : size;
}

bool isPlainInteger(QByteArrayView number) {
    const QByteArrayView digits = digitsOf(number);
    if (digits.isEmpty() || !std::all_of(digits.begin(), digits.end(), isDigit))
        return false;
    return digits.front() != '0' || number == "0";
}

std::weak_ordering compareJsonNumbers(QByteArrayView a, QByteArrayView b) {
    const double x = jsonNumberValue(a);
    const double y = jsonNumberValue(b);
    if (x < y)
        return std::weak_ordering::less;
    if (x > y)
        return std::weak_ordering::greater;
    if (isPlainInteger(a) && isPlainInteger(b))
        return compareIntegers(a, b);
    return std::weak_ordering::equivalent;
}

} // namespace portolan
