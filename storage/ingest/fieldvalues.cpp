#include "storage/ingest/fieldvalues.h"

#include "storage/json/jsonplace.h"

#include <algorithm>

namespace portolan {

namespace {

/// Returns true when a time's year is one that stores write with four digits.
bool hasFourDigitYear(Timestamp time) {
    using namespace std::chrono;
    return time >= sys_days(year(1) / January / 1) && time < sys_days(year(10000) / January / 1);
}

/// Reads the fields of one object.
class FieldReader {
public:
    FieldReader(const JsonFields& object, QByteArrayView document, bool textValues)
        : m_object(object)
        , m_document(document)
        , m_textValues(textValues) {}

    /// Nothing in `mistake()` when all went well.
    FieldValue value(const KindField& field) {
        const auto& fields = m_object.fields;
        const auto at = std::ranges::find(fields.rbegin(), fields.rend(), QByteArrayView(field.name),
                                          [](const JsonField& of) { return QByteArrayView(of.name); });
        if (at == fields.rend() || std::holds_alternative<std::nullptr_t>(at->value))
            return {};
        switch (field.type) {
        case FieldType::Text:
        case FieldType::Choice:
            return std::get<QByteArray>(at->value);
        case FieldType::Uuid:
            return std::get<QByteArray>(at->value).toLower();
        case FieldType::Boolean:
            return qint64{*toBoolean(at->value, m_textValues)};
        case FieldType::Integer:
        case FieldType::Integer32:
            return *toInteger(at->value, m_textValues);
        case FieldType::Number:
            return *toNumber(at->value, m_textValues);
        case FieldType::Time:
            return time(field, *toTime(at->value, m_textValues));
        case FieldType::Json:
            return json(static_cast<std::size_t>(fields.rend() - at - 1));
        }
        Q_UNREACHABLE();
    }
    [[nodiscard]] const QString& mistake() const { return m_mistake; }

private:
    FieldValue time(const KindField& field, Timestamp time) {
        if (!hasFourDigitYear(time))
            m_mistake = QStringLiteral("The time in the field \"%1\" lies outside of the years 0001 to 9999.")
                            .arg(QLatin1String(field.name));
        return time;
    }
    FieldValue json(std::size_t index) {
        const auto* text = std::get_if<QByteArray>(&m_object.fields[index].value);
        if (m_textValues && text)
            return *text; // it is JSON, as mistakeIn() has found
        if (!m_places)
            m_places = jsonMemberValues(m_document);
        if (m_places && index < m_places->size())
            return (*m_places)[index].toByteArray();
        m_mistake = QStringLiteral("It is nested more than 2,000 levels deep.");
        return {};
    }

    const JsonFields& m_object;
    QByteArrayView m_document;
    bool m_textValues;
    std::optional<std::vector<QByteArrayView>> m_places; ///< one a field
    QString m_mistake;
};

} // namespace

std::variant<std::vector<FieldValue>, QString> fieldValues(const JsonFields& object, const Kind& kind,
                                                           QByteArrayView document, bool textValues) {
    FieldReader reader(object, document, textValues);
    std::vector<FieldValue> values;
    values.reserve(kind.fields.size());
    for (const KindField& field : kind.fields)
        values.push_back(reader.value(field));
    if (!reader.mistake().isEmpty())
        return reader.mistake();
    return values;
}

} // namespace portolan
