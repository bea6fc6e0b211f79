#include "storage/versions/componenthealth.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr auto unknownPatience = 5min;
constexpr auto leastPatience = 30s;
constexpr auto leastInterval = 1s;
constexpr int usualMissed = 3;

/// The worse, the further in front.
int rankOf(const ComponentHealth& component) {
    static constexpr std::array<const char*, 4> states{"unhealthy", "degraded", "unknown", "healthy"};
    if (component.silent)
        return 0;
    const auto found = std::ranges::find_if(states, [&](const char* state) { return component.status == state; });
    return found == states.end() ? 3 : static_cast<int>(found - states.begin()) + 1;
}

/// The height and the tone of a bar: as long as a list of components shows it, they belong together.
QByteArray blockOf(const QByteArray& status) {
    if (status.isEmpty())
        return "\u00b7";
    if (status == "healthy")
        return "\u2582";
    if (status == "degraded")
        return "\u2585";
    return status == "unhealthy" ? "\u2588" : "\u2581";
}

int badnessOf(const QByteArray& status) {
    static constexpr std::array<const char*, 3> worse{"unknown", "degraded", "unhealthy"};
    const auto found = std::ranges::find_if(worse, [&](const char* each) { return status == each; });
    return found == worse.end() ? (status.isEmpty() ? -1 : 0) : static_cast<int>(found - worse.begin()) + 1;
}

Value historyValue(const ComponentHealth& component) {
    QByteArray blocks(historyIntervals - std::ssize(component.history), ' ');
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

Value cellOf(const PipelineRow& row, const char* column) {
    return pipelineCell(PipelineTable::Health, row, column);
}

QByteArray textOf(const PipelineRow& row, const char* column) {
    const Value value = cellOf(row, column);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

/// The median; nothing where there are fewer than three reports.
std::optional<std::chrono::microseconds> usualDistance(std::span<const Timestamp> reports) {
    std::vector<std::chrono::microseconds> distances;
    for (std::size_t i = 1; i < reports.size(); ++i)
        distances.push_back(reports[i] - reports[i - 1]);
    if (distances.size() < 2)
        return std::nullopt;
    const auto middle = distances.begin() + std::ssize(distances) / 2;
    std::ranges::nth_element(distances, middle);
    return *middle;
}

/// Half as long again as the usual distance: then an interval without a report is one that was missed.
std::chrono::microseconds intervalOf(std::span<const Timestamp> reports) {
    const auto usual = usualDistance(reports);
    return usual ? std::max<std::chrono::microseconds>(*usual * 3 / 2, leastInterval)
                 : std::chrono::microseconds(unknownPatience) / usualMissed;
}

struct Report {
    Timestamp at;
    QByteArray status;
};

std::vector<QByteArray> historyOf(std::span<const Report> oldestFirst, std::chrono::microseconds interval,
                                  Timestamp now) {
    if (oldestFirst.empty())
        return {};
    const auto back = [&](Timestamp time) { return std::max<qint64>((now - time) / interval, 0); };
    const qint64 known = std::min<qint64>(back(oldestFirst.front().at) + 1, historyIntervals);
    std::vector<QByteArray> history(static_cast<std::size_t>(known));
    for (const Report& report : oldestFirst) {
        if (back(report.at) >= known)
            continue;
        QByteArray& worst = history[static_cast<std::size_t>(known - 1 - back(report.at))];
        if (badnessOf(report.status) > badnessOf(worst))
            worst = report.status;
    }
    return history;
}

std::optional<Timestamp> heartbeatOf(const PipelineRow& row) {
    const Value value = cellOf(row, "last_heartbeat");
    const auto* const time = std::get_if<Timestamp>(&value);
    return time ? std::optional(*time) : std::nullopt;
}

} // namespace

std::span<const Column<ComponentHealth>> componentHealthColumns() {
    return healthColumns;
}

const ColumnSet& componentHealthSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made = schemaOf(componentHealthColumns(), "last_heartbeat",
                                  {"component_name", "state", "health_status", "health_details"});
        made.jsonAliases = {{"details", "health_details"}};
        return made;
    }();
    return schema;
}

std::chrono::seconds silentAfter(std::span<const Timestamp> reports) {
    const auto usual = usualDistance(reports);
    if (!usual)
        return unknownPatience;
    return std::max<std::chrono::seconds>(std::chrono::ceil<std::chrono::seconds>(*usual * usualMissed), leastPatience);
}

ComponentHealth healthOf(const QByteArray& name, std::span<const PipelineRow> newestFirst,
                         std::optional<std::chrono::seconds> patience, Timestamp now) {
    ComponentHealth component;
    component.name = name;
    component.status = textOf(newestFirst.front(), "health_status");
    component.heartbeat = heartbeatOf(newestFirst.front());
    component.details = textOf(newestFirst.front(), "health_details");
    std::vector<Timestamp> times;
    std::vector<Report> reports;
    for (std::size_t i = newestFirst.size(); i-- > 0;) { // the oldest first
        const auto time = heartbeatOf(newestFirst[i]);
        if (!time)
            continue;
        times.push_back(*time);
        reports.push_back({*time, textOf(newestFirst[i], "health_status")});
    }
    component.interval = intervalOf(times);
    component.history = historyOf(reports, component.interval, now);
    component.silentAfter = patience ? *patience : silentAfter(times);
    component.isSet = patience.has_value();
    component.silent = !component.heartbeat || now - *component.heartbeat > component.silentAfter;
    return component;
}

} // namespace portolan
