#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/base/cancel.h"
#include "storage/config/urls.h"

#include <QString>
#include <QStringList>

namespace portolan {

// An unpacked dump, or copy (copyload.h), loaded into an empty database in one transaction: whole, or not at all.
// Errors: Io with pg_restore's words, or those of the server; Corrupt, it has other rows than the manifest counts;
// Cancelled; Unsupported.

/// The owners and rights that are restored.
enum class RestoreOwners { Ours, Theirs };

/// Loads all of it.
[[nodiscard]] Result<void> loadDump(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                                    RestoreOwners owners, const CancelToken& token);

/// Loads all of it but what would begin to send or to receive rows, and what an owner alone may not make.
[[nodiscard]] Result<void> loadForProof(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                                        const CancelToken& token);

/// Loads the schema whole, and the rows of these tables and of the migrations alone. Errors besides: Usage, there is no
/// such table, or its rows refer to rows of another one, which is named.
[[nodiscard]] Result<void> loadTables(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                                      const QStringList& only, const CancelToken& token);

/// Loads what is needed to read rows in the order of their keys, without foreign keys and triggers; of Portolan's own
/// tables the rows of the `wanted` ones alone.
[[nodiscard]] Result<void> loadForReading(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                                          const QStringList& wanted, const CancelToken& token);

} // namespace portolan
