#include "tests/support/eventturn.h"
#include "tests/support/metricsbench.h"
#include "views/ask/timesdialog.h"
#include "views/charts/seriestiles.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFile>
#include <QHeaderView>
#include <QInputDialog>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

class TestMetricsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aChosenSeriesIsDrawn() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        QVERIFY(bench.shows(QStringLiteral("Choose a series.")));
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        QTRY_VERIFY(bench.pane.isSettled());
    }

    /// Nothing is chosen: the oddest series come first, and a button each leads to them; the leaf of a name is whole.
    void theOddestSeriesAreOffered() {
        QByteArray sql(samples);
        sql += "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('fan', 'odd', "
               "'2026-03-01T01:00:00.000Z', 90000);";
        const Bench bench(sql);
        QTRY_VERIFY(bench.named<SeriesTile>(QStringLiteral("Show sensor/fan")));
        const auto tiles = bench.pane.findChildren<SeriesTile*>();
        QCOMPARE(tiles.size(), 3);
        QCOMPARE(tiles.front()->accessibleName(), QStringLiteral("Show sensor/fan"));
        QVERIFY2(tiles.front()->accessibleDescription().startsWith(QStringLiteral("90000 at 2026-03-01 01:00:00")),
                 qPrintable(tiles.front()->accessibleDescription()));
        QTest::keyClick(tiles.front(), Qt::Key_Space);
        QTRY_VERIFY(bench.described().contains(QStringLiteral("series=sensor/fan")));
        QVERIFY(!tiles.front()->isVisible());
        QCOMPARE(bench.series()->textElideMode(), Qt::ElideLeft);
    }

    void timesCanBeTyped() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        auto* const times = bench.named<QComboBox>(QStringLiteral("Times"));
        times->setCurrentIndex(times->findText(QStringLiteral("Between two times…")));
        Q_EMIT times->activated(times->currentIndex());
        auto* const dialog = bench.pane.findChild<TimesDialog*>();
        QVERIFY(dialog);
        const auto edits = dialog->findChildren<QDateTimeEdit*>();
        QCOMPARE(edits.size(), 2);
        edits[0]->setDateTime(QDateTime(QDate(2026, 3, 1), QTime(1, 0), Qt::UTC));
        edits[1]->setDateTime(QDateTime(QDate(2026, 3, 1), QTime(0, 59), Qt::UTC));
        const auto buttons = dialog->findChildren<QPushButton*>();
        const auto show = std::ranges::find_if(
            buttons, [](QPushButton* each) { return each->text() == QStringLiteral("Show these times"); });
        QVERIFY(show != buttons.end() && !(*show)->isEnabled());
        edits[1]->setDateTime(QDateTime(QDate(2026, 3, 1), QTime(1, 30), Qt::UTC));
        (*show)->click();
        QTRY_VERIFY2(bench.described().contains(QLatin1String("points=30 ")), qPrintable(bench.described()));
        QVERIFY2(times->currentText().startsWith(QStringLiteral("2026-03-01 01:00:00")),
                 qPrintable(times->currentText()));
    }

    void chosenTimesSayHowManyRowsTheyHave() {
        QByteArray sql(samples);
        sql += "INSERT INTO processed_events (event_id, sensor_id) SELECT event_id, sensor_id FROM metrics WHERE "
               "sensor_id = 'fan';"
               "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
               "created_at) VALUES ('00000000-0000-4000-8000-000000000001', 'p', 'a', 'b', '{}', 'dead_letter', "
               "'2026-03-01T00:30:00.000Z');";
        const Bench bench(sql);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(QStringLiteral("sensor/fan"));
        QTRY_VERIFY(bench.described().contains(QStringLiteral("sensor/fan")));
        bench.drag(0.01, 0.99, Qt::ShiftModifier);
        const auto text = [&](const char* name) {
            auto* const button =
                bench.named<QPushButton>(QString::fromLatin1(name) + QStringLiteral(" of these times"));
            return button ? button->text().remove(u'&') : QString();
        };
        QTRY_COMPARE(text("Dead letters"), QStringLiteral("Dead letters · 1"));
        QCOMPARE(text("Messages"), QStringLiteral("Messages · 0"));
        QVERIFY2(text("Events").startsWith(QStringLiteral("Events · 11")), qPrintable(text("Events")));
        QVERIFY(bench.named<QPushButton>(QStringLiteral("Events of these times"))->shortcut()
                == QKeySequence(QStringLiteral("Alt+E")));
    }

    void rowsThatAreInNoLineAreSaid() {
        const Bench bench("CREATE TABLE posts (at datetime, likes int); INSERT INTO posts VALUES "
                          "('2024-01-01 08:00:00', 5), ('0000-00-00 00:00:00', 100), ('2024-01-02 08:00:00', 'n/a'), "
                          "('yesterday', 7), ('2024-01-03 08:00:00', 6)");
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 1);
        bench.choose(QStringLiteral("table/posts/at/likes"));
        QTRY_VERIFY(bench.described().contains(QStringLiteral("points=2 min=5 max=6 last=6")));
        QVERIFY(bench.shows(
            QStringLiteral("Left out of table/posts/at/likes: 2 rows whose time cannot be read, as in \"0000-00-00 "
                           "00:00:00\"; 1 rows whose value is no finite number, as in \"n/a\".")));
    }

    void severalAreDrawnTogetherOrStacked() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        bench.choose(QStringLiteral("component/sink/lag"), Qt::ControlModifier);
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 2);
        bench.named<QPushButton>(QStringLiteral("A chart for each series"))->click();
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 1);
        auto* const second = bench.named<ChartView>(QStringLiteral("Chart 2"));
        QVERIFY(second);
        QCOMPARE(second->span(), bench.chart()->span());
    }

    void whatIsDraggedComesToTheChart() {
        Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        QSignalSpy dragged(bench.series(), &DataTable::dragWanted);
        bench.dragToChart(QStringLiteral("sensor/fan"));
        QCOMPARE(dragged.size(), 1);
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 2);
        QCOMPARE(bench.series()->selectedRuns().size(), std::size_t(1)); // the list's own choice is as it was

        // Another search changes the list, not the chart; with Ctrl one more comes.
        bench.pane.setFilter(*parseFilter(QStringLiteral("lag"), *bench.pane.filterSchema(), currentTime()));
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 1);
        QCOMPARE(bench.described().count(QStringLiteral("series=")), 2);
        bench.choose(QStringLiteral("component/sink/lag"), Qt::ControlModifier);
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 3);

        // Each goes by its name above the chart.
        const auto fan = [&] { return bench.named<QPushButton>(QStringLiteral("Hide sensor/fan")); };
        QTRY_VERIFY(fan());
        fan()->actions().front()->trigger();
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 2);
        QVERIFY(!bench.described().contains(QStringLiteral("fan")));
        const auto lag = [&] { return bench.named<QPushButton>(QStringLiteral("Hide component/sink/lag")); };
        QTRY_VERIFY(lag());
        lag()->setFocus();
        QTest::keyClick(lag(), Qt::Key_Delete);
        QTRY_COMPARE(bench.described(), wholeOven);
        QVERIFY(bench.series()->selectedRuns().empty()); // it was selected
        bench.choose(QStringLiteral("component/sink/lag"));
        QTRY_VERIFY(bench.described().startsWith(QStringLiteral("series=component/sink/lag ")));
        QCOMPARE(bench.described().count(QStringLiteral("series=")), 1);
    }

    /// Only the program's own list of series is a source.
    void foreignThingsAreNotTaken() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        QMimeData data;
        data.setText(QStringLiteral("sensor/fan"));
        data.setData(QStringLiteral("application/x-portolan-series"), "sensor/fan");
        QDragEnterEvent entering(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        entering.ignore();
        QApplication::sendEvent(bench.chart()->parentWidget(), &entering);
        QVERIFY(!entering.isAccepted());
    }

    void aClosedGroupKeepsWhatIsDrawn() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        bench.choose(QStringLiteral("sensor/fan"), Qt::ControlModifier);
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 2);
        Q_EMIT bench.series()->toggleWanted(bench.rowOf(QStringLiteral("sensor")), false);
        QTRY_COMPARE(bench.series()->model()->rowCount(), 2);
        QTRY_VERIFY(bench.pane.isSettled());
        QVERIFY(test::turnEventLoop());
        QCOMPARE(bench.described().count(QStringLiteral("series=")), 2);
    }

    /// However many are drawn, below each other or not: the pane is as large as it was.
    void manySeriesFitThePane() {
        QByteArray sql;
        for (int i = 0; i < 12; ++i)
            sql +=
                "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('a sensor with quite a long name "
                + QByteArray::number(i) + "', 'e" + QByteArray::number(i) + "', '2026-03-01T00:00:00.000Z', 1);";
        const Bench bench(sql);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 13);
        bench.series()->selectAll();
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 12);
        bench.named<QPushButton>(QStringLiteral("A chart for each series"))->click();
        QTRY_VERIFY(bench.named<ChartView>(QStringLiteral("Chart 12")));
        QCOMPARE(bench.pane.size(), QSize(1100, 700));
        QVERIFY2(bench.pane.minimumSizeHint().width() < 640 && bench.pane.minimumSizeHint().height() < 400,
                 qPrintable(QStringLiteral("%1 x %2")
                                .arg(bench.pane.minimumSizeHint().width())
                                .arg(bench.pane.minimumSizeHint().height())));
    }

    void zoomingGoesThereAndBack() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        bench.drag(0.5, 0.75);
        QTRY_VERIFY(bench.described() != wholeOven);
        const int quarter = bench.described().section(QLatin1String("points="), 1).section(u' ', 0, 0).toInt();
        QVERIFY2(quarter > 145 && quarter < 155, qPrintable(bench.described()));
        QTest::mouseDClick(bench.chart()->viewport(), Qt::LeftButton, {}, bench.place(0.5));
        QTRY_COMPARE(bench.described(), wholeOven);
        for (int notches = 0; notches < 3; ++notches) {
            const QString before = bench.described();
            QTest::keyClick(bench.chart(), Qt::Key_Plus);
            QTRY_VERIFY(bench.described() != before);
        }
        QTest::keyClick(bench.chart(), Qt::Key_Backspace); // all of them are one step
        QTRY_COMPARE(bench.described(), wholeOven);
        auto* const times = bench.named<QComboBox>(QStringLiteral("Times"));
        times->setCurrentIndex(times->findText(QStringLiteral("Last hour")));
        Q_EMIT times->activated(times->currentIndex());
        QTRY_VERIFY(bench.described().contains(QLatin1String("points=60 ")));
    }

    void chosenTimesLeadToTheirRows() {
        Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        const QSignalSpy wanted(&bench.pane, &Pane::paneWanted);
        bench.drag(0.25, 0.5, Qt::ShiftModifier);
        QCOMPARE(bench.described(), wholeOven);
        bench.named<QPushButton>(QStringLiteral("Messages of these times"))->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.at(0).at(0).toString(), QStringLiteral("batches"));
        const QString filter = wanted.at(0).at(1).toString();
        QVERIFY2(filter.startsWith(QLatin1String("timestamp>=2026-03-01T02:")), qPrintable(filter));
        QVERIFY2(filter.contains(QLatin1String(" timestamp<2026-03-01T0")), qPrintable(filter));
        QVERIFY(parseFilter(filter, messageSchema(), currentTime()));
    }

    void theTailIsFollowed() {
        Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        bench.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('oven', 'late', "
                  "'2026-03-01T10:01:00.000Z', 500)");
        bench.pane.refresh();
        QTRY_COMPARE(bench.described(), QStringLiteral("series=sensor/oven points=601 min=0 max=500 last=500"));
        bench.pane.setPaused(true);
        bench.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('oven', 'later', "
                  "'2026-03-01T10:02:00.000Z', 700)");
        bench.pane.refresh();
        bench.pane.setPaused(false);
        QTRY_VERIFY(bench.described().endsWith(QLatin1String("last=700")));
    }

    void figuresAreOfBuckets() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        auto* const figure = bench.named<QComboBox>(QStringLiteral("Figure"));
        figure->setCurrentIndex(figure->findText(QStringLiteral("Count")));
        Q_EMIT figure->activated(figure->currentIndex());
        bench.named<QPushButton>(QStringLiteral("The figures as a table"))->click();
        auto* const table = bench.named<QTableView>(QStringLiteral("Chart figures"));
        QVERIFY(table);
        const auto total = [table] {
            double sum = 0;
            for (int row = 0; row < table->model()->rowCount(); ++row)
                sum += table->model()->index(row, 1).data().toDouble();
            return sum;
        };
        QTRY_COMPARE(total(), 600.0);
    }

    void percentilesAreFigures() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        auto* const figure = bench.named<QComboBox>(QStringLiteral("Figure"));
        figure->setCurrentIndex(figure->findText(QStringLiteral("99th percentile")));
        Q_EMIT figure->activated(figure->currentIndex());
        bench.named<QPushButton>(QStringLiteral("The figures as a table"))->click();
        auto* const table = bench.named<QTableView>(QStringLiteral("Chart figures"));
        QTRY_VERIFY(table->model()->rowCount() > 0 && table->model()->rowCount() < 600);
        double most = 0;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            most = std::max(most, table->model()->index(row, 1).data().toDouble());
        QCOMPARE(most, 99.0);
    }

    void theLegendTakesLinesOut() {
        Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        bench.choose(QStringLiteral("component/sink/lag"), Qt::ControlModifier);
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=")), 2);
        QTRY_VERIFY(bench.named<QPushButton>(QStringLiteral("Hide ") + oven));
        auto* const button = bench.named<QPushButton>(QStringLiteral("Hide ") + oven);
        QVERIFY(!button->isChecked());
        button->click();
        QCOMPARE(bench.described().count(QStringLiteral("series=")), 1);
        QVERIFY(!bench.described().contains(oven));
        bench.run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('oven', 'new', "
                  "'2026-03-01T10:00:00.000Z', 7)");
        bench.pane.refreshAll();
        QTRY_VERIFY(bench.pane.isSettled());
        QCOMPARE(bench.named<QPushButton>(QStringLiteral("Hide ") + oven), button); // it stays where it is
        button->click();
        QTRY_VERIFY(bench.described().contains(QStringLiteral("points=601")));
    }

    void whatHappenedIsMarked() {
        const Bench bench(samples
                          + QByteArray("INSERT INTO component_state (id, component_name, component_type, state_data, "
                                       "version, created_at) VALUES ('00000000-0000-4000-8000-000000000002', 'parser', "
                                       "'Transformer', '{}', 3, '2026-03-01T05:00:00.000Z');"));
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        const QRectF area = bench.chart()->chart()->plotArea();
        const QRect foot(int(area.center().x()) - 10, int(area.bottom()) - 14, 20, 12);
        const auto picture = [&] { return bench.chart()->grab(foot).toImage(); };
        const QImage with = picture();
        auto* const button = bench.named<QPushButton>(QStringLiteral("What happened"));
        QVERIFY(button && button->isChecked());
        button->click();
        QVERIFY(picture() != with);
        button->click();
        QCOMPARE(picture(), with);
    }

    void groupsOpenAndClose() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        const QString group = QStringLiteral("sensor");
        const auto texts = [&] {
            QStringList rows;
            for (int row = 0; row < bench.series()->model()->rowCount(); ++row)
                rows << bench.series()->model()->index(row, 0).data().toString();
            return rows;
        };
        const QString lag = QStringLiteral("component/sink/lag");
        QCOMPARE(texts(), (QStringList{lag, group, QStringLiteral("sensor/fan"), oven}));
        QVERIFY(bench.shows(QStringLiteral("3")));

        bench.choose(group); // all of its members
        QTRY_COMPARE(bench.described().count(QStringLiteral("series=sensor/")), 2);
        QTest::keyClick(bench.series(), Qt::Key_Left);
        QTRY_COMPARE(texts(), (QStringList{lag, group}));
        QCOMPARE(bench.described().count(QStringLiteral("series=sensor/")), 2);
        QTest::keyClick(bench.series(), Qt::Key_Right);
        QTRY_COMPARE(texts().size(), 4);

        const QRect cell = bench.series()->visualRect(bench.series()->model()->index(1, 0));
        QTest::mouseClick(bench.series()->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 12, cell.center().y()));
        QTRY_COMPARE(texts(), (QStringList{lag, group}));
        QCOMPARE(bench.described().count(QStringLiteral("series=sensor/")), 2);
        QTest::mouseDClick(bench.series()->viewport(), Qt::LeftButton, {}, cell.center());
        QTRY_COMPARE(texts().size(), 4);
        bench.series()->horizontalHeader()->sectionClicked(0); // sorted, there are no groups
        const QStringList sorted{lag, QStringLiteral("sensor/fan"), oven};
        QTRY_VERIFY(bench.series() && texts() == sorted);
    }

    void eachSeriesShowsItsNewestSamples() {
        const Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        const auto newest = [&](int row) {
            return bench.series()->model()->index(row, 1).data(PagedModel::TrendRole).value<std::vector<double>>();
        };
        QCOMPARE(newest(0), (std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
        QCOMPARE(newest(1), std::vector<double>());
        QCOMPARE(newest(3).size(), std::size_t(60));
        QCOMPARE(newest(3).back(), 99.0);
        QCOMPARE(newest(3).front(), 40.0);
        QCOMPARE(bench.series()->model()->index(3, 1).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("the newest 60 samples, from 40 to 99"));
    }

    void thresholdsAreLines() {
        Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        auto* const button = bench.named<QPushButton>(QStringLiteral("Thresholds…"));
        QVERIFY(button && !button->isEnabled());
        bench.choose(oven);
        QTRY_COMPARE(bench.described(), wholeOven);
        QVERIFY(button->isEnabled());
        const auto answer = [&](const QString& text) {
            button->click();
            auto* const question = bench.pane.findChild<QInputDialog*>();
            QVERIFY(question);
            question->setTextValue(text);
            question->accept();
            QCoreApplication::sendPostedEvents(question, QEvent::DeferredDelete);
        };
        // How much of a row of the picture is coloured: a dashed line about half of it.
        const auto coloured = [&](double share) {
            const QRectF area = bench.chart()->chart()->plotArea();
            const QImage image = bench.chart()->grab().toImage();
            int most = 0;
            for (int off = -2; off <= 2; ++off) {
                int count = 0;
                for (int x = int(area.left()) + 4; x < int(area.right()) - 60; ++x) {
                    const QColor color = image.pixelColor(x, int(area.bottom() - share * area.height()) + off);
                    count += color.saturation() > 60 ? 1 : 0;
                }
                most = std::max(most, count);
            }
            return most / (bench.chart()->chart()->plotArea().width() - 64);
        };
        answer(QStringLiteral("200")); // beyond the samples: the axis goes as far
        QVERIFY2(coloured(1) > 0.3 && coloured(0.75) < 0.1,
                 qPrintable(QStringLiteral("%1 %2").arg(coloured(1)).arg(coloured(0.75))));
        QCOMPARE(bench.described(), wholeOven);
        const QByteArray layout = bench.pane.saveLayout();

        const QSignalSpy notices(&bench.pane, &Pane::notice);
        answer(QStringLiteral("1 much"));
        QCOMPARE(notices.size(), 1);
        QVERIFY(coloured(1) > 0.3);
        answer({});
        QVERIFY(coloured(1) < 0.1);
        bench.pane.restoreLayout(layout);
        QVERIFY(coloured(1) > 0.3);
    }

    void aFilterNarrowsTheSeries() {
        Bench bench(samples);
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 4);
        bench.pane.setFilter(*parseFilter(QStringLiteral("kind:component"), *bench.pane.filterSchema(), currentTime()));
        QTRY_VERIFY(bench.series() && bench.series()->model()->rowCount() == 1);
    }

    void anEmptyStoreSaysSo() {
        const Bench bench({});
        QTRY_VERIFY(bench.shows(QStringLiteral("No series yet.")));
    }
};

QTEST_MAIN(TestMetricsPane)
#include "tst_metricspane.moc"
