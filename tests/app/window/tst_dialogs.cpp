// Every dialog of the window, opened by all that the window has to press, filled in and dismissed: the store is to the
// byte as it was (RELIABILITY, promise 21). What there is comes from the window and from the sources, so that a dialog
// that is added is opened here, or fails the test.

#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "tests/support/filledstores.h"
#include "tests/support/windowdialogs.h"
#include "views/integrity/checkresultsview.h"
#include "views/list/datatable.h"
#include "views/list/pane.h"
#include "views/search/fieldoverlist.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDialog>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabBar>
#include <QToolButton>
#include <QtTest>
#include <map>
#include <set>

using namespace portolan;
using namespace portolan::test;

namespace {

/// What acts without a dialog, and is meant to; or leaves the window. Anything else that changes the store when it is
/// pressed fails the test.
const std::set<QString> actsAtOnce{
    QStringLiteral("Quit"),
    QStringLiteral("Close this store"),
    QStringLiteral("Go to the next open store"),
    QStringLiteral("Open the sample pipeline"),
    QStringLiteral("Start receiving from the last source"),
    QStringLiteral("Cancel run"),
    QStringLiteral("Recall"),
};

/// The second is answered at every action by tst_windowdoor, a template's dialog is titled by its button; the last
/// four need a backup, a rule that is on and entries of the schedule (tst_backupsview, tst_retentionview,
/// tst_scheduleview).
const std::set<QString> openedElsewhere{
    QStringLiteral("ClosingDialog"), // needs something that runs: tst_closing
    QStringLiteral("TimesDialog"),   // from a chart's list of times; it asks the store nothing: tst_metricspane
    QStringLiteral("QInputDialog: Production store"),
    QStringLiteral("QFileDialog: Templates (*.json)"),
    QStringLiteral("RestoreDialog"),
    QStringLiteral("QInputDialog: Delete old rows"),
    QStringLiteral("QInputDialog: Remove from the schedule"),
    QStringLiteral("QInputDialog: Trust an entry of the schedule"),
}; // "Open template…"

/// Chooses something else everywhere.
void chooseElsewhere(QWidget* window) {
    for (QComboBox* each : window->findChildren<QComboBox*>()) {
        if (each->isVisible() && each->isEnabled() && each->count() > 1)
            each->setCurrentIndex((each->currentIndex() + 1) % each->count());
    }
}

/// Returns the pane's own tabs, of which it has more than what is in it; null: it has none.
QTabBar* tabsOf(const QWidget* pane) {
    const auto bars = pane->findChildren<QTabBar*>();
    const auto most = std::ranges::max_element(bars, {}, &QTabBar::count);
    return most == bars.end() ? nullptr : *most;
}

/// Types and chooses something everywhere.
void fillIn(QDialog* dialog) {
    for (QCheckBox* each : dialog->findChildren<QCheckBox*>()) {
        if (each->isVisible() && each->isEnabled())
            each->click();
    }
    chooseElsewhere(dialog);
    for (QAbstractSpinBox* each : dialog->findChildren<QAbstractSpinBox*>()) {
        if (each->isVisible() && each->isEnabled())
            each->stepUp();
    }
    for (QLineEdit* each : dialog->findChildren<QLineEdit*>()) {
        if (each->isVisible() && each->isEnabled() && !each->isReadOnly())
            each->setText(QStringLiteral("7"));
    }
    for (QPlainTextEdit* each : dialog->findChildren<QPlainTextEdit*>()) {
        if (each->isVisible() && each->isEnabled() && !each->isReadOnly())
            each->setPlainText(QStringLiteral("{\"n\":7}"));
    }
}

} // namespace

class TestDialogs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QApplication::setQuitOnLastWindowClosed(false); }
    void whatIsDismissedLeftNothing_data() {
        QTest::addColumn<QString>("kind");
        QTest::newRow("SQLite") << QStringLiteral("sqlite");
        QTest::newRow("PostgreSQL") << QStringLiteral("postgresql");
        QTest::newRow("files") << QStringLiteral("file");
    }
    void whatIsDismissedLeftNothing();
    void whatIsTypedStays();

private:
    using Press = std::function<void()>;

    void openWindow();
    void walkActions();
    void walkPanes();
    void walkPlace(const QString& pane, int tab);
    void arrange(const QString& pane, int tab);
    void tryIt(const QString& what, const Press& press);
    void dismiss(QDialog* dialog, const QString& what);
    void typeInto(QDialog* dialog, const QString& what);
    void changeFromOutside();
    void press(const QString& name);
    void findFaults();
    void openInside(QDialog* dialog, const QString& what);
    /// All that was asked of the store before is answered.
    void await();
    void isAsBefore(const QString& what);
    static void isNarrowEnough(const QDialog& dialog, const QString& what);
    void selectRows();
    [[nodiscard]] std::vector<std::pair<QString, Press>> offered();

    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<FilledStore> m_store;
    std::map<QString, QByteArray> m_before;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    std::map<QString, int> m_opened; ///< how often
    std::set<QString> m_tried;
    QStringList m_faults;    ///< what wrote or was overwritten, all of it in one run
    bool m_isTyping = false; ///< what is typed is looked at, not what is written
    int m_changes = 0;
};

void TestDialogs::whatIsDismissedLeftNothing() {
    QFETCH(const QString, kind);
    m_isTyping = false;
    m_opened.clear();
    m_tried.clear();
    m_faults.clear();
    m_folder = std::make_unique<TempFolder>();
    if (kind == QLatin1String("sqlite"))
        m_store = std::make_unique<FilledSqlite>();
    else if (kind == QLatin1String("postgresql"))
        m_store = std::make_unique<FilledServer>();
    else
        m_store = std::make_unique<FilledFolder>();
    const bool isDatabase = kind != QLatin1String("file");
    isDatabase ? m_store->fill(*m_folder) : m_store->fillWithMessages(*m_folder);
    openWindow();
    if (QTest::currentTestFailed())
        return;
    walkActions();
    if (!QTest::currentTestFailed())
        walkPanes();
    m_window.reset(); // all its threads have ended
    if (QTest::currentTestFailed())
        return;
    isAsBefore(QStringLiteral("the whole walk"));

    QStringList all;
    for (const auto& [name, times] : m_opened)
        all << QStringLiteral("%1 %2").arg(name).arg(times);
    qInfo("%d tried: %s", static_cast<int>(m_tried.size()), qPrintable(all.join(QStringLiteral(", "))));
    QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join(u'\n')));
    const std::set<QString> known = dialogsOfSources();
    QVERIFY(known.size() > 20);
    QStringList missing;
    for (const QString& name : known) {
        if (!m_opened.contains(name) && !openedElsewhere.contains(name))
            missing << name;
    }
    QStringList unknown;
    for (const auto& [name, times] : m_opened) {
        const bool isTitled =
            name.startsWith(QLatin1String("QFileDialog: ")) || name.startsWith(QLatin1String("QDialog: "));
        if (!known.contains(name) && !isTitled)
            unknown << name;
    }
    QVERIFY2(unknown.isEmpty(), qPrintable(unknown.join(QStringLiteral(", "))));
    if (isDatabase)
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(QStringLiteral(", "))));
    else
        QVERIFY2(m_opened.size() >= 10, QByteArray::number(static_cast<int>(m_opened.size())));
}

/// No form of the window overwrites what was typed into it: not when the store changes, nor when something else is
/// chosen in it, nor when what leads to it is pressed again.
void TestDialogs::whatIsTypedStays() {
    m_isTyping = true;
    m_opened.clear();
    m_tried.clear();
    m_faults.clear();
    m_folder = std::make_unique<TempFolder>();
    m_store = std::make_unique<FilledSqlite>();
    m_store->fill(*m_folder);
    openWindow();
    if (QTest::currentTestFailed())
        return;
    walkActions();
    if (!QTest::currentTestFailed())
        walkPanes();
    if (QTest::currentTestFailed())
        return;
    int fields = 0;
    for (const PaneEntry& entry : paneEntries()) { // what stands in the window itself
        if (entry.pending || !m_window->stores().current()->cannot(entry.feature).isEmpty())
            continue;
        arrange(QLatin1String(entry.id), 0);
        press(QStringLiteral("Choose the source…"));
        for (const auto& [field, text] : writtenIn(m_window.get())) {
            if (auto* const line = qobject_cast<QLineEdit*>(field))
                line->setText(QStringLiteral("id:7"));
        }
        const auto written = writtenIn(m_window.get());
        fields += static_cast<int>(written.size());
        changeFromOutside();
        press(QStringLiteral("Choose the source…"));
        for (const auto& [field, text] : written) {
            if (field && textOf(field) != text)
                m_faults << QStringLiteral("%1: %2 says %3")
                                .arg(QLatin1String(entry.id), field->accessibleName(), textOf(field));
        }
        press(QStringLiteral("Cancel receiving"));
    }
    m_window.reset();
    QVERIFY(fields > 20);
    QVERIFY2(m_opened.size() > 15, QByteArray::number(static_cast<int>(m_opened.size())));
    QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join(u'\n')));
}

void TestDialogs::press(const QString& name) {
    for (QAbstractButton* button : m_window->findChildren<QAbstractButton*>()) {
        if (button->isVisible() && button->isEnabled() && nameOf(button) == name) {
            button->click();
            return;
        }
    }
}

/// Another program writes, and the window has seen it.
void TestDialogs::changeFromOutside() {
    QSignalSpy seen(m_window->stores().current(), &LiveStore::changed);
    m_store->change("INSERT INTO system_health (component_name, health_status, last_heartbeat) VALUES ('other "
                    + QByteArray::number(++m_changes) + "', 'healthy', '2026-01-01T00:00:00Z')");
    QTRY_VERIFY(!seen.isEmpty());
    await();
    m_window->pane()->refresh();
    await();
}

void TestDialogs::typeInto(QDialog* dialog, const QString& what) {
    const QPointer<QDialog> opened(dialog);
    const QString name = nameOf(dialog);
    if (m_opened[name]++ == 0 && !name.startsWith(QLatin1String("QFileDialog"))) {
        fillIn(dialog);
        QTRY_VERIFY2(!opened || isSettled(opened), qPrintable(what + QStringLiteral(": ") + name));
        const auto written = opened ? writtenIn(opened) : std::map<QPointer<QWidget>, QString>();
        changeFromOutside();
        const auto compare = [&](const char* when) {
            for (const auto& [field, text] : written) {                             // a file's name gets its ending
                const bool follows = field && field->accessibleName() == u"Source"; // its fields, whatever is chosen
                if (field && !follows && !textOf(field).startsWith(text))
                    m_faults << QStringLiteral("%1: %2 says %3 for %4 %5")
                                    .arg(name, field->accessibleName(), textOf(field), text, QLatin1String(when));
            }
        };
        compare("after the store has changed");
        if (opened) {
            chooseElsewhere(opened);
            await();
            compare("after something else was chosen");
        }
    }
    if (opened)
        opened->close();
    QTRY_VERIFY2(!opened || !opened->isVisible(), qPrintable(what + QStringLiteral(": ") + name));
    await();
}

void TestDialogs::openWindow() {
    m_theme = std::make_unique<Theme>();
    m_settings = std::make_unique<Settings>(m_folder->path(QStringLiteral("portolan.ini")));
    m_window = std::make_unique<MainWindow>(*m_settings, *m_theme);
    m_window->show();
    m_window->openStore(*StoreUrl::parse(m_store->url()));
    QTRY_VERIFY(m_window->pane() && m_window->pane()->isSettled());
    QTRY_VERIFY(m_window->stores().current() && m_window->stores().current()->isOpen());
    QTRY_VERIFY(m_window->stores().current()->alerts().isSettled());
    await();
    m_before = m_store->contents();
}

void TestDialogs::await() {
    for (int round = 0; round < 2; ++round) { // an answer may ask again
        if (!m_window->stores().current())
            return;
        RequestScope asker;
        bool answered = false;
        m_window->stores().current()->channel().ask(
            asker, [](Store&, const CancelToken&) -> Result<bool> { return true; }, this,
            [&](const Result<bool>&) { answered = true; });
        QTRY_VERIFY(answered);
        QTRY_VERIFY(!m_window->pane() || m_window->pane()->isSettled());
    }
}

void TestDialogs::isAsBefore(const QString& what) {
    if (m_isTyping)
        return;
    const std::map<QString, QByteArray> now = m_store->contents();
    QStringList changed;
    for (const auto& [name, bytes] : now) {
        if (!m_before.contains(name) || m_before.at(name) != bytes)
            changed << name;
    }
    if (!changed.isEmpty() || now.size() != m_before.size())
        m_faults << what + QStringLiteral(" wrote: ") + changed.join(QStringLiteral(", "));
    m_before = now;
}

void TestDialogs::walkActions() {
    QStringList names;
    for (const QAction* action : m_window->actionsInForce())
        names << action->text();
    QVERIFY(names.size() > 20);
    for (const QString& name : std::as_const(names)) {
        arrange(QStringLiteral("dead-letters"), 0);
        for (QAction* action : m_window->actionsInForce()) {
            if (action->text() != name || !action->isEnabled() || actsAtOnce.contains(name))
                continue;
            tryIt(QStringLiteral("action ") + name, [action = QPointer(action)] {
                if (action)
                    action->trigger();
            });
            break;
        }
        if (QTest::currentTestFailed())
            return;
    }
}

void TestDialogs::walkPanes() {
    for (const PaneEntry& entry : paneEntries()) {
        if (entry.pending || !m_window->stores().current()->cannot(entry.feature).isEmpty())
            continue;
        arrange(QLatin1String(entry.id), 0);
        const QTabBar* const bar = tabsOf(m_window->pane());
        const int tabs = bar ? bar->count() : 1;
        for (int tab = 0; tab < tabs && !QTest::currentTestFailed(); ++tab)
            walkPlace(QLatin1String(entry.id), tab);
        if (QTest::currentTestFailed())
            return;
    }
}

/// What can be pressed now: buttons, what stands in their menus, and in those of the tables.
std::vector<std::pair<QString, TestDialogs::Press>> TestDialogs::offered() {
    std::vector<std::pair<QString, Press>> all;
    const auto addMenu = [&all](const QString& name, QMenu* menu) {
        Q_EMIT menu->aboutToShow();
        for (QAction* action : menu->actions()) {
            if (action->isEnabled() && action->isVisible() && !action->isSeparator() && !action->menu())
                all.emplace_back(name + QStringLiteral(" → ") + action->text(), [action = QPointer(action)] {
                    if (action)
                        action->trigger();
                });
        }
    };
    for (QAbstractButton* button : m_window->findChildren<QAbstractButton*>()) {
        if (!button->isVisible() || !button->isEnabled() || button->window() != m_window.get())
            continue;
        auto* const push = qobject_cast<QPushButton*>(button);
        auto* const tool = qobject_cast<QToolButton*>(button);
        QMenu* const menu = push ? push->menu() : tool ? tool->menu() : nullptr;
        if (menu)
            addMenu(nameOf(button), menu);
        else if (push || tool)
            all.emplace_back(nameOf(button), [button = QPointer(button)] {
                if (!button)
                    return;
                button->click();
                if (button && button->isCheckable() && button->isVisible())
                    button->click();
            });
    }
    for (DataTable* table : m_window->pane()->findChildren<DataTable*>()) {
        if (!table->isVisible())
            continue;
        for (QAction* action : table->actions()) {
            if (action->isEnabled() && action->isVisible())
                all.emplace_back(table->accessibleName() + QStringLiteral(" → ") + action->text(),
                                 [action = QPointer(action)] {
                                     if (action)
                                         action->trigger();
                                 });
        }
    }
    std::map<QString, int> times; // a pane may have a button of the same name as the window
    for (auto& [name, press] : all) {
        if (const int before = times[name]++; before > 0)
            name += QStringLiteral(" (%1)").arg(before + 1);
    }
    return all;
}

void TestDialogs::walkPlace(const QString& pane, int tab) {
    while (true) {
        arrange(pane, tab);
        if (QTest::currentTestFailed())
            return;
        const auto all = offered();
        const auto next = std::ranges::find_if(all, [&](const auto& each) {
            return !m_tried.contains(QStringLiteral("%1/%2/%3").arg(pane).arg(tab).arg(each.first));
        });
        if (next == all.end())
            return;
        const QString what = QStringLiteral("%1/%2/%3").arg(pane).arg(tab).arg(next->first);
        m_tried.insert(what);
        if (!actsAtOnce.contains(next->first.section(QStringLiteral(" → "), -1)))
            tryIt(what, next->second);
        if (QTest::currentTestFailed())
            return;
    }
}

/// The pane and its tab with the first row of each list chosen.
void TestDialogs::arrange(const QString& pane, int tab) {
    m_window->goTo(pane);
    QTRY_VERIFY2(m_window->pane() && m_window->pane()->isSettled(), qPrintable(pane));
    if (QTabBar* const bar = tabsOf(m_window->pane()); bar && tab < bar->count())
        bar->setCurrentIndex(tab);
    QTRY_VERIFY2(m_window->pane()->isSettled(), qPrintable(pane));
    for (QDockWidget* dock : m_window->findChildren<QDockWidget*>()) { // an action or a button may have closed it
        if (dock->objectName() == QLatin1String("inspector") && m_window->pane()->hasRows())
            dock->show();
    }
    selectRows();
    if (pane == QLatin1String("integrity"))
        findFaults();
}

/// Has the store checked, once, and chooses a finding that can be mended.
void TestDialogs::findFaults() {
    auto* const checks = m_window->pane()->findChild<CheckTable*>();
    QVERIFY(checks);
    if (checks->model()->rowCount() == 0) {
        press(QStringLiteral("Run checks"));
        QTRY_VERIFY(checks->model()->rowCount() > 0 && m_window->pane()->isSettled());
    }
    QAbstractButton* heal = nullptr;
    for (QAbstractButton* each : m_window->pane()->findChildren<QAbstractButton*>()) {
        if (nameOf(each) == QStringLiteral("Heal…"))
            heal = each;
    }
    QVERIFY(heal);
    for (int row = 0; row < checks->model()->rowCount() && !heal->isEnabled(); ++row)
        checks->setCurrentIndex(checks->model()->index(row, 0));
}

void TestDialogs::selectRows() {
    for (DataTable* table : m_window->pane()->findChildren<DataTable*>()) {
        const bool narrows = table->accessibleName() == QLatin1String("Dead letter groups")
                             || table->accessibleName() == QLatin1String("Checkpoints");
        if (narrows || !table->isVisible() || !table->model() || table->model()->rowCount() == 0)
            continue;
        table->selectionModel()->setCurrentIndex(table->model()->index(0, 0),
                                                 QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QTRY_VERIFY(m_window->pane()->isSettled());
    }
    await();
}

/// Presses, and dismisses what comes of it: in each way when a dialog comes for the first time.
void TestDialogs::tryIt(const QString& what, const Press& press) {
    m_tried.insert(what);
    for (int way = 0; way < 3; ++way) {
        press();
        await();
        if (auto* const popup = qobject_cast<QMenu*>(QApplication::activePopupWidget())) {
            const auto actions = popup->actions();
            if (!actions.isEmpty() && actions.first()->isEnabled())
                actions.first()->trigger();
            popup->close();
            await();
        }
        QDialog* const dialog = dialogAbove();
        if (!dialog) {
            isAsBefore(what);
            return;
        }
        const bool isKnown = m_opened[nameOf(dialog)] >= 3;
        m_isTyping ? typeInto(dialog, what) : dismiss(dialog, what);
        if (isKnown || m_isTyping || QTest::currentTestFailed())
            return;
    }
}

void TestDialogs::dismiss(QDialog* dialog, const QString& what) {
    const QPointer<QDialog> opened(dialog);
    const QString name = nameOf(dialog);
    isNarrowEnough(*dialog, what);
    const int way = m_opened[name]++;
    if (way > 0) { // the first time it goes while it still looks
        fillIn(dialog);
        QTRY_VERIFY2(!opened || isSettled(opened), qPrintable(what + QStringLiteral(": ") + name));
    }
    if (way == 2 && opened)
        openInside(dialog, what);
    if (QTest::currentTestFailed())
        return;
    if (!opened || !opened->isVisible())
        return;
    const auto buttons = dialog->findChildren<QPushButton*>();
    const auto cancel = std::ranges::find_if(buttons, [](const QPushButton* each) {
        const QString text = each->text().remove(u'&');
        return each->isVisible() && (text == QLatin1String("Cancel") || text == QLatin1String("Close"));
    });
    if (way % 3 == 0)
        QTest::keyClick(dialog, Qt::Key_Escape);
    else if (way % 3 == 1 || cancel == buttons.end())
        dialog->close();
    else
        (*cancel)->click();
    if (opened && opened->isVisible()) // Escape may first have left a field
        dialog->close();
    QTRY_VERIFY2(!opened || !opened->isVisible(), qPrintable(what + QStringLiteral(": ") + name));
    await();
    isAsBefore(what + QStringLiteral(": ") + name);
}

/// Whatever is in it, a dialog fits where the least window does; the ones of Qt choose files.
void TestDialogs::isNarrowEnough(const QDialog& dialog, const QString& what) {
    if (qobject_cast<const QFileDialog*>(&dialog)
        || qobject_cast<const FieldOverList*>(&dialog)) // as wide as the window
        return;
    const QSize least =
        dialog.minimumSize().expandedTo(dialog.layout() ? dialog.layout()->totalMinimumSize() : QSize());
    QVERIFY2(least.boundedTo(MainWindow::leastSize) == least, qPrintable(QStringLiteral("%1: %2 is at least %3x%4")
                                                                             .arg(what, nameOf(&dialog))
                                                                             .arg(least.width())
                                                                             .arg(least.height())));
}

/// What leads from a dialog to another one says so by its "…".
void TestDialogs::openInside(QDialog* dialog, const QString& what) {
    const QPointer<QDialog> opened(dialog);
    QList<QPointer<QAbstractButton>> buttons;
    for (QAbstractButton* button : dialog->findChildren<QAbstractButton*>())
        buttons << button;
    for (const auto& button : std::as_const(buttons)) {
        const auto* const push = qobject_cast<QPushButton*>(button);
        const auto* const tool = qobject_cast<QToolButton*>(button);
        const bool hasMenu = (push && push->menu()) || (tool && tool->menu());
        if (!button || hasMenu || !button->isVisible() || !button->isEnabled() || !button->text().endsWith(u'…'))
            continue;
        const QString name = nameOf(button);
        button->click();
        await();
        QDialog* const above = dialogAbove(dialog);
        if (!above) { // it leads to another part of the same one
            isAsBefore(what + QStringLiteral(": ") + name);
            if (!opened)
                return;
            continue;
        }
        ++m_opened[nameOf(above)];
        const QPointer<QDialog> inner(above);
        above->close();
        QTRY_VERIFY2(!inner || !inner->isVisible(), qPrintable(what));
        isAsBefore(what + QStringLiteral(": ") + name);
    }
}

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
