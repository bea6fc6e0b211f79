#include "storage/componenthealth.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr auto unknownPatience = 5min;
constexpr auto leastPatience = 30s;
constexpr int usualMissed = 3;

/// The worse, the further in front.
int rankOf(const ComponentHealth& component) {
    static constexpr std::array<const char*, 4> states{"unhealthy", "degraded", "unknown", "healthy"};
    if (component.silent)
        return 0;
    const auto found = std::ranges::find_if(states, [&](const char* state) { return component.status == state; });
    return found == states.end() ? 3 : static_cast<int>(found - states.begin()) + 1;
}

QByteArray blockOf(const QByteArray& status) {
    if (status == "healthy")
        return "\u2582";
    if (status == "degraded")
        return "\u2585";
    return status == "unhealthy" ? "\u2588" : " ";
}

Value historyValue(const ComponentHealth& component) {
    QByteArray blocks;
    for (const QByteArray& status : component.history)
        blocks += blockOf(status);
    return blocks;
}

Value orNothing(const QByteArray& text) {
    return text.isEmpty() ? Value() : Value(text);
}

constexpr Column<ComponentHealth> healthColumns[] = {
    {"component_name", ColumnType::Text, [](const ComponentHealth& c) { return Value(c.name); }},
    {"state", ColumnType::Text,
     [](const ComponentHealth& c) { return Value(c.silent ? QByteArray("silent") : c.status); }},
    {"health_status", ColumnType::Text, [](const ComponentHealth& c) { return Value(c.status); }},
    {"last_heartbeat", ColumnType::Time, [](const ComponentHealth& c) { return optionalValue(c.heartbeat); }},
    {"silent_after", ColumnType::Integer,
     [](const ComponentHealth& c) { return Value(static_cast<qint64>(c.silentAfter.count())); }},
    {"history", ColumnType::Text, &historyValue},
    {"health_details", ColumnType::Json, [](const ComponentHealth& c) { return orNothing(c.details); }},
    {"rank", ColumnType::Integer, [](const ComponentHealth& c) { return Value(static_cast<qint64>(rankOf(c))); }},
};
Value cellOf(const StoredRow& row, const char* column) {
    return storedCell(StoredTable::Health, row, column);
}

QByteArray textOf(const StoredRow& row, const char* column) {
    const Value value = cellOf(row, column);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

std::optional<Timestamp> heartbeatOf(const StoredRow& row) {
    const Value value = cellOf(row, "last_heartbeat");
    const auto* const time = std::get_if<Timestamp>(&value);
    return time ? std::optional(*time) : std::nullopt;
}

} // namespace

std::span<const Column<ComponentHealth>> componentHealthColumns() {
    return healthColumns;
}

const FilterSchema& componentHealthSchema() {
    static const FilterSchema schema = [] {
        FilterSchema made = schemaOf(componentHealthColumns(), "last_heartbeat",
                                     {"component_name", "state", "health_status", "health_details"});
        made.jsonAliases = {{"details", "health_details"}};
        return made;
    }();
    return schema;
}

std::chrono::seconds silentAfter(std::span<const Timestamp> reports) {
    std::vector<std::chrono::microseconds> distances;
    for (std::size_t i = 1; i < reports.size(); ++i)
        distances.push_back(reports[i] - reports[i - 1]);
    if (distances.size() < 2)
        return unknownPatience;
    const auto middle = distances.begin() + std::ssize(distances) / 2;
    std::ranges::nth_element(distances, middle);
    return std::max<std::chrono::seconds>(std::chrono::ceil<std::chrono::seconds>(*middle * usualMissed),
                                          leastPatience);
}

ComponentHealth healthOf(const QByteArray& name, std::span<const StoredRow> newestFirst,
                         std::optional<std::chrono::seconds> patience, Timestamp now) {
    ComponentHealth component;
    component.name = name;
    component.status = textOf(newestFirst.front(), "health_status");
    component.heartbeat = heartbeatOf(newestFirst.front());
    component.details = textOf(newestFirst.front(), "health_details");
    std::vector<Timestamp> times;
    for (std::size_t i = newestFirst.size(); i-- > 0;) { // the oldest first
        const StoredRow& report = newestFirst[i];
        component.history.push_back(textOf(report, "health_status"));
        if (const auto time = heartbeatOf(report))
            times.push_back(*time);
    }
    component.silentAfter = patience ? *patience : silentAfter(times);
    component.isSet = patience.has_value();
    component.silent = !component.heartbeat || now - *component.heartbeat > component.silentAfter;
    return component;
}

} // namespace portolan
