#include "models/charts/oddness.h"

#include <QtTest>
#include <cmath>

using namespace portolan;

namespace {

using Values = std::vector<double>;

ChartLine lineOf(const Values& values) {
    ChartLine line;
    for (std::size_t i = 0; i < values.size(); ++i)
        line.points.emplace_back(double(i) * 1000, values[i]);
    return line;
}

Oddness scored(double score) {
    Oddness odd;
    odd.score = score;
    return odd;
}

Values wave(double base, double height, int count) {
    Values values;
    for (int i = 0; i < count; ++i)
        values.push_back(base + height * std::sin(i * 0.7));
    return values;
}

Values with(Values values, std::size_t place, double value) {
    values[place] = value;
    return values;
}

} // namespace

/// Which of several series is the odd one, and the words for it.
class TestOddness : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhereALineIsOdd_data() {
        QTest::addColumn<Values>("values");
        QTest::addColumn<bool>("isOdd");
        QTest::addColumn<int>("second");
        QTest::newRow("none") << Values() << false << -1;
        QTest::newRow("too few to say") << Values{1, 1, 1, 900} << false << -1;
        QTest::newRow("constant") << Values(100, 5.0) << false << -1;
        QTest::newRow("a wave") << wave(20, 3, 100) << false << -1;
        QTest::newRow("a spike") << with(wave(20, 3, 100), 40, 89) << true << 40;
        QTest::newRow("a hole") << with(wave(20, 3, 100), 7, -60) << true << 7;
        QTest::newRow("one of zeros") << with(Values(100, 0.0), 99, 1) << true << 99;
        QTest::newRow("negative, tiny") << with(wave(-1e-9, 1e-12, 50), 3, 1e-9) << true << 3;
    }
    void saysWhereALineIsOdd() {
        QFETCH(Values, values);
        QFETCH(bool, isOdd);
        QFETCH(int, second);
        const Oddness odd = oddnessOf(lineOf(values));
        QCOMPARE(odd.isOdd(), isOdd);
        if (isOdd)
            QCOMPARE(odd.at, Timestamp(std::chrono::seconds(second)));
        QVERIFY(std::isfinite(odd.score));
    }

    /// Two of five points may be wild without becoming the usual ones; the scale of the numbers is of no account.
    void isRobust() {
        Values values = wave(20, 1, 100);
        for (std::size_t i = 60; i < 100; ++i)
            values[i] = 500;
        const Oddness odd = oddnessOf(lineOf(values));
        QVERIFY(odd.isOdd() && odd.usual < 22);
        const auto score = [](double factor) {
            Values scaled = with(wave(20, 3, 100), 40, 89);
            for (double& value : scaled)
                value *= factor;
            return oddnessOf(lineOf(scaled)).score;
        };
        QVERIFY(qFuzzyCompare(score(1), score(1e6)));
    }

    /// A spike that is averaged away still is in the band.
    void looksAtTheBand() {
        ChartLine line = lineOf(wave(20, 3, 100));
        line.low = line.high = line.points;
        line.high[50].setY(400);
        const Oddness odd = oddnessOf(line);
        QVERIFY(odd.isOdd());
        QCOMPARE(odd.value, 400.0);
    }

    void theOddestIsFirst() {
        const std::vector<Oddness> all{scored(1), scored(9), scored(1), scored(30)};
        QCOMPARE(oddestFirst(all), (std::vector<std::size_t>{3, 1, 0, 2}));
    }

    void saysWhyInWords() {
        const Oddness odd{.score = 14.2, .usual = 20.25, .value = 89.25, .at = Timestamp(std::chrono::seconds(3725))};
        QCOMPARE(oddnessText(odd, QStringLiteral("ms"), TimeDisplay::Utc),
                 QStringLiteral("89.25 ms at 1970-01-01 01:02:05, usually around 20.25: 14 times its usual distance"));
        Oddness calm = scored(2);
        calm.usual = 20.25;
        QCOMPARE(oddnessText(calm, QString(), TimeDisplay::Utc), QStringLiteral("as usual, around 20.25"));
        QCOMPARE(oddnessText({}, QStringLiteral("ms"), TimeDisplay::Utc), QString());
    }
};

QTEST_GUILESS_MAIN(TestOddness)
#include "tst_oddness.moc"
