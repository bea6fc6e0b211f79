#pragma once

#include "storage/replay/replay.h"
#include "storage/sql/rowview.h"

#include <QString>
#include <optional>

namespace portolan {

// Replay runs as rows of portolan_replay_runs.

/// Returns the columns that readRun() reads, as the text of a SELECT.
[[nodiscard]] const QString& runColumns();
[[nodiscard]] ReplayRun readRun(const RowView& row);

/// Returns true when a run may go from one state to another.
[[nodiscard]] bool isAllowed(RunState from, RunState to);
/// Returns the audit's action for entering a state.
[[nodiscard]] const char* actionOf(RunState to);

} // namespace portolan
