#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/stores/backup.h"

namespace portolan {

struct RestoreRequest {
    QString file;
    QStringList only;     ///< tables; none: all
    bool replace = false; ///< what is there is kept as a backup, and goes; with `only` of these tables alone
    QByteArray program;
    BackupAuthor author;
};

struct RestoreReport {
    BackupManifest manifest; ///< of what was restored
    qint64 rows = 0;
    QString kept;           ///< the backup of what was there; empty: nothing was
    QStringList notes;      ///< sentences about what was restored otherwise than it was backed up
    QStringList shortfalls; ///< sentences: what was not looked at or written down
};

/// Restores a backup into a new or empty place, or in the place of what is there: unpacked aside, proved, and only then
/// put there at one instant. The mark of production and the leases of the schedule are those of the place. With an
/// error or cancelled the place is as it was. Errors: Usage – the backup is of another kind of store, something is
/// there, or a table needs another one; Busy – it is open elsewhere; Corrupt, Io, Unsupported, Cancelled.
[[nodiscard]] Result<RestoreReport> restoreBackup(const StoreUrl& into, const RestoreRequest& request,
                                                  const BackupTick& tick, const CancelToken& token);

} // namespace portolan
