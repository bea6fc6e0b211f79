#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/migrations/migrations.h"

#include <optional>
#include <vector>

namespace portolan {

// Each opens the store, does its work and closes it; any thread. The token ends opening a database on a server,
// reading, and the backup before a migration; a step that has begun goes to its end. Errors besides those of opening:
// Unsupported – a file store has no schema, or the store's is newer than the program; Corrupt – a gap, or a changed
// script.

[[nodiscard]] Result<SchemaVersion> schemaVersion(const StoreUrl& url, const CancelToken& token);
[[nodiscard]] Result<std::vector<MigrationEntry>> migrationHistory(const StoreUrl& url, const CancelToken& token);

enum class MigrationMove { Up, Down, To };

/// Up and Down take a number of steps (nothing: all the way up, one down), To takes a version. A missing SQLite file
/// is created by Up and To. A verified backup is made before a store with rows is changed, in the store's
/// list of backups. Each step is in the audit, in its own transaction,
/// as soon as there is one and for as long as there is; so is a step that failed.
[[nodiscard]] Result<MigrationReport> migrate(const StoreUrl& url, MigrationMove move, std::optional<int> count,
                                              const MigrationAuthor& author, const CancelToken& token);

/// Looks what going to a version would do; changes nothing. Error Usage: there is no such version.
[[nodiscard]] Result<MigrationPlan> migrationPlan(const StoreUrl& url, int version, const CancelToken& token);

/// Does what was looked at, as migrate() does it. Error Changed: the schema has another version by now.
[[nodiscard]] Result<MigrationReport> migrateAs(const StoreUrl& url, const MigrationPlan& plan,
                                                const MigrationAuthor& author, const CancelToken& token);

} // namespace portolan
