#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/stores/openstore.h"
#include "tests/support/eventturn.h"
#include "tests/support/filledstores.h"
#include "tests/support/windowdialogs.h"
#include "views/export/exportdialog.h"
#include "views/list/filterline.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/search/commandpalette.h"
#include "views/style/theme.h"
#include "views/window/settingsdialog.h"

#include <QAction>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDialog>
#include <QKeySequenceEdit>
#include <QListWidget>
#include <QMenu>
#include <QStatusBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QtTest>

using namespace portolan;
using test::FilledSqlite;
using test::TempFolder;

namespace {

/// What an operator presses in a pane, as it can be seen: name and whether it can be pressed. Switches apart.
std::map<QString, QAbstractButton*> buttonsOf(const Pane& pane) {
    std::map<QString, QAbstractButton*> all;
    for (QPushButton* const each : pane.findChildren<QPushButton*>()) {
        const bool isPart = qobject_cast<QAbstractItemView*>(each->parentWidget()->parentWidget()) != nullptr;
        if (each->isVisible() && !each->isCheckable() && !isPart && each->window() == pane.window())
            all[test::nameOf(each)] = each;
    }
    return all;
}

std::map<QString, bool> enabledOf(const Pane& pane) {
    std::map<QString, bool> all;
    for (const auto& [name, button] : buttonsOf(pane))
        all[name] = button->isEnabled();
    return all;
}

void addPanes() {
    QTest::addColumn<QString>("id");
    for (const PaneEntry& entry : paneEntries()) {
        if (!entry.pending && QByteArray(entry.id) != "queues")
            QTest::newRow(entry.id) << QString::fromLatin1(entry.id);
    }
}

} // namespace

/// The screen says the scope: while the field says something else than the list shows, nothing acts on it; and what can
/// be done, in a pane or with a row, is found from everywhere.
class TestScope : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_store.fill(m_folder);
        m_window.show();
        m_window.openStore(*StoreUrl::parse(m_store.url()));
        QTRY_VERIFY(m_window.pane() && m_window.pane()->isSettled());
        m_filter = m_window.findChild<FilterLine*>();
    }
    void cleanup() {
        m_filter->empty();
        while (QDialog* const dialog = test::dialogAbove())
            dialog->reject();
    }

    void aFilterThatIsNotShownRestsTheList_data() { addPanes(); }
    void aFilterThatIsNotShownRestsTheList() {
        QFETCH(const QString, id);
        go(id);
        const Pane& pane = *m_window.pane();
        if (!pane.filterSchema())
            QSKIP("it has nothing to filter");
        const ListFrame* const list = pane.filteredList();
        QVERIFY(list);
        if (list->table()->model()->rowCount() > 0)
            list->table()->selectRow(0);
        test::turnEventLoop();
        QTRY_VERIFY(pane.isSettled());
        const std::map<QString, bool> before = enabledOf(pane);
        m_filter->setFocus();
        QTest::keyClicks(m_filter, QStringLiteral("no_such_column:1"));
        QVERIFY(!m_filter->pending().isEmpty()); // at once, while it is being typed
        QVERIFY(list->table()->isResting());
        QTRY_VERIFY(m_filter->pending().contains(QLatin1String("no_such_column"))); // and while it is wrong
        for (const auto& [name, button] : buttonsOf(pane)) {
            QVERIFY2(!button->isEnabled(), qPrintable(name));
            QCOMPARE(button->toolTip(), m_filter->pending());
        }
        QTest::keyClick(m_filter, Qt::Key_E, Qt::ControlModifier);
        QVERIFY(!test::dialogAbove());
        QCOMPARE(m_window.statusBar()->currentMessage(), m_filter->pending());

        QTest::keyClick(m_filter, Qt::Key_Escape);
        QVERIFY(m_filter->pending().isEmpty());
        QVERIFY(!list->table()->isResting());
        QTRY_VERIFY(pane.isSettled());
        if (list->table()->model()->rowCount() > 0)
            list->table()->selectRow(0);
        test::turnEventLoop();
        QTRY_COMPARE(enabledOf(pane), before);
    }

    /// From the field, as from everywhere: the list that the field filters.
    void theExportNamesTheFilteredList_data() { addPanes(); }
    void theExportNamesTheFilteredList() {
        QFETCH(const QString, id);
        go(id);
        Pane& pane = *m_window.pane();
        const ListFrame* const list = pane.filterSchema() ? pane.filteredList() : nullptr;
        if (!list || list->table()->paged()->listing().storedColumns().empty())
            QSKIP("it has no such list");
        pane.focusList();
        m_filter->setFocus();
        QTest::keyClicks(m_filter, QStringLiteral("age<900d"));
        QTest::keyClick(m_filter, Qt::Key_E, Qt::ControlModifier); // before it has settled
        if (!m_filter->pending().isEmpty())
            QSKIP("it has no ages");
        auto* const dialog = qobject_cast<ExportDialog*>(test::dialogAbove());
        QVERIFY(dialog);
        const auto* const lists = dialog->findChild<QComboBox*>();
        QCOMPARE(lists->currentText(), list->title());
        QStringList texts;
        for (const QLabel* const label : dialog->findChildren<QLabel*>())
            texts << label->text();
        QVERIFY2(texts.join(u'\n').contains(QStringLiteral("“age<900d” acts on this list")),
                 qPrintable(texts.join(u'\n')));
    }

    /// Which are a window of their own.
    void theExportIsAskedForOverTheProposals() {
        go(QStringLiteral("batches"));
        m_filter->setFocus();
        QTest::keyClicks(m_filter, QStringLiteral("message_number:7 or m"));
        QTRY_VERIFY(QApplication::activePopupWidget());
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Backspace);
        QTest::keyClicks(m_filter, QStringLiteral("m"));
        QTRY_VERIFY(QApplication::activePopupWidget());
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_E, Qt::ControlModifier);
        QVERIFY(!QApplication::activePopupWidget());
        const auto* const dialog = qobject_cast<ExportDialog*>(test::dialogAbove());
        QVERIFY(dialog); // "m" is a word to look for
        QCOMPARE(dialog->findChild<QComboBox*>()->currentText(), QStringLiteral("Messages"));
    }

    /// Whatever had the focus before.
    void afterAJumpTheExportIsOfTheRowsMeant() {
        go(QStringLiteral("batches"));
        tableNamed(QStringLiteral("Batch files"))->setFocus();
        go(QStringLiteral("metrics"));
        Q_EMIT m_window.pane()->paneWanted(QStringLiteral("batches"), QStringLiteral("age<900d")); // as a chart does
        QCOMPARE(m_filter->text(), QStringLiteral("age<900d"));
        m_window.findChild<QAction*>(QStringLiteral("export-rows-to-a-file"))->trigger();
        const auto* const dialog = qobject_cast<ExportDialog*>(test::dialogAbove());
        QVERIFY(dialog);
        QCOMPARE(dialog->findChild<QComboBox*>()->currentText(), QStringLiteral("Messages"));
    }

    /// The command palette, from which the export is asked for, is one.
    void theFocusIsMeantUnderAnotherWindow_data() { addPanes(); }
    void theFocusIsMeantUnderAnotherWindow() {
        QFETCH(const QString, id);
        go(id);
        const Pane& pane = *m_window.pane();
        for (const ListFrame* const list : pane.lists()) {
            if (!list->table()->isVisible())
                continue;
            list->table()->setFocus();
            const ListFrame* const meant = pane.lists().front();
            QDialog above(&m_window);
            above.show();
            above.activateWindow();
            QTRY_VERIFY(above.isActiveWindow());
            QVERIFY(!list->table()->hasFocus());
            QCOMPARE(pane.lists().front(), meant);
            above.close();
            m_window.activateWindow();
            QTRY_VERIFY(m_window.isActiveWindow());
        }
    }

    void theSecondClickKeepsTheSelection_data() { addPanes(); }
    void theSecondClickKeepsTheSelection() {
        QFETCH(const QString, id);
        go(id);
        for (DataTable* const table : m_window.pane()->findChildren<DataTable*>()) {
            if (!table->isVisible() || table->model()->rowCount() == 0)
                continue;
            const QPoint at = table->visualRect(table->model()->index(0, 0)).center();
            for (int click = 0; click < 2; ++click) {
                QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at);
                test::turnEventLoop();
                QVERIFY2(table->selectionModel()->isRowSelected(0, {}), qPrintable(table->accessibleName()));
            }
            table->chooseNothing();
        }
    }

    void everyButtonOfAPaneIsInThePalette_data() { addPanes(); }
    void everyButtonOfAPaneIsInThePalette() {
        QFETCH(const QString, id);
        go(id);
        auto* const tabs = m_window.pane()->findChild<QTabWidget*>();
        for (int tab = 0; tab < (tabs ? tabs->count() : 1); ++tab) {
            if (tabs)
                tabs->setCurrentIndex(tab);
            QTRY_VERIFY(m_window.pane()->isSettled());
            QStringList offered;
            QSet<QString> names;
            for (const QAction* const action : m_window.actionsOffered()) {
                offered << action->text() + u' ' + action->property("words").toString();
                if (!action->objectName().isEmpty()) {
                    QVERIFY2(!names.contains(action->objectName()), qPrintable(action->objectName()));
                    names.insert(action->objectName());
                }
            }
            for (const auto& [name, button] : buttonsOf(*m_window.pane()))
                QVERIFY2(offered.join(u'\n').contains(name), qPrintable(name));
        }
    }

    void whatOtherPanesCanDoIsThereToo() {
        go(QStringLiteral("overview"));
        QStringList deeds;
        for (const QAction* const action : m_window.actionsOffered()) {
            if (action->objectName().isEmpty() && action->text().contains(u':') && action->isEnabled())
                deeds << action->text();
        }
        QVERIFY2(deeds.contains(QStringLiteral("Dead letters: Replay…")), qPrintable(deeds.join(u'\n')));
        for (QAction* const action : m_window.actionsOffered()) {
            if (action->text() != QStringLiteral("Operations: Back up…"))
                continue;
            action->trigger(); // goes there, and leaves the pressing to the operator
            break;
        }
        auto* const button = m_window.pane()->findChildren<QAbstractButton*>().isEmpty()
                                 ? nullptr
                                 : buttonsOf(*m_window.pane())[QStringLiteral("Back up…")];
        QVERIFY(button && button->isVisible());
        QVERIFY(!test::dialogAbove());
    }

    void thePaletteKnowsOtherWordsIdsAndTheSearch() {
        go(QStringLiteral("batches"));
        CommandPalette& palette = openPalette();
        QCOMPARE(typed(palette, QStringLiteral("excel")).value(0), QStringLiteral("Export rows to a file…"));
        const QStringList ids = typed(palette, QStringLiteral("4711"));
        QVERIFY2(ids.contains(QStringLiteral("Message number 4711")), qPrintable(ids.join(u'\n')));
        QCOMPARE(ids.last(), QStringLiteral("Search everything for “4711”"));
        const QStringList texts = typed(palette, QStringLiteral("replay dead"));
        QVERIFY2(texts.contains(QStringLiteral("Dead letters: Replay…")), qPrintable(texts.join(u'\n')));
        const QStringList recent = typed(palette, QStringLiteral("open again"));
        QVERIFY2(recent.value(0).contains(QLatin1String("orders.db")), qPrintable(recent.join(u'\n')));
        typed(palette, QStringLiteral("message number 7"));
        const QStringList one = typed(palette, QStringLiteral("7"));
        QVERIFY(one.contains(QStringLiteral("Message number 7")));
        palette.findChild<QListWidget*>()->setCurrentRow(
            static_cast<int>(one.indexOf(QStringLiteral("Message number 7"))));
        QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_Return);
        QTRY_COMPARE(m_filter->text(), QStringLiteral("message_number:7"));
    }

    /// From the palette to the key, also for a button of a pane.
    void aButtonGetsAKeyFromThePalette() {
        go(QStringLiteral("integrity"));
        CommandPalette& palette = openPalette();
        QVERIFY(typed(palette, QStringLiteral("run checks")).value(0).contains(QLatin1String("Run checks")));
        QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_F2);
        auto* const dialog = qobject_cast<SettingsDialog*>(test::dialogAbove());
        QVERIFY(dialog);
        const auto* const keys = dialog->findChild<QTableWidget*>();
        QVERIFY(keys->isVisible());
        QCOMPARE(keys->item(keys->currentRow(), 0)->text(), QStringLiteral("Run checks"));
        dialog->findChild<QKeySequenceEdit*>()->setKeySequence(QKeySequence(QStringLiteral("Ctrl+Alt+J")));
        for (QPushButton* const each : dialog->findChildren<QPushButton*>()) {
            if (each->text() == QLatin1String("Use these keys"))
                each->click();
        }
        dialog->accept();
        QCOMPARE(m_settings.keys(QStringLiteral("integrity/run-checks")), QStringLiteral("Ctrl+Alt+J"));
        QPushButton* run = nullptr;
        for (QPushButton* const each : m_window.pane()->findChildren<QPushButton*>()) {
            if (test::nameOf(each) == QLatin1String("Run checks"))
                run = each;
        }
        QVERIFY(run);
        QSignalSpy pressed(run, &QPushButton::clicked);
        m_window.activateWindow();
        QTRY_VERIFY(m_window.isActiveWindow() && run->isEnabled());
        QTest::keyClick(m_window.pane()->focusWidget() ? m_window.pane()->focusWidget() : &m_window, Qt::Key_J,
                        Qt::ControlModifier | Qt::AltModifier);
        QTRY_COMPARE(pressed.size(), 1);
    }

    void theMenuOfARowHasTheWaysOn() {
        go(QStringLiteral("ports"));
        DataTable* const table = tableNamed(QStringLiteral("Port messages"));
        QTRY_VERIFY(table->model()->rowCount() > 0 && table->paged()->isLoaded(0));
        int port = -1;
        const auto& columns = table->paged()->listing().columns();
        for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
            if (columns[static_cast<std::size_t>(i)].name == "port_name")
                port = i;
        }
        QVERIFY(port >= 0);
        const QString name = table->model()->index(0, port).data().toString();
        const QStringList offered = menuOf(*table, port);
        for (const char* const way : {"Only this value", "Not this value", "Around it", "Its port", "Its component",
                                      "Copy its id", "Copy as CSV"})
            QVERIFY2(!offered.filter(QLatin1String(way)).isEmpty(), way);
        press(QStringLiteral("Only this value"));
        QTRY_COMPARE(m_filter->text(), QStringLiteral("port_name:\"%1\"").arg(name));
        QTRY_VERIFY(table->paged()->isSettled() && table->paged()->isLoaded(0));
        menuOf(*table, port);
        press(QStringLiteral("Not this value"));
        QTRY_COMPARE(m_filter->text(), QStringLiteral("port_name:\"%1\" not port_name:\"%1\"").arg(name));
        QTRY_COMPARE(table->model()->rowCount(), 0);
        m_filter->empty();
        QTRY_VERIFY(table->model()->rowCount() > 0 && table->paged()->isLoaded(0));
        menuOf(*table, port);
        press(QStringLiteral("Around it"));
        QTRY_VERIFY(m_filter->text().startsWith(QLatin1String("created_at>=")));
        QVERIFY(m_filter->pending().isEmpty());
        QTRY_VERIFY(table->model()->rowCount() > 0 && table->paged()->isLoaded(0));
        menuOf(*table, port);
        press(QStringLiteral("Its component"));
        QTRY_VERIFY(m_filter->text().startsWith(QLatin1String("component_name:")));
        QVERIFY(m_filter->pending().isEmpty());
    }

    void theMenuOfARejectHasItsActions() {
        go(QStringLiteral("batches"));
        m_window.pane()->showPart(QStringLiteral("rejects"));
        DataTable* const table = tableNamed(QStringLiteral("Rejected"));
        QTRY_VERIFY(table->model()->rowCount() > 0 && table->paged()->isLoaded(0));
        table->selectRow(0);
        const QStringList offered = menuOf(*table, 0);
        for (const char* const deed : {"Retry (1 selected)…", "Edit…", "Dismiss (1 selected)…"})
            QVERIFY2(offered.contains(QString::fromUtf8(deed)), qPrintable(offered.join(u'\n')));
        QVERIFY(!offered.contains(QStringLiteral("Clear the filter")));
    }

private:
    void go(const QString& id) {
        m_window.goTo(id);
        QTRY_VERIFY2(m_window.pane() && m_window.pane()->isSettled(), qPrintable(id));
    }
    [[nodiscard]] DataTable* tableNamed(const QString& name) const {
        for (DataTable* const table : m_window.pane()->findChildren<DataTable*>()) {
            if (table->accessibleName() == name)
                return table;
        }
        return nullptr;
    }
    CommandPalette& openPalette() {
        m_window.findChild<QAction*>(QStringLiteral("all-commands"))->trigger();
        return *m_window.findChild<CommandPalette*>();
    }
    static QStringList typed(const CommandPalette& palette, const QString& text) {
        palette.findChild<QLineEdit*>()->setText(text);
        const auto* const list = palette.findChild<QListWidget*>();
        QStringList names;
        for (int row = 0; row < list->count(); ++row)
            names << list->item(row)->text();
        return names;
    }
    /// Opens the menu of the first row at a column, and returns what it offers.
    QStringList menuOf(DataTable& table, int column) {
        const QPoint at = table.visualRect(table.model()->index(0, column)).center();
        QContextMenuEvent asked(QContextMenuEvent::Mouse, at, table.viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(table.viewport(), &asked);
        m_menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QStringList names;
        if (m_menu) {
            for (const QAction* const action : m_menu->actions())
                names << action->text();
        }
        return names;
    }
    void press(const QString& begins) {
        QVERIFY(m_menu);
        for (QAction* const action : m_menu->actions()) {
            if (!action->text().startsWith(begins))
                continue;
            action->trigger();
            m_menu->close();
            return;
        }
        QFAIL(qPrintable(begins));
    }

    TempFolder m_folder;
    FilledSqlite m_store;
    Settings m_settings{m_folder.path(QStringLiteral("portolan.ini"))};
    Theme m_theme;
    MainWindow m_window{m_settings, m_theme};
    FilterLine* m_filter = nullptr;
    QPointer<QMenu> m_menu;
};

QTEST_MAIN(TestScope)
#include "tst_scope.moc"
