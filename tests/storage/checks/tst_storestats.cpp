#include "storage/checks/storestats.h"
#include "storage/stores/openstore.h"
#include "storage/versions/versions.h"
#include "tests/support/batchfolder.h"
#include "tests/support/healthystore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>
#include <map>

using namespace portolan;
using test::BatchFolder;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int demoPayloads = 600;

std::map<QByteArray, StoreStats> statsOf(const StoreUrl& url) {
    const auto store = openStore(url, Access::Read);
    if (!store)
        qFatal("%s", qPrintable(store.error().text));
    const auto all = (*store)->meter()->measure(StoreMeter::Extent::Latencies, {});
    if (!all)
        qFatal("%s %s", qPrintable(all.error().text), qPrintable(all.error().details));
    if (all->front().name != "store")
        qFatal("the store comes first");
    std::map<QByteArray, StoreStats> byName;
    for (const StoreStats& stats : *all)
        byName[stats.name] = stats;
    return byName;
}

/// Rows by table as somebody else counts them, and what holds of every measurement of a database.
template <class Script>
void compare(const std::map<QByteArray, StoreStats>& stats, Script& script) {
    qint64 rows = 0;
    for (const auto& [name, table] : stats) {
        QVERIFY2(table.latency && table.latency->p50 >= 0 && table.latency->p50 <= table.latency->p95
                     && table.latency->p95 <= table.latency->p99 && table.latency->p99 < 10'000,
                 name.constData());
        QVERIFY2(table.bytes && *table.bytes >= 0, name.constData());
        if (name == "store")
            continue;
        QCOMPARE(name + ' ' + QByteArray::number(*table.rows),
                 name + ' ' + script.value("SELECT count(*) FROM " + name).toLatin1());
        QVERIFY2(*table.bytes <= *stats.at("store").bytes, name.constData());
        rows += *table.rows;
    }
    QCOMPARE(*stats.at("store").rows, rows);
    QVERIFY(rows > demoPayloads);
    // What was stored just now came in the last minute.
    QCOMPARE(stats.at("processed_events").lastMinute, stats.at("processed_events").rows);
    QCOMPARE(stats.at("processed_events").lastHour, stats.at("processed_events").rows);
    QVERIFY(!stats.at("schema_version").lastHour || *stats.at("schema_version").lastHour >= 0);
}

} // namespace

class TestStoreStats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void percentilesAreOfTheNearestRank() {
        QVERIFY(!Latency::of({}));
        const auto one = Latency::of({7});
        QVERIFY(one->p50 == 7 && one->p95 == 7 && one->p99 == 7);
        std::vector<double> hundred;
        for (int i = 100; i >= 1; --i)
            hundred.push_back(i);
        const auto many = Latency::of(hundred);
        QCOMPARE(many->p50, 50.0);
        QCOMPARE(many->p95, 95.0);
        QCOMPARE(many->p99, 99.0);
    }

    void aSqliteFile() {
        const TempFolder folder;
        const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("s.db")));
        test::fillStore(url, test::demoItems(demoPayloads, false));
        SqliteScript script(url.path);
        const auto stats = statsOf(url);
        compare(stats, script);
        QCOMPARE(QString::number(*stats.at("store").bytes),
                 script.value("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"));
        QCOMPARE(QString::number(*stats.at("messages").bytes),
                 script.value("SELECT sum(pgsize) FROM dbstat WHERE name = 'messages' OR name IN (SELECT name FROM "
                              "sqlite_schema WHERE tbl_name = 'messages')"));
    }

    /// What was read, what was given again, and the bound.
    void theReadCache() {
        const TempFolder folder;
        const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("c.db")));
        const auto store = openStore(url, Access::Write);
        QVERIFY(store.ok());
        QCOMPARE(SqliteScript(url.path).run("INSERT INTO checkpoints (checkpoint_name, component_name, version, "
                                            "checkpoint_data) VALUES ('a', 'c', 1, '\"' || printf('%0300000d', 7) || "
                                            "'\"')"),
                 QString());
        const auto figures = [&] {
            const auto all = (*store)->meter()->measure(StoreMeter::Extent::Sizes, {});
            return all && all->front().cache ? *all->front().cache : ReadCacheFigures();
        };
        const ReadCacheFigures before = figures();
        QCOMPARE(before.bytes, 0);
        QCOMPARE(before.most, 256 * 1024 * 1024);
        for (int look = 0; look < 2; ++look)
            QVERIFY(findVersion(**store, Versioned::Checkpoint, "a", 1, {}).ok());
        const ReadCacheFigures after = figures();
        QCOMPARE(after.misses - before.misses, 1);
        QCOMPARE(after.hits - before.hits, 1);
        QCOMPARE(after.bytes, 300'002);
        std::map<QByteArray, Value> told;
        const auto all = (*store)->meter()->measure(StoreMeter::Extent::Sizes, {});
        for (const Column<StoreStats>& column : storeStatsColumns())
            told[column.name] = column.value(all->front());
        QVERIFY(told["cache_hits"] == Value(after.hits) && told["cache_misses"] == Value(after.misses));
        QVERIFY(told["cache_bytes"] == Value(after.bytes) && told["cache_most"] == Value(after.most));
    }

    void aServersDatabase() {
        PostgresServer server;
        const StoreUrl url = server.createStore();
        test::fillStore(url, test::demoItems(demoPayloads, false));
        PostgresScript script(url);
        compare(statsOf(url), script);
        QCOMPARE(script.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 's', 'n' || i, "
                            "'2020-01-01', 1 FROM generate_series(1, 150000) AS i; ANALYZE metrics"),
                 QString());
        const StoreStats metrics = statsOf(url).at("metrics");
        QVERIFY(metrics.isEstimate && *metrics.rows > 140'000 && *metrics.rows < 160'000);
        QVERIFY(*metrics.bytes > 10'000'000);
    }

    void batchFiles() {
        const BatchFolder folder;
        test::fillStore(folder.url(), test::demoItems(demoPayloads, true));
        const auto stats = statsOf(folder.url());
        qint64 bytes = 0;
        const QFileInfoList files = QDir(folder.messages()).entryInfoList(QDir::Files);
        for (const QFileInfo& file : files)
            bytes += file.size();
        QCOMPARE(*stats.at("messages").rows, demoPayloads);
        QCOMPARE(*stats.at("batches").rows, files.size());
        QCOMPARE(*stats.at("batches").bytes, bytes);
        QVERIFY(stats.at("messages").latency);
    }
};

QTEST_GUILESS_MAIN(TestStoreStats)
#include "tst_storestats.moc"
