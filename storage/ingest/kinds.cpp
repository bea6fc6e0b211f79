#include "storage/ingest/kinds.h"

#include "storage/json/jsontext.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace portolan {

namespace {

using enum FieldType;
using enum FieldNeed;

// The lengths and choices of the columns of the reference DDL.
constexpr qsizetype nameLength = 255;
constexpr qsizetype dataTypeLength = 100;
constexpr qsizetype unitLength = 50;

constexpr auto componentTypes = std::to_array<const char*>({"Source", "Sink", "Transformer", "Splitter", "Merger"});
constexpr auto healthStates = std::to_array<const char*>({"healthy", "degraded", "unhealthy", "unknown"});

constexpr auto portStates = std::to_array<const char*>({"pending", "processing", "completed", "failed", "dead_letter"});

constexpr auto message = std::to_array<KindField>({
    {"message_number", Integer, Required},
    {"content", Text, Required},
    {"timestamp", Time, Optional},
});
constexpr auto portMessage = std::to_array<KindField>({
    {"port_name", Text, Required, {}, nameLength},
    {"source_component", Text, Required, {}, nameLength},
    {"target_component", Text, Required, {}, nameLength},
    {"message_data", Json, Required},
    {"id", Uuid, Optional},
    {"message_metadata", Json, Optional},
    {"max_retries", Integer32, Optional},
});
constexpr auto sensorEvent = std::to_array<KindField>({
    {"event_id", Text, Required, {}, nameLength},
    {"sensor_id", Text, Required, {}, nameLength},
    {"timestamp", Time, Required},
    {"value", Number, Required},
});
constexpr auto componentMetric = std::to_array<KindField>({
    {"component_name", Text, Required, {}, nameLength},
    {"metric_name", Text, Required, {}, nameLength},
    {"metric_value", Number, Required},
    {"metric_unit", Text, Optional, {}, unitLength},
    {"metric_metadata", Json, Optional},
    {"timestamp", Time, Optional},
});
constexpr auto portMetric = std::to_array<KindField>({
    {"port_name", Text, Required, {}, nameLength},
    {"messages_sent", Integer, OneOf},
    {"messages_received", Integer, OneOf},
    {"avg_send_duration_ms", Number, OneOf},
    {"avg_receive_duration_ms", Number, OneOf},
    {"avg_message_age_ms", Number, OneOf},
    {"buffer_utilization", Number, OneOf},
    {"timestamp", Time, Optional},
});
constexpr auto health = std::to_array<KindField>({
    {"component_name", Text, Required, {}, nameLength},
    {"health_status", Choice, Required, healthStates},
    {"health_details", Json, Optional},
});
constexpr auto checkpoint = std::to_array<KindField>({
    {"checkpoint_name", Text, Required, {}, nameLength},
    {"component_name", Text, Required, {}, nameLength},
    {"checkpoint_data", Json, Required},
    {"version", Integer, Optional},
    {"checkpoint_metadata", Json, Optional},
    {"expires_at", Time, Optional},
});
constexpr auto componentState = std::to_array<KindField>({
    {"component_name", Text, Required, {}, nameLength},
    {"component_type", Choice, Required, componentTypes},
    {"state_data", Json, Required},
    {"version", Integer32, Optional},
});
constexpr auto sinkRecord = std::to_array<KindField>({
    {"sink_name", Text, Required, {}, nameLength},
    {"data", Json, Required},
    {"data_type", Text, Optional, {}, dataTypeLength},
    {"metadata", Json, Optional},
});

constexpr auto kindTable = std::to_array<Kind>({
    {MessageKind::Message, "message", message},
    {MessageKind::PortMessage, "port_message", portMessage},
    {MessageKind::SensorEvent, "sensor_event", sensorEvent},
    {MessageKind::ComponentMetric, "component_metric", componentMetric},
    {MessageKind::PortMetric, "port_metric", portMetric},
    {MessageKind::Health, "health", health},
    {MessageKind::Checkpoint, "checkpoint", checkpoint},
    {MessageKind::ComponentState, "component_state", componentState},
    {MessageKind::SinkRecord, "sink_record", sinkRecord},
});

// The columns that listings have besides. "metadata" is what came beside rows whose own table has no column for it.
constexpr auto besideMessage = std::to_array<KindField>({{"metadata", Json, Optional}});
constexpr auto portMessageState = std::to_array<KindField>({
    {"status", Choice, Optional, portStates},
    {"retry_count", Integer32, Optional},
    {"created_at", Time, Optional},
    {"processed_at", Time, Optional},
    {"completed_at", Time, Optional},
    {"status_changed_at", Time, Optional},
    {"error_message", Text, Optional},
    {"error_details", Json, Optional},
});
constexpr auto storedAt = std::to_array<KindField>({{"created_at", Time, Optional}, {"metadata", Json, Optional}});
constexpr auto rowId = std::to_array<KindField>({{"id", Uuid, Optional}});
constexpr auto figuresRow = std::to_array<KindField>({{"id", Uuid, Optional}, {"metadata", Json, Optional}});
constexpr auto beatAt = std::to_array<KindField>({
    {"id", Uuid, Optional},
    {"last_heartbeat", Time, Optional},
    {"created_at", Time, Optional},
    {"metadata", Json, Optional},
});
constexpr auto latestMark = std::to_array<KindField>({
    {"is_latest", Boolean, Optional},
    {"created_at", Time, Optional},
});
constexpr auto changedAt = std::to_array<KindField>({
    {"created_at", Time, Optional},
    {"updated_at", Time, Optional},
    {"metadata", Json, Optional},
});
constexpr auto sinkTimes = std::to_array<KindField>({
    {"id", Uuid, Optional},
    {"created_at", Time, Optional},
    {"updated_at", Time, Optional},
});

template <std::size_t own, std::size_t more>
constexpr std::array<KindField, own + more> joined(const std::array<KindField, own>& fields,
                                                   const std::array<KindField, more>& others) {
    std::array<KindField, own + more> all{};
    std::ranges::copy(others, std::ranges::copy(fields, all.begin()).out);
    return all;
}

constexpr auto listedMessage = joined(message, besideMessage);
constexpr auto listedPortMessage = joined(portMessage, portMessageState);
constexpr auto listedSensorEvent = joined(sensorEvent, storedAt);
constexpr auto listedComponentMetric = joined(componentMetric, rowId);
constexpr auto listedPortMetric = joined(portMetric, figuresRow);
constexpr auto listedHealth = joined(health, beatAt);
constexpr auto listedCheckpoint = joined(checkpoint, latestMark);
constexpr auto listedComponentState = joined(componentState, changedAt);
constexpr auto listedSinkRecord = joined(sinkRecord, sinkTimes);

constexpr auto listedKindTable = std::to_array<Kind>({
    {MessageKind::Message, "message", listedMessage},
    {MessageKind::PortMessage, "port_message", listedPortMessage},
    {MessageKind::SensorEvent, "sensor_event", listedSensorEvent},
    {MessageKind::ComponentMetric, "component_metric", listedComponentMetric},
    {MessageKind::PortMetric, "port_metric", listedPortMetric},
    {MessageKind::Health, "health", listedHealth},
    {MessageKind::Checkpoint, "checkpoint", listedCheckpoint},
    {MessageKind::ComponentState, "component_state", listedComponentState},
    {MessageKind::SinkRecord, "sink_record", listedSinkRecord},
});
static_assert(listedKindTable.size() == kindTable.size());

template <class T>
std::optional<T> wholeText(QByteArrayView text) {
    T value{};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

/// The value of a field; null is as good as none.
const JsonScalar* present(const JsonFields& object, const char* name) {
    const JsonScalar* value = object.find(name);
    return value && !std::holds_alternative<std::nullptr_t>(*value) ? value : nullptr;
}

bool hasNeeded(const JsonFields& object, const Kind& kind) {
    bool wantsOne = false;
    bool hasOne = false;
    for (const KindField& field : kind.fields) {
        const bool is = present(object, field.name) != nullptr;
        if (field.need == Required && !is)
            return false;
        wantsOne = wantsOne || field.need == OneOf;
        hasOne = hasOne || (field.need == OneOf && is);
    }
    return !wantsOne || hasOne;
}

} // namespace

std::span<const Kind> kinds() {
    return kindTable;
}

const Kind& kindOf(MessageKind kind) {
    return *std::ranges::find(kindTable, kind, &Kind::kind);
}

const Kind& listedKindOf(MessageKind kind) {
    return *std::ranges::find(listedKindTable, kind, &Kind::kind);
}

const Kind* kindNamed(QByteArrayView name) {
    const auto found = std::ranges::find_if(kindTable, [&](const Kind& kind) { return name == kind.name; });
    return found == kindTable.end() ? nullptr : &*found;
}

std::optional<QString> unknownKind(const JsonFields& object) {
    const JsonScalar* const named = object.find("kind");
    const auto* const name = named ? std::get_if<QByteArray>(named) : nullptr;
    if (!named || (name && kindNamed(*name)))
        return std::nullopt;
    QStringList all;
    for (const Kind& kind : kinds())
        all << QLatin1String(kind.name);
    return QStringLiteral("There is no kind %1; there are %2.").arg(shownValue(*named), all.join(QStringLiteral(", ")));
}

const Kind* kindByFields(const JsonFields& object) {
    const auto found = std::ranges::find_if(kindTable, [&](const Kind& kind) { return hasNeeded(object, kind); });
    return found == kindTable.end() ? nullptr : &*found;
}

bool isMetadataField(const KindField& field) {
    const QByteArrayView name = field.name;
    return field.type == Json && (name == "metadata" || name.endsWith("_metadata"));
}

bool isUuidText(QByteArrayView text) {
    static constexpr QByteArrayView form("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    return std::ranges::equal(text, form, [](char c, char wanted) {
        const bool isDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        return wanted == '-' ? c == '-' : isDigit;
    });
}

std::optional<bool> toBoolean(const JsonScalar& value, bool textValues) {
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth;
    const auto* text = std::get_if<QByteArray>(&value);
    if (!text || !textValues || (*text != "true" && *text != "false"))
        return std::nullopt;
    return *text == "true";
}

std::optional<qint64> toInteger(const JsonScalar& value, bool textValues) {
    constexpr double exact = 9007199254740992.0; // 2^53: below it a double is the number that was written
    if (const auto* number = std::get_if<qint64>(&value))
        return *number;
    if (const auto* number = std::get_if<double>(&value); number && std::abs(*number) <= exact) {
        const auto whole = static_cast<qint64>(*number);
        return std::trunc(*number) == *number ? std::optional(whole) : std::nullopt;
    }
    if (const auto* text = std::get_if<QByteArray>(&value); text && textValues) {
        if (const auto whole = wholeText<qint64>(*text))
            return whole;
        const auto number = wholeText<double>(*text); // "42.0" and "1e3", as in JSON
        return number ? toInteger(JsonScalar(*number), false) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<double> toNumber(const JsonScalar& value, bool textValues) {
    if (const auto* number = std::get_if<qint64>(&value))
        return static_cast<double>(*number);
    if (const auto* number = std::get_if<quint64>(&value))
        return static_cast<double>(*number);
    if (const auto* number = std::get_if<double>(&value))
        return *number;
    const auto* text = std::get_if<QByteArray>(&value);
    if (!text || !textValues)
        return std::nullopt;
    const auto number = wholeText<double>(*text);
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<Timestamp> toTime(const JsonScalar& value, bool textValues) {
    if (const auto* text = std::get_if<QByteArray>(&value)) {
        if (auto time = parseIsoTime(*text))
            return time;
    }
    const auto number = toNumber(value, textValues);
    return number ? fromUnixNumber(*number) : std::nullopt;
}

QByteArray typedDocument(const JsonFields& object, const Kind& kind) {
    QByteArray out(1, '{');
    for (const JsonField& field : object.fields) {
        if (out.size() > 1)
            out += ',';
        appendJsonString(out, field.name);
        out += ':';
        const auto* text = std::get_if<QByteArray>(&field.value);
        const QByteArray value = text ? *text : QByteArray();
        const auto wanted =
            std::ranges::find_if(kind.fields, [&](const KindField& of) { return field.name == of.name; });
        const bool isTyped = wanted != kind.fields.end()
                             && (wanted->type == Integer || wanted->type == Integer32 || wanted->type == Boolean
                                 || wanted->type == Number || wanted->type == Time || wanted->type == Json);
        if (isTyped && isJson(value)) // a number, an object, … written as it was given
            out += value;
        else
            appendJsonString(out, value);
    }
    out += '}';
    return out;
}

} // namespace portolan
