#pragma once

#include "storage/replay/replay.h"
#include "storage/sql/connection/connection.h"
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

/// Moves the job of a run, which has the run's id, as the run enters a state; makes it when the run is first carried
/// out, and leaves one that has ended. Within a transaction that is open already.
[[nodiscard]] Result<void> followRun(Connection& connection, const QByteArray& run, RunState to,
                                     const QByteArray& actor, const QByteArray& errorMessage);

} // namespace portolan
