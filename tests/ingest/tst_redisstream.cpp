#include "storage/ingest/redisstream.h"

#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QtTest>
#include <algorithm>
#include <memory>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

class TestRedisStream : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
    }
    void cleanup() {
        m_client.reset();
        m_server.reset();
    }

    void deliversInOrderWithKeys() {
        m_client->addMany("s", 2500, [](int i) { return QByteArray::number(i); });
        const auto source = make();
        const Batch all = fetchAll(*source, 2500, {1000, 4 << 20, 1000});
        QCOMPARE(all.size(), 2500U);
        for (std::size_t i = 0; i < all.size(); ++i) {
            QCOMPARE(all[i].payload, QByteArray::number(static_cast<int>(i)));
            QCOMPARE(all[i].keyText, QByteArray::number(all[i].key.major) + '-' + QByteArray::number(all[i].key.minor));
            QCOMPARE(all[i].deliveries, 1);
        }
        QVERIFY(std::ranges::is_sorted(all, {}, &Delivery::key));
        QCOMPARE(all.front().key.source, m_server->stream("s").identity());
        QVERIFY(source->status().connected);
    }

    void acknowledges() {
        m_client->addMany("s", 2500, [](int i) { return QByteArray::number(i); });
        const auto source = make();
        const Batch all = fetchAll(*source, 2500);
        QCOMPARE(m_client->pending("s"), 2500);
        QVERIFY(acknowledgeAll(*source, all).ok());
        QCOMPARE(m_client->pending("s"), 0);
    }

    void takesNoMoreThanAskedFor() {
        m_client->addMany("s", 50, [](int i) { return QByteArray::number(i); });
        const auto source = make();
        QCOMPARE(fetchAll(*source, 7, {7, 4 << 20, 0}).size(), 7U);
        QCOMPARE(m_client->pending("s"), 7);
        QCOMPARE(fetchAll(*source, 3, {3, 4 << 20, 2}).size(), 3U);
        QTRY_COMPARE(m_client->pending("s"), 12); // two read ahead, as allowed
    }

    void keepsBatchesWithinTheirBytes() {
        m_client->addMany("s", 40, [](int) { return QByteArray(100'000, 'x'); });
        const auto source = make();
        std::size_t seen = 0;
        while (seen < 40) {
            const auto batch = source->fetch({1000, 300'000, 0}, 100ms, {});
            QVERIFY(batch.ok());
            QVERIFY2(batch->size() <= 3, "one message may pass the bytes, not more");
            seen += batch->size();
        }
    }

    void bringsOwnPendingFirst() {
        m_client->addMany("s", 10, [](int i) { return QByteArray::number(i); });
        fetchAll(*make(), 4, {4, 4 << 20, 0}); // and dies
        const Batch again = fetchAll(*make(), 10, {4, 4 << 20, 0});
        QCOMPARE(payloads(again), (QByteArrayList{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
        QCOMPARE(again[0].deliveries, 2);
        QCOMPARE(again[4].deliveries, 1);
    }

    void takesOverFromADeadConsumer() {
        m_client->addMany("s", 5, [](int i) { return QByteArray::number(i); });
        m_client->run({"XGROUP", "CREATE", "s", "portolan", "0"});
        m_client->run({"XREADGROUP", "GROUP", "portolan", "dead", "COUNT", "3", "STREAMS", "s", ">"});
        auto options = quickly();
        options.claimIdle = 100ms;
        options.claimEvery = 20ms;
        const auto source = make(options);
        QByteArrayList all;
        QTRY_VERIFY_WITH_TIMEOUT((all += payloads(fetchAndAcknowledge(*source))).size() >= 5, 5000);
        std::ranges::sort(all);
        QCOMPARE(all, (QByteArrayList{"0", "1", "2", "3", "4"}));
    }

    void leavesALivingConsumerAlone() {
        m_client->addMany("s", 5, [](int i) { return QByteArray::number(i); });
        m_client->run({"XGROUP", "CREATE", "s", "portolan", "0"});
        m_client->run({"XREADGROUP", "GROUP", "portolan", "living", "COUNT", "3", "STREAMS", "s", ">"});
        auto options = quickly();
        options.claimEvery = 10ms;
        const auto source = make(options);
        QCOMPARE(payloads(fetchAll(*source, 2)), (QByteArrayList{"3", "4"}));
        for (int i = 0; i < 5; ++i) {
            const auto more = source->fetch({}, 20ms, {});
            QVERIFY(more.ok() && more->empty());
        }
    }

    void tellsHowOftenItWasDelivered() {
        m_client->add("s", "poison");
        qint64 deliveries = 0;
        for (int run = 0; run < 6; ++run)
            deliveries = fetchAll(*make(), 1).at(0).deliveries;
        QCOMPARE(deliveries, 6);
    }

    void neighboursOfPoisonAreNotCountedWithIt() {
        m_client->addMany("s", 3000, [](int i) { return QByteArray::number(i); });
        fetchAll(*make(), 3000); // all are pending now, and the receiver dies
        std::vector<std::size_t> groups;
        for (int run = 0; run < 12; ++run) { // and dies again and again with what it was given first
            const auto batch = make()->fetch({}, 100ms, {});
            QVERIFY(batch.ok());
            groups.push_back(batch->size());
        }
        QVERIFY(groups[0] > 100);
        QCOMPARE(std::vector(groups.begin() + 1, groups.begin() + 5), (std::vector<std::size_t>{100, 10, 1, 1}));
        int beyond = 0; // the client flattens replies: id, consumer, idle, deliveries an entry
        const QByteArrayList counted = m_client->run({"XPENDING", "s", "portolan", "-", "+", "3000"});
        for (qsizetype at = 3; at < counted.size(); at += 4)
            beyond += counted[at].toInt() > 5 ? 1 : 0;
        QCOMPARE(beyond, 1);
    }

    void whatWasTakenOverIsStoredBeforeMoreIsTaken() {
        m_client->addMany("s", 20, [](int i) { return QByteArray::number(i); });
        fetchAll(*make(), 10, {10, 4 << 20, 0});
        const auto source = make();
        const FetchLimits five{5, 4 << 20, 0};
        const auto first = source->fetch(five, 50ms, {});
        QVERIFY(first.ok());
        QCOMPARE(payloads(*first), (QByteArrayList{"0", "1", "2", "3", "4"}));
        const auto meanwhile = source->fetch(five, 50ms, {});
        QVERIFY(meanwhile.ok() && meanwhile->empty());
        QVERIFY(acknowledgeAll(*source, *first).ok());
        QCOMPARE(payloads(fetchAll(*source, 5, five)), (QByteArrayList{"5", "6", "7", "8", "9"}));
    }

    void doesNotHandOutTwiceAfterALostConnection() {
        m_client->addMany("s", 6, [](int i) { return QByteArray::number(i); });
        const auto source = make();
        const Batch first = fetchAll(*source, 3, {3, 4 << 20, 0});
        m_client->run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        const Batch rest = fetchAll(*source, 3, {3, 4 << 20, 0});
        QCOMPARE(payloads(rest), (QByteArrayList{"3", "4", "5"}));
        QCOMPARE(source->status().reconnects, 1);
        const auto none = source->fetch({}, 20ms, {});
        QVERIFY(none.ok() && none->empty());
        QVERIFY(acknowledgeAll(*source, first).ok());
        QVERIFY(acknowledgeAll(*source, rest).ok());
        QCOMPARE(m_client->pending("s"), 0);
    }

    void keepsAcknowledgementsOverALostConnection() {
        m_client->addMany("s", 3, [](int i) { return QByteArray::number(i); });
        const auto source = make();
        const Batch all = fetchAll(*source, 3);
        m_client->run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        QVERIFY(acknowledgeAll(*source, all).ok());
        QCOMPARE(m_client->pending("s"), 0);
    }

    void bringsTrimmedEntriesAsGaps() {
        m_client->addMany("s", 5, [](int i) { return QByteArray::number(i); });
        fetchAll(*make(), 3, {3, 4 << 20, 0});
        m_client->run({"XTRIM", "s", "MAXLEN", "3"}); // two of the three pending ones are gone
        const auto source = make();
        const Batch rest = fetchAll(*source, 5);
        QCOMPARE(payloads(rest), (QByteArrayList{"2", "", "", "3", "4"}));
        for (const std::size_t gone : {1U, 2U}) {
            QVERIFY(rest[gone].gap && rest[gone].gap->kind == GapKind::Trimmed);
            QCOMPARE(rest[gone].gap->missing, std::optional<qint64>(1));
            QVERIFY(rest[gone].key.isKeyed());
        }
        QVERIFY(!rest[0].gap && !rest[3].gap);
        QVERIFY(acknowledgeAll(*source, rest).ok());
        QCOMPARE(m_client->pending("s"), 0);
    }

    void createsTheGroupAgain() {
        m_client->add("s", "before");
        const auto source = make();
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"before"});
        m_client->run({"DEL", "s"});
        m_client->add("s", "after");
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"after"});
    }

    void survivesARestartWithoutData() {
        m_client->add("s", "before");
        const auto source = make();
        QCOMPARE(fetchAll(*source, 1).size(), 1U);
        m_client.reset();
        m_server->kill();
        QVERIFY(!source->fetch({}, 10ms, {}).ok());
        QVERIFY(!source->status().connected);
        QVERIFY2(source->status().lastError.contains(QString::number(m_server->port())),
                 qPrintable(source->status().lastError));
        m_server->start();
        m_client = std::make_unique<RedisClient>(m_server->port());
        m_client->add("s", "after");
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"after"});
        QVERIFY(source->status().lastError.isEmpty());
    }

    void saysThatAPausedServerDoesNotAnswer() {
        const auto source = make();
        QVERIFY(source->fetch({}, 10ms, {}).ok());
        m_server->pause();
        auto fetched = source->fetch({}, 10ms, {});
        for (int i = 0; i < 100 && fetched; ++i)
            fetched = source->fetch({}, 10ms, {});
        m_server->resume();
        QVERIFY(!fetched.ok());
        QCOMPARE(fetched.error().code, ErrorCode::Timeout);
        m_client->add("s", "again");
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"again"});
    }

    void endsAWaitWhenStopped() {
        const auto source = make();
        CancelSource stop;
        stop.request_stop();
        const auto before = std::chrono::steady_clock::now();
        const auto fetched = source->fetch({}, 30s, stop.get_token());
        QVERIFY(fetched.ok() && fetched->empty());
        QVERIFY(std::chrono::steady_clock::now() - before < 5s);
    }

    void tellsWhatWaits() {
        m_client->addMany("s", 100, [](int i) { return QByteArray::number(i); });
        const auto source = make();
        fetchAll(*source, 10, {10, 4 << 20, 0});
        QVERIFY(source->status().behind.has_value());
        const Batch more = fetchAll(*source, 10, {10, 4 << 20, 0});
        QCOMPARE(source->status().behind, std::optional<qint64>(100)); // 90 not read, 10 not acknowledged
    }

    void refusesAKeyOfAnotherType() {
        m_client->run({"SET", "s", "text"});
        const auto fetched = make()->fetch({}, 10ms, {});
        QVERIFY(!fetched.ok());
        QCOMPARE(fetched.error().code, ErrorCode::Usage);
    }

    void choosesThePayload_data() {
        QTest::addColumn<QByteArrayList>("fields");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<bool>("fromFields");
        QTest::newRow("payload") << QByteArrayList{"a", "1", "payload", "P"} << QByteArray("P") << false;
        QTest::newRow("payload before data") << QByteArrayList{"data", "D", "payload", "P"} << QByteArray("P") << false;
        QTest::newRow("data before message") << QByteArrayList{"message", "M", "data", "D"} << QByteArray("D") << false;
        QTest::newRow("message") << QByteArrayList{"message", "M", "x", "y"} << QByteArray("M") << false;
        QTest::newRow("first of two") << QByteArrayList{"data", "1", "data", "2"} << QByteArray("1") << false;
        QTest::newRow("empty") << QByteArrayList{"payload", ""} << QByteArray("") << false;
        QTest::newRow("binary") << QByteArrayList{"payload", QByteArray("\0\xff\r\n", 4)} << QByteArray("\0\xff\r\n", 4)
                                << false;
        QTest::newRow("fields") << QByteArrayList{"a", "1", "b\"", "x\x01y\\"}
                                << QByteArray("{\"a\":\"1\",\"b\\\"\":\"x\\u0001y\\\\\"}") << true;
        QTest::newRow("not UTF-8") << QByteArrayList{"a", "\xff"} << QByteArray("{\"a\":\"\xff\"}") << true;
    }
    void choosesThePayload() {
        QFETCH(QByteArrayList, fields);
        QFETCH(QByteArray, payload);
        QFETCH(bool, fromFields);
        m_client->run(QByteArrayList{"XADD", "s", "*"} + fields);
        const Batch batch = fetchAll(*make(), 1);
        QCOMPARE(batch.size(), 1U);
        QCOMPARE(batch[0].payload, payload);
        QCOMPARE(batch[0].fromFields, fromFields);
    }

private:
    std::unique_ptr<RedisStreamSource> make(const RedisPullOptions& options = quickly()) const {
        return std::make_unique<RedisStreamSource>(m_server->stream("s"), options);
    }
    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;
};

QTEST_GUILESS_MAIN(TestRedisStream)
#include "tst_redisstream.moc"
