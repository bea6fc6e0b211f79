#pragma once

#include "storage/stores/opencontent.h"

namespace portolan {

/// The purposes of opening a backup: of a folder the messages are compared, and all that it keeps is copied.
enum class BackupUse { Compared, Copied };

/// Opens the content of a backup: it is unpacked beside it, proved, and gone with what is returned. The backup of
/// a database on a server is restored, as far as it is read, into a database of its own on `aid.server`. Errors:
/// Corrupt; Unsupported, there is no such server; those of unpackBackup(), ScratchDatabase::make() and openContent().
[[nodiscard]] Result<std::unique_ptr<StoreContent>> openBackupContent(const StoreUrl& backup, const ContentAid& aid,
                                                                      BackupUse use, const CancelToken& token);

} // namespace portolan
