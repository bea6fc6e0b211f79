#pragma once

#include "storage/replay/replay.h"
#include "storage/sql/connection.h"
#include "storage/sql/replaysql.h"

namespace portolan {

/// For which frozen messages of a run later ones of the same port and correlation key have completed already, into the
/// preview. Cost: the frozen rows once for each of their ports (32 at most), and of each port the newest 20,000
/// messages that completed since, by the index of 005. Nothing to find where messages have no metadata or no time.
[[nodiscard]] Result<void> findHazards(Connection& connection, const ReplaySql& sql, ReplayPreview& preview);

} // namespace portolan
