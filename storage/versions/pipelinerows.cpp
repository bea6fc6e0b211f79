#include "storage/versions/pipelinerows.h"

#include <array>

namespace portolan {

namespace {

template <std::size_t number>
Value cell(const PipelineRow& row) {
    return row.cells[number];
}

constexpr Column<PipelineRow> componentMetrics[] = {
    {"id", ColumnType::Text, cell<0>},          {"component_name", ColumnType::Text, cell<1>},
    {"metric_name", ColumnType::Text, cell<2>}, {"metric_value", ColumnType::Real, cell<3>},
    {"metric_unit", ColumnType::Text, cell<4>}, {"metric_metadata", ColumnType::Json, cell<5>},
    {"timestamp", ColumnType::Time, cell<6>},
};
constexpr Column<PipelineRow> portMetrics[] = {
    {"id", ColumnType::Text, cell<0>},
    {"port_name", ColumnType::Text, cell<1>},
    {"messages_sent", ColumnType::Integer, cell<2>},
    {"messages_received", ColumnType::Integer, cell<3>},
    {"avg_send_duration_ms", ColumnType::Real, cell<4>},
    {"avg_receive_duration_ms", ColumnType::Real, cell<5>},
    {"avg_message_age_ms", ColumnType::Real, cell<6>},
    {"buffer_utilization", ColumnType::Real, cell<7>},
    {"timestamp", ColumnType::Time, cell<8>},
    {"metadata", ColumnType::Json, cell<9>},
};
constexpr Column<PipelineRow> metrics[] = {
    {"id", ColumnType::Integer, cell<0>},    {"sensor_id", ColumnType::Text, cell<1>},
    {"event_id", ColumnType::Text, cell<2>}, {"timestamp", ColumnType::Time, cell<3>},
    {"value", ColumnType::Real, cell<4>},    {"created_at", ColumnType::Time, cell<5>},
    {"metadata", ColumnType::Json, cell<6>},
};
constexpr Column<PipelineRow> processedEvents[] = {
    {"event_id", ColumnType::Text, cell<0>},        {"sensor_id", ColumnType::Text, cell<1>},
    {"processed_at", ColumnType::Time, cell<2>},    {"kafka_partition", ColumnType::Integer, cell<3>},
    {"kafka_offset", ColumnType::Integer, cell<4>},
};
constexpr Column<PipelineRow> checkpoints[] = {
    {"id", ColumnType::Text, cell<0>},
    {"checkpoint_name", ColumnType::Text, cell<1>},
    {"component_name", ColumnType::Text, cell<2>},
    {"version", ColumnType::Integer, cell<3>},
    {"is_latest", ColumnType::Boolean, cell<4>},
    {"created_at", ColumnType::Time, cell<5>},
    {"expires_at", ColumnType::Time, cell<6>},
    {"checkpoint_metadata", ColumnType::Json, cell<7>},
    {"checkpoint_data", ColumnType::Json, cell<8>},
};
constexpr Column<PipelineRow> components[] = {
    {"id", ColumnType::Text, cell<0>},
    {"component_name", ColumnType::Text, cell<1>},
    {"component_type", ColumnType::Text, cell<2>},
    {"version", ColumnType::Integer, cell<3>},
    {"created_at", ColumnType::Time, cell<4>},
    {"updated_at", ColumnType::Time, cell<5>},
    {"state_data", ColumnType::Json, cell<6>},
    {"metadata", ColumnType::Json, cell<7>},
};
constexpr Column<PipelineRow> health[] = {
    {"id", ColumnType::Text, cell<0>},
    {"component_name", ColumnType::Text, cell<1>},
    {"health_status", ColumnType::Text, cell<2>},
    {"last_heartbeat", ColumnType::Time, cell<3>},
    {"created_at", ColumnType::Time, cell<4>},
    {"health_details", ColumnType::Json, cell<5>},
    {"metadata", ColumnType::Json, cell<6>},
};
constexpr Column<PipelineRow> sinks[] = {
    {"id", ColumnType::Text, cell<0>},         {"sink_name", ColumnType::Text, cell<1>},
    {"data_type", ColumnType::Text, cell<2>},  {"created_at", ColumnType::Time, cell<3>},
    {"updated_at", ColumnType::Time, cell<4>}, {"metadata", ColumnType::Json, cell<5>},
    {"data", ColumnType::Json, cell<6>},
};

constexpr Column<PipelineRow> checkpointNames[] = {
    {"id", ColumnType::Text, cell<0>},
    {"checkpoint_name", ColumnType::Text, cell<1>},
    {"component_name", ColumnType::Text, cell<2>},
    {"version", ColumnType::Integer, cell<3>},
    {"versions", ColumnType::Integer, cell<4>},
    {"size", ColumnType::Integer, cell<5>},
    {"created_at", ColumnType::Time, cell<6>},
    {"expires_at", ColumnType::Time, cell<7>},
    {"checkpoint_data", ColumnType::Json, cell<8>},
};
constexpr Column<PipelineRow> checkpointVersions[] = {
    {"id", ColumnType::Text, cell<0>},
    {"checkpoint_name", ColumnType::Text, cell<1>},
    {"component_name", ColumnType::Text, cell<2>},
    {"version", ColumnType::Integer, cell<3>},
    {"is_latest", ColumnType::Boolean, cell<4>},
    {"size", ColumnType::Integer, cell<5>},
    {"created_at", ColumnType::Time, cell<6>},
    {"previous_at", ColumnType::Time, cell<7>},
    {"expires_at", ColumnType::Time, cell<8>},
    {"checkpoint_metadata", ColumnType::Json, cell<9>},
    {"checkpoint_data", ColumnType::Json, cell<10>},
};
constexpr Column<PipelineRow> componentNames[] = {
    {"id", ColumnType::Text, cell<0>},
    {"component_name", ColumnType::Text, cell<1>},
    {"component_type", ColumnType::Text, cell<2>},
    {"version", ColumnType::Integer, cell<3>},
    {"versions", ColumnType::Integer, cell<4>},
    {"size", ColumnType::Integer, cell<5>},
    {"updated_at", ColumnType::Time, cell<6>},
    {"created_at", ColumnType::Time, cell<7>},
    {"state_data", ColumnType::Json, cell<8>},
};
constexpr Column<PipelineRow> componentVersions[] = {
    {"id", ColumnType::Text, cell<0>},
    {"component_name", ColumnType::Text, cell<1>},
    {"component_type", ColumnType::Text, cell<2>},
    {"version", ColumnType::Integer, cell<3>},
    {"size", ColumnType::Integer, cell<4>},
    {"updated_at", ColumnType::Time, cell<5>},
    {"previous_at", ColumnType::Time, cell<6>},
    {"created_at", ColumnType::Time, cell<7>},
    {"state_data", ColumnType::Json, cell<8>},
};

constexpr Column<PipelineRow> objectModels[] = {
    {"id", ColumnType::Text, cell<0>},         {"name", ColumnType::Text, cell<1>},
    {"version", ColumnType::Integer, cell<2>}, {"table_name", ColumnType::Text, cell<3>},
    {"created_at", ColumnType::Time, cell<4>}, {"deleted_at", ColumnType::Time, cell<5>},
    {"definition", ColumnType::Json, cell<6>},
};

struct Described {
    const char* name;
    std::span<const Column<PipelineRow>> columns;
    ColumnSet schema;
};

const Described& described(PipelineTable table) {
    const auto describe = [](const char* name, std::span<const Column<PipelineRow>> columns, QByteArrayView time,
                             std::initializer_list<QByteArrayView> searched,
                             std::vector<std::pair<QByteArray, QByteArray>> shortNames = {}) {
        Described made{name, columns, schemaOf(columns, time, searched)};
        made.schema.jsonAliases = std::move(shortNames);
        return made;
    };
    static const std::array<Described, 14> all{
        describe("component_metrics", componentMetrics, "timestamp",
                 {"component_name", "metric_name", "metric_unit", "metric_metadata"}, {{"meta", "metric_metadata"}}),
        describe("port_metrics", portMetrics, "timestamp", {"port_name"}, {{"meta", "metadata"}}),
        describe("metrics", metrics, "timestamp", {"sensor_id", "event_id"}, {{"meta", "metadata"}}),
        describe("processed_events", processedEvents, "processed_at", {"event_id", "sensor_id"}),
        describe("checkpoints", checkpoints, "created_at",
                 {"checkpoint_name", "component_name", "checkpoint_metadata", "checkpoint_data"},
                 {{"data", "checkpoint_data"}, {"meta", "checkpoint_metadata"}}),
        describe("component_state", components, "updated_at", {"component_name", "component_type", "state_data"},
                 {{"data", "state_data"}, {"meta", "metadata"}}),
        describe("system_health", health, "last_heartbeat", {"component_name", "health_status", "health_details"},
                 {{"details", "health_details"}, {"meta", "metadata"}}),
        describe("sink_storage", sinks, "created_at", {"sink_name", "data_type", "metadata", "data"},
                 {{"meta", "metadata"}}),
        describe("sink_storage", sinks, "created_at", {"sink_name", "data_type", "metadata", "data"},
                 {{"meta", "metadata"}}),
        describe("checkpoints", checkpointNames, "created_at", {"checkpoint_name", "component_name", "checkpoint_data"},
                 {{"data", "checkpoint_data"}}),
        describe("checkpoints", checkpointVersions, "created_at",
                 {"checkpoint_name", "component_name", "checkpoint_metadata", "checkpoint_data"},
                 {{"data", "checkpoint_data"}, {"meta", "checkpoint_metadata"}}),
        describe("component_state", componentNames, "updated_at", {"component_name", "component_type", "state_data"},
                 {{"data", "state_data"}}),
        describe("component_state", componentVersions, "updated_at", {"component_name", "component_type", "state_data"},
                 {{"data", "state_data"}}),
        describe("portolan_object_models", objectModels, "created_at", {"name", "table_name", "definition"}),
    };
    return all[static_cast<std::size_t>(table)];
}

} // namespace

std::span<const Column<PipelineRow>> pipelineColumns(PipelineTable table) {
    return described(table).columns;
}

const ColumnSet& pipelineSchema(PipelineTable table) {
    return described(table).schema;
}

Value pipelineCell(PipelineTable table, const PipelineRow& row, QByteArrayView column) {
    const auto columns = pipelineColumns(table);
    const auto found =
        std::ranges::find_if(columns, [&](const Column<PipelineRow>& each) { return column == each.name; });
    return found == columns.end() ? Value() : found->value(row);
}

QByteArray storedId(const PipelineRow& row) {
    const auto* const id = std::get_if<QByteArray>(&row.cells.front());
    return id ? *id : QByteArray();
}

const char* pipelineTableName(PipelineTable table) {
    return described(table).name;
}

} // namespace portolan
