#pragma once

#include "storage/sql/connection/bindings.h"

namespace portolan::replaywork {

// The common parts of the SQL of replays.

inline constexpr int pageOfItems = 1000;

inline QString doing() {
    return doingReplay();
}

inline QString now() {
    return timeNow();
}

} // namespace portolan::replaywork
