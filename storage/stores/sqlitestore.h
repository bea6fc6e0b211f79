#pragma once

#include "storage/store.h"
#include "storage/stores/sqlstore.h"

#include <memory>

namespace portolan {

/// Opens a SQLite file as a store.
///
/// For writing, a missing or empty file (no table in it) gets the current schema and a write-ahead log, and mode 0600
/// if it was missing; so does one with an older schema of Portolan's that holds no rows (its creation was cut short).
/// A database with an older schema and rows, or another program's, opens as it is and is never migrated by opening:
/// what needs the current schema (receiving) says that `portolan migrate` brings it. One with a newer or damaged schema
/// is refused for writing (Unsupported, Corrupt) and may be read.
///
/// For reading, the file may be anybody's; see openSqliteForReading().
[[nodiscard]] Result<std::unique_ptr<Store>> openSqliteStore(const StoreUrl& url, Access access,
                                                             const CancelToken& token = {});

/// A SQLite file opened for `portolan migrate`, whatever its schema is. Write creates a missing file; a database that
/// is or becomes Portolan's own gets a write-ahead log.
[[nodiscard]] Result<SqlMigration> openSqliteMigration(const StoreUrl& url, Access access,
                                                       const CancelToken& token = {});

} // namespace portolan
