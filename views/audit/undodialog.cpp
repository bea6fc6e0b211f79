#include "views/audit/undodialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

/// An act that was begun goes on with what is left; any other is undone whole or not at all.
bool canUndo(const UndoOutcome& outcome) {
    return outcome.undone > 0 && (outcome.touched == 0 || outcome.before > 0);
}

QString wordsFor(const UndoPreview& preview) {
    const UndoOutcome& outcome = preview.outcome;
    if (outcome.undone == 0 && outcome.touched == 0)
        return UndoDialog::tr("It was undone already; there is nothing left of it to undo.");
    QString text = UndoDialog::tr("Rows that go back to what they were: %1.").arg(groupedNumber(outcome.undone));
    if (outcome.touched == 0)
        return text;
    text =
        canUndo(outcome)
            ? text
            : UndoDialog::tr(
                "Nothing can be undone: somebody touched some of its rows since, and what they are now would be lost.");
    text += QLatin1Char('\n') + UndoDialog::tr("Rows touched since: %1.").arg(groupedNumber(outcome.touched));
    for (const UndoStep& step : preview.touched)
        text += QStringLiteral("\n· ") + visibleText(step.key, 60) + QStringLiteral(": ") + step.detail;
    return text;
}

} // namespace

UndoDialog::UndoDialog(const UndoPreview& preview, QWidget* parent) : QDialog(parent), m_can(canUndo(preview.outcome)) {
    const AuditEntry& act = preview.outcome.act;
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Undo"));
    takeWidth(this, 120 * gridUnit);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Undo it"));
    m_undo = buttons.act;
    m_undo->setText(tr("Undo it"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(
        dialogTitle(tr("Undo “%1” of %2? (entry %3 of the audit)")
                        .arg(visibleText(act.action, 40), visibleText(act.actor, 60), QString::number(act.id)),
                    this));
    QLabel* const words = paragraph(wordsFor(preview), this);
    words->setAccessibleName(words->text());
    layout->addWidget(words);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    connect(m_reason, &QLineEdit::textChanged, this, &UndoDialog::showButton);
    connect(m_undo, &QPushButton::clicked, this, [this, entry = act.id] {
        Q_EMIT undoWanted(entry, m_reason->text().trimmed().toUtf8());
        accept();
    });
    showButton();
}

void UndoDialog::showButton() {
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_reason->setEnabled(m_can);
    m_undo->setEnabled(m_can && hasReason);
    m_undo->setToolTip(hasReason || !m_can ? QString() : tr("Say why first; it goes into the audit."));
}

} // namespace portolan
