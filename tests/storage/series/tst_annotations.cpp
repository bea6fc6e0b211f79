#include "storage/base/random.h"
#include "storage/series/rollups.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"
#include "tests/support/seriessamples.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <cmath>

using namespace portolan;
using namespace std::chrono;
using namespace portolan::test;

namespace {

QByteArray textOf(const Annotation& each) {
    static const char* const kinds[]{"burst", "checkpoint", "state", "replay"};
    return toIsoTime(each.at).sliced(11, 5) + ' ' + kinds[int(each.kind)] + ' ' + QByteArray::number(each.count) + ' '
           + each.subject;
}

QByteArrayList textsOf(const std::vector<Annotation>& all) {
    QByteArrayList texts;
    for (const Annotation& each : all)
        texts << textOf(each).trimmed();
    return texts;
}

} // namespace

/// What a chart shows besides its lines, and percentiles: in both databases.
class TestAnnotations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void percentilesAreOfTheSamples();
    void everyKindIsFound();
    void manyAreOne();
    void nothingWhereThereIsNothing();
    void nothingWhereNothingMayBeRead();

private:
    void run(const QString& sql);
    std::vector<Annotation> between(const char* from, const char* to, microseconds apart);

    TempFolder m_folder;
    PostgresServer m_server;
    std::unique_ptr<Session> m_writer;
    std::unique_ptr<Store> m_store;
    int m_stores = 0;
};

void TestAnnotations::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestAnnotations::init() {
    QFETCH_GLOBAL(const bool, onServer);
    const StoreUrl url =
        onServer
            ? m_server.createStore()
            : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("s%1.db").arg(++m_stores)));
    m_store = need(openStore(url, Access::Write));
    m_writer = need(Session::open(url, Access::Write));
}

void TestAnnotations::run(const QString& sql) {
    const Result<void> done = m_writer->connection().execute(sql);
    if (!done)
        qFatal("%s %s in %s", qPrintable(done.error().text), qPrintable(done.error().details), qPrintable(sql));
}

std::vector<Annotation> TestAnnotations::between(const char* from, const char* to, microseconds apart) {
    return need(m_store->series()->annotations({*parseIsoTime(from), *parseIsoTime(to)}, apart, {}));
}

void TestAnnotations::percentilesAreOfTheSamples() {
    Random random(4);
    const Timestamp begin = floorTo(currentTime() - hours(60), hours(1));
    std::vector<Sample> samples;
    QStringList rows;
    for (int i = 0; i < 3000; ++i) {
        const Timestamp at = begin + milliseconds(random.below(50 * 3'600'000));
        samples.push_back({"a", at, double(random.below(1000)) / 4});
        rows << QStringLiteral("('a', 'e%1', '%2', %3)")
                    .arg(QString::number(i), QString::fromLatin1(toIsoTime(at)),
                         QString::number(samples.back().value, 'g', 17));
    }
    run(QStringLiteral("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ") + rows.join(u','));
    QVERIFY(need(m_store->rollups()->roll(Rollups::untilDone, {})).done);
    for (const double share : {0.001, 0.5, 0.95, 0.99, 1.0}) {
        for (const microseconds width : {microseconds(minutes(7)), microseconds(hours(1)), microseconds(hours(48))}) {
            const TimeRange range{begin + minutes(91), begin + minutes(2900)};
            std::map<Timestamp, std::vector<double>> buckets;
            for (const Sample& sample : samples) {
                if (range.contains(sample.at))
                    buckets[floorTo(sample.at, width)].push_back(sample.value);
            }
            std::vector<SeriesPoint> wanted;
            for (auto& [at, values] : buckets) {
                std::ranges::sort(values);
                // The least one that at least so many do not exceed, found the long way.
                const auto enough = std::ranges::find_if(values, [&](double value) {
                    const auto below = std::ranges::upper_bound(values, value) - values.begin();
                    return double(below) >= share * double(values.size());
                });
                wanted.push_back({at, *enough});
            }
            const auto found = need(m_store->series()->percentiles(sensor("a"), range, width, share, {}));
            std::vector<SeriesPoint> values;
            std::vector<SeriesBucket> all;
            for (const SeriesPercentile& each : found) {
                values.push_back({each.bucket.begin, each.value});
                all.push_back(each.bucket);
            }
            QVERIFY(values == wanted);
            QCOMPARE(textsOf(all), textsOf(bucketsOf(samples, "a", range, width)));
        }
    }
    const TimeRange all{begin, begin + hours(60)};
    QVERIFY(need(m_store->series()->percentiles(sensor("nobody"), all, hours(1), 0.5, {})).empty());
    QCOMPARE(m_store->series()->percentiles(sensor("a"), all, hours(1), 0, {}).error().code, ErrorCode::Usage);
    QCOMPARE(m_store->series()->percentiles(sensor("a"), all, hours(1), 1.1, {}).error().code, ErrorCode::Usage);
    QCOMPARE(m_store->series()->percentiles(sensor("a"), all, hours(0), 0.5, {}).error().code, ErrorCode::Usage);
}

void TestAnnotations::everyKindIsFound() {
    run(QStringLiteral(
            "INSERT INTO checkpoints (id, component_name, checkpoint_name, checkpoint_data, version, is_latest, "
            "created_at) "
            "VALUES ('00000000-0000-4000-8000-000000000001', 'c', 'nightly', '{}', 1, %1, '2026-03-01T10:00:00.000Z')")
            .arg(m_writer->connection().dialect() == SqlDialect::Sqlite ? QStringLiteral("1")
                                                                        : QStringLiteral("TRUE")));
    run(QStringLiteral(
        "INSERT INTO component_state (id, component_name, component_type, state_data, version, created_at) VALUES "
        "('00000000-0000-4000-8000-000000000002', 'parser', 'Transformer', '{}', 3, '2026-03-01T11:00:00.000Z')"));
    run(QStringLiteral("INSERT INTO portolan_replay_runs (id, state, filter, reason, actor, frozen, created_at) "
                       "VALUES ('00000000-0000-4000-8000-000000000003', 'completed', '', 'fixed the mapping', "
                       "'me', 4, '2026-03-01T12:00:00.000Z')"));
    // One an hour is usual; forty in one minute are not.
    QStringList letters;
    for (int i = 0; i < 64; ++i) {
        const QString at = i < 24 ? QStringLiteral("2026-03-01T%1:30:00.000Z").arg(i, 2, 10, QLatin1Char('0'))
                                  : QStringLiteral("2026-03-01T15:02:%1.000Z").arg(i - 24, 2, 10, QLatin1Char('0'));
        letters << QStringLiteral("('00000000-0000-4000-8000-0000000001%1', 'p', 's', 't', '{}', 'dead_letter', '%2')")
                       .arg(i, 2, 10, QLatin1Char('0'))
                       .arg(at);
    }
    run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                       "status, created_at) VALUES ")
        + letters.join(u','));
    QCOMPARE(textsOf(between("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", minutes(10))),
             (QByteArrayList{"10:00 checkpoint 1 nightly", "11:00 state 1 parser", "12:00 replay 1 fixed the mapping",
                             "15:00 burst 40"}));
    QCOMPARE(textsOf(between("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z", minutes(10))),
             QByteArrayList{"10:00 checkpoint 1 nightly"}); // from its begin, before its end
}

void TestAnnotations::manyAreOne() {
    QStringList states;
    for (int i = 0; i < 30; ++i)
        states << QStringLiteral("('00000000-0000-4000-8000-0000000002%1', '%2', 'Transformer', '{}', %5, "
                                 "'2026-03-01T%3:%4:00.000Z')")
                      .arg(i, 2, 10, QLatin1Char('0'))
                      .arg(i < 20 ? QStringLiteral("a") : QStringLiteral("b%1").arg(i))
                      .arg(i < 20 ? 10 : 14)
                      .arg(i % 20, 2, 10, QLatin1Char('0'))
                      .arg(i + 1);
    run(QStringLiteral("INSERT INTO component_state (id, component_name, component_type, state_data, version, "
                       "created_at) VALUES ")
        + states.join(u','));
    QCOMPARE(textsOf(between("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", minutes(2))),
             (QByteArrayList{"10:00 state 20 a", "14:00 state 10"}));
    QCOMPARE(between("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", seconds(30)).size(), std::size_t(30));
}

void TestAnnotations::nothingWhereThereIsNothing() {
    QVERIFY(between("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", minutes(2)).empty());
    QVERIFY(between("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z", minutes(2)).empty());
    run(QStringLiteral("DROP TABLE component_state"));
    m_store = need(openStore(m_writer->url(), Access::Read));
    QVERIFY(between("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", minutes(2)).empty());
}

void TestAnnotations::nothingWhereNothingMayBeRead() {
    QFETCH_GLOBAL(const bool, onServer);
    if (!onServer)
        QSKIP("SQLite has no roles.");
    run(QStringLiteral("CREATE ROLE looker LOGIN"));
    run(QStringLiteral("GRANT SELECT ON metrics, schema_version, portolan_migrations, portolan_rollup_watermarks, "
                       "portolan_rollup_stale, portolan_rollups, component_state TO looker"));
    run(QStringLiteral(
        "INSERT INTO component_state (id, component_name, component_type, state_data, version, created_at) VALUES "
        "('00000000-0000-4000-8000-000000000002', 'parser', 'Transformer', '{}', 3, '2026-03-01T11:00:00.000Z')"));
    StoreUrl url = m_writer->url();
    url.user = QStringLiteral("looker");
    m_store = need(openStore(url, Access::Read));
    QCOMPARE(textsOf(between("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", minutes(10))),
             QByteArrayList{"11:00 state 1 parser"});
}

QTEST_GUILESS_MAIN(TestAnnotations)
#include "tst_annotations.moc"
