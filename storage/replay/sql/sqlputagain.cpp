#include "storage/json/jsonplace.h"
#include "storage/replay/sql/replayedits.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"

namespace portolan {

// The part of SqlReplays that undoes a run and a recall.

using namespace replaywork;

Result<std::vector<SqlReplays::ActItem>> SqlReplays::itemsOf(const QByteArray& run, ItemsAre are, qint64 after,
                                                             int most) {
    const Result<const ReplaySql*> sql = this->sql();
    PORTOLAN_TRY(sql);
    const QString statement = are == ItemsAre::PutBack ? (*sql)->putBackItems() : (*sql)->recalledItems();
    Result<QSqlQuery> rows = connection().run(statement, {utf8(run), after, most}, doing());
    PORTOLAN_TRY(rows);
    std::vector<ActItem> items;
    QueryCursor walk(connection(), *rows);
    while (walk.next())
        items.push_back({numberAt(*rows, 0), bytesAt(*rows, 1),
                         itemStateNamed(bytesAt(*rows, 2)).value_or(ItemState::Vanished), textAt(*rows, 3),
                         numberAt(*rows, 4) != 0});
    if (walk.error())
        return *walk.error();
    return items;
}

Result<void> SqlReplays::beginRecall(const QByteArray& run, const QByteArray& actor) {
    const Result<const ReplaySql*> sql = this->sql();
    PORTOLAN_TRY(sql);
    const Result<RunState> state = lockRun(**sql, run);
    PORTOLAN_TRY(state);
    return *state == RunState::Recalled ? Result<void>() : enter(**sql, run, RunState::Recalled, actor, {});
}

Result<void> SqlReplays::recallItems(const QByteArray& run, const std::vector<qint64>& positions,
                                     const QByteArray& actor, const QByteArray& reason) {
    const Result<const ReplaySql*> sql = this->sql();
    PORTOLAN_TRY(sql);
    const Result<Positions> recalled = recallPage(**sql, run, positions, actor, reason);
    PORTOLAN_TRY(recalled);
    return recalled->size() == positions.size() ? Result<void>() : somebodyWasThere();
}

Result<RunState> SqlReplays::stateBeforeRecall(const QByteArray& run) {
    const Result<QVariant> image = connection().value(
        QStringLiteral("SELECT CAST(before_image AS text) FROM portolan_audit WHERE run_id = ? AND subject_kind = "
                       "'replay_run' AND action = 'replay_recalled' ORDER BY id DESC LIMIT 1"),
        {utf8(run)});
    PORTOLAN_TRY(image);
    const QByteArray before = image->toString().toUtf8();
    const auto state = findJsonPlace(before, {QByteArray("state")});
    const auto known = state ? runStateNamed(state->text()) : std::nullopt;
    if (!known)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("An older version of Portolan took the run %1 back and did not note in which state "
                                    "the run was. Its messages are dead letters again; `portolan replay` replays them.")
                         .arg(utf8(run))};
    return *known;
}

Result<void> SqlReplays::beginPuttingAgain(const QByteArray& run) {
    const Result<const ReplaySql*> sql = this->sql();
    PORTOLAN_TRY(sql);
    const Result<RunState> state = lockRun(**sql, run);
    PORTOLAN_TRY(state);
    if (*state != RunState::Recalled)
        return {};
    const Result<RunState> before = stateBeforeRecall(run);
    PORTOLAN_TRY(before);
    const bool isOver = *before == RunState::Completed || *before == RunState::Cancelled;
    const RunState to = isOver ? *before : RunState::Paused; // nobody carries it out any more
    PORTOLAN_TRY(connection().execute(QStringLiteral("UPDATE portolan_replay_runs SET state = ?%1 WHERE id = ?")
                                          .arg(isOver ? QString() : QStringLiteral(", finished_at = NULL")),
                                      {QLatin1String(runStateName(to)), utf8(run)}, doing()));
    Result<QSqlQuery> frozen = connection().run(
        QStringLiteral("UPDATE portolan_replay_items SET state = 'frozen', detail = NULL WHERE run_id = ? AND state = "
                       "'skipped' AND detail = 'recalled'"),
        {utf8(run)}, doing());
    PORTOLAN_TRY(frozen);
    return count(run, ItemState::Skipped, -static_cast<qint64>(frozen->numRowsAffected()));
}

Result<void> SqlReplays::putAgain(const QByteArray& run, const std::vector<qint64>& positions, const QByteArray& actor,
                                  const QByteArray& reason) {
    const Result<const ReplaySql*> sql = this->sql();
    PORTOLAN_TRY(sql);
    const QString items = jsonOf(positions);
    const QVariantList which{utf8(run), items};
    if (const QString lock = (*sql)->lockFrozenRows(); !lock.isEmpty()) {
        PORTOLAN_TRY(connection().execute(lock, which, doing()));
    }
    const Result<std::optional<JsonEdit>> edit = ReplayEdits::of(connection(), run);
    PORTOLAN_TRY(edit);
    if (*edit) {
        const Result<ReplayEdits> edits = this->edits(run, ReplayEdits::Goes::Back);
        PORTOLAN_TRY(edits);
        PORTOLAN_TRY(edits->putAgain(positions));
    } else {
        PORTOLAN_TRY(touch((*sql)->resetAgain(), which, positions.size()));
    }
    const Result<QVariant> asLeft = connection().value((*sql)->countAsLeft(), which);
    PORTOLAN_TRY(asLeft);
    if (asLeft->toLongLong() != std::ssize(positions))
        return somebodyWasThere();
    const QVariantList moved{QLatin1String(itemStateName(ItemState::Replayed)), QVariant(QMetaType(QMetaType::QString)),
                             now(), utf8(run), items};
    PORTOLAN_TRY(touch((*sql)->move(), moved, positions.size()));
    const QVariantList entry{utf8(actor), *edit ? QStringLiteral("replay_edited") : QStringLiteral("replay"),
                             orNull(reason), utf8(run), items};
    PORTOLAN_TRY(touch((*sql)->audit(false), entry, positions.size()));
    PORTOLAN_TRY(count(run, ItemState::Recalled, -std::ssize(positions)));
    return count(run, ItemState::Replayed, std::ssize(positions));
}

} // namespace portolan
