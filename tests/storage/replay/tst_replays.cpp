#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/replay/replayrunner.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"

#include <QTest>
#include <map>
#include <thread>

using namespace portolan;
using portolan::test::need;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

constexpr char actor[] = "tester";

QString codeOf(const Error& error) {
    return QStringLiteral("%1: %2 %3").arg(static_cast<int>(error.code)).arg(error.text, error.details);
}

bool sameText(const DeathNote& before, const DeathNote& after) {
    return before.message == after.message;
}

/// A statement, as text or literally.
struct Sql {
    Sql(QString sql) : text(std::move(sql)) {}
    Sql(const char* sql) : text(QString::fromUtf8(sql)) {}
    QString text;
};

/// A database with port messages, and what replays them.
class Bench {
public:
    explicit Bench(const StoreUrl& url) : m_session(need(Session::open(url, Access::Write))), m_replays(*m_session) {}

    Replays& replays() { return m_replays; }
    Connection& connection() { return m_session->connection(); }
    void run(const Sql& sql, const QVariantList& values = {}) { need(connection().execute(sql.text, values)); }
    QVariant value(const Sql& sql) { return need(connection().value(sql.text)); }

    /// Dead letters from `first` to `last`, oldest first: their ids say their numbers.
    void addDead(int first, int last, const QString& error = QStringLiteral("timeout")) {
        const bool server = connection().dialect() == SqlDialect::Postgresql;
        run(QStringLiteral("BEGIN"));
        for (int n = first; n <= last; ++n)
            run(QStringLiteral(
                    "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                    "message_metadata, status, retry_count, created_at, processed_at, error_message, "
                    "error_details) VALUES (%1, 'orders', 'a', 'b', %2, %2, 'dead_letter', 3, %3, %3, ?, "
                    "%2)")
                    .arg(server ? QStringLiteral("CAST(? AS uuid)") : QStringLiteral("?"),
                         server ? QStringLiteral("CAST(? AS jsonb)") : QStringLiteral("?"),
                         server ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?")),
                {idOf(n), QStringLiteral("{\"n\": %1, \"big\": 18446744073709551615}").arg(n), QStringLiteral("[1]"),
                 timeOf(n), timeOf(n), error, QStringLiteral("{\"type\":\"E\"}")});
        run(QStringLiteral("COMMIT"));
    }
    static QString idOf(int n) { return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0')); }
    static QString timeOf(int n) {
        return QString::fromLatin1(toIsoTime(Timestamp(std::chrono::seconds(1'700'000'000 + n))));
    }
    /// Where the messages are whose number is within these.
    static QString within(int first, int last) {
        return QStringLiteral(" WHERE id BETWEEN '%1' AND '%2'").arg(idOf(first), idOf(last));
    }

    QByteArray freeze(const QString& filter = {}) { return preview(filter).run.id; }
    ReplayPreview preview(const QString& filter = {}) {
        ReplayOrder order;
        order.filter = need(parseFilter(filter, portMessageSchema(), currentTime()));
        order.words = filter.toUtf8();
        order.reason = "a test";
        order.actor = actor;
        return need(test::frozenLater(m_replays, order));
    }
    ReplayRun carryOut(const QByteArray& run, const ReplayPace& pace = {}) {
        return need(ReplayRunner(m_replays, sameText, actor).carryOut(run, pace, {}, {}));
    }
    qint64 count(const char* where) {
        return value(QStringLiteral("SELECT count(*) FROM port_messages WHERE ") + QLatin1String(where)).toLongLong();
    }
    /// Every row as text: two equal dumps are two equal tables.
    QStringList dump() {
        QStringList rows;
        QSqlQuery query = need(connection().run(QStringLiteral("SELECT * FROM port_messages ORDER BY id")));
        while (need(connection().next(query))) {
            QStringList cells;
            for (int i = 0; i < 15; ++i)
                cells << (query.value(i).isNull() ? QStringLiteral("NULL") : query.value(i).toString());
            rows << cells.join(QLatin1Char('|'));
        }
        return rows;
    }
    /// Items by state and detail, as they are noted.
    std::map<QByteArray, int> outcomes(const QByteArray& run) {
        std::map<QByteArray, int> sums;
        QSqlQuery query =
            need(connection().run(QStringLiteral("SELECT state, detail FROM portolan_replay_items WHERE run_id = ?"),
                                  {QString::fromUtf8(run)}));
        while (need(connection().next(query)))
            ++sums[query.value(0).toByteArray()
                   + (query.value(1).isNull() ? QByteArray() : ' ' + query.value(1).toByteArray())];
        return sums;
    }
    /// The run's counters are its items.
    bool addsUp(const QByteArray& run) {
        const ReplayRun known = need(m_replays.run(run));
        QSqlQuery query = need(connection().run(
            QStringLiteral("SELECT state, count(*) FROM portolan_replay_items WHERE run_id = ? GROUP BY state"),
            {QString::fromUtf8(run)}));
        ItemCounts items;
        while (need(connection().next(query)))
            items[itemStateNamed(query.value(0).toString().toUtf8()).value()] = query.value(1).toLongLong();
        return items == known.counts && items.total() == known.frozen;
    }

private:
    std::unique_ptr<Session> m_session;
    SqlReplays m_replays;
};

} // namespace

class TestReplays : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void replaysTheFrozenSetAndNothingElse();
    void freezesOldestFirstByFilterAndIds();
    void wantsAReason();
    void everyStepIsInTheAudit();
    void recallRestoresTheTable();
    void recallLeavesWhatAWorkerTook();
    void recallGoesOnWhereItBroke();
    void recallEndsWhatWasNotTouched();
    void closureAddsUp();
    void aLaterActLeavesEarlierOutcomes();
    void cancelTouchesNothingMore();
    void pausedByAnotherHand();
    void refusesWrongTransitions();
    void threeAtOnceResetEachOnce_data();
    void threeAtOnceResetEachOnce();
    void aTriggerInTheWayIsSaid();
    void canaryStopsAtTheLimit();
    void keepsToTheRate();
    void countsWhatWouldBeADuplicate();

private:
    Bench& bench() { return *m_bench; }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Bench> m_bench;
};

void TestReplays::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestReplays::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_bench.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")))
                : m_server.createStore();
    need(openStore(m_url, Access::Write)).reset();
    m_bench = std::make_unique<Bench>(m_url);
}

/// The issue's own: 500 come, 300 change, 100 go and 50 are completed behind the frozen set's back.
void TestReplays::replaysTheFrozenSetAndNothingElse() {
    bench().addDead(1, 5000);
    const ReplayPreview preview = bench().preview();
    QCOMPARE(preview.run.frozen, 5000);
    QCOMPARE(preview.oldest, parseIsoTime(Bench::timeOf(1).toUtf8()));
    QCOMPARE(preview.newest, parseIsoTime(Bench::timeOf(5000).toUtf8()));

    bench().addDead(5001, 5500);
    bench().run(QStringLiteral("UPDATE port_messages SET error_message = 'other'") + Bench::within(1, 300));
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(301, 400));
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'completed'") + Bench::within(401, 450));

    const ReplayRun run = bench().carryOut(preview.run.id);
    QCOMPARE(run.state, RunState::Completed);
    QCOMPARE(run.counts[ItemState::Replayed], 4550);
    QCOMPARE(run.counts[ItemState::Skipped], 450);
    QVERIFY(bench().addsUp(run.id));
    const std::map<QByteArray, int> expected{
        {"replayed", 4550}, {"skipped changed", 300}, {"skipped deleted", 100}, {"skipped changed: now completed", 50}};
    QCOMPARE(bench().outcomes(run.id), expected);
    QCOMPARE(bench().count("status = 'pending' AND retry_count = 0 AND error_message IS NULL"), 4550);
    QCOMPARE(bench().count("status = 'dead_letter'"), 800);
    QCOMPARE(bench().count("status = 'completed'"), 50);
}

void TestReplays::freezesOldestFirstByFilterAndIds() {
    bench().addDead(1, 30);
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'failed', retry_count = 3") + Bench::within(1, 5));
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'failed', retry_count = 2") + Bench::within(6, 10));
    bench().run(QStringLiteral("UPDATE port_messages SET port_name = 'mail'") + Bench::within(20, 30));
    ReplayOrder order;
    order.filter = need(parseFilter(QStringLiteral("port_name:orders"), portMessageSchema(), currentTime()));
    for (const int n : {25, 3, 15, 12, 7})
        order.ids.push_back(Bench::idOf(n).toUtf8());
    order.reason = "x";
    order.actor = actor;
    const ReplayPreview preview = need(test::frozenLater(bench().replays(), order));
    const std::vector<ReplayItem> items = need(bench().replays().items(preview.run.id, 0, 100));
    QCOMPARE(items.size(), 3U); // 25 is of another port, 7 has a retry left
    QCOMPARE(items[0].messageId, Bench::idOf(3).toUtf8());
    QCOMPARE(items[1].messageId, Bench::idOf(12).toUtf8());
    QCOMPARE(items[2].messageId, Bench::idOf(15).toUtf8());
    QCOMPARE(items[2].position, 3);
}

void TestReplays::wantsAReason() {
    ReplayOrder order;
    order.reason = " ";
    const auto refused = test::frozenLater(bench().replays(), order);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QCOMPARE(bench().value("SELECT count(*) FROM portolan_replay_runs").toInt(), 0);
}

void TestReplays::everyStepIsInTheAudit() {
    bench().addDead(1, 3);
    const QByteArray run = bench().freeze();
    bench().carryOut(run);
    QSqlQuery rows = need(bench().connection().run(
        QStringLiteral("SELECT actor, action, subject_kind, subject_id, reason, before_image, after_image "
                       "FROM portolan_audit WHERE run_id = ? ORDER BY id"),
        {QString::fromUtf8(run)}));
    QByteArrayList actions;
    while (need(bench().connection().next(rows))) {
        QCOMPARE(rows.value(0).toByteArray(), QByteArray(actor));
        actions << rows.value(1).toByteArray();
        if (actions.back() != "replay")
            continue;
        QCOMPARE(rows.value(4).toString(), QStringLiteral("a test"));
        QVERIFY(rows.value(5).toString().contains(QStringLiteral("dead_letter")));
        QVERIFY(rows.value(5).toString().contains(QStringLiteral("18446744073709551615")));
        QVERIFY(rows.value(6).toString().contains(QStringLiteral("pending")));
    }
    const QByteArrayList expected{"replay_frozen", "replay_started", "replay", "replay", "replay", "replay_completed"};
    QCOMPARE(actions, expected);
}

void TestReplays::recallRestoresTheTable() {
    bench().addDead(1, 1500);
    bench().run(
        QStringLiteral("UPDATE port_messages SET error_message = NULL, error_details = NULL, processed_at = NULL")
        + Bench::within(1, 10));
    const QStringList before = bench().dump();
    const QByteArray run = bench().freeze();
    bench().carryOut(run);
    QVERIFY(bench().dump() != before);
    need(bench().replays().settle(run, sameText, {}));
    QCOMPARE(need(bench().replays().recall(run, actor, "wrong one", {})), 1500);
    QCOMPARE(bench().dump(), before);
    QVERIFY(bench().addsUp(run));
    QCOMPARE(need(bench().replays().run(run)).state, RunState::Recalled);
    QCOMPARE(
        bench().value("SELECT count(*) FROM portolan_audit WHERE action = 'recall' AND reason = 'wrong one'").toInt(),
        1500);
    QCOMPARE(need(bench().replays().recall(run, actor, "again", {})), 0);
    QCOMPARE(bench().dump(), before);
}

void TestReplays::recallLeavesWhatAWorkerTook() {
    bench().addDead(1, 3000);
    const QByteArray run = bench().freeze();
    bench().carryOut(run);
    std::atomic<int> taken = 0;
    const StoreUrl url = m_url;
    std::jthread worker([&taken, url] {
        Bench other(url);
        for (int n = 1; n <= 3000; n += 2) {
            const QString take =
                QStringLiteral("UPDATE port_messages SET status = 'processing' WHERE id = '%1' AND status = "
                               "'pending' AND error_message IS NULL");
            QSqlQuery done = need(other.connection().run(take.arg(Bench::idOf(n))));
            taken += done.numRowsAffected();
        }
    });
    while (taken < 50)
        std::this_thread::yield();
    const qint64 recalled = need(bench().replays().recall(run, actor, "stop", {}));
    worker.join();
    QCOMPARE(recalled + taken, 3000);
    QVERIFY2(recalled < 3000 && taken < 1500, "they did not race");
    QCOMPARE(bench().count("status = 'processing'"), qint64(taken));
    QCOMPARE(bench().count("status = 'dead_letter'"), recalled);
    need(bench().replays().settle(run, sameText, {}));
    QVERIFY(bench().addsUp(run));
}

void TestReplays::recallGoesOnWhereItBroke() {
    bench().addDead(1, 10);
    const QStringList before = bench().dump();
    const QByteArray run = bench().freeze();
    bench().carryOut(run);
    need(bench().replays().change(run, RunState::Recalled, actor, {})); // and killed
    QCOMPARE(need(bench().replays().recall(run, actor, "stop", {})), 10);
    QCOMPARE(bench().dump(), before);
}

/// What a recalled run had not come to is no longer open: every item ends, and nobody can put it back any more.
void TestReplays::recallEndsWhatWasNotTouched() {
    bench().addDead(1, 100);
    const QStringList before = bench().dump();
    const QByteArray run = bench().freeze();
    need(bench().replays().change(run, RunState::Running, actor, {}));
    QCOMPARE(need(bench().replays().step(run, 30, actor)).replayed, 30);
    QCOMPARE(need(bench().replays().recall(run, actor, "stop", {})), 30);
    const std::map<QByteArray, int> expected{{"recalled", 30}, {"skipped recalled", 70}};
    QCOMPARE(bench().outcomes(run), expected);
    QVERIFY(bench().addsUp(run));
    QCOMPARE(bench().dump(), before);
    const auto refused = bench().replays().step(run, 30, actor);
    QVERIFY(!refused && refused.error().code == ErrorCode::Changed);
}

void TestReplays::closureAddsUp() {
    bench().addDead(1, 2500);
    const QByteArray run = bench().freeze();
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(2401, 2500));
    bench().carryOut(run);
    const auto set = [&](const char* what, int first, int last) {
        bench().run(QStringLiteral("UPDATE port_messages SET ") + QLatin1String(what) + Bench::within(first, last));
    };
    set("status = 'completed'", 1, 1000);
    set("status = 'dead_letter', error_message = 'timeout'", 1001, 1500);
    set("status = 'failed', retry_count = 3, error_message = 'other'", 1501, 1700);
    set("status = 'failed', retry_count = 1, error_message = 'timeout'", 1701, 1800);
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(1801, 1850));
    const ItemCounts counts = need(bench().replays().settle(run, sameText, {}));
    QCOMPARE(counts[ItemState::Completed], 1000);
    QCOMPARE(counts[ItemState::FailedSame], 500);
    QCOMPARE(counts[ItemState::FailedAnew], 200);
    QCOMPARE(counts[ItemState::Vanished], 50);
    QCOMPARE(counts[ItemState::Skipped], 100);
    QCOMPARE(counts[ItemState::Pending], 650);
    QCOMPARE(counts.total(), 2500);
    QVERIFY(bench().addsUp(run));
    set("status = 'completed'", 1701, 2400);
    need(bench().replays().settle(run, sameText, {}));
    QCOMPARE(need(bench().replays().run(run)).counts[ItemState::Pending], 0);
    QVERIFY(bench().addsUp(run));
}

/// The outcome of an item is what became of its message until somebody took that again, whoever asks later.
void TestReplays::aLaterActLeavesEarlierOutcomes() {
    const auto die = [&](int first, int last) {
        bench().run(QStringLiteral("UPDATE port_messages SET status = 'dead_letter', retry_count = 3, error_message = "
                                   "'timeout', error_details = '{\"type\":\"E\"}'")
                    + Bench::within(first, last));
    };
    const auto listed = [&](const QByteArray& run) {
        ListQuery query;
        query.limit = 10;
        const auto runs = need(bench().replays().runs().page(query, {})).rows;
        const auto found = std::ranges::find(runs, run, &ReplayRun::id);
        return QStringLiteral("completed %1 same %2 pending %3 vanished %4")
            .arg(found->counts[ItemState::Completed])
            .arg(found->counts[ItemState::FailedSame])
            .arg(found->counts[ItemState::Pending])
            .arg(found->counts[ItemState::Vanished]);
    };
    bench().addDead(1, 4);
    const QByteArray first = bench().freeze();
    bench().carryOut(first);
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'completed'") + Bench::within(1, 1));
    die(2, 4);
    const QString told = QStringLiteral("completed 1 same 3 pending 0 vanished 0");
    QCOMPARE(listed(first), told);

    const QByteArray second = bench().freeze(QStringLiteral("id:%1,%2").arg(Bench::idOf(2), Bench::idOf(3)));
    QCOMPARE(listed(first), told);
    bench().carryOut(second);
    QCOMPARE(listed(first), told);
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'completed'") + Bench::within(2, 2));
    die(3, 3);
    QCOMPARE(listed(second), QStringLiteral("completed 1 same 1 pending 0 vanished 0"));

    DiscardOrder order;
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    order.reason = "useless";
    order.actor = actor;
    const auto store = need(openStore(m_url, Access::Write));
    QCOMPARE(need(store->operations()->archive().discard(order, {}, {})).discarded, 2);
    QCOMPARE(listed(first), told);
    QCOMPARE(listed(second), QStringLiteral("completed 1 same 1 pending 0 vanished 0"));
    for (const QByteArray& run : {first, second}) {
        need(bench().replays().settle(run, sameText, {}));
        QVERIFY(bench().addsUp(run));
    }
    QCOMPARE(listed(first), told);
}

void TestReplays::cancelTouchesNothingMore() {
    bench().addDead(1, 100);
    const QByteArray run = bench().freeze();
    need(bench().replays().change(run, RunState::Running, actor, {}));
    QCOMPARE(need(bench().replays().step(run, 30, actor)).replayed, 30);
    need(bench().replays().change(run, RunState::Cancelled, actor, {}));
    const auto refused = bench().replays().step(run, 30, actor);
    QVERIFY(!refused && refused.error().code == ErrorCode::Changed);
    const std::map<QByteArray, int> expected{{"replayed", 30}, {"skipped cancelled", 70}};
    QCOMPARE(bench().outcomes(run), expected);
    QVERIFY(bench().addsUp(run));
    QCOMPARE(bench().count("status = 'pending'"), 30);
}

void TestReplays::pausedByAnotherHand() {
    bench().addDead(1, 1000);
    const QByteArray run = bench().freeze();
    const StoreUrl url = m_url;
    std::jthread hand([url, run] {
        Bench other(url);
        while (need(other.replays().run(run)).counts[ItemState::Replayed] == 0)
            std::this_thread::yield();
        need(other.replays().change(run, RunState::Paused, "another", {}));
    });
    const ReplayRun paused = bench().carryOut(run, {.step = 1});
    hand.join();
    QCOMPARE(paused.state, RunState::Paused);
    QVERIFY(paused.counts[ItemState::Frozen] > 0);
    const ReplayRun ended = bench().carryOut(run);
    QCOMPARE(ended.state, RunState::Completed);
    QCOMPARE(ended.counts[ItemState::Replayed], 1000);
    QVERIFY(bench().addsUp(run));
}

void TestReplays::refusesWrongTransitions() {
    bench().addDead(1, 1);
    const QByteArray run = bench().freeze();
    for (const RunState to : {RunState::Paused, RunState::Completed, RunState::Failed, RunState::Recalled}) {
        const auto refused = bench().replays().change(run, to, actor, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::Changed);
    }
    bench().carryOut(run);
    const auto refused = bench().replays().change(run, RunState::Cancelled, actor, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Changed);
    for (const char* none : {"", "x'; DROP TABLE port_messages; --", "00000000-0000-4000-8000-000000000001"}) {
        const auto missing = bench().replays().run(none);
        QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
    }
}

void TestReplays::threeAtOnceResetEachOnce_data() {
    QTest::addColumn<bool>("oneRun");
    QTest::newRow("of one run") << true;
    QTest::newRow("a run each") << false;
}

void TestReplays::threeAtOnceResetEachOnce() {
    QFETCH(const bool, oneRun);
    bench().addDead(1, 2000);
    std::vector<QByteArray> runs;
    for (int i = 0; i < (oneRun ? 1 : 3); ++i)
        runs.push_back(bench().freeze());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < 3; ++i)
            threads.emplace_back([url = m_url, run = runs[oneRun ? 0 : i]] {
                Bench other(url);
                const auto done = ReplayRunner(other.replays(), sameText, actor).carryOut(run, {.step = 20}, {}, {});
                if (!done)
                    qFatal("%s", qPrintable(codeOf(done.error())));
            });
    }
    qint64 replayed = 0;
    for (const QByteArray& run : runs) {
        QVERIFY(bench().addsUp(run));
        replayed += need(bench().replays().run(run)).counts[ItemState::Replayed];
        QCOMPARE(need(bench().replays().run(run)).counts[ItemState::Frozen], 0);
    }
    QCOMPARE(replayed, 2000);
    QCOMPARE(bench().value("SELECT count(*) FROM portolan_audit WHERE action = 'replay'").toInt(), 2000);
    QCOMPARE(bench().value("SELECT count(DISTINCT subject_id) FROM portolan_audit WHERE action = 'replay'").toInt(),
             2000);
}

void TestReplays::aTriggerInTheWayIsSaid() {
    bench().addDead(1, 10);
    const bool server = bench().connection().dialect() == SqlDialect::Postgresql;
    if (server)
        bench().run("CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RETURN NULL; END; $$ LANGUAGE plpgsql");
    bench().run(server ? "CREATE TRIGGER refuse BEFORE UPDATE ON port_messages FOR EACH ROW EXECUTE FUNCTION refuse()"
                       : "CREATE TRIGGER refuse BEFORE UPDATE ON port_messages BEGIN SELECT RAISE(IGNORE); END");
    const QByteArray run = bench().freeze();
    const auto failed = ReplayRunner(bench().replays(), sameText, actor).carryOut(run, {}, {}, {});
    QVERIFY(!failed);
    QVERIFY2(failed.error().text.contains(QLatin1String("trigger")), qPrintable(failed.error().text));
    QCOMPARE(need(bench().replays().run(run)).state, RunState::Failed);
    QVERIFY(bench().addsUp(run));
    bench().run(server ? "DROP TRIGGER refuse ON port_messages" : "DROP TRIGGER refuse");
    QCOMPARE(bench().carryOut(run).counts[ItemState::Replayed], 10);
}

/// The worker fails every third message that it takes.
void TestReplays::canaryStopsAtTheLimit() {
    bench().addDead(1, 1000);
    const QByteArray run = bench().freeze();
    std::jthread worker([url = m_url](const std::stop_token& stop) {
        Bench other(url);
        while (!stop.stop_requested()) {
            other.run(
                "UPDATE port_messages SET status = CASE WHEN substr(CAST(id AS text), 36) IN ('3', '6', '9') THEN "
                "'dead_letter' ELSE 'completed' END, error_message = 'again' WHERE status = 'pending'");
            std::this_thread::yield();
        }
    });
    const ReplayRun stopped = bench().carryOut(run, {.canary = true, .failingShare = 0.1});
    worker.request_stop();
    worker.join();
    QCOMPARE(stopped.state, RunState::Paused);
    QVERIFY2(stopped.errorMessage.value_or("").startsWith("canary"), stopped.errorMessage.value_or("none").constData());
    QVERIFY2(stopped.counts.released() <= 6, QByteArray::number(stopped.counts.released()).constData()); // 1, then 5
    QVERIFY(bench().addsUp(run));
}

void TestReplays::keepsToTheRate() {
    bench().addDead(1, 300);
    const QByteArray run = bench().freeze();
    const auto begin = std::chrono::steady_clock::now();
    bench().carryOut(run, {.perSecond = 200});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    QVERIFY2(took.count() > 1.3, QByteArray::number(took.count()).constData());
}

void TestReplays::countsWhatWouldBeADuplicate() {
    bench().addDead(1, 3);
    bench().run(QStringLiteral(
                    "INSERT INTO processed_events (event_id, sensor_id) VALUES ('%1', 's'), ('e2', 's'), ('e9', 's')")
                    .arg(Bench::idOf(1)));
    bench().run(QStringLiteral("UPDATE port_messages SET message_data = '{\"event_id\":\"e2\"}'")
                + Bench::within(2, 2));
    QCOMPARE(bench().preview().alreadyProcessed, 2);
    if (bench().connection().dialect() == SqlDialect::Sqlite)
        return;
    // Another program's server may keep documents as texts, whose members cannot be asked for.
    bench().run("DROP VIEW dead_letter_queue");
    bench().run("ALTER TABLE port_messages ALTER COLUMN message_metadata TYPE text");
    QCOMPARE(bench().preview().alreadyProcessed, 2);
}

QTEST_GUILESS_MAIN(TestReplays)
#include "tst_replays.moc"
