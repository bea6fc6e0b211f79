#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QString>

namespace portolan {

/// Makes `<path>.before-migration-NNN-<time>.bak` (mode 0600) when the database holds rows: a consistent copy, synced,
/// verified (integrity check, row counts of every table), and only then given its name. Returns its path, or an
/// empty one when there was nothing to keep. `connection` may hold the write lock. Errors: Io, Corrupt (the database
/// or the copy is damaged).
[[nodiscard]] Result<QString> backUpBeforeMigration(Connection& connection, const QString& path, int version);

} // namespace portolan
