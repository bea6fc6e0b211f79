#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/messages/batches.h"
#include "storage/stores/migrate.h"
#include "tests/support/memorystore.h"
#include "tests/support/silentserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/connect/openform.h"
#include "views/guide/helpdialog.h"
#include "views/list/datatable.h"
#include "views/list/filterline.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QAccessible>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTabBar>
#include <QTableView>
#include <QTreeView>
#include <QtTest>

using namespace portolan;
using test::MemoryPipeline;
using test::MemoryStore;
using test::TempFolder;

namespace {

QString accessibleName(const QWidget* widget) {
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
    return interface ? interface->text(QAccessible::Name) : QString();
}

DataTable* tableNamed(const QWidget& window, const QString& name) {
    const auto all = window.findChildren<DataTable*>();
    const auto found = std::ranges::find(all, name, &QWidget::accessibleName);
    return found == all.end() ? nullptr : *found;
}

/// A window with settings of its own.
struct Bench {
    Bench() : settings(folder.path(QStringLiteral("portolan.ini"))), window(settings, theme) { window.show(); }

    void openMemory(qint64 messages) {
        pipeline->messages = messages;
        StoreUrl url;
        url.kind = StoreKind::Sqlite;
        url.path = QStringLiteral("/somewhere/orders.db");
        window.stores().add(std::make_unique<LiveStore>(url, MemoryStore::opener(pipeline)));
        window.goTo(QStringLiteral("batches"));
    }
    /// The visible widget of this kind and accessible name; null when there is none.
    template <class Widget>
    [[nodiscard]] Widget* find(const QString& name) const {
        const auto all = window.findChildren<Widget*>();
        const auto found =
            std::find_if(all.begin(), all.end(), [&](auto* w) { return w->isVisible() && accessibleName(w) == name; });
        return found == all.end() ? nullptr : *found;
    }
    /// Of the pane Batches, which is shown.
    [[nodiscard]] int messages() {
        if (auto* const panes = find<QListWidget>(QStringLiteral("Panes")); panes && panes->currentRow() == 0)
            window.goTo(QStringLiteral("batches")); // a store opens with its overview
        const auto tables = window.findChildren<DataTable*>();
        const auto found = std::find_if(tables.begin(), tables.end(),
                                        [](auto* t) { return t->accessibleName() == QLatin1String("Messages"); });
        return (*found)->model()->rowCount();
    }
    void type(const QString& field, const QString& text) const {
        auto* line = find<QLineEdit>(field);
        QVERIFY2(line, qPrintable(field));
        line->setText(text);
        QTest::keyClick(line, Qt::Key_Return);
    }

    TempFolder folder;
    Settings settings;
    Theme theme;
    std::shared_ptr<MemoryPipeline> pipeline = std::make_shared<MemoryPipeline>();
    MainWindow window;
};

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void beginsWithFiveWaysToBegin() {
        Bench bench;
        QCOMPARE(bench.window.windowTitle(), QStringLiteral("Portolan"));
        const QStringList ways{QStringLiteral("Sample pipeline"), QStringLiteral("Open a folder of batch files…"),
                               QStringLiteral("Open a database…"), QStringLiteral("Connect to a server…"),
                               QStringLiteral("Open a store by its URL…")};
        for (const QString& way : ways)
            QVERIFY2(bench.find<QPushButton>(way), qPrintable(way));
        QVERIFY(!bench.find<QLineEdit>(QStringLiteral("Filter")));
    }

    void hasTheNamesOfTheContract() {
        Bench bench;
        bench.openMemory(100);
        QCOMPARE(bench.window.windowTitle(), QStringLiteral("Portolan — orders.db"));
        QTRY_COMPARE(bench.messages(), 100);
        QVERIFY(bench.find<QTableView>(QStringLiteral("Batch files")));
        QVERIFY(bench.find<QTableView>(QStringLiteral("Messages")));
        QVERIFY(bench.find<QLineEdit>(QStringLiteral("Filter")));
        QTRY_VERIFY(bench.find<QPushButton>(QStringLiteral("Start receiving")));
        auto* panes = bench.find<QListWidget>(QStringLiteral("Panes"));
        QVERIFY(panes);
        QStringList names;
        for (int row = 0; row < panes->count(); ++row)
            names << panes->item(row)->text();
        QCOMPARE(names.join(u' '), QStringLiteral("Overview Batches Ports Dead letters Checkpoints Components Metrics "
                                                  "Events Tables Integrity Operations Audit"));
    }

    void f1OpensTheChapterOfWhatIsShown() {
        Bench bench;
        const auto guide = [] {
            const auto windows = QApplication::topLevelWidgets();
            const auto found = std::find_if(windows.begin(), windows.end(),
                                            [](auto* w) { return w->isVisible() && qobject_cast<HelpDialog*>(w); });
            return found == windows.end() ? nullptr : qobject_cast<HelpDialog*>(*found);
        };
        QTRY_VERIFY(bench.window.isActiveWindow());
        QTest::keyClick(&bench.window, Qt::Key_F1);
        QTRY_VERIFY(guide());
        QCOMPARE(guide()->chapter(), QStringLiteral("start"));
        bench.openMemory(1);
        for (const auto& [pane, chapter] : {std::pair{"batches", "batches"}, {"dead-letters", "deadletters"}}) {
            bench.window.goTo(QString::fromLatin1(pane));
            QTest::keyClick(&bench.window, Qt::Key_F1);
            QTRY_COMPARE(guide()->chapter(), QString::fromLatin1(chapter));
        }
        bench.window.findChild<QAction*>(QStringLiteral("open-a-store"))->trigger();
        auto* form = bench.window.findChild<OpenForm*>(); // a window of its own, without the keys of the main one
        QTRY_VERIFY(form && form->isActiveWindow());
        QTest::keyClick(form->focusWidget(), Qt::Key_F1);
        QTRY_COMPARE(guide()->chapter(), QStringLiteral("stores"));
        form->hide();
        bench.window.close();
        QVERIFY(!guide());
    }

    void everyPaneCanBeChosen() {
        Bench bench;
        bench.openMemory(1);
        auto* panes = bench.find<QListWidget>(QStringLiteral("Panes"));
        for (int row = 0; row < panes->count(); ++row) {
            const QListWidgetItem* item = panes->item(row);
            QVERIFY(item->flags().testFlag(Qt::ItemIsEnabled));
            QCOMPARE(item->toolTip(), QString());
            QCOMPARE(item->data(Qt::AccessibleDescriptionRole).toString(), QString());
        }
    }

    void panesAreSwitchedAndKeepTheirFilters() {
        Bench bench;
        PortMessage message;
        message.id = "m-1";
        message.portName = "orders";
        bench.pipeline->ports.add(message);
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        bench.type(QStringLiteral("Filter"), QStringLiteral("message_number:40"));
        QTRY_COMPARE(bench.messages(), 1);
        QTest::keyClick(&bench.window, Qt::Key_3, Qt::AltModifier);
        QTRY_VERIFY(bench.find<QTableView>(QStringLiteral("Ports")));
        QTRY_VERIFY(bench.find<QTableView>(QStringLiteral("Port messages")));
        QVERIFY(!bench.find<QTableView>(QStringLiteral("Messages")));
        QCOMPARE(bench.find<QLineEdit>(QStringLiteral("Filter"))->text(), QString());
        bench.type(QStringLiteral("Filter"), QStringLiteral("status:failed")); // a column of this pane
        auto* panes = bench.find<QListWidget>(QStringLiteral("Panes"));
        panes->setCurrentRow(1);
        QVERIFY(bench.find<QTableView>(QStringLiteral("Messages")));
        QCOMPARE(bench.find<QLineEdit>(QStringLiteral("Filter"))->text(), QStringLiteral("message_number:40"));
        QCOMPARE(bench.messages(), 1);
        panes->item(2)->setSelected(true); // as the accessibility bus does
        QCOMPARE(bench.find<QLineEdit>(QStringLiteral("Filter"))->text(), QStringLiteral("status:failed"));
        bench.window.goTo(QStringLiteral("queues")); // there is none: stays
        QCOMPARE(panes->currentRow(), 2);
    }

    void everyControlHasAName() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        for (QWidget* widget : bench.window.findChildren<QWidget*>()) {
            const bool control = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget)
                                 || qobject_cast<QAbstractItemView*>(widget) || qobject_cast<QPlainTextEdit*>(widget);
            const bool inner = qobject_cast<QTabBar*>(widget->parentWidget()) != nullptr
                               || qobject_cast<QTableView*>(widget->parentWidget()) != nullptr
                               || qobject_cast<QTreeView*>(widget->parentWidget()) != nullptr;
            if (control && !inner && widget->focusPolicy() != Qt::NoFocus)
                QVERIFY2(!accessibleName(widget).isEmpty(), widget->metaObject()->className());
        }
    }

    void theStatusBarIsCalledWhatItSays() {
        Bench bench;
        bench.openMemory(1);
        QVERIFY(!bench.window.statusBar()->currentMessage().isEmpty());
        QCOMPARE(accessibleName(bench.window.statusBar()), bench.window.statusBar()->currentMessage());
    }

    void theFilterNarrowsAndItsMistakesAreWords() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        bench.type(QStringLiteral("Filter"), QStringLiteral("message_number:40"));
        QTRY_COMPARE(bench.messages(), 1);
        bench.type(QStringLiteral("Filter"), QStringLiteral("nonsense:1"));
        const auto labels = bench.window.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](auto* label) {
            return label->isVisible() && label->text().contains(QLatin1String("position 1"))
                   && label->text().contains(QLatin1String("nonsense"));
        }));
        QCOMPARE(bench.messages(), 1); // not an empty list
        bench.type(QStringLiteral("Filter"), {});
        QTRY_COMPARE(bench.messages(), 100);
        QCOMPARE(bench.window.findChild<FilterLine*>()->history(), QStringList{QStringLiteral("message_number:40")});
    }

    /// Escape empties the field; in an empty one it only goes back to the list.
    void escapeInAnEmptyFilterKeepsTheSelection() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        auto* const table = bench.find<DataTable>(QStringLiteral("Messages"));
        QVERIFY(table);
        table->selectRow(7);
        auto* const filter = bench.window.findChild<FilterLine*>();
        QSignalSpy left(filter, &FilterLine::left);
        QTest::keyClick(filter, Qt::Key_Escape);
        QCOMPARE(left.size(), 1);
        QTest::keyClicks(filter, QStringLiteral("message_number:7"));
        QTRY_COMPARE(bench.messages(), 1);
        QTest::keyClick(filter, Qt::Key_Escape);
        QTRY_COMPARE(bench.messages(), 100);
        QVERIFY(filter->text().isEmpty());
        QCOMPARE(left.size(), 1);
        table->selectRow(7);
        QTest::keyClick(filter, Qt::Key_Escape);
        QCOMPARE(left.size(), 2);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(table->selectionModel()->selectedRows().value(0).row(), 7);
    }

    void aFilterBeingTypedIsNoMistakeYet() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        auto* filter = bench.window.findChild<FilterLine*>();
        QSignalSpy mistakes(filter, &FilterLine::mistake);
        QTest::keyClicks(filter, QStringLiteral("message_number:"));
        QTest::keyClicks(filter, QStringLiteral("7"));
        QTRY_COMPARE(bench.messages(), 1);
        QVERIFY(std::all_of(mistakes.begin(), mistakes.end(),
                            [](const auto& m) { return m.first().toString().isEmpty(); }));
    }

    void newRowsAppearByThemselves() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        bench.pipeline->messages = 123;
        QTRY_COMPARE(bench.messages(), 123);
    }

    void receivesStopsAndRemembersTheSource() {
        Bench bench;
        const QString url = QStringLiteral("sqlite://") + bench.folder.path(QStringLiteral("new.db"));
        bench.window.openStore(*StoreUrl::parse(url)); // does not exist: the receiver makes it
        QTRY_VERIFY(bench.find<QPushButton>(QStringLiteral("Retry")));
        bench.find<QPushButton>(QStringLiteral("Start receiving"))->click();
        bench.type(QStringLiteral("Source"), QStringLiteral("nonsense"));
        QVERIFY(bench.find<QLineEdit>(QStringLiteral("Source"))); // still asks, and says why
        bench.type(QStringLiteral("Source"), QStringLiteral("demo:?rate=500&seed=3&kinds=messages"));
        QVERIFY(!bench.find<QLineEdit>(QStringLiteral("Source")));
        QTRY_VERIFY_WITH_TIMEOUT(bench.messages() > 100, 20'000);
        bench.find<QPushButton>(QStringLiteral("Stop receiving"))->click();
        QTRY_VERIFY(bench.find<QPushButton>(QStringLiteral("Start receiving")));
        QCOMPARE(bench.window.stores().current()->receiver().status()->state, ReceiverState::Stopped);
        const qint64 stored = bench.window.stores().current()->receiver().status()->stored;
        QTRY_COMPARE(bench.messages(), static_cast<int>(stored));
        bench.find<QPushButton>(QStringLiteral("Start receiving"))->click(); // knows from where
        QTRY_VERIFY(bench.messages() > static_cast<int>(stored));
    }

    void aStoreWhoseSchemaIsBroughtUpMeanwhileCanReceive_data() {
        QTest::addColumn<int>("version");
        QTest::newRow("by tables") << 5;
        QTest::newRow("by a migration that changes no table of SQLite") << 19;
    }
    void aStoreWhoseSchemaIsBroughtUpMeanwhileCanReceive() {
        QFETCH(const int, version);
        Bench bench;
        const auto url = StoreUrl::parse(QStringLiteral("sqlite://") + bench.folder.path(QStringLiteral("older.db")));
        QVERIFY(migrate(*url, MigrationMove::To, version, {"ada", {}}, {}).ok());
        test::SqliteScript other(url->path); // a program that stays, as a receiver does: else the file is opened again
        QCOMPARE(other.value("SELECT count(*) FROM portolan_migrations"), QString::number(version));
        bench.window.openStore(*url);
        QTRY_VERIFY(!bench.window.stores().current()->cannot(Feature::Receive).isEmpty());
        auto* const start = bench.find<QPushButton>(QStringLiteral("Start receiving"));
        QVERIFY(start && !start->isEnabled());
        QVERIFY(migrate(*url, MigrationMove::Up, {}, {"ada", {}}, {}).ok());
        QTRY_VERIFY(start->isEnabled());
        QCOMPARE(bench.window.stores().current()->cannot(Feature::Receive), QString());
    }

    void passwordsAreNotRemembered() {
        Bench bench;
        bench.openMemory(1);
        QTRY_VERIFY(bench.find<QPushButton>(QStringLiteral("Start receiving")));
        bench.find<QPushButton>(QStringLiteral("Start receiving"))->click();
        bench.type(QStringLiteral("Source"), QStringLiteral("redis://:sEcReT@127.0.0.1:1/0?stream=x"));
        QTRY_VERIFY(bench.window.stores().current()->receiver().status());
        bench.window.openStore(*StoreUrl::parse(QStringLiteral("postgresql://me:sEcReT@127.0.0.1:1/orders")));
        bench.settings.flush();
        QFile file(bench.folder.path(QStringLiteral("portolan.ini")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("redis://"));
        QVERIFY(text.contains("postgresql://"));
        QVERIFY(!text.contains("sEcReT"));
    }

    void closingWhileReceivingStoresWhatCame() {
        Bench bench;
        bench.window.openSample(*SourceUrl::parse(QStringLiteral("demo:?rate=2000&seed=1")));
        QTRY_VERIFY_WITH_TIMEOUT(bench.messages() > 200, 20'000);
        bench.window.close();
        QTRY_VERIFY(!bench.window.isVisible());
        const ReceiverStatus* status = bench.window.stores().current()->receiver().status();
        QCOMPARE(status->state, ReceiverState::Stopped);
        QCOMPARE(status->stored + status->rejected + status->duplicates, status->received);
    }

    void closingDoesNotWaitForASilentServer() {
        test::SilentServer server;
        const auto url = StoreUrl::parse(QStringLiteral("postgresql://me@127.0.0.1:%1/orders").arg(server.port()));
        auto bench = std::make_unique<Bench>();
        bench->window.openStore(*url);
        QTRY_COMPARE(server.visits(), 2); // the window's own connection, and the overview's
        bench->window.stores().current()->receive(*SourceUrl::parse(QStringLiteral("demo:?rate=10")));
        QTRY_COMPARE(server.visits(), 3); // the receiver's
        QElapsedTimer timer;
        timer.start();
        bench->window.stopAndClose();
        QTRY_VERIFY(!bench->window.isVisible());
        QCOMPARE(bench->window.stores().current()->receiver().status()->state, ReceiverState::Stopped);
        bench.reset();
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
    }

    void storesAreShownInTurnAndClosed() {
        Bench bench;
        bench.openMemory(10);
        QTRY_COMPARE(bench.messages(), 10);
        bench.window.openSample(*SourceUrl::parse(QStringLiteral("demo:?rate=0&seed=1&count=50&kinds=messages")));
        QTRY_COMPARE_WITH_TIMEOUT(bench.messages(), 50, 20'000);
        auto* stores = bench.find<QListWidget>(QStringLiteral("Stores"));
        QCOMPARE(stores->count(), 2);
        stores->setCurrentRow(0);
        QTRY_COMPARE(bench.messages(), 10);
        QCOMPARE(bench.window.windowTitle(), QStringLiteral("Portolan — orders.db"));
        bench.window.stores().closeCurrent();
        QTRY_COMPARE(bench.messages(), 50);
        bench.window.stores().closeCurrent();
        QVERIFY(bench.find<QPushButton>(QStringLiteral("Sample pipeline")));
    }

    void aDroppedBatchFileOpensItsFolder() {
        Bench bench;
        const QString path = bench.folder.path(QStringLiteral("messages_batch_0001.txt"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[2025-10-16 14:56:05] Message #42: dropped\n");
        file.close();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&bench.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&bench.window, &drop);
        QTRY_COMPARE(bench.messages(), 1);
    }

    void theLayoutIsKeptPerStore() {
        const QString key = QStringLiteral("sqlite:///somewhere/orders.db");
        TempFolder folder;
        Settings settings(folder.path(QStringLiteral("portolan.ini")));
        Theme theme;
        const auto pipeline = std::make_shared<MemoryPipeline>();
        pipeline->messages = 10;
        for (const bool first : {true, false}) {
            MainWindow window(settings, theme);
            window.show();
            window.stores().add(std::make_unique<LiveStore>(*StoreUrl::parse(key), MemoryStore::opener(pipeline)));
            auto* inspector = window.findChild<QWidget*>(QStringLiteral("inspector"));
            QVERIFY(!inspector->isVisible()); // the overview has no rows
            window.goTo(QStringLiteral("batches"));
            QVERIFY(!inspector->isVisible()); // no row is chosen
            auto* const table = tableNamed(window, QStringLiteral("Messages"));
            QTRY_VERIFY(table && table->model()->rowCount() > 0);
            QSignalSpy inspected(window.pane(), &Pane::inspected);
            table->selectRow(0);
            QTRY_VERIFY(!inspected.isEmpty());
            QCOMPARE(inspector->isVisible(), first);
            inspector->hide(); // as its operator wants it from now on
            if (!first) {
                QTest::keyClick(table, Qt::Key_Space); // a peek is not remembered
                QVERIFY(inspector->isVisible());
            }
            window.close();
        }
    }

    void theInspectorTakesRoomOnlyWhenSomethingIsChosen() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        auto* const inspector = bench.window.findChild<QDockWidget*>(QStringLiteral("inspector"));
        auto* const table = bench.find<DataTable>(QStringLiteral("Messages"));
        QVERIFY(!inspector->isVisible());
        const int width = table->width();
        table->selectRow(7);
        QTRY_VERIFY(inspector->isVisible());
        QVERIFY(bench.find<QWidget>(QStringLiteral("Inspector")));
        QTRY_VERIFY(table->width() < width);
        table->selectRow(8); // another row: no way out and in again
        QCoreApplication::sendPostedEvents();
        QVERIFY(inspector->isVisible());

        QTest::keyClick(table, Qt::Key_Escape); // the row is let go
        QTRY_VERIFY(!inspector->isVisible());
        QTRY_COMPARE(table->width(), width);

        table->selectRow(9);
        QTRY_VERIFY(inspector->isVisible());
        bench.window.goTo(QStringLiteral("ports"));
        QVERIFY(!inspector->isVisible());
        bench.window.goTo(QStringLiteral("batches")); // where its row is still chosen
        QVERIFY(inspector->isVisible());
        bench.window.goTo(QStringLiteral("overview"));
        QVERIFY(!inspector->isVisible());
    }

    void spaceOpensAndClosesTheInspectorOfTheChosenRow() {
        Bench bench;
        bench.openMemory(100);
        QTRY_COMPARE(bench.messages(), 100);
        auto* const inspector = bench.window.findChild<QDockWidget*>(QStringLiteral("inspector"));
        auto* const table = bench.find<DataTable>(QStringLiteral("Messages"));
        table->selectRow(7);
        QTRY_VERIFY(inspector->isVisible());
        QTest::keyClick(table, Qt::Key_Space);
        QVERIFY(!inspector->isVisible());
        QVERIFY(bench.find<QPushButton>(QStringLiteral("Pause the live view"))); // Space was not for that
        QTest::keyClick(table, Qt::Key_Space);
        QVERIFY(inspector->isVisible());
        inspector->close(); // its operator does not want it
        QSignalSpy inspected(bench.window.pane(), &Pane::inspected);
        table->selectRow(8);
        QTRY_VERIFY(!inspected.isEmpty());
        QVERIFY(!inspector->isVisible());
        QTest::keyClick(table, Qt::Key_Space);
        QVERIFY(inspector->isVisible());
        QTest::keyClick(table, Qt::Key_Escape);
        QTRY_VERIFY(!inspector->isVisible());
        table->selectRow(9); // it was a peek
        QTRY_COMPARE(inspected.size(), 2);
        QVERIFY(!inspector->isVisible());
        QTest::keyClick(table, Qt::Key_Escape);
        QTest::keyClick(table, Qt::Key_Space); // without a row it is the live view's
        QVERIFY(bench.find<QPushButton>(QStringLiteral("Resume the live view")));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
