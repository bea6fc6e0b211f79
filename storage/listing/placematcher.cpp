#include "storage/listing/placematcher.h"

#include "storage/base/clock.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsonplace.h"

#include <variant>

namespace portolan {

namespace {

QByteArray textOf(const FilterTerm& term) {
    const auto* text = std::get_if<QByteArray>(&term.value.value);
    return text ? *text : QByteArray();
}

/// Reads a place in a document as a time: an ISO text, or seconds or milliseconds since 1970.
std::optional<Timestamp> timeOf(const JsonPlace& place) {
    if (place.kind == JsonPlace::Kind::Number)
        return fromUnixNumber(jsonNumberValue(place.raw));
    return place.kind == JsonPlace::Kind::String ? parseIsoTime(place.text()) : std::nullopt;
}

} // namespace

PlaceMatcher::PlaceMatcher(const FilterTerm& term) : m_term(term), m_search(textOf(term)) {}

bool PlaceMatcher::holds(QByteArrayView document) const {
    const auto place = findJsonPlace(document, m_term.field.path);
    if (m_term.comparison == Comparison::IsSet)
        return place && place->kind != JsonPlace::Kind::Null;
    if (!place || !place->isScalar())
        return false;
    // No value: its name alone is its text.
    if (place->kind == JsonPlace::Kind::Null)
        return m_term.comparison == Comparison::Equal && !m_term.value.number && textOf(m_term) == "null";
    if (m_term.comparison == Comparison::Contains)
        return m_search.isIn(place->text());
    if (const auto* wanted = std::get_if<Timestamp>(&m_term.value.value)) {
        const auto time = timeOf(*place);
        return time && satisfies(*time <=> *wanted, m_term.comparison);
    }
    const auto* wanted = std::get_if<QByteArray>(&m_term.value.value);
    if (!wanted)
        return false;
    if (place->kind == JsonPlace::Kind::Number && m_term.value.number)
        return satisfies(compareJsonNumbers(place->raw, *wanted), m_term.comparison);
    if (place->kind == JsonPlace::Kind::Boolean && m_term.value.number)
        return false;
    return satisfies(QByteArrayView(place->text()).compare(QByteArrayView(*wanted)) <=> 0, m_term.comparison);
}

} // namespace portolan
