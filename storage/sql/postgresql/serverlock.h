#pragma once

#include "storage/sql/connection/connection.h"

namespace portolan {

/// The work that writers of one PostgreSQL database do one after the other. In SQLite BEGIN IMMEDIATE does it for
/// everything.
enum class ServerLock {
    OpenBatch = 1, ///< looking at the last batch, the last number and the source keys, and adding to them
    Schema = 2,    ///< migrating
    Partitions = 3,
    Archive = 4, ///< putting messages back from the archive
    Undo = 5,    ///< undoing whatever the audit tells
};

/// Waits for the lock and holds it until the transaction ends: an advisory lock of Portolan's own, which other
/// programs' work on the same tables does not touch. A transaction whose fate is unknown, because its connection broke
/// in COMMIT, holds it until the server has settled it, so that the next holder of the lock sees what became of it.
/// Nothing to do in SQLite. Error Busy after lock_timeout.
[[nodiscard]] Result<void> lockUntilCommit(Connection& connection, ServerLock lock);

} // namespace portolan
