#include "storage/undo/sql/runundo.h"

namespace portolan {

namespace {

UndoUnit itemUnit(const SqlReplays::ActItem& item, bool recalls) {
    UndoUnit unit;
    unit.place = item.position;
    unit.step.table = "port_messages";
    unit.step.key = item.messageId;
    unit.step.change = recalls ? "taken back: as it was before the replay" : "put back: pending";
    if (item.isUntouched)
        return unit;
    if (recalls && item.state == ItemState::Recalled) {
        unit.step.state = UndoState::Undone;
        unit.step.detail = undoText(QT_TRANSLATE_NOOP("Undo", "taken back already"));
        return unit;
    }
    unit.step.state = UndoState::Touched;
    const QByteArray expected = recalls ? "pending" : "dead_letter";
    unit.step.detail = !item.status ? undoText(QT_TRANSLATE_NOOP("Undo", "it is gone"))
                       : *item.status == expected
                           ? undoText(QT_TRANSLATE_NOOP("Undo", "it was changed since"))
                           : undoText(QT_TRANSLATE_NOOP("Undo", "it is %1 now")).arg(QString::fromUtf8(*item.status));
    return unit;
}

} // namespace

Result<std::unique_ptr<UndoPart>> RunUndo::make(Session& session, SqlReplays& replays, const AuditEntry& entry,
                                                UndoWay way) {
    const QByteArray run = entry.runId.value_or(QByteArray());
    Result<ReplayRun> known = replays.run(run);
    PORTOLAN_TRY(known);
    if (known->target != "port")
        return Error{ErrorCode::Unsupported,
                     undoText(QT_TRANSLATE_NOOP(
                                  "Undo", "The run %1 sent its messages to %2; they cannot be taken back from there."))
                         .arg(QString::fromUtf8(run), QString::fromUtf8(known->target))};
    if (!known->startedAt)
        return Error{
            ErrorCode::Unsupported,
            undoText(QT_TRANSLATE_NOOP(
                         "Undo", "The run %1 has put nothing back yet. `portolan replay --cancel %1` removes it."))
                .arg(QString::fromUtf8(run))};
    if (way == UndoWay::Recall && known->state == RunState::Recalled) {
        PORTOLAN_TRY(replays.stateBeforeRecall(run));
    }
    const bool recalls = way == UndoWay::Replay;
    return std::unique_ptr<UndoPart>(
        new RunUndo(session, replays, entry, recalls,
                    recalls ? known->state == RunState::Recalled : known->state != RunState::Recalled));
}

Result<std::vector<UndoUnit>> RunUndo::page(qint64 after, int most) {
    const auto items = m_replays.itemsOf(
        *m_act.runId, m_recalls ? SqlReplays::ItemsAre::PutBack : SqlReplays::ItemsAre::Recalled, after, most);
    PORTOLAN_TRY(items);
    std::vector<UndoUnit> units;
    for (const SqlReplays::ActItem& item : *items)
        units.push_back(itemUnit(item, m_recalls));
    return units;
}

Result<void> RunUndo::begin(const UndoAuthor& author, qint64 /*rows*/) {
    PORTOLAN_TRY(m_recalls ? m_replays.beginRecall(*m_act.runId, author.actor)
                           : m_replays.beginPuttingAgain(*m_act.runId));
    AuditEntry told = undoEntry(m_act, author, m_recalls ? "recall" : "replay");
    told.subjectKind = "replay_run";
    told.subjectId = m_act.runId;
    told.runId = m_act.runId;
    return write(told);
}

Result<void> RunUndo::apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) {
    std::vector<qint64> positions;
    for (const UndoUnit& unit : ready)
        positions.push_back(unit.place);
    return m_recalls ? m_replays.recallItems(*m_act.runId, positions, author.actor, author.reason)
                     : m_replays.putAgain(*m_act.runId, positions, author.actor, author.reason);
}

} // namespace portolan
