#pragma once

#include "storage/config/urls.h"
#include "storage/storeworker.h"

namespace portolan {

/// Opens the store of a URL for reading, on the thread that asks. For who does not know the stores there are.
[[nodiscard]] StoreWorker::Opener readingOpener(const StoreUrl& url);

} // namespace portolan
