#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QAction>
#include <QLabel>
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
        QTRY_VERIFY(!goTo("batches")->isEnabled()); // what the store can is known
    }
    void cleanupTestCase() { m_window.reset(); }

    void panesThatHaveRowsCanBeChosen() {
        for (const char* id :
             {"overview", "ports", "dead-letters", "checkpoints", "components", "tables", "metrics", "integrity"})
            QVERIFY2(goTo(id)->isEnabled(), id);
        for (const char* id : {"batches", "events", "audit"}) {
            QVERIFY2(!goTo(id)->isEnabled(), id);
            QVERIFY2(goTo(id)->toolTip().contains(QStringLiteral("has no ")), qPrintable(goTo(id)->toolTip()));
        }
        QVERIFY2(goTo("events")->toolTip().contains(QStringLiteral("another program's")),
                 qPrintable(goTo("events")->toolTip()));
    }

    /// Nothing failed where a table is not there: no list shows an error, each says why it is empty.
    void listsSayWhyTheyAreEmpty() {
        int lacking = 0;
        for (const PaneEntry& entry : paneEntries()) {
            if (entry.pending)
                continue;
            m_window->goTo(QLatin1String(entry.id));
            QTRY_VERIFY2(m_window->pane()->isSettled(), entry.id);
            for (const ListFrame* list : m_window->pane()->lists()) {
                for (const ErrorBar* bar : list->findChildren<ErrorBar*>())
                    QVERIFY2(bar->isHidden(), entry.id);
                lacking += saysWhy(*list) ? 1 : 0;
            }
        }
        QVERIFY2(lacking >= 4, qPrintable(QString::number(lacking)));
    }

private:
    QAction* goTo(const char* id) const {
        return m_window->findChild<QAction*>(QStringLiteral("go-to-") + QLatin1String(id));
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
