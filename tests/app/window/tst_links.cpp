#include "app/window/mainwindow.h"
#include "storage/deadletters/groupscan.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/filterline.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QTabWidget>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

const char* const rows =
    "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'a', 0, 0), (2, 'b', 0, 0);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) INSERT INTO messages "
    "(batch_id, message_number, content, timestamp) SELECT 1 + i / 11, i, 'message ' || i, 1000 * i FROM n;"
    "INSERT INTO portolan_gaps (source, kind, first_number, last_number, missing) VALUES ('redis://h/s', 'numbers', 3, "
    "4, "
    "2), ('redis://h/s', 'numbers', 9, 9, 1);"
    "INSERT INTO portolan_rejects (source, key, reason, payload) VALUES ('redis://h/s', '1-0', 'no text', x'ff'), "
    "('redis://h/s', '2-0', 'too long', x'41');"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) INSERT INTO port_messages (port_name, "
    "source_component, target_component, message_data, status, error_message, retry_count) SELECT CASE WHEN i < 6 THEN "
    "'orders' ELSE 'mail' END, 'a', 'b', '{}', CASE WHEN i < 4 THEN 'pending' ELSE 'dead_letter' END, CASE WHEN i < 4 "
    "THEN "
    "NULL WHEN i < 6 THEN 'timeout' ELSE 'refused' END, 3 FROM n;"
    "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES ('a', 'c', 1, '{}'), "
    "('b', 'c', 1, '{}'), ('b', 'c', 2, '{}');"
    "INSERT INTO component_state (component_name, component_type, version, state_data) VALUES ('c', 'Sink', 1, '{}'), "
    "('d', 'Source', 1, '{}');"
    "INSERT INTO system_health (component_name, health_status, last_heartbeat) VALUES "
    "('c', 'healthy', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour')), ('d', 'degraded', "
    "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));"
    "INSERT INTO sink_storage (sink_name, data) VALUES ('s', '[1]'), ('t', '[2]'), ('t', '[3]');";

struct Bench {
    Bench() : settings(folder.path(QStringLiteral("portolan.ini"))), window(settings, theme) {
        url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db")));
        window.show();
    }
    /// The leading list of this name, of the pane that is shown; null: it is not the leading one.
    [[nodiscard]] DataTable* leading(const QString& name) {
        for (ListFrame* const list : window.pane()->lists()) {
            if (list->isVisible() && list->table()->accessibleName() == name)
                return list->table();
        }
        return nullptr;
    }
    /// Chooses the first row of every list, in every tab, and leaves the last tab open.
    void narrowEverything() {
        auto* const tabs = window.pane()->findChild<QTabWidget*>();
        for (int tab = 0; tab < (tabs ? tabs->count() : 1); ++tab) {
            if (tabs)
                tabs->setCurrentIndex(tab);
            for (ListFrame* const list : window.pane()->lists()) {
                if (QTest::qWaitFor([&] { return list->table()->paged()->isLoaded(0); }, 100))
                    list->table()->selectRow(0);
            }
        }
    }

    TempFolder folder;
    StoreUrl url;
    Settings settings;
    Theme theme;
    MainWindow window;
};

} // namespace

/// A link shows the rows that it names, whatever was chosen in their pane before.
class TestLinks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(openStore(m_bench.url, Access::Write).ok());
        QCOMPARE(SqliteScript(m_bench.url.path).run(rows), QString());
        auto store = openStore(m_bench.url, Access::Read);
        QVERIFY(store.ok());
        GroupScan& scan = (*store)->ports()->groups();
        QVERIFY(scan.more(std::chrono::seconds(5), {}).ok());
        for (const DeadLetterGroup& group : scan.groups()) {
            if (group.portName == "mail")
                m_group = QString::fromLatin1(group.fingerprint);
        }
        QVERIFY(!m_group.isEmpty());
        m_bench.window.openStore(m_bench.url);
        QTRY_VERIFY(m_bench.window.pane() && m_bench.window.pane()->isSettled());
    }

    void showTheirRows_data() {
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("list");
        QTest::addColumn<int>("count");
        const auto add = [](const char* place, const char* filter, const char* list, int count) {
            QTest::addRow("%s %s", place, filter)
                << QString::fromUtf8(place) << QString::fromUtf8(filter) << QString::fromUtf8(list) << count;
        };
        for (int again = 0; again < 2; ++again) { // each comes after every other
            add("batches", "message_number:17", "Messages", 1);
            add("batches/gaps", "", "Gaps", 2);
            add("batches/rejects", "id:\"2\"", "Rejected", 1);
            add("batches", "", "Messages", 20);
            add("ports", "status:pending", "Port messages", 3);
            add("ports", "port_name:mail", "Port messages", 4);
            add("dead-letters", "", "Dead letters", 6);
            add("dead-letters/GROUP", "", "Dead letters", 4);
            add("dead-letters", "port_name:orders", "Dead letters", 2);
            add("checkpoints", "checkpoint_name:b", "Checkpoint versions", 2);
            add("components", "component_name:d", "Component versions", 1);
            add("components/health", "state:silent", "Health", 1);
            add("components/sinks", "sink_name:t", "Sinks", 2);
            add("components", "", "Component versions", 2);
            add("components/sinks", "", "Sinks", 3);
            add("components/health", "", "Health", 2);
            add("tables/sink_storage", "sink_name:t", "Rows", 2);
            add("tables/checkpoints", "version:2", "Rows", 1);
            add("tables/sink_storage", "", "Rows", 3);
        }
    }
    void showTheirRows() {
        QFETCH(QString, place);
        QFETCH(const QString, filter);
        QFETCH(const QString, list);
        QFETCH(const int, count);
        place.replace(QStringLiteral("GROUP"), m_group);
        m_bench.window.goTo(place.section(u'/', 0, 0));
        m_bench.narrowEverything();
        m_bench.window.goTo(QStringLiteral("overview"));
        Q_EMIT m_bench.window.pane()->paneWanted(place, filter);
        QTRY_VERIFY2(m_bench.leading(list), qPrintable(list));
        QTRY_COMPARE(m_bench.leading(list)->model()->rowCount(), count);
        QTRY_COMPARE(m_bench.window.findChild<FilterLine*>()->text(), filter);
        QTRY_VERIFY(m_bench.window.pane()->isSettled());
        QTRY_COMPARE(m_bench.leading(list)->model()->rowCount(), count); // of these rows, and of no other table
    }

    void whatCannotBeShownIsSaid() {
        m_bench.window.goTo(QStringLiteral("ports"));
        Pane* const before = m_bench.window.pane();
        Q_EMIT before->paneWanted(QStringLiteral("queues"), {});
        QCOMPARE(m_bench.window.pane(), before);
    }

    /// The field shows what filters the rows, also where another table is chosen.
    void anotherTableIsNotFiltered() {
        Q_EMIT m_bench.window.pane()->paneWanted(QStringLiteral("tables/sink_storage"), QStringLiteral("sink_name:t"));
        QTRY_VERIFY(m_bench.leading(QStringLiteral("Rows")));
        QTRY_COMPARE(m_bench.leading(QStringLiteral("Rows"))->model()->rowCount(), 2);
        m_bench.window.goTo(QStringLiteral("ports"));
        m_bench.window.goTo(QStringLiteral("tables")); // its filter came back with it
        auto* const field = m_bench.window.findChild<FilterLine*>();
        QCOMPARE(field->text(), QStringLiteral("sink_name:t"));
        DataTable* const tables = m_bench.leading(QStringLiteral("Tables"));
        QVERIFY(tables);
        for (int row = 0; row < tables->model()->rowCount(); ++row) {
            if (tables->model()->index(row, 0).data().toString() == QLatin1String("checkpoints"))
                tables->selectRow(row);
        }
        QTRY_COMPARE(m_bench.leading(QStringLiteral("Rows"))->model()->rowCount(), 3);
        QCOMPARE(field->text(), QString());
    }

private:
    Bench m_bench;
    QString m_group;
};

QTEST_MAIN(TestLinks)
#include "tst_links.moc"
