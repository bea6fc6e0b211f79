#pragma once

#include "storage/backups/backups.h"
#include "storage/base/result.h"

#include <QByteArrayView>
#include <QString>
#include <vector>

namespace portolan {

/// The backups that are kept of what a store's folder of backups has.
struct BackupPolicy {
    int daily = 30;   ///< the newest of each of so many days
    int monthly = 12; ///< the newest of each of so many months
};

/// Reads "daily:30 monthly:12"; what is left out is as usual. Error Usage.
[[nodiscard]] Result<BackupPolicy> parseBackupPolicy(QByteArrayView text);

/// The backups of a folder by whether they stay.
struct SortedBackups {
    std::vector<BackupEntry> leaving; ///< oldest first
    std::vector<BackupEntry> staying; ///< oldest first
};

/// Sorts backups: full ones that were proved stay by the policy, by days of UTC. The newest proved one stays whatever
/// the policy says, and so does what was made in the last day. Others (of some tables, made before a migration or a
/// restore, not proved) stay for as long as days are kept. `backups`: those of ownBackups().
[[nodiscard]] SortedBackups sortBackups(std::vector<BackupEntry> backups, const BackupPolicy& policy, Timestamp now);

/// Reads the backups of a folder whose files are in it and end with their seal, oldest first. Error Io.
[[nodiscard]] Result<std::vector<BackupEntry>> ownBackups(const QString& folder);

/// Removes one of ownBackups() with its line in the list, durably. Returns false when another file has its name by now,
/// or none. Error Io.
[[nodiscard]] Result<bool> removeBackup(const QString& folder, const BackupEntry& backup);

} // namespace portolan
