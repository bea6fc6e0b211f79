#pragma once

#include "storage/base/result.h"

#include <QString>

namespace portolan {

// The file of a backup that is made before a migration: every error says that nothing was migrated.

/// Of a call that failed just now (errno): "Cannot <doing> the backup <path>: …".
[[nodiscard]] Error backupError(const QString& doing, const QString& path);

/// Makes the file, for its owner alone. Error Io, also when there is one.
[[nodiscard]] Result<void> createBackup(const QString& path);

/// Puts what was written on the disk. `flags` are open()'s.
[[nodiscard]] Result<void> syncBackup(const QString& path, int flags);

} // namespace portolan
