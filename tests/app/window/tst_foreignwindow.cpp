#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "tests/support/eventturn.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/connect/sourceform.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/operations/migrationdialog.h"
#include "views/style/theme.h"
#include "views/window/noticebar.h"
#include "views/window/panestack.h"

#include <QAction>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// A database that another program made, and some of the pipeline's tables in it.
constexpr char foreign[] =
    "CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT NOT NULL, "
    "target_component TEXT NOT NULL, message_data TEXT NOT NULL, message_metadata TEXT, status TEXT NOT NULL DEFAULT "
    "'pending', retry_count INTEGER DEFAULT 0, created_at TEXT DEFAULT CURRENT_TIMESTAMP, processed_at TEXT, "
    "completed_at TEXT); INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) "
    "VALUES ('a', 'orders', 'x', 'y', '{}'); CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT, value REAL);";

} // namespace

/// The window over a database that no migration has touched.
class TestForeignWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("a.db")));
        QCOMPARE(SqliteScript(m_url.path).run(foreign), QString());
        m_settings = std::make_unique<Settings>(m_folder.path(QStringLiteral("portolan.ini")));
        m_window = std::make_unique<MainWindow>(*m_settings, m_theme);
        m_window->resize(1280, 720);
        m_window->show();
        m_window->openStore(m_url);
        QTRY_VERIFY(m_window->pane() && m_window->pane()->isSettled());
        QTRY_VERIFY(m_window->stores().current()->canSetUp()); // what the store can is known
    }
    void cleanupTestCase() { m_window.reset(); }

    /// A pane whose tables are not there offers to add them.
    void everyPaneCanBeChosen() {
        for (const PaneEntry& entry : paneEntries())
            QVERIFY2(entry.pending || goTo(entry.id)->isEnabled(), entry.id);
        QVERIFY(!m_window->stores().current()->cannot(Feature::Batches).isEmpty());
        QCOMPARE(m_window->stores().current()->cannot(Feature::Tables), QString());
        QVERIFY2(m_window->stores().current()->cannot(Feature::Events).contains(QStringLiteral("another program's")),
                 qPrintable(m_window->stores().current()->cannot(Feature::Events)));
    }

    /// Nothing failed where a table is not there: no pane shows an error, each list says why it is empty, and what to
    /// do about it.
    void listsSayWhyTheyAreEmpty() {
        int lacking = 0;
        for (const PaneEntry& entry : paneEntries()) {
            if (entry.pending)
                continue;
            m_window->goTo(QLatin1String(entry.id));
            QTRY_VERIFY2(m_window->pane()->isSettled(), entry.id);
            QCOMPARE(m_window->findChild<PaneStack*>()->entry(), paneEntryOf(QLatin1String(entry.id)));
            QTRY_VERIFY(test::turnEventLoop()); // charts and pictures are drawn after the lists
            for (const ErrorBar* bar : m_window->pane()->findChildren<ErrorBar*>())
                QVERIFY2(!bar->isVisible(), entry.id);
            for (const ListFrame* list : m_window->pane()->lists()) {
                if (!saysWhy(*list))
                    continue;
                ++lacking;
                QVERIFY2(setUpIn(*list), qPrintable(QLatin1String(entry.id) + u' ' + list->title()));
            }
        }
        QVERIFY2(lacking >= 6, qPrintable(QString::number(lacking)));
    }

    /// From a pane to the preview of the statements, and from there to a database with all panes.
    void isSetUpFromAPane() {
        m_window->goTo(QStringLiteral("batches"));
        QTRY_VERIFY(m_window->pane()->isSettled());
        auto* const notice = m_window->findChild<NoticeBar*>();
        QVERIFY(notice && notice->isVisible());
        QPushButton* button = nullptr;
        for (const ListFrame* list : m_window->pane()->lists())
            button = button ? button : setUpIn(*list);
        QVERIFY(button);
        QTest::mouseClick(button, Qt::LeftButton);
        MigrationDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<MigrationDialog*>()) && dialog->isVisible());
        const auto* const script = dialog->findChild<QPlainTextEdit*>();
        QTRY_VERIFY(script->toPlainText().contains(QStringLiteral("CREATE TABLE")));
        QCOMPARE(SqliteScript(m_url.path).value("SELECT count(*) FROM sqlite_master WHERE name = 'messages'"),
                 QStringLiteral("0")); // looking adds nothing
        dialog->findChild<QLineEdit*>()->setText(QStringLiteral("first use"));
        QPushButton* migrate = nullptr;
        for (QPushButton* each : dialog->findChildren<QPushButton*>())
            migrate = each->isDefault() ? each : migrate;
        QVERIFY(migrate);
        QTRY_VERIFY(migrate->isEnabled());
        QTest::mouseClick(migrate, Qt::LeftButton);
        QTRY_COMPARE(m_window->stores().current()->cannot(Feature::Batches), QString());
        QTRY_VERIFY(!m_window->stores().current()->canSetUp());
        QTRY_VERIFY(!m_window->findChild<NoticeBar*>());
        m_window->goTo(QStringLiteral("batches"));
        QTRY_VERIFY(m_window->pane()->isSettled());
        for (const ListFrame* list : m_window->pane()->lists())
            QTRY_VERIFY(!setUpIn(*list));
    }

    /// A store that can never feed a pane lets it rest, and says why.
    void aFileStoreSaysWhatItHasNot() {
        const QString folder = m_folder.path(QStringLiteral("files"));
        QVERIFY(QDir().mkpath(folder + QStringLiteral("/example_receiver/messages")));
        m_window->openStore(*StoreUrl::parse(QStringLiteral("file://") + folder));
        QTRY_VERIFY(m_window->stores().current()->isOpen());
        for (const char* id : {"ports", "checkpoints", "components", "metrics", "events", "tables", "audit"}) {
            QTRY_VERIFY2(!goTo(id)->isEnabled(), id);
            QVERIFY2(goTo(id)->toolTip().contains(QStringLiteral("file store")), qPrintable(goTo(id)->toolTip()));
        }
        QVERIFY(goTo("batches")->isEnabled());
        QVERIFY(!m_window->stores().current()->canSetUp());
        m_window->goTo(QStringLiteral("batches"));
        QPushButton* receive = nullptr;
        for (QPushButton* each : m_window->pane()->findChildren<QPushButton*>())
            receive = each->text() == QStringLiteral("Receive…") && each->isVisible() ? each : receive;
        QTRY_VERIFY(m_window->pane()->isSettled());
        QVERIFY(receive); // an empty list offers what fills it
        QTest::mouseClick(receive, Qt::LeftButton);
        auto* const form = m_window->findChild<SourceForm*>();
        QVERIFY(form && form->isVisible());
        form->reject();
    }

private:
    QAction* goTo(const char* id) const {
        return m_window->findChild<QAction*>(QStringLiteral("go-to-") + QLatin1String(id));
    }
    static QPushButton* setUpIn(const ListFrame& list) {
        for (QPushButton* each : list.findChildren<QPushButton*>()) {
            if (each->isVisibleTo(&list) && each->text() == QStringLiteral("Set up this database…"))
                return each;
        }
        return nullptr;
    }
    static bool saysWhy(const ListFrame& list) {
        const auto labels = list.findChildren<QLabel*>();
        const auto has = [&](const char* text) {
            return std::ranges::any_of(labels, [&](const QLabel* each) {
                return each->isVisibleTo(&list) && each->text().contains(QLatin1String(text));
            });
        };
        return has("This store has no such rows.") && has("The database has no table");
    }

    TempFolder m_folder;
    StoreUrl m_url;
    Theme m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestForeignWindow)
#include "tst_foreignwindow.moc"
