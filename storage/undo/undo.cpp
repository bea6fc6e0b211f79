#include "storage/undo/undo.h"

#include <QCoreApplication>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

// The window shows them in its language.
constexpr const char* workers =
    QT_TRANSLATE_NOOP("Undo", "A worker did it to a message that it had taken; only what operators do is undone.");
constexpr const char* partOfJob =
    QT_TRANSLATE_NOOP("Undo", "It notes the state of a job. Undo one of the changes that the job made; their entries "
                              "have the job's id in run_id.");
constexpr const char* sentAway =
    QT_TRANSLATE_NOOP("Undo", "The messages were sent to another place and cannot be taken back from there.");
constexpr const char* run = QT_TRANSLATE_NOOP(
    "Undo", "It notes a run of a scheduled command. Undo what the command did; its entries have its name.");
constexpr const char* copied =
    QT_TRANSLATE_NOOP("Undo", "The rows came from another store, which still has them; those here may be in use.");

constexpr const char* switched = QT_TRANSLATE_NOOP(
    "Undo", "`portolan switch` with the two stores exchanged brings back what came since, and switches back.");

constexpr UndoRule table[] = {
    {"alert", "acknowledge", UndoWay::Rows, nullptr},
    {"alert", "remove", UndoWay::Rows, nullptr},
    {"alert", "set", UndoWay::Rows, nullptr},
    {"backup", "restore", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "What was there before is a backup of kind replaced: `portolan list backups` has it, "
                               "`portolan restore` puts it "
                               "back.")},
    {"backup", "verify backup", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "It notes what looking at a backup found; nothing was changed.")},
    {"bundle", "import_bundle", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "The messages of a bundle are in the port by now. `portolan discard --ids FILE` takes "
                               "dead letters out again.")},
    {"checkpoint", "promote", UndoWay::Rows, nullptr},
    {"checkpoint", "set expiry", UndoWay::Rows, nullptr},
    {"component", "set silent_after", UndoWay::Rows, nullptr},
    {"job", "job_cancelled", UndoWay::Never, partOfJob},
    {"job", "job_completed", UndoWay::Never, partOfJob},
    {"job", "job_failed", UndoWay::Never, partOfJob},
    {"job", "job_paused", UndoWay::Never, partOfJob},
    {"job", "job_queued", UndoWay::Never, partOfJob},
    {"job", "job_running", UndoWay::Never, partOfJob},
    {"object model", "forget", UndoWay::Rows, nullptr},
    {"object model", "heal", UndoWay::Heal, nullptr},
    {"object model", "register", UndoWay::Rows, nullptr},
    {"port_message", "complete", UndoWay::Never, workers},
    {"port_message", "dead_letter", UndoWay::Never, workers},
    {"port_message", "discard", UndoWay::Discard, nullptr},
    {"port_message", "fail", UndoWay::Never, workers},
    {"port_message", "recall", UndoWay::Recall, nullptr},
    {"port_message", "replay", UndoWay::Replay, nullptr},
    {"port_message", "replay_claimed", UndoWay::Never, sentAway},
    {"port_message", "replay_edited", UndoWay::Replay, nullptr},
    {"port_message", "replay_forgotten", UndoWay::Never, sentAway},
    {"port_message", "replay_returned", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "It put back a message that was never sent. `portolan replay` replays it.")},
    {"port_message", "replay_sent", UndoWay::Never, sentAway},
    {"port_message", "restore_discarded", UndoWay::Restore, nullptr},
    {"port_message", "retry", UndoWay::Never, workers},
    {"port_message", "take", UndoWay::Never, workers},
    {"reject", "dismiss_reject", UndoWay::Rows, nullptr},
    {"reject", "edit_reject", UndoWay::Never,
     QT_TRANSLATE_NOOP(
         "Undo",
         "The mended message is stored, with its key, and may have been worked on. What was stored is not taken out "
         "again.")},
    {"reject", "retry_reject", UndoWay::Never,
     QT_TRANSLATE_NOOP(
         "Undo",
         "The message is stored, with its key, and may have been worked on, or it was rejected again and is open as "
         "before. What was stored is not taken out again.")},
    {"replay_run", "replay_cancelled", UndoWay::Replay, nullptr},
    {"replay_run", "replay_completed", UndoWay::Replay, nullptr},
    {"replay_run", "replay_failed", UndoWay::Replay, nullptr},
    {"replay_run", "replay_frozen", UndoWay::Replay, nullptr},
    {"replay_run", "replay_paused", UndoWay::Replay, nullptr},
    {"replay_run", "replay_recalled", UndoWay::Recall, nullptr},
    {"replay_run", "replay_started", UndoWay::Replay, nullptr},
    {"retention", "off", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "`portolan retention set` switches the rule on again.")},
    {"retention", "retain", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo",
                       "The rows are deleted. Restore a backup into a new place and look there for what is missed.")},
    {"retention", "set", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "`portolan retention set` or `off` changes the rule again.")},
    {"schedule", "add", UndoWay::Never, QT_TRANSLATE_NOOP("Undo", "`portolan schedule remove` takes it out again.")},
    {"schedule", "lost", UndoWay::Never, run},
    {"schedule", "ran", UndoWay::Never, run},
    {"schedule", "remove", UndoWay::Never, QT_TRANSLATE_NOOP("Undo", "`portolan schedule add` makes it again.")},
    {"schedule", "run", UndoWay::Never, run},
    {"schema", "migrate down", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "`portolan migrate up` brings the schema up again.")},
    {"schema", "migrate up", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "`portolan migrate down` takes a migration back, with a backup before it.")},
    {"store", "confirm", UndoWay::Never,
     QT_TRANSLATE_NOOP(
         "Undo", "It notes that a command was let into the store. Undo what the command did; its entries come next.")},
    {"store", "copy", UndoWay::Never, copied},
    {"store", "copy_begin", UndoWay::Never, copied},
    {"store", "mark_production", UndoWay::Rows, nullptr},
    {"store", "switch_away", UndoWay::Never, switched},
    {"store", "switch_offer", UndoWay::Never,
     QT_TRANSLATE_NOOP("Undo", "It notes that two stores were alike for long enough; nothing was changed.")},
    {"store", "switch_open", UndoWay::Never, switched},
    {"store", "unmark_production", UndoWay::Rows, nullptr},
    {"view", "remove", UndoWay::Rows, nullptr},
    {"view", "rename", UndoWay::Rows, nullptr},
    {"view", "save", UndoWay::Rows, nullptr},
};

constexpr const char* states[] = {"ready", "undone", "touched"};

constexpr Column<UndoStep> stepTable[] = {
    {"table", ColumnType::Text, [](const UndoStep& s) { return Value(s.table); }},
    {"key", ColumnType::Text, [](const UndoStep& s) { return Value(s.key); }},
    {"state", ColumnType::Text, [](const UndoStep& s) { return Value(QByteArray(undoStateName(s.state))); }},
    {"change", ColumnType::Text, [](const UndoStep& s) { return Value(s.change); }},
    {"detail", ColumnType::Text,
     [](const UndoStep& s) { return s.detail.isEmpty() ? Value() : Value(s.detail.toUtf8()); }},
};

} // namespace

const UndoRule* undoRuleOf(QByteArrayView subjectKind, QByteArrayView action) {
    const auto* const found = std::ranges::find_if(
        table, [&](const UndoRule& rule) { return subjectKind == rule.subjectKind && action == rule.action; });
    return found == std::end(table) ? nullptr : found;
}

QString undoText(const char* source) {
    return QCoreApplication::translate("Undo", source);
}

const char* undoStateName(UndoState state) {
    return states[static_cast<std::size_t>(state)];
}

std::span<const Column<UndoStep>> undoStepColumns() {
    return stepTable;
}

} // namespace portolan
