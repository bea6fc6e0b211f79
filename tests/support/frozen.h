#pragma once

#include "storage/replay/replays.h"

namespace portolan::test {

/// Looks, and freezes what was seen for later. Errors of either.
inline Result<ReplayPreview> frozenLater(Replays& replays, const ReplayOrder& order) {
    Result<ReplayPreview> preview = replays.look(order, {});
    if (!preview)
        return preview;
    const QByteArray id = Replays::newRunId();
    if (const Result<void> done = replays.freeze(order, *preview->seen, id, Replays::Begins::Later, {}); !done)
        return done.error();
    Result<ReplayRun> run = replays.run(id);
    if (!run)
        return run.error();
    preview->run = std::move(*run);
    return preview;
}

} // namespace portolan::test
