#include "views/deadletters/discarddialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/list/errorbar.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

DiscardDialog::DiscardDialog(ArchiveController& desk, LetterChoice choice, const QString& what, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_choice(std::move(choice))
    , m_error(new ErrorBar(this)) {
    setWindowTitle(tr("Discard dead letters"));
    takeWidth(this, 150 * gridUnit);
    auto* title = dialogTitle(what, this);
    m_count = paragraph({}, this);
    auto* advice = paragraph(tr("They leave port_messages for the archive, byte for byte, and can be restored from "
                                "there. What came or changed since this was opened stays."),
                             this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Dead letters"), m_count);
    m_reason = addReason(form, this);
    auto* layout = makeDialogLayout(this);
    layout->addWidget(title);
    layout->addWidget(advice);
    layout->addWidget(m_error);
    layout->addLayout(form);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Discard"));
    m_discard = buttons.act;
    addFoot(this, buttons.bar);
    connect(m_discard, &QPushButton::clicked, this, &DiscardDialog::confirm);
    m_error->hide();
    connect(m_error, &ErrorBar::retryWanted, this, &DiscardDialog::look);
    connect(m_reason, &QLineEdit::textChanged, this, &DiscardDialog::showPreview);
    connect(&m_desk, &QObject::destroyed, this, &QDialog::reject);
}

void DiscardDialog::open() {
    QDialog::open();
    m_reason->setFocus();
    look();
}

void DiscardDialog::look() {
    m_looking.cancelPending();
    m_preview.reset();
    m_error->hide();
    showPreview();
    m_desk.look(m_looking, m_choice, this, [this](const Result<DiscardPreview>& preview) {
        if (preview) {
            m_preview = *preview;
        } else {
            m_error->show(preview.error());
            m_error->setVisible(true);
        }
        showPreview();
    });
}

/// The button says what it will do. Its name is fixed; the figure stands in its description, too.
void DiscardDialog::showPreview() {
    const qint64 letters = m_preview ? m_preview->seen->count() : 0;
    m_count->setText(m_preview                    ? groupedNumber(letters)
                     : m_error->isVisibleTo(this) ? QStringLiteral("–")
                                                  : tr("being looked at…"));
    const bool can = letters > 0 && !m_reason->text().trimmed().isEmpty();
    m_discard->setText(letters == 1  ? tr("Discard 1 dead letter")
                       : letters > 1 ? tr("Discard %1 dead letters").arg(groupedNumber(letters))
                       : m_preview   ? tr("Nothing to discard")
                                     : tr("Discard"));
    m_discard->setAccessibleDescription(letters > 1 ? tr("Discard %1 dead letters").arg(letters) : m_discard->text());
    m_discard->setEnabled(can);
    m_discard->setToolTip(letters > 0 && !can ? tr("Say why first; it goes into the audit.") : QString());
}

void DiscardDialog::confirm() {
    if (!m_preview || !m_discard->isEnabled())
        return;
    m_desk.discard(*m_preview, m_reason->text().trimmed().toUtf8());
    accept();
}

} // namespace portolan
