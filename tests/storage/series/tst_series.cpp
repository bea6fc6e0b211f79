#include "storage/series/annotations.h"
#include "storage/series/bucketwidth.h"
#include "storage/series/samplesum.h"
#include "storage/series/seriesspans.h"

#include <QTest>

using namespace portolan;
using namespace std::chrono;

namespace {

Timestamp at(const char* text) {
    return *parseIsoTime(text);
}

QByteArray textOf(const std::vector<SeriesSpan>& spans) {
    QByteArrayList texts;
    for (const SeriesSpan& span : spans)
        texts << toIsoTime(span.range.begin).mid(8, 8) + ' ' + QByteArray::number(qint64(span.width.count()));
    return texts.join(", ");
}

} // namespace

class TestSeries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesComeBack_data();
    void namesComeBack();
    void refusesOtherNames_data();
    void refusesOtherNames();
    void sumsDoNotDependOnTheOrder();
    void floorsBefore1970();
    void spansCoverTheRange();
    void happeningsThatFollowAreOne();
    void burstsAreMoreThanUsual();
    void widthsOfBuckets_data();
    void widthsOfBuckets();
};

void TestSeries::namesComeBack_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArrayList>("parts");
    const auto row = [](const char* text, SeriesName::Kind kind, const QByteArrayList& parts) {
        QTest::newRow(text) << QByteArray(text) << int(kind) << parts;
    };
    row("component/gateway/cpu", SeriesName::Kind::Component, {"gateway", "cpu"});
    row("port/billing.in/messages_sent", SeriesName::Kind::Port, {"billing.in", "messages_sent"});
    row("sensor/a%2Fb%25 c", SeriesName::Kind::Sensor, {"a/b% c"});
    row("sensor/\xC3\xBC", SeriesName::Kind::Sensor, {"\xC3\xBC"});
    row("table/t/at/v%0A", SeriesName::Kind::Table, {"t", "at", "v\n"});
}

void TestSeries::namesComeBack() {
    QFETCH(const QByteArray, text);
    QFETCH(const int, kind);
    QFETCH(const QByteArrayList, parts);
    const auto name = SeriesName::parse(text);
    QVERIFY(name.ok());
    QCOMPARE(int(name->kind), kind);
    QCOMPARE(QByteArrayList(name->parts.begin(), name->parts.end()), parts);
    QCOMPARE(name->toText(), text);
}

void TestSeries::refusesOtherNames_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "sensor", "sensor/a/b", "component/a", "port/a/b/c", "table/a/b", "tables/a/b/c",
                             "Sensor/a", "sensor/%", "sensor/%2", "sensor/%zz"})
        QTest::newRow(text) << QByteArray(text);
}

void TestSeries::refusesOtherNames() {
    QFETCH(const QByteArray, text);
    const auto name = SeriesName::parse(text);
    QVERIFY(!name.ok());
    QCOMPARE(name.error().code, ErrorCode::Usage);
}

void TestSeries::sumsDoNotDependOnTheOrder() {
    std::vector<SeriesPoint> points{{at("2025-01-01T00:00:01Z"), 3},
                                    {at("2025-01-01T00:00:01Z"), 1},
                                    {at("2025-01-01T00:00:02Z"), 9},
                                    {at("2025-01-01T00:00:03Z"), 9},
                                    {at("2025-01-01T00:00:03Z"), 2}};
    const auto less = [](SeriesPoint a, SeriesPoint b) { return std::pair(a.at, a.value) < std::pair(b.at, b.value); };
    std::ranges::sort(points, less);
    SampleSum wanted;
    for (const SeriesPoint& point : points)
        wanted.add(SampleSum::of(point));
    QCOMPARE(wanted.first, 1.0);
    QCOMPARE(wanted.last, 9.0);
    QCOMPARE(wanted.maxAt, at("2025-01-01T00:00:02Z"));
    do {
        SampleSum halves[2];
        for (std::size_t i = 0; i < points.size(); ++i)
            halves[i % 2].add(SampleSum::of(points[i]));
        halves[0].add(halves[1]);
        QVERIFY(halves[0] == wanted);
    } while (std::next_permutation(points.begin(), points.end(), less));
}

void TestSeries::floorsBefore1970() {
    QCOMPARE(floorTo(at("1969-12-31T23:59:59.5Z"), hours(1)), at("1969-12-31T23:00:00Z"));
    QCOMPARE(ceilTo(at("1969-12-31T23:59:59.5Z"), hours(1)), at("1970-01-01T00:00:00Z"));
    QCOMPARE(ceilTo(at("1969-12-31T23:00:00Z"), hours(1)), at("1969-12-31T23:00:00Z"));
}

void TestSeries::spansCoverTheRange() {
    const TimeRange range{at("2025-01-01T22:30:05Z"), at("2025-01-04T02:15:00Z")};
    RolledState state;
    QCOMPARE(textOf(seriesSpans(range, hours(24), state)), QByteArray("01T22:30 0"));
    state.watermark = at("2025-01-04T01:00:00Z");
    QCOMPARE(textOf(seriesSpans(range, seconds(0), state)), QByteArray("01T22:30 0"));
    QCOMPARE(textOf(seriesSpans(range, hours(24), state)),
             QByteArray("01T22:30 0, 01T22:30 10, 01T22:31 60, 01T22:40 600, 01T23:00 3600, 02T00:00 86400, "
                        "04T00:00 3600, 04T01:00 0"));
    state.stale = {at("2025-01-03T05:00:00Z"), at("2025-01-03T06:00:00Z"), at("2025-01-03T09:00:00Z")};
    QCOMPARE(textOf(seriesSpans(range, hours(24), state)),
             QByteArray("01T22:30 0, 01T22:30 10, 01T22:31 60, 01T22:40 600, 01T23:00 3600, 02T00:00 86400, "
                        "03T00:00 3600, 03T05:00 0, 03T07:00 3600, 03T09:00 0, 03T10:00 3600, 04T01:00 0"));
}

void TestSeries::happeningsThatFollowAreOne() {
    using Kind = Annotation::Kind;
    const Timestamp noon = at("2025-01-01T12:00:00Z");
    const auto joined = joinAnnotations({{noon + minutes(8), Kind::Checkpoint, 1, "a"},
                                         {noon, Kind::Checkpoint, 1, "a"},
                                         {noon + minutes(4), Kind::Checkpoint, 1, "b"},
                                         {noon + minutes(4), Kind::Replay, 1, "r"},
                                         {noon + minutes(13), Kind::Checkpoint, 1, "c"}},
                                        minutes(5));
    QVERIFY(joined
            == (std::vector<Annotation>{{noon, Kind::Checkpoint, 3, ""},
                                        {noon + minutes(4), Kind::Replay, 1, "r"},
                                        {noon + minutes(13), Kind::Checkpoint, 1, "c"}}));
    QVERIFY(joinAnnotations({}, minutes(5)).empty());
}

void TestSeries::burstsAreMoreThanUsual() {
    const Timestamp noon = at("2025-01-01T12:00:00Z");
    const TimeRange day{noon, noon + hours(24)};
    std::vector<Timestamp> letters;
    for (int i = 0; i < 240; ++i)
        letters.push_back(noon + i * minutes(6)); // ten an hour, always
    QVERIFY(findBursts(letters, day, hours(1)).empty());
    QVERIFY(findBursts(letters, day, hours(0)).empty());
    for (int i = 0; i < 60; ++i)
        letters.push_back(noon + hours(5) + minutes(30) + i * minutes(1)); // in two stretches
    letters.push_back(noon - hours(1));                                    // outside
    const auto bursts = findBursts(letters, day, hours(1));
    QCOMPARE(bursts.size(), std::size_t(1));
    QCOMPARE(bursts[0].at, noon + hours(5));
    QCOMPARE(bursts[0].count, 80);
    QVERIFY(findBursts(std::vector<Timestamp>{noon, noon, noon, noon}, day, hours(1)).empty()); // four are no burst
}

void TestSeries::widthsOfBuckets_data() {
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<qint64>("most");
    QTest::addColumn<qint64>("milliseconds");
    const auto row = [](const char* begin, const char* end, qint64 most, qint64 wanted) {
        QTest::addRow("%s %lld", end, static_cast<long long>(most))
            << QByteArray(begin) << QByteArray(end) << most << wanted;
    };
    row("2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 60, 60'000);
    row("2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 48, 75'000);
    row("2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 7, 600'000);
    row("2025-01-01T00:00:01Z", "2025-01-01T01:00:01Z", 60, 120'000);
    row("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 365, 86'400'000);
    row("2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000001Z", 1, 1);
}

void TestSeries::widthsOfBuckets() {
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArray, end);
    QFETCH(const qint64, most);
    QFETCH(const qint64, milliseconds);
    const microseconds width = bucketWidth({at(begin.constData()), at(end.constData())}, most);
    QCOMPARE(qint64(ceil<std::chrono::milliseconds>(width).count()), milliseconds);
}

QTEST_GUILESS_MAIN(TestSeries)
#include "tst_series.moc"
