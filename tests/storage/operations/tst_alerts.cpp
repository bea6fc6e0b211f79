#include "storage/base/deadline.h"
#include "storage/listing/rowsource.h"
#include "storage/operations/audit.h"
#include "storage/stores/alertrules.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <algorithm>

using namespace portolan;
using namespace std::chrono_literals;
using test::need;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr qint64 million = 1'000'000;
constexpr qint64 longestLook = 100; ///< milliseconds

AlertRule rejectRule() {
    return {"torn", "rejects", "reason:torn", 3, 60s};
}

} // namespace

/// The rules for alerts of both databases: what fires and what does not, what is remembered, what is refused; and that
/// looking is quick and leaves no trace.
class TestAlerts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void nothingFiresInAnEmptyStore();
    void lettersOfTheWindowCount();
    void whatWaitsAndWhoIsSilent();
    void rulesAreKeptAndTold();
    void aRuleInTheStoreTakesTheBuiltInOnesPlace();
    void whoComesLaterChangesNothing();
    void transitionsAreRemembered();
    void whatEndedFiresAgain();
    void refusesMistakes_data();
    void refusesMistakes();
    void aMillionRowsAreNotCounted();
    void whatTakesTooLongIsToldAndChangesNothing();
    void aReaderLeavesNoTrace();
    void aForeignDatabaseHasTheBuiltInOnes();
    void filesHaveTheBuiltInOnes();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    /// As another program.
    void run(const QByteArray& sql) const;
    [[nodiscard]] QString value(const QByteArray& sql) const {
        return isServer() ? PostgresScript(m_url).value(sql) : SqliteScript(m_url.path).value(sql);
    }
    void addRejects(int count, const QByteArray& reason, std::chrono::seconds ago = 0s) const;
    void addMessages(int count, const QByteArray& status, std::chrono::seconds ago) const;
    void addReport(const QByteArray& component, std::chrono::seconds ago) const;
    [[nodiscard]] AlertReading reading(const QByteArray& name) const;
    void save(const AlertRule& rule, const std::optional<AlertRule>& expected = {}) const;
    void record() const;

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestAlerts::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestAlerts::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    auto store = openStore(m_url, Access::Write);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    m_store = std::move(*store);
}

void TestAlerts::run(const QByteArray& sql) const {
    const QString failed = isServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed));
}

void TestAlerts::addRejects(int count, const QByteArray& reason, std::chrono::seconds ago) const {
    const QByteArray at = toIsoTime(currentTime() - ago);
    const QByteArray bytes = isServer() ? "'\\x00'" : "x'00'";
    for (int i = 0; i < count; ++i)
        run("INSERT INTO portolan_rejects (source, key, payload, reason, rejected_at) VALUES ('s', 'k', " + bytes
            + ", '" + reason + "', '" + at + "')");
}

void TestAlerts::addMessages(int count, const QByteArray& status, std::chrono::seconds ago) const {
    const QByteArray at = toIsoTime(currentTime() - ago);
    for (int i = 0; i < count; ++i)
        run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
            "created_at) "
            "VALUES ('orders', 'a', 'b', '{}', '"
            + status + "', '" + at + "')");
}

void TestAlerts::addReport(const QByteArray& component, std::chrono::seconds ago) const {
    run("INSERT INTO system_health (component_name, health_status, last_heartbeat) VALUES ('" + component
        + "', 'healthy', '" + toIsoTime(currentTime() - ago) + "')");
}

AlertReading TestAlerts::reading(const QByteArray& name) const {
    const auto readings = checkAlerts(*m_store, 10s, {});
    if (!readings)
        qFatal("%s %s", qPrintable(readings.error().text), qPrintable(readings.error().details));
    const auto found =
        std::ranges::find_if(*readings, [&](const AlertReading& each) { return each.alert.rule.name == name; });
    if (found == readings->end())
        qFatal("there is no alert %s", name.constData());
    if (found->problem)
        qFatal("%s %s", qPrintable(found->problem->text), qPrintable(found->problem->details));
    return *found;
}

void TestAlerts::save(const AlertRule& rule, const std::optional<AlertRule>& expected) const {
    const auto saved = saveAlertRule(*m_store, rule, expected, "it is needed", "tester");
    if (!saved)
        qFatal("%s %s", qPrintable(saved.error().text), qPrintable(saved.error().details));
}

void TestAlerts::record() const {
    const auto readings = checkAlerts(*m_store, 10s, {});
    QVERIFY(readings.ok());
    const auto transitions = transitionsIn(*readings);
    const auto recorded = recordAlerts(*m_store, transitions);
    QVERIFY2(recorded.ok(), recorded ? "" : qPrintable(recorded.error().text + recorded.error().details));
    QCOMPARE(*recorded, static_cast<int>(transitions.size()));
}

void TestAlerts::nothingFiresInAnEmptyStore() {
    const auto readings = checkAlerts(*m_store, 10s, {});
    QVERIFY(readings.ok());
    QByteArrayList names;
    for (const AlertReading& each : *readings) {
        names << each.alert.rule.name;
        QVERIFY2(!each.problem, each.problem ? qPrintable(each.problem->text) : "");
        QVERIFY2(each.state == AlertState::Ok || each.alert.rule.listing == "disk", each.alert.rule.name.constData());
        QCOMPARE(each.value.has_value(), each.alert.rule.listing != receiverListing);
    }
    QByteArrayList wanted{"dead-letters-rising", "component-silent", "messages-waiting", "rejects-rising",
                          "receiver-stopped"};
    if (!isServer())
        wanted << "disk-low";
    wanted << "store-ails"
           << "backup-unproved"
           << "disk-filling"
           << "questions-slow"
           << "questions-failed";
    QCOMPARE(names, wanted);
}

void TestAlerts::lettersOfTheWindowCount() {
    addMessages(5, "dead_letter", 11min);
    addMessages(9, "dead_letter", 9min);
    addMessages(5, "pending", 0min);
    AlertReading letters = reading("dead-letters-rising");
    QCOMPARE(letters.value, std::optional(9.0));
    QCOMPARE(letters.state, AlertState::Ok);
    addMessages(1, "dead_letter", 0min);
    letters = reading("dead-letters-rising");
    QCOMPARE(letters.value, std::optional(10.0));
    QVERIFY(letters.exact);
    QCOMPARE(letters.state, AlertState::Firing);
}

void TestAlerts::whatWaitsAndWhoIsSilent() {
    save({"lag of orders", "lag", "port_name:orders", 600});
    addMessages(2, "pending", 14min);
    addReport("tap", 0s);
    QCOMPARE(reading("messages-waiting").state, AlertState::Ok);
    QCOMPARE(reading("component-silent").state, AlertState::Ok);
    AlertReading lag = reading("lag of orders");
    QCOMPARE(lag.state, AlertState::Firing);
    QVERIFY2(*lag.value >= 840 && *lag.value < 900, qPrintable(QString::number(*lag.value)));
    addMessages(1, "pending", 16min);
    addReport("mill", 1h);
    QTRY_COMPARE(reading("component-silent").state, AlertState::Firing); // its list is kept for a second
    QCOMPARE(reading("messages-waiting").value, std::optional(1.0));
    QCOMPARE(reading("messages-waiting").state, AlertState::Firing);
    run("DELETE FROM port_messages");
    QCOMPARE(reading("lag of orders").value, std::optional(0.0));
    QCOMPARE(reading("lag of orders").state, AlertState::Ok);
}

void TestAlerts::rulesAreKeptAndTold() {
    const AlertRule first{"torn \"lines\"", "rejects", "reason:\"torn\" not key:k", 2.0, 90s};
    save(first);
    AlertRule second = first;
    second.window.reset();
    second.enabled = false;
    save(second, first);
    const auto stored = m_store->alerts()->stored({});
    QVERIFY2(stored.ok(), stored ? "" : qPrintable(stored.error().text));
    QCOMPARE(stored->size(), std::size_t(1));
    QVERIFY(stored->front().rule == second);
    QVERIFY(stored->front().isStored);
    QVERIFY(removeAlertRule(*m_store, first.name, {}, "tester").ok());
    QVERIFY(m_store->alerts()->stored({})->empty());
    const auto again = removeAlertRule(*m_store, first.name, {}, "tester");
    QVERIFY(!again && again.error().code == ErrorCode::NotFound);
    save(first); // the one that was removed does not stand in the way
    const auto audit = m_store->audit()->page({}, {});
    QVERIFY(audit.ok());
    QByteArrayList told;
    for (const AuditEntry& entry : audit->rows) {
        QCOMPARE(entry.subjectKind, QByteArray("alert"));
        QCOMPARE(entry.subjectId, std::optional(first.name));
        told << entry.action + ": " + entry.reason.value_or(QByteArray("-"));
    }
    QCOMPARE(told, (QByteArrayList{"set: it is needed", "set: it is needed", "remove: -", "set: it is needed"}));
    QVERIFY(!audit->rows[0].before && audit->rows[1].before && audit->rows[1].before->contains("90"));
}

void TestAlerts::aRuleInTheStoreTakesTheBuiltInOnesPlace() {
    AlertRule rule = *builtInAlert("dead-letters-rising");
    addMessages(10, "dead_letter", 0min);
    rule.threshold = 11;
    save(rule);
    QCOMPARE(reading(rule.name).state, AlertState::Ok);
    AlertRule off = rule;
    off.enabled = false;
    off.threshold = 1;
    save(off, rule);
    QCOMPARE(reading(rule.name).state, AlertState::Ok);
    QCOMPARE(reading(rule.name).value, std::nullopt);
    const auto readings = checkAlerts(*m_store, 10s, {});
    QVERIFY(readings.ok());
    QCOMPARE(readings->front().alert.rule.name, rule.name); // in its place
    QVERIFY(removeAlertRule(*m_store, rule.name, {}, "tester").ok());
    QCOMPARE(reading(rule.name).state, AlertState::Firing);
}

void TestAlerts::whoComesLaterChangesNothing() {
    const AlertRule rule = rejectRule();
    save(rule);
    AlertRule theirs = rule;
    theirs.threshold = 5;
    AlertRule ours = rule;
    ours.filter = "reason:other";
    save(theirs, rule);
    for (const auto& expected : {std::optional(rule), std::optional<AlertRule>()}) {
        const auto late = saveAlertRule(*m_store, ours, expected, {}, "tester");
        QVERIFY(!late && late.error().code == ErrorCode::Changed);
    }
    QVERIFY(m_store->alerts()->stored({})->front().rule == theirs);
    const auto known = m_store->alerts()->acknowledge(rule, 7, {}, "tester");
    QVERIFY(!known && known.error().code == ErrorCode::Changed);
}

void TestAlerts::transitionsAreRemembered() {
    save(rejectRule());
    addRejects(3, "torn");
    addRejects(5, "other");
    addRejects(5, "torn", 61s);
    addMessages(10, "dead_letter", 0min); // fires too, and the store says nothing of it
    record();
    const auto stored = m_store->alerts()->stored({});
    QVERIFY(stored.ok());
    QCOMPARE(stored->size(), std::size_t(1));
    QCOMPARE(stored->front().state, AlertState::Firing);
    QCOMPARE(stored->front().lastValue, std::optional(3.0));
    QVERIFY(stored->front().changedAt && currentTime() - *stored->front().changedAt < 1min);
    // Another program was first: it is not done again.
    const std::array stale{AlertTransition{"torn", AlertState::Ok, AlertState::Firing, 9}};
    QCOMPARE(*recordAlerts(*m_store, stale), 0);
    QCOMPARE(m_store->alerts()->stored({})->front().lastValue, std::optional(3.0));
}

void TestAlerts::whatEndedFiresAgain() {
    save(rejectRule());
    const auto early = acknowledgeAlert(*m_store, "torn", {}, "tester", {});
    QVERIFY(!early && early.error().code == ErrorCode::Usage); // it does not fire
    addRejects(3, "torn");
    record();
    QVERIFY(acknowledgeAlert(*m_store, "torn", "on it", "tester", {}).ok());
    QCOMPARE(reading("torn").state, AlertState::Acknowledged);
    record();
    QCOMPARE(reading("torn").state, AlertState::Acknowledged);
    run("DELETE FROM portolan_rejects");
    QCOMPARE(reading("torn").state, AlertState::Ok);
    record();
    addRejects(4, "torn");
    QCOMPARE(reading("torn").state, AlertState::Firing);

    // A built-in one gets its row.
    addMessages(12, "dead_letter", 0min);
    QVERIFY(acknowledgeAlert(*m_store, "dead-letters-rising", {}, "tester", {}).ok());
    QCOMPARE(reading("dead-letters-rising").state, AlertState::Acknowledged);
    QVERIFY(reading("dead-letters-rising").alert.rule == *builtInAlert("dead-letters-rising"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE action = 'acknowledge'"), QStringLiteral("2"));
    const auto nobody = acknowledgeAlert(*m_store, "nobody", {}, "tester", {});
    QVERIFY(!nobody && nobody.error().code == ErrorCode::NotFound);
}

void TestAlerts::refusesMistakes_data() {
    QTest::addColumn<QByteArray>("listing");
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<double>("threshold");
    QTest::addColumn<int>("window");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* listing, const char* filter, double threshold, int window,
                        const char* said) {
        QTest::newRow(name) << QByteArray(listing) << QByteArray(filter) << threshold << window
                            << QString::fromUtf8(said);
    };
    row("column", "rejects", "reason:x nowhere:1", 1, 0, "10");
    row("no such listing", "reject", "", 1, 0, "there are batches, messages");
    row("counted as a whole", "dead-letter-groups", "", 1, 0, "there are");
    row("no rows", "disk", "reason:x", 1, 0, "has no rows");
    row("no time", "disk", "", 1, 60, "no time");
    row("of the oldest", "lag", "", 1, 60, "no time");
    row("half a row", "rejects", "", 1.5, 0, "whole number");
    row("nothing", "rejects", "", 0, 0, "whole number");
    row("too many", "rejects", "", 1e9, 0, "100000");
    row("no space", "disk", "", -1, 0, "whole number");
    row("infinite", "lag", "", std::numeric_limits<double>::infinity(), 0, "whole number");
    row("window", "rejects", "", 1, -5, "less than a second");
    row("long window", "rejects", "", 1, 400 * 24 * 3600, "more than a year");
}

void TestAlerts::refusesMistakes() {
    QFETCH(const QByteArray, listing);
    QFETCH(const QByteArray, filter);
    QFETCH(const double, threshold);
    QFETCH(const int, window);
    QFETCH(const QString, said);
    AlertRule rule{"wrong", listing, filter, threshold};
    if (window != 0)
        rule.window = std::chrono::seconds(window);
    const auto saved = saveAlertRule(*m_store, rule, {}, {}, "tester");
    QVERIFY(!saved && saved.error().code == ErrorCode::Usage);
    QVERIFY2(saved.error().text.contains(said), qPrintable(saved.error().text));
    QCOMPARE(value("SELECT count(*) FROM portolan_alerts"), QStringLiteral("0"));
    const AlertReading looked = checkAlert(*m_store, {rule}, 10s, {}); // another program wrote it there
    QVERIFY(looked.problem && !looked.value);
}

void TestAlerts::aMillionRowsAreNotCounted() {
    run(isServer()
            ? QByteArray("INSERT INTO portolan_rejects (source, key, payload, reason, rejected_at) SELECT 's', 'k', "
                         "'\\x00', 'torn', "
                         "now() - i * interval '1 ms' FROM generate_series(1, 1000000) AS i; ANALYZE portolan_rejects")
            : QByteArray("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) INSERT "
                         "INTO portolan_rejects (source, key, payload, reason) SELECT 's', 'k', x'00', 'torn' FROM n"));
    QCOMPARE(value("SELECT count(*) FROM portolan_rejects"), QString::number(million));
    for (const AlertRule& rule : {AlertRule{"all", "rejects", {}, 10}, AlertRule{"recent", "rejects", {}, 10, 3600s},
                                  AlertRule{"filtered", "rejects", "reason:torn source:s", 10, 3600s}}) {
        qint64 best = 10 * longestLook; // of three: others work on this machine
        for (int round = 0; round < 3; ++round) {
            QElapsedTimer clock;
            clock.start();
            const AlertReading looked = checkAlert(*m_store, {rule}, 10s, {});
            best = std::min(best, clock.elapsed());
            QVERIFY2(!looked.problem, looked.problem ? qPrintable(looked.problem->text) : "");
            QCOMPARE(looked.state, AlertState::Firing);
            QVERIFY(!looked.exact && *looked.value >= 10 && *looked.value < 2'000);
        }
        QVERIFY2(best < longestLook,
                 qPrintable(QStringLiteral("%1: %2 ms").arg(QString::fromUtf8(rule.name)).arg(best)));
    }
    // It has its word before the million are read.
    Alert slow{{"none", "rejects", "reason~nosuchtext", 10}, AlertState::Acknowledged};
    const AlertReading looked = checkAlert(*m_store, slow, 5ms, {});
    QVERIFY2(looked.problem, qPrintable(QString::number(looked.value.value_or(-1))));
    QVERIFY2(looked.problem->code == ErrorCode::Timeout && !looked.value, qPrintable(looked.problem->text));
    QCOMPARE(looked.state, AlertState::Acknowledged);
    const AlertReading after = checkAlert(*m_store, slow, 60s, {}); // the connection is still of use
    QVERIFY2(!after.problem, after.problem ? qPrintable(after.problem->text) : "");
    QCOMPARE(after.value, std::optional(0.0));
}

void TestAlerts::whatTakesTooLongIsToldAndChangesNothing() {
    const auto passed = need(Deadline::begin({}, 0ms));
    QTRY_VERIFY(passed->hasPassed());
    QVERIFY(passed->token().stop_requested());
    CancelSource outer;
    const auto cancelled = need(Deadline::begin(outer.get_token(), 1h));
    outer.request_stop();
    QVERIFY(cancelled->token().stop_requested());
    QVERIFY(!cancelled->hasPassed());
    const auto readings = checkAlerts(*m_store, 10s, outer.get_token());
    QVERIFY(!readings && readings.error().code == ErrorCode::Cancelled);
}

void TestAlerts::aReaderLeavesNoTrace() {
    save(rejectRule());
    addRejects(3, "torn");
    m_store.reset();
    const auto trace = [this] {
        QByteArray all;
        if (isServer())
            return value("SELECT md5(string_agg(concat(xmin, xmax, a), ',')) FROM portolan_alerts AS a").toUtf8()
                   + value("SELECT count(*) FROM portolan_audit").toUtf8();
        for (const QFileInfo& file : QDir(m_folder->path()).entryInfoList(QDir::Files, QDir::Name)) {
            QFile read(file.filePath());
            all += file.fileName().toUtf8() + (read.open(QIODevice::ReadOnly) ? read.readAll() : "unreadable");
        }
        return all;
    };
    const QByteArray before = trace();
    {
        auto reader = openStore(m_url, Access::Read);
        QVERIFY(reader.ok());
        const auto readings = checkAlerts(**reader, 10s, {});
        QVERIFY(readings.ok());
        const auto transitions = transitionsIn(*readings);
        QCOMPARE(transitions.size(), std::size_t(1));
        const auto refused = recordAlerts(**reader, transitions);
        QVERIFY(!refused && refused.error().code == ErrorCode::ReadOnly);
        const auto saved = saveAlertRule(**reader, {"other", "rejects"}, {}, {}, "tester");
        QVERIFY(!saved && saved.error().code == ErrorCode::ReadOnly);
    }
    QVERIFY(trace() == before);
    QCOMPARE(value("SELECT state FROM portolan_alerts"), QStringLiteral("ok"));
}

void TestAlerts::aForeignDatabaseHasTheBuiltInOnes() {
    m_store.reset();
    run(isServer() ? "DROP TABLE portolan_alerts, portolan_rejects CASCADE"
                   : "DROP TABLE portolan_alerts; DROP TABLE portolan_rejects");
    auto store = openStore(m_url, Access::Write);
    QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
    m_store = std::move(*store);
    addMessages(10, "dead_letter", 0min);
    QCOMPARE(reading("dead-letters-rising").state, AlertState::Firing);
    const auto readings = checkAlerts(*m_store, 10s, {});
    QVERIFY(readings.ok());
    QVERIFY(
        std::ranges::none_of(*readings, [](const AlertReading& each) { return each.alert.rule.listing == "rejects"; }));
    const auto saved = saveAlertRule(*m_store, rejectRule(), {}, {}, "tester");
    QVERIFY(!saved && saved.error().code == ErrorCode::Unsupported);
}

void TestAlerts::filesHaveTheBuiltInOnes() {
    auto files =
        openStore(*StoreUrl::parse(QStringLiteral("file://") + m_folder->path(QStringLiteral("files"))), Access::Write);
    QVERIFY(files.ok());
    const auto readings = checkAlerts(**files, 10s, {});
    QVERIFY(readings.ok());
    QByteArrayList names;
    for (const AlertReading& each : *readings) {
        QVERIFY2(!each.problem, each.problem ? qPrintable(each.problem->text) : "");
        names << each.alert.rule.name;
    }
    QCOMPARE(names, (QByteArrayList{"rejects-rising", "receiver-stopped", "disk-low", "store-ails", "backup-unproved",
                                    "disk-filling", "questions-slow", "questions-failed"}));
    const auto saved = saveAlertRule(**files, rejectRule(), {}, {}, "tester");
    QVERIFY(!saved && saved.error().code == ErrorCode::Unsupported);
    const AlertReading full = checkAlert(**files, {{"full", "disk", {}, 1e12}}, 10s, {});
    QCOMPARE(full.state, AlertState::Firing);
    QVERIFY(*full.value > 0);
    QCOMPARE(checkAlert(**files, {{"room", "disk", {}, 1}}, 10s, {}).state, AlertState::Ok);
}

QTEST_GUILESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
