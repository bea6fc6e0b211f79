#include "storage/metrics.h"

#include <array>

namespace portolan {

namespace {

template <std::size_t number>
Value cell(const MetricRow& row) {
    return row.cells[number];
}

constexpr Column<MetricRow> componentMetrics[] = {
    {"id", ColumnType::Text, cell<0>},          {"component_name", ColumnType::Text, cell<1>},
    {"metric_name", ColumnType::Text, cell<2>}, {"metric_value", ColumnType::Real, cell<3>},
    {"metric_unit", ColumnType::Text, cell<4>}, {"metric_metadata", ColumnType::Json, cell<5>},
    {"timestamp", ColumnType::Time, cell<6>},
};
constexpr Column<MetricRow> portMetrics[] = {
    {"id", ColumnType::Text, cell<0>},
    {"port_name", ColumnType::Text, cell<1>},
    {"messages_sent", ColumnType::Integer, cell<2>},
    {"messages_received", ColumnType::Integer, cell<3>},
    {"avg_send_duration_ms", ColumnType::Real, cell<4>},
    {"avg_receive_duration_ms", ColumnType::Real, cell<5>},
    {"avg_message_age_ms", ColumnType::Real, cell<6>},
    {"buffer_utilization", ColumnType::Real, cell<7>},
    {"timestamp", ColumnType::Time, cell<8>},
};
constexpr Column<MetricRow> metrics[] = {
    {"id", ColumnType::Integer, cell<0>},    {"sensor_id", ColumnType::Text, cell<1>},
    {"event_id", ColumnType::Text, cell<2>}, {"timestamp", ColumnType::Time, cell<3>},
    {"value", ColumnType::Real, cell<4>},    {"created_at", ColumnType::Time, cell<5>},
};
constexpr Column<MetricRow> processedEvents[] = {
    {"event_id", ColumnType::Text, cell<0>},        {"sensor_id", ColumnType::Text, cell<1>},
    {"processed_at", ColumnType::Time, cell<2>},    {"kafka_partition", ColumnType::Integer, cell<3>},
    {"kafka_offset", ColumnType::Integer, cell<4>},
};

struct Described {
    const char* name;
    std::span<const Column<MetricRow>> columns;
    FilterSchema schema;
};

const Described& described(MetricTable table) {
    const auto describe = [](const char* name, std::span<const Column<MetricRow>> columns, QByteArrayView time,
                             std::initializer_list<QByteArrayView> searched) {
        return Described{name, columns, schemaOf(columns, time, searched)};
    };
    static const std::array<Described, 4> all{
        describe("component_metrics", componentMetrics, "timestamp",
                 {"component_name", "metric_name", "metric_unit", "metric_metadata"}),
        describe("port_metrics", portMetrics, "timestamp", {"port_name"}),
        describe("metrics", metrics, "timestamp", {"sensor_id", "event_id"}),
        describe("processed_events", processedEvents, "processed_at", {"event_id", "sensor_id"}),
    };
    return all[static_cast<std::size_t>(table)];
}

} // namespace

std::span<const Column<MetricRow>> metricColumns(MetricTable table) {
    return described(table).columns;
}

const FilterSchema& metricSchema(MetricTable table) {
    return described(table).schema;
}

const char* metricTableName(MetricTable table) {
    return described(table).name;
}

} // namespace portolan
