#include "storage/deadletters/payloadshape.h"

#include <QByteArrayList>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

constexpr qsizetype longest = 500;

/// Notes the document's type and, of an object, its own keys and their types; passes over deeper ones.
class ShapeReader : public nlohmann::json_sax<nlohmann::json> {
public:
    [[nodiscard]] QByteArray text() const {
        if (m_type != "object")
            return m_type == "array" ? QByteArray("[…]") : m_type;
        QByteArrayList members = m_members;
        std::ranges::sort(members);
        members.erase(std::unique(members.begin(), members.end()), members.end());
        return '{' + members.join(", ") + '}';
    }

    bool null() override { return take("null"); }
    bool boolean(bool) override { return take("boolean"); }
    bool number_integer(number_integer_t) override { return take("number"); }
    bool number_unsigned(number_unsigned_t) override { return take("number"); }
    bool number_float(number_float_t, const string_t&) override { return take("number"); }
    bool string(string_t&) override { return take("text"); }
    bool binary(binary_t&) override { return take("bytes"); }
    bool start_object(std::size_t) override { return open("object"); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open("array"); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (m_depth == 1)
            m_key = QByteArray(name.data(), static_cast<qsizetype>(name.size())).simplified();
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

private:
    bool take(const char* type) {
        if (m_depth == 0)
            m_type = type;
        else if (m_depth == 1 && m_type == "object")
            m_members << m_key + ": " + type;
        return true;
    }
    bool open(const char* type) {
        take(type);
        ++m_depth;
        return true;
    }
    bool close() {
        --m_depth;
        return true;
    }

    qsizetype m_depth = 0;
    QByteArray m_type;
    QByteArray m_key;
    QByteArrayList m_members;
};

} // namespace

QByteArray payloadShape(QByteArrayView document) {
    ShapeReader reader;
    if (!nlohmann::json::sax_parse(document.begin(), document.end(), &reader))
        return "not JSON";
    QByteArray text = reader.text();
    if (text.size() <= longest)
        return text;
    // Not in the middle of a character.
    qsizetype end = longest - 3;
    while (end > 0 && (static_cast<quint8>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.first(end) + "…";
}

} // namespace portolan
