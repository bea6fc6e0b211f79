#pragma once

#include "storage/backups/backupjob.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <QStringList>

namespace portolan {

/// Returns the tables, of all schemas, that the role may read, quoted with their schemas: to be locked before the
/// snapshot of copyDatabase(). `only`: of these tables of the store's schema; none: all.
[[nodiscard]] Result<QStringList> tablesToCopy(Connection& connection, const QStringList& only);

/// Writes a database into a backup by COPY: the rows of each table, read in the connection's transaction, which is a
/// snapshot, and the script that makes it (copyscript.h). Counts the rows, and names in the manifest what is not
/// carried. Memory does not grow with the rows; on the disk are those of the largest table beside the backup. Errors:
/// those of the server, Io, Cancelled.
[[nodiscard]] Result<void> copyDatabase(Connection& connection, const StoreUrl& store, const QStringList& only,
                                        BackupWriter& into, BackupManifest& manifest, const BackupWorkplace& work,
                                        const CancelToken& token);

} // namespace portolan
