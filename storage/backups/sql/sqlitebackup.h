#pragma once

#include "storage/backups/backupjob.h"
#include "storage/sql/connection/connection.h"

#include <QString>
#include <QStringList>
#include <functional>

namespace portolan {

/// Reads a database that is backed up: calls what it is given with a connection, once or again when another file took
/// the database's place meanwhile.
using BackupSource = std::function<Result<void>(const std::function<Result<void>(Connection&)>&)>;

/// Backs a SQLite database up, while others write to it or not: copied page by page within one read transaction, so
/// that writers wait for nothing where there is a write-ahead log. `only`: these tables alone, with the migrations'
/// own. Errors besides makeBackup()'s: Usage, there is no such table; Corrupt, the database or the copy is damaged.
[[nodiscard]] BackupParts sqliteBackup(BackupSource source, const QStringList& only);

/// Opens the file for each reading, beside others that have it open.
[[nodiscard]] BackupSource sqliteFileSource(const QString& path);

/// The place of the database in an unpacked backup.
[[nodiscard]] QString unpackedDatabase(const QString& folder);

/// Looks whether it is sound and has the rows that the manifest counts; what needs another program's function is named
/// as not checked. Error Corrupt.
[[nodiscard]] Result<BackupProof> proveSqlite(const QString& folder, const BackupManifest& manifest,
                                              const CancelToken& token);

/// Takes out of a database that nobody else has open every table but these, with what they had in it. Error Usage:
/// there is no such table.
[[nodiscard]] Result<void> keepOnlyTables(const QString& path, const QStringList& only);

} // namespace portolan
