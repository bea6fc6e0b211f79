#pragma once

#include "storage/backups/backupjob.h"
#include "storage/messages/files/places.h"

namespace portolan {

/// Backs a file store up, while a writer writes or not: lines and keys as they were after one acknowledged group.
[[nodiscard]] BackupParts fileBackup(const StorePlaces& places);

/// Looks whether an unpacked backup of a file store (folders `messages` and `.portolan`) is what its manifest says:
/// lines and rejects are counted, and what a writer remembers can be read. Error Corrupt.
[[nodiscard]] Result<BackupProof> proveFiles(const QString& folder, const BackupManifest& manifest);

} // namespace portolan
