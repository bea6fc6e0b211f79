// The part of ImportPlan that reads JSON objects.
#include "storage/json/jsonplace.h"
#include "storage/json/jsontext.h"
#include "storage/sources/files/importfields.h"
#include "storage/sources/files/importplan.h"

#include <algorithm>

namespace portolan {

QByteArray ImportPlan::fieldFor(const QByteArray& column) const {
    const auto named = std::ranges::find_if(m_options.columns, [&](const auto& each) { return each.second == column; });
    return named == m_options.columns.end() ? column : named->first;
}

const ListedRows* ImportPlan::listingOf(const JsonFields& object) const {
    if (!m_options.columns.empty())
        return nullptr;
    std::vector<QByteArray> names;
    names.reserve(object.fields.size());
    for (const JsonField& field : object.fields)
        names.push_back(field.name);
    const ListedRows* const listing = listingWith(names);
    if (!listing || !listing->kind)
        return listing;
    return object.find("kind") || (m_kind && *m_kind != *listing->kind) ? nullptr : listing;
}

std::optional<QString> ImportPlan::refusalOfJson(const QByteArray& first) const {
    const auto object = parseJsonObject(first);
    const ListedRows* const listing = object ? listingOf(*object) : nullptr;
    return listing && !listing->kind ? std::optional(refusalOf(*listing, m_fileName)) : std::nullopt;
}

void ImportPlan::fillListed(Delivery& delivery, const JsonFields& object,
                            const std::vector<QByteArrayView>& values) const {
    const ListedRows& listing = *listingOf(object);
    const bool isMessage = *listing.kind == MessageKind::PortMessage;
    QByteArray json(1, '{');
    appendTextMember(json, "kind", kindOf(*listing.kind).name);
    appendTextMember(json, "listing", listing.what);
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
        const JsonField& field = object.fields[i];
        if (!kindFieldNamed(*listing.kind, true, field.name))
            continue;
        const auto* const text = std::get_if<QByteArray>(&field.value);
        if (field.name == "id" && !isMessage && !(text && isUuidText(*text)))
            continue;
        if (text)
            countState(field.name, *text);
        json += ',';
        appendJsonString(json, field.name);
        json += ':';
        json += values[i];
    }
    json += '}';
    if (m_options.tally)
        m_options.tally->listing = listing.what;
    delivery.payload = std::move(json);
    delivery.isListed = true;
}

/// A line that tells its kind is taken as it is; a time and a value become a sensor event; what is named by the options
/// is renamed.
void ImportPlan::fillJson(Delivery& delivery, const QByteArray& line, qint64 lineNumber, qint64 number) const {
    delivery.payload = line;
    const auto object = parseJsonObject(line);
    const auto values = object ? jsonMemberValues(line) : std::nullopt;
    if (!object || !values || values->size() != object->fields.size()) {
        delivery.mistake = place(lineNumber) + QStringLiteral("column 1: it is not one whole JSON object.");
        return;
    }
    if (const ListedRows* const listing = listingOf(*object)) {
        if (listing->kind)
            fillListed(delivery, *object, *values);
        else
            delivery.mistake = place(lineNumber) + refusalOf(*listing, QStringLiteral("it"));
        return;
    }
    JsonFields renamed = *object;
    for (JsonField& field : renamed.fields)
        field.name = fieldFor(field.name);
    const bool isNamed = renamed.find("kind") != nullptr;
    if (isNamed && !m_kind) {
        if (const auto unknown = unknownKind(renamed)) {
            delivery.mistake = place(lineNumber) + QStringLiteral("field \"kind\": ") + *unknown;
            return;
        }
    }
    const bool isPlain = !m_kind && m_options.columns.empty() && m_options.sensor.isEmpty();
    if (isPlain && (isNamed || kindByFields(renamed)))
        return;
    std::optional<MessageKind> kind = m_kind;
    if (!kind && !isNamed) {
        if (const Kind* told = kindByFields(renamed)) {
            kind = told->kind;
        } else {
            for (JsonField& field : renamed.fields)
                field.name = fieldNamed(field.name);
            if (!renamed.find("timestamp") || !renamed.find("value"))
                return; // a message, as any other object
            kind = MessageKind::SensorEvent;
        }
    }
    const bool isSensor = kind == MessageKind::SensorEvent;
    QByteArray json(1, '{');
    if (kind)
        appendTextMember(json, "kind", kindOf(*kind).name);
    for (std::size_t i = 0; i < renamed.fields.size(); ++i) {
        const QByteArray& name = renamed.fields[i].name;
        if ((kind && name == "kind") || (isSensor && name == "sensor_id" && !m_options.sensor.isEmpty()))
            continue;
        json += json.size() > 1 ? "," : "";
        appendJsonString(json, name);
        json += ':';
        json += (*values)[i];
    }
    if (isSensor)
        appendIdentity(json, renamed.find("event_id") != nullptr,
                       renamed.find("sensor_id") != nullptr && m_options.sensor.isEmpty(), number);
    json += '}';
    delivery.payload = std::move(json);
}

} // namespace portolan
