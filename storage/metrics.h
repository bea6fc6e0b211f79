#pragma once

#include "storage/rowsource.h"

#include <span>
#include <vector>

namespace portolan {

/// The tables that receivers write samples and events to, as listings (CONTRACT §5).
enum class MetricTable { ComponentMetrics, PortMetrics, Metrics, ProcessedEvents };

/// A row of one of them: its cells in the order of metricColumns(), those that another program's table lacks are
/// nothing.
struct MetricRow {
    std::vector<Value> cells;
};

/// The columns of the reference's DDL, by their names there.
std::span<const Column<MetricRow>> metricColumns(MetricTable table);
const FilterSchema& metricSchema(MetricTable table);
/// As the database calls it.
[[nodiscard]] const char* metricTableName(MetricTable table);

} // namespace portolan
