#include "views/audit/undoask.h"

#include "models/list/format.h"
#include "storage/store.h"
#include "views/audit/undodialog.h"

namespace portolan {

UndoAsk::UndoAsk(QWidget* parent) : QObject(parent), m_parent(parent), m_gate(parent) {
    connect(&m_gate, &ProductionConfirmation::refused, this, &UndoAsk::notice);
}

void UndoAsk::setContext(const PaneContext& context) {
    m_asker.cancelPending();
    m_gate.setChannel(context.channel);
    m_channel = context.channel;
    m_changes = context.changes;
}

void UndoAsk::ask(qint64 entry) {
    if (!isPossible())
        return;
    m_asker.cancelPending();
    m_channel->ask(
        m_asker, [entry](Store& store, const CancelToken& token) { return previewUndo(store, entry, token); }, this,
        [this](const Result<UndoPreview>& preview) {
            if (preview)
                open(*preview);
            else
                Q_EMIT notice(preview.error().text);
        });
}

void UndoAsk::askNewest() {
    if (!isPossible())
        return;
    m_asker.cancelPending();
    m_channel->ask(
        m_asker,
        [actor = m_changes->actor()](Store& store, const CancelToken& token) {
            return previewNewestUndo(store, actor, token);
        },
        this,
        [this](const Result<std::optional<UndoPreview>>& preview) {
            if (preview && *preview)
                open(**preview);
            else
                Q_EMIT notice(preview ? tr("There is nothing of yours to undo.") : preview.error().text);
        });
}

void UndoAsk::open(const UndoPreview& preview) {
    m_gate.pass(tr("undo what was done in it"), [this, preview] {
        auto* dialog = new UndoDialog(preview, m_parent);
        connect(dialog, &UndoDialog::undoWanted, this, [this](qint64 entry, const QByteArray& reason) {
            if (m_changes)
                m_changes->undo(entry, reason, this, [this](const Result<UndoOutcome>& outcome) { tell(outcome); });
        });
        dialog->open();
    });
}

void UndoAsk::tell(const Result<UndoOutcome>& outcome) {
    if (!outcome)
        Q_EMIT notice(outcome.error().text);
    else if (outcome->entry == 0)
        Q_EMIT notice(tr("Nothing was undone: somebody touched its rows in the meantime."));
    else if (outcome->touched > 0)
        Q_EMIT notice(tr("Undone: %1 rows; %2 were touched in the meantime and stay.")
                          .arg(groupedNumber(outcome->undone), groupedNumber(outcome->touched)));
    else
        Q_EMIT notice(tr("Undone: %1 rows.").arg(groupedNumber(outcome->undone)));
}

} // namespace portolan
