#include "models/list/format.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/charts/eventspane.h"
#include "views/list/datatable.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// `count` events of three sensors in turn, a second apart, each processed half a second after it was measured.
QByteArray events(int first, int count) {
    return "WITH RECURSIVE n(i) AS (SELECT " + QByteArray::number(first) + " UNION ALL SELECT i + 1 FROM n WHERE i < "
           + QByteArray::number(first + count - 1)
           + ") INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 's-' || (i % 3), 'e-' || i, "
             "strftime('%Y-%m-%dT%H:%M:%fZ', '2024-01-01', i || ' seconds'), i / 2.0 FROM n;"
             "INSERT OR IGNORE INTO processed_events (event_id, sensor_id, processed_at, kafka_partition, "
             "kafka_offset) "
             "SELECT event_id, sensor_id, strftime('%Y-%m-%dT%H:%M:%fZ', timestamp, '0.5 seconds'), id % 4, id FROM "
             "metrics;";
}

struct Bench {
    explicit Bench(const QByteArray& sql = {})
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); }) {
        if (const auto made = openStore(url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        run(sql);
        for (DataTable* each : pane.findChildren<DataTable*>())
            testers.push_back(std::make_unique<QAbstractItemModelTester>(
                each->model(), QAbstractItemModelTester::FailureReportingMode::QtTest));
        pane.resize(1000, 800);
        pane.show();
        pane.setContext({.channel = &channel});
    }
    ~Bench() { pane.setContext({}); }

    void run(const QByteArray& sql) const {
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    [[nodiscard]] DataTable* table(const char* name) const {
        const auto tables = pane.findChildren<DataTable*>();
        return *std::ranges::find_if(tables, [&](auto* t) { return t->accessibleName() == QLatin1String(name); });
    }
    [[nodiscard]] QString cell(const char* name, int row, int column) const {
        return table(name)->model()->index(row, column).data().toString();
    }
    [[nodiscard]] bool shows(const QString& part) const {
        const auto labels = pane.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text().contains(part); });
    }
    void click(const char* name, int row) const {
        QTest::mouseClick(table(name)->viewport(), Qt::LeftButton, {},
                          table(name)->visualRect(table(name)->model()->index(row, 0)).center());
    }
    void filter(const char* text) {
        const auto parsed = parseFilter(QString::fromUtf8(text), *pane.filterSchema(), currentTime());
        if (!parsed)
            qFatal("%s", qPrintable(parsed.error().text));
        pane.setFilter(*parsed);
    }

    TempFolder folder;
    StoreUrl url;
    StoreWorker channel;
    EventsPane pane;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
};

} // namespace

class TestEventsPane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyStoreSaysSo();
    void newestComeFirstWithTheirLag();
    void aChosenSensorNarrows();
    void filtersByPartitionAndEvent();
    void followsNewEvents();
    void theInspectorShowsTheEvent();
};

void TestEventsPane::anEmptyStoreSaysSo() {
    Bench bench;
    QTRY_VERIFY(bench.shows(QStringLiteral("No sensor events yet.")));
    QTRY_VERIFY(bench.shows(QStringLiteral("No sensors yet.")));
}

void TestEventsPane::newestComeFirstWithTheirLag() {
    Bench bench(events(0, 1200));
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 1200);
    QTRY_COMPARE(bench.cell("Sensor events", 0, 4), QStringLiteral("e-1199"));
    QCOMPARE(bench.cell("Sensor events", 1, 4), QStringLiteral("e-1198"));
    QCOMPARE(bench.cell("Sensor events", 0, 3), QStringLiteral("0.5"));
    QCOMPARE(bench.cell("Sensor events", 0, 1), QStringLiteral("s-2"));
    QTRY_COMPARE(bench.table("Sensors")->model()->rowCount(), 3);
    QCOMPARE(bench.cell("Sensors", 2, 0), QStringLiteral("s-2"));
    QCOMPARE(bench.cell("Sensors", 2, 1), QStringLiteral("599.5"));
    QTRY_VERIFY(bench.shows(QStringLiteral("0 in the last minute · newest event ")));
    QVERIFY(bench.shows(QStringLiteral("processed 0.5 s after it was measured")));
    bench.table("Sensor events")->scrollToBottom();
    QTRY_COMPARE(bench.cell("Sensor events", 1199, 4), QStringLiteral("e-0"));
}

void TestEventsPane::aChosenSensorNarrows() {
    Bench bench(events(0, 90));
    QTRY_COMPARE(bench.table("Sensors")->model()->rowCount(), 3);
    bench.click("Sensors", 1);
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 30);
    QTRY_COMPARE(bench.cell("Sensor events", 0, 1), QStringLiteral("s-1"));
    auto* all = bench.pane.findChildren<QPushButton*>().at(0);
    for (QPushButton* each : bench.pane.findChildren<QPushButton*>()) {
        if (each->accessibleName() == QLatin1String("Show the events of all sensors"))
            all = each;
    }
    QCOMPARE(all->text(), QStringLiteral("s-1"));
    QTest::mouseClick(all, Qt::LeftButton);
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 90);
}

void TestEventsPane::filtersByPartitionAndEvent() {
    Bench bench(events(0, 40));
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 40);
    bench.filter("kafka_partition:2");
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 10);
    bench.filter("event_id:e-7");
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 1);
    bench.filter("value>=19 lag_seconds<1");
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 2);
    bench.filter("event_id:none");
    QTRY_VERIFY(bench.shows(QStringLiteral("No event matches.")));
}

void TestEventsPane::followsNewEvents() {
    Bench bench(events(0, 30));
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 30);
    bench.run(events(30, 3));
    bench.pane.refresh();
    QTRY_COMPARE(bench.table("Sensor events")->model()->rowCount(), 33);
    QTRY_COMPARE(bench.cell("Sensor events", 0, 4), QStringLiteral("e-32"));
}

void TestEventsPane::theInspectorShowsTheEvent() {
    Bench bench(events(0, 5) + "DELETE FROM processed_events WHERE event_id = 'e-3'");
    QSignalSpy inspected(&bench.pane, &Pane::inspected);
    QTRY_COMPARE(bench.cell("Sensor events", 1, 4), QStringLiteral("e-3"));
    bench.click("Sensor events", 1);
    QTRY_COMPARE(inspected.count(), 1);
    const auto inspection = inspected.last().first().value<Inspection>();
    QCOMPARE(inspection.title, QStringLiteral("Event e-3"));
    QVERIFY(inspection.documents.front().bytes.contains("\"value\":1.5"));
    QVERIFY(std::ranges::any_of(inspection.facts, [](const auto& fact) {
        return fact.value == Inspection::FactValue(QStringLiteral("not in processed_events"));
    }));
}

QTEST_MAIN(TestEventsPane)
#include "tst_eventspane.moc"
