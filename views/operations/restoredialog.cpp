#include "views/operations/restoredialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/operations/tablepicker.h"
#include "views/style/theme.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
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

RestoreDialog::RestoreDialog(const BackupEntry& backup, OperationsController& desk, QWidget* parent)
    : QDialog(parent)
    , m_backup(backup)
    , m_store(desk.url())
    , m_elsewhere(new QRadioButton(tr("A new or empty place"), this))
    , m_here(new QRadioButton(tr("The place of this store, %1").arg(m_store.name()), this))
    , m_place(new QLineEdit(placeBeside(m_store), this))
    , m_mistake(formParagraph(this))
    , m_consequences(formParagraph(this))
    , m_tables(new TablePicker(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Restore a backup"));
    takeWidth(this, 170 * gridUnit);
    auto* const advice =
        paragraph(tr("%1 rows, as they were at %2. They are unpacked aside and looked at before anything is put there.")
                      .arg(groupedNumber(backup.rows), timeText(backup.createdAt, TimeDisplay::Utc)),
                  this);
    advice->setForegroundRole(QPalette::PlaceholderText);
    m_elsewhere->setAccessibleName(QStringLiteral("A new or empty place"));
    m_here->setAccessibleName(QStringLiteral("The place of this store"));
    m_elsewhere->setChecked(true);
    m_place->setAccessibleName(tr("Place"));
    m_place->setPlaceholderText(QStringLiteral("postgresql://user@host:5432/new"));
    m_consequences->setAccessibleDescription(tr("What becomes of the store"));
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Into"), m_elsewhere);
    form->addRow(QString(), m_place);
    form->addRow(QString(), m_mistake);
    form->addRow(QString(), m_here);
    form->addRow(QString(), m_consequences);
    form->addRow(tr("Tables"), m_tables);
    form->setRowVisible(m_tables, m_store.kind != StoreKind::Files); // whose lines and keys go together
    m_reason = addReason(form, this);
    const DialogButtons buttons = makeDialogButtons(this, QStringLiteral("Restore"));
    m_restore = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Restore the backup %1").arg(visibleText(backup.id, 60)), this));
    layout->addWidget(advice);
    layout->addLayout(form);
    addFoot(this, buttons.bar);
    for (const QLineEdit* field : {m_place, m_reason})
        connect(field, &QLineEdit::textChanged, this, &RestoreDialog::showState);
    connect(m_here, &QRadioButton::toggled, this, &RestoreDialog::showState);
    connect(m_tables, &TablePicker::changed, this, &RestoreDialog::showState);
    connect(m_restore, &QPushButton::clicked, this, [this] {
        const bool isHere = m_here->isChecked();
        if (const auto into = isHere ? Result<StoreUrl>(m_store) : StoreUrl::parse(m_place->text().trimmed())) {
            Q_EMIT restoreWanted({m_backup, *into, m_tables->chosen(), isHere, m_reason->text().trimmed().toUtf8()});
            accept();
        }
    });
    if (m_store.kind != StoreKind::Files)
        desk.readTablesOf(m_asker, backup, this, [this](const Result<std::vector<CountedTable>>& tables) {
            if (tables)
                m_tables->setTables(*tables);
            else
                m_tables->setNote(tables.error().text);
        });
    showState();
    m_reason->setFocus();
}

/// Says what becomes of what is there.
QString RestoreDialog::consequences() const {
    const QString kept =
        tr("What is there now is made a backup first (kind replaced, in this list), and restoring that "
           "one undoes this. What came after the backup is in that one alone, until its source "
           "delivers it again.");
    if (m_tables->isPart())
        return tr("The chosen tables take the place of those in the store, in one transaction; the others stay. %1")
            .arg(kept);
    return tr("%1 The store is closed meanwhile and opened again after it. Before that, end the programs that write to "
              "it, and close its other windows: while one has it open, nothing is replaced.")
        .arg(kept);
}

void RestoreDialog::showState() {
    const bool isHere = m_here->isChecked();
    const QString typed = m_place->text().trimmed();
    const auto into = isHere ? Result<StoreUrl>(m_store) : StoreUrl::parse(typed);
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    const bool lacksTable = m_tables->isPart() && m_tables->chosen().isEmpty();
    m_place->setEnabled(!isHere);
    m_mistake->setText(into || typed.isEmpty() ? QString() : into.error().text);
    m_mistake->setVisible(!m_mistake->text().isEmpty());
    m_consequences->setText(isHere ? consequences() : QString());
    m_consequences->setAccessibleName(m_consequences->text());
    m_consequences->setVisible(isHere);
    const QString name = m_store.name();
    const int some = static_cast<int>(m_tables->chosen().size()); // 0: all, or not chosen yet
    if (isHere)
        m_restore->setText(some > 0     ? tr("Replace %n table(s) of %1", nullptr, some).arg(name)
                           : lacksTable ? tr("Replace tables of %1").arg(name)
                                        : tr("Replace %1").arg(name));
    else
        m_restore->setText(some > 0 ? tr("Restore %n table(s)", nullptr, some) : tr("Restore"));
    m_restore->setEnabled(into && hasReason && !lacksTable);
    m_restore->setToolTip(lacksTable           ? tr("Choose a table first")
                          : into && !hasReason ? tr("Say why first; it goes into the audit.")
                                               : QString());
    fitHeight(this);
}

} // namespace portolan
