#pragma once

#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <QString>

namespace portolan {

/// Makes `DATABASE.before-migration-NNN-<time>.dump` (mode 0600, pg_dump's custom format) in the user's data folder,
/// under portolan/backups, when the database holds rows; verified by reading all of it back and counting every
/// table's rows, and only then given its name. Returns its path, or an empty one when there was nothing to keep.
/// `connection` is in a transaction; from here to its end other programs read the tables, but do not write to them.
/// Errors: Unsupported – pg_dump is not installed; Io; Corrupt – the backup does not hold what it should.
[[nodiscard]] Result<QString> backUpServerBeforeMigration(Connection& connection, const StoreUrl& store, int version);

} // namespace portolan
