#include "views/operations/backupdialog.h"

#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

BackupDialog::BackupDialog(QWidget* parent) : QDialog(parent), m_path(new QLineEdit(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Back the store up"));
    setMinimumWidth(160 * gridUnit);
    auto* const advice = paragraph(tr("One file with the data as they are at one moment; programs that write go on "
                                      "meanwhile. It is unpacked and looked at before it gets its name."),
                                   this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    m_path->setPlaceholderText(tr("the store's own folder of backups"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->addRow(tr("Where to"), makeFileRow(m_path, tr("Back up to"), this));
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Back up"));
    buttons.act->setText(tr("Back up"));
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Back up everything in this store"), this));
    layout->addWidget(advice);
    layout->addLayout(form);
    layout->addWidget(buttons.bar);
    connect(buttons.act, &QPushButton::clicked, this, [this] {
        Q_EMIT backupWanted(m_path->text().trimmed());
        accept();
    });
    buttons.act->setFocus();
}

} // namespace portolan
