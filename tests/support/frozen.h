#pragma once

#include "storage/replay/replays.h"

namespace portolan::test {

/// Looks, and freezes what was seen for later. Errors of either.
inline Result<ReplayPreview> frozenLater(Replays& replays, const ReplayOrder& order) {
    Result<ReplayPreview> preview = replays.look(order, {});
    if (!preview)
        return preview;
    const QByteArray id = Replays::newRunId();
    PORTOLAN_TRY(replays.freeze(order, *preview->seen, id, Replays::Begins::Later, {}));
    Result<ReplayRun> run = replays.run(id);
    PORTOLAN_TRY(run);
    preview->run = std::move(*run);
    return preview;
}

} // namespace portolan::test
