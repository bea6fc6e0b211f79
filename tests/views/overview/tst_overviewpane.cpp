#include "models/overview/overviewpoller.h"
#include "models/window/storecontroller.h"
#include "storage/listing/listing.h"
#include "storage/stores/openstore.h"
#include "tests/support/eventturn.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/overview/daytimeline.h"
#include "views/overview/overviewpane.h"
#include "views/style/statetable.h"

#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using namespace std::chrono_literals;
using test::SqliteScript;
using test::TempFolder;

class TestOverviewPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        QVERIFY(openStore(m_url, Access::Write).ok());
        const auto opener = [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); };
        m_desk = std::make_unique<OverviewPoller>(opener);
        m_checks = std::make_unique<CheckController>(opener);
        m_pane = std::make_unique<OverviewPane>();
        m_pane->setPalette(paletteOf(lightTokens()));
        m_pane->resize(1000, 700);
        m_pane->show();
    }
    void cleanup() {
        m_pane.reset();
        m_checks.reset();
        m_desk.reset();
    }

    void saysWhatIsThere() {
        die("orders", "timeout after 5 ms", 3, 1h);
        die("billing", "connection refused", 2, 2h);
        send("orders", "pending", 4, 90s);
        report("tap", "healthy", 1s);
        report("gone", "healthy", 1h);
        report("mill", "degraded", 1s);
        open();
        QTRY_COMPARE(value("Dead letters"), QStringLiteral("5"));
        QCOMPARE(value("2  connection refused"), QStringLiteral("billing  2 h"));
        QCOMPARE(value("Silent: gone"), QStringLiteral("1"));
        QCOMPARE(value("Degraded: mill"), QStringLiteral("1"));
        QCOMPARE(value("Components that report"), QStringLiteral("3"));
        QTRY_COMPARE(value("Pending, oldest 1 min"), QStringLiteral("4"));
        QCOMPARE(value("Not receiving here"), QString());
        QCOMPARE(value("Not verified since it was opened"), QString());
        QTRY_VERIFY(line("Size") && !value("Size").isEmpty());
        QTRY_VERIFY2(value("Read cache").contains(QStringLiteral(" found, ")), qPrintable(value("Read cache")));
        QTRY_VERIFY(m_pane->isSettled());
    }

    void theStateIsASentenceWithWays() {
        die("orders", "timeout after 5 ms", 30, 5h);
        die("billing", "connection refused", 2, 5h);
        report("gone", "healthy", 1h);
        open();
        auto* const state = m_pane->findChild<StateBar*>();
        QTRY_VERIFY2(state->sentence().text.contains(
                         QStringLiteral("32 letters died in 2 groups. Quiet since. All of them are still here.")),
                     qPrintable(state->sentence().text));
        QVERIFY(state->sentence().text.contains(QStringLiteral("gone is silent.")));
        QCOMPARE(state->sentence().grade, StateGrade::Bad);
        const auto buttons = state->buttons();
        QCOMPARE(buttons.size(), std::size_t(2));
        QCOMPARE(buttons[1]->accessibleName(), QStringLiteral("Replay 32…"));
        const QSignalSpy times(m_pane.get(), &Pane::timesWanted);
        const QSignalSpy panes(m_pane.get(), &Pane::paneWanted);
        const QSignalSpy replays(m_pane.get(), &Pane::replayWanted);
        QTest::keyClick(buttons[0], Qt::Key_Space);
        QTest::mouseClick(buttons[1], Qt::LeftButton);
        QCOMPARE(times.size(), 1);
        QCOMPARE(panes.size(), 1);
        QCOMPARE(panes[0][0].toString(), QStringLiteral("dead-letters"));
        QCOMPARE(replays.size(), 1);
        QVERIFY(parseFilter(replays[0][0].toString(), deadLetterSchema(), currentTime()).ok());
        // It goes on by a change of the store.
        die("orders", "timeout after 5 ms", 1, 1s);
        m_pane->refresh();
        QTRY_VERIFY2(state->sentence().text.startsWith(QStringLiteral("Letters are dying")),
                     qPrintable(state->sentence().text));
        QCOMPARE(state->accessibleDescription(), state->sentence().text);
    }

    void theTimelineSetsTheTimes() {
        die("orders", "timeout", 30, 5h);
        open();
        auto* const timeline = m_pane->findChild<DayTimeline*>();
        QTRY_VERIFY2(timeline->accessibleDescription().contains(QStringLiteral("Died 30, most at ")),
                     qPrintable(timeline->accessibleDescription()));
        QSignalSpy times(m_pane.get(), &Pane::timesWanted);
        const auto wanted = [&](int at) { return times[at][0].value<std::optional<TimeRange>>(); };
        const int middle = timeline->height() / 2;
        QTest::mousePress(timeline, Qt::LeftButton, {}, {timeline->width() / 2, middle});
        QTest::mouseMove(timeline, {timeline->width() / 2 + 60, middle});
        QTest::mouseRelease(timeline, Qt::LeftButton, {}, {timeline->width() / 2 + 60, middle});
        QCOMPARE(times.size(), 1);
        QVERIFY(wanted(0) && wanted(0)->length() > 30min && wanted(0)->length() < 6h);
        QTest::mouseClick(timeline, Qt::LeftButton, {}, {timeline->width() / 2, middle}); // chooses nothing by itself
        QCOMPARE(times.size(), 1);
        timeline->setFocus();
        QTest::keyClick(timeline, Qt::Key_End);
        const QString last = timeline->placeText();
        QVERIFY2(last.contains(QStringLiteral("died 0")), qPrintable(last));
        QTest::keyClick(timeline, Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(timeline, Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(timeline, Qt::Key_Return);
        QCOMPARE(times.size(), 2);
        QVERIFY(wanted(1)->length() > 2 * timeline->sliceWidth() && wanted(1)->length() <= 3 * timeline->sliceWidth());
        m_pane->setTimes(wanted(1));
        QCOMPARE(timeline->chosen(), wanted(1));
        QTest::keyClick(timeline, Qt::Key_Escape);
        QCOMPARE(times.size(), 3);
        QVERIFY(!wanted(2));
        // A table tells the same.
        auto* const table = m_pane->findChild<StateTable*>();
        QVERIFY(!table->isVisible());
        for (auto* button : m_pane->findChildren<QPushButton*>()) {
            if (button->accessibleName() == QStringLiteral("Show the last 24 hours as a table"))
                button->click();
        }
        QVERIFY(table->isVisible() && !timeline->isVisible());
        QVERIFY(table->model()->rowCount() >= 48);
        Q_EMIT table->activated(table->model()->index(3, 0));
        QCOMPARE(times.size(), 4);
        QCOMPARE(wanted(3)->length(), std::chrono::microseconds(30min));
    }

    /// It has room in the least window, and takes more columns where there are.
    void itFitsEveryWidth() {
        die("orders", QByteArray(1200, 'x'), 3, 1h);
        open();
        QTRY_VERIFY(line("Dead letters"));
        QVERIFY2(m_pane->minimumSizeHint().width() <= 400,
                 qPrintable(QString::number(m_pane->minimumSizeHint().width())));
        QSet<int> columns;
        for (const int width : {400, 700, 1000, 1600}) {
            m_pane->resize(width, 900);
            QVERIFY(test::turnEventLoop());
            QSet<int> lefts;
            for (const OverviewCard* card : m_pane->findChildren<OverviewCard*>()) {
                QVERIFY2(card->geometry().right() < width, qPrintable(QString::number(width)));
                lefts << card->x();
            }
            columns << int(lefts.size());
        }
        QVERIFY(columns.contains(1) && columns.contains(4));
    }

    void aFigureLeadsToItsRows() {
        die("it's", "timeout", 1, 1h);
        open();
        QTRY_VERIFY(line("1  timeout"));
        const QSignalSpy wanted(m_pane.get(), &Pane::paneWanted);
        QTest::mouseClick(line("Dead letters"), Qt::LeftButton);
        QTest::mouseClick(line("1  timeout"), Qt::LeftButton);
        QCOMPARE(wanted.size(), 2);
        QCOMPARE(wanted[0], (QVariantList{QStringLiteral("dead-letters"), QString()}));
        QVERIFY(m_desk->overview() && m_desk->overview()->deadLetters);
        const QByteArray group = m_desk->overview()->deadLetters->worst.front().fingerprint;
        QCOMPARE(wanted[1], (QVariantList{QStringLiteral("dead-letters/") + QString::fromLatin1(group), QString()}));
    }

    void itFollowsTheStore() {
        open();
        QTRY_COMPARE(value("Dead letters"), QStringLiteral("0"));
        die("orders", "timeout", 7, 1s);
        m_pane->refresh();
        QTRY_COMPARE(value("Dead letters"), QStringLiteral("7"));
        m_pane->setPaused(true);
        die("orders", "timeout", 1, 1s);
        m_pane->refresh();
        m_pane->setPaused(false);
        QTRY_COMPARE(value("Dead letters"), QStringLiteral("8"));
    }

    void theReceiverIsTold() {
        open();
        ReceiverStatus status;
        status.rate = 212.4;
        status.behind = 1204;
        m_desk->setReceiver(&status, QStringLiteral("redis://here/orders"), true);
        QCOMPARE(value("Receiving from redis://here/orders"), QStringLiteral("212/s"));
        QCOMPARE(value("Wait in the source"), QStringLiteral("1\u2009204"));
        status.lastError = QStringLiteral("The server does not answer.");
        m_desk->setReceiver(&status, QStringLiteral("redis://here/orders"), true);
        QVERIFY(line("The server does not answer."));
        m_desk->setReceiver(nullptr, {}, false);
        QVERIFY(line("Not receiving here"));
        QVERIFY(!line("The server does not answer."));
    }

    void whatWasFoundIsTold() {
        SqliteScript(m_url.path)
            .run("PRAGMA ignore_check_constraints = 1; INSERT INTO port_messages (port_name, "
                 "source_component, target_component, message_data, status) VALUES ('p', 'a', 'b', "
                 "'{}', 'lost')");
        open();
        m_checks->run();
        QTRY_VERIFY_WITH_TIMEOUT(!m_checks->isRunning() && m_checks->endedAt(), 30'000);
        QCOMPARE(value("Checks that found something"), QString::number(m_checks->found()));
        QVERIFY(m_checks->found() > 0);
        // The next start shows it as old as it is.
        const auto opener = [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); };
        CheckController later(opener);
        later.restore("no JSON");
        QVERIFY(later.entries().empty() && later.save().isEmpty());
        later.restore(m_checks->save());
        QCOMPARE(later.found(), m_checks->found());
        QCOMPARE(later.done(), m_checks->done());
        QCOMPARE(later.save(), m_checks->save());
        QVERIFY(later.endedAt() && *m_checks->endedAt() - *later.endedAt() < 1ms);
        const auto isFound = [](const CheckController::Entry& entry) { return entry.result.found; };
        const auto was = std::ranges::find_if(m_checks->entries(), isFound);
        const auto is = std::ranges::find_if(later.entries(), isFound);
        QCOMPARE(is->result.detail, was->result.detail);
        QCOMPARE(is->result.count, was->result.count);
        QCOMPARE(is->check.promise, was->check.promise);
        later.run(); // what is seen now takes its place
        QTRY_VERIFY_WITH_TIMEOUT(!later.isRunning() && *later.endedAt() > *m_checks->endedAt(), 30'000);
    }

    /// Whatever is written, asking takes less than a hundredth of the time.
    void costsLessThanAHundredth_data() {
        QTest::addColumn<bool>("isLarge");
        QTest::addRow("small") << false;
        QTest::addRow("large") << true;
    }
    void costsLessThanAHundredth() {
        QFETCH(const bool, isLarge);
        if (isLarge) { // fifty components with their states, as many ports with their messages
            run("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                "INSERT INTO component_state (component_name, component_type, version, state_data) "
                "SELECT 'worker-' || (i % 50), 'Sink', i / 50 + 1, '{\"n\":' || i || '}' FROM n");
            run("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999) "
                "INSERT INTO port_messages (port_name, source_component, target_component, message_data) "
                "SELECT 'port-' || (i % 50), 'worker-' || (i % 50), 'worker-' || ((i + 1) % 50), '{}' FROM n");
        }
        die("orders", "timeout", 200, 1h);
        open();
        QTRY_COMPARE(value("Dead letters"), QStringLiteral("200"));
        QTRY_VERIFY(!m_desk->sizes().empty());
        QTRY_VERIFY(m_pane->isSettled());
        QSignalSpy answers(m_desk.get(), &OverviewPoller::changed);
        const QSignalSpy pictures(m_desk.get(), &OverviewPoller::topologyChanged);
        QElapsedTimer clock;
        clock.start();
        int writes = 0;
        QTimer writer;
        connect(&writer, &QTimer::timeout, this, [&] {
            die("orders", "timeout", 1, 1s);
            ++writes;
            m_pane->refresh();
        });
        writer.start(40);
        QTRY_VERIFY_WITH_TIMEOUT(clock.elapsed() > 6'000, 20'000);
        writer.stop();
        QVERIFY(writes > 20);
        QVERIFY(!answers.empty());
        QVERIFY2(answers.size() <= clock.elapsed() / 250 + 4, qPrintable(QString::number(answers.size())));
        QVERIFY2(pictures.size() <= clock.elapsed() / 1000 + 1, qPrintable(QString::number(pictures.size())));
        qInfo("%d writes, %lld answers, %lld pictures, %.2f %% of the time", writes,
              static_cast<long long>(answers.size()), static_cast<long long>(pictures.size()), 100 * m_desk->share());
        // Of a short time more, as it may look ahead, and one look of each kind may go beyond that.
        const double most = 0.01 + (isLarge ? 0.8 : 0.5) / (static_cast<double>(clock.elapsed()) / 1000);
        QVERIFY2(m_desk->share() < most, qPrintable(QString::number(m_desk->share())));
    }

    /// Who feeds whom is asked on the same account: the share of the time contains it.
    void theTopologyIsPaidFor() {
        send("orders", "pending", 5, 1s);
        open();
        QTRY_VERIFY(m_pane->isSettled() && m_desk->overview() && m_desk->overview()->complete);
        QTRY_VERIFY(!m_desk->sizes().empty());
        m_desk->setWatched(false);
        const auto before = m_desk->asked();
        const QSignalSpy pictures(m_desk.get(), &OverviewPoller::topologyChanged);
        m_desk->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(pictures.size() >= 2, 90'000); // of nothing else
        QVERIFY(m_desk->asked() > before);
    }

    void whatWasRecordedIsTold() {
        open();
        QTRY_COMPARE(value("Not verified since it was opened"), QString());
        {
            auto store = openStore(m_url, Access::Write);
            QVERIFY(store.ok());
            const Timestamp ended = currentTime() - 2h;
            QVERIFY(recordVerification(**store, {ended - 1s, ended, "cron", 65, 0, {{"retries", 3, "m-1"}}}).ok());
        }
        m_pane->refresh();
        QTRY_COMPARE(value("Checks that found something"), QStringLiteral("1"));
        QCOMPARE(value("Verified"), QStringLiteral("2 h"));
        QCOMPARE(value("retries"), QStringLiteral("3"));
        m_checks->run(); // what the window itself has seen since is newer
        QTRY_VERIFY_WITH_TIMEOUT(!m_checks->isRunning() && m_checks->endedAt(), 30'000);
        QVERIFY(!line("Checks that found something"));
    }

    void anEdgeLeadsToItsMessages() {
        send("it's", "pending", 3, 1s);
        send("other", "pending", 2, 1s);
        open();
        auto* const view = m_pane->findChild<TopologyView*>();
        QTRY_COMPARE(view->topology().edges.size(), std::size_t(4));
        const QSignalSpy wanted(m_pane.get(), &Pane::paneWanted);
        const auto edge = std::ranges::find(view->topology().edges, QByteArray("it's"), &Topology::Edge::port);
        Q_EMIT view->edgeOpened(static_cast<int>(edge - view->topology().edges.begin()));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), QStringLiteral("ports"));
        const auto filter = parseFilter(wanted[0][1].toString(), portMessageSchema(), currentTime());
        QVERIFY(filter.ok());
        auto store = openStore(m_url, Access::Read);
        QVERIFY(store.ok());
        ListQuery query;
        query.filter = *filter;
        const auto page = (*store)->ports()->messages().page(query, {});
        QVERIFY(page.ok());
        QCOMPARE(page->rows.size(), std::size_t(3));
    }

    void alertsLeadToTheirRowsAndRules() {
        die("orders", "timeout", 12, 0s);
        StoreController writer([this](const CancelToken& token) { return openStore(m_url, Access::Write, token); },
                               "tester");
        AlertMonitor alerts(m_desk->channel(), writer);
        open();
        m_pane->setContext({.checks = m_checks.get(), .alerts = &alerts, .overview = m_desk.get()});
        alerts.start();
        const char* const rising = "Dead letters rising: 12 in 10 min (from 10 on)";
        QTRY_VERIFY(line(rising));
        QCOMPARE(value(rising), QStringLiteral("firing"));
        const QSignalSpy panes(m_pane.get(), &Pane::paneWanted);
        const QSignalSpy rules(m_pane.get(), &Pane::alertsWanted);
        QTest::mouseClick(line(rising), Qt::LeftButton);
        QCOMPARE(panes.size(), 1);
        QCOMPARE(panes[0], (QVariantList{QStringLiteral("dead-letters"), QStringLiteral("age<600s")}));
        QTest::mouseClick(line("All alerts"), Qt::LeftButton);
        QCOMPARE(rules.size(), 1);
        QCOMPARE(panes.size(), 1);
        run("DELETE FROM port_messages");
        alerts.refresh();
        QTRY_VERIFY(!line(rising));
    }

    void aFileStoreHasNoLetters() {
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("file://") + m_folder->path(QStringLiteral("batches")));
        QVERIFY(openStore(m_url, Access::Write).ok());
        open();
        QTRY_COMPARE(value("Batches"), QStringLiteral("0"));
        QVERIFY(!line("Dead letters"));
        const QList<CardLineButton*> all = m_pane->findChildren<CardLineButton*>();
        QVERIFY(std::ranges::any_of(all, [](const CardLineButton* each) {
            return each->line().text.startsWith(QStringLiteral("A file store keeps messages only."));
        }));
    }

private:
    void open() { m_pane->setContext({.checks = m_checks.get(), .overview = m_desk.get()}); }
    /// The line that says this now, or null.
    [[nodiscard]] CardLineButton* line(const char* text) const {
        for (CardLineButton* each : m_pane->findChildren<CardLineButton*>()) {
            if (!each->isHidden() && each->line().text == QString::fromUtf8(text))
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] QString value(const char* text) const {
        const CardLineButton* const found = line(text);
        return found ? found->line().value : QStringLiteral("no such line");
    }
    void run(const QByteArray& sql) const { QCOMPARE(SqliteScript(m_url.path).run(sql), QString()); }
    void send(const QByteArray& port, const QByteArray& status, int count, std::chrono::seconds age,
              const QByteArray& error = {}) const {
        QByteArray rows;
        QByteArray name = port;
        name.replace("'", "''");
        for (int i = 0; i < count; ++i)
            rows += (i > 0 ? "," : "") + QByteArray("('") + name + "','a','b','{}','" + status + "','"
                    + toIsoTime(currentTime() - age) + "','" + error + "')";
        run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
            "created_at, error_message) VALUES "
            + rows);
    }
    void die(const QByteArray& port, const QByteArray& error, int count, std::chrono::seconds age) const {
        send(port, "dead_letter", count, age, error);
    }
    void report(const QByteArray& name, const QByteArray& status, std::chrono::seconds age) const {
        run("INSERT INTO system_health (component_name, health_status, last_heartbeat) VALUES ('" + name + "', '"
            + status + "', '" + toIsoTime(currentTime() - age) + "')");
    }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<OverviewPoller> m_desk;
    std::unique_ptr<CheckController> m_checks;
    std::unique_ptr<OverviewPane> m_pane;
};

QTEST_MAIN(TestOverviewPane)
#include "tst_overviewpane.moc"
