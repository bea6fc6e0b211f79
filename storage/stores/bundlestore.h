#pragma once

#include "storage/base/cancel.h"
#include "storage/store.h"

namespace portolan {

/// Opens an incident bundle (bundle.h), or a backup of files or of SQLite, as a store that is read: its messages and
/// their audit, as they stood. Its content is put into a database of its own in the system's temporary folder, for its
/// owner alone, which this program's openings of the same file share and the last of them takes away. Errors: as
/// BundleFile::open(), and ReadOnly for Access::Write. Any thread.
[[nodiscard]] Result<std::unique_ptr<Store>> openBundleStore(const StoreUrl& url, Access access,
                                                             const CancelToken& token = {});

} // namespace portolan
