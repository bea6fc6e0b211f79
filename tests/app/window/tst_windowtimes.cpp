#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "models/overview/statesentence.h"
#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/ask/timesdialog.h"
#include "views/charts/chartview.h"
#include "views/list/filterline.h"
#include "views/list/listframe.h"
#include "views/list/pane.h"
#include "views/overview/statebar.h"
#include "views/style/badge.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QDateTimeEdit>
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
    void everyListAndChartTakesIt();
    void timesAreTyped();
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

/// Rows of every kind in a range and out of it: wherever a pane shows rows by a time, or draws them over one, it shows
/// those of the range alone, whether it was opened before the range was set or after.
void TestWindowTimes::everyListAndChartTakesIt() {
    Bench bench;
    QVERIFY(openStore(bench.url, Access::Write).ok());
    const Timestamp then = floor<minutes>(currentTime()) - hours(5);
    const TimeRange range{then - minutes(5), then + minutes(5)};
    bench.die(2, then);
    bench.die(3, then + hours(2));
    for (int i = 0; i < 5; ++i) {
        const QByteArray n = QByteArray::number(i);
        const QByteArray at = '\'' + toIsoTime(i < 2 ? then + seconds(i) : then + hours(1) + seconds(i)) + '\'';
        bench.run(
            "INSERT INTO component_state (component_name, component_type, state_data, version, created_at, updated_at) "
            "VALUES ('c"
            + n + "', 'Sink', '{}', 1, " + at + ", " + at
            + ");"
              "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES "
              "('k"
            + n + "', 'c', '{}', 1, " + at
            + ");"
              "INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES ('c', "
              "'lag', "
            + n + ", " + at
            + ");"
              "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'e"
            + n + "', " + at
            + ", 1);"
              "INSERT INTO processed_events (event_id, sensor_id, processed_at) VALUES ('e"
            + n + "', 's', " + at + ");");
    }
    bench.window.openStore(bench.url);
    QTRY_VERIFY(bench.said<QPushButton>(QStringLiteral("live")));
    // Some panes are there before the range is, others come after it.
    for (const char* opened : {"metrics", "checkpoints"})
        bench.window.goTo(QLatin1String(opened));
    bench.window.goTo(QStringLiteral("overview"));
    Q_EMIT bench.window.pane()->timesWanted(range);
    QStringList timed;
    for (const PaneEntry& entry : paneEntries()) {
        bench.window.goTo(QString::fromLatin1(entry.id));
        const ColumnSet* const schema = bench.window.pane()->filterSchema();
        const bool isMetrics = qstrcmp(entry.id, "metrics") == 0;
        if (!schema || schema->timeColumn.isEmpty() || isMetrics || schema->timeColumn.startsWith("last_"))
            continue;
        timed << QString::fromLatin1(entry.id);
        QTRY_VERIFY2(bench.filter()->text().startsWith(rangeFilter(QString::fromUtf8(schema->timeColumn), range)),
                     qPrintable(timed.last() + u' ' + bench.filter()->text()));
        ListFrame* const list = bench.window.pane()->filteredList();
        QVERIFY(list);
        if (timed.last() == u"batches" || timed.last() == u"operations") // they have none
            continue;
        QTRY_VERIFY2(list->table()->paged()->rowCount() == 2,
                     qPrintable(QStringLiteral("%1: %2").arg(timed.last()).arg(list->table()->paged()->rowCount())));
    }
    QVERIFY2(timed.size() >= 6, qPrintable(timed.join(u' ')));
    bench.window.goTo(QStringLiteral("metrics"));
    auto* const series = bench.window.pane()->lists().front()->table();
    QTRY_VERIFY(series->paged()->rowCount() >= 2);
    series->selectAll();
    const auto described = [&] {
        const auto charts = bench.window.findChildren<ChartView*>();
        const auto shown = std::ranges::find_if(charts, [](const ChartView* each) { return each->isVisible(); });
        return shown == charts.end() ? QString() : (*shown)->accessibleDescription();
    };
    QTRY_VERIFY2(described().contains(QLatin1String("component/c/lag points=2 ")), qPrintable(described()));
    QVERIFY2(described().contains(QLatin1String("sensor/s points=2 ")), qPrintable(described()));
    QTest::mouseClick(bench.said<QPushButton>(QStringLiteral("✕")), Qt::LeftButton);
    QTRY_VERIFY2(described().contains(QLatin1String("component/c/lag points=5 ")), qPrintable(described()));
}

/// Two times that are typed, from the palette's action or its key, and from the charts, are those of every pane.
void TestWindowTimes::timesAreTyped() {
    Bench bench;
    QVERIFY(openStore(bench.url, Access::Write).ok());
    const Timestamp then = floor<minutes>(currentTime()) - hours(5);
    bench.die(3, then);
    bench.die(2, then + hours(2));
    bench.window.openStore(bench.url);
    QTRY_VERIFY(bench.said<QPushButton>(QStringLiteral("live")));
    bench.window.goTo(QStringLiteral("dead-letters"));
    QTRY_COMPARE(bench.rows("Dead letters"), 5);
    auto* const action = bench.window.findChild<QAction*>(QStringLiteral("show-only-the-time-between"));
    QVERIFY(action && action->isEnabled() && !action->shortcut().isEmpty());
    const auto type = [&](Timestamp from, Timestamp to) {
        auto* const dialog = bench.window.findChild<TimesDialog*>();
        QVERIFY(dialog);
        const auto edits = dialog->findChildren<QDateTimeEdit*>();
        const std::array times{from, to};
        for (qsizetype i = 0; i < 2; ++i)
            edits[i]->setDateTime(QDateTime::fromMSecsSinceEpoch(
                floor<milliseconds>(times[static_cast<std::size_t>(i)]).time_since_epoch().count(),
                edits[i]->timeSpec()));
        for (QPushButton* const each : dialog->findChildren<QPushButton*>()) {
            if (each->text() == QStringLiteral("Show these times"))
                each->click();
        }
    };
    action->trigger();
    type(then - minutes(1), then + minutes(1));
    QTRY_COMPARE(bench.rows("Dead letters"), 3);
    QVERIFY(bench.said<QPushButton>(QStringLiteral("✕")));
    auto* const all = bench.window.findChild<QAction*>(QStringLiteral("show-all-times"));
    QVERIFY(all && all->isEnabled());
    all->trigger();
    QTRY_COMPARE(bench.rows("Dead letters"), 5);
    QVERIFY(!all->isEnabled());

    bench.window.goTo(QStringLiteral("metrics"));
    const auto boxes = bench.window.pane()->findChildren<QComboBox*>();
    const auto times = std::ranges::find_if(
        boxes, [](const QComboBox* each) { return each->accessibleName() == QStringLiteral("Times"); });
    QVERIFY(times != boxes.end());
    Q_EMIT(*times)->activated((*times)->findText(QStringLiteral("Between two times…")));
    type(then + hours(1), then + hours(3));
    QVERIFY(bench.said<QPushButton>(QStringLiteral("✕")));
    bench.window.goTo(QStringLiteral("dead-letters"));
    QTRY_COMPARE(bench.rows("Dead letters"), 2);
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
