#include "app/window/mainwindow.h"
#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/filterline.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/overview/statebar.h"
#include "views/style/badge.h"
#include "views/style/theme.h"

#include <QPushButton>
#include <QStatusBar>
#include <QtTest>

using namespace portolan;
using namespace std::chrono;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

struct Bench {
    Bench() : settings(folder.path(QStringLiteral("portolan.ini"))), window(settings, theme) {
        url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db")));
        window.show();
    }
    void run(const QByteArray& sql) const { QCOMPARE(SqliteScript(url.path).run(sql), QString()); }
    /// So many dead letters, and as many audit lines, at a time.
    void die(int count, Timestamp at) const {
        for (int i = 0; i < count; ++i)
            run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
                "created_at, processed_at, "
                "error_message) VALUES ('orders','a','b','{}','dead_letter','"
                + toIsoTime(at) + "','" + toIsoTime(at)
                + "','timeout'); INSERT INTO portolan_audit (at, actor, action, subject_kind) VALUES ('" + toIsoTime(at)
                + "','ana','set','alert')");
    }
    [[nodiscard]] FilterLine* filter() const { return window.findChild<FilterLine*>(); }
    [[nodiscard]] qint64 rows(const char* table) {
        for (ListFrame* const list : window.pane()->lists()) {
            if (list->table()->accessibleName() == QLatin1String(table) && list->isVisible())
                return list->table()->paged()->rowCount();
        }
        return -1;
    }
    template <class Widget>
    [[nodiscard]] Widget* said(const QString& text) const {
        for (Widget* const each : window.findChildren<Widget*>()) {
            if (each->isVisible() && each->text().contains(text))
                return each;
        }
        return nullptr;
    }

    TempFolder folder;
    StoreUrl url;
    Settings settings;
    Theme theme;
    MainWindow window;
};

} // namespace

/// The window's time range in every pane, and the badges that tell how the store is.
class TestWindowTimes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRangeIsOfEveryPane();
    void theNightIsALinkAway();
    void aStoreThatNeverOpenedSaysSo();
    void aServerThatEndsIsStale();
    void aMarkOfProductionIsSeen();
};

void TestWindowTimes::aRangeIsOfEveryPane() {
    Bench bench;
    QVERIFY(openStore(bench.url, Access::Write).ok());
    const Timestamp then = floor<minutes>(currentTime()) - hours(5);
    bench.die(3, then);
    bench.die(2, then + hours(2));
    bench.window.openStore(bench.url);
    QTRY_VERIFY(bench.said<QPushButton>(QStringLiteral("live")));
    Q_EMIT bench.window.pane()->timesWanted(TimeRange{then - minutes(5), then + minutes(5)});
    auto* const chip = bench.said<QPushButton>(QStringLiteral("✕"));
    QVERIFY(chip);
    bench.window.goTo(QStringLiteral("dead-letters"));
    QTRY_COMPARE(bench.rows("Dead letters"), 3);
    QVERIFY2(bench.filter()->text().startsWith(QStringLiteral("died_at>=")), qPrintable(bench.filter()->text()));
    bench.window.goTo(QStringLiteral("audit"));
    QTRY_COMPARE(bench.rows("Audit log"), 3);
    bench.filter()->apply(bench.filter()->text() + QStringLiteral(" actor:nobody"));
    QTRY_COMPARE(bench.rows("Audit log"), 0);
    // Another range takes its place, and what was typed stays.
    bench.window.goTo(QStringLiteral("overview"));
    Q_EMIT bench.window.pane()->timesWanted(TimeRange{then + hours(1), then + hours(3)});
    bench.window.goTo(QStringLiteral("audit"));
    QVERIFY(bench.filter()->text().endsWith(QStringLiteral(" actor:nobody")));
    QCOMPARE(bench.filter()->text().count(QStringLiteral("at>=")), 1);
    bench.window.goTo(QStringLiteral("dead-letters"));
    QTRY_COMPARE(bench.rows("Dead letters"), 2);
    QTest::mouseClick(chip, Qt::LeftButton);
    QTRY_COMPARE(bench.rows("Dead letters"), 5);
    QVERIFY(bench.filter()->text().isEmpty() && !chip->isVisible());
    bench.window.goTo(QStringLiteral("audit"));
    QCOMPARE(bench.filter()->text(), QStringLiteral("actor:nobody"));
}

void TestWindowTimes::theNightIsALinkAway() {
    Bench bench;
    QVERIFY(openStore(bench.url, Access::Write).ok());
    bench.die(4, floor<minutes>(currentTime()) - hours(30));
    bench.die(3, floor<minutes>(currentTime()) - hours(5));
    bench.window.openStore(bench.url);
    const auto* const state = bench.window.findChild<StateBar*>();
    QTRY_COMPARE(state->buttons().size(), std::size_t(2));
    QTest::mouseClick(state->buttons()[1], Qt::LeftButton);
    QTRY_COMPARE(bench.rows("Dead letters"), 3);
    QVERIFY(bench.window.statusBar()->currentMessage().contains(QStringLiteral("Ctrl+R")));
    bench.window.goTo(QStringLiteral("overview"));
    QTest::mouseClick(state->buttons()[0], Qt::LeftButton);
    QTRY_COMPARE(bench.rows("Dead letters"), 3);
    QVERIFY(bench.said<QPushButton>(QStringLiteral("✕")));
}

void TestWindowTimes::aStoreThatNeverOpenedSaysSo() {
    Bench bench;
    bench.window.openStore(bench.url);
    QTRY_VERIFY(bench.said<QPushButton>(QStringLiteral("✖ not connected")));
    QVERIFY(!bench.said<QPushButton>(QStringLiteral("● live")));
    QVERIFY2(!bench.window.statusBar()->currentMessage().startsWith(QStringLiteral("Opened ")),
             qPrintable(bench.window.statusBar()->currentMessage()));
    QVERIFY(openStore(bench.url, Access::Write).ok()); // somebody makes it
    QTRY_VERIFY(bench.said<QPushButton>(QStringLiteral("● live")));
}

void TestWindowTimes::aServerThatEndsIsStale() {
    PostgresServer server;
    const StoreUrl url = server.createStore();
    Bench bench;
    bench.window.openStore(url);
    QTRY_VERIFY(bench.said<QPushButton>(QStringLiteral("● live")));
    server.stop(PostgresServer::Stop::Immediate);
    QTRY_VERIFY_WITH_TIMEOUT(bench.said<QPushButton>(QStringLiteral("▲ stale since ")), 30'000);
    QVERIFY(!bench.said<QPushButton>(QStringLiteral("▲ stale since "))->accessibleDescription().isEmpty());
    server.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.said<QPushButton>(QStringLiteral("● live")), 30'000);
}

void TestWindowTimes::aMarkOfProductionIsSeen() {
    Bench bench;
    {
        auto store = openStore(bench.url, Access::Write);
        QVERIFY(store.ok());
        QVERIFY((*store)->operations()->markProduction(QStringLiteral("orders"), "test", "ana").ok());
    }
    bench.window.openStore(bench.url);
    QTRY_VERIFY(bench.said<Badge>(QStringLiteral("◆ production")));
}

QTEST_MAIN(TestWindowTimes)
#include "tst_windowtimes.moc"
