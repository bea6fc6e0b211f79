#include "views/operations/restoredialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

/// Proposes a place beside the store; nothing for a database on a server.
QString placeBeside(const StoreUrl& store) {
    const QFileInfo there(store.path);
    const QString base = there.absolutePath() + u'/' + there.completeBaseName() + QStringLiteral("-restored");
    switch (store.kind) {
    case StoreKind::Sqlite:
        return QStringLiteral("sqlite://") + base + QStringLiteral(".db");
    case StoreKind::Files:
        return QStringLiteral("file://") + base;
    case StoreKind::Postgresql:
    case StoreKind::Bundle:
        break;
    }
    return {};
}

} // namespace

RestoreDialog::RestoreDialog(const BackupEntry& backup, const StoreUrl& store, QWidget* parent)
    : QDialog(parent)
    , m_place(new QLineEdit(placeBeside(store), this))
    , m_mistake(paragraph({}, this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Restore a backup"));
    setMinimumWidth(170 * gridUnit);
    auto* const advice =
        paragraph(tr("%1 rows, as they were at %2, go into a new or empty place. They are unpacked aside "
                     "and looked at before anything is there. To replace the store itself, use "
                     "`portolan restore --replace`.")
                      .arg(groupedNumber(backup.rows), timeText(backup.createdAt, TimeDisplay::Utc)),
                  this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    m_place->setAccessibleName(tr("Place"));
    m_place->setPlaceholderText(QStringLiteral("postgresql://user@host:5432/new"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Into"), m_place);
    form->addRow(QString(), m_mistake);
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Restore"));
    m_restore = buttons.act;
    m_restore->setText(tr("Restore"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Restore the backup %1").arg(visibleText(backup.id, 60)), this));
    layout->addWidget(advice);
    layout->addLayout(form);
    layout->addWidget(buttons.bar);
    connect(m_place, &QLineEdit::textChanged, this, &RestoreDialog::showButton);
    connect(m_reason, &QLineEdit::textChanged, this, &RestoreDialog::showButton);
    connect(m_restore, &QPushButton::clicked, this, [this] {
        if (const auto into = StoreUrl::parse(m_place->text().trimmed())) {
            Q_EMIT restoreWanted(*into, m_reason->text().trimmed().toUtf8());
            accept();
        }
    });
    showButton();
    m_reason->setFocus();
}

void RestoreDialog::showButton() {
    const auto into = StoreUrl::parse(m_place->text().trimmed());
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_mistake->setText(into || m_place->text().trimmed().isEmpty() ? QString() : into.error().text);
    m_mistake->setVisible(!m_mistake->text().isEmpty());
    m_restore->setEnabled(into && hasReason);
    m_restore->setToolTip(into && !hasReason ? tr("Say why first; it goes into the audit.") : QString());
}

} // namespace portolan
