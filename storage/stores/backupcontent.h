#pragma once

#include "storage/stores/opencontent.h"

namespace portolan {

/// What a backup is opened for: of a folder the messages are compared, and all that it keeps is copied.
enum class BackupUse { Compared, Copied };

/// Opens what a backup holds: it is unpacked beside it, proved, and gone with what is returned. One of
/// a database on a server is restored, as far as it is read, into a database of its own on `aid.server`. Errors:
/// Corrupt; Unsupported, there is no such server; those of unpackBackup(), ScratchDatabase::make() and openContent().
[[nodiscard]] Result<std::unique_ptr<StoreContent>> openBackupContent(const StoreUrl& backup, const ContentAid& aid,
                                                                      BackupUse use, const CancelToken& token);

} // namespace portolan
