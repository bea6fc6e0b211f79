#include "views/operations/backupdialog.h"

#include "views/ask/dialogparts.h"
#include "views/operations/tablepicker.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

BackupDialog::BackupDialog(OperationsController& desk, QWidget* parent)
    : QDialog(parent)
    , m_path(new QLineEdit(this))
    , m_tables(new TablePicker(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Back the store up"));
    takeWidth(this, 160 * gridUnit);
    auto* const advice = paragraph(tr("One file with the data as they are at one moment; programs that write go on "
                                      "meanwhile. It is unpacked and looked at before it gets its name."),
                                   this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    m_path->setPlaceholderText(tr("the store's own folder of backups"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Where to"), makeFileRow(m_path, tr("Back up to"), this));
    form->addRow(tr("Tables"), m_tables);
    form->setRowVisible(m_tables, desk.url().kind != StoreKind::Files); // whose lines and keys go together
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Back up"));
    m_act = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Back this store up"), this));
    layout->addWidget(advice);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    connect(m_tables, &TablePicker::changed, this, [this] {
        showButton();
        fitHeight(this);
    });
    connect(m_act, &QPushButton::clicked, this, [this] {
        Q_EMIT backupWanted(m_path->text().trimmed(), m_tables->chosen());
        accept();
    });
    if (desk.url().kind != StoreKind::Files)
        desk.readTables(m_asker, this, [this](const Result<std::vector<CountedTable>>& tables) {
            if (tables)
                m_tables->setTables(*tables);
            else
                m_tables->setNote(tables.error().text);
        });
    showButton();
    m_act->setFocus();
}

void BackupDialog::showButton() {
    const auto some = m_tables->chosen().size();
    m_act->setText(m_tables->isPart() && some > 0 ? tr("Back %n table(s) up", nullptr, static_cast<int>(some))
                                                  : tr("Back up"));
    m_act->setEnabled(!m_tables->isPart() || some > 0);
    m_act->setToolTip(m_act->isEnabled() ? QString() : tr("Choose a table first"));
}

} // namespace portolan
