#pragma once

#include "storage/base/result.h"
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

inline Error somebodyWasThere() {
    return {ErrorCode::Changed, QStringLiteral("Somebody changed one of the messages at this moment. Nothing of this "
                                               "step was done; run the command again.")};
}

} // namespace portolan::replaywork
