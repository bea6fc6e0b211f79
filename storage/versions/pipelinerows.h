#pragma once

#include "storage/listing/rowsource.h"

#include <span>
#include <vector>

namespace portolan {

/// Tables of a pipeline that are listed as they are (CONTRACT §5): all versions of checkpoints and of components'
/// states among them.
enum class PipelineTable {
    ComponentMetrics,
    PortMetrics,
    Metrics,
    ProcessedEvents,
    Checkpoints,
    Components,
    Health,
    Sinks,
    SinkCells,          ///< as Sinks, of whose texts a page brings the beginning: cellBytes at least
    CheckpointNames,    ///< of each name the version that counts
    CheckpointVersions, ///< as Checkpoints
    ComponentNames,     ///< of each component the highest version
    ComponentVersions,  ///< as Components
    ObjectModels,       ///< all versions, also those that were forgotten
};

/// A row of one of them: its cells in the order of storedColumns(), those that another program's table lacks are
/// nothing.
struct PipelineRow {
    std::vector<Value> cells;
};

/// The columns of the reference's DDL, by their names there; after them `metadata`, what came beside rows whose table
/// has no column for it. Those of the names and versions, which a window pages through, have the size of the content in
/// bytes (as it is stored) in its place: filters look into it, and into the metadata, rows bring neither. previous_at
/// is the time of the version before it: nothing of the first, and where no index finds it.
std::span<const Column<PipelineRow>> pipelineColumns(PipelineTable table);
const ColumnSet& pipelineSchema(PipelineTable table);
/// A cell of a row by its column's name; nothing for a name that is none of its columns.
[[nodiscard]] Value pipelineCell(PipelineTable table, const PipelineRow& row, QByteArrayView column);
/// Returns the id that tells a row from the others of its table; empty where another program left it out.
[[nodiscard]] QByteArray storedId(const PipelineRow& row);
/// As the database calls it.
[[nodiscard]] const char* pipelineTableName(PipelineTable table);

} // namespace portolan
