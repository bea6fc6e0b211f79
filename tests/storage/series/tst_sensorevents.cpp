#include "storage/series/sensorevents.h"
#include "storage/stores/openstore.h"
#include "tests/support/damage.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>

using namespace portolan;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

class TestSensorEvents : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesNewestFirst_data();
    void pagesNewestFirst();
};

void TestSensorEvents::pagesNewestFirst_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestSensorEvents::pagesNewestFirst() {
    QFETCH(bool, onServer);
    const TempFolder folder;
    const std::unique_ptr<PostgresServer> server = onServer ? std::make_unique<PostgresServer>() : nullptr;
    const StoreUrl url = onServer ? server->createDatabase()
                                  : *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db")));
    QVERIFY(openStore(url, Access::Write));
    const QByteArray rows = test::healthyRows();
    QCOMPARE(onServer ? PostgresScript(url).run(rows) : SqliteScript(url.path).run(rows), QString());
    const auto store = openStore(url, Access::Read);
    QVERIFY(store && !(*store)->unavailableReason(Feature::Events));
    SensorEvents& events = *(*store)->sensorEvents();

    ListQuery query;
    query.sort = {{}, true};
    query.limit = 1;
    QByteArrayList ids;
    for (bool last = false; !last;) {
        const auto page = events.events().page(query, {});
        QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
        for (const SensorEvent& event : page->rows) {
            ids << event.eventId;
            QVERIFY(event.timestamp && event.processedAt && event.lag && *event.lag > 0);
        }
        last = page->last;
        query.after = page->next;
    }
    QCOMPARE(ids, QByteArrayList({"s-3", "s-2", "s-1"})); // two are of one instant

    ListQuery filtered;
    filtered.filter = *parseFilter(QStringLiteral("sensor_id:s event_id:s-1,s-3 value>2 not kafka_partition:*"),
                                   sensorEventSchema(), currentTime());
    const auto found = events.events().page(filtered, {});
    QVERIFY2(found, found ? "" : qPrintable(found.error().text + found.error().details));
    QCOMPARE(found->rows.size(), std::size_t(1));
    QCOMPARE(found->rows.front().value, std::optional(3.0));

    const auto sensors = events.sensors().page({}, {});
    QVERIFY(sensors);
    QCOMPARE(sensors->rows.size(), std::size_t(1));
    QCOMPARE(sensors->rows.front().sensorId, QByteArray("s"));
    QCOMPARE(sensors->rows.front().lastSeen, parseIsoTime("2020-01-01T00:00:01Z"));
    const auto flow = events.flow({});
    QVERIFY(flow);
    QCOMPARE(flow->lastMinute, std::optional<qint64>(3));
    QCOMPARE(flow->newest, parseIsoTime("2020-01-01T00:00:01Z"));
}

QTEST_GUILESS_MAIN(TestSensorEvents)
#include "tst_sensorevents.moc"
