#include "storage/json/jsonmeaning.h"

#include "storage/json/jsonnumber.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsonscanner.h"

#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr char hexadecimal[] = "0123456789abcdef";
constexpr char saidBackslash = 1; ///< see withoutEscapes()
constexpr char saidQuote = 2;

bool isEscaped(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

/// As PostgreSQL's escape_json() does.
void putString(QByteArray& out, const QByteArray& text) {
    out += '"';
    for (const char c : text) {
        const auto escape = [c]() -> char {
            switch (c) {
            case '\b':
                return 'b';
            case '\f':
                return 'f';
            case '\n':
                return 'n';
            case '\r':
                return 'r';
            case '\t':
                return 't';
            case '"':
            case '\\':
                return c;
            default:
                return 0;
            }
        }();
        const auto byte = static_cast<unsigned char>(c);
        if (escape != 0) {
            out += '\\';
            out += escape;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += hexadecimal[byte >> 4];
            out += hexadecimal[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

struct ByLength {
    bool operator()(const QByteArray& a, const QByteArray& b) const {
        return a.size() != b.size() ? a.size() < b.size() : QByteArrayView(a).compare(QByteArrayView(b)) < 0;
    }
};

/// Writes checked JSON again, as jsonMeaning() has it. The nesting was bounded by the check.
class MeaningWriter {
public:
    explicit MeaningWriter(QByteArrayView document) : m_scanner(document) {}

    void putValue(QByteArray& out) {
        m_scanner.skipBlanks();
        const qsizetype begin = m_scanner.position();
        switch (m_scanner.peek()) {
        case '{':
            putObject(out);
            break;
        case '[':
            putArray(out);
            break;
        case '"':
            m_scanner.takeString();
            putString(out, jsonStringText(m_scanner.since(begin)));
            break;
        case 't':
        case 'f':
        case 'n':
            m_scanner.takeValue(0);
            out += m_scanner.since(begin);
            break;
        default:
            m_scanner.takeValue(0);
            out += jsonNumberText(m_scanner.since(begin));
            break;
        }
        m_scanner.skipBlanks();
    }

private:
    void putArray(QByteArray& out) {
        m_scanner.take('[');
        m_scanner.skipBlanks();
        out += '[';
        if (!m_scanner.take(']')) {
            putValue(out);
            while (m_scanner.take(',')) {
                out += ", ";
                putValue(out);
            }
            m_scanner.take(']');
        }
        out += ']';
    }

    void putObject(QByteArray& out) {
        m_scanner.take('{');
        m_scanner.skipBlanks();
        std::map<QByteArray, QByteArray, ByLength> members;
        if (!m_scanner.take('}')) {
            do {
                m_scanner.skipBlanks();
                const qsizetype begin = m_scanner.position();
                m_scanner.takeString();
                const QByteArray name = jsonStringText(m_scanner.since(begin));
                m_scanner.skipBlanks();
                m_scanner.take(':');
                QByteArray& value = members[name];
                value.clear();
                putValue(value);
            } while (m_scanner.take(','));
            m_scanner.take('}');
        }
        out += '{';
        const char* between = "";
        for (const auto& [name, value] : members) {
            out += between;
            putString(out, name);
            out += ": ";
            out += value;
            between = ", ";
        }
        out += '}';
    }

    JsonScanner m_scanner;
};

bool isJson(QByteArrayView document) {
    JsonScanner scanner(document);
    if (!scanner.takeValue(0))
        return false;
    scanner.skipBlanks();
    return scanner.atEnd();
}

/// Returns true when a text can be nowhere in a document's meaning but within one of its strings or words: it holds
/// nothing that divides these, and something that no number has.
bool isOfOneToken(QByteArrayView needle) {
    static constexpr QByteArrayView dividers("\",:{}[]\\");
    static constexpr QByteArrayView ofNumbers("0123456789.- ");
    const auto isIn = [](QByteArrayView set) { return [set](char c) { return set.contains(c); }; };
    return !needle.isEmpty() && needle.front() != ' ' && std::none_of(needle.begin(), needle.end(), isIn(dividers))
           && !std::all_of(needle.begin(), needle.end(), isIn(ofNumbers));
}

} // namespace

std::optional<QByteArray> jsonMeaning(QByteArrayView document) {
    if (!isJson(document))
        return std::nullopt;
    QByteArray out;
    out.reserve(document.size() + document.size() / 8);
    MeaningWriter(document).putValue(out);
    return out;
}

bool needsEscapes(QByteArrayView text) {
    return std::any_of(text.begin(), text.end(), isEscaped);
}

QByteArray withoutEscapes(QByteArrayView meaning) {
    QByteArray out;
    out.reserve(meaning.size());
    for (auto at = meaning.begin(); at != meaning.end(); ++at) {
        if (*at != '\\' || at + 1 == meaning.end()) {
            out += *at;
            continue;
        }
        switch (*++at) {
        case '\\':
            out += saidBackslash;
            break;
        case '"':
            out += saidQuote;
            break;
        case 'b':
            out += '\b';
            break;
        case 'f':
            out += '\f';
            break;
        case 'n':
            out += '\n';
            break;
        case 'r':
            out += '\r';
            break;
        case 't':
            out += '\t';
            break;
        default:
            out += '\\';
            out += *at;
            break;
        }
    }
    return out;
}

QByteArray saidInString(QByteArrayView text) {
    static constexpr QByteArrayView lettered("\b\f\n\r\t");
    QByteArray out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\') {
            out += saidBackslash;
        } else if (c == '"') {
            out += saidQuote;
        } else if (byte < 0x20 && !lettered.contains(c)) {
            out += "\\u00";
            out += hexadecimal[byte >> 4];
            out += hexadecimal[byte & 15];
        } else {
            out += c;
        }
    }
    return out;
}

QByteArray shownSaying(QByteArray said) {
    return said.replace(saidBackslash, '\\').replace(saidQuote, '"');
}

std::vector<QByteArray> betweenEscapes(QByteArrayView text) {
    std::vector<QByteArray> stretches;
    for (const auto* at = text.begin(); at != text.end();) {
        const auto* const first = std::find_if_not(at, text.end(), isEscaped);
        at = std::find_if(first, text.end(), isEscaped);
        if (first != at)
            stretches.emplace_back(first, at - first);
    }
    return stretches;
}

DocumentSearch::DocumentSearch(QByteArrayView needle) : m_search(needle), m_isOfOneToken(isOfOneToken(needle)) {
    if (needsEscapes(needle))
        m_said.emplace(saidInString(needle));
}

bool DocumentSearch::isIn(QByteArrayView document) const {
    // Without escapes such a text stands as it is in what was written, or nowhere: most documents need no more.
    if (m_isOfOneToken && !document.contains('\\') && !m_search.isIn(document))
        return false;
    const auto meaning = jsonMeaning(document);
    if (m_search.isIn(meaning ? QByteArrayView(*meaning) : document))
        return true;
    return m_said && meaning && meaning->contains('\\') && m_said->isIn(withoutEscapes(*meaning));
}

} // namespace portolan
