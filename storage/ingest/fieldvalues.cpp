#include "storage/ingest/fieldvalues.h"

#include "storage/base/timeforms.h"
#include "storage/json/jsonplace.h"

#include <QStringList>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

QString expected(const KindField& field) {
    switch (field.type) {
    case FieldType::Text:
        return QStringLiteral("text");
    case FieldType::Choice: {
        QStringList words;
        for (const char* word : field.words)
            words.append(QString::fromLatin1(word));
        return QStringLiteral("one of %1").arg(words.join(QStringLiteral(", ")));
    }
    case FieldType::Uuid:
        return QStringLiteral("a UUID");
    case FieldType::Boolean:
        return QStringLiteral("true or false");
    case FieldType::Integer:
        return QStringLiteral("a whole number of at most 64 bits");
    case FieldType::Integer32:
        return QStringLiteral("a whole number of at most 32 bits");
    case FieldType::Number:
        return QStringLiteral("a number");
    case FieldType::Time:
        return QStringLiteral("an ISO 8601 time or Unix seconds or milliseconds");
    case FieldType::Json:
        return QStringLiteral("a JSON value");
    }
    return {};
}

/// Code points of valid UTF-8: all bytes but those that continue one.
qsizetype characters(QByteArrayView utf8) {
    return std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

/// Reads the fields of one object.
class FieldReader {
public:
    FieldReader(const JsonFields& object, const Kind& kind, const Delivery& delivery)
        : m_object(object)
        , m_kind(kind)
        , m_delivery(delivery) {}

    std::variant<std::vector<FieldValue>, QString> read() {
        std::vector<FieldValue> values;
        values.reserve(m_kind.fields.size());
        bool wantsOne = false;
        bool hasOne = false;
        for (const KindField& field : m_kind.fields) {
            const JsonField* const given = m_object.field(field.name);
            const bool isGiven = given && !std::holds_alternative<std::nullptr_t>(given->value);
            wantsOne = wantsOne || field.need == FieldNeed::OneOf;
            hasOne = hasOne || (field.need == FieldNeed::OneOf && isGiven);
            if (!isGiven && field.need == FieldNeed::Required)
                return QStringLiteral("A %1 needs the field \"%2\" (%3), and it is missing.")
                    .arg(QLatin1String(m_kind.name), QLatin1String(field.name), expected(field));
            std::optional<FieldValue> value = isGiven ? valueOf(field, *given) : FieldValue();
            if (!value)
                return QStringLiteral("The field \"%1\" of a %2 must be %3, and it is %4.")
                    .arg(QLatin1String(field.name), QLatin1String(m_kind.name), expected(field),
                         shownValue(given->value));
            if (const auto* text = std::get_if<QByteArray>(&*value);
                text && field.longest > 0 && text->size() > field.longest && characters(*text) > field.longest)
                return QStringLiteral("The field \"%1\" of a %2 has %3 characters; at most %4 fit.")
                    .arg(QLatin1String(field.name), QLatin1String(m_kind.name))
                    .arg(characters(*text))
                    .arg(field.longest);
            values.push_back(std::move(*value));
        }
        if (wantsOne && !hasOne)
            return noneOfSeveral();
        if (!m_unkeepable.isEmpty())
            return m_unkeepable;
        return values;
    }

private:
    /// Nothing when it is not of the field's type.
    std::optional<FieldValue> valueOf(const KindField& field, const JsonField& given) {
        const JsonScalar& value = given.value;
        const bool textValues = m_delivery.fromFields;
        const auto* const text = std::get_if<QByteArray>(&value);
        const auto some = [](const auto& read) { return read ? std::optional<FieldValue>(*read) : std::nullopt; };
        const auto textIf = [&](bool is) { return is ? std::optional<FieldValue>(*text) : std::nullopt; };
        switch (field.type) {
        case FieldType::Text:
            return textIf(text != nullptr);
        case FieldType::Choice:
            return textIf(text && std::ranges::any_of(field.words, [&](const char* word) { return *text == word; }));
        case FieldType::Uuid:
            return text && isUuidText(*text) ? std::optional<FieldValue>(text->toLower()) : std::nullopt;
        case FieldType::Boolean: {
            const auto truth = toBoolean(value, textValues);
            return truth ? std::optional<FieldValue>(qint64{*truth}) : std::nullopt;
        }
        case FieldType::Integer:
            return some(toInteger(value, textValues));
        case FieldType::Integer32: {
            const auto number = toInteger(value, textValues);
            return number && std::in_range<qint32>(*number) ? some(number) : std::nullopt;
        }
        case FieldType::Number:
            return some(toNumber(value, textValues));
        case FieldType::Time:
            return some(timeOf(field, value));
        case FieldType::Json:
            return text && textValues ? textIf(isJson(*text)) : json(given);
        }
        Q_UNREACHABLE();
    }
    std::optional<Timestamp> timeOf(const KindField& field, const JsonScalar& value) {
        const auto* const text = m_delivery.isListed ? std::get_if<QByteArray>(&value) : nullptr;
        const auto word = text ? parseDatabaseTime(*text) : std::nullopt;
        const auto time = word ? word : toTime(value, m_delivery.fromFields);
        const bool isWritersMatter = m_kind.kind == MessageKind::Message && !m_delivery.isListed;
        if (time && !isWritersMatter && !word && !hasFourDigitYear(*time))
            m_unkeepable = QStringLiteral("The time in the field \"%1\" lies outside of the years 0001 to 9999.")
                               .arg(QLatin1String(field.name));
        return time;
    }
    FieldValue json(const JsonField& given) {
        if (!m_places)
            m_places = jsonMemberValues(m_delivery.payload);
        const auto index = static_cast<std::size_t>(&given - m_object.fields.data());
        if (m_places && index < m_places->size())
            return (*m_places)[index].toByteArray();
        m_unkeepable = QStringLiteral("It is nested more than 2,000 levels deep.");
        return {};
    }
    [[nodiscard]] QString noneOfSeveral() const {
        QStringList figures;
        for (const KindField& field : m_kind.fields) {
            if (field.need == FieldNeed::OneOf)
                figures.append(QLatin1String(field.name));
        }
        return QStringLiteral("A %1 needs at least one of the fields %2, and all are missing.")
            .arg(QLatin1String(m_kind.name), figures.join(QStringLiteral(", ")));
    }

    const JsonFields& m_object;
    const Kind& m_kind;
    const Delivery& m_delivery;
    std::optional<std::vector<QByteArrayView>> m_places; ///< one a field
    QString m_unkeepable; ///< why a value of the right type cannot be kept: told where no field is of a wrong one
};

} // namespace

std::variant<std::vector<FieldValue>, QString> fieldValues(const JsonFields& object, const Kind& kind,
                                                           const Delivery& delivery) {
    return FieldReader(object, kind, delivery).read();
}

} // namespace portolan
