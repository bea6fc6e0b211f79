#include "storage/replay/replays.h"

#include <QUuid>

namespace portolan {

QByteArray Replays::newRunId() {
    return QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

Result<ReplayPreview> Replays::freeze(const ReplayOrder& order, const CancelToken& token) {
    Result<ReplayPreview> preview = look(order, token);
    if (!preview)
        return preview;
    const QByteArray id = newRunId();
    if (const auto frozen = freeze(order, *preview->seen, id, Begins::Later, token); !frozen)
        return frozen.error();
    Result<ReplayRun> run = this->run(id);
    if (!run)
        return run.error();
    preview->run = std::move(*run);
    return preview;
}

} // namespace portolan
