#include "storage/stores/probesource.h"
#include "tests/support/need.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QtTest>

using namespace portolan;
using namespace portolan::test;
using Holds = SourceProbe::Holds;

/// A look at a source tells what is there, and leaves everything as it is.
class TestRedisProbe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aStreamAndItsGroup() {
        RedisServer server;
        RedisClient client(server.port());
        for (int i = 0; i < 5; ++i)
            client.add("s", "x");
        SourceProbe probe = need(probeSource(server.stream("s"), {}));
        QVERIFY2(probe.product.startsWith(QStringLiteral("Redis ")), qPrintable(probe.product));
        QCOMPARE(probe.place, QStringLiteral("127.0.0.1:%1").arg(server.port()));
        QCOMPARE(probe.holds, Holds::Expected);
        QCOMPARE(probe.entries, std::optional<qint64>(5));
        QCOMPARE(probe.hasGroup, std::optional(false));
        QVERIFY(!probe.isReplica);
        QCOMPARE(client.run({"XINFO", "GROUPS", "s"}), QByteArrayList()); // none was made
        client.run({"XGROUP", "CREATE", "s", "portolan", "0"});
        client.run({"XREADGROUP", "GROUP", "portolan", "other", "COUNT", "2", "STREAMS", "s", ">"});
        const QByteArrayList before = client.run({"XINFO", "STREAM", "s", "FULL"});
        probe = need(probeSource(server.stream("s"), {}));
        QCOMPARE(probe.hasGroup, std::optional(true));
        QCOMPARE(probe.pending, std::optional<qint64>(2));
        QVERIFY(!probe.lag || *probe.lag == 3); // Redis 6 does not tell
        QCOMPARE(client.pending("s"), 2);
        QCOMPARE(client.run({"XINFO", "STREAM", "s", "FULL"}).size(), before.size());
        QCOMPARE(client.run({"DBSIZE"}), QByteArrayList{"1"});
    }

    void aListAndWhatIsNone() {
        RedisServer server;
        RedisClient client(server.port());
        client.run({"RPUSH", "l", "a", "b", "c"});
        client.run({"SET", "text", "x"});
        SourceProbe probe = need(probeSource(server.source(SourceKind::RedisList, "l"), {}));
        QCOMPARE(probe.holds, Holds::Expected);
        QCOMPARE(probe.entries, std::optional<qint64>(3));
        probe = need(probeSource(server.source(SourceKind::RedisList, "nowhere"), {}));
        QCOMPARE(probe.holds, Holds::Nothing);
        for (const SourceKind kind : {SourceKind::RedisList, SourceKind::RedisStream}) {
            probe = need(probeSource(server.source(kind, "text"), {}));
            QCOMPARE(probe.holds, Holds::Other);
            QCOMPARE(probe.type, QByteArray("string"));
        }
        probe = need(probeSource(server.stream("nowhere"), {}));
        QCOMPARE(probe.holds, Holds::Nothing);
        QCOMPARE(client.run({"DBSIZE"}), QByteArrayList{"2"});
        QCOMPARE(client.run({"LRANGE", "l", "0", "-1"}), (QByteArrayList{"a", "b", "c"}));
    }

    void channelsAreHeardByOthers() {
        RedisServer server;
        RedisClient hearing(server.port());
        SourceProbe probe = need(probeSource(server.source(SourceKind::RedisChannel, "c.1"), {}));
        QCOMPARE(probe.listeners, std::optional<qint64>(0));
        hearing.run({"SUBSCRIBE", "c.1"});
        probe = need(probeSource(server.source(SourceKind::RedisChannel, "c.1"), {}));
        QCOMPARE(probe.listeners, std::optional<qint64>(1));
        probe = need(probeSource(server.source(SourceKind::RedisPattern, "c.*"), {}));
        QCOMPARE(probe.channels, std::optional<qint64>(1));
    }

    void fewRightsAndWrongPasswords() {
        RedisServer server;
        RedisClient client(server.port());
        client.add("s", "x");
        client.run({"ACL", "SETUSER", "few", "on", ">sEcReT", "~*", "+xlen"});
        SourceUrl url = server.stream("s");
        url.user = QStringLiteral("few");
        url.password = QStringLiteral("sEcReT");
        const SourceProbe probe = need(probeSource(url, {}));
        QCOMPARE(probe.entries, std::optional<qint64>(1));
        QVERIFY(!probe.hasGroup);
        QVERIFY2(probe.denied.contains(QStringLiteral("XINFO GROUPS")), qPrintable(probe.denied.join(u' ')));
        url.password = QStringLiteral("wr0ng");
        const auto refused = probeSource(url, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Auth);
        QVERIFY(!(refused.error().text + refused.error().details).contains(QStringLiteral("wr0ng")));
    }

    void whatDoesNotAnswerIsSaidSoon() {
        SourceUrl url = need(SourceUrl::parse(QStringLiteral("redis://127.0.0.1:%1/0?stream=s").arg(freePort())));
        QElapsedTimer time;
        time.start();
        const auto nobody = probeSource(url, {});
        QVERIFY(!nobody);
        QCOMPARE(nobody.error().code, ErrorCode::Connection);
        QVERIFY(time.elapsed() < 5'000);
        RedisServer server;
        server.pause();
        CancelSource given;
        given.request_stop();
        const auto stopped = probeSource(server.stream("s"), given.get_token());
        QVERIFY(!stopped);
        server.resume();
    }
};

QTEST_GUILESS_MAIN(TestRedisProbe)
#include "tst_redisprobe.moc"
