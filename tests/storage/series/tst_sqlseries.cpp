#include "storage/base/random.h"
#include "storage/checks/checks.h"
#include "storage/series/rollups.h"
#include "storage/series/samplesum.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"
#include "tests/support/seriessamples.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>
#include <map>

using namespace portolan;
using namespace std::chrono;
using namespace portolan::test;

namespace {} // namespace

class TestSqlSeries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void everyRollupIsOfItsRows();
    void everyRangeIsExact();
    void lateWritersOfOpenTransactionsAreNotMissed();
    void twoProgramsRollUpTogether();
    void anEmptiedTableBeginsAgain();
    void refreshesStatistics();
    void aLineIsOfSamplesOrOfBuckets();
    void listsSeries();
    void readsEveryKind();
    void skipsWhatIsNoNumber();
    void refusesWhatIsNot();
    void readsForeignTables();

private:
    void run(const QString& sql);
    void put(const std::vector<Sample>& samples);
    std::vector<Sample> stored();
    std::vector<Sample> some(Random& random, int count, Timestamp from, Timestamp to);
    void compareRollups();
    void compareAggregates();
    RollProgress rollAll();
    CheckResult verified();

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server{PostgresServer::timescaleSettings()};
    StoreUrl m_url;
    std::unique_ptr<Session> m_writer; ///< another program
    std::unique_ptr<Store> m_store;
    int m_events = 0;
};

void TestSqlSeries::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::addColumn<bool>("byTimescale");
    QTest::newRow("sqlite") << false << false;
    QTest::newRow("postgresql") << true << false;
    QTest::newRow("timescaledb") << true << true;
}

void TestSqlSeries::init() {
    QFETCH_GLOBAL(const bool, onServer);
    QFETCH_GLOBAL(const bool, byTimescale);
    if (byTimescale && !PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    m_folder = std::make_unique<TempFolder>();
    m_url = byTimescale ? m_server.createTimescaleDatabase()
            : onServer  ? m_server.createDatabase()
                        : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("s.db")));
    m_store = need(openStore(m_url, Access::Write));
    m_writer = need(Session::open(m_url, Access::Write));
    m_events = 0;
}

void TestSqlSeries::cleanup() {
    m_writer.reset();
    m_store.reset();
}

void TestSqlSeries::run(const QString& sql) {
    const Result<void> done = m_writer->connection().execute(sql);
    if (!done)
        qFatal("%s %s in %s", qPrintable(done.error().text), qPrintable(done.error().details), qPrintable(sql));
}

void TestSqlSeries::put(const std::vector<Sample>& samples) {
    QStringList rows;
    for (const Sample& sample : samples)
        rows << QStringLiteral("('%1', 'e%2', '%3', %4)")
                    .arg(QString::fromUtf8(sample.sensor), QString::number(++m_events),
                         QString::fromLatin1(toIsoTime(sample.at)), QString::number(sample.value, 'g', 17));
    if (!rows.isEmpty())
        run(QStringLiteral("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ") + rows.join(u','));
}

std::vector<Sample> TestSqlSeries::stored() {
    QSqlQuery rows =
        need(m_writer->connection().run(QStringLiteral("SELECT sensor_id, timestamp, value FROM metrics")));
    std::vector<Sample> samples;
    while (need(m_writer->connection().next(rows)))
        samples.push_back({rows.value(0).toString().toUtf8(), *parseIsoTime(rows.value(1).toString().toUtf8()),
                           rows.value(2).toDouble()});
    return samples;
}

/// Quarters, whose sums are the same in every order; some of one instant.
std::vector<Sample> TestSqlSeries::some(Random& random, int count, Timestamp from, Timestamp to) {
    std::vector<Sample> samples;
    const auto length = static_cast<quint64>((to - from) / milliseconds(1));
    for (int i = 0; i < count; ++i) {
        const Timestamp at = random.oneIn(5) && !samples.empty()
                                 ? samples.back().at
                                 : floorTo(from + milliseconds(random.below(length)), milliseconds(1));
        samples.push_back({random.oneIn(3) ? "a" : "b/%1", at, (double(random.below(4000)) - 2000) / 4});
    }
    return samples;
}

RollProgress TestSqlSeries::rollAll() {
    const RollProgress progress = need(m_store->rollups()->roll(Rollups::untilDone, {}));
    if (!progress.done)
        qFatal("not all was rolled up");
    return progress;
}

CheckResult TestSqlSeries::verified() {
    need(m_store->checks()->begin({}));
    return need(m_store->checks()->run("rollups", {}));
}

/// All of them, whatever their resolution, and none too few; and the program's own check says so.
void TestSqlSeries::compareRollups() {
    QFETCH_GLOBAL(const bool, byTimescale);
    if (byTimescale) {
        compareAggregates();
        return;
    }
    const std::vector<Sample> samples = stored();
    const Timestamp watermark(milliseconds(
        need(m_writer->connection().value(QStringLiteral("SELECT watermark FROM portolan_rollup_watermarks "
                                                         "WHERE source_table = 'metrics'")))
            .toLongLong()));
    QByteArrayList wanted;
    for (const QByteArray id : {"a", "b/%1"}) {
        const TimeRange rolled{Timestamp(), watermark};
        std::map<Timestamp, qint64> counts;
        for (const SeriesBucket& bucket : bucketsOf(samples, id, rolled, anHour))
            counts[bucket.begin] = bucket.count;
        for (const seconds width : rollupWidths) {
            for (const SeriesBucket& bucket : bucketsOf(samples, id, rolled, width)) {
                const bool isKept = width > anHour ? bucket.begin + aDay <= watermark
                                                   : keepsRollups(width, counts[floorTo(bucket.begin, anHour)]);
                if (isKept)
                    wanted << sensor(id).toText() + ' ' + QByteArray::number(qint64(width.count())) + ' '
                                  + textOf(bucket);
            }
        }
    }
    QSqlQuery rows = need(m_writer->connection().run(
        QStringLiteral("SELECT series, resolution, bucket, min, max, sum, count, first, last FROM portolan_rollups")));
    QByteArrayList found;
    while (need(m_writer->connection().next(rows))) {
        const SeriesBucket bucket{Timestamp(milliseconds(rows.value(2).toLongLong())),
                                  rows.value(3).toDouble(),
                                  rows.value(4).toDouble(),
                                  rows.value(5).toDouble(),
                                  rows.value(6).toLongLong(),
                                  rows.value(7).toDouble(),
                                  rows.value(8).toDouble()};
        found << rows.value(0).toString().toUtf8() + ' ' + rows.value(1).toString().toUtf8() + ' ' + textOf(bucket);
    }
    std::ranges::sort(wanted);
    std::ranges::sort(found);
    QCOMPARE(found, wanted);
    QCOMPARE(verified().rows, std::vector<QByteArray>());
}

/// The same of those that TimescaleDB keeps.
void TestSqlSeries::compareAggregates() {
    const std::vector<Sample> samples = stored();
    const TimeRange all{Timestamp(), currentTime() + aDay};
    const std::array<std::pair<seconds, const char*>, 5> views{{{seconds(10), "10s"},
                                                                {seconds(60), "1m"},
                                                                {seconds(600), "10m"},
                                                                {seconds(3600), "1h"},
                                                                {seconds(86400), "1d"}}};
    for (const auto& [width, name] : views) {
        QByteArrayList wanted;
        QByteArrayList found;
        for (const QByteArray id : {"a", "b/%1"}) {
            for (const SeriesBucket& bucket : bucketsOf(samples, id, all, width))
                wanted << id + ' ' + textOf(bucket);
        }
        QSqlQuery rows = need(m_writer->connection().run(
            QStringLiteral("SELECT sensor_id, bucket, value_min, value_max, value_sum, value_count, value_first, "
                           "value_last FROM portolan_metrics_%1")
                .arg(QLatin1String(name))));
        while (need(m_writer->connection().next(rows))) {
            const SeriesBucket bucket{*parseIsoTime(rows.value(1).toString().toUtf8()),
                                      rows.value(2).toDouble(),
                                      rows.value(3).toDouble(),
                                      rows.value(4).toDouble(),
                                      rows.value(5).toLongLong(),
                                      rows.value(6).toDouble(),
                                      rows.value(7).toDouble()};
            found << rows.value(0).toString().toUtf8() + ' ' + textOf(bucket);
        }
        std::ranges::sort(wanted);
        std::ranges::sort(found);
        QCOMPARE(found, wanted);
    }
}

void TestSqlSeries::everyRollupIsOfItsRows() {
    Random random(20261122);
    const Timestamp now = currentTime();
    put(some(random, 2000, now - 3 * aDay, now));
    const Timestamp dense = floorTo(now - 30 * anHour, anHour); // enough samples for the finest rollups
    put(some(random, 3000, dense, dense + anHour));
    for (int round = 0; round < 30; ++round) {
        switch (random.below(6)) {
        case 0:
            put(some(random, 30, now - 4 * aDay, now));
            break;
        case 1:
            run(QStringLiteral("DELETE FROM metrics WHERE id % 97 = %1").arg(random.below(97)));
            break;
        case 2:
            run(QStringLiteral("UPDATE metrics SET value = value + 1 WHERE id % 89 = %1").arg(random.below(89)));
            break;
        case 3:
            put(some(random, 5, now - 40 * aDay, now - 30 * aDay)); // before the first row that there was
            break;
        default:
            need(m_store->rollups()->roll(milliseconds(0), {}));
        }
        if (round % 10 == 9) {
            rollAll();
            compareRollups();
        }
    }
    QFETCH_GLOBAL(const bool, byTimescale);
    if (byTimescale)
        return;
    QCOMPARE(need(m_writer->connection().value(QStringLiteral("SELECT count(*) FROM portolan_rollup_stale"))).toInt(),
             0);
    for (const int width : {10, 60, 600, 3600, 86400})
        QVERIFY(need(m_writer->connection().value(
                         QStringLiteral("SELECT count(*) FROM portolan_rollups WHERE resolution = %1").arg(width)))
                    .toInt()
                > 0);
}

void TestSqlSeries::everyRangeIsExact() {
    Random random(5);
    const Timestamp now = currentTime();
    put(some(random, 2000, now - 3 * aDay, now));
    put(some(random, 4000, floorTo(now - 20 * anHour, anHour), floorTo(now - 18 * anHour, anHour)));
    const std::array<microseconds, 8> widths{milliseconds(700), seconds(10), seconds(15), minutes(1),
                                             minutes(7),        minutes(20), hours(6),    hours(48)};
    for (int round = 0; round < 36; ++round) {
        if (round % 3 == 0)
            need(m_store->rollups()->roll(milliseconds(round), {}));
        if (round % 5 == 0)
            put(some(random, 3, now - 3 * aDay, now));
        if (round == 24)
            rollAll();
        const Timestamp begin = now - 4 * aDay + milliseconds(random.below(4 * 86'400'000));
        const TimeRange range{begin, begin + milliseconds(random.below(2 * 86'400'000))};
        const microseconds width = widths[random.below(widths.size())];
        const auto found = need(m_store->series()->buckets(sensor("a"), range, width, {}));
        QCOMPARE(textsOf(found), textsOf(bucketsOf(stored(), "a", range, width)));
    }
}

void TestSqlSeries::lateWritersOfOpenTransactionsAreNotMissed() {
    QFETCH_GLOBAL(const bool, onServer);
    if (!onServer)
        QSKIP("SQLite has one writer at a time.");
    const Timestamp begin = floorTo(currentTime() - 6 * anHour, anHour);
    put({{"a", begin, 1}, {"a", begin + 3 * anHour, 2}});
    const Timestamp late = begin + anHour + minutes(30);
    for (const char* isolation : {"READ COMMITTED", "REPEATABLE READ"}) {
        run(QStringLiteral("BEGIN ISOLATION LEVEL ") + QLatin1String(isolation));
        put({{"a", late, 5}});
        // It began before anything was announced: whoever rolls up waits for it.
        for (int i = 0; i < 20; ++i)
            need(m_store->rollups()->roll(milliseconds(1), {}));
        run(QStringLiteral("COMMIT"));
        rollAll();
        const TimeRange range{begin, begin + aDay};
        QCOMPARE(textsOf(need(m_store->series()->buckets(sensor("a"), range, anHour, {}))),
                 textsOf(bucketsOf(stored(), "a", range, anHour)));
        compareRollups();
    }
}

void TestSqlSeries::twoProgramsRollUpTogether() {
    Random random(8);
    const Timestamp now = currentTime();
    put(some(random, 3000, now - 2 * aDay, now));
    const auto other = need(openStore(m_url, Access::Write));
    for (int i = 0; i < 15; ++i) {
        need(m_store->rollups()->roll(milliseconds(0), {}));
        put(some(random, 3, now - 2 * aDay, now));
        need(other->rollups()->roll(milliseconds(0), {}));
    }
    // Whoever began goes on; the other one leaves it alone.
    for (int i = 0; i < 100; ++i) {
        const bool first = need(m_store->rollups()->roll(milliseconds(5), {})).done;
        const bool second = need(other->rollups()->roll(milliseconds(5), {})).done;
        if (first && second)
            break;
    }
    compareRollups();
}

void TestSqlSeries::anEmptiedTableBeginsAgain() {
    QFETCH_GLOBAL(const bool, onServer);
    Random random(3);
    const Timestamp now = currentTime();
    put(some(random, 300, now - 2 * aDay, now));
    rollAll();
    run(onServer ? QStringLiteral("TRUNCATE metrics") : QStringLiteral("DELETE FROM metrics"));
    QVERIFY(need(m_store->series()->buckets(sensor("a"), {now - 9 * aDay, now}, anHour, {})).empty());
    put(some(random, 100, now - 2 * aDay, now));
    rollAll();
    compareRollups();
}

void TestSqlSeries::refreshesStatistics() {
    run(QStringLiteral(
        "INSERT INTO component_metrics (id, component_name, metric_name, metric_value, timestamp) VALUES "
        "('00000000-0000-4000-8000-000000000001', 'a', 'throughput', 2, '2025-01-01T00:00:00.000Z'), "
        "('00000000-0000-4000-8000-000000000002', 'a', 'throughput', 4, '2025-01-02T00:00:00.000Z'), "
        "('00000000-0000-4000-8000-000000000003', 'a', 'errors', 9, '2025-01-03T00:00:00.000Z'), "
        "('00000000-0000-4000-8000-000000000004', 'b', 'throughput', 1, '2025-01-01T00:00:00.000Z')"));
    rollAll();
    Connection& connection = m_writer->connection();
    const QString figures = QStringLiteral("SELECT CAST(count(*) AS text) || ' ' || CAST(sum(total_messages) AS text) "
                                           "|| ' ' || CAST(CAST(max(avg_throughput) AS integer) AS text) || ' ' || "
                                           "substr(CAST(max(last_activity) AS text), 1, 10) FROM component_statistics");
    QCOMPARE(need(connection.value(figures)).toString(), QStringLiteral("2 3 3 2025-01-02"));
    run(QStringLiteral("DELETE FROM component_metrics WHERE component_name = 'b'"));
    m_store = need(openStore(m_url, Access::Write)); // it is looked after once an hour
    rollAll();
    QCOMPARE(need(connection.value(figures)).toString(), QStringLiteral("1 2 3 2025-01-02"));
}

void TestSqlSeries::aLineIsOfSamplesOrOfBuckets() {
    Random random(11);
    const Timestamp now = currentTime();
    put(some(random, 3000, now - 5 * aDay, now));
    rollAll();
    put(some(random, 50, now - 5 * aDay, now));
    const std::vector<Sample> samples = stored();
    for (const TimeRange range : {TimeRange{now - 5 * aDay, now}, TimeRange{now - 31 * anHour, now - 2 * anHour},
                                  TimeRange{now - anHour, now + anHour}, TimeRange{now, now}}) {
        std::vector<SeriesPoint> all;
        for (const Sample& sample : samples) {
            if (sample.sensor == "b/%1" && range.contains(sample.at))
                all.push_back({sample.at, sample.value});
        }
        std::ranges::sort(all, {}, [](SeriesPoint p) { return std::pair(p.at, p.value); });
        for (const microseconds width :
             {microseconds(milliseconds(700)), microseconds(minutes(7)), microseconds(anHour), microseconds(aDay)}) {
            for (const qint64 few : {qint64(std::ssize(all)) - 1, qint64(std::ssize(all)), qint64(0), qint64(10'000)}) {
                const SeriesLine line = need(m_store->series()->line(sensor("b/%1"), range, width, few, {}));
                if (std::ssize(all) <= few)
                    QVERIFY(std::get<std::vector<SeriesPoint>>(line) == all);
                else
                    QCOMPARE(textsOf(std::get<std::vector<SeriesBucket>>(line)),
                             textsOf(bucketsOf(samples, "b/%1", range, width)));
            }
        }
    }
}

void TestSqlSeries::listsSeries() {
    const QString time = QString::fromLatin1(toIsoTime(currentTime()));
    run(QStringLiteral("INSERT INTO component_metrics (component_name, metric_name, metric_value, metric_unit, "
                       "timestamp) VALUES ('m/1', 'cpu', 3.5, '%', '%1'), ('m/1', 'cpu', 2.5, 'x', "
                       "'2020-01-01T00:00:00.000Z'), ('z', 'throughput', 7, NULL, '%1')")
            .arg(time));
    run(QStringLiteral("INSERT INTO port_metrics (port_name, messages_sent, timestamp) VALUES ('p', 4, '%1')")
            .arg(time));
    put({{"s", currentTime(), 1.5}, {"s", currentTime() - anHour, 9}, {"t", currentTime(), 8}});
    const auto list = [&](const char* filter) {
        ListQuery query;
        query.filter = *parseFilter(QString::fromUtf8(filter), seriesSchema(), currentTime());
        query.limit = 4;
        QByteArrayList texts;
        while (true) {
            const auto page = need(m_store->series()->series().page(query, {}));
            for (const SeriesInfo& info : page.rows)
                texts << info.name.toText() + '=' + (info.lastValue ? QByteArray::number(*info.lastValue) : "none")
                             + info.unit;
            query.after = page.next;
            if (page.last)
                return texts;
        }
    };
    const QByteArrayList known{"component/m%2F1/cpu=3.5%",
                               "component/z/throughput=7",
                               "port/p/avg_message_age_ms=none",
                               "port/p/avg_receive_duration_ms=none",
                               "port/p/avg_send_duration_ms=none",
                               "port/p/buffer_utilization=none",
                               "port/p/messages_received=0",
                               "port/p/messages_sent=4",
                               "sensor/s=1.5",
                               "sensor/t=8"};
    QCOMPARE(list(""), known);
    QCOMPARE(list("sensor last_value>2"), QByteArrayList{"sensor/t=8"});
    QCOMPARE(list("cpu"), QByteArrayList{"component/m%2F1/cpu=3.5%"});
}

void TestSqlSeries::readsEveryKind() {
    const QString at = QStringLiteral("2025-03-01T10:00:0%1.000Z");
    for (int i = 0; i < 3; ++i) {
        const QString time = at.arg(i);
        run(QStringLiteral("INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) "
                           "VALUES ('c', 'm', %1, '%2')")
                .arg(i)
                .arg(time));
        run(QStringLiteral("INSERT INTO port_metrics (port_name, messages_sent, buffer_utilization, timestamp) "
                           "VALUES ('p', %1, 0.5, '%2')")
                .arg(i)
                .arg(time));
        run(QStringLiteral(
                "INSERT INTO telemetry_events (time, service, event_type, value) VALUES ('%2', 's', 'e', %1)")
                .arg(i)
                .arg(time));
        run(QStringLiteral("INSERT INTO market_data (time, symbol, close) VALUES ('%2', 's', %1)").arg(i).arg(time));
    }
    const TimeRange whole{*parseIsoTime("2025-03-01T10:00:00Z"),
                          *parseIsoTime("2025-03-01T10:00:02Z") + microseconds(1)};
    for (const bool isRolled : {false, true}) {
        if (isRolled)
            rollAll();
        for (const char* text : {"component/c/m", "port/p/messages_sent", "table/telemetry_events/time/value",
                                 "table/market_data/time/close", "table/market_data/time/id"}) {
            const SeriesName name = need(SeriesName::parse(text));
            const bool isId = QByteArray(text).endsWith("id");
            QCOMPARE(need(m_store->series()->extent(name, {})), std::optional(whole));
            const auto buckets = need(m_store->series()->buckets(name, {whole.begin, whole.begin + aDay}, aDay, {}));
            QCOMPARE(buckets.size(), std::size_t(1));
            QCOMPARE(buckets[0].count, 3);
            QCOMPARE(buckets[0].sum, isId ? 6.0 : 3.0);
            QCOMPARE(buckets[0].last, isId ? 3.0 : 2.0);
        }
    }
    QVERIFY(!need(m_store->series()->extent(need(SeriesName::parse("component/c/other")), {})));
}

void TestSqlSeries::skipsWhatIsNoNumber() {
    QFETCH_GLOBAL(const bool, onServer);
    const Timestamp begin = floorTo(currentTime() - 9 * anHour, anHour);
    put({{"a", begin + minutes(2), 1}, {"a", begin + minutes(3), 2}});
    const QStringList values =
        onServer ? QStringList{QStringLiteral("'NaN'"), QStringLiteral("'Infinity'"), QStringLiteral("'-Infinity'"),
                               QStringLiteral("1e308")}
                 : QStringList{QStringLiteral("9e999"), QStringLiteral("-9e999"), QStringLiteral("1e308")};
    int minute = 0;
    for (const QString& value : values) {
        run(QStringLiteral("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('a', 'x%1', '%2', %3)")
                .arg(minute)
                .arg(QString::fromLatin1(toIsoTime(begin + minutes(minute * 10))), value));
        ++minute;
    }
    for (const bool isRolled : {false, true}) {
        if (isRolled)
            rollAll();
        const auto buckets = need(m_store->series()->buckets(sensor("a"), {begin, begin + anHour}, anHour, {}));
        QCOMPARE(textsOf(buckets), textsOf({SeriesBucket{begin, 1, 2, 3, 2, 1, 2}}));
        QCOMPARE(need(m_store->series()->extent(sensor("a"), {})),
                 std::optional(TimeRange{begin + minutes(2), begin + minutes(3) + microseconds(1)}));
    }
}

void TestSqlSeries::refusesWhatIsNot() {
    const TimeRange range{Timestamp(), Timestamp() + anHour};
    const auto code = [&](const char* text) {
        const auto found = m_store->series()->buckets(need(SeriesName::parse(text)), range, anHour, {});
        return found ? std::optional<ErrorCode>() : std::optional(found.error().code);
    };
    QCOMPARE(code("table/no_such/time/value"), ErrorCode::NotFound);
    QCOMPARE(code("table/metrics/timestamp/no_such"), ErrorCode::NotFound);
    QCOMPARE(code("table/metrics\"; DROP TABLE metrics; --/timestamp/value"), ErrorCode::NotFound);
    QCOMPARE(code("port/p/no_such"), ErrorCode::NotFound);
    QVERIFY(!code("sensor/nobody"));
    QCOMPARE(m_store->series()->buckets(sensor("a"), range, hours(0), {}).error().code, ErrorCode::Usage);
    QCOMPARE(m_store->series()->line(sensor("a"), range, hours(0), 9, {}).error().code, ErrorCode::Usage);
    const auto reader = need(openStore(m_url, Access::Read));
    QCOMPARE(reader->rollups()->roll(milliseconds(1), {}).error().code, ErrorCode::ReadOnly);
    CancelSource source;
    source.request_stop();
    put({{"a", Timestamp(), 1}});
    QCOMPARE(m_store->rollups()->roll(Rollups::untilDone, source.get_token()).error().code, ErrorCode::Cancelled);
}

/// Without the migrations, with times in another form and fewer columns.
void TestSqlSeries::readsForeignTables() {
    QFETCH_GLOBAL(const bool, onServer);
    const StoreUrl url = onServer
                             ? m_server.createDatabase()
                             : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("f.db")));
    for (const char* sql :
         {"CREATE TABLE component_metrics (component_name TEXT, metric_name TEXT, metric_value REAL, "
          "timestamp INTEGER)",
          "INSERT INTO component_metrics VALUES ('c', 'm', 1.5, 1740823200), ('c', 'm', 2.5, 1740823260), "
          "('c', NULL, 3, 1740823260), ('d', 'm', NULL, 1740823260)",
          "CREATE TABLE weather (seen_at TEXT, degrees NUMERIC, station INTEGER)",
          "INSERT INTO weather VALUES ('2025-03-01 10:00:00', 21.5, 1), ('nonsense', 3, 1), "
          "('2025-03-01T10:00:30Z', 22.5, 2)"}) {
        if (onServer)
            QVERIFY(need(Session::open(url, Access::Write))->connection().execute(QString::fromLatin1(sql)).ok());
        else
            QCOMPARE(test::SqliteScript(url.path).run(sql), QString());
    }
    const auto store = need(openStore(url, Access::Read));
    QVERIFY(!store->unavailableReason(Feature::Metrics));
    const Timestamp ten = *parseIsoTime("2025-03-01T10:00:00Z");
    const auto of = [&](const char* text) {
        return textsOf(
            need(store->series()->buckets(need(SeriesName::parse(text)), {ten - aDay, ten + aDay}, anHour, {})));
    };
    QCOMPARE(of("component/c/m"), textsOf({{ten, 1.5, 2.5, 4, 2, 1.5, 2.5}}));
    QCOMPARE(of("table/weather/seen_at/degrees"), textsOf({{ten, 21.5, 22.5, 44, 2, 21.5, 22.5}}));
    QByteArrayList names;
    for (const SeriesInfo& info : need(store->series()->series().page(ListQuery(), {})).rows)
        names << info.name.toText();
    QCOMPARE(names, (QByteArrayList{"component/c/m", "component/d/m", "table/weather/seen_at/degrees",
                                    "table/weather/seen_at/station"}));
}

QTEST_GUILESS_MAIN(TestSqlSeries)
#include "tst_sqlseries.moc"
