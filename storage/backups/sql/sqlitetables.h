#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/ingest/storedkeys.h"
#include "storage/sql/connection/unitofwork.h"

#include <QString>
#include <QStringList>
#include <functional>
#include <optional>

namespace portolan {

/// The steps around the replacing of tables.
struct TableSteps {
    /// Keeps what is there: others can write to these tables no more, and to nothing in SQLite.
    std::function<Result<void>()> keep;
    /// Writes down what was done, in the transaction.
    std::function<Result<void>(UnitOfWork& work)> sign;
    /// Makes the keys of what came from sources fit the rows, in the transaction. Gets those in the backup; nothing: it
    /// has none. Empty: the tables have nothing from sources.
    std::function<Result<void>(UnitOfWork& work, const std::optional<StoredKeys>& kept)> settleKeys;
};

/// Puts tables of an unpacked backup in the place of those of a database, their rows as they are, in one transaction;
/// one that is missing is made. Rollups and the index of texts follow by themselves. Error Usage: the backup has no
/// such table, or other columns; rows of another table, which is named, need what would be gone.
[[nodiscard]] Result<void> replaceSqliteTables(const QString& path, const QString& folder,
                                               const BackupManifest& manifest, const QStringList& only,
                                               const TableSteps& steps, const CancelToken& token);

} // namespace portolan
