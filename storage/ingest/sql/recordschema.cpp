#include "storage/ingest/sql/recordschema.h"

#include <algorithm>
#include <array>
#include <limits>

namespace portolan {

namespace {

using enum CellSource;

constexpr auto portMessageColumns = std::to_array<RecordColumn>({
    {"id", FieldOrNewId, "id"},
    {"port_name", Field, "port_name"},
    {"source_component", Field, "source_component"},
    {"target_component", Field, "target_component"},
    {"message_data", Field, "message_data"},
    {"message_metadata", Field, "message_metadata"},
    {"max_retries", Field, "max_retries", 3},
    {"created_at", Arrival},
});
constexpr auto processedEventColumns = std::to_array<RecordColumn>({
    {"event_id", Field, "event_id"},
    {"sensor_id", Field, "sensor_id"},
    {"processed_at", Arrival},
    {"kafka_partition", Partition},
    {"kafka_offset", Offset},
});
constexpr auto pipelineColumns = std::to_array<RecordColumn>({
    {"sensor_id", Field, "sensor_id"},
    {"event_id", Field, "event_id"},
    {"timestamp", Field, "timestamp"},
    {"value", Field, "value"},
    {"created_at", Arrival},
});
constexpr auto componentMetricColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"component_name", Field, "component_name"},
    {"metric_name", Field, "metric_name"},
    {"metric_value", Field, "metric_value"},
    {"metric_unit", Field, "metric_unit"},
    {"metric_metadata", Field, "metric_metadata"},
    {"timestamp", FieldOrArrival, "timestamp"},
});
constexpr auto portMetricColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"port_name", Field, "port_name"},
    {"messages_sent", Field, "messages_sent", 0},
    {"messages_received", Field, "messages_received", 0},
    {"avg_send_duration_ms", Field, "avg_send_duration_ms"},
    {"avg_receive_duration_ms", Field, "avg_receive_duration_ms"},
    {"avg_message_age_ms", Field, "avg_message_age_ms"},
    {"buffer_utilization", Field, "buffer_utilization"},
    {"timestamp", FieldOrArrival, "timestamp"},
});
constexpr auto healthColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"component_name", Field, "component_name"},
    {"health_status", Field, "health_status"},
    {"health_details", Field, "health_details"},
    {"last_heartbeat", Arrival},
    {"created_at", Arrival},
});
constexpr auto checkpointColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"checkpoint_name", Field, "checkpoint_name"},
    {"component_name", Field, "component_name"},
    {"checkpoint_data", Field, "checkpoint_data"},
    {"checkpoint_metadata", Field, "checkpoint_metadata"},
    {"version", Version, "version"},
    {"created_at", Arrival},
    {"expires_at", Field, "expires_at"},
});
constexpr auto componentStateColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"component_name", Field, "component_name"},
    {"component_type", Field, "component_type"},
    {"state_data", Field, "state_data"},
    {"version", Version, "version"},
    {"created_at", Arrival},
    {"updated_at", Arrival},
});
constexpr auto sinkColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"sink_name", Field, "sink_name"},
    {"data_type", Field, "data_type"},
    {"data", Field, "data"},
    {"metadata", Field, "metadata"},
    {"created_at", Arrival},
    {"updated_at", Arrival},
});

constexpr auto portMessages = std::to_array<RecordTable>({{"port_messages", portMessageColumns}});
// The guard decides; where it was pruned, the metric that is still there does.
constexpr auto sensorEvents =
    std::to_array<RecordTable>({{"processed_events", processedEventColumns}, {"metrics", pipelineColumns, true}});
constexpr auto componentMetricPlan = std::to_array<RecordTable>({{"component_metrics", componentMetricColumns, true}});
constexpr auto portMetricPlan = std::to_array<RecordTable>({{"port_metrics", portMetricColumns, true}});
constexpr auto healthPlan = std::to_array<RecordTable>({{"system_health", healthColumns}});
constexpr auto checkpointPlan = std::to_array<RecordTable>({{"checkpoints", checkpointColumns}});
constexpr auto componentStates = std::to_array<RecordTable>({{"component_state", componentStateColumns}});
constexpr auto sinks = std::to_array<RecordTable>({{"sink_storage", sinkColumns}});

// Rows of listings.
constexpr auto listedPortMessageColumns = std::to_array<RecordColumn>({
    {"id", FieldOrNewId, "id"},
    {"port_name", Field, "port_name"},
    {"source_component", Field, "source_component"},
    {"target_component", Field, "target_component"},
    {"message_data", Field, "message_data"},
    {"message_metadata", Field, "message_metadata"},
    {"status", Kept, "status"},
    {"retry_count", Kept, "retry_count"},
    {"max_retries", Field, "max_retries", 3},
    {"created_at", KeptOrArrival, "created_at"},
    {"processed_at", Kept, "processed_at"},
    {"completed_at", Kept, "completed_at"},
    {"status_changed_at", Kept, "status_changed_at", {}, true},
    {"error_message", Kept, "error_message"},
    {"error_details", Kept, "error_details"},
});
constexpr auto listedEventColumns = std::to_array<RecordColumn>({
    {"event_id", Field, "event_id"},
    {"sensor_id", Field, "sensor_id"},
    {"processed_at", KeptOrArrival, "created_at"},
});
constexpr auto listedMetricColumns = std::to_array<RecordColumn>({
    {"sensor_id", Field, "sensor_id"},
    {"event_id", Field, "event_id"},
    {"timestamp", Kept, "timestamp"},
    {"value", Field, "value"},
    {"created_at", KeptOrArrival, "created_at"},
});
constexpr auto listedComponentMetricColumns = std::to_array<RecordColumn>({
    {"id", FieldOrNewId, "id"},
    {"component_name", Field, "component_name"},
    {"metric_name", Field, "metric_name"},
    {"metric_value", Field, "metric_value"},
    {"metric_unit", Field, "metric_unit"},
    {"metric_metadata", Field, "metric_metadata"},
    {"timestamp", KeptOrArrival, "timestamp"},
});
constexpr auto listedPortMetricColumns = std::to_array<RecordColumn>({
    {"id", FieldOrNewId, "id"},
    {"port_name", Field, "port_name"},
    {"messages_sent", Field, "messages_sent"},
    {"messages_received", Field, "messages_received"},
    {"avg_send_duration_ms", Field, "avg_send_duration_ms"},
    {"avg_receive_duration_ms", Field, "avg_receive_duration_ms"},
    {"avg_message_age_ms", Field, "avg_message_age_ms"},
    {"buffer_utilization", Field, "buffer_utilization"},
    {"timestamp", KeptOrArrival, "timestamp"},
});
constexpr auto listedHealthColumns = std::to_array<RecordColumn>({
    {"id", FieldOrNewId, "id"},
    {"component_name", Field, "component_name"},
    {"health_status", Field, "health_status"},
    {"health_details", Field, "health_details"},
    {"last_heartbeat", KeptOrArrival, "last_heartbeat"},
    {"created_at", KeptOrArrival, "created_at"},
});
constexpr auto listedCheckpointColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"checkpoint_name", Field, "checkpoint_name"},
    {"component_name", Field, "component_name"},
    {"checkpoint_data", Field, "checkpoint_data"},
    {"checkpoint_metadata", Field, "checkpoint_metadata"},
    {"version", Version, "version"},
    {"created_at", KeptOrArrival, "created_at"},
    {"expires_at", Kept, "expires_at"},
});
constexpr auto listedComponentStateColumns = std::to_array<RecordColumn>({
    {"id", NewId},
    {"component_name", Field, "component_name"},
    {"component_type", Field, "component_type"},
    {"state_data", Field, "state_data"},
    {"version", Version, "version"},
    {"created_at", KeptOrArrival, "created_at"},
    {"updated_at", KeptOrArrival, "updated_at"},
});
constexpr auto listedSinkColumns = std::to_array<RecordColumn>({
    {"id", FieldOrNewId, "id"},
    {"sink_name", Field, "sink_name"},
    {"data_type", Field, "data_type"},
    {"data", Field, "data"},
    {"metadata", Field, "metadata"},
    {"created_at", KeptOrArrival, "created_at"},
    {"updated_at", KeptOrArrival, "updated_at"},
});

constexpr auto listedPortMessages = std::to_array<RecordTable>({{"port_messages", listedPortMessageColumns}});
constexpr auto listedSensorEvents =
    std::to_array<RecordTable>({{"processed_events", listedEventColumns}, {"metrics", listedMetricColumns}});
constexpr auto listedComponentMetrics =
    std::to_array<RecordTable>({{"component_metrics", listedComponentMetricColumns}});
constexpr auto listedPortMetrics = std::to_array<RecordTable>({{"port_metrics", listedPortMetricColumns}});
constexpr auto listedHealthPlan = std::to_array<RecordTable>({{"system_health", listedHealthColumns}});
constexpr auto listedCheckpoints = std::to_array<RecordTable>({{"checkpoints", listedCheckpointColumns}});
constexpr auto listedComponentStates = std::to_array<RecordTable>({{"component_state", listedComponentStateColumns}});
constexpr auto listedSinks = std::to_array<RecordTable>({{"sink_storage", listedSinkColumns}});

constexpr auto checkpointData =
    std::to_array<const char*>({"component_name", "checkpoint_data", "checkpoint_metadata", "expires_at"});
constexpr auto componentStateData = std::to_array<const char*>({"component_type", "state_data"});

constexpr auto portMessageData = std::to_array<const char*>(
    {"port_name", "source_component", "target_component", "message_data", "message_metadata", "max_retries"});
constexpr auto sensorEventData = std::to_array<const char*>({"sensor_id", "timestamp", "value"});
constexpr auto componentMetricData = std::to_array<const char*>(
    {"component_name", "metric_name", "metric_value", "metric_unit", "metric_metadata", "timestamp"});
constexpr auto portMetricData =
    std::to_array<const char*>({"port_name", "messages_sent", "messages_received", "avg_send_duration_ms",
                                "avg_receive_duration_ms", "avg_message_age_ms", "buffer_utilization", "timestamp"});
constexpr auto healthData = std::to_array<const char*>({"component_name", "health_status", "health_details"});
constexpr auto sinkData = std::to_array<const char*>({"sink_name", "data_type", "data", "metadata"});

constexpr auto plans = std::to_array<RecordPlan>({
    {MessageKind::PortMessage, RecordRule::ByKey, portMessages, "id", portMessageData},
    {MessageKind::SensorEvent, RecordRule::ByKey, sensorEvents, "event_id", sensorEventData},
    {MessageKind::ComponentMetric, RecordRule::Always, componentMetricPlan},
    {MessageKind::PortMetric, RecordRule::Always, portMetricPlan},
    {MessageKind::Health, RecordRule::Always, healthPlan},
    {MessageKind::Checkpoint, RecordRule::ByVersion, checkpointPlan, "checkpoint_name", checkpointData,
     std::numeric_limits<qint64>::max(), "is_latest"},
    {MessageKind::ComponentState, RecordRule::ByVersion, componentStates, "component_name", componentStateData,
     std::numeric_limits<qint32>::max()},
    {MessageKind::SinkRecord, RecordRule::Always, sinks},
});
static_assert(plans.size() == messageKinds - 1);

// A listing tells the ids of its rows, so that a row that is there already is known by it.
constexpr auto plansOfListings = std::to_array<RecordPlan>({
    {MessageKind::PortMessage, RecordRule::ByKey, listedPortMessages, "id", portMessageData},
    {MessageKind::SensorEvent, RecordRule::ByKey, listedSensorEvents, "event_id", sensorEventData},
    {MessageKind::ComponentMetric, RecordRule::ByKey, listedComponentMetrics, "id", componentMetricData},
    {MessageKind::PortMetric, RecordRule::ByKey, listedPortMetrics, "id", portMetricData},
    {MessageKind::Health, RecordRule::ByKey, listedHealthPlan, "id", healthData},
    {MessageKind::Checkpoint, RecordRule::ByVersion, listedCheckpoints, "checkpoint_name", checkpointData,
     std::numeric_limits<qint64>::max(), "is_latest"},
    {MessageKind::ComponentState, RecordRule::ByVersion, listedComponentStates, "component_name", componentStateData,
     std::numeric_limits<qint32>::max()},
    {MessageKind::SinkRecord, RecordRule::ByKey, listedSinks, "id", sinkData},
});
static_assert(plansOfListings.size() == plans.size());

} // namespace

std::span<const RecordPlan> recordPlans() {
    return plans;
}

std::span<const RecordPlan> listedPlans() {
    return plansOfListings;
}

const char* partitionedTable(MessageKind kind) {
    const auto* const plan = std::ranges::find(plans, kind, &RecordPlan::kind);
    if (plan == plans.end()) // messages
        return nullptr;
    const auto table = std::ranges::find_if(plan->tables, &RecordTable::isPartitioned);
    return table == plan->tables.end() ? nullptr : table->name;
}

} // namespace portolan
