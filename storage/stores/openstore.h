#pragma once

#include "storage/base/access.h"
#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/store.h"

#include <memory>

namespace portolan {

/// Opens any store URL. For Access::Write a missing file store or SQLite file is created, and a new SQLite file or an
/// empty PostgreSQL database gets the current schema; a database that another program created keeps its own (then what
/// is missing is said by unavailableReason()). For Access::Read a missing place is NotFound.
///
/// The token says that nobody waits for the store any more. It ends, within a second, opening a database on a server,
/// also when a lost connection is made again later, and whatever a database is asked without a token of its own (its
/// change mark, one row, what a writer writes); a commit is never cut short.
[[nodiscard]] Result<std::unique_ptr<Store>> openStore(const StoreUrl& url, Access access,
                                                       const CancelToken& token = {});

} // namespace portolan
