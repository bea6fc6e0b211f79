#include "storage/ingest/sql/sqlwriter.h"
#include "storage/ingest/writer.h"
#include "storage/series/rollups.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace portolan;
using test::IngestItems;
using test::need;
using test::PostgresScript;
using test::PostgresServer;

namespace {

QByteArray metricAt(const QByteArray& time, int value) {
    return R"({"kind":"component_metric","component_name":"intake","metric_name":"throughput","metric_value":)"
           + QByteArray::number(value) + R"(,"timestamp":")" + time + "\"}";
}

QByteArray eventAt(const QByteArray& time, int n) {
    return R"({"kind":"sensor_event","event_id":"e)" + QByteArray::number(n) + R"(","sensor_id":"s","timestamp":")"
           + time + R"(","value":1.5})";
}

} // namespace

class TestPartitions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void rowsLieInPartitionsOfTheirDay();
    void aQuestionTouchesItsDayAlone();
    void thoseOfTheDaysAheadAreThere();
    void whatOthersPutElsewhereIsMoved();
    void partitionsOfOthersAreLeftAlone();
    void timesOutOfAllReasonGetNone();
    void aTableInUseKeepsNoInsertWaiting();
    void aPartitionThatComesMeanwhileRefusesNoRow();
    void writersMakeThemTogether();
    void thereAreNoMoreThanTheServerCanLock();
    void statisticsAreRefreshed();

private:
    void store(IngestWriter& writer, const IngestItems& items, qint64 stored);
    QStringList partitionsOf(const QByteArray& table);
    std::unique_ptr<IngestWriter> newWriter() { return need(SqlWriter::open(m_url)); }
    void roll();

    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<PostgresScript> m_other; ///< another program
};

void TestPartitions::init() {
    m_url = m_server.createDatabase();
    m_store = need(openStore(m_url, Access::Write));
    m_other = std::make_unique<PostgresScript>(m_url);
    QCOMPARE(m_other->run("SET timezone = 'America/New_York'; SET datestyle = 'German'"), QString());
}

void TestPartitions::cleanup() {
    m_other.reset();
    m_store.reset();
}

void TestPartitions::store(IngestWriter& writer, const IngestItems& items, qint64 stored) {
    const auto counts = writer.store(items.all());
    QVERIFY2(counts, counts ? "" : qPrintable(counts.error().text + counts.error().details));
    QCOMPARE(counts->stored, stored);
}

/// "name rows" of those that hold rows.
QStringList TestPartitions::partitionsOf(const QByteArray& table) {
    return m_other->rows("SELECT tableoid::regclass || ' ' || count(*) FROM " + table
                         + " GROUP BY tableoid ORDER BY 1");
}

void TestPartitions::roll() {
    const auto rolled = m_store->rollups()->roll(Rollups::untilDone, {});
    QVERIFY2(rolled, rolled ? "" : qPrintable(rolled.error().text + rolled.error().details));
}

void TestPartitions::rowsLieInPartitionsOfTheirDay() {
    // Over a year's end, a leap day, both changes of the clocks (Europe and New York), three years back, without a
    // time.
    const QByteArrayList times{"2023-12-31T23:59:59.999Z",  "2024-01-01T00:00:00Z",      "2024-02-28T12:00:00Z",
                               "2024-02-29T00:00:00Z",      "2024-02-29T23:59:59.999Z",  "2024-03-01T00:00:00Z",
                               "2024-03-31T01:30:00Z",      "2024-10-27T00:30:00+02:00", "2024-10-27T02:30:00+01:00",
                               "2024-11-03T01:30:00-04:00", "2022-11-22T10:00:00Z"};
    IngestItems items;
    quint64 n = 0;
    for (const QByteArray& time : times) {
        ++n;
        items.payload(n, metricAt(time, int(n)));
        ++n;
        items.payload(n, eventAt(time, int(n)));
    }
    const auto writer = newWriter();
    store(*writer, items, qint64(n));
    QCOMPARE(partitionsOf("component_metrics"),
             QStringList(
                 {QStringLiteral("component_metrics_2022_11_22 1"), QStringLiteral("component_metrics_2023_12_31 1"),
                  QStringLiteral("component_metrics_2024_01_01 1"), QStringLiteral("component_metrics_2024_02_28 1"),
                  QStringLiteral("component_metrics_2024_02_29 2"), QStringLiteral("component_metrics_2024_03_01 1"),
                  QStringLiteral("component_metrics_2024_03_31 1"), QStringLiteral("component_metrics_2024_10_26 1"),
                  QStringLiteral("component_metrics_2024_10_27 1"), QStringLiteral("component_metrics_2024_11_03 1")}));
    QCOMPARE(partitionsOf("metrics"),
             QStringList({QStringLiteral("metrics_2022_11 1"), QStringLiteral("metrics_2023_12 1"),
                          QStringLiteral("metrics_2024_01 1"), QStringLiteral("metrics_2024_02 3"),
                          QStringLiteral("metrics_2024_03 2"), QStringLiteral("metrics_2024_10 2"),
                          QStringLiteral("metrics_2024_11 1")}));
    // A partition has what its table has.
    QCOMPARE(
        m_other->value(
            "SELECT count(DISTINCT n) || ' ' || min(n) FROM (SELECT count(i.indexrelid) AS n FROM pg_inherits AS h "
            "LEFT JOIN pg_index AS i ON i.indrelid = h.inhrelid "
            "WHERE h.inhparent = 'component_metrics'::regclass GROUP BY h.inhrelid) AS x"),
        m_other->value("SELECT '1 ' || count(*) FROM pg_index WHERE indrelid = 'component_metrics'::regclass"));
    QVERIFY(m_other->run("INSERT INTO metrics_2024_11 (sensor_id, event_id, timestamp, value) VALUES "
                         "('s', 'x', '2024-12-01 00:00:00+00', 1)")
            != QString());
}

void TestPartitions::aQuestionTouchesItsDayAlone() {
    IngestItems items;
    for (int day = 1; day <= 9; ++day)
        items.payload(quint64(day), metricAt("2024-02-0" + QByteArray::number(day) + "T10:00:00Z", day));
    const auto writer = newWriter();
    store(*writer, items, 9);
    const QString plan = m_other
                             ->rows("EXPLAIN (COSTS OFF) SELECT * FROM component_metrics WHERE timestamp >= "
                                    "'2024-02-03 00:00:00+00' AND timestamp < '2024-02-04 00:00:00+00'")
                             .join(u'\n');
    QCOMPARE(plan.count(QStringLiteral("component_metrics_")),
             qsizetype(1) + plan.count(QStringLiteral("_timestamp_idx")));
    QVERIFY2(plan.contains(QStringLiteral("component_metrics_2024_02_03")), qPrintable(plan));
    QVERIFY2(!plan.contains(QStringLiteral("default")), qPrintable(plan));
}

void TestPartitions::thoseOfTheDaysAheadAreThere() {
    roll();
    const QByteArray names = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relispartition AND "
                             "relkind = 'r' AND relname ~ '^";
    for (const QByteArray table : {"component_metrics", "port_metrics", "telemetry_events", "market_data"}) {
        QStringList days;
        for (int day = 0; day <= 7; ++day)
            days << QLatin1String(table)
                        + QDateTime::currentDateTimeUtc().addDays(day).toString(QStringLiteral("_yyyy_MM_dd"));
        QCOMPARE(m_other->value(names + table + "_[0-9]'"), days.join(u' '));
    }
    const QDate first(QDateTime::currentDateTimeUtc().date().year(), QDateTime::currentDateTimeUtc().date().month(), 1);
    QStringList months;
    for (int month = 0; month <= 2; ++month)
        months << first.addMonths(month).toString(QStringLiteral("'metrics_'yyyy_MM"));
    QCOMPARE(m_other->value(names + "metrics_[0-9]'"), months.join(u' '));
    const QString before = m_other->value("SELECT count(*) FROM pg_class");
    m_store.reset();
    m_store = need(openStore(m_url, Access::Write));
    roll();
    QCOMPARE(m_other->value("SELECT count(*) FROM pg_class"), before);
}

void TestPartitions::whatOthersPutElsewhereIsMoved() {
    QCOMPARE(
        m_other->run(
            "INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) "
            "SELECT 'c' || i % 7, 'throughput', i, '2025-03-01 00:00:00+00'::timestamptz + i * interval '7 minutes' "
            "FROM generate_series(1, 2000) AS i"),
        QString());
    const QByteArray all = "SELECT md5(string_agg(m::text, ',' ORDER BY m.id)) FROM component_metrics AS m";
    const QString before = m_other->value(all);
    roll();
    QCOMPARE(m_other->value(all), before);
    QCOMPARE(m_other->value("SELECT count(*) FROM component_metrics_default"), QStringLiteral("0"));
    QCOMPARE(m_other->value("SELECT count(*) FROM component_metrics_2025_03_05"),
             m_other->value("SELECT count(*) FROM component_metrics WHERE timestamp >= '2025-03-05 00:00:00+00' AND "
                            "timestamp < '2025-03-06 00:00:00+00'"));
    QCOMPARE(m_other->value("SELECT sum(count) FROM portolan_rollups WHERE resolution = 86400"),
             QStringLiteral("2000"));
}

void TestPartitions::partitionsOfOthersAreLeftAlone() {
    QCOMPARE(
        m_other->run(
            "CREATE TABLE mine PARTITION OF component_metrics FOR VALUES FROM ('2024-02-01 06:00:00+00') "
            "TO ('2024-02-02 06:00:00+00'); "
            "CREATE TABLE old PARTITION OF component_metrics FOR VALUES FROM (MINVALUE) TO ('2021-01-01 00:00:00+00'); "
            "CREATE TABLE component_metrics_2024_02_09 (a int)"),
        QString());
    IngestItems items;
    for (int day = 1; day <= 9; ++day)
        items.payload(quint64(day), metricAt("2024-02-0" + QByteArray::number(day) + "T03:00:00Z", day));
    items.payload(10, metricAt("2020-05-05T05:05:05Z", 10));
    const auto writer = newWriter();
    store(*writer, items, 10);
    QStringList expected{QStringLiteral("component_metrics_default 2"), QStringLiteral("mine 1"),
                         QStringLiteral("old 1")};
    for (int day = 3; day <= 8; ++day)
        expected << QStringLiteral("component_metrics_2024_02_0%1 1").arg(day);
    expected.sort();
    QCOMPARE(partitionsOf("component_metrics"),
             expected); // the first: half of its day is somebody's; the ninth: the name is
    roll();
    QCOMPARE(partitionsOf("component_metrics"), expected);
}

void TestPartitions::timesOutOfAllReasonGetNone() {
    IngestItems items;
    items.payload(1, metricAt("1970-01-01T00:00:00Z", 1)).payload(2, metricAt("9998-01-01T00:00:00Z", 2));
    const auto writer = newWriter();
    store(*writer, items, 2);
    roll();
    QCOMPARE(partitionsOf("component_metrics"), QStringList(QStringLiteral("component_metrics_default 2")));
}

void TestPartitions::aTableInUseKeepsNoInsertWaiting() {
    QCOMPARE(m_other->run("BEGIN; SELECT count(*) FROM component_metrics_default"), QString());
    const auto writer = newWriter();
    QElapsedTimer timer;
    timer.start();
    store(*writer, IngestItems().payload(1, metricAt("2024-02-01T10:00:00Z", 1)), 1);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    timer.start();
    store(*writer, IngestItems().payload(2, metricAt("2024-02-01T11:00:00Z", 2)), 1);
    QVERIFY2(timer.elapsed() < 150, qPrintable(QString::number(timer.elapsed()))); // it is not tried with every insert
    QCOMPARE(m_other->run("COMMIT"), QString());
    QCOMPARE(partitionsOf("component_metrics"), QStringList(QStringLiteral("component_metrics_default 2")));
    roll();
    QCOMPARE(partitionsOf("component_metrics"), QStringList(QStringLiteral("component_metrics_2024_02_01 2")));
}

/// A writer that could not make it in time goes for the default partition, which others take that day away from while
/// it waits: the server refuses its row by SQLSTATE 23514, as if it were not right.
void TestPartitions::aPartitionThatComesMeanwhileRefusesNoRow() {
    const auto writer = newWriter();
    store(*writer, IngestItems().payload(2, metricAt("2024-01-01T10:00:00Z", 2)), 1); // it knows the partitions now
    // Attached, it locks the default partition alone; made as a part, it would lock the table too.
    QCOMPARE(m_other->run("BEGIN; CREATE TABLE their_day (LIKE component_metrics INCLUDING ALL); "
                          "ALTER TABLE component_metrics ATTACH PARTITION their_day FOR VALUES FROM "
                          "('2024-02-01T00:00:00Z') TO ('2024-02-02T00:00:00Z')"),
             QString());
    IngestItems items;
    items.payload(1, metricAt("2024-02-01T10:00:00Z", 1));
    std::optional<Result<IngestCounts>> met;
    bool waits = false;
    {
        const std::jthread storing([&] { met = writer->store(items.all()); });
        waits = QTest::qWaitFor([this] {
            return m_other->value("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock' AND "
                                  "relation = 'component_metrics_default'::regclass")
                   == u'1';
        });
        QCOMPARE(m_other->run("COMMIT"), QString());
    }
    QVERIFY(waits);
    if (!*met) {
        QVERIFY2(isTransient(met->error().code), qPrintable(met->error().text + met->error().details));
        store(*writer, items, 1);
    }
    QCOMPARE(partitionsOf("component_metrics"),
             QStringList({QStringLiteral("component_metrics_2024_01_01 1"), QStringLiteral("their_day 1")}));
}

void TestPartitions::writersMakeThemTogether() {
    constexpr int writers = 4;
    constexpr int days = 25;
    std::vector<std::jthread> threads;
    std::atomic<int> stored = 0;
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&, w] {
            const auto writer = newWriter();
            for (int day = 1; day <= days; ++day) {
                const QByteArray time = "2024-05-" + QByteArray::number(day).rightJustified(2, '0') + "T10:00:00Z";
                IngestItems items;
                items.from("source " + QByteArray::number(w)).payload(quint64(day), metricAt(time, day));
                auto counts = writer->store(items.all());
                for (int again = 0; !counts && isTransient(counts.error().code) && again < 3;
                     ++again) // as the receiver
                    counts = writer->store(items.all());
                if (!counts)
                    qWarning("%s %s", qPrintable(counts.error().text), qPrintable(counts.error().details));
                stored += counts ? int(counts->stored) : 0;
            }
        });
    }
    threads.clear();
    QCOMPARE(stored.load(), writers * days);
    QStringList expected;
    for (int day = 1; day <= days; ++day)
        expected << QStringLiteral("component_metrics_2024_05_%1 4").arg(day, 2, 10, QLatin1Char('0'));
    // What could not be made in time, because all four were at it, the tidying makes.
    for (int again = 0; again < 5 && partitionsOf("component_metrics") != expected; ++again)
        roll();
    QCOMPARE(partitionsOf("component_metrics"), expected);
}

void TestPartitions::thereAreNoMoreThanTheServerCanLock() {
    const qint64 most = m_other
                            ->value("SELECT current_setting('max_locks_per_transaction')::int * "
                                    "current_setting('max_connections')::int / (1 + (SELECT count(*) FROM pg_index "
                                    "WHERE indrelid = 'component_metrics'::regclass)) / 4")
                            .toLongLong();
    QVERIFY(most > 20 && most < 1'000);
    IngestItems items;
    const QDate first(2022, 1, 1);
    for (int day = 0; day < most + 40; ++day)
        items.payload(quint64(day + 1),
                      metricAt(first.addDays(day).toString(Qt::ISODate).toLatin1() + "T10:00:00Z", day));
    const auto writer = newWriter();
    store(*writer, items, most + 40);
    QCOMPARE(m_other->value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'component_metrics'::regclass"),
             QString::number(std::max<qint64>(most, 60) + 1));
    QCOMPARE(m_other->value("SELECT count(*) FROM component_metrics"), QString::number(most + 40));
}

void TestPartitions::statisticsAreRefreshed() {
    QCOMPARE(m_other->value("SELECT count(*) FROM component_statistics"), QStringLiteral("0"));
    IngestItems items;
    items.payload(1, metricAt("2024-02-01T10:00:00Z", 3)).payload(2, metricAt("2024-02-03T10:00:00Z", 5));
    const auto writer = newWriter();
    store(*writer, items, 2);
    const auto tidied = writer->tidy(std::chrono::milliseconds(100));
    QVERIFY2(tidied, tidied ? "" : qPrintable(tidied.error().text));
    QCOMPARE(m_other->value("SELECT component_name || ' ' || total_messages || ' ' || avg_throughput || ' ' || "
                            "to_char(last_activity AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM component_statistics"),
             QStringLiteral("intake 2 4 2024-02-03"));
}

QTEST_GUILESS_MAIN(TestPartitions)
#include "tst_partitions.moc"
