#pragma once

#include "app/output.h"
#include "storage/base/urls.h"

namespace portolan {

/// `portolan migrate history` and `portolan list migrations`: every migration the program or the store knows.
Result<void> printMigrations(const StoreUrl& url, Format format, const CancelToken& interrupted);

} // namespace portolan
