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
    std::optional<double> lag; ///< seconds from its measuring to its processing (else to its storing)
    QByteArray metadata = {};  ///< a JSON object of what came beside it; empty: nothing
};

/// A sensor with its newest reading.
struct EventSensor {
    QByteArray sensorId;
    std::optional<Timestamp> lastSeen;
    std::optional<double> lastValue;
};

/// The flow of sensor events at this moment.
struct EventFlow {
    std::optional<qint64> lastMinute; ///< number of events processed in it; nothing: not known
    bool atLeast = false;             ///< there are more than were counted
    std::optional<Timestamp> newest;  ///< the time of the newest event
    std::optional<double> lag;        ///< of the event processed last, in seconds
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

    /// Returns the events by their time, oldest first.
    virtual RowSource<SensorEvent>& events() = 0;
    /// Returns the sensors by name, at most the first `mostSensors`. Finds one after the other over an index: costs a
    /// look-up a sensor, however many events there are.
    virtual RowSource<EventSensor>& sensors() = 0;
    static constexpr int mostSensors = 500;

    /// Measures how events come in at this moment; bounded, whatever is there.
    [[nodiscard]] virtual Result<EventFlow> flow(const CancelToken& token) = 0;
};

} // namespace portolan
