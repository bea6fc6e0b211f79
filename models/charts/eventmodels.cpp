#include "models/charts/eventmodels.h"

#include "models/inspect/inspection.h"
#include "models/list/format.h"
#include "storage/export/rowtext.h"
#include "storage/store.h"

#include <QCoreApplication>

namespace portolan {

namespace {

Listing<SensorEvent> events() {
    return {.source = [](Store& store) -> RowSource<SensorEvent>& {
                SensorEvents* const events = store.sensorEvents();
                return events ? events->events() : noRows<SensorEvent>();
            },
            .columns = sensorEventColumns,
            .schema = sensorEventSchema,
            .shown = {{"timestamp", QT_TRANSLATE_NOOP("Columns", "Measured"), ColumnKind::Time, 29},
                      {"sensor_id", QT_TRANSLATE_NOOP("Columns", "Sensor"), ColumnKind::Data, 22},
                      {"value", QT_TRANSLATE_NOOP("Columns", "Value"), ColumnKind::Number, 10},
                      {"lag_seconds", QT_TRANSLATE_NOOP("Columns", "Lag (s)"), ColumnKind::Number, 9},
                      {"event_id", QT_TRANSLATE_NOOP("Columns", "Event"), ColumnKind::Data, -24},
                      {"kafka_partition", QT_TRANSLATE_NOOP("Columns", "Partition"), ColumnKind::Id, 8},
                      {"kafka_offset", QT_TRANSLATE_NOOP("Columns", "Offset"), ColumnKind::Id, 10},
                      {"processed_at", QT_TRANSLATE_NOOP("Columns", "Processed"), ColumnKind::Time, 29},
                      {"created_at", QT_TRANSLATE_NOOP("Columns", "Stored"), ColumnKind::Time, 29},
                      {"id", QT_TRANSLATE_NOOP("Columns", "Metric"), ColumnKind::Id, 10}},
            .identity = [](const SensorEvent& event) { return QByteArray::number(event.id); },
            .trim = [](SensorEvent& event) { event.metadata.clear(); },
            .rowsChange = true};
}

Listing<EventSensor> sensors() {
    return {.source = [](Store& store) -> RowSource<EventSensor>& {
                SensorEvents* const events = store.sensorEvents();
                return events ? events->sensors() : noRows<EventSensor>();
            },
            .columns = eventSensorColumns,
            .schema = eventSensorSchema,
            .shown = {{"sensor_id", QT_TRANSLATE_NOOP("Columns", "Sensor"), ColumnKind::Data, 0},
                      {"last_value", QT_TRANSLATE_NOOP("Columns", "Newest value"), ColumnKind::Number, 13},
                      {"last_seen", QT_TRANSLATE_NOOP("Columns", "Newest event"), ColumnKind::Time, 29}},
            .identity = [](const EventSensor& sensor) { return sensor.sensorId; },
            .trim = nullptr,
            .rowsChange = true};
}

class SensorListing final : public TypedListing<EventSensor> {
public:
    SensorListing() : TypedListing(sensors()) {}
    bool rowsAreFew() const override { return true; }
};

struct EventWords {
    Q_DECLARE_TR_FUNCTIONS(EventFlow)
};

} // namespace

std::shared_ptr<const ListingAdapter> sensorEventListing() {
    return std::make_shared<TypedListing<SensorEvent>>(events());
}

std::shared_ptr<const ListingAdapter> eventSensorListing() {
    return std::make_shared<SensorListing>();
}

QString flowText(const EventFlow& flow, Timestamp now) {
    QStringList parts;
    if (flow.lastMinute)
        parts << EventWords::tr("%1%2 in the last minute")
                     .arg(flow.atLeast ? QStringLiteral("≥ ") : QString(), groupedNumber(*flow.lastMinute));
    if (flow.newest)
        parts << (now - *flow.newest < std::chrono::seconds(1)
                      ? EventWords::tr("newest event just now")
                      : EventWords::tr("newest event %1 old").arg(ageText(*flow.newest, now)));
    if (flow.lag)
        parts << EventWords::tr("processed %1 s after it was measured").arg(realText(*flow.lag));
    return parts.isEmpty() ? EventWords::tr("No events yet") : parts.join(QStringLiteral(" · "));
}

Inspection inspect(const SensorEvent& event) {
    Inspection inspection;
    inspection.title = EventWords::tr("Event %1").arg(visibleText(event.eventId, 48));
    inspection.facts.push_back({EventWords::tr("Sensor"), visibleText(event.sensorId)});
    const auto addTime = [&](const char* name, const std::optional<Timestamp>& time) {
        if (time)
            inspection.facts.push_back({EventWords::tr(name), *time});
    };
    addTime(QT_TRANSLATE_NOOP("EventFlow", "Measured"), event.timestamp);
    addTime(QT_TRANSLATE_NOOP("EventFlow", "Stored"), event.createdAt);
    addTime(QT_TRANSLATE_NOOP("EventFlow", "Processed"), event.processedAt);
    if (!event.processedAt)
        inspection.facts.push_back({EventWords::tr("Processed"), EventWords::tr("not in processed_events")});
    if (event.partition)
        inspection.facts.push_back({EventWords::tr("Partition"), QString::number(*event.partition)});
    if (event.offset)
        inspection.facts.push_back({EventWords::tr("Offset"), QString::number(*event.offset)});
    QByteArray row;
    std::vector<Value> values;
    exportValues(sensorEventColumns(), event, values);
    appendJsonLine(row, exportColumns(sensorEventColumns()), values);
    auto tree = JsonTree::parse(row);
    inspection.documents = {{EventWords::tr("Row"), row, QStringLiteral("event-%1.json").arg(event.id),
                             tree ? *tree : nullptr, tree ? QString() : tree.error().text}};
    addMetadata(inspection, event.metadata, QStringLiteral("event-%1").arg(event.id));
    return inspection;
}

} // namespace portolan
