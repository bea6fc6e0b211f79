#pragma once

#include "storage/base/cancel.h"

namespace portolan {

/// From here on Ctrl+C and SIGTERM cancel the returned token in place of ending the process; the second one ends it
/// with 130. Call it once, before any other thread starts (they inherit the blocked signals).
CancelToken interruptToken();

} // namespace portolan
