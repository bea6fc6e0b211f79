#pragma once

#include "storage/base/cancel.h"

namespace portolan {

/// Makes Ctrl+C and SIGTERM cancel the returned token instead of ending the process; a second one ends it with 130.
/// Call it once, before any other thread starts (they inherit the blocked signals). Error Io: the thread that
/// waits for the signals cannot be started.
[[nodiscard]] Result<CancelToken> interruptToken();

} // namespace portolan
