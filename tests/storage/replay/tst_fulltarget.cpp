#include "storage/replay/replayrunner.h"
#include "storage/sources/redis/redisoutboxsink.h"
#include "storage/stores/openstore.h"
#include "tests/support/outboxbench.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"
#include "tests/support/tempfolder.h"

#include <QElapsedTimer>
#include <QTest>

using namespace portolan;
using namespace portolan::test;

/// A Redis at maxmemory with noeviction, to which a replay is to send: it says at once why it waits and for how long,
/// ends in that time with the reason, and goes on with nothing lost or doubled when there is room.
class TestFullTarget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhyItWaitsAndEnds_data() {
        QTest::addColumn<SourceKind>("kind");
        QTest::addColumn<bool>("inTheMiddle");
        QTest::newRow("stream") << SourceKind::RedisStream << false;
        QTest::newRow("list") << SourceKind::RedisList << false;
        QTest::newRow("channel") << SourceKind::RedisChannel << false;
        QTest::newRow("stream, full after the first step") << SourceKind::RedisStream << true;
        QTest::newRow("list, full after the first step") << SourceKind::RedisList << true;
    }
    void saysWhyItWaitsAndEnds();
};

void TestFullTarget::saysWhyItWaitsAndEnds() {
    QFETCH(const SourceKind, kind);
    QFETCH(const bool, inTheMiddle);
    const TempFolder folder;
    const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db")));
    need(openStore(url, Access::Write)).reset();
    Bench bench(url);
    bench.addDead(1, 20);
    RedisServer redis(RedisServer::Data::Lost, {QStringLiteral("--maxmemory-policy"), QStringLiteral("noeviction")});
    RedisClient client(redis.port());
    const auto fill = [&] { client.run({"CONFIG", "SET", "maxmemory", "1"}); };
    if (!inTheMiddle)
        fill();
    const SourceUrl to = redis.source(kind, "k");
    const QByteArray run = bench.freeze(to);
    ReplayPace pace;
    pace.step = 5;
    pace.patience = std::chrono::milliseconds(2'000);
    const auto carryOut = [&](const ReplayRunner::Progress& progress) {
        RedisOutboxSink sender(to, run);
        OutboxRelay courier(bench.replays(), sender, run, actor);
        return ReplayRunner(bench.replays(), neverSame, actor, &courier).carryOut(run, pace, {}, progress);
    };
    QElapsedTimer since;
    qint64 saidAfter = -1;
    QStringList said;
    bool isFull = !inTheMiddle;
    if (inTheMiddle) { // the first step before the run is carried out whole
        need(bench.replays().change(run, RunState::Running, actor, {}));
        RedisOutboxSink sender(to, run);
        OutboxRelay courier(bench.replays(), sender, run, actor);
        QCOMPARE(need(courier.step(5, {})).replayed, 5);
        fill();
        isFull = true;
    }
    QVERIFY(isFull);
    since.start();
    const auto ended = carryOut([&](const ReplayRun&, const QString& lastError) {
        if (lastError.isEmpty())
            return;
        if (saidAfter < 0)
            saidAfter = since.elapsed();
        said << lastError;
    });
    QVERIFY(!ended);
    QVERIFY2(ended.error().text.contains(QStringLiteral("maxmemory")), qPrintable(ended.error().text));
    QVERIFY2(saidAfter >= 0 && saidAfter < pace.patience.count(), QByteArray::number(saidAfter));
    QVERIFY2(said.first().contains(QStringLiteral("maxmemory")), qPrintable(said.first()));
    QVERIFY2(said.first().contains(QStringLiteral("for 2 s at most")), qPrintable(said.first()));
    said.removeDuplicates();
    QCOMPARE(said.size(), 1); // a line that is said once, not once an attempt
    const ReplayRun failed = need(bench.replays().run(run));
    QCOMPARE(failed.state, RunState::Failed);
    QVERIFY(failed.errorMessage && failed.errorMessage->contains("maxmemory"));
    QVERIFY(bench.addsUp(run));
    client.run({"CONFIG", "SET", "maxmemory", "0"});
    if (kind == SourceKind::RedisChannel)
        return; // to which nobody listens here
    const ReplayRun done = need(carryOut({}));
    QCOMPARE(done.state, RunState::Completed);
    QCOMPARE(done.counts[ItemState::Completed], 20);
    const QByteArrayList length = client.run({kind == SourceKind::RedisStream ? "XLEN" : "LLEN", "k"});
    QCOMPARE(length, QByteArrayList{"20"});
    QVERIFY(bench.addsUp(run));
}

QTEST_GUILESS_MAIN(TestFullTarget)
#include "tst_fulltarget.moc"
