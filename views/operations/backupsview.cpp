#include "views/operations/backupsview.h"

#include "views/ask/dialogparts.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/operations/backupdialog.h"
#include "views/operations/restoredialog.h"
#include "views/style/icons.h"
#include "views/style/style.h"

#include <QLayout>
#include <QPushButton>

namespace portolan {

BackupsView::BackupsView(QWidget* parent)
    : ListPane(parent)
    , m_gate(this)
    , m_backups(backupListing())
    , m_error(new ErrorBar(this))
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Backups"), &m_backups,
                            {tr("There is no backup of this store."),
                             tr("Back up… makes one while programs go on writing, and proves it. Those made before a "
                                "migration appear here, too."),
                             tr("No backup matches the filter.")},
                            this))
    , m_backUp(new QPushButton(themedIcon(QStringLiteral("save")), tr("Back up…"), this))
    , m_verify(new QPushButton(themedIcon(QStringLiteral("integrity")), tr("Verify"), this))
    , m_compare(new QPushButton(themedIcon(QStringLiteral("compare")), tr("Compare"), this))
    , m_open(new QPushButton(themedIcon(QStringLiteral("open")), tr("Open"), this))
    , m_restore(new QPushButton(themedIcon(QStringLiteral("undo")), tr("Restore…"), this)) {
    m_frame->setTitleVisible(false);
    m_frame->addBar(m_error);
    m_error->hide();
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(makeButtons());
    m_frame->table()->setOwnOrder({{}, true});
    wire(m_frame);
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_error, &ErrorBar::retryWanted, this, [this] {
        m_error->hide();
        m_backups.refreshAll();
    });
    connect(m_frame, &ListFrame::countChanged, this, &BackupsView::countChanged);
    connect(m_frame, &ListFrame::countChanged, this, &BackupsView::showButtons);
    connect(m_frame->table(), &DataTable::chosen, this, &BackupsView::chooseBackup);
    connect(&m_gate, &ProductionConfirmation::refused, this, &BackupsView::notice);
    showButtons();
}

QWidget* BackupsView::makeButtons() {
    setPrimary(m_backUp);
    m_backUp->setAccessibleName(QStringLiteral("Back up…"));
    m_verify->setAccessibleName(QStringLiteral("Verify"));
    m_compare->setAccessibleName(QStringLiteral("Compare"));
    m_open->setAccessibleName(QStringLiteral("Open"));
    m_restore->setAccessibleName(QStringLiteral("Restore…"));
    connect(m_backUp, &QPushButton::clicked, this, &BackupsView::askBackup);
    connect(m_restore, &QPushButton::clicked, this, &BackupsView::askRestore);
    connect(m_verify, &QPushButton::clicked, this, [this] {
        m_error->hide();
        if (const BackupEntry* backup = chosen(); backup && m_desk)
            m_desk->verify(*backup);
    });
    connect(m_compare, &QPushButton::clicked, this, [this] {
        m_error->hide();
        if (const BackupEntry* backup = chosen(); backup && m_desk)
            m_desk->compare(*backup);
    });
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (const BackupEntry* backup = chosen())
            Q_EMIT storeWanted(backup->file);
    });
    return makeButtonBar(this, {m_backUp, m_verify, m_compare, m_open}, {m_restore});
}

void BackupsView::setContext(const PaneContext& context) {
    m_error->hide();
    m_gate.setChannel(context.channel);
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.operations;
    ListPane::setContext(context);
    if (m_desk) {
        connect(m_desk, &OperationsController::backupsChanged, &m_backups, &PagedModel::refreshAll);
        connect(m_desk, &OperationsController::schemaChanged, &m_backups, &PagedModel::refreshAll);
        connect(m_desk, &OperationsController::jobsChanged, this, &BackupsView::showButtons);
        connect(m_desk, &OperationsController::compared, this, [this] {
            if (isVisible()) // who has gone elsewhere meanwhile stays there
                Q_EMIT paneWanted(QStringLiteral("operations/differences"), {});
        });
        connect(m_desk, &OperationsController::failed, this, [this](OperationJob::Kind kind, const Error& error) {
            if (kind == OperationJob::Kind::Migrate || kind == OperationJob::Kind::Retain
                || kind == OperationJob::Kind::Schedule)
                return;
            m_error->show(error);
            m_error->setVisible(true);
        });
    }
    showButtons();
}

const BackupEntry* BackupsView::chosen() const {
    return m_backups.rowAt(m_frame->table()->currentRow());
}

void BackupsView::chooseBackup(int row) {
    showButtons();
    if (const BackupEntry* backup = m_backups.rowAt(row))
        askInspection([entry = *backup](Store&, const CancelToken&) { return Result<BackupEntry>(entry); });
}

void BackupsView::showButtons() {
    const bool isBusy = m_desk && m_desk->isBusy();
    const bool canMake = m_desk && !isBusy && m_desk->url().kind != StoreKind::Bundle;
    const bool can = m_desk && !isBusy && chosen();
    const QString whyNot = isBusy     ? tr("Something is being done to the store.")
                           : chosen() ? QString()
                                      : tr("Choose a backup");
    m_backUp->setEnabled(canMake);
    m_backUp->setToolTip(isBusy ? whyNot : tr("Makes a file of everything in the store, and proves it"));
    m_verify->setEnabled(can);
    m_verify->setToolTip(!whyNot.isEmpty() ? whyNot
                                           : tr("Restores it aside, runs every check, and compares it with the store"));
    m_compare->setEnabled(can);
    m_compare->setToolTip(!whyNot.isEmpty() ? whyNot
                                            : tr("Restores it aside, and lists the rows by which it and the "
                                                 "store differ"));
    const bool isDump = m_desk && m_desk->url().kind == StoreKind::Postgresql;
    m_open->setEnabled(chosen() && !isDump);
    m_open->setToolTip(isDump     ? tr("A server's backup is opened by restoring it")
                       : chosen() ? tr("Opens it as a store that is only read")
                                  : tr("Choose a backup"));
    m_restore->setEnabled(can);
    m_restore->setToolTip(!whyNot.isEmpty() ? whyNot
                                            : tr("Puts it into a new or empty place, or in the place of this store"));
}

void BackupsView::askBackup() {
    if (!m_desk)
        return;
    m_error->hide();
    auto* const dialog = new BackupDialog(*m_desk, this);
    connect(dialog, &BackupDialog::backupWanted, this, [this](const QString& to, const QStringList& only) {
        if (m_desk)
            m_desk->backUp(to, only);
    });
    dialog->open();
}

void BackupsView::askRestore() {
    const BackupEntry* const backup = chosen();
    if (!backup || !m_desk)
        return;
    m_error->hide();
    auto* const dialog = new RestoreDialog(*backup, *m_desk, this);
    connect(dialog, &RestoreDialog::restoreWanted, this, &BackupsView::restore);
    dialog->open();
}

/// Restores; in the place of the store only after its name was typed, whether it is marked as production or not.
void BackupsView::restore(const RestoreOrder& order) {
    if (!m_desk)
        return;
    if (!order.replace) {
        m_desk->restore(order);
        return;
    }
    m_gate.passByName(tr("restore a backup in its place"), m_desk->url().name(), [this, order] {
        if (m_desk && order.only.isEmpty())
            m_desk->replace(order);
        else if (m_desk)
            m_desk->restore(order);
    });
}

} // namespace portolan
