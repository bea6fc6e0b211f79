#include "storage/ingest/jsonfields.h"

#include "storage/base/numbertext.h"
#include "storage/json/jsonnumber.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

using Document = nlohmann::json;

/// Tells most texts from JSON by their ends: the parser makes an error's words for every text that is none, which most
/// messages are.
bool mayBeJson(QByteArrayView text) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text.chop(1);
    if (text.isEmpty())
        return false;
    switch (text.front()) {
    case '{':
        return text.back() == '}';
    case '[':
        return text.back() == ']';
    case '"':
        return text.back() == '"';
    case '\xef': // begins a byte order mark
        return true;
    case 't':
        return text == QByteArrayView("true");
    case 'f':
        return text == QByteArrayView("false");
    case 'n':
        return text == QByteArrayView("null");
    default:
        return isJsonNumber(text);
    }
}

/// Told by the parser what it meets; keeps what stands on the first level. Returning false ends the parsing.
class FirstLevel {
public:
    explicit FirstLevel(JsonFields& out) : m_out(out) {}

    bool null() { return add(nullptr); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(Document::number_integer_t value) { return add(qint64(value)); }
    bool number_unsigned(Document::number_unsigned_t value) {
        const bool fits = value <= static_cast<quint64>(std::numeric_limits<qint64>::max());
        return fits ? add(static_cast<qint64>(value)) : add(quint64(value));
    }
    bool number_float(Document::number_float_t value, const Document::string_t&) { return add(value); }
    bool string(Document::string_t& value) {
        noteNul(value);
        return m_depth == 1 ? add(QByteArray(value.data(), static_cast<qsizetype>(value.size()))) : m_depth > 1;
    }
    bool binary(Document::binary_t&) { return false; } // not in text
    bool start_object(std::size_t) {
        if (m_depth == 1)
            add(JsonNested());
        ++m_depth;
        return true;
    }
    bool key(Document::string_t& name) {
        noteNul(name);
        if (m_depth == 1)
            m_out.fields.push_back({QByteArray(name.data(), static_cast<qsizetype>(name.size())), nullptr});
        return true;
    }
    bool end_object() {
        --m_depth;
        return true;
    }
    bool start_array(std::size_t) {
        if (m_depth == 0)
            return false;
        if (m_depth == 1)
            add(JsonNested());
        ++m_depth;
        return true;
    }
    bool end_array() { return end_object(); }
    bool parse_error(std::size_t, const std::string&, const Document::exception&) { return false; }

private:
    bool add(JsonScalar value) {
        if (m_depth == 1)
            m_out.fields.back().value = std::move(value);
        return m_depth > 0;
    }
    void noteNul(const Document::string_t& text) {
        m_out.hasNul = m_out.hasNul || text.find('\0') != Document::string_t::npos;
    }

    JsonFields& m_out;
    qsizetype m_depth = 0;
};

} // namespace

const JsonField* JsonFields::field(QByteArrayView name) const {
    for (auto at = fields.rbegin(); at != fields.rend(); ++at) {
        if (at->name == name)
            return &*at;
    }
    return nullptr;
}

const JsonScalar* JsonFields::find(QByteArrayView name) const {
    const JsonField* const found = field(name);
    return found ? &found->value : nullptr;
}

std::optional<JsonFields> parseJsonObject(QByteArrayView text) {
    JsonFields fields;
    FirstLevel reader(fields);
    if (!Document::sax_parse(text.begin(), text.end(), &reader))
        return std::nullopt;
    return fields;
}

QString shownValue(const JsonScalar& value) {
    struct Words {
        QString operator()(std::nullptr_t) const { return QStringLiteral("null"); }
        QString operator()(bool is) const { return is ? QStringLiteral("true") : QStringLiteral("false"); }
        QString operator()(qint64 number) const { return QString::number(number); }
        QString operator()(quint64 number) const { return QString::number(number); }
        QString operator()(double number) const { return QString::fromLatin1(numberText(number)); }
        QString operator()(const QByteArray& text) const {
            const QString all = QString::fromUtf8(text);
            const QString start = all.size() > 40 ? all.first(40) + QChar(0x2026) : all;
            return QStringLiteral("the text \"%1\"").arg(start);
        }
        QString operator()(JsonNested) const { return QStringLiteral("an object or array"); }
    };
    return std::visit(Words(), value);
}

bool isJson(QByteArrayView text) {
    return mayBeJson(text) && Document::accept(text.begin(), text.end());
}

} // namespace portolan
