#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/sql/connection/unitofwork.h"

#include <QString>
#include <QStringList>

namespace portolan {

// The tables that --only names.

/// Returns true for the two that tell which migrations were made, which go with every choice.
[[nodiscard]] bool isBookkeepingTable(const QString& table);

/// Returns the schema on its server of the store that a backup is of.
[[nodiscard]] QString schemaOfBackup(const BackupManifest& manifest);

/// Error Usage: a backup has no such table.
[[nodiscard]] Result<void> tablesInBackup(const BackupManifest& manifest, const QStringList& only);

/// Error Unsupported: a backup is of a database with TimescaleDB, which is loaded as a whole alone.
[[nodiscard]] Result<void> withoutHypertables(const BackupManifest& manifest);

/// Looks whether these tables may be put in the place of those that are there, while the others stay. Error Usage:
/// one tells what the store is, or is made of the others.
[[nodiscard]] Result<void> mayReplaceTables(const QStringList& only);

/// Makes the error that rows of the chosen tables and of another one need each other: Usage.
[[nodiscard]] Error needsTable(const QStringList& only, const QString& other);

/// Returns true for a trigger of ours that keeps what is made of a table's rows (rollups, the index of texts); others
/// would change the rows that are restored.
[[nodiscard]] bool isDerivingTrigger(const QString& name);

/// Removes what came beside messages (`portolan_metadata`) whose rows are gone from these tables. In the caller's
/// transaction.
[[nodiscard]] Result<void> removeOrphanedMetadata(UnitOfWork& work, const QStringList& tables);

} // namespace portolan
