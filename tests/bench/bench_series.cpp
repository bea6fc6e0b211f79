// Any range of any series within 50 ms: 10 million samples of 500 sensors over a year (quick: 200,000), rolled up,
// asked for lines of 1,000 pixels. The figure is the slowest of some hundred ranges of all lengths.

#include "storage/base/random.h"
#include "storage/ingest/sql/sqlwriter.h"
#include "storage/series/bucketwidth.h"
#include "storage/series/rollups.h"
#include "storage/series/series.h"
#include "storage/stores/openstore.h"
#include "tests/bench/bench.h"
#include "tests/support/ingestitems.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QFile>
#include <QTextStream>
#include <algorithm>
#include <functional>

namespace portolan::bench {

namespace {

using namespace std::chrono;
using test::need;

constexpr int sensors = 500;
constexpr int questions = 200;
constexpr int pixels = 1000;
constexpr qint64 secondsOfYear = 365 * 86'400;

constexpr const char* sqliteSamples = R"(
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %1 - 1)
INSERT INTO metrics (sensor_id, event_id, timestamp, value, created_at)
SELECT 'sensor-' || (i * 7919 % %2), 'e' || i, t, (i * 31 % 1000) / 10.0, t
FROM (SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i * %3.0 / %1, 'unixepoch') AS t FROM n);
)";
constexpr const char* serverSamples = R"(
INSERT INTO metrics (sensor_id, event_id, timestamp, value, created_at)
SELECT 'sensor-' || (i * 7919 % %2), 'e' || i, t, (i * 31 % 1000) / 10.0, t
FROM (SELECT i, to_timestamp(1700000000 + i * %3.0 / %1) AS t FROM generate_series(CAST(0 AS bigint), %1 - 1) AS i) AS m
)";

QByteArray filled(const char* sql, qint64 rows) {
    return QByteArray(sql)
        .replace("%1", QByteArray::number(rows))
        .replace("%2", QByteArray::number(sensors))
        .replace("%3", QByteArray::number(secondsOfYear));
}

/// A row of each month, as the receiver stores it, which makes the month's partition.
void makePartitions(const StoreUrl& url) {
    test::IngestItems items;
    for (int month = 0; month <= 12; ++month) {
        const QByteArray n = QByteArray::number(month + 1);
        items.payload(quint64(month + 1), R"({"kind":"sensor_event","event_id":"first)" + n
                                              + R"(","sensor_id":"first","timestamp":)"
                                              + QByteArray::number((1'700'000'000 + qint64(month) * 30 * 86'400) * 1000)
                                              + R"(,"value":1})");
    }
    (void)need(need(SqlWriter::open(url))->store(items.all()));
}

/// `tidied` is what a database that is a year old has had done to it.
void ask(const Setting& setting, const QString& name, const StoreUrl& url, const std::function<void()>& tidied) {
    const auto writer = need(openStore(url, Access::Write));
    const double rolled = seconds([&] { (void)need(writer->rollups()->roll(Rollups::untilDone, {})); });
    QTextStream(stdout) << name << " rolled up: " << rolled << " s\n";
    tidied();
    const auto store = need(openStore(url, Access::Read));
    SeriesStore& series = *store->series();
    const double listed = seconds([&] { (void)need(series.series().page({}, {})); });
    sayAlone(name + QStringLiteral(" listed"), listed, {});
    Random random(1);
    std::vector<double> times;
    QString slowest;
    for (int i = 0; i < questions; ++i) {
        const SeriesName sensor{SeriesName::Kind::Sensor,
                                {"sensor-" + QByteArray::number(qint64(random.below(sensors)))}};
        // From an hour to the year, each length as often as its double.
        const qint64 length = std::min<qint64>(qint64(3600) << random.below(14), secondsOfYear);
        const qint64 begin = qint64(random.below(quint64(secondsOfYear - length + 1)));
        const Timestamp from{std::chrono::seconds(1'700'000'000 + begin)};
        const TimeRange range{from, from + std::chrono::seconds(length)};
        times.push_back(
            seconds([&] { (void)need(series.line(sensor, range, bucketWidth(range, pixels / 2), 2 * pixels, {})); }));
        if (times.back() == *std::ranges::max_element(times))
            slowest = QStringLiteral("%1 h from hour %2").arg(length / 3600).arg(begin / 3600);
    }
    QTextStream(stdout) << name << " the slowest range: " << slowest << '\n';
    std::ranges::sort(times);
    const Goal goal = setting.quick ? Goal{} : Goal{Goal::Kind::AtMost, 0.05};
    sayAlone(name + QStringLiteral(" any range, median"), times[times.size() / 2], {});
    sayAlone(name + QStringLiteral(" any range, slowest"), times.back(), goal);
}

qint64 rowsOf(const Setting& setting) {
    return setting.quick ? 200'000 : 10'000'000;
}

void seriesInSqlite(const Setting& setting) {
    const QString path =
        setting.folder + (setting.quick ? QStringLiteral("/few-samples.db") : QStringLiteral("/samples.db"));
    const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + path);
    if (!QFile::exists(path)) {
        (void)need(openStore(url, Access::Write));
        if (const QString wrong = test::SqliteScript(path).run(filled(sqliteSamples, rowsOf(setting)));
            !wrong.isEmpty())
            giveUp(wrong);
    }
    ask(setting, QStringLiteral("series, SQLite:"), url, [] {});
}

void seriesInPostgresql(const Setting& setting) {
    test::PostgresServer server;
    const StoreUrl url = server.createDatabase();
    (void)need(openStore(url, Access::Write));
    makePartitions(url);
    if (const QString wrong = test::PostgresScript(url).run(filled(serverSamples, rowsOf(setting))); !wrong.isEmpty())
        giveUp(wrong);
    ask(setting, QStringLiteral("series, PostgreSQL:"), url, [&] {
        if (const QString wrong = test::PostgresScript(url).run("VACUUM ANALYZE"); !wrong.isEmpty()) // autovacuum
            giveUp(wrong);
    });
}

constexpr Bench all[] = {{"series-sqlite", seriesInSqlite}, {"series-postgresql", seriesInPostgresql}};

} // namespace

std::span<const Bench> seriesBenches() {
    return all;
}

} // namespace portolan::bench
