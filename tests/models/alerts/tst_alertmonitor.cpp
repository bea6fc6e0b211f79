#include "models/alerts/alertmodel.h"
#include "models/alerts/alertmonitor.h"
#include "models/alerts/alerttexts.h"
#include "models/window/storecontroller.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>

using namespace portolan;
using namespace std::chrono_literals;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

/// What a window knows of a store's alerts: each transition told once, remembered where the store has a rule.
class TestAlertMonitor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_desk.reset();
        m_writer.reset();
        m_channel.reset();
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        QVERIFY(openStore(m_url, Access::Write).ok());
        open();
    }

    void looksOnceInFifteenSeconds() {
        m_desk->start();
        QTRY_VERIFY(m_desk->isSettled());
        QVERIFY(m_desk->untilNextLook() > 14s);
        QCOMPARE(m_desk->firing(), firingDisk());
        QVERIFY(m_desk->readingOf("dead-letters-rising"));
        QVERIFY(!m_desk->readingOf("nobody"));
    }

    void tellsATransitionOnce() {
        begin();
        die(10);
        look();
        QCOMPARE(m_fired, QByteArrayList{"dead-letters-rising"});
        QCOMPARE(m_desk->readings().front().state, AlertState::Firing);
        QCOMPARE(alertSentence(m_desk->readings().front()),
                 QStringLiteral("Dead letters rising: 10 in 10 min (from 10 on)"));
        look();
        QCOMPARE(m_fired.size(), 1);
        QVERIFY(m_cleared.isEmpty());
        run("DELETE FROM port_messages");
        look();
        QCOMPARE(m_cleared, QByteArrayList{"dead-letters-rising"});
        look();
        QCOMPARE(m_cleared.size(), 1);
        // A rule that is built in is no reason to write to the store.
        QCOMPARE(value("SELECT count(*) FROM portolan_alerts"), QStringLiteral("0"));
        die(10);
        look();
        QCOMPARE(m_fired.size(), 2);
    }

    void whatFiresIsKeptWhileItCannotBeAsked() {
        begin();
        die(10);
        look();
        QCOMPARE(m_fired.size(), 1);
        run("ALTER TABLE port_messages RENAME TO away");
        look();
        const AlertReading* const kept = m_desk->readingOf("dead-letters-rising");
        QVERIFY(kept && kept->problem);
        QCOMPARE(kept->state, AlertState::Firing);
        run("ALTER TABLE away RENAME TO port_messages");
        look();
        QVERIFY(!m_desk->readingOf("dead-letters-rising")->problem);
        QCOMPARE(m_fired.size(), 1); // told once
        QVERIFY(m_cleared.isEmpty());
    }

    void theStoreRemembersItsOwnRules() {
        begin();
        save({"two", "dead-letters", {}, 2});
        QVERIFY(m_fired.isEmpty());
        die(2);
        look();
        QCOMPARE(m_fired, QByteArrayList{"two"});
        QTRY_COMPARE(value("SELECT state FROM portolan_alerts"), QStringLiteral("firing"));
        // Whoever opens it next is told nothing new.
        open();
        begin();
        look();
        QVERIFY(m_fired.isEmpty());
        QCOMPARE(m_desk->readingOf("two")->state, AlertState::Firing);
        run("DELETE FROM port_messages");
        look();
        QCOMPARE(m_cleared, QByteArrayList{"two"});
        QTRY_COMPARE(value("SELECT state FROM portolan_alerts"), QStringLiteral("ok"));
    }

    void whatIsAcknowledgedFiresAgainWhenItHasEnded() {
        begin();
        die(10);
        look();
        acknowledge("dead-letters-rising");
        look();
        QCOMPARE(m_desk->readingOf("dead-letters-rising")->state, AlertState::Acknowledged);
        QCOMPARE(value("SELECT state FROM portolan_alerts"), QStringLiteral("acknowledged"));
        QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE actor = 'tester'"), QStringLiteral("1"));
        run("DELETE FROM port_messages");
        look();
        QCOMPARE(m_cleared.size(), 1);
        QTRY_COMPARE(value("SELECT state FROM portolan_alerts"), QStringLiteral("ok"));
        die(10);
        look();
        QCOMPARE(m_fired.size(), 2);
    }

    void whereTheStoreKeepsNothingTheWindowKnows() {
        run("DROP TABLE portolan_alerts");
        open();
        begin();
        die(10);
        look();
        acknowledge("dead-letters-rising");
        QCOMPARE(m_desk->readingOf("dead-letters-rising")->state, AlertState::Acknowledged);
        look();
        QCOMPARE(m_desk->readingOf("dead-letters-rising")->state, AlertState::Acknowledged);
        run("DELETE FROM port_messages");
        look();
        die(10);
        look();
        QCOMPARE(m_desk->readingOf("dead-letters-rising")->state, AlertState::Firing);
        QCOMPARE(m_fired.size(), 2);
    }

    void aReceiverIsTheWindowsOwn() {
        begin();
        m_desk->setReceiverFailed(true);
        QCOMPARE(m_fired, QByteArrayList{"receiver-stopped"});
        QCOMPARE(alertSentence(*m_desk->readingOf("receiver-stopped")), QStringLiteral("Receiver stopped"));
        m_desk->setReceiverFailed(true);
        QCOMPARE(m_fired.size(), 1);
        acknowledge("receiver-stopped");
        QCOMPARE(m_desk->readingOf("receiver-stopped")->state, AlertState::Acknowledged);
        m_desk->setReceiverFailed(false);
        QCOMPARE(m_cleared, QByteArrayList{"receiver-stopped"});
        QCOMPARE(value("SELECT count(*) FROM portolan_alerts"), QStringLiteral("0"));
    }

    void whatIsSwitchedOffEndsSilently() {
        begin();
        die(10);
        look();
        QCOMPARE(m_fired.size(), 1);
        AlertRule off = *builtInAlert("dead-letters-rising");
        off.enabled = false;
        save(off);
        QCOMPARE(m_desk->readingOf(off.name)->state, AlertState::Ok);
        QVERIFY(m_cleared.isEmpty());
    }

    void rowsKeepTheirPlaceInTheTable() {
        AlertModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDesk(m_desk.get());
        QCOMPARE(model.rowCount(), 0);
        begin();
        const int rows = model.rowCount();
        QVERIFY(rows >= 5);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        look();
        QCOMPARE(resets.size(), 0);
        run("INSERT INTO portolan_rejects (source, key, reason, payload) VALUES ('s', 'k', 'torn', x'00')");
        look();
        QCOMPARE(resets.size(), 1); // what fires stands first
        QCOMPARE(model.rowOf("rejects-rising"), 0);
        QCOMPARE(model.index(0, AlertModel::State).data().toString(), QStringLiteral("✖ firing"));
        QCOMPARE(model.index(0, AlertModel::Limit).data().toString(), QStringLiteral("from 1 on"));
        QCOMPARE(model.index(0, AlertModel::Window).data().toString(), QStringLiteral("10 min"));
        QCOMPARE(model.rowOf("nobody"), -1);
    }

    void leadsToTheRows() {
        const auto way = [](const AlertRule& rule) {
            const PaneLink found = alertLink(rule);
            return found.place + u'|' + found.filter;
        };
        QCOMPARE(way(*builtInAlert("dead-letters-rising")), QStringLiteral("dead-letters|age<600s"));
        QCOMPARE(way(*builtInAlert("messages-waiting")), QStringLiteral("ports|status:pending age>15m"));
        QCOMPARE(way({"x", "lag", "port_name:a or port_name:b"}),
                 QStringLiteral("ports|status:pending (port_name:a or port_name:b)"));
        QCOMPARE(way({"x", "dead-letters", "a or b", 1, 60s}), QStringLiteral("dead-letters|(a or b) age<60s"));
        QCOMPARE(way(*builtInAlert("component-silent")), QStringLiteral("components/health|state:silent"));
        QCOMPARE(way(*builtInAlert("disk-low")), QStringLiteral("|"));
    }

private:
    void open() {
        m_desk.reset();
        const StoreUrl url = m_url;
        m_channel = std::make_unique<StoreWorker>(
            [url](const CancelToken& token) { return openStore(url, Access::Read, token); });
        m_writer = std::make_unique<StoreController>(
            [url](const CancelToken& token) { return openStore(url, Access::Write, token); }, "tester");
        m_desk = std::make_unique<AlertMonitor>(*m_channel, *m_writer);
        m_fired.clear();
        m_cleared.clear();
        connect(m_desk.get(), &AlertMonitor::fired, this, [this](const AlertReading& alert) { add(m_fired, alert); });
        connect(m_desk.get(), &AlertMonitor::cleared, this,
                [this](const AlertReading& alert) { add(m_cleared, alert); });
    }
    /// The machine's own disk is no concern of these tests.
    static void add(QByteArrayList& names, const AlertReading& alert) {
        if (alert.alert.rule.listing != "disk")
            names << alert.alert.rule.name;
    }
    [[nodiscard]] int firingDisk() const {
        const AlertReading* const disk = m_desk->readingOf("disk-low");
        return disk && disk->state == AlertState::Firing ? 1 : 0;
    }
    void begin() {
        m_desk->start();
        QTRY_VERIFY(m_desk->isSettled());
    }
    /// Until the look after this call has come to its end.
    void look() {
        QTRY_VERIFY(m_desk->untilNextLook() > 0ms);
        m_desk->refresh();
        QVERIFY(m_desk->untilNextLook() == 0ms);
        QTRY_VERIFY(m_desk->untilNextLook() > 0ms);
    }
    void save(const AlertRule& rule) {
        bool done = false;
        m_desk->save(rule, {}, {}, this, [&done](const Result<void>& saved) {
            QVERIFY2(saved.ok(), saved ? "" : qPrintable(saved.error().text));
            done = true;
        });
        QTRY_VERIFY(done);
        look();
    }
    void acknowledge(const QByteArray& name) {
        bool done = false;
        m_desk->acknowledge(name, {}, this, [&done](const Result<void>& known) {
            QVERIFY2(known.ok(), known ? "" : qPrintable(known.error().text));
            done = true;
        });
        QTRY_VERIFY(done);
    }
    void run(const QByteArray& sql) const { QCOMPARE(SqliteScript(m_url.path).run(sql), QString()); }
    [[nodiscard]] QString value(const QByteArray& sql) const { return SqliteScript(m_url.path).value(sql); }
    void die(int count) const {
        for (int i = 0; i < count; ++i)
            run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status) "
                "VALUES "
                "('orders', 'a', 'b', '{}', 'dead_letter')");
    }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<StoreWorker> m_channel;
    std::unique_ptr<StoreController> m_writer;
    std::unique_ptr<AlertMonitor> m_desk;
    QByteArrayList m_fired;
    QByteArrayList m_cleared;
};

QTEST_GUILESS_MAIN(TestAlertMonitor)
#include "tst_alertmonitor.moc"
