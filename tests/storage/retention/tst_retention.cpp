#include "storage/operations/audit.h"
#include "storage/retention/retention.h"
#include "storage/series/rollups.h"
#include "tests/support/eitherdatabase.h"

#include <QRandomGenerator>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <thread>

using namespace portolan;
using namespace std::chrono;
using test::need;
using test::PostgresScript;
using test::SqliteScript;
using State = RetentionOutcome::State;

namespace {

/// The moment that most tests take for now.
Timestamp noon() {
    return *parseIsoTime("2026-11-26T12:00:00Z");
}

QByteArray quoted(Timestamp at) {
    return "'" + toIsoTime(at) + "'";
}

QByteArray uuid(int number) {
    return "'00000000-0000-4000-8000-" + QByteArray::number(number).rightJustified(12, '0') + "'";
}

} // namespace

/// Retention on both databases: what goes, what stays, and what is told.
class TestRetention : public QObject, private test::EitherDatabase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { kinds(); }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        renew(onServer);
    }
    void rulesAreOfferedAndOff();
    void aRuleIsChangedWithItsEntry();
    void refusesMistakes_data();
    void refusesMistakes();
    void goesByTheMillisecond();
    void randomAgesAreCountedAsByHand();
    void checkpointsThatCountStay();
    void whatAReplayNeedsStays();
    void whatAnAlertIsAboutStays();
    void eventsStayWithTheirSamples();
    void aWrongClockStopsIt();
    void anyTableByItsName();
    void timesOfOtherProgramsAreRead();
    void aCancelledRunIsNoted();
    void writersDoNotWait();
    void rollupsGoWithTheirRows();
    void emptyPartitionsAreDropped();
    void theReferencesFunctionDoesTheSame();

private:
    [[nodiscard]] qint64 count(const QByteArray& from) const {
        return value("SELECT count(*) FROM " + from).toLongLong();
    }
    void set(const RetentionChange& change) const { need(store().retention()->set(change, "test", "tester", {})); }
    [[nodiscard]] RetentionOutcome look(const QByteArray& rule, Timestamp now = noon()) const {
        return outcomes({.rule = rule, .isDryRun = true, .now = now, .actor = "tester"}).at(0);
    }
    [[nodiscard]] RetentionOutcome carryOut(const QByteArray& rule, Timestamp now = noon()) const {
        return outcomes({.rule = rule, .isDryRun = false, .now = now, .actor = "tester"}).at(0);
    }
    [[nodiscard]] std::vector<RetentionOutcome> outcomes(const RetainOrder& order) const;
    void addMetrics(const std::vector<Timestamp>& times) const;
    void addMessage(int number, const QByteArray& status, Timestamp completed) const;
    void addCheckpoint(int number, const QByteArray& name, int version, bool isLatest, Timestamp created,
                       const QByteArray& expires = "NULL", const QByteArray& component = "c") const;
};

std::vector<RetentionOutcome> TestRetention::outcomes(const RetainOrder& order) const {
    std::vector<RetentionOutcome> found;
    need(store().retention()->run(
        order, [](const QByteArray&, qint64, qint64) {},
        [&](const RetentionOutcome& outcome) -> Result<void> {
            found.push_back(outcome);
            return {};
        },
        {}));
    return found;
}

void TestRetention::addMetrics(const std::vector<Timestamp>& times) const {
    for (std::size_t first = 0; first < times.size(); first += 1000) {
        QByteArray rows;
        for (std::size_t i = first; i < std::min(first + 1000, times.size()); ++i)
            rows += (rows.isEmpty() ? "" : ",") + QByteArray("('c', 'm', 1, ") + quoted(times[i]) + ")";
        run("INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES " + rows);
    }
}

void TestRetention::addMessage(int number, const QByteArray& status, Timestamp completed) const {
    run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
        "created_at, completed_at) VALUES ("
        + uuid(number) + ", 'p', 'a', 'b', '{}', '" + status + "', " + quoted(completed - hours(1)) + ", "
        + quoted(completed) + ")");
}

void TestRetention::addCheckpoint(int number, const QByteArray& name, int version, bool isLatest, Timestamp created,
                                  const QByteArray& expires, const QByteArray& component) const {
    run("INSERT INTO checkpoints (id, checkpoint_name, component_name, checkpoint_data, version, is_latest, "
        "created_at, expires_at) VALUES ("
        + uuid(number) + ", '" + name + "', '" + component + "', '{}', " + QByteArray::number(version) + ", "
        + (isServer() ? (isLatest ? "true" : "false") : (isLatest ? "1" : "0")) + ", " + quoted(created) + ", "
        + expires + ")");
}

void TestRetention::rulesAreOfferedAndOff() {
    const auto rules = need(store().retention()->rules().page({}, {})).rows;
    QCOMPARE(rules.size(), offeredRetentionRules().size());
    QVERIFY(std::ranges::none_of(rules, &RetentionRule::enabled));
    QVERIFY(outcomes({.now = noon()}).empty());
    QVERIFY(outcomes({.isDryRun = true, .now = noon()}).empty());
    addMetrics({noon() - days(40), noon()});
    QCOMPARE(look("component-metrics").rows, 1);
    QCOMPARE(look("component-metrics").state, State::Off);
    const auto refused = store().retention()->run(
        {.rule = "component-metrics", .now = noon()}, [](const QByteArray&, qint64, qint64) {},
        [](const RetentionOutcome&) { return Result<void>(); }, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
    QCOMPARE(count("component_metrics"), 2);
    QCOMPARE(count("portolan_audit WHERE subject_kind = 'retention'"), 0);
}

void TestRetention::aRuleIsChangedWithItsEntry() {
    set({.name = "component-metrics", .keep = days(3)});
    set({.name = "component-metrics", .filter = "metric_name:m"});
    need(store().retention()->switchOff("component-metrics", "enough", "tester", {}));
    const auto rules = need(store().retention()->rules().page({}, {})).rows;
    const auto rule = std::ranges::find(rules, QByteArray("component-metrics"), &RetentionRule::name);
    QVERIFY(rule != rules.end());
    QVERIFY(!rule->enabled && rule->keep == days(3) && rule->filter == "metric_name:m" && rule->id > 0);
    QCOMPARE(value("SELECT enabled FROM portolan_retention_rules"),
             isServer() ? QStringLiteral("f") : QStringLiteral("0"));
    const QStringList told = rows("SELECT action, subject_id, reason FROM portolan_audit ORDER BY id");
    QCOMPARE(told,
             QStringList({QStringLiteral("set|component-metrics|test"), QStringLiteral("set|component-metrics|test"),
                          QStringLiteral("off|component-metrics|enough")}));
    // A time that has only to be over comes back as that.
    set({.name = "expired-checkpoints"});
    QVERIFY(need(store().retention()->set({.name = "expired-checkpoints"}, "again", "tester", {})).keep == seconds(0));
}

void TestRetention::refusesMistakes_data() {
    QTest::addColumn<RetentionChange>("change");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* table, const char* column, const char* says, int keep = 1) {
        RetentionChange change{.name = "mine", .table = table, .timeColumn = column};
        if (keep > 0)
            change.keep = days(keep);
        QTest::newRow(name) << change << QString::fromLatin1(says);
    };
    row("no table", "", "", "--table");
    row("no such table", "nothing", "at", "no table nothing");
    row("no such column", "system_health", "at", "no column at");
    row("no age", "system_health", "created_at", "--keep", 0);
    row("the guard", "processed_events", "processed_at", "delivered again", 3);
    row("the audit", "portolan_audit", "at", "promises");
    row("messages", "messages", "timestamp", "promises");
    QTest::newRow("another table") << RetentionChange{.name = "metrics", .table = "system_health"}
                                   << QStringLiteral("name");
    QTest::newRow("a filter") << RetentionChange{.name = "metrics", .filter = "nothing:1"} << QStringLiteral("nothing");
    QTest::newRow("counted") << RetentionChange{.name = "metrics", .keepCount = 3} << QStringLiteral("checkpoints");
}

void TestRetention::refusesMistakes() {
    QFETCH(const RetentionChange, change);
    QFETCH(const QString, says);
    const auto set = store().retention()->set(change, "test", "tester", {});
    QVERIFY(!set);
    QVERIFY2(set.error().text.contains(says), qPrintable(set.error().text));
    QCOMPARE(count("portolan_retention_rules"), 0);
    QCOMPARE(count("portolan_audit"), 0);
}

/// Thirty days are thirty times 24 hours of UTC, whatever the calendar or a zone does meanwhile: leap days, both
/// changes of the clocks, a year's end.
void TestRetention::goesByTheMillisecond() {
    set({.name = "component-metrics"});
    for (const char* now : {"2026-11-26T12:00:00Z", "2028-03-15T00:00:00Z", "2028-02-29T23:59:59.999Z",
                            "2026-03-29T01:30:00Z", "2026-10-25T00:30:00Z", "2027-01-01T00:00:00Z"}) {
        const Timestamp at = *parseIsoTime(now);
        const Timestamp edge = at - days(30);
        run("DELETE FROM component_metrics");
        addMetrics({edge - milliseconds(1), edge, edge + milliseconds(1), at, at - days(31), at - days(29)});
        const RetentionOutcome seen = look("component-metrics", at);
        const RetentionOutcome done = carryOut("component-metrics", at);
        QVERIFY2(seen.rows == 2 && done.rows == 2 && done.bytes == seen.bytes, now);
        QVERIFY2(seen.oldestKept == edge && done.oldestKept == edge && done.state == State::Done, now);
        QCOMPARE(count("component_metrics"), 4);
    }
}

void TestRetention::randomAgesAreCountedAsByHand() {
    QRandomGenerator random(20261126);
    std::vector<Timestamp> times;
    for (int i = 0; i < 5000; ++i)
        times.push_back(noon() - milliseconds(random.bounded(qint64(60) * 86'400'000)));
    addMetrics(times);
    const auto old = std::ranges::count_if(times, [](Timestamp at) { return at < noon() - days(30); });
    const auto oldest = std::ranges::min(times, {}, [](Timestamp at) { return at < noon() - days(30) ? noon() : at; });
    constexpr const char* states[] = {"pending", "processing", "completed", "failed", "dead_letter"};
    qint64 completed = 0;
    for (int i = 0; i < 300; ++i) {
        const char* const status = states[random.bounded(5)];
        const Timestamp at = noon() - milliseconds(random.bounded(qint64(20) * 86'400'000));
        addMessage(i, status, at);
        completed += qstrcmp(status, "completed") == 0 && at < noon() - days(7) ? 1 : 0;
    }
    set({.name = "component-metrics"});
    set({.name = "completed-messages"});
    const auto seen = outcomes({.isDryRun = true, .now = noon(), .actor = "tester"});
    QCOMPARE(seen.size(), std::size_t(2)); // by name
    QCOMPARE(seen[0].rows, completed);
    QCOMPARE(seen[1].rows, qint64(old));
    QVERIFY(seen[1].oldestKept == oldest);
    QCOMPARE(count("component_metrics"), qint64(times.size()));
    const auto done = outcomes({.now = noon(), .actor = "tester", .reason = "nightly"});
    for (std::size_t i = 0; i < 2; ++i) {
        QCOMPARE(done[i].rows, seen[i].rows);
        QCOMPARE(done[i].bytes, seen[i].bytes);
        QVERIFY(done[i].oldestKept == seen[i].oldestKept);
    }
    QCOMPARE(count("component_metrics"), qint64(times.size()) - qint64(old));
    QCOMPARE(count("component_metrics WHERE timestamp < " + quoted(noon() - days(30))), 0);
    QCOMPARE(count("port_messages"), 300 - completed);
    QCOMPARE(count("port_messages WHERE status = 'completed' AND completed_at < " + quoted(noon() - days(7))), 0);
    QCOMPARE(count("portolan_audit WHERE action = 'retain' AND reason = 'nightly'"), 2);
    QCOMPARE(value("SELECT sum(done) FROM portolan_jobs WHERE kind = 'retain' AND state = 'completed'").toLongLong(),
             completed + qint64(old));
    QCOMPARE(value("SELECT last_rows FROM portolan_retention_rules WHERE name = 'component-metrics'").toLongLong(),
             qint64(old));
}

void TestRetention::checkpointsThatCountStay() {
    int number = 0;
    // Fourteen versions of a busy component, of which an old one of another name is the latest of that.
    for (int i = 0; i < 14; ++i)
        addCheckpoint(++number, "busy", i + 1, i == 13, noon() - days(20) + hours(i));
    addCheckpoint(++number, "quiet", 1, false, noon() - days(90));
    addCheckpoint(++number, "quiet", 2, true, noon() - days(80));
    addCheckpoint(++number, "unmarked", 1, false, noon() - days(90));
    addCheckpoint(++number, "unmarked", 2, false, noon() - days(80));
    addCheckpoint(++number, "other", 1, true, noon() - days(1), "NULL", "d");
    set({.name = "checkpoint-versions"});
    QCOMPARE(look("checkpoint-versions").rows, 6); // busy 1 to 4, quiet 1, unmarked 1
    QCOMPARE(carryOut("checkpoint-versions").rows, 6);
    QCOMPARE(count("checkpoints WHERE checkpoint_name = 'busy'"), 10);
    QCOMPARE(value("SELECT min(version) FROM checkpoints WHERE checkpoint_name = 'busy'").toInt(), 5);
    QCOMPARE(value("SELECT min(version) FROM checkpoints WHERE checkpoint_name = 'quiet'").toInt(), 2);
    QCOMPARE(value("SELECT min(version) FROM checkpoints WHERE checkpoint_name = 'unmarked'").toInt(), 2);
    addCheckpoint(++number, "expired", 1, false, noon() - days(9), quoted(noon() - seconds(1)));
    addCheckpoint(++number, "expired", 2, false, noon() - days(8), quoted(noon() + seconds(1)));
    addCheckpoint(++number, "expired", 3, true, noon() - days(7), quoted(noon() - days(1)));
    set({.name = "expired-checkpoints"});
    QCOMPARE(look("expired-checkpoints").rows, 1);
    QCOMPARE(carryOut("expired-checkpoints").rows, 1);
    QCOMPARE(value("SELECT min(version) FROM checkpoints WHERE checkpoint_name = 'expired'").toInt(), 2);
    set({.name = "checkpoint-versions", .keepCount = 3});
    const qint64 seen = look("checkpoint-versions").rows;
    QCOMPARE(carryOut("checkpoint-versions").rows, seen);
    QCOMPARE(value("SELECT count(DISTINCT checkpoint_name) FROM checkpoints").toInt(), 5);
    QCOMPARE(count("checkpoints WHERE checkpoint_name IN ('quiet', 'expired', 'other') AND NOT is_latest"), 1);
}

void TestRetention::whatAReplayNeedsStays() {
    const Timestamp old = noon() - days(30);
    for (int i = 1; i <= 8; ++i)
        addMessage(i, "completed", old);
    addMessage(9, "completed", noon());
    const auto addRun = [&](int id, const QByteArray& state, int message, const QByteArray& item) {
        run("INSERT INTO portolan_replay_runs (id, state, filter, reason, actor, frozen) VALUES (" + uuid(id) + ", '"
            + state + "', 'f', 'r', 'a', 1)");
        run("INSERT INTO portolan_replay_items (run_id, position, message_id, state, row_hash, before_image) VALUES ("
            + uuid(id) + ", 1, " + uuid(message) + ", '" + item + "', " + (isServer() ? "'\\x00'" : "x'00'")
            + ", '{}')");
    };
    addRun(101, "frozen", 1, "frozen");
    addRun(102, "running", 2, "completed");
    addRun(103, "paused", 3, "frozen");
    addRun(104, "completed", 4, "replayed"); // what became of it has not been seen
    addRun(105, "completed", 5, "completed");
    addRun(106, "cancelled", 6, "skipped");
    run("INSERT INTO portolan_outbox (message_id, target, payload, state) VALUES (" + uuid(7) + ", 't', "
        + (isServer() ? "'\\x00'" : "x'00'") + ", 'queued')");
    run("INSERT INTO portolan_outbox (message_id, target, payload, state) VALUES (" + uuid(8) + ", 't', "
        + (isServer() ? "'\\x00'" : "x'00'") + ", 'confirmed')");
    set({.name = "completed-messages"});
    QCOMPARE(look("completed-messages").rows, 3);
    QCOMPARE(carryOut("completed-messages").rows, 3);
    for (const int kept : {1, 2, 3, 4, 7, 9})
        QCOMPARE(count("port_messages WHERE id = " + uuid(kept)), 1);
    run("UPDATE portolan_replay_runs SET state = 'cancelled'");
    run("UPDATE portolan_outbox SET state = 'confirmed'");
    QCOMPARE(carryOut("completed-messages").rows, 5);
}

void TestRetention::whatAnAlertIsAboutStays() {
    addMetrics({noon() - days(40), noon() - days(50), noon()});
    run("UPDATE component_metrics SET metric_name = 'heat' WHERE timestamp < " + quoted(noon() - days(45)));
    const auto fire = [&](const QByteArray& filter, const QByteArray& state) {
        run("DELETE FROM portolan_alerts");
        run("INSERT INTO portolan_alerts (name, listing, filter, state) VALUES ('hot', 'component-metrics', '" + filter
            + "', '" + state + "')");
    };
    set({.name = "component-metrics"});
    fire("metric_name:heat", "firing");
    QCOMPARE(look("component-metrics").rows, 1);
    fire("metric_metadata.place:oven", "firing"); // a place in a document
    const RetentionOutcome held = look("component-metrics");
    QCOMPARE(held.state, isServer() ? State::Counted : State::Held);
    if (!isServer()) {
        QVERIFY2(held.problem.contains(QStringLiteral("hot")), qPrintable(held.problem));
        QCOMPARE(carryOut("component-metrics").state, State::Held);
        QCOMPARE(count("component_metrics"), 3);
    }
    fire("metric_name:heat", "acknowledged");
    QCOMPARE(carryOut("component-metrics").rows, 2);
}

void TestRetention::eventsStayWithTheirSamples() {
    const Timestamp old = noon() - days(1000);
    for (const char* event : {"gone", "kept", "fresh"})
        run(QByteArray("INSERT INTO processed_events (event_id, sensor_id, processed_at) VALUES ('") + event
            + "', 's', " + quoted(qstrcmp(event, "fresh") == 0 ? noon() : old) + ")");
    run("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'kept', " + quoted(old) + ", 1.5)");
    set({.name = "processed-events"});
    QCOMPARE(look("processed-events").rows, 1);
    QCOMPARE(carryOut("processed-events").rows, 1);
    QCOMPARE(count("processed_events WHERE event_id = 'gone'"), 0);
    QCOMPARE(count("processed_events"), 2);
}

void TestRetention::aWrongClockStopsIt() {
    addMetrics({noon() - days(40), noon() - days(1), noon()});
    set({.name = "component-metrics"});
    // The clock was set back by two days, and on by a year.
    for (const auto& [now, says] :
         {std::pair(noon() - days(2), "Set the clock right"), std::pair(noon() + days(365), "Nothing newer")}) {
        for (const bool isDry : {true, false}) {
            const RetentionOutcome outcome =
                isDry ? look("component-metrics", now) : carryOut("component-metrics", now);
            QCOMPARE(outcome.state, State::Stopped);
            QCOMPARE(outcome.rows, 0);
            QVERIFY2(outcome.problem.contains(QLatin1String(says)), qPrintable(outcome.problem));
            QVERIFY2(outcome.problem.contains(QStringLiteral("2026-11-26T12:00:00.000Z")), qPrintable(outcome.problem));
        }
    }
    QCOMPARE(count("component_metrics"), 3);
    QCOMPARE(value("SELECT last_result FROM portolan_retention_rules"), QStringLiteral("stopped"));
    QCOMPARE(carryOut("component-metrics", noon() - hours(23)).rows, 1); // within a day it is no other clock
}

void TestRetention::anyTableByItsName() {
    run(isServer() ? "CREATE SCHEMA other; CREATE TABLE other.\"Log of all\" (\"At\" timestamptz, kind text)"
                   : "CREATE TABLE \"Log of all\" (\"At\" TEXT, kind TEXT)");
    const QByteArray table = isServer() ? "other.Log of all" : "Log of all";
    const QByteArray sql = isServer() ? "other.\"Log of all\"" : "\"Log of all\"";
    for (int day = 0; day < 20; ++day)
        run("INSERT INTO " + sql + " VALUES (" + quoted(noon() - days(day) - hours(1)) + ", '"
            + (day % 2 == 0 ? "even" : "odd") + "')");
    set({.name = "log", .table = table, .timeColumn = "At", .filter = "kind:odd", .keep = days(10)});
    QCOMPARE(look("log").rows, 5);
    QCOMPARE(carryOut("log").rows, 5);
    QCOMPARE(count(sql), 15);
    const RetentionChange part{
        .name = "part", .table = "component_metrics_default", .timeColumn = "timestamp", .keep = days(1)};
    QVERIFY(!store().retention()->set(part, "test", "tester", {}));
    // A table that is gone is told, and stops no other rule.
    run("DROP TABLE " + sql);
    addMetrics({noon() - days(40), noon()});
    set({.name = "component-metrics"});
    const auto done = outcomes({.now = noon(), .actor = "tester"});
    QCOMPARE(done.size(), std::size_t(2));
    QCOMPARE(done[0].rows, 1);
    QCOMPARE(done[1].state, State::Missing);
    QVERIFY(done[1].problem.contains(QStringLiteral("Log of all")));
}

/// SQLite keeps what a program wrote: a blank in place of the T must not make a row older than it is.
void TestRetention::timesOfOtherProgramsAreRead() {
    if (isServer())
        return;
    for (const char* time : {"2026-10-27 11:59:59", "2026-10-27 12:00:00", "2026-10-27T13:30:00+02:00",
                             "2026-10-27T11:00:00+02:00", "2026-11-26 11:00:00", "no time"})
        run(QByteArray(
                "INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES ('c', "
                "'m', 1.0, '")
            + time + "')");
    set({.name = "component-metrics"});
    // Thirty days before are 2026-10-27T12:00:00Z.
    const qint64 byHand = 3;
    QCOMPARE(look("component-metrics").rows, byHand);
    QCOMPARE(carryOut("component-metrics").rows, byHand);
    QCOMPARE(
        count(
            "component_metrics WHERE timestamp IN ('2026-10-27T12:00:00.000Z', '2026-11-26T11:00:00.000Z', 'no time')"),
        3);
    run("CREATE TABLE numbers (at INTEGER)");
    run("INSERT INTO numbers VALUES (1793102399), (1793102400), (1793188800), (1793012400), (NULL)");
    set({.name = "numbers", .table = "numbers", .timeColumn = "at", .keep = days(30)});
    QCOMPARE(carryOut("numbers").rows, 2);
    QCOMPARE(count("numbers"), 3);
}

void TestRetention::aCancelledRunIsNoted() {
    std::vector<Timestamp> times{noon()};
    for (int i = 0; i < 5000; ++i)
        times.push_back(noon() - days(40) - seconds(i));
    addMetrics(times);
    set({.name = "component-metrics"});
    CancelSource source;
    std::vector<RetentionOutcome> told;
    const auto done = store().retention()->run(
        {.now = noon(), .actor = "tester"},
        [&](const QByteArray&, qint64 deleted, qint64 total) {
            QCOMPARE(total, 5000);
            if (deleted > 0)
                source.request_stop();
        },
        [&](const RetentionOutcome& outcome) -> Result<void> {
            told.push_back(outcome);
            return {};
        },
        source.get_token());
    QVERIFY(!done && done.error().code == ErrorCode::Cancelled);
    QCOMPARE(told.size(), std::size_t(1));
    QCOMPARE(told[0].state, State::Cancelled);
    QVERIFY(told[0].rows > 0 && told[0].rows < 5000);
    QCOMPARE(count("component_metrics"), 5001 - told[0].rows);
    QCOMPARE(value("SELECT done FROM portolan_jobs WHERE kind = 'retain' AND state = 'cancelled'").toLongLong(),
             told[0].rows);
    QCOMPARE(value("SELECT last_rows FROM portolan_retention_rules WHERE last_result = 'cancelled'").toLongLong(),
             told[0].rows);
    QCOMPARE(
        count("component_metrics WHERE timestamp < " + quoted(noon() - days(40) - seconds(5000 - told[0].rows - 1))),
        0);
    QCOMPARE(carryOut("component-metrics").rows, 5000 - told[0].rows);
}

/// A program that writes all the time waits for no transaction of retention longer than it may.
void TestRetention::writersDoNotWait() {
    std::vector<Timestamp> times{noon()};
    for (int i = 0; i < 60'000; ++i)
        times.push_back(noon() - days(40) - milliseconds(i));
    addMetrics(times);
    set({.name = "component-metrics"});
    std::atomic_bool isOver = false;
    std::vector<double> waits;
    std::thread writer([&] {
        std::unique_ptr<PostgresScript> server;
        std::unique_ptr<SqliteScript> file;
        if (isServer())
            server = std::make_unique<PostgresScript>(url());
        else
            file = std::make_unique<SqliteScript>(url().path);
        const QByteArray begin =
            isServer() ? "BEGIN; LOCK TABLE component_metrics IN ROW EXCLUSIVE MODE" : "BEGIN IMMEDIATE";
        while (!isOver) {
            const auto since = steady_clock::now();
            if (!(server ? server->run(begin) : file->run(begin)).isEmpty())
                continue;
            waits.push_back(duration<double, std::milli>(steady_clock::now() - since).count());
            const QByteArray row =
                "INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) "
                "VALUES ('c', 'm', 1, "
                + quoted(noon()) + "); COMMIT";
            if (!(server ? server->run(row) : file->run(row)).isEmpty())
                return;
            std::this_thread::sleep_for(milliseconds(1));
        }
    });
    const RetentionOutcome done = carryOut("component-metrics");
    isOver = true;
    writer.join();
    QCOMPARE(done.rows, 60'000);
    QVERIFY(waits.size() > 20);
    std::ranges::sort(waits);
    const double p99 = waits[waits.size() * 99 / 100];
    qInfo("%zu writes beside it waited at most %.1f ms, 99 in a hundred %.1f ms", waits.size(), waits.back(), p99);
    QVERIFY2(p99 < 50, qPrintable(QStringLiteral("%1 ms").arg(p99)));
    QCOMPARE(count("component_metrics"), qint64(waits.size()) + 1);
}

void TestRetention::rollupsGoWithTheirRows() {
    std::vector<Timestamp> times;
    for (int day = 0; day < 60; ++day) {
        for (int i = 0; i < 20; ++i)
            times.push_back(currentTime() - days(day) - seconds(i) - hours(2));
    }
    addMetrics(times);
    need(store().rollups()->roll(Rollups::untilDone, {}));
    const QByteArray old = "portolan_rollups WHERE bucket < "
                           + QByteArray::number(qint64(
                               duration_cast<milliseconds>((currentTime() - days(32)).time_since_epoch()).count()));
    QVERIFY(count(old) > 0);
    set({.name = "component-metrics"});
    QVERIFY(carryOut("component-metrics", currentTime()).rows > 500);
    need(store().rollups()->roll(Rollups::untilDone, {}));
    QCOMPARE(count(old), 0);
}

void TestRetention::emptyPartitionsAreDropped() {
    if (!isServer())
        return;
    const Timestamp now = currentTime();
    addMetrics({now - days(45), now - days(44), now - days(31), now - days(29), now});
    need(store().rollups()->roll(Rollups::untilDone, {})); // makes the partitions
    const QByteArray parts = "pg_inherits WHERE inhparent = 'component_metrics'::regclass";
    const qint64 before = count(parts);
    set({.name = "component-metrics", .filter = "component_name:other"});
    QCOMPARE(carryOut("component-metrics", now).rows, 0);
    QCOMPARE(count(parts), before); // those with rows stay
    set({.name = "component-metrics", .filter = ""});
    QCOMPARE(carryOut("component-metrics", now).rows, 3);
    QCOMPARE(count(parts), before - 3);
    QCOMPARE(count("component_metrics"), 2);
}

void TestRetention::theReferencesFunctionDoesTheSame() {
    if (!isServer())
        return;
    const Timestamp now = currentTime();
    addMetrics({now - days(31), now - days(29), now});
    addMessage(1, "completed", now - days(8));
    addMessage(2, "completed", now - days(6));
    addMessage(3, "failed", now - days(8));
    int number = 10;
    for (int i = 0; i < 14; ++i)
        addCheckpoint(++number, "busy", i + 1, i == 13, now - days(20) + hours(i));
    addCheckpoint(++number, "quiet", 1, true, now - days(90));
    QCOMPARE(value("SELECT pg_get_function_result('cleanup_old_data()'::regprocedure)"), QStringLiteral("void"));
    qint64 seen = 0;
    for (const char* rule : {"component-metrics", "completed-messages", "checkpoint-versions"})
        seen += look(rule, now).rows;
    QCOMPARE(seen, 6);
    run("SELECT cleanup_old_data()");
    QCOMPARE(count("component_metrics"), 2);
    QCOMPARE(count("port_messages"), 2);
    QCOMPARE(count("checkpoints"), 11);
    for (const char* rule : {"component-metrics", "completed-messages", "checkpoint-versions"})
        QCOMPARE(look(rule, now).rows, 0);
    QCOMPARE(value("SELECT after_image->>'checkpoints' FROM portolan_audit WHERE subject_id = 'cleanup_old_data'"),
             QStringLiteral("4"));
    set({.name = "component-metrics", .keep = days(28)});
    run("SELECT cleanup_old_data()");
    QCOMPARE(count("component_metrics"), 1);
}

QTEST_GUILESS_MAIN(TestRetention)
#include "tst_retention.moc"
