#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/base/random.h"
#include "storage/series/rollups.h"
#include "storage/series/samplesum.h"
#include "storage/stores/openstore.h"
#include "tests/support/residentbytes.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/charts/chartview.h"
#include "views/charts/metricspane.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTestEventLoop>
#include <QWheelEvent>
#include <QtTest>
#include <ctime>
#include <functional>
#include <thread>

using namespace portolan;
using namespace std::chrono;
using test::ownBytes;
using test::SqliteScript;
using test::StallMeter;
using test::TempFolder;

namespace {

// Sanitizers slow down everything and keep freed memory, and a debug build takes three times as long: there the figures
// only tell a hang from a stall.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double slowness = 20;
#elif !defined(__OPTIMIZE__)
constexpr double slowness = 5;
#else
constexpr double slowness = 1;
#endif
constexpr int sensors = 500;
constexpr int rounds = slowness > 5 ? 2 : 8;
constexpr qint64 secondsOfYear = 365 * 86'400;
constexpr qint64 begin2024 = 1'704'067'200;
constexpr double mostFrame = 8 * slowness;     ///< milliseconds
constexpr double mostAnswer = 150 * slowness;  ///< from the wheel to the picture, with the window's own turns
constexpr qint64 mostBytes = 90 * 1024 * 1024; ///< of its own: the code of an unoptimized build is 80 MiB beside it

/// Samples of a year; PORTOLAN_LONG=1: ten million, as BENCH.md has it.
qint64 wanted() {
    return qEnvironmentVariableIntValue("PORTOLAN_LONG") != 0 ? 10'000'000 : 300'000;
}

double processSeconds(clockid_t clock) {
    timespec at{};
    clock_gettime(clock, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

/// Turns a real event loop until it holds: QTRY_VERIFY sleeps for ten milliseconds between its turns, which would count
/// as a stall.
bool waitFor(const std::function<bool()>& holds) {
    QTimer looking;
    QObject::connect(&looking, &QTimer::timeout, &looking, [&] {
        if (holds())
            QTestEventLoop::instance().exitLoop();
    });
    looking.start(1);
    if (!holds())
        QTestEventLoop::instance().enterLoopMSecs(60'000);
    return holds();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

} // namespace

/// The whole window over the samples of 500 sensors.
class TestManySamples : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("samples.db")));
        const auto store = openStore(m_url, Access::Write);
        QVERIFY(store);
        SqliteScript script(m_url.path);
        QByteArray sql =
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < COUNT - 1) INSERT INTO metrics "
            "(sensor_id, event_id, timestamp, value, created_at) SELECT 'sensor-' || (i * 7919 % SENSORS), 'e' || i, "
            "t, "
            "(i * 31 % 1000) / 10.0, t FROM (SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', BEGIN + i * LENGTH.0 / COUNT, "
            "'unixepoch') AS t FROM n)";
        sql.replace("COUNT", QByteArray::number(wanted()))
            .replace("SENSORS", QByteArray::number(sensors))
            .replace("BEGIN", QByteArray::number(begin2024))
            .replace("LENGTH", QByteArray::number(secondsOfYear));
        QCOMPARE(script.run(sql), QString());
        QVERIFY((*store)->rollups()->roll(Rollups::untilDone, {}));
        for (const QString& line : script.rows("SELECT timestamp, value FROM metrics WHERE sensor_id = 'sensor-7'"))
            m_points.push_back({*parseIsoTime(line.section(u'|', 0, 0).toLatin1()), line.section(u'|', 1).toDouble()});
        std::ranges::sort(m_points, {}, &SeriesPoint::at);
    }

    /// From the year to minutes and back, at random places.
    void zoomsWithoutAWrongPointAndWithoutAStall() {
        Open open(m_folder, m_url);
        open.show(QStringLiteral("sensor/sensor-7"));
        QTRY_COMPARE(open.description(), describedIn({Timestamp::min(), Timestamp::max()}));
        Random random(20261123);
        StallMeter stalls;
        double away = 0;
        std::vector<double> answers;
        std::vector<double> frames;
        for (int round = 0; round < rounds; ++round) {
            for (int step = 0; step < 36; ++step) {
                const bool closer = step < 18;
                const TimeRange before = open.chart()->span();
                QElapsedTimer asked;
                asked.start();
                open.wheel(closer, 0.1 + 0.8 * double(random.below(1000)) / 1000);
                QVERIFY(waitFor([&] { return open.chart()->span() != before && open.pane()->isSettled(); }));
                answers.push_back(static_cast<double>(asked.nsecsElapsed()) / 1e6);
                QCOMPARE(open.description(), describedIn(open.chart()->span()));
                if (round < rounds / 2)
                    continue;
                QElapsedTimer painting; // once more than the window does: the stalls of these rounds do not count
                painting.start();
                open.chart()->viewport()->repaint();
                frames.push_back(static_cast<double>(painting.nsecsElapsed()) / 1e6);
            }
            if (round == rounds / 2 - 1)
                away = stalls.takeShare(0.99);
        }
        const double frame = median(frames);
        const double answer = median(answers);
        qInfo(
            "%lld samples: answered and drawn in %.1f ms (slowest %.1f), painted in %.1f ms (slowest %.1f), GUI thread "
            "away for %.1f ms at the 99th percentile; %lld MiB of memory",
            static_cast<long long>(wanted()), answer, std::ranges::max(answers), frame, std::ranges::max(frames), away,
            static_cast<long long>(ownBytes() / 1024 / 1024));
        QVERIFY(frame <= mostFrame);
        QVERIFY(answer <= mostAnswer);
        QVERIFY(away <= 16 * slowness);
        QVERIFY(slowness > 5 || ownBytes() < mostBytes);
    }

    /// More rows than are read at once.
    void aLargeGroupClosesAndOpens() {
        Open open(m_folder, m_url);
        open.show(QStringLiteral("sensor/sensor-499"));
        QTRY_COMPARE(open.table()->model()->rowCount(), sensors + 1);
        open.table()->selectRow(0);
        QTest::keyClick(open.table(), Qt::Key_Left);
        QTRY_COMPARE(open.table()->model()->rowCount(), 1);
        QTest::keyClick(open.table(), Qt::Key_Right);
        QTRY_COMPARE(open.table()->model()->rowCount(), sensors + 1);
        QStringList names;
        for (int row = 1; row <= sensors; ++row) {
            const QModelIndex cell = open.table()->model()->index(row, 0);
            QTRY_VERIFY(open.table()->paged()->isLoaded(row) || !cell.data().isValid());
            names << cell.data().toString();
        }
        QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), sensors);
        QVERIFY(std::ranges::is_sorted(names));
    }

    void aLiveTailCostsLittle() {
        Open open(m_folder, m_url);
        open.show(QStringLiteral("sensor/sensor-9"));
        QTRY_VERIFY(!open.description().isEmpty());
        open.last(QStringLiteral("Last 15 minutes"));
        constexpr seconds length(10);
        constexpr int rate = 1'000;
        StallMeter stalls;
        double writing = 0;
        QString failed;
        const double began = processSeconds(CLOCK_PROCESS_CPUTIME_ID);
        {
            const std::jthread writer([&] {
                SqliteScript script(m_url.path);
                const auto end = steady_clock::now() + length;
                for (auto next = steady_clock::now(); next < end && failed.isEmpty(); next += milliseconds(100)) {
                    std::this_thread::sleep_until(next);
                    failed = script.run(
                        QByteArray("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ")
                        + QByteArray::number(rate / 10 - 1)
                        + ") INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 'sensor-9', 'live-' || "
                          "hex(randomblob(12)), strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ((99 - i) / 1000.0) || "
                          "' seconds'), i FROM n");
                }
                writing = processSeconds(CLOCK_THREAD_CPUTIME_ID);
            });
            QTestEventLoop::instance().enterLoopMSecs(length / milliseconds(1));
        }
        const double share = (processSeconds(CLOCK_PROCESS_CPUTIME_ID) - began - writing) / double(length.count());
        const double away = stalls.takeShare(0.99);
        QCOMPARE(failed, QString());
        qInfo("%d samples a second: %.0f %% of a core, GUI thread away for %.1f ms at the 99th percentile", rate,
              share * 100, away);
        QTRY_VERIFY(
            open.description().contains(QStringLiteral("points=%1 ").arg(rate * static_cast<qint64>(length.count()))));
        QVERIFY2(share < 0.25 * slowness, qPrintable(QString::number(share)));
        QVERIFY(away <= 16 * slowness);
    }

private:
    /// A window with the pane of metrics.
    class Open {
    public:
        Open(const TempFolder& folder, const StoreUrl& url)
            : m_settings(folder.path(QStringLiteral("portolan.ini")))
            , m_window(m_settings, m_theme) {
            m_window.resize(1280, 720);
            m_window.show();
            m_window.openStore(url);
        }
        void show(const QString& series) {
            auto* const panes = named<QListWidget>(QStringLiteral("Panes"));
            QVERIFY(panes);
            panes->setCurrentItem(panes->findItems(QStringLiteral("Metrics"), Qt::MatchExactly).value(0));
            QTRY_VERIFY(pane() && pane()->isVisible());
            QTRY_VERIFY(table() && table()->model()->rowCount() > sensors);
            QAbstractItemModel* const model = table()->model();
            QModelIndex found;
            const auto find = [&] {
                for (int row = 0; row < model->rowCount() && !found.isValid(); ++row) {
                    if (model->index(row, 0).data().toString() == series)
                        found = model->index(row, 0);
                    else if (!table()->paged()->isLoaded(row))
                        return false;
                }
                return found.isValid();
            };
            QTRY_VERIFY(find());
            table()->selectRow(found.row());
            QTRY_VERIFY(chart() && chart()->isVisible());
        }
        [[nodiscard]] MetricsPane* pane() const { return m_window.findChild<MetricsPane*>(); }
        [[nodiscard]] DataTable* table() const { return named<DataTable>(QStringLiteral("Series")); }
        [[nodiscard]] ChartView* chart() const { return named<ChartView>(QStringLiteral("Chart")); }
        [[nodiscard]] QString description() const { return chart() ? chart()->accessibleDescription() : QString(); }
        void last(const QString& text) const {
            auto* const times = named<QComboBox>(QStringLiteral("Times"));
            times->setCurrentIndex(times->findText(text));
            Q_EMIT times->activated(times->currentIndex());
        }
        void wheel(bool closer, double share) const {
            const QRectF area = chart()->chart()->plotArea();
            const QPointF at(area.left() + share * area.width(), area.center().y());
            QWheelEvent event(at, chart()->viewport()->mapToGlobal(at), {}, QPoint(0, closer ? 120 : -120),
                              Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(chart()->viewport(), &event);
        }

    private:
        template <class Widget>
        [[nodiscard]] Widget* named(const QString& name) const {
            const auto all = m_window.findChildren<Widget*>();
            const auto found = std::ranges::find_if(all, [&](auto* each) { return each->accessibleName() == name; });
            return found == all.end() ? nullptr : *found;
        }

        Settings m_settings;
        Theme m_theme;
        MainWindow m_window;
    };

    /// What the chart is to say of a range, from all samples.
    [[nodiscard]] QString describedIn(TimeRange range) const {
        const auto first = std::ranges::lower_bound(m_points, range.begin, {}, &SeriesPoint::at);
        const auto last = std::ranges::lower_bound(m_points, range.end, {}, &SeriesPoint::at);
        if (first == last)
            return {};
        const auto [least, greatest] = std::ranges::minmax(std::ranges::subrange(first, last), {}, &SeriesPoint::value);
        return QStringLiteral("series=sensor/sensor-7 points=%1 min=%2 max=%3 last=%4")
            .arg(last - first)
            .arg(least.value)
            .arg(greatest.value)
            .arg((last - 1)->value);
    }

    TempFolder m_folder;
    StoreUrl m_url;
    std::vector<SeriesPoint> m_points;
};

QTEST_MAIN(TestManySamples)
#include "tst_manysamples.moc"
