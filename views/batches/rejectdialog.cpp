#include "views/batches/rejectdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextDocument>
#include <QVBoxLayout>

namespace portolan {

namespace {

QString titleOf(RejectDialog::Act act) {
    switch (act) {
    case RejectDialog::Act::Retry:
        return RejectDialog::tr("Retry rejected messages");
    case RejectDialog::Act::Edit:
        return RejectDialog::tr("Edit a rejected message");
    case RejectDialog::Act::Dismiss:
        return RejectDialog::tr("Dismiss rejected messages");
    }
    Q_UNREACHABLE();
}

QString adviceFor(RejectDialog::Act act) {
    switch (act) {
    case RejectDialog::Act::Retry:
        return RejectDialog::tr("They are stored in this store as if they had just come, each once. What is rejected "
                                "again stays where it is, with its new reason.");
    case RejectDialog::Act::Edit:
        return RejectDialog::tr(
            "The edited payload is stored in place of its own, which is kept beside it, byte for byte.");
    case RejectDialog::Act::Dismiss:
        return RejectDialog::tr("They are kept and listed, and count as open no more.");
    }
    Q_UNREACHABLE();
}

QString actText(RejectDialog::Act act) {
    switch (act) {
    case RejectDialog::Act::Retry:
        return RejectDialog::tr("Retry");
    case RejectDialog::Act::Edit:
        return RejectDialog::tr("Store the edited message");
    case RejectDialog::Act::Dismiss:
        return RejectDialog::tr("Dismiss");
    }
    Q_UNREACHABLE();
}

} // namespace

RejectDialog::RejectDialog(Act act, const QString& what, const QString& reason, const QByteArray& payload,
                           QWidget* parent)
    : QDialog(parent)
    , m_act(act)
    , m_payload(payload) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(titleOf(act));
    takeWidth(this, 150 * gridUnit);
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(what, this));
    if (!reason.isEmpty())
        layout->addWidget(paragraph(reason, this));
    auto* advice = paragraph(adviceFor(act), this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(advice);
    if (act == Act::Edit) {
        m_text = new QPlainTextEdit(QString::fromUtf8(payload), this);
        m_text->setAccessibleName(tr("Payload"));
        m_text->setFont(dataFont(font()));
        m_text->setTabChangesFocus(true);
        m_text->setMinimumHeight(60 * gridUnit);
        layout->addWidget(m_text, 1);
        m_isLossless = text() == payload;
        if (!m_isLossless) {
            m_text->setReadOnly(true);
            layout->addWidget(paragraph(tr("▲ An editor would change bytes of this payload that are not shown. "
                                           "`portolan rejects edit` stores the bytes of a file."),
                                        this));
        }
        connect(m_text, &QPlainTextEdit::textChanged, this, &RejectDialog::showButton);
    }
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    m_reason = addReason(form, this);
    layout->addLayout(form);
    const DialogButtons buttons =
        makeDialogButtons(this, act == Act::Retry     ? QStringLiteral("Retry")
                                : act == Act::Dismiss ? QStringLiteral("Dismiss")
                                                      : QStringLiteral("Store the edited message"));
    m_go = buttons.act;
    m_go->setText(actText(act));
    addFoot(this, buttons.bar);
    connect(m_reason, &QLineEdit::textChanged, this, &RejectDialog::showButton);
    connect(m_go, &QPushButton::clicked, this, &RejectDialog::confirm);
    showButton();
    if (m_text)
        m_text->setFocus();
    else
        m_reason->setFocus();
}

/// toPlainText() would make blanks of no-break spaces.
QByteArray RejectDialog::text() const {
    QString text = m_text->document()->toRawText();
    text.replace(QChar::ParagraphSeparator, u'\n').replace(QChar::LineSeparator, u'\n');
    return text.toUtf8();
}

void RejectDialog::showButton() {
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    const bool isChanged = !m_text || (m_isLossless && text() != m_payload);
    m_go->setEnabled(hasReason && isChanged);
    m_go->setToolTip(!isChanged   ? tr("Change the payload first.")
                     : !hasReason ? tr("Say why first; it goes into the audit.")
                                  : QString());
    m_go->setAccessibleDescription(m_go->toolTip());
}

void RejectDialog::confirm() {
    if (!m_go->isEnabled())
        return;
    Q_EMIT confirmed(m_reason->text().trimmed().toUtf8(), m_text ? text() : QByteArray());
    accept();
}

} // namespace portolan
