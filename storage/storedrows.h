#pragma once

#include "storage/rowsource.h"

#include <span>
#include <vector>

namespace portolan {

/// Tables of a pipeline that are listed as they are (CONTRACT §5): all versions of checkpoints and of components'
/// states among them.
enum class StoredTable {
    ComponentMetrics,
    PortMetrics,
    Metrics,
    ProcessedEvents,
    Checkpoints,
    Components,
    Health,
    Sinks,
};

/// A row of one of them: its cells in the order of storedColumns(), those that another program's table lacks are
/// nothing.
struct StoredRow {
    std::vector<Value> cells;
};

/// The columns of the reference's DDL, by their names there.
std::span<const Column<StoredRow>> storedColumns(StoredTable table);
const FilterSchema& storedSchema(StoredTable table);
/// As the database calls it.
[[nodiscard]] const char* storedTableName(StoredTable table);

} // namespace portolan
