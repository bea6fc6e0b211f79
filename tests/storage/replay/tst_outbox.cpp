#include "storage/ports/ports.h"
#include "storage/replay/replayrunner.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sources/redis/redisoutboxscripts.h"
#include "storage/sources/redis/redisoutboxsink.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/outboxbench.h"
#include "tests/support/postgresserver.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <map>
#include <set>

using namespace portolan;
using namespace std::chrono_literals;
using namespace portolan::test;

class TestOutbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void sendsTheFrozenSetOnce_data() { kinds(); }
    void sendsTheFrozenSetOnce();
    void whatWasSentIsNotSentAgain_data() { kinds(); }
    void whatWasSentIsNotSentAgain();
    void delayedCommandsAreRefused_data() { kinds(); }
    void delayedCommandsAreRefused();
    void whatTheServerForgotIsSentAgain_data();
    void whatTheServerForgotIsSentAgain();
    void droppedNotesAreNoticed();
    void waitsUntilTheDiskHasIt();
    void cancelReturnsWhatWasNotSent_data() { kinds(); }
    void cancelReturnsWhatWasNotSent();
    void cancelWaitsForTheServer();
    void theLatestTakesOver();
    void nobodyListensAndNothingIsLost();
    void rowsThatChangeOnTheWay();
    void largeMessagesGoInSmallBatches();
    void serverAwayFailsTheRunAndResumes();
    void wrongTypeIsSaid();
    void canaryGoesStepByStep();
    void keepsNoPassword();
    void refusesOtherTargets();
    void sentCannotBeRecalled();

private:
    static void kinds();
    Bench& bench() { return *m_bench; }
    SourceUrl to(SourceKind kind) { return m_redis->source(kind, "k"); }
    /// Listens where that is needed for anything to arrive.
    void listen(SourceKind kind);
    Arrived arrived(SourceKind kind);
    ReplayRun carryOut(const QByteArray& run, SourceKind kind, const ReplayPace& pace = {});
    [[nodiscard]] qint64 keysOfOurs() { return client().run({"KEYS", "*portolan*"}).size(); }
    RedisClient& client() { return *m_client; }
    void restartRedis(const std::function<void()>& meanwhile = {});
    QByteArrayList delayed(const QByteArray& run, const OutboxMessage& message, qint64 epoch, SourceKind kind);

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<RedisServer> m_redis;
    std::unique_ptr<RedisClient> m_client;
    std::unique_ptr<RedisConnection> m_listener;
    std::unique_ptr<Bench> m_bench;
};

void TestOutbox::initTestCase_data() {
    QTest::addColumn<StoreKind>("store");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestOutbox::kinds() {
    QTest::addColumn<SourceKind>("kind");
    QTest::newRow("stream") << SourceKind::RedisStream;
    QTest::newRow("list") << SourceKind::RedisList;
    QTest::newRow("channel") << SourceKind::RedisChannel;
}

void TestOutbox::init() {
    QFETCH_GLOBAL(const StoreKind, store);
    m_folder = std::make_unique<TempFolder>();
    const StoreUrl url = store == StoreKind::Sqlite
                             ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")))
                             : m_server.createStore();
    need(openStore(url, Access::Write)).reset();
    m_bench = std::make_unique<Bench>(url);
    m_redis = std::make_unique<RedisServer>();
    m_client = std::make_unique<RedisClient>(m_redis->port());
}

void TestOutbox::cleanup() {
    m_listener.reset();
    m_client.reset();
    m_redis.reset();
    m_bench.reset();
}

void TestOutbox::listen(SourceKind kind) {
    if (kind != SourceKind::RedisChannel)
        return;
    m_listener = std::make_unique<RedisConnection>(RedisEndpoint::of(to(kind)));
    need(m_listener->open({}));
    need(m_listener->command({"SUBSCRIBE", "k"}, {}));
}

Arrived TestOutbox::arrived(SourceKind kind) {
    Arrived all;
    if (kind == SourceKind::RedisStream) {
        const QByteArrayList words = client().run({"XRANGE", "k", "-", "+"}); // entry, name, its value, …
        for (qsizetype at = 0; at + 18 < words.size(); at += 19) {
            QByteArrayList names;
            for (qsizetype name = at + 1; name < at + 19; name += 2)
                names << words[name];
            if (names.join(' ')
                    != "id message_id port_name payload kind source_component target_component "
                       "message_metadata max_retries"
                || words[at + 6] != "orders" || words[at + 12] != "a \"b\"" || words[at + 18] != "3")
                qFatal("not such an entry: %s", words.join(' ').constData());
            all.add(words[at + 2], words[at + 4], words[at + 8]);
        }
    } else if (kind == SourceKind::RedisList) {
        for (const QByteArray& record : client().run({"LRANGE", "k", "0", "-1"}))
            all.addRecord(record);
    } else {
        while (const auto reply = need(m_listener->poll(50ms, {})))
            all.addRecord(reply->root()[2].text().toByteArray());
    }
    return all;
}

ReplayRun TestOutbox::carryOut(const QByteArray& run, SourceKind kind, const ReplayPace& pace) {
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    return need(ReplayRunner(bench().replays(), neverSame, actor, &courier).carryOut(run, pace, {}, {}));
}

void TestOutbox::restartRedis(const std::function<void()>& meanwhile) {
    m_client.reset();
    m_redis->kill();
    if (meanwhile)
        meanwhile();
    m_redis->start();
    m_client = std::make_unique<RedisClient>(m_redis->port());
}

/// What a connection of that epoch would have sent.
QByteArrayList TestOutbox::delayed(const QByteArray& run, const OutboxMessage& message, qint64 epoch, SourceKind kind) {
    const QByteArray word = kind == SourceKind::RedisStream ? "stream"
                            : kind == SourceKind::RedisList ? "list"
                                                            : "channel";
    QByteArrayList words{
        "EVAL", outboxscripts::send, "1", "{k}:portolan:outbox:" + run, QByteArray::number(epoch), word,
        "k",    message.id};
    if (kind != SourceKind::RedisStream)
        return words << "1" << portMessageRecord(message);
    const auto fields = portMessageFields(message);
    words << QByteArray::number(2 * fields.size());
    for (const auto& [name, value] : fields)
        words << name.toByteArray() << value.toByteArray();
    return words;
}

void TestOutbox::sendsTheFrozenSetOnce() {
    QFETCH(const SourceKind, kind);
    bench().addDead(1, 1200);
    const QByteArray run = bench().freeze(to(kind));
    bench().addDead(1201, 1210);
    bench().run(QStringLiteral("UPDATE port_messages SET error_message = 'other'") + Bench::within(1, 30));
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(31, 40));
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'pending'") + Bench::within(41, 45));
    listen(kind);
    const ReplayRun done = carryOut(run, kind);
    QCOMPARE(done.state, RunState::Completed);
    QCOMPARE(done.counts[ItemState::Completed], 1155);
    QCOMPARE(done.counts[ItemState::Skipped], 45);
    QVERIFY(bench().addsUp(run));

    const Arrived all = arrived(kind);
    QCOMPARE(all.ids.size(), 1155U);
    QVERIFY(all.eachOnce());
    QCOMPARE(std::set(all.ids.begin(), all.ids.end()), bench().outboxIds());
    QCOMPARE(all.messages.size(), 1155U);
    QCOMPARE(all.messages.begin()->first, Bench::idOf(46).toUtf8());
    for (int n = 46; n <= 1200; n += 100) {
        const QByteArray payload = all.messages.at(Bench::idOf(n).toUtf8());
        QCOMPARE(QByteArray(payload).replace(" ", ""), Bench::payloadOf(n).replace(" ", ""));
    }
    QCOMPARE(bench().count(
                 "port_messages WHERE status = 'completed' AND completed_at IS NOT NULL AND error_message IS NULL"),
             1155);
    QCOMPARE(bench().count("port_messages WHERE status = 'dead_letter'"), 40);
    for (const char* action : {"replay_claimed", "replay_sent"})
        QCOMPARE(bench().count(
                     ("portolan_audit WHERE action = '" + QByteArray(action) + "' AND reason = 'a test'").constData()),
                 1155);
    QCOMPARE(
        bench().count(
            "portolan_outbox WHERE state = 'confirmed' AND attempts = 1 AND entry <> '' AND target LIKE 'redis:%'"),
        1155);
    QCOMPARE(keysOfOurs(), 0);
}

/// Killed between sending and marking, and again: the same ids, the first entries.
void TestOutbox::whatWasSentIsNotSentAgain() {
    QFETCH(const SourceKind, kind);
    listen(kind);
    bench().addDead(1, 100);
    const QByteArray run = bench().begin(to(kind));
    std::vector<OutboxReceipt> first;
    for (int life = 0; life < 3; ++life) {
        RedisOutboxSink sender(to(kind), run);
        const OutboxLink link = need(sender.open({}));
        QCOMPARE(link.notedSince == link.epoch, life == 0);
        const OutboxBatch batch = need(bench().outbox().claim(run, 40, link, actor));
        QCOMPARE(batch.messages.size(), 40U);
        const auto receipts = need(sender.send(batch.messages));
        QCOMPARE(receipts.size(), 40U);
        if (life == 0)
            first = receipts;
        for (std::size_t i = 0; i < 40; ++i)
            QCOMPARE(receipts[i].entry, first[i].entry);
    }
    QCOMPARE(bench().count("port_messages WHERE status = 'processing'"), 40);
    QCOMPARE(bench().counts(run)[ItemState::Queued], 40);
    QVERIFY(bench().addsUp(run));
    QCOMPARE(carryOut(run, kind).state, RunState::Completed);
    const Arrived all = arrived(kind);
    QCOMPARE(all.ids.size(), 100U);
    QVERIFY(all.eachOnce());
    QCOMPARE(bench().count("portolan_outbox WHERE attempts = 4"), 40);
    QVERIFY(bench().addsUp(run));
}

/// A command that was on its way while its connection was given up, its messages were sent again and the run ended.
void TestOutbox::delayedCommandsAreRefused() {
    QFETCH(const SourceKind, kind);
    listen(kind);
    bench().addDead(1, 3);
    const QByteArray run = bench().begin(to(kind));
    OutboxLink old;
    OutboxMessage message;
    {
        RedisOutboxSink sender(to(kind), run);
        old = need(sender.open({}));
        message = need(bench().outbox().claim(run, 1, old, actor)).messages.front();
    }
    const QByteArrayList late = delayed(run, message, old.epoch, kind);
    {
        RedisOutboxSink next(to(kind), run);
        QVERIFY(need(next.open({})).epoch > old.epoch);
        QCOMPARE(client().run(late).front(), QByteArray("FENCED other")); // before its resend
        OutboxRelay courier(bench().replays(), next, run, actor);
        QCOMPARE(need(courier.step(1, {})).replayed, 1);
        QCOMPARE(client().run(late).front(), QByteArray("FENCED other")); // after it
    }
    QCOMPARE(carryOut(run, kind).state, RunState::Completed);
    QCOMPARE(client().run(late).front(), QByteArray("FENCED none"));
    const Arrived all = arrived(kind);
    QCOMPARE(all.ids.size(), 3U);
    QVERIFY(all.eachOnce());
    // It was the epoch that kept it out.
    client().run({"HSET", "{k}:portolan:outbox:" + run, "epoch", QByteArray::number(old.epoch)});
    client().run(late);
    if (kind == SourceKind::RedisChannel)
        QCOMPARE(arrived(kind).ids.size(), 1U);
    else
        QVERIFY(!arrived(kind).eachOnce());
}

void TestOutbox::whatTheServerForgotIsSentAgain_data() {
    QTest::addColumn<SourceKind>("kind");
    QTest::newRow("stream") << SourceKind::RedisStream;
    QTest::newRow("list") << SourceKind::RedisList;
}

/// The file of the server ends earlier than what it had said, as after a power cut within the second.
void TestOutbox::whatTheServerForgotIsSentAgain() {
    QFETCH(const SourceKind, kind);
    m_client.reset();
    m_redis = std::make_unique<RedisServer>(RedisServer::Data::Kept);
    m_client = std::make_unique<RedisClient>(m_redis->port());
    bench().addDead(1, 100);
    const QByteArray run = bench().begin(to(kind));
    QFile file(m_redis->folder() + QStringLiteral("/appendonlydir/appendonly.aof.1.incr.aof"));
    qint64 size = 0;
    {
        RedisOutboxSink sender(to(kind), run);
        OutboxRelay courier(bench().replays(), sender, run, actor);
        QCOMPARE(need(courier.step(40, {})).replayed, 40);
        size = file.size();
        QCOMPARE(need(courier.step(30, {})).replayed, 30);
        QVERIFY(file.size() > size);
    }
    QCOMPARE(bench().counts(run)[ItemState::Replayed], 70);
    restartRedis([&] { QVERIFY(file.resize(size)); });
    QCOMPARE(arrived(kind).ids.size(), 40U);

    QCOMPARE(carryOut(run, kind).state, RunState::Completed);
    const Arrived all = arrived(kind);
    QCOMPARE(all.ids.size(), 100U);
    QVERIFY(all.eachOnce());
    QCOMPARE(bench().count("portolan_audit WHERE action = 'replay_forgotten'"), 30);
    QCOMPARE(bench().count("port_messages WHERE status = 'completed'"), 100);
    QVERIFY(bench().addsUp(run));
    QCOMPARE(keysOfOurs(), 0);
}

/// Somebody flushes the server while a sender is connected: its run is the same, the notes are gone.
void TestOutbox::droppedNotesAreNoticed() {
    bench().addDead(1, 60);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().begin(to(kind));
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    QCOMPARE(need(courier.step(20, {})).replayed, 20);
    client().run({"FLUSHALL"});
    const auto refused = courier.step(20, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Connection);
    {
        RedisOutboxSink died(to(kind), run); // it took the run over, and came to nothing more
        QVERIFY(need(died.open({})).notedSince > 0);
    }
    QCOMPARE(carryOut(run, kind).state, RunState::Completed);
    const Arrived all = arrived(kind);
    QCOMPARE(all.ids.size(), 60U);
    QVERIFY(all.eachOnce());
}

/// With a sync a second what was just said is not there for good yet.
void TestOutbox::waitsUntilTheDiskHasIt() {
    m_client.reset();
    m_redis = std::make_unique<RedisServer>(RedisServer::Data::Kept,
                                            QStringList{QStringLiteral("--appendfsync"), QStringLiteral("everysec")});
    m_client = std::make_unique<RedisClient>(m_redis->port());
    bench().addDead(1, 10);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().begin(to(kind));
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    QCOMPARE(need(courier.step(20, {})).replayed, 10);
    CancelSource impatient;
    impatient.request_stop();
    const auto early = courier.step(20, impatient.get_token());
    QVERIFY(!early && early.error().code == ErrorCode::Cancelled);
    QCOMPARE(bench().counts(run)[ItemState::Replayed], 10);
    QCOMPARE(need(bench().replays().run(run)).state, RunState::Running);
    QVERIFY(need(courier.step(20, {})).done);
    QCOMPARE(bench().counts(run)[ItemState::Completed], 10);
}

void TestOutbox::cancelReturnsWhatWasNotSent() {
    QFETCH(const SourceKind, kind);
    listen(kind);
    bench().addDead(1, 100);
    const QStringList before = bench().dump();
    const QByteArray run = bench().begin(to(kind));
    RedisOutboxSink lost(to(kind), run);
    const auto link = need(lost.open({}));
    const OutboxBatch batch = need(bench().outbox().claim(run, 50, link, actor));
    need(lost.send(std::span(batch.messages).first(20))); // and never marked
    bench().run(QStringLiteral("UPDATE port_messages SET error_message = 'x'") + Bench::within(30, 30));

    need(bench().replays().change(run, RunState::Cancelled, actor, {}));
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    need(courier.giveBack({}));
    const auto late = lost.send(std::span(batch.messages).last(30));
    QVERIFY(!late);
    const ItemCounts counts = bench().counts(run);
    QCOMPARE(counts[ItemState::Completed], 20);
    QCOMPARE(counts[ItemState::Skipped], 80);
    QVERIFY(bench().addsUp(run));
    QCOMPARE(arrived(kind).ids.size(), 20U);
    QCOMPARE(bench().count("port_messages WHERE status = 'completed'"), 20);
    const QStringList after = bench().dump();
    for (int n = 21; n <= 100; ++n) {
        if (n != 30)
            QCOMPARE(after[n - 1], before[n - 1]);
    }
    QCOMPARE(bench().count("portolan_audit WHERE action = 'replay_returned'"), 29);
    QCOMPARE(bench().count("portolan_replay_items WHERE detail = 'cancelled; its row was changed meanwhile'"), 1);
    QCOMPARE(keysOfOurs(), 0);
}

/// What may have been sent is not given back on a guess.
void TestOutbox::cancelWaitsForTheServer() {
    bench().addDead(1, 10);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().begin(to(kind));
    {
        RedisOutboxSink lost(to(kind), run);
        need(bench().outbox().claim(run, 5, need(lost.open({})), actor));
    }
    m_client.reset();
    m_redis->kill();
    need(bench().replays().change(run, RunState::Cancelled, actor, {}));
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    const auto failed = courier.giveBack({});
    QVERIFY(!failed && failed.error().code == ErrorCode::Connection);
    QCOMPARE(bench().counts(run)[ItemState::Queued], 5);
    QVERIFY(bench().addsUp(run));
    m_redis->start();
    need(courier.giveBack({}));
    QCOMPARE(bench().counts(run)[ItemState::Skipped], 10);
    QCOMPARE(bench().count("port_messages WHERE status = 'dead_letter'"), 10);
}

void TestOutbox::theLatestTakesOver() {
    bench().addDead(1, 30);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().begin(to(kind));
    RedisOutboxSink one(to(kind), run);
    RedisOutboxSink two(to(kind), run);
    OutboxRelay first(bench().replays(), one, run, actor);
    OutboxRelay second(bench().replays(), two, run, actor);
    QCOMPARE(need(first.step(10, {})).replayed, 10);
    QCOMPARE(need(second.step(10, {})).replayed, 10);
    const auto refused = first.step(10, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Changed);
    QCOMPARE(bench().counts(run)[ItemState::Queued], 10); // claimed by the first; the second sends them
    while (!need(second.step(10, {})).done) {
    }
    QCOMPARE(arrived(kind).ids.size(), 30U);
    QVERIFY(arrived(kind).eachOnce());
    QVERIFY(bench().addsUp(run));
}

void TestOutbox::nobodyListensAndNothingIsLost() {
    bench().addDead(1, 5);
    const SourceKind kind = SourceKind::RedisChannel;
    const QByteArray run = bench().begin(to(kind));
    {
        RedisOutboxSink sender(to(kind), run);
        OutboxRelay courier(bench().replays(), sender, run, actor);
        const auto unheard = courier.step(5, {});
        QVERIFY(!unheard && unheard.error().code == ErrorCode::Busy);
        QVERIFY2(unheard.error().text.contains(QLatin1String("Nobody listens")), qPrintable(unheard.error().text));
    }
    QCOMPARE(bench().counts(run)[ItemState::Queued], 5);
    listen(kind);
    QCOMPARE(carryOut(run, kind).counts[ItemState::Completed], 5);
    QCOMPARE(arrived(kind).ids.size(), 5U);
}

void TestOutbox::rowsThatChangeOnTheWay() {
    bench().addDead(1, 3);
    const SourceKind kind = SourceKind::RedisList;
    const QByteArray run = bench().begin(to(kind));
    {
        RedisOutboxSink lost(to(kind), run);
        QCOMPARE(need(bench().outbox().claim(run, 3, need(lost.open({})), actor)).messages.size(), 3U);
    }
    bench().run(QStringLiteral("UPDATE port_messages SET status = 'pending'") + Bench::within(1, 1));
    bench().run(QStringLiteral("DELETE FROM port_messages") + Bench::within(2, 2));
    QCOMPARE(carryOut(run, kind).counts[ItemState::Completed], 3);
    QCOMPARE(arrived(kind).ids.size(), 3U);
    QCOMPARE(bench().count("port_messages WHERE status = 'pending'"), 1); // somebody else's by now
    QCOMPARE(bench().count("port_messages WHERE status = 'completed'"), 1);
    QCOMPARE(bench().count("portolan_replay_items WHERE detail LIKE 'sent; its row was %'"), 2);
    QVERIFY(bench().addsUp(run));
}

void TestOutbox::largeMessagesGoInSmallBatches() {
    bench().addDead(1, 2, '"' + QByteArray(3 * 1024 * 1024, 'x') + '"');
    bench().addDead(3, 10);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().begin(to(kind));
    RedisOutboxSink sender(to(kind), run);
    const auto link = need(sender.open({}));
    QCOMPARE(need(bench().outbox().claim(run, 100, link, actor)).messages.size(), 1U);
    QCOMPARE(carryOut(run, kind).counts[ItemState::Completed], 10);
    const Arrived all = arrived(kind);
    QCOMPARE(all.ids.size(), 10U);
    QVERIFY(all.eachOnce());
    QCOMPARE(all.messages.begin()->second.size(), 3 * 1024 * 1024 + 2);
}

void TestOutbox::serverAwayFailsTheRunAndResumes() {
    bench().addDead(1, 10);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().freeze(to(kind));
    m_client.reset();
    m_redis->kill();
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    const auto failed =
        ReplayRunner(bench().replays(), neverSame, actor, &courier).carryOut(run, {.patience = 300ms}, {}, {});
    QVERIFY(!failed && failed.error().code == ErrorCode::Connection);
    QCOMPARE(need(bench().replays().run(run)).state, RunState::Failed);
    QCOMPARE(bench().count("port_messages WHERE status = 'dead_letter'"), 10); // nothing was touched
    m_redis->start();
    m_client = std::make_unique<RedisClient>(m_redis->port());
    QCOMPARE(carryOut(run, kind).state, RunState::Completed);
    QCOMPARE(arrived(kind).ids.size(), 10U);
}

void TestOutbox::wrongTypeIsSaid() {
    bench().addDead(1, 3);
    client().run({"SET", "k", "a text"});
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().freeze(to(kind));
    RedisOutboxSink sender(to(kind), run);
    OutboxRelay courier(bench().replays(), sender, run, actor);
    const auto failed = ReplayRunner(bench().replays(), neverSame, actor, &courier).carryOut(run, {}, {}, {});
    QVERIFY(!failed);
    QCOMPARE(failed.error().code, ErrorCode::Usage);
    QVERIFY2(failed.error().text.contains(QLatin1String("another type")), qPrintable(failed.error().text));
    client().run({"DEL", "k"});
    QCOMPARE(carryOut(run, kind).counts[ItemState::Completed], 3);
    QCOMPARE(arrived(kind).ids.size(), 3U);
}

void TestOutbox::canaryGoesStepByStep() {
    bench().addDead(1, 40);
    const SourceKind kind = SourceKind::RedisList;
    const QByteArray run = bench().freeze(to(kind));
    QCOMPARE(carryOut(run, kind, {.canary = true}).counts[ItemState::Completed], 40);
    QSqlQuery query = need(bench().connection().run(
        QStringLiteral("SELECT count(*) FROM portolan_outbox GROUP BY confirmed_at ORDER BY confirmed_at")));
    std::vector<int> steps;
    while (need(bench().connection().next(query)))
        steps.push_back(query.value(0).toInt());
    const std::vector<int> expected{1, 5, 25, 9};
    QCOMPARE(steps, expected);
}

void TestOutbox::keepsNoPassword() {
    bench().addDead(1, 1);
    SourceUrl target = to(SourceKind::RedisStream);
    target.user = QStringLiteral("u");
    target.password = QStringLiteral("sesame");
    const QByteArray run = bench().freeze(target);
    const QByteArray noted = need(bench().replays().run(run)).target;
    QVERIFY2(!noted.contains("sesame"), noted.constData());
    QCOMPARE(noted, QByteArray("redis://u@127.0.0.1:" + QByteArray::number(m_redis->port()) + "/0?stream=k"));
    // What is noted is where to go on.
    QCOMPARE(need(outboxTarget(need(SourceUrl::parse(QString::fromUtf8(noted))))), noted);
}

void TestOutbox::refusesOtherTargets() {
    for (const char* text : {"kafka://h/topic", "demo:", "redis://h?pattern=a*", "rejects:sqlite:///x.db"}) {
        ReplayOrder order;
        order.filter = need(parseFilter(QString(), portMessageSchema(), currentTime()));
        order.reason = "x";
        order.to = need(SourceUrl::parse(QString::fromUtf8(text)));
        const auto refused = test::frozenLater(bench().replays(), order);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY2(refused.error().text.contains(QLatin1String("redis://")), qPrintable(refused.error().text));
    }
    QCOMPARE(bench().count("portolan_replay_runs"), 0);
}

void TestOutbox::sentCannotBeRecalled() {
    bench().addDead(1, 4);
    const SourceKind kind = SourceKind::RedisStream;
    const QByteArray run = bench().freeze(to(kind));
    // Nobody puts them back by mistake.
    const auto astray = ReplayRunner(bench().replays(), neverSame, actor).carryOut(run, {}, {}, {});
    QVERIFY(!astray && astray.error().code == ErrorCode::Unsupported);
    need(bench().replays().change(run, RunState::Running, actor, {}));
    const auto step = bench().replays().step(run, 10, actor);
    QVERIFY(!step && step.error().code == ErrorCode::Unsupported);
    QCOMPARE(carryOut(run, kind).counts[ItemState::Completed], 4);
    bench().run(QStringLiteral("DELETE FROM port_messages"));
    QCOMPARE(need(bench().replays().settle(run, neverSame, {}))[ItemState::Completed], 4);
    const auto recalled = bench().replays().recall(run, actor, "x", {});
    QVERIFY(!recalled && recalled.error().code == ErrorCode::Unsupported);
    QCOMPARE(need(bench().replays().run(run)).state, RunState::Completed);
}

QTEST_GUILESS_MAIN(TestOutbox)
#include "tst_outbox.moc"
