#include "app/window/helpactions.h"

#include "app/window/actions.h"
#include "views/alerts/silencedialog.h"
#include "views/audit/undodialog.h"
#include "views/connect/openform.h"
#include "views/connect/sourceform.h"
#include "views/deadletters/discarddialog.h"
#include "views/deadletters/editdialog.h"
#include "views/deadletters/replaydialog.h"
#include "views/export/bundledialog.h"
#include "views/export/exportdialog.h"
#include "views/export/importdialog.h"
#include "views/guide/aboutdialog.h"
#include "views/guide/guide.h"
#include "views/operations/backupdialog.h"
#include "views/operations/migrationdialog.h"
#include "views/operations/restoredialog.h"
#include "views/operations/ruledialog.h"
#include "views/operations/scheduledialog.h"
#include "views/report/reportdialog.h"
#include "views/search/searchdialog.h"
#include "views/versions/expirydialog.h"
#include "views/versions/healdialog.h"
#include "views/versions/promotedialog.h"

#include <QApplication>
#include <QKeyEvent>

namespace portolan {

namespace {

/// The chapter that a dialog belongs to.
struct DialogChapter {
    const QMetaObject* dialog;
    const char* file;
};

const DialogChapter dialogChapters[] = {
    {&BundleDialog::staticMetaObject, "export"},        {&DiscardDialog::staticMetaObject, "deadletters"},
    {&EditDialog::staticMetaObject, "deadletters"},     {&ExpiryDialog::staticMetaObject, "checkpoints"},
    {&ExportDialog::staticMetaObject, "export"},        {&HealDialog::staticMetaObject, "integrity"},
    {&ImportDialog::staticMetaObject, "export"},        {&OpenForm::staticMetaObject, "stores"},
    {&SourceForm::staticMetaObject, "receiving"},       {&PromoteDialog::staticMetaObject, "checkpoints"},
    {&ReplayDialog::staticMetaObject, "deadletters"},   {&ReportDialog::staticMetaObject, "export"},
    {&SearchDialog::staticMetaObject, "filters"},       {&SilenceDialog::staticMetaObject, "components"},
    {&AboutDialog::staticMetaObject, "trouble"},        {&UndoDialog::staticMetaObject, "audit"},
    {&MigrationDialog::staticMetaObject, "operations"}, {&BackupDialog::staticMetaObject, "operations"},
    {&RestoreDialog::staticMetaObject, "operations"},   {&ScheduleDialog::staticMetaObject, "operations"},
    {&RuleDialog::staticMetaObject, "operations"},
};

/// Null: the window is none of these.
const char* chapterOf(const QWidget* window) {
    for (const auto& [dialog, file] : dialogChapters) {
        if (window && dialog->cast(window))
            return file;
    }
    return nullptr;
}

} // namespace

HelpActions::HelpActions(const Actions& actions, Window window)
    : m_window(std::move(window))
    , m_help(actions[ActionId::Help]) {
    actions.on(ActionId::Help, this, [this] {
        const QString pane = m_window.pane();
        open(pane.isEmpty() ? QString::fromLatin1(firstChapter) : guideFileOfPane(pane));
    });
    actions.on(ActionId::Guide, this, [this] { open(QString::fromLatin1(firstChapter)); });
    actions.on(ActionId::Shortcuts, this, [this] { open(QString::fromLatin1(keyboardChapter)); });
    qApp->installEventFilter(this);
}

void HelpActions::close() {
    m_dialog.reset();
}

/// A dialog blocks the window, and with it the window's keys.
bool HelpActions::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress || !watched->isWidgetType())
        return QObject::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const char* file = m_help->shortcuts().contains(QKeySequence(key->keyCombination()))
                           ? chapterOf(static_cast<QWidget*>(watched)->window())
                           : nullptr;
    if (!file)
        return QObject::eventFilter(watched, event);
    open(QString::fromLatin1(file));
    return true;
}

/// The guide is nobody's child: what a dialog blocks are the windows that it stands over.
void HelpActions::open(const QString& file) {
    if (!m_dialog) {
        m_dialog = std::make_unique<HelpDialog>(guideLanguage(QLocale()));
        m_dialog->setActions(m_window.actions);
    }
    m_dialog->showChapter(file);
}

} // namespace portolan
