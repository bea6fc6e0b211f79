#include "storage/deadletters/deathcause.h"
#include "storage/ingest/writer.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/replay/replayrunner.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/outboxbench.h"
#include "tests/support/postgresserver.h"
#include "tests/support/residentbytes.h"

#include <QFile>
#include <QTest>

using namespace portolan;
using namespace portolan::test;

namespace {

ReplayOrder anOrder(const QString& filter = {}) {
    ReplayOrder order;
    order.filter = need(parseFilter(filter, portMessageSchema(), currentTime()));
    order.words = filter.toUtf8();
    order.reason = "a test";
    order.actor = actor;
    return order;
}

} // namespace

/// Looking writes nothing; what was seen is what is replayed; what nobody will carry out goes; what became of it is
/// told when it is asked for.
class TestLooking : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void looksThroughAReaderAndWritesNothing();
    void replaysWhatWasSeen();
    void beginsInTheSameTransaction();
    void imagesComeWithTheStep();
    void aCancelledDryRunIsGone();
    void keepsAPromiseForSevenDays();
    void removesWhatOlderVersionsLeft();
    void theFirstReceiverTidiesToo();
    void tellsTheOutcomeWhenAsked();
    void holdsAMillionAside();
    void holdsWhatIsDiscardedAside();

private:
    Bench& bench() { return *m_bench; }
    std::unique_ptr<Session> reader() { return need(Session::open(m_url, Access::Read)); }
    /// The bytes of the file and its log; of a server the transactions that wrote to the database.
    QByteArray state();
    /// As an older version left it: every item with the image of its row.
    QByteArray leaveAsBefore(const char* state, const char* age);
    ReplayRun carryOut(const QByteArray& run) {
        return need(ReplayRunner(bench().replays(), sameCause, actor).carryOut(run, {}, {}, {}));
    }
    /// The run's counters are its items.
    bool addsUp(const QByteArray& run) {
        QSqlQuery query = need(bench().connection().run(
            QStringLiteral("SELECT state, count(*) FROM portolan_replay_items WHERE run_id = ? GROUP BY state"),
            {QString::fromUtf8(run)}));
        ItemCounts items;
        while (need(bench().connection().next(query)))
            items[itemStateNamed(query.value(0).toByteArray()).value()] = query.value(1).toLongLong();
        return items == bench().counts(run) && items.total() == need(bench().replays().run(run)).frozen;
    }
    qint64 images(const QByteArray& run) {
        return bench()
            .value(QStringLiteral("SELECT count(*) FROM portolan_replay_items WHERE run_id = '%1' AND "
                                  "CAST(before_image AS text) <> 'null'")
                       .arg(QString::fromUtf8(run)))
            .toLongLong();
    }
    qint64 runs() { return bench().count("portolan_replay_runs"); }
    qint64 items() { return bench().count("portolan_replay_items"); }
    void age(const QByteArray& run, std::chrono::hours by) {
        bench().run(QStringLiteral("UPDATE portolan_replay_runs SET created_at = '%1' WHERE id = '%2'")
                        .arg(QString::fromLatin1(toIsoTime(currentTime() - by)), QString::fromUtf8(run)));
    }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Bench> m_bench;
};

void TestLooking::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestLooking::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_bench.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")))
                : m_server.createStore();
    need(openStore(m_url, Access::Write)).reset();
    m_bench = std::make_unique<Bench>(m_url);
}

QByteArray TestLooking::state() {
    if (m_url.kind == StoreKind::Postgresql) {
        QByteArray text;
        for (const char* table : {"port_messages", "portolan_replay_runs", "portolan_replay_items", "portolan_audit",
                                  "portolan_jobs", "portolan_fingerprints"})
            text +=
                bench()
                    .value(QStringLiteral("SELECT md5(coalesce(string_agg(t::text || t.xmin, ',' ORDER BY t::text), "
                                          "'')) FROM %1 AS t")
                               .arg(QLatin1String(table)))
                    .toByteArray();
        return text;
    }
    QByteArray bytes;
    for (const char* suffix : {"", "-wal"}) {
        QFile file(m_url.path + QLatin1String(suffix));
        if (file.open(QIODevice::ReadOnly))
            bytes += file.readAll();
    }
    return bytes;
}

void TestLooking::looksThroughAReaderAndWritesNothing() {
    bench().addDead(1, 2000);
    bench().run(
        QStringLiteral("INSERT INTO processed_events (event_id, sensor_id) VALUES ('%1', 's')").arg(Bench::idOf(7)));
    const QByteArray before = state();
    {
        const auto session = reader();
        SqlReplays replays(*session);
        ReplayOrder order = anOrder(QStringLiteral("port_name:orders"));
        order.edit = R"([{"op":"replace","path":"/n","value":0}])";
        order.reason.clear();
        const ReplayPreview preview = need(replays.look(order, {}));
        QCOMPARE(preview.run.frozen, 2000);
        QVERIFY(preview.run.id.isEmpty());
        QCOMPARE(preview.alreadyProcessed, 1);
        QCOMPARE(preview.edits.size(), 3U);
        QCOMPARE(preview.oldest, parseIsoTime(toIsoTime(Timestamp(std::chrono::seconds(1'700'000'001)))));
        const auto refused = replays.freeze(anOrder(), *preview.seen, Replays::newRunId(), Replays::Begins::Now, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::ReadOnly);
    }
    QVERIFY(state() == before);
}

void TestLooking::replaysWhatWasSeen() {
    bench().addDead(1, 100);
    const auto session = reader();
    SqlReplays replays(*session);
    const ReplayPreview preview = need(replays.look(anOrder(), {}));
    bench().addDead(101, 110);
    bench().run(QStringLiteral("UPDATE port_messages SET error_message = 'other'") + Bench::within(1, 10));
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(11, 15));
    const QByteArray run = Replays::newRunId();
    need(bench().replays().freeze(anOrder(), *preview.seen, run, Replays::Begins::Now, {}));
    need(bench().replays().freeze(anOrder(), *preview.seen, run, Replays::Begins::Now, {})); // the answer was lost
    const ReplayRun done = carryOut(run);
    QCOMPARE(done.frozen, 100);
    QCOMPARE(done.counts[ItemState::Replayed], 85);
    QCOMPARE(done.counts[ItemState::Skipped], 15);
    QVERIFY(addsUp(run));
    QCOMPARE(bench().count("port_messages WHERE status = 'dead_letter'"), 20);
    QCOMPARE(images(run), 85);
}

void TestLooking::beginsInTheSameTransaction() {
    bench().addDead(1, 3);
    const ReplayPreview preview = need(bench().replays().look(anOrder(), {}));
    const QByteArray run = Replays::newRunId();
    need(bench().replays().freeze(anOrder(), *preview.seen, run, Replays::Begins::Now, {}));
    const ReplayRun begun = need(bench().replays().run(run));
    QCOMPARE(begun.state, RunState::Running);
    QVERIFY(begun.startedAt.has_value());
    QCOMPARE(bench()
                 .value(QStringLiteral("SELECT state FROM portolan_jobs WHERE id = '%1'").arg(QString::fromUtf8(run)))
                 .toString(),
             QStringLiteral("running"));
}

void TestLooking::imagesComeWithTheStep() {
    bench().addDead(1, 30);
    const QStringList before = bench().dump();
    const QByteArray run = need(test::frozenLater(bench().replays(), anOrder())).run.id;
    QCOMPARE(images(run), 0);
    need(bench().replays().change(run, RunState::Running, actor, {}));
    need(bench().replays().step(run, 10, actor));
    QCOMPARE(images(run), 10);
    QCOMPARE(need(bench().replays().recall(run, actor, "stop", {})), 10);
    QCOMPARE(bench().dump(), before);
}

void TestLooking::aCancelledDryRunIsGone() {
    bench().addDead(1, 2500);
    const QByteArray run = need(test::frozenLater(bench().replays(), anOrder())).run.id;
    QCOMPARE(items(), 2500);
    need(bench().replays().change(run, RunState::Cancelled, actor, {}));
    QCOMPARE(runs(), 0);
    QCOMPARE(items(), 0);
    QCOMPARE(bench().count("portolan_audit WHERE action = 'replay_cancelled'"), 1);
}

void TestLooking::keepsAPromiseForSevenDays() {
    bench().addDead(1, 10);
    const QByteArray kept = need(test::frozenLater(bench().replays(), anOrder())).run.id;
    const QByteArray old = need(test::frozenLater(bench().replays(), anOrder())).run.id;
    const QByteArray running = bench().replays().newRunId();
    const ReplayPreview preview = need(bench().replays().look(anOrder(), {}));
    need(bench().replays().freeze(anOrder(), *preview.seen, running, Replays::Begins::Now, {}));
    age(kept, std::chrono::hours(24 * 6));
    age(old, std::chrono::hours(24 * 8));
    age(running, std::chrono::hours(24 * 30));
    Bench next(m_url);
    (void)need(test::frozenLater(next.replays(), anOrder()));
    QVERIFY(!bench().replays().run(old));
    QCOMPARE(need(bench().replays().run(kept)).frozen, 10);
    QCOMPARE(carryOut(kept).counts[ItemState::Replayed], 10);
    QCOMPARE(need(bench().replays().run(running)).state, RunState::Running);
}

QByteArray TestLooking::leaveAsBefore(const char* state, const char* hours) {
    const QByteArray run = need(test::frozenLater(bench().replays(), anOrder())).run.id;
    const bool server = m_url.kind == StoreKind::Postgresql;
    bench().run(QStringLiteral("UPDATE portolan_replay_items AS i SET before_image = %1 WHERE run_id = '%2'")
                    .arg(server
                             ? QStringLiteral("(SELECT row_to_json(m) FROM port_messages m WHERE CAST(m.id AS text) = "
                                              "i.message_id)")
                             : QStringLiteral("json_object('id', message_id)"),
                         QString::fromUtf8(run)));
    bench().run(QStringLiteral("UPDATE portolan_replay_runs SET state = '%1' WHERE id = '%2'")
                    .arg(QLatin1String(state), QString::fromUtf8(run)));
    age(run, std::chrono::hours(QByteArray(hours).toInt()));
    return run;
}

void TestLooking::removesWhatOlderVersionsLeft() {
    bench().addDead(1, 1500);
    const QStringList before = bench().dump();
    const QByteArray dismissed = leaveAsBefore("cancelled", "1");
    const QByteArray abandoned = leaveAsBefore("frozen", "200");
    const QByteArray dryRun = leaveAsBefore("frozen", "3");
    Bench next(m_url);
    need(next.replays().tidy(std::chrono::minutes(5), {}));
    QVERIFY(!bench().replays().run(dismissed));
    QVERIFY(!bench().replays().run(abandoned));
    QCOMPARE(images(dryRun), 0);
    QCOMPARE(items(), 1500);
    QCOMPARE(carryOut(dryRun).counts[ItemState::Replayed], 1500);
    QCOMPARE(need(bench().replays().recall(dryRun, actor, "back", {})), 1500);
    QCOMPARE(bench().dump(), before);
}

void TestLooking::theFirstReceiverTidiesToo() {
    bench().addDead(1, 20);
    const QByteArray dismissed = leaveAsBefore("cancelled", "1");
    const auto store = need(openStore(m_url, Access::Write));
    QVERIFY(bench().replays().run(dismissed).ok()); // opening alone is not yet anybody's word
    (void)need(store->ingestWriter());
    QVERIFY(!bench().replays().run(dismissed));
}

void TestLooking::tellsTheOutcomeWhenAsked() {
    bench().addDead(1, 50);
    const QByteArray run = need(test::frozenLater(bench().replays(), anOrder())).run.id;
    carryOut(run);
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'completed'") + Bench::within(1, 20));
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'dead_letter', error_message = 'timeout'")
                + Bench::within(21, 25));
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'dead_letter', error_message = 'disk full'")
                + Bench::within(26, 28));
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(29, 30));
    const QByteArray before = state();
    const auto session = reader();
    SqlReplays replays(*session);
    const auto listed = [&](const QString& filter = {}) {
        ListQuery query;
        query.filter = need(parseFilter(filter, replayRunSchema(), currentTime()));
        query.limit = 10;
        return need(replays.runs().page(query, {})).rows;
    };
    const std::vector<ReplayRun> rows = listed();
    QCOMPARE(rows.size(), 1U);
    ItemCounts wanted;
    wanted[ItemState::Completed] = 20;
    wanted[ItemState::FailedSame] = 5;
    wanted[ItemState::FailedAnew] = 3;
    wanted[ItemState::Vanished] = 2;
    wanted[ItemState::Pending] = 20;
    QVERIFY(rows.front().counts == wanted);
    QCOMPARE(rows.front().counts.total(), 50);
    QCOMPARE(QByteArray(listedState(rows.front())), QByteArray("handed_back"));
    QCOMPARE(listed(QStringLiteral("completed:20 pending>0")).size(), 1U);
    QCOMPARE(listed(QStringLiteral("state:completed")).size(), 0U);
    ItemCounts shown;
    for (const ReplayItem& item : need(replays.items(run, 0, 100)))
        ++shown[item.state];
    QVERIFY(shown == wanted);
    QVERIFY(state() == before);
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'completed' WHERE status = 'pending'"));
    QCOMPARE(QByteArray(listedState(listed(QStringLiteral("state:completed")).at(0))), QByteArray("completed"));
    need(bench().replays().settle(run, sameCause, {}));
    QVERIFY(addsUp(run));
    QVERIFY(listed().front().counts == need(bench().replays().run(run)).counts);
}

void TestLooking::holdsAMillionAside() {
    const auto seen = need(SeenLetters::make());
    constexpr int count = 1'000'000;
    const QByteArray hash(32, '\0');
    for (int n = 0; n < count; ++n)
        need(seen->add({QByteArray::number(n), hash}));
    need(seen->finish());
    QCOMPARE(seen->count(), count);
    qint64 place = 0;
    qint64 next = 0;
    while (true) {
        const auto letters = need(seen->read(place, 777));
        if (letters.empty())
            break;
        for (const SeenLetters::Letter& letter : letters) {
            if (letter.id != QByteArray::number(next++) || letter.hash != hash)
                QFAIL("another letter");
        }
    }
    QCOMPARE(next, count);
}

/// The naive way, a hash and an id each in memory, takes more than fifty megabytes for these.
void TestLooking::holdsWhatIsDiscardedAside() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("freed memory is kept in quarantine");
#endif
    constexpr int letters = 300'000;
    const bool server = m_url.kind == StoreKind::Postgresql;
    const QString digits =
        server ? QStringLiteral("lpad(CAST(i AS text), 12, '0')") : QStringLiteral("substr('000000000000' || i, -12)");
    const QString id = QStringLiteral("'00000000-0000-4000-8000-' || ") + digits;
    bench().run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, "
                               "message_data, status) SELECT %1, 'orders', 'a', 'b', '{}', 'dead_letter' FROM (WITH "
                               "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %2) SELECT i FROM "
                               "n) AS s")
                    .arg(server ? QStringLiteral("CAST(%1 AS uuid)").arg(id) : id)
                    .arg(letters));
    const auto store = need(openStore(m_url, Access::Read));
    DiscardOrder order;
    order.actor = actor;
    order.filter = need(parseFilter(QStringLiteral("port_name:none"), portMessageSchema(), currentTime()));
    QCOMPARE(need(store->operations()->archive().look(order, {}))->count(), 0); // statements and caches are there
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    const QByteArray before = state();
    const qint64 resident = residentBytes();
    const auto seen = need(store->operations()->archive().look(order, {}));
    const qint64 grown = residentBytes() - resident;
    QCOMPARE(seen->count(), letters);
    QVERIFY2(grown < 24 * 1024 * 1024, QByteArray::number(grown));
    QVERIFY(state() == before);
    std::vector<QByteArray> naive;
    qint64 place = 0;
    for (const SeenLetters::Letter& letter : need(seen->read(place, letters))) {
        naive.push_back(letter.id);
        naive.push_back(letter.hash.toHex());
    }
    QVERIFY(residentBytes() - resident > 48 * 1024 * 1024);
}

QTEST_GUILESS_MAIN(TestLooking)
#include "tst_looking.moc"
