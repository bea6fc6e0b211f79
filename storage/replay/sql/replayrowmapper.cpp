#include "storage/replay/sql/replayrowmapper.h"

#include "storage/sql/rowreader.h"

#include <algorithm>

namespace portolan {

namespace {

struct Change {
    RunState from;
    RunState to;
};
constexpr Change changes[] = {
    {RunState::Frozen, RunState::Running},     {RunState::Running, RunState::Paused},
    {RunState::Paused, RunState::Running},     {RunState::Failed, RunState::Running},
    {RunState::Running, RunState::Completed},  {RunState::Running, RunState::Failed},
    {RunState::Frozen, RunState::Cancelled},   {RunState::Running, RunState::Cancelled},
    {RunState::Paused, RunState::Cancelled},   {RunState::Failed, RunState::Cancelled},
    {RunState::Running, RunState::Recalled},   {RunState::Paused, RunState::Recalled},
    {RunState::Failed, RunState::Recalled},    {RunState::Completed, RunState::Recalled},
    {RunState::Cancelled, RunState::Recalled},
};

constexpr ItemState counted[] = {
    ItemState::Queued,     ItemState::Replayed, ItemState::Pending, ItemState::Completed, ItemState::FailedSame,
    ItemState::FailedAnew, ItemState::Vanished, ItemState::Skipped, ItemState::Recalled,  ItemState::Failed,
};

} // namespace

bool isAllowed(RunState from, RunState to) {
    return std::ranges::any_of(changes, [&](Change change) { return change.from == from && change.to == to; });
}

const char* actionOf(RunState to) {
    switch (to) {
    case RunState::Frozen:
        return "replay_frozen";
    case RunState::Running:
        return "replay_started";
    case RunState::Paused:
        return "replay_paused";
    case RunState::Completed:
        return "replay_completed";
    case RunState::Cancelled:
        return "replay_cancelled";
    case RunState::Failed:
        return "replay_failed";
    case RunState::Recalled:
        return "replay_recalled";
    }
    Q_UNREACHABLE();
}

const QString& runColumns() {
    static const QString columns = [] {
        QString text = QStringLiteral("id, state, filter, reason, actor, target, frozen");
        for (const ItemState state : counted)
            text += QStringLiteral(", ") + QLatin1String(itemStateName(state));
        return text + QStringLiteral(", created_at, started_at, finished_at, error_message");
    }();
    return columns;
}

ReplayRun readRun(const RowView& row) {
    int at = 0;
    ReplayRun run;
    run.id = bytesAt(row, at++);
    run.state = runStateNamed(bytesAt(row, at++)).value_or(RunState::Failed);
    run.filter = bytesAt(row, at++);
    run.reason = bytesAt(row, at++);
    run.actor = bytesAt(row, at++);
    run.target = bytesAt(row, at++);
    run.frozen = numberAt(row, at++);
    for (const ItemState state : counted)
        run.counts[state] = numberAt(row, at++);
    run.counts[ItemState::Frozen] = run.frozen - run.counts.total();
    run.createdAt = timeAt(row, at++).value_or(Timestamp());
    run.startedAt = timeAt(row, at++);
    run.finishedAt = timeAt(row, at++);
    run.errorMessage = textAt(row, at++);
    return run;
}

} // namespace portolan
