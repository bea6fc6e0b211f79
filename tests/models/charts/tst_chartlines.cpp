#include "models/charts/chartlines.h"
#include "models/charts/charttable.h"
#include "models/list/format.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace portolan;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Timestamp noon{seconds(1'700'000'400)};

std::vector<SeriesPoint> everyMinute(int count) {
    std::vector<SeriesPoint> samples;
    for (int i = 0; i < count; ++i)
        samples.push_back({noon + minutes(i), double(i)});
    return samples;
}

ChartLine lineOf(std::span<const SeriesPoint> samples) {
    ChartLine line;
    line.title = QStringLiteral("a");
    takeSamples(line, samples);
    return line;
}

} // namespace

class TestChartLines : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Of a name of any length the title has the leaf, and of the parent what has room.
    void aTitleKeepsItsLeaf_data() {
        QTest::addColumn<QByteArray>("parent");
        QTest::addColumn<QByteArray>("leaf");
        QTest::newRow("short") << QByteArray("sink") << QByteArray("lag");
        QTest::newRow("long parent") << QByteArray(5'000, 'p') << QByteArray("throughput");
        QTest::newRow("long leaf") << QByteArray("sink") << QByteArray(250, 'm');
        QTest::newRow("strokes") << QByteArray("a/b") << QByteArray("rate/5m");
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("no UTF-8") << QByteArray("\xff\xfe") << QByteArray("\xe2\x80\xae");
    }
    void aTitleKeepsItsLeaf() {
        QFETCH(const QByteArray, parent);
        QFETCH(const QByteArray, leaf);
        ChartLine line;
        const SeriesName name{SeriesName::Kind::Component, {parent, leaf}};
        nameLine(line, name);
        const QByteArray written = name.toText();
        QCOMPARE(line.title.sliced(line.leaf), visibleText(written.sliced(written.lastIndexOf('/') + 1)));
        QVERIFY(line.title.size() <= std::max<qsizetype>(120, leaf.size() + 2));
        QVERIFY(line.leaf > 0);
        nameLine(line, {SeriesName::Kind::Sensor, {QByteArray(5'000, 'x')}});
        QVERIFY(line.title.size() <= 310);
    }

    void timesGoThereAndBack() {
        const Timestamp time{microseconds(1'700'000'400'123'456)};
        QCOMPARE(chartTime(chartTime(time)), time);
        QCOMPARE(chartTime(noon), 1'700'000'400'000.0);
    }

    void samplesAreCounted() {
        const std::vector<SeriesPoint> samples{{noon, 3}, {noon + seconds(1), -1}, {noon + seconds(2), 2}};
        const ChartLine line = lineOf(samples);
        QCOMPARE(line.samples, 3);
        QCOMPARE(line.least, -1.0);
        QCOMPARE(line.greatest, 3.0);
        QCOMPARE(line.last, 2.0);
        QCOMPARE(line.pieces, (std::vector<std::size_t>{0}));
        QVERIFY(line.low.empty());
    }

    void gapsAreGaps() {
        std::vector<SeriesPoint> samples = everyMinute(20);
        for (std::size_t i = 10; i < samples.size(); ++i)
            samples[i].at += minutes(4); // five times as long as usual is none yet
        QCOMPARE(lineOf(samples).pieces, (std::vector<std::size_t>{0}));
        for (std::size_t i = 10; i < samples.size(); ++i)
            samples[i].at += minutes(1);
        QCOMPARE(lineOf(samples).pieces, (std::vector<std::size_t>{0, 10}));
    }

    void samplesOfOneInstantAreNoGaps() {
        const std::vector<SeriesPoint> samples{{noon, 1}, {noon, 2}, {noon, 3}};
        QCOMPARE(lineOf(samples).pieces, (std::vector<std::size_t>{0}));
    }

    void bucketsHaveABand() {
        const std::vector<SeriesBucket> buckets{{noon, 1, 5, 6, 2, 5, 1}, {noon + minutes(1), 2, 2, 2, 1, 2, 2}};
        ChartLine line;
        takeBuckets(line, buckets, minutes(1), ChartFigure::Samples);
        QCOMPARE(line.points.front(), QPointF(chartTime(noon + seconds(30)), 3));
        QCOMPARE(line.low.front().y(), 1.0);
        QCOMPARE(line.high.front().y(), 5.0);
        QCOMPARE(line.samples, 3);
        QCOMPARE(line.least, 1.0);
        QCOMPARE(line.greatest, 5.0);
        QCOMPARE(line.last, 2.0);
    }

    void figuresOfBuckets_data() {
        QTest::addColumn<ChartFigure>("figure");
        QTest::addColumn<double>("value");
        QTest::newRow("average") << ChartFigure::Average << 3.0;
        QTest::newRow("least") << ChartFigure::Least << 1.0;
        QTest::newRow("greatest") << ChartFigure::Greatest << 5.0;
        QTest::newRow("sum") << ChartFigure::Sum << 6.0;
        QTest::newRow("count") << ChartFigure::Count << 2.0;
        QTest::newRow("rate") << ChartFigure::Rate << 0.5;
    }
    void figuresOfBuckets() {
        QFETCH(const ChartFigure, figure);
        QFETCH(const double, value);
        const std::vector<SeriesBucket> buckets{{noon, 1, 5, 6, 2, 5, 1}};
        ChartLine line;
        takeBuckets(line, buckets, seconds(4), figure);
        QCOMPARE(line.points.front().y(), value);
        QVERIFY(line.low.empty());
    }

    void percentilesStandInTheirBuckets() {
        QVERIFY(!percentileOf(ChartFigure::Average));
        QCOMPARE(percentileOf(ChartFigure::P95), std::optional(0.95));
        const std::vector<SeriesPercentile> percentiles{{{noon, 1, 5, 6, 2, 5, 1}, 5},
                                                        {{noon + seconds(4), 5, 5, 5, 1, 5, 5}, 5},
                                                        {{noon + seconds(8), 5, 5, 5, 1, 5, 5}, 5},
                                                        {{noon + seconds(60), 2, 9, 11, 2, 2, 9}, 8}};
        ChartLine line;
        takePercentiles(line, percentiles, seconds(4));
        QCOMPARE(line.points.front(), QPointF(chartTime(noon) + 2000, 5));
        QCOMPARE(line.pieces.size(), std::size_t(2)); // buckets without a sample are a gap
        QCOMPARE(line.samples, 6);
        QCOMPARE(line.greatest, 9.0);
        QCOMPARE(line.last, 9.0);
    }

    void markersSayWhatHappened() {
        using Kind = Annotation::Kind;
        const auto text = [](Kind kind, qint64 count, const char* subject) {
            return markerOf({noon, kind, count, subject}).text;
        };
        QCOMPARE(text(Kind::Checkpoint, 1, "nightly"), QStringLiteral("Checkpoint nightly"));
        QCOMPARE(text(Kind::Checkpoint, 3, "%1"), QStringLiteral("3 checkpoints: %1"));
        QCOMPARE(text(Kind::ComponentState, 2, ""), QStringLiteral("2 states of components"));
        QCOMPARE(text(Kind::Replay, 1, "a\nb"), QStringLiteral("Replay: a\u27E8LF\u27E9b"));
        QVERIFY(markerOf({noon, Kind::Burst, 40, {}}).bad);
        QCOMPARE(markerOf({noon, Kind::Burst, 40, {}}).at, chartTime(noon));
    }

    void sparseBucketsAreNoGaps() {
        std::vector<SeriesBucket> buckets;
        for (int i = 0; i < 10; ++i)
            buckets.push_back({noon + minutes(5 * i), 1, 1, 1, 1, 1, 1});
        ChartLine line;
        takeBuckets(line, buckets, minutes(1), ChartFigure::Average);
        QCOMPARE(line.pieces.size(), 1U);
        buckets.push_back({noon + hours(3), 1, 1, 1, 1, 1, 1});
        ChartLine torn;
        takeBuckets(torn, buckets, minutes(1), ChartFigure::Average);
        QCOMPARE(torn.pieces, (std::vector<std::size_t>{0, 10}));
    }

    void theNearestPointIsRead() {
        const std::vector<SeriesPoint> samples = everyMinute(3);
        const ChartLine line = lineOf(samples);
        QCOMPARE(nearestPoint(line, chartTime(noon + seconds(29)), 60'000)->y(), 0.0);
        QCOMPARE(nearestPoint(line, chartTime(noon + seconds(31)), 60'000)->y(), 1.0);
        QCOMPARE(nearestPoint(line, chartTime(noon + hours(1)), 1e9)->y(), 2.0);
        QVERIFY(!nearestPoint(line, chartTime(noon + hours(1)), 60'000));
        QVERIFY(!nearestPoint(ChartLine{}, 0, 1e9));
    }

    void theTableHasARowATime() {
        ChartTable table;
        const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const std::vector<SeriesPoint> samples = everyMinute(3);
        ChartLine first = lineOf(samples);
        ChartLine second = lineOf(std::span(samples).subspan(1));
        second.title = QStringLiteral("b, \"c\"");
        second.unit = QStringLiteral("°C");
        table.setLines({first, second});
        QCOMPARE(table.rowCount(), 3);
        QCOMPARE(table.columnCount(), 3);
        QCOMPARE(table.index(0, 2).data().toString(), QString());
        QCOMPARE(table.index(1, 2).data().toString(), QStringLiteral("1"));
        QCOMPARE(table.headerData(2, Qt::Horizontal).toString(), QStringLiteral("b, \"c\" (°C)"));
        QCOMPARE(table.toCsv(), QByteArray("time,a,\"b, \"\"c\"\" (°C)\"\r\n2023-11-14T22:20:00.000Z,0,\r\n"
                                           "2023-11-14T22:21:00.000Z,1,1\r\n2023-11-14T22:22:00.000Z,2,2\r\n"));
    }
};

QTEST_GUILESS_MAIN(TestChartLines)
#include "tst_chartlines.moc"
