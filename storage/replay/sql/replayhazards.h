#pragma once

#include "storage/replay/replay.h"
#include "storage/replay/sql/replaysql.h"
#include "storage/sql/connection/connection.h"

namespace portolan {

/// A condition on messages (m), and what it binds.
struct HazardScope {
    QString condition;
    QVariantList bindings;
};

/// Notes in the preview which messages of a scope come too late: later ones of the same port and correlation key have
/// completed already. Cost: the scope once for each of their ports (32 at most), and of each port the newest 20,000
/// messages that completed since, by the index of migration 005. Finds nothing where messages have no metadata or no
/// time.
[[nodiscard]] Result<void> findHazards(Connection& connection, const ReplaySql& sql, const HazardScope& scope,
                                       ReplayPreview& preview);

} // namespace portolan
