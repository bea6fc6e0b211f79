#pragma once

#include "storage/sql/connection/bindings.h"

namespace portolan::replaywork {

// What the repositories of replays have in common.

inline constexpr int pageOfItems = 1000;

inline QString doing() {
    return doingReplay();
}

inline QString now() {
    return timeNow();
}

} // namespace portolan::replaywork
