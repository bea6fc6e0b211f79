#include "tests/support/metricsbench.h"
#include "views/charts/seriestiles.h"

#include <QComboBox>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

/// The window's time range in the charts, and names of series that are hostile.
class TestMetricsTimes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// The window's time range rules the charts and the tiles; zooming goes on from it, and all times bring back what
    /// was shown before it.
    void theWindowsTimesRuleTheCharts() {
        Bench bench(samples);
        QSignalSpy wanted(&bench.pane, &Pane::timesWanted);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        const Timestamp begin = *parseIsoTime("2026-03-01T01:00:00Z");
        const TimeRange hour{begin, begin + std::chrono::minutes(60)};
        const auto tiles = [&] {
            QStringList names;
            for (const SeriesTile* tile : bench.pane.findChildren<SeriesTile*>()) {
                if (tile->isVisible())
                    names << tile->accessibleName();
            }
            return names;
        };
        QTRY_COMPARE(tiles().size(), 3);
        bench.pane.setTimes(hour); // the fan and the lag have none of these
        QTRY_COMPARE(tiles(), QStringList{QStringLiteral("Show sensor/oven")});
        bench.choose(oven);
        QTRY_VERIFY2(bench.described().contains(QLatin1String("points=60 ")), qPrintable(bench.described()));
        bench.drag(0.1, 0.6);
        QTRY_VERIFY2(bench.described().contains(QLatin1String("points=30 ")), qPrintable(bench.described()));
        const TimeRange other{begin + std::chrono::hours(2), begin + std::chrono::minutes(140)};
        bench.pane.setTimes(other);
        QTRY_VERIFY2(bench.described().contains(QLatin1String("points=20 ")), qPrintable(bench.described()));
        QVERIFY(!bench.named<QPushButton>(QStringLiteral("Back to the times before"))->isEnabled());
        QCOMPARE(wanted.size(), 0); // zooming is of the charts alone

        // Times that are chosen or typed are asked for in every pane, and any others end the range.
        bench.drag(0.2, 0.8, Qt::ShiftModifier);
        const auto buttons = bench.pane.findChildren<QPushButton*>();
        const auto everywhere = std::ranges::find_if(
            buttons, [](QPushButton* each) { return each->text() == QStringLiteral("In every pane"); });
        QVERIFY(everywhere != buttons.end() && (*everywhere)->isVisible());
        (*everywhere)->click();
        QCOMPARE(wanted.size(), 1);
        const auto asked = wanted.takeFirst().front().value<std::optional<TimeRange>>();
        QVERIFY(asked && asked->begin > other.begin && asked->end < other.end);
        auto* const times = bench.named<QComboBox>(QStringLiteral("Times"));
        times->setCurrentIndex(0);
        Q_EMIT times->activated(0);
        QCOMPARE(wanted.size(), 1);
        QVERIFY(!wanted.takeFirst().front().value<std::optional<TimeRange>>());
        bench.pane.setTimes(std::nullopt); // as the window does then
        QTRY_COMPARE(bench.described(), wholeOven);
        QVERIFY(times->currentText() == QStringLiteral("All times"));
    }

    /// Of hostile names the leaf is whole wherever it stands, and nothing grows by it.
    void theLeafIsNeverCut_data() {
        QTest::addColumn<QByteArray>("component");
        QTest::addColumn<QByteArray>("metric");
        QTest::newRow("long parent") << QByteArray(250, 'p') << QByteArray("throughput_p99_milliseconds");
        QTest::newRow("long leaf") << QByteArray("billing")
                                   << QByteArray("messages_received_per_second_from_the_other_side");
        QTest::newRow("strokes") << QByteArray("a/b/c") << QByteArray("rate/5m%of");
        QTest::newRow("wide letters") << QByteArray("会計処理部品会計処理部品会計処理部品")
                                      << QByteArray("処理待ち時間の九十九百分位数");
        QTest::newRow("right to left") << QByteArray("حساب") << QByteArray("زمن الانتظار");
        QTest::newRow("markup") << QByteArray("<b>x</b>&y") << QByteArray("<img src=x>&amp");
    }
    void theLeafIsNeverCut() {
        QFETCH(const QByteArray, component);
        QFETCH(const QByteArray, metric);
        const QByteArray sql = "INSERT INTO component_metrics (component_name, metric_name, metric_value, metric_unit, "
                               "timestamp) VALUES ";
        const auto row = [](const QByteArray& whose, const QByteArray& what, const char* value, const char* time) {
            return "('" + whose + "', '" + what + "', " + value + ", 'ms', '2026-03-01T00:0" + time + ":00.000Z')";
        };
        const Bench bench(sql + row(component, metric, "1", "1") + ',' + row(component, metric, "2", "2") + ','
                          + row(component, "other", "2", "2") + ',' + row(component, "other", "3", "3") + ';');
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 3);
        QTRY_COMPARE(bench.pane.findChildren<SeriesTile*>().size(), 2);
        const QString leaf = QString::fromUtf8(metric);
        bool isWhole = false;
        for (const SeriesTile* tile : bench.pane.findChildren<SeriesTile*>())
            isWhole = isWhole || tile->leafLines().join(QString()) == leaf;
        QVERIFY(isWhole);
        const int width = bench.pane.width();
        bench.series()->selectAll();
        QTRY_VERIFY(bench.chart());
        const auto* const legend = bench.named<QScrollArea>(QStringLiteral("Legend"));
        QStringList names;
        for (const QPushButton* button : legend->findChildren<QPushButton*>())
            names << button->text().replace(QStringLiteral("&&"), QStringLiteral("&"));
        const QString written =
            QString::fromUtf8(SeriesName{SeriesName::Kind::Component, {component, metric}}.toText()).section(u'/', -1);
        QVERIFY2(std::ranges::any_of(names, [&](const QString& name) { return name.endsWith(written); }),
                 qPrintable(names.join(u'\n')));
        QCOMPARE(bench.pane.width(), width);
        QVERIFY(bench.pane.minimumSizeHint().width() < 640);
    }
};

QTEST_MAIN(TestMetricsTimes)
#include "tst_metricstimes.moc"
