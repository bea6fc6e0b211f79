#pragma once

#include "storage/stores/opencontent.h"

namespace portolan {

/// Opens what a backup holds, to be compared: it is unpacked beside it, proved, and gone with what is returned. One of
/// a database on a server is restored, as far as it is read, into a database of its own on `aid.server`. Errors:
/// Corrupt; Unsupported, there is no such server; those of unpackBackup(), ScratchDatabase::make() and openContent().
[[nodiscard]] Result<std::unique_ptr<StoreContent>> openBackupContent(const StoreUrl& backup, const ContentAid& aid,
                                                                      const CancelToken& token);

} // namespace portolan
