#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/backups/backups.h"
#include "storage/backups/sql/copyscript.h"
#include "storage/base/cancel.h"
#include "storage/config/urls.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <QStringList>
#include <functional>

namespace portolan {

// An unpacked backup of a server's database that was made by COPY (isCopied()).

/// The part of it that is loaded. A table that is withheld is there without rows, or, where that step is taken, not.
struct CopyChoice {
    std::function<bool(const CopyStep& step)> isTaken;
    /// Says in other words why a step was refused; nothing: in the server's.
    std::function<Error(const CopyStep& step, const Error& error)> refused = {};
};

/// Has the caller's transaction read and write any bytes where the database holds any (SQL_ASCII); else they are UTF-8.
[[nodiscard]] Result<void> takeBytesAsTheyAre(Connection& connection);

/// Loads it into an empty database in one transaction. Errors: those of the server; Cancelled; Corrupt.
[[nodiscard]] Result<void> loadCopy(const QString& folder, const StoreUrl& into, const CopyChoice& choice,
                                    const CancelToken& token);

/// Returns the tables, with their schemas, whose rows are not in an unpacked backup; of one by pg_dump none. Error
/// Corrupt.
[[nodiscard]] Result<QStringList> withheldTables(const QString& folder);

/// Puts the rows of a table that a step names into `target`: a table as COPY takes it. In the caller's transaction.
[[nodiscard]] Result<void> putCopiedRows(Connection& connection, const QString& folder, const CopyStep& step,
                                         const QByteArray& target, const CancelToken& token);

/// Reads it whole, and compares the rows of each table with what the manifest counts. Error Corrupt.
[[nodiscard]] Result<BackupProof> proveCopy(const QString& folder, const BackupManifest& manifest,
                                            const CancelToken& token);

} // namespace portolan
