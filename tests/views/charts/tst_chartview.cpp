#include "views/charts/chartscale.h"
#include "views/charts/chartview.h"
#include "views/style/theme.h"

#include <QElapsedTimer>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>
#include <ctime>
#include <random>

using namespace portolan;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

Timestamp at(const char* iso) {
    return *parseIsoTime(iso);
}

QStringList labels(const std::vector<ChartTick>& ticks) {
    QStringList texts;
    for (const ChartTick& tick : ticks)
        texts << (tick.strong ? u'*' + tick.label : tick.label);
    return texts;
}

const TimeRange anHour{at("2026-03-01T10:00:00Z"), at("2026-03-01T11:00:00Z")};

ChartLine wave(std::size_t color, int count = 601, double height = 1) {
    std::vector<SeriesPoint> samples;
    for (int i = 0; i < count; ++i)
        samples.push_back({anHour.begin + std::chrono::microseconds(hours(1)) * i / (count - 1),
                           height * std::sin(i * 12.0 / count)});
    ChartLine line;
    line.name = {SeriesName::Kind::Sensor, {"s" + QByteArray::number(color)}};
    line.title = QString::fromUtf8(line.name.toText());
    line.color = color;
    takeSamples(line, samples);
    return line;
}

/// How many pixels of a picture are about of this colour.
int pixelsOf(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor seen = image.pixelColor(x, y);
            const int distance = std::abs(seen.red() - color.red()) + std::abs(seen.green() - color.green())
                                 + std::abs(seen.blue() - color.blue());
            count += distance < 60 ? 1 : 0;
        }
    }
    return count;
}

struct Shown {
    Shown() {
        view.setPalette(paletteOf(lightTokens()));
        view.resize(800, 300);
        view.show();
    }
    [[nodiscard]] QRectF area() const { return view.chart()->plotArea(); }
    [[nodiscard]] QPoint place(double share) const {
        return {static_cast<int>(std::lround(area().left() + share * area().width())),
                static_cast<int>(area().center().y())};
    }
    void drag(double from, double to, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mousePress(view.viewport(), Qt::LeftButton, modifiers, place(from));
        QTest::mouseMove(view.viewport(), place((from + to) / 2));
        QTest::mouseMove(view.viewport(), place(to));
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, modifiers, place(to));
    }
    ChartView view;
};

double minutesFrom(Timestamp time) {
    return std::chrono::duration<double, std::ratio<60>>(time - anHour.begin).count();
}

} // namespace

class TestChartView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesStandAtRoundNumbers_data() {
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("greatest");
        QTest::addColumn<QString>("expected");
        QTest::newRow("units") << 0.0 << 10.0 << QStringLiteral("0 2 4 6 8 10");
        QTest::newRow("fractions") << 0.12 << 0.47 << QStringLiteral("0.1 0.2 0.3 0.4 0.5");
        QTest::newRow("below zero") << -3.0 << 3.0 << QStringLiteral("−4 −2 0 2 4");
        QTest::newRow("one value") << 5.0 << 5.0 << QStringLiteral("4.4 4.6 4.8 5.0 5.2 5.4 5.6");
        QTest::newRow("nothing but zero") << 0.0 << 0.0 << QStringLiteral("−1.0 −0.5 0.0 0.5 1.0");
        QTest::newRow("thousands") << 0.0 << 4100.0
                                   << QString::fromUtf8("0 1\u2009000 2\u2009000 3\u2009000 4\u2009000 5\u2009000");
        QTest::newRow("huge") << 0.0 << 3e12 << QStringLiteral("0 1e+12 2e+12 3e+12");
    }
    void valuesStandAtRoundNumbers() {
        QFETCH(const double, least);
        QFETCH(const double, greatest);
        QFETCH(const QString, expected);
        const ValueScale scale = valueScale(least, greatest, 6);
        QCOMPARE(labels(scale.ticks).join(u' '), expected);
        QVERIFY(scale.low <= least && greatest <= scale.high);
    }

    /// Of any range: the marks rise, each reads as its value does, and none reads as the next one.
    void marksReadUnlikeTheirNeighbours() {
        std::vector<std::pair<double, double>> ranges{{1e12, 1e12 + 0.5},
                                                      {1e12, std::nextafter(1e12, 2e12)},
                                                      {-1e15, -1e15 + 1},
                                                      {1e17, 1e17 + 64},
                                                      {0, 5e-324},
                                                      {-1e-310, 1e-310},
                                                      {-1e300, 1e300},
                                                      {1e-9, 3e-9},
                                                      {0.1, 0.1 + 1e-9},
                                                      {9007199254740992, 9007199254740994},
                                                      {-std::numeric_limits<double>::infinity(), 1}};
        std::mt19937_64 random(20261126); // NOLINT: the same every time
        std::uniform_real_distribution<double> exponent(-290, 290);
        std::uniform_real_distribution<double> apart(-17, 3);
        for (int i = 0; i < 3'000; ++i) {
            const double at = (i % 2 == 0 ? 1 : -1) * std::pow(10, exponent(random) / (1 + i % 20));
            ranges.emplace_back(at, at + std::abs(at) * std::pow(10, apart(random)));
        }
        for (const auto& [least, greatest] : ranges) {
            for (const int most : {2, 6, 11}) {
                const ValueScale scale = valueScale(least, greatest, most);
                const QByteArray range =
                    QByteArray::number(least, 'g', 17) + " to " + QByteArray::number(greatest, 'g', 17);
                QVERIFY2(std::isfinite(scale.low) && std::isfinite(scale.high) && scale.step > 0, range.constData());
                QVERIFY2(std::isinf(least) || (scale.low <= least && greatest <= scale.high), range.constData());
                QVERIFY2(scale.ticks.size() >= 2 && std::ssize(scale.ticks) <= most + 3, range.constData());
                for (std::size_t tick = 0; tick < scale.ticks.size(); ++tick) {
                    const ChartTick& mark = scale.ticks[tick];
                    const QString plain =
                        QString(mark.label).remove(QChar(0x2009)).replace(QStringLiteral("−"), QStringLiteral("-"));
                    QVERIFY2(plain.toDouble() == mark.at, qPrintable(QString::fromLatin1(range) + u' ' + mark.label));
                    QVERIFY2(tick == 0
                                 || (scale.ticks[tick - 1].at < mark.at && scale.ticks[tick - 1].label != mark.label),
                             qPrintable(QString::fromLatin1(range) + u' ' + mark.label));
                }
            }
        }
        QCOMPARE(labels(valueScale(1e12, 1e12 + 0.4, 3).ticks).first(),
                 QString::fromUtf8("1\u2009000\u2009000\u2009000\u2009000.0"));
    }

    void theHourThatComesTwiceReadsDifferently() {
        if (!QFile::exists(QStringLiteral("/usr/share/zoneinfo/Europe/Berlin")))
            QSKIP("this machine knows no zones");
        const QByteArray before = qgetenv("TZ");
        const auto restore = qScopeGuard([&] {
            before.isNull() ? qunsetenv("TZ") : qputenv("TZ", before);
            ::tzset();
        });
        qputenv("TZ", "Europe/Berlin");
        ::tzset();
        for (const int most : {4, 8, 16, 60}) {
            const auto ticks = timeTicks({*parseIsoTime("2026-10-24T23:30:00Z"), *parseIsoTime("2026-10-25T03:30:00Z")},
                                         most, TimeDisplay::Local);
            QVERIFY(ticks.size() >= 2);
            for (std::size_t i = 1; i < ticks.size(); ++i)
                QVERIFY2(ticks[i].label != ticks[i - 1].label, qPrintable(ticks[i].label));
            QCOMPARE(labels(ticks).filter(QStringLiteral("CET")).size(), qsizetype(1));
        }
    }

    void timesStandAtRoundTimes_data() {
        QTest::addColumn<QString>("begin");
        QTest::addColumn<QString>("end");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* begin, const char* end, const char* expected) {
            QTest::newRow(begin) << QString::fromUtf8(begin) << QString::fromUtf8(end) << QString::fromUtf8(expected);
        };
        row("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.05Z",
            "10:00:00.000|10:00:00.010|10:00:00.020|10:00:00.030|10:00:00.040");
        row("2026-03-01T10:00:01Z", "2026-03-01T10:01:01Z", "10:00:15|10:00:30|10:00:45|10:01:00");
        row("2026-03-01T10:03:00Z", "2026-03-01T11:03:00Z", "10:15|10:30|10:45|11:00");
        row("2026-02-28T18:00:00Z", "2026-03-01T18:00:00Z", "18:00|*1 Mar|06:00|12:00");
        row("2026-02-26T12:00:00Z", "2026-03-02T12:00:00Z", "27 Feb|28 Feb|*1 Mar|2 Mar");
        row("2025-11-15T00:00:00Z", "2026-05-01T00:00:00Z", "*2026|Mar");
        row("2011-11-15T00:00:00Z", "2026-05-01T00:00:00Z", "*2015|*2020|*2025");
        row("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z", "");
    }
    void timesStandAtRoundTimes() {
        QFETCH(const QString, begin);
        QFETCH(const QString, end);
        QFETCH(const QString, expected);
        QLocale::setDefault(QLocale::c());
        const TimeRange range{at(begin.toLatin1()), at(end.toLatin1())};
        QCOMPARE(labels(timeTicks(range, 5, TimeDisplay::Utc)).join(u'|'), expected);
    }

    /// Every span from a second to a century has a few marks, in order, and not more than there is room for.
    void everySpanHasMarks() {
        for (double length = 1; length < 4e9; length *= 1.7) {
            const TimeRange range{anHour.begin, anHour.begin + milliseconds(static_cast<qint64>(length * 1000))};
            const auto ticks = timeTicks(range, 8, TimeDisplay::Local);
            QVERIFY2(ticks.size() >= 1 && ticks.size() <= 10, qPrintable(QString::number(length)));
            QVERIFY(std::ranges::is_sorted(ticks, {}, &ChartTick::at));
            for (const ChartTick& tick : ticks)
                QVERIFY(range.contains(chartTime(tick.at)));
        }
    }

    void aDayWithAChangeOfClocksHasEveryHourOnce() {
        qputenv("TZ", "Europe/Berlin");
        tzset();
        const TimeRange spring{at("2026-03-28T23:00:00Z"), at("2026-03-29T04:00:00Z")};
        QCOMPARE(labels(timeTicks(spring, 6, TimeDisplay::Local)).join(u' '),
                 QStringLiteral("*29 Mar 01:00 03:00 04:00 05:00"));
    }

    void drawsLinesInTheirColours() {
        Shown shown;
        shown.view.setLines({wave(0), wave(1)}, anHour);
        const QImage image = shown.view.grab().toImage();
        QVERIFY(pixelsOf(image, lightTokens().series[0]) + pixelsOf(image, lightTokens().series[1]) > 800);
        shown.view.setPalette(paletteOf(darkTokens()));
        QVERIFY(pixelsOf(shown.view.grab().toImage(), darkTokens().series[1]) > 300);
        shown.view.setLines({}, anHour);
        QCOMPARE(pixelsOf(shown.view.grab().toImage(), darkTokens().series[1]), 0);
    }

    void gapsStayEmpty() {
        Shown shown;
        ChartLine line = wave(0, 601, 0);
        line.points.erase(line.points.begin() + 200, line.points.begin() + 400);
        line.pieces = {0, 200};
        shown.view.setLines({line}, anHour);
        const QImage image = shown.view.grab().toImage();
        const auto column = [&](double share) {
            return pixelsOf(image.copy(shown.place(share).x() - 2, 0, 5, image.height()), lightTokens().series[0]);
        };
        QVERIFY(column(0.2) > 0);
        QCOMPARE(column(0.5), 0);
        QVERIFY(column(0.8) > 0);
    }

    void aPointAloneIsSeen() {
        Shown shown;
        ChartLine line;
        const std::vector<SeriesPoint> one{{anHour.begin + minutes(30), 2}};
        takeSamples(line, one);
        shown.view.setLines({line}, anHour);
        QVERIFY(pixelsOf(shown.view.grab().toImage(), lightTokens().series[0]) > 4);
    }

    void twoUnitsHaveTwoAxes() {
        Shown shown;
        ChartLine degrees = wave(0);
        degrees.unit = QStringLiteral("°C");
        shown.view.setLines({degrees}, anHour);
        const double alone = shown.area().right();
        ChartLine watts = wave(1, 601, 5000);
        watts.unit = QStringLiteral("W");
        shown.view.setLines({degrees, watts}, anHour);
        QVERIFY(shown.area().right() < alone);
        // Each on its own scale: both fill most of the height.
        const QImage image = shown.view.grab().toImage();
        for (const std::size_t color : {std::size_t(0), std::size_t(1)}) {
            int rows = 0;
            for (int y = 0; y < image.height(); ++y)
                rows += pixelsOf(image.copy(0, y, image.width(), 1), lightTokens().series[color]) > 0 ? 1 : 0;
            QVERIFY2(rows > shown.area().height() * 0.7, qPrintable(QString::number(rows)));
        }
    }

    void describesItself() {
        Shown shown;
        QCOMPARE(shown.view.accessibleName(), QStringLiteral("Chart"));
        ChartLine line;
        line.name = {SeriesName::Kind::Component, {"a b", "x/y"}};
        const std::vector<SeriesPoint> samples{
            {anHour.begin, 0.1}, {anHour.begin + minutes(1), 1e6}, {anHour.begin + minutes(2), 7}};
        takeSamples(line, samples);
        shown.view.setLines({line}, anHour);
        QCOMPARE(shown.view.accessibleDescription(),
                 QStringLiteral("series=component/a b/x%2Fy points=3 min=0.1 max=1000000 last=7"));
    }

    void draggingZooms() {
        Shown shown;
        shown.view.setLines({wave(0)}, anHour);
        const QSignalSpy zoomed(&shown.view, &ChartView::spanWanted);
        const QSignalSpy chosen(&shown.view, &ChartView::chosenWanted);
        shown.drag(0.75, 0.25);
        QCOMPARE(zoomed.size(), 1);
        const auto range = zoomed.at(0).at(0).value<TimeRange>();
        QVERIFY(std::abs(minutesFrom(range.begin) - 15) < 0.2);
        QVERIFY(std::abs(minutesFrom(range.end) - 45) < 0.2);
        shown.drag(0.25, 0.5, Qt::ShiftModifier);
        QCOMPARE(zoomed.size(), 1);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(std::abs(minutesFrom(chosen.at(0).at(0).value<TimeRange>().end) - 30) < 0.2);
        shown.drag(0.5, 0.501); // a click
        QCOMPARE(zoomed.size(), 1);
    }

    void theWheelZoomsAtTheCursor() {
        Shown shown;
        shown.view.setLines({wave(0)}, anHour);
        const QSignalSpy zoomed(&shown.view, &ChartView::notchWanted);
        const QPoint cursor = shown.place(0.25);
        QWheelEvent wheel(cursor, shown.view.viewport()->mapToGlobal(cursor), {}, {0, 120}, {}, {}, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(shown.view.viewport(), &wheel);
        QCOMPARE(zoomed.size(), 1);
        const auto range = zoomed.at(0).at(0).value<TimeRange>();
        QVERIFY(std::abs(minutesFrom(range.begin) - 3) < 0.2);
        QVERIFY(std::abs(minutesFrom(range.end) - 51) < 0.2);
    }

    void theKeyboardDoesAllOfIt() {
        Shown shown;
        shown.view.setLines({wave(0)}, anHour);
        QSignalSpy zoomed(&shown.view, &ChartView::spanWanted);
        const QSignalSpy back(&shown.view, &ChartView::backWanted);
        QTest::keyClick(&shown.view, Qt::Key_Right);
        QVERIFY(std::abs(minutesFrom(zoomed.takeFirst().at(0).value<TimeRange>().begin) - 12) < 1e-6);
        QSignalSpy notched(&shown.view, &ChartView::notchWanted);
        QTest::keyClick(&shown.view, Qt::Key_Plus);
        QVERIFY(std::abs(minutesFrom(notched.takeFirst().at(0).value<TimeRange>().begin) - 6) < 1e-3);
        QTest::keyClick(&shown.view, Qt::Key_Minus);
        QVERIFY(std::abs(minutesFrom(notched.takeFirst().at(0).value<TimeRange>().end) - 67.5) < 1e-3);
        QTest::keyClick(&shown.view, Qt::Key_Backspace);
        QCOMPARE(back.size(), 1);
    }

    void zoomingOutEndsWithTheYearsThereAre() {
        Shown shown;
        TimeRange range = anHour;
        QSignalSpy notched(&shown.view, &ChartView::notchWanted);
        int notches = 0;
        for (; notches < 200; ++notches) {
            shown.view.setLines({wave(0)}, range);
            notched.clear();
            QTest::keyClick(&shown.view, Qt::Key_Minus);
            if (notched.isEmpty())
                break;
            range = notched.at(0).at(0).value<TimeRange>();
        }
        QVERIFY2(notches > 40 && notches < 200, QByteArray::number(notches).constData());
        QCOMPARE(toIsoTime(range.begin).first(4), QByteArray("0001"));
        QCOMPARE(toIsoTime(range.end).first(4), QByteArray("9999"));
    }

    void pointingReadsTheValues() {
        Shown shown;
        shown.view.setLines({wave(0)}, anHour);
        const QSignalSpy pointed(&shown.view, &ChartView::pointed);
        QTest::mouseMove(shown.view.viewport(), shown.place(0.5));
        QTRY_VERIFY(!pointed.isEmpty());
        const auto time = pointed.last().at(0).value<std::optional<double>>();
        QVERIFY(time && std::abs(minutesFrom(chartTime(*time)) - 30) < 0.2);
        const QImage before = shown.view.grab().toImage();
        shown.view.setCrosshair(time);
        const QImage with = shown.view.grab().toImage();
        QVERIFY(with.pixelColor(shown.place(0.5).x(), static_cast<int>(shown.area().bottom()) - 3)
                != before.pixelColor(shown.place(0.5).x(), static_cast<int>(shown.area().bottom()) - 3));
    }

    /// Twelve lines of two points a pixel with bands. The bench has the figure; here it is only not slow.
    void manyLinesArePaintedAtOnce() {
        Shown shown;
        std::vector<ChartLine> lines;
        for (std::size_t i = 0; i < 12; ++i) {
            ChartLine line = wave(i, 1600, double(i + 1));
            line.low = line.high = line.points;
            lines.push_back(std::move(line));
        }
        shown.view.setLines(lines, anHour);
        shown.view.grab();
        QElapsedTimer timer;
        timer.start();
        shown.view.grab();
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_MAIN(TestChartView)
#include "tst_chartview.moc"
