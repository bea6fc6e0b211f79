// Every action of the window on a store that is marked as production: what writes asks for its name first, and changes
// nothing without it (RELIABILITY, promise 16).

#include "app/window/actions.h"
#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/listing/filter.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/alerts/alertsdialog.h"
#include "views/audit/undodialog.h"
#include "views/export/importdialog.h"
#include "views/list/datatable.h"
#include "views/list/pane.h"
#include "views/overview/statebar.h"
#include "views/style/theme.h"
#include "views/window/savedviewmenu.h"
#include "views/window/saveviewdialog.h"
#include "views/window/topbar.h"

#include <QInputDialog>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QStatusBar>
#include <QTabBar>
#include <QtTest>
#include <set>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr int patience = 30'000; ///< another program may keep the machine busy

enum class Does { Nothing, Writes };

/// What an action does to the store that is shown. One that is added does not compile without a word here.
constexpr Does doesAction(ActionId id) {
    switch (id) {
    case ActionId::StartReceiving:
    case ActionId::ChooseSource:
    case ActionId::Import:
    case ActionId::Alerts:
    case ActionId::Undo:
        return Does::Writes;
    case ActionId::Open:
    case ActionId::OpenFolder:
    case ActionId::OpenDatabase:
    case ActionId::OpenServer:
    case ActionId::OpenSample:
    case ActionId::NextStore:
    case ActionId::CloseStore:
    case ActionId::StopReceiving:
    case ActionId::PauseReceiving:
    case ActionId::FocusFilter:
    case ActionId::ClearFilter:
    case ActionId::ChooseTimes:
    case ActionId::AllTimes:
    case ActionId::SearchEverything:
    case ActionId::Refresh:
    case ActionId::PauseLive:
    case ActionId::Export:
    case ActionId::Report:
    case ActionId::ReportYesterday:
    case ActionId::Copy:
    case ActionId::CopyWithHeader:
    case ActionId::ToggleTimes:
    case ActionId::ThemeLight:
    case ActionId::ThemeDark:
    case ActionId::ThemeSystem:
    case ActionId::ZoomIn:
    case ActionId::ZoomOut:
    case ActionId::ZoomReset:
    case ActionId::Palette:
    case ActionId::Preferences:
    case ActionId::Language:
    case ActionId::Help:
    case ActionId::Shortcuts:
    case ActionId::Guide:
    case ActionId::About:
    case ActionId::Quit:
        return Does::Nothing;
    }
    return Does::Nothing;
}

/// The buttons of the panes. One that is not here fails the test: say whether it writes.
const std::set<QString> readingButtons{
    QStringLiteral("Copy the error"),
    QStringLiteral("Retry"),
    QStringLiteral("Receive…"),              // leads to the form of a source
    QStringLiteral("Set up this database…"), // leads to the preview, which asks
    QStringLiteral("Newest first"),
    QStringLiteral("All batches"),
    QStringLiteral("All groups"),
    QStringLiteral("Bundle…"),
    QStringLiteral("Cancel"),
    QStringLiteral("Clear the filter"),
    QStringLiteral("Compare"),
    QStringLiteral("Export…"),
    QStringLiteral("Run checks"),
    QStringLiteral("Show the rows"),
    QStringLiteral("Undo"),
    QStringLiteral("Dismiss"),
    QStringLiteral("Trust…"), // its name is typed (tst_scheduleview)
    QStringLiteral("Messages of these times"),
    QStringLiteral("Events of these times"),
    QStringLiteral("Dead letters of these times"),
    QStringLiteral("Choose no times"),
    QStringLiteral("In every pane"),
    QStringLiteral("Times of the highest value"),
    QStringLiteral("Back to the times before"),
    QStringLiteral("Thresholds…"),
    QStringLiteral("Copy the picture"),
    QStringLiteral("Save the chart…"),
    QStringLiteral("Cancel the checks"),
    QStringLiteral("Back up…"),
    QStringLiteral("Verify"),
    QStringLiteral("Open"),
    QStringLiteral("Go to it"),
    QStringLiteral("Go to the row"),
    QStringLiteral("Open it in the backup"),
    QStringLiteral("Compare again"),
    QStringLiteral("Measure"),
    QStringLiteral("Look for missing numbers"),
    QStringLiteral("Add a column"),
};
const std::set<QString> writingButtons{
    QStringLiteral("Replay…"),
    QStringLiteral("Canary…"),
    QStringLiteral("All dead letters"),
    QStringLiteral("Discard…"),
    QStringLiteral("Restore…"),
    QStringLiteral("Recall"),
    QStringLiteral("Resume"),
    QStringLiteral("Cancel run"),
    QStringLiteral("Promote…"),
    QStringLiteral("Expiry…"),
    QStringLiteral("Heal…"),
    QStringLiteral("Silent after…"),
    QStringLiteral("Edit and replay…"),
    QStringLiteral("Retry…"),
    QStringLiteral("Edit…"),
    QStringLiteral("Dismiss…"),
    QStringLiteral("Retry all…"),
    QStringLiteral("Dismiss all…"),
    QStringLiteral("Undo…"),
    QStringLiteral("Migrate up…"),
    QStringLiteral("Migrate down…"),
    QStringLiteral("Switch on…"),
    QStringLiteral("Delete now…"),
    QStringLiteral("Change…"),
    QStringLiteral("New rule…"),
    QStringLiteral("Add…"),
    QStringLiteral("Remove…"),
    QStringLiteral("Run now"),
    QStringLiteral("Run it from here…"),
};
/// Those for which the bench's store has rows, so that they are pressed here.
const std::set<QString> pressedButtons{
    QStringLiteral("Replay…"),       QStringLiteral("Discard…"),
    QStringLiteral("Resume"),        QStringLiteral("Cancel run"),
    QStringLiteral("Promote…"),      QStringLiteral("Expiry…"),
    QStringLiteral("Silent after…"), QStringLiteral("Undo…"),
    QStringLiteral("Migrate down…"), QStringLiteral("Switch on…"),
    QStringLiteral("Add…"),          QStringLiteral("Remove…"),
    QStringLiteral("Run now"),       QStringLiteral("Run it from here…"),
    QStringLiteral("Change…"),       QStringLiteral("New rule…"),
    QStringLiteral("Canary…"),
};

QString nameOf(const QPushButton* button) {
    return button->accessibleName().isEmpty() ? button->text() : button->accessibleName();
}

void run(const QString& line) {
    QProcess process;
    process.start(QStringLiteral(PORTOLAN_PROGRAM), line.split(u' '));
    if (!process.waitForFinished(120'000) || process.exitCode() != 0)
        qFatal("portolan %s: %s", qPrintable(line), process.readAllStandardError().constData());
}

} // namespace

class TestWindowDoor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_folder.path())); // where it is kept what is trusted
        m_path = m_folder.path(QStringLiteral("orders.db"));
        const QString url = QStringLiteral("sqlite://") + m_path;
        run(QStringLiteral("demo --headless --count 3000 --store ") + url);
        QCOMPARE(
            SqliteScript(m_path).run("UPDATE port_messages SET status = 'dead_letter', error_message = 'boom' WHERE "
                                     "id IN (SELECT id FROM port_messages ORDER BY id LIMIT 40)"),
            QString());
        run(QStringLiteral("replay --filter error_message:boom --reason test --dry-run --store ") + url);
        run(QStringLiteral("views save mine --pane dead-letters --filter error_message:boom --store ") + url);
        run(QStringLiteral("alerts set boom --listing dead-letters --threshold 1 --window 0 --store ") + url);
        // It is due, and waits for the name as everything does.
        run(QStringLiteral("schedule add look --every 1d --store %1 -- verify --record").arg(url));
        QCOMPARE(SqliteScript(m_path).run("UPDATE portolan_schedule SET next_run_at = '2026-01-05T10:00:00.000Z'"),
                 QString());
        run(QStringLiteral("mark --production orders-eu --reason test --store ") + url);
        m_before = contents();
        QVERIFY(m_before.size() > 3000);
        m_settings = std::make_unique<Settings>(m_folder.path(QStringLiteral("portolan.ini")));
        m_window = std::make_unique<MainWindow>(*m_settings, m_theme);
        m_window->show();
        m_window->openStore(*StoreUrl::parse(url));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->pane() && m_window->pane()->isSettled(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(action("start-receiving-from-the-last-source")->isEnabled(), patience);
    }

    void everyButtonIsKnown() {
        QStringList unknown;
        for (const PaneEntry& entry : paneEntries()) {
            if (entry.pending)
                continue;
            m_window->goTo(QLatin1String(entry.id));
            for (const QPushButton* button : m_window->pane()->findChildren<QPushButton*>()) {
                const QString name = nameOf(button);
                // The links of the state's sentence are worded by what there is, and lead to a pane.
                const bool isLink = qobject_cast<const StateBar*>(button->parentWidget());
                const bool isKnown = isLink || button->isCheckable() || name.isEmpty() || readingButtons.contains(name)
                                     || name.startsWith(QLatin1String("Show ")) || writingButtons.contains(name);
                if (!isKnown)
                    unknown << QLatin1String(entry.id) + u'/' + name;
            }
        }
        QVERIFY2(unknown.isEmpty(), qPrintable(unknown.join(QStringLiteral(", "))));
    }

    void whatReceivesAsks() {
        constexpr std::array writing{ActionId::StartReceiving, ActionId::ChooseSource, ActionId::Import,
                                     ActionId::Alerts, ActionId::Undo};
        for (std::size_t i = 0; i < actionCount; ++i) {
            const auto id = static_cast<ActionId>(i);
            QCOMPARE(doesAction(id) == Does::Writes, std::ranges::find(writing, id) != writing.end());
        }
        action("receive-from-another-source")->trigger();
        auto* const source = visible<QLineEdit>("Source");
        QVERIFY(source);
        source->setText(QStringLiteral("demo:?count=5"));
        QTest::keyClick(source, Qt::Key_Return);
        asksAndIsRefused();
        QVERIFY(!m_window->stores().current()->receiver().isRunning());
        m_settings->setOf(m_window->stores().current()->key(), Settings::PerStore::Source,
                          QStringLiteral("demo:?count=5"));
        action("start-receiving-from-the-last-source")->trigger();
        asksAndIsRefused();
        QVERIFY(!m_window->stores().current()->receiver().isRunning());
    }

    void importingAsks() {
        QFile file(m_folder.path(QStringLiteral("oven.csv")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("time,value\n2026-01-01T00:00:00Z,1.5\n");
        file.close();
        action("import-a-file")->trigger();
        auto* const dialog = m_window->findChild<ImportDialog*>();
        QVERIFY(dialog);
        inside<QLineEdit>(dialog, "File")->setText(file.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(inside<QPushButton>(dialog, "Import")->isEnabled(), patience);
        inside<QPushButton>(dialog, "Import")->click();
        asksAndIsRefused();
        QVERIFY(m_window->stores().current()->imports().jobs().empty());
    }

    void alertsAsk() {
        action("alerts-of-this-store")->trigger();
        auto* const dialog = m_window->findChild<AlertsDialog*>();
        QVERIFY(dialog);
        auto* const table = dialog->findChild<QAbstractItemView*>();
        const auto choose = [&](int row) {
            table->selectionModel()->setCurrentIndex(table->model()->index(row, 0),
                                                     QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        };
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->stores().current()->alerts().readingOf("boom"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->stores().current()->alerts().readingOf("boom")->state, AlertState::Firing,
                                  patience);
        const auto rowOf = [&](const char* name) {
            for (int row = 0; row < table->model()->rowCount(); ++row) {
                for (int column = 0; column < table->model()->columnCount(); ++column) {
                    if (table->model()->index(row, column).data().toString() == QLatin1String(name))
                        return row;
                }
            }
            return -1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(rowOf("boom") >= 0, patience);
        choose(rowOf("boom"));
        for (const char* name : {"Acknowledge", "Remove"}) {
            auto* const button = inside<QPushButton>(dialog, name);
            QTRY_VERIFY2_WITH_TIMEOUT(button->isEnabled(), name, patience);
            button->click();
            asksAndIsRefused();
        }
        inside<QLineEdit>(dialog, "Filter of the alert")->setText(QStringLiteral("port_name:orders"));
        auto* const save = inside<QPushButton>(dialog, "Save");
        QTRY_VERIFY_WITH_TIMEOUT(save->isEnabled(), patience);
        save->click();
        asksAndIsRefused();
        dialog->close();
        QTRY_VERIFY(!m_window->findChild<AlertsDialog*>());
    }

    void undoAsks() {
        action("undo-what-you-did-last")->trigger();
        asksAndIsRefused();
        QVERIFY(!m_window->findChild<UndoDialog*>());
    }

    void viewsAsk() {
        m_window->goTo(QStringLiteral("dead-letters"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->pane()->isSettled(), patience);
        QAction* save = nullptr;
        for (QAction* each : m_window->findChildren<QAction*>()) {
            if (each->text() == QStringLiteral("Save this view…"))
                save = each;
        }
        QVERIFY(save);
        QTRY_VERIFY_WITH_TIMEOUT((save->trigger(), m_window->findChild<SaveViewDialog*>()), patience);
        auto* const dialog = m_window->findChild<SaveViewDialog*>();
        dialog->findChild<QLineEdit*>()->setText(QStringLiteral("fresh"));
        for (QPushButton* button : dialog->findChildren<QPushButton*>()) {
            if (button->isDefault() || nameOf(button) == QLatin1String("Save"))
                button->click();
        }
        asksAndIsRefused();
        auto* const menu = m_window->findChild<SavedViewMenu*>();
        QVERIFY(menu);
        SavedView mine;
        mine.pane = "dead-letters";
        mine.name = "mine";
        mine.filter = "error_message:boom";
        Q_EMIT menu->removeWanted({mine, false});
        asksAndIsRefused();
    }

    void buttonsOfPanesAsk() {
        std::set<QString> pressed;
        for (const PaneEntry& entry : paneEntries()) {
            if (entry.pending)
                continue;
            m_window->goTo(QLatin1String(entry.id));
            QTRY_VERIFY_WITH_TIMEOUT(m_window->pane()->isSettled(), patience);
            auto bars = m_window->pane()->findChildren<QTabBar*>(); // the pane's own has the most tabs
            std::ranges::sort(bars, std::greater(), &QTabBar::count);
            const int tabs = bars.isEmpty() ? 1 : bars.first()->count();
            for (int tab = 0; tab < tabs; ++tab) {
                if (!bars.isEmpty())
                    bars.first()->setCurrentIndex(tab);
                QTRY_VERIFY_WITH_TIMEOUT(m_window->pane()->isSettled(), patience);
                selectRows();
                for (QPushButton* button : m_window->pane()->findChildren<QPushButton*>()) {
                    const QString name = nameOf(button);
                    if (!pressedButtons.contains(name) || !button->isVisible())
                        continue;
                    QTRY_VERIFY2_WITH_TIMEOUT((selectRows(), button->isEnabled()), qPrintable(name), patience);
                    button->click();
                    asksAndIsRefused(QLatin1String(entry.id) + u'/' + name);
                    if (QTest::currentTestFailed())
                        return;
                    pressed.insert(name);
                }
            }
        }
        for (const QString& button : pressedButtons)
            QVERIFY2(pressed.contains(button),
                     qPrintable(button + QStringLiteral(" was not pressed, only ")
                                + QStringList(pressed.begin(), pressed.end()).join(QStringLiteral(", "))));
    }

private:
    /// Every row of every table, as sqlite3 prints it.
    QStringList contents() const {
        SqliteScript script(m_path);
        QStringList all = script.schema();
        for (const QString& table : script.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
            all << table;
            all << script.rows("SELECT * FROM \"" + table.toUtf8() + '"');
        }
        return all;
    }

    /// A production store asks; a wrong name is none, and nothing was changed.
    void asksAndIsRefused(const QString& what = {}) {
        const auto question = [this]() -> QInputDialog* {
            for (QInputDialog* each : m_window->findChildren<QInputDialog*>()) {
                if (each->isVisible() && each->windowTitle() == QLatin1String("Production store"))
                    return each;
            }
            return nullptr;
        };
        QTRY_VERIFY2_WITH_TIMEOUT(question(), qPrintable(what + u' ' + m_window->statusBar()->currentMessage()),
                                  patience);
        QVERIFY2(question()->labelText().contains(QLatin1String("orders-eu")), qPrintable(question()->labelText()));
        question()->setTextValue(QStringLiteral("orders"));
        question()->accept();
        QTRY_VERIFY(!question());
        QVERIFY(contents() == m_before);
    }

    /// The first row of each list; a row of one that narrows another would have that one read again.
    void selectRows() {
        for (DataTable* table : m_window->pane()->findChildren<DataTable*>()) {
            const bool narrows = table->accessibleName() == QLatin1String("Dead letter groups")
                                 || table->accessibleName() == QLatin1String("Checkpoints");
            if (narrows || !table->isVisible() || !table->model() || table->model()->rowCount() == 0)
                continue;
            table->selectionModel()->setCurrentIndex(table->model()->index(0, 0),
                                                     QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
            QTRY_VERIFY_WITH_TIMEOUT(m_window->pane()->isSettled(), patience); // what depends on it was read
        }
    }

    QAction* action(const char* name) const {
        auto* const found = m_window->findChild<QAction*>(QLatin1String(name));
        if (!found)
            qFatal("no action %s", name);
        return found;
    }
    template <class Widget>
    Widget* visible(const char* name) const {
        for (Widget* each : m_window->findChildren<Widget*>()) {
            if (each->isVisible() && each->accessibleName() == QLatin1String(name))
                return each;
        }
        return nullptr;
    }
    template <class Widget>
    static Widget* inside(const QWidget* parent, const char* name) {
        for (Widget* each : parent->findChildren<Widget*>()) {
            if (each->accessibleName() == QLatin1String(name))
                return each;
        }
        qFatal("no %s", name);
        return nullptr;
    }

    TempFolder m_folder;
    QString m_path;
    QStringList m_before;
    Theme m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestWindowDoor)
#include "tst_windowdoor.moc"
