#pragma once

#include "storage/channel.h"
#include "storage/config/urls.h"

namespace portolan {

/// Opens the store of a URL for reading, on the thread that asks. For who does not know the stores there are.
[[nodiscard]] Channel::Opener readingOpener(const StoreUrl& url);

} // namespace portolan
