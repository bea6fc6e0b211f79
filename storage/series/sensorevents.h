#pragma once

#include "storage/listing/rowsource.h"

#include <optional>
#include <span>

namespace portolan {

/// A sensor's reading as the pipeline stored it: its metric, and how it was processed.
struct SensorEvent {
    qint64 id = 0; ///< of its metric
    QByteArray eventId;
    QByteArray sensorId;
    std::optional<Timestamp> timestamp; ///< when it was measured
    std::optional<double> value;
    std::optional<Timestamp> createdAt;   ///< when its metric was stored
    std::optional<Timestamp> processedAt; ///< when it was processed; nothing: it is not in processed_events
    std::optional<qint64> partition;      ///< Kafka's
    std::optional<qint64> offset;
    std::optional<double> lag; ///< seconds from being measured to being processed (else to being stored)
    QByteArray metadata = {};  ///< a JSON object of what its source had beside it; empty: nothing
};

/// A sensor with its newest reading.
struct EventSensor {
    QByteArray sensorId;
    std::optional<Timestamp> lastSeen;
    std::optional<double> lastValue;
};

/// The flow of sensor events at this moment.
struct EventFlow {
    std::optional<qint64> lastMinute; ///< events processed in it; nothing: nobody knows
    bool atLeast = false;             ///< there are more than were counted
    std::optional<Timestamp> newest;  ///< the time of the newest event
    std::optional<double> lag;        ///< seconds, of the event processed last
};

std::span<const Column<SensorEvent>> sensorEventColumns();
std::span<const Column<EventSensor>> eventSensorColumns();
const ColumnSet& sensorEventSchema();
const ColumnSet& eventSensorSchema();

/// Sensor events of a SQL store. Used on its thread.
class SensorEvents {
public:
    SensorEvents() = default;
    SensorEvents(const SensorEvents&) = delete;
    SensorEvents& operator=(const SensorEvents&) = delete;
    virtual ~SensorEvents() = default;

    /// By the time of the event, oldest first.
    virtual RowSource<SensorEvent>& events() = 0;
    /// By name, found from one to the next over an index: costs a look a sensor, however many events there are. At
    /// most `mostSensors`, the first by name.
    virtual RowSource<EventSensor>& sensors() = 0;
    static constexpr int mostSensors = 500;

    [[nodiscard]] virtual Result<EventFlow> flow(const CancelToken& token) = 0;
};

} // namespace portolan
