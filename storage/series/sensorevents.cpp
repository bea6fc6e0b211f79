#include "storage/series/sensorevents.h"

namespace portolan {

namespace {

using Event = SensorEvent;
constexpr Column<SensorEvent> events[] = {
    {"id", ColumnType::Integer, [](const Event& e) { return Value(e.id); }},
    {"event_id", ColumnType::Text, [](const Event& e) { return Value(e.eventId); }},
    {"sensor_id", ColumnType::Text, [](const Event& e) { return Value(e.sensorId); }},
    {"timestamp", ColumnType::Time, [](const Event& e) { return optionalValue(e.timestamp); }},
    {"value", ColumnType::Real, [](const Event& e) { return optionalValue(e.value); }},
    {"created_at", ColumnType::Time, [](const Event& e) { return optionalValue(e.createdAt); }},
    {"processed_at", ColumnType::Time, [](const Event& e) { return optionalValue(e.processedAt); }},
    {"kafka_partition", ColumnType::Integer, [](const Event& e) { return optionalValue(e.partition); }},
    {"kafka_offset", ColumnType::Integer, [](const Event& e) { return optionalValue(e.offset); }},
    {"lag_seconds", ColumnType::Real, [](const Event& e) { return optionalValue(e.lag); }},
    {"metadata", ColumnType::Json, [](const Event& e) { return e.metadata.isEmpty() ? Value() : Value(e.metadata); }},
};

constexpr Column<EventSensor> sensors[] = {
    {"sensor_id", ColumnType::Text, [](const EventSensor& s) { return Value(s.sensorId); }},
    {"last_seen", ColumnType::Time, [](const EventSensor& s) { return optionalValue(s.lastSeen); }},
    {"last_value", ColumnType::Real, [](const EventSensor& s) { return optionalValue(s.lastValue); }},
};

} // namespace

std::span<const Column<SensorEvent>> sensorEventColumns() {
    return events;
}

std::span<const Column<EventSensor>> eventSensorColumns() {
    return sensors;
}

const ColumnSet& sensorEventSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made = schemaOf(sensorEventColumns(), "timestamp", {"event_id", "sensor_id"});
        made.jsonAliases = {{"meta", "metadata"}};
        return made;
    }();
    return schema;
}

const ColumnSet& eventSensorSchema() {
    static const ColumnSet schema = schemaOf(eventSensorColumns(), "last_seen", {"sensor_id"});
    return schema;
}

} // namespace portolan
