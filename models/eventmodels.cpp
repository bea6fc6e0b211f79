#include "models/eventmodels.h"

#include "models/format.h"
#include "models/inspection.h"
#include "storage/export/rowtext.h"
#include "storage/store.h"

#include <QCoreApplication>
#include <QLocale>

namespace portolan {

namespace {

#define COLUMN(text) QT_TRANSLATE_NOOP("Columns", text)

Listing<SensorEvent> events() {
    return {.source = [](Store& store) -> RowSource<SensorEvent>& {
                SensorEvents* const events = store.sensorEvents();
                return events ? events->events() : noRows<SensorEvent>();
            },
            .columns = sensorEventColumns,
            .schema = sensorEventSchema,
            .shown = {{"timestamp", COLUMN("Measured"), ColumnKind::Time, 29},
                      {"sensor_id", COLUMN("Sensor"), ColumnKind::Data, 22},
                      {"value", COLUMN("Value"), ColumnKind::Number, 10},
                      {"lag_seconds", COLUMN("Lag (s)"), ColumnKind::Number, 9},
                      {"event_id", COLUMN("Event"), ColumnKind::Data, -24},
                      {"kafka_partition", COLUMN("Partition"), ColumnKind::Id, 8},
                      {"kafka_offset", COLUMN("Offset"), ColumnKind::Id, 10},
                      {"processed_at", COLUMN("Processed"), ColumnKind::Time, 29},
                      {"created_at", COLUMN("Stored"), ColumnKind::Time, 29},
                      {"id", COLUMN("Metric"), ColumnKind::Id, 10}},
            .identity = [](const SensorEvent& event) { return QByteArray::number(event.id); },
            .trim = nullptr,
            .rowsChange = true};
}

Listing<EventSensor> sensors() {
    return {.source = [](Store& store) -> RowSource<EventSensor>& {
                SensorEvents* const events = store.sensorEvents();
                return events ? events->sensors() : noRows<EventSensor>();
            },
            .columns = eventSensorColumns,
            .schema = eventSensorSchema,
            .shown = {{"sensor_id", COLUMN("Sensor"), ColumnKind::Data, 0},
                      {"last_value", COLUMN("Newest value"), ColumnKind::Number, 13},
                      {"last_seen", COLUMN("Newest event"), ColumnKind::Time, 29}},
            .identity = [](const EventSensor& sensor) { return sensor.sensorId; },
            .trim = nullptr,
            .rowsChange = true};
}

#undef COLUMN

class SensorListing final : public TypedListing<EventSensor> {
public:
    SensorListing() : TypedListing(sensors()) {}
    bool rowsAreFew() const override { return true; }
};

QString words(const char* text) {
    return QCoreApplication::translate("EventFlow", text);
}

} // namespace

std::shared_ptr<const RowListing> sensorEventListing() {
    return std::make_shared<TypedListing<SensorEvent>>(events());
}

std::shared_ptr<const RowListing> eventSensorListing() {
    return std::make_shared<SensorListing>();
}

QString flowText(const EventFlow& flow, Timestamp now) {
    QStringList parts;
    if (flow.lastMinute)
        parts << words("%1%2 in the last minute")
                     .arg(flow.atLeast ? QStringLiteral("≥ ") : QString(), groupedNumber(*flow.lastMinute));
    if (flow.newest)
        parts << words("newest event %1 old").arg(ageText(*flow.newest, now));
    if (flow.lag)
        parts << words("processed %1 s after it was measured").arg(QLocale().toString(*flow.lag, 'f', 1));
    return parts.isEmpty() ? words("No events yet") : parts.join(QStringLiteral(" · "));
}

Inspection inspect(const SensorEvent& event) {
    Inspection inspection;
    inspection.title = words("Event %1").arg(visibleText(event.eventId, 48));
    inspection.facts.push_back({words("Sensor"), visibleText(event.sensorId)});
    const auto addTime = [&](const char* name, const std::optional<Timestamp>& time) {
        if (time)
            inspection.facts.push_back({words(name), *time});
    };
    addTime("Measured", event.timestamp);
    addTime("Stored", event.createdAt);
    addTime("Processed", event.processedAt);
    if (!event.processedAt)
        inspection.facts.push_back({words("Processed"), words("not in processed_events")});
    if (event.partition)
        inspection.facts.push_back({words("Partition"), QString::number(*event.partition)});
    if (event.offset)
        inspection.facts.push_back({words("Offset"), QString::number(*event.offset)});
    QByteArray row;
    std::vector<Value> values;
    exportValues(sensorEventColumns(), event, values);
    appendJsonLine(row, exportColumns(sensorEventColumns()), values);
    auto tree = JsonTree::parse(row);
    inspection.documents = {{words("Row"), row, QStringLiteral("event-%1.json").arg(event.id), tree ? *tree : nullptr,
                             tree ? QString() : tree.error().text}};
    return inspection;
}

} // namespace portolan
