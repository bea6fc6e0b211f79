#include "storage/base/clock.h"
#include "storage/migrations/sql/migrationscripts.h"
#include "storage/series/rollups.h"
#include "storage/series/samplesum.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/sqlscript.h"
#include "storage/stores/openstore.h"
#include "storage/stores/postgresqlstore.h"
#include "storage/tables/tables.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QFileInfo>
#include <QTest>

using namespace portolan;
using namespace std::chrono;
using portolan::test::need;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

constexpr int newest = 9;

Result<MigrationReport> migrate(const StoreUrl& url, int version) {
    Result<SqlMigration> opened = openPostgresqlMigration(url, Access::Write);
    return opened ? opened->migrator().to(version) : Result<MigrationReport>(opened.error());
}

QString textOf(const Result<MigrationReport>& result) {
    return result ? QString() : result.error().text + result.error().details;
}

} // namespace

class TestHypertables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyPartitionedTableIsKnown();
    void newsArticlesBecomeOneLater();
    void newsArticlesAreATableAgain();
    void plainServerSaysSo();
    void informationShowsThem();
    void downTakesAllAway();
    void aSchemaOfItsOwn();
    void anExtensionThatComesLaterChangesNothing();
    void rowsOfAnyTimeAreTaken();
    void compressedRowsAreReadAndWritten();
    void chunksAreListed();
    void backsUpChunks();

private:
    StoreUrl timescale();
    QString value(const StoreUrl& url, const QString& sql);

    PostgresServer m_server{PostgresServer::timescaleSettings()};
    TempFolder m_data;
};

void TestHypertables::initTestCase() {
    qputenv("XDG_DATA_HOME", m_data.path().toLocal8Bit());
}

/// A new database with the extension and the migrations. Only where it is installed.
StoreUrl TestHypertables::timescale() {
    const StoreUrl url = m_server.createTimescaleDatabase();
    const Result<MigrationReport> done = migrate(url, newest);
    if (!done)
        qFatal("%s", qPrintable(textOf(done)));
    return url;
}

QString TestHypertables::value(const StoreUrl& url, const QString& sql) {
    return need(test::open(url)->value(sql)).toString();
}

void TestHypertables::everyPartitionedTableIsKnown() {
    int tables = 0;
    for (const Migration& migration : need(builtInMigrations(SqlDialect::Postgresql))) {
        for (const QByteArray& statement : need(splitPostgresqlScript(migration.up))) {
            const SchemaStatement made = describeStatement(statement);
            if (made.kind != SchemaStatement::Kind::Table || !statement.contains("PARTITION BY"))
                continue;
            ++tables;
            const SeriesTable* series = seriesTableNamed(made.name);
            QVERIFY2(series, qPrintable(made.name));
            QVERIFY(withoutPartitions(statement).endsWith(")\n);"));
            QVERIFY(!withoutPartitions(statement).contains("PARTITION"));
            const QString sql = hypertableStatements(*series, {QStringLiteral("1"), QStringLiteral("e")}).join(u';');
            QVERIFY2(sql.contains(
                         QStringLiteral("e.create_hypertable('%1', '%2'").arg(made.name, QLatin1String(series->time))),
                     qPrintable(sql));
        }
    }
    QCOMPARE(tables, 5);
}

/// With their rows, when the migration comes; and a table again on the way down.
void TestHypertables::newsArticlesBecomeOneLater() {
    const QString made =
        laterHypertableStatements(QStringLiteral("news_articles"), {QStringLiteral("1"), QStringLiteral("e")})
            .join(u';');
    for (const char* part : {"e.create_hypertable('news_articles', 'time'", "migrate_data => true",
                             "e.add_compression_policy('news_articles'", "scheduled => false"})
        QVERIFY2(made.contains(QLatin1String(part)), part);
    QVERIFY(laterHypertableStatements(QStringLiteral("metrics"), {}).isEmpty());
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = m_server.createTimescaleDatabase();
    QCOMPARE(textOf(migrate(url, 19)), QString());
    const QString before = m_server.schemaOf(url);
    PostgresScript script(url);
    QCOMPARE(script.run("INSERT INTO news_articles (time, title) VALUES ('2026-01-01T00:00:00Z', 'one'), "
                        "('2026-06-01T00:00:00Z', 'two')"),
             QString());
    QCOMPARE(textOf(migrate(url, 20)), QString());
    QVERIFY(
        value(url, QStringLiteral("SELECT count(*) FROM timescaledb_information.hypertables WHERE hypertable_name = "
                                  "'news_articles' AND compression_enabled"))
        == QStringLiteral("1"));
    QCOMPARE(value(url, QStringLiteral("SELECT string_agg(title, ' ' ORDER BY id) FROM news_articles")),
             QStringLiteral("one two"));
    QCOMPARE(textOf(migrate(url, 19)), QString());
    QCOMPARE(m_server.schemaOf(url), before);
    QCOMPARE(value(url, QStringLiteral("SELECT string_agg(title, ' ' ORDER BY id) FROM news_articles")),
             QStringLiteral("one two"));
}

/// The statements that undo it make the table of before, to the letter; its numbers go on.
void TestHypertables::newsArticlesAreATableAgain() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, 19)), QString());
    PostgresScript script(url);
    QCOMPARE(script.run("INSERT INTO news_articles (time, title, metadata) VALUES ('2026-01-01T00:00:00Z', 'one', "
                        "'{\"a\": 1}'), ('2026-06-01T00:00:00Z', 'two', NULL)"),
             QString());
    const QString before = m_server.schemaOf(url);
    const QStringList rows = script.rows("SELECT CAST(n AS text) FROM news_articles AS n ORDER BY id");
    QCOMPARE(rows.size(), 2);
    QCOMPARE(
        script.run("BEGIN; " + plainTableStatements(QStringLiteral("news_articles")).join(u';').toUtf8() + "; COMMIT"),
        QString());
    QCOMPARE(m_server.schemaOf(url), before);
    QCOMPARE(script.rows("SELECT CAST(n AS text) FROM news_articles AS n ORDER BY id"), rows);
    QCOMPARE(script.run("INSERT INTO news_articles (time, title) VALUES (now(), 'three')"), QString());
    QCOMPARE(script.value("SELECT max(id) FROM news_articles"), QStringLiteral("3"));
    QCOMPARE(textOf(migrate(url, 20)), QString());
    QCOMPARE(script.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'news_articles_pkey'"),
             QStringLiteral("PRIMARY KEY (id, \"time\")"));
    QCOMPARE(textOf(migrate(url, 19)), QString());
    QCOMPARE(m_server.schemaOf(url), before);
}

void TestHypertables::plainServerSaysSo() {
    const StoreUrl url = m_server.createDatabase();
    const Result<MigrationReport> report = migrate(url, newest);
    QCOMPARE(textOf(report), QString());
    QCOMPARE(report->series, QStringLiteral("plain PostgreSQL"));
    QCOMPARE(value(url, QStringLiteral("SELECT count(*) FROM pg_class WHERE relkind = 'p' AND relnamespace = "
                                       "to_regnamespace('public')")),
             QStringLiteral("5"));
}

void TestHypertables::informationShowsThem() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = m_server.createTimescaleDatabase();
    const Result<MigrationReport> report = migrate(url, newest);
    QCOMPARE(textOf(report), QString());
    QVERIFY2(report->series.startsWith(QLatin1String("TimescaleDB 2.")), qPrintable(report->series));
    const auto one = [&](const char* sql) { return value(url, QString::fromLatin1(sql)); };
    QCOMPARE(one("SELECT string_agg(hypertable_name, ' ' ORDER BY hypertable_name) FROM "
                 "timescaledb_information.hypertables WHERE compression_enabled AND hypertable_schema = 'public'"),
             QStringLiteral("component_metrics market_data metrics port_metrics telemetry_events"));
    QCOMPARE(one("SELECT count(*) || ' ' || count(DISTINCT hypertable_name) FROM "
                 "timescaledb_information.continuous_aggregates WHERE NOT materialized_only"),
             QStringLiteral("25 5"));
    const auto jobs = [&](const char* procedure) {
        return one((QByteArray("SELECT count(*) || ' ' || count(*) FILTER (WHERE scheduled) FROM "
                               "timescaledb_information.jobs WHERE proc_name = '")
                    + procedure + "'")
                       .constData());
    };
    QCOMPARE(jobs("policy_compression"), QStringLiteral("5 5"));
    QCOMPARE(jobs("policy_refresh_continuous_aggregate"), QStringLiteral("25 25"));
    QCOMPARE(jobs("policy_retention"), QStringLiteral("5 0"));
    QCOMPARE(one("SELECT count(*) FROM pg_class WHERE relkind = 'p'"), QStringLiteral("0"));
    QCOMPARE(one("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'portolan%late%'"), QStringLiteral("0"));
}

void TestHypertables::downTakesAllAway() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = m_server.createTimescaleDatabase();
    const QString nothing = m_server.schemaOf(url);
    QCOMPARE(textOf(migrate(url, newest)), QString());
    for (int version = newest; version-- > 0;)
        QCOMPARE(textOf(migrate(url, version)), QString());
    QCOMPARE(m_server.schemaOf(url), nothing);
    QCOMPARE(value(url, QStringLiteral("SELECT count(*) FROM timescaledb_information.jobs WHERE job_id >= 1000")),
             QStringLiteral("0"));
    QCOMPARE(textOf(migrate(url, newest)), QString());
}

void TestHypertables::aSchemaOfItsOwn() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(PostgresScript(url).run("CREATE SCHEMA \"Odd one\"; CREATE EXTENSION timescaledb SCHEMA \"Odd one\""),
             QString());
    QCOMPARE(textOf(migrate(url, newest)), QString());
    QCOMPARE(value(url, QStringLiteral("SELECT count(*) FROM timescaledb_information.continuous_aggregates")),
             QStringLiteral("25"));
    QVERIFY(need(need(openStore(url, Access::Write))->rollups()->roll(Rollups::untilDone, {})).done);
}

void TestHypertables::anExtensionThatComesLaterChangesNothing() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, newest)), QString());
    QCOMPARE(PostgresScript(url).run("CREATE EXTENSION timescaledb"), QString());
    const auto store = need(openStore(url, Access::Write));
    QVERIFY(need(store->rollups()->roll(Rollups::untilDone, {})).done);
    QCOMPARE(value(url, QStringLiteral("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'portolan%late_insert'")),
             QStringLiteral("5"));
    QCOMPARE(textOf(migrate(url, 0)), QString());
}

/// Over a year's end, a leap day, changes of the clock and years back: all find a chunk, none the table itself.
void TestHypertables::rowsOfAnyTimeAreTaken() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = timescale();
    QByteArrayList times{"2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", "2024-02-29T12:00:00Z",
                         "2026-03-29T01:30:00Z",     "2026-10-25T00:30:00Z", toIsoTime(currentTime() - days(1100))};
    for (const QByteArray& at : times)
        QCOMPARE(PostgresScript(url).run("INSERT INTO component_metrics (component_name, metric_name, metric_value, "
                                         "timestamp) VALUES ('c', 'm', 1, '"
                                         + at + "')"),
                 QString());
    const auto store = need(openStore(url, Access::Write));
    QVERIFY(need(store->rollups()->roll(Rollups::untilDone, {})).done);
    const auto buckets =
        need(store->series()->buckets(need(SeriesName::parse("component/c/m")),
                                      {*parseIsoTime("2020-01-01T00:00:00Z"), currentTime()}, hours(24), {}));
    QCOMPARE(buckets.size(), std::size_t(times.size()));
    const QString plan = [&] {
        auto connection = test::open(url);
        QSqlQuery rows = need(connection->run(
            QStringLiteral("EXPLAIN SELECT * FROM component_metrics WHERE timestamp >= '2026-01-01T00:00:00Z' "
                           "AND timestamp < '2026-01-02T00:00:00Z'")));
        QString text;
        while (need(connection->next(rows)))
            text += rows.value(0).toString() + u'\n';
        return text;
    }();
    QCOMPARE(plan.count(QLatin1String("_chunk")) > 0, true);
    QVERIFY2(!plan.contains(QLatin1String("Append")), qPrintable(plan));
}

void TestHypertables::chunksAreListed() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = timescale();
    QCOMPARE(PostgresScript(url).run("INSERT INTO component_metrics (component_name, metric_name, metric_value, "
                                     "timestamp) SELECT 'c', 'm', i, '2026-01-01T00:00:00Z'::timestamptz + i * "
                                     "INTERVAL '1 hour' FROM generate_series(0, 500) AS i"),
             QString());
    QCOMPARE(PostgresScript(url).run("SELECT compress_chunk(c) FROM show_chunks('component_metrics', older_than => "
                                     "'2026-01-09T00:00:00Z'::timestamptz) AS c"),
             QString());
    const auto store = need(openStore(url, Access::Read));
    const TableDetail detail = need(store->tables()->detail("component_metrics", {}));
    QCOMPARE(detail.info.kind, QByteArray("hypertable"));
    QCOMPARE(std::ssize(detail.chunks), detail.info.parts);
    QVERIFY(detail.chunks.size() >= 3);
    QVERIFY2(detail.chunks.front().bounds.startsWith("2026-01"), detail.chunks.front().bounds.constData());
    QVERIFY(std::ranges::is_sorted(detail.chunks, std::ranges::greater(), &TableDetail::Chunk::bounds));
    QVERIFY(!detail.chunks.front().isCompressed);
    QVERIFY(detail.chunks.back().isCompressed);
    for (const TableDetail::Chunk& chunk : detail.chunks)
        QVERIFY2(chunk.bytes.value_or(0) > 8'192, chunk.name.constData());
}

void TestHypertables::compressedRowsAreReadAndWritten() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = timescale();
    PostgresScript script(url);
    QCOMPARE(
        script.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 's', 'e' || n, "
                   "TIMESTAMPTZ '2026-01-01T00:00:00Z' + n * INTERVAL '1 minute', n FROM generate_series(0, 5000) n"),
        QString());
    const auto store = need(openStore(url, Access::Write));
    QVERIFY(need(store->rollups()->roll(Rollups::untilDone, {})).done);
    QCOMPARE(script.run("SELECT compress_chunk(show_chunks('metrics'))"), QString());
    const Timestamp begin = *parseIsoTime("2026-01-01T00:00:00Z");
    const auto sumOf = [&](TimeRange range, microseconds width) {
        double sum = 0;
        for (const SeriesBucket& bucket :
             need(store->series()->buckets(need(SeriesName::parse("sensor/s")), range, width, {})))
            sum += bucket.sum;
        return sum;
    };
    const TimeRange whole{begin, begin + days(30)};
    QCOMPARE(sumOf(whole, hours(24)), 5000.0 * 5001 / 2);
    QCOMPARE(sumOf(whole, seconds(1)), 5000.0 * 5001 / 2);
    QCOMPARE(script.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'late', "
                        "'2026-01-02T00:00:30Z', 0.5); DELETE FROM metrics WHERE event_id = 'e1000'; "
                        "UPDATE metrics SET value = 0 WHERE event_id = 'e2000'"),
             QString());
    const double now = 5000.0 * 5001 / 2 + 0.5 - 3000;
    QCOMPARE(sumOf(whole, hours(24)), now); // rows written after the aggregates are read as they are
    QVERIFY(need(store->rollups()->roll(Rollups::untilDone, {})).done);
    QCOMPARE(sumOf(whole, hours(24)), now);
    QCOMPARE(value(url, QStringLiteral("SELECT sum(value_sum) FROM portolan_metrics_1d")).toDouble(), now);
    const auto connection = test::open(url);
    QVERIFY(need(chunkBytes(*connection, QStringLiteral("metrics"))) > 100'000);
    QCOMPARE(need(chunkBytes(*connection, QStringLiteral("batches"))), 0);
    // An event that is there already is told, also among compressed rows.
    QCOMPARE(script.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT sensor_id, event_id, "
                        "timestamp, 7 FROM metrics LIMIT 10 ON CONFLICT DO NOTHING"),
             QString());
    QCOMPARE(sumOf(whole, hours(24)), now);
}

void TestHypertables::backsUpChunks() {
    if (!PostgresServer::hasTimescale())
        QSKIP("TimescaleDB is not installed on this machine.");
    const StoreUrl url = m_server.createTimescaleDatabase();
    QCOMPARE(textOf(migrate(url, 7)), QString());
    PostgresScript script(url);
    QCOMPARE(
        script.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 's', 'e' || n, "
                   "TIMESTAMPTZ '2026-01-01T00:00:00Z' + n * INTERVAL '1 hour', n FROM generate_series(0, 2000) n; "
                   "INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES ('c', 'm', 1); "
                   "SELECT compress_chunk(c) FROM show_chunks('metrics') AS c LIMIT 1"),
        QString());
    const Result<MigrationReport> report = migrate(url, newest);
    QCOMPARE(textOf(report), QString());
    QVERIFY2(QFileInfo(report->backup).size() > 10'000, qPrintable(report->backup));
}

QTEST_GUILESS_MAIN(TestHypertables)
#include "tst_hypertables.moc"
