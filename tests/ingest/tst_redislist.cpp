#include "storage/ingest/redislist.h"

#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QtTest>
#include <algorithm>
#include <ctime>
#include <memory>
#include <set>
#include <thread>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

constexpr FetchLimits few(int count) {
    return {count, 4 << 20, 0};
}

} // namespace

class TestRedisList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_server = std::make_unique<RedisServer>(RedisServer::Data::Kept);
        m_client = std::make_unique<RedisClient>(m_server->port());
    }
    void cleanup() {
        m_client.reset();
        m_server.reset();
    }

    void deliversInOrderWithKeys() {
        push(0, 2500);
        const auto source = make();
        const Batch all = fetchAll(*source, 2500, {1000, 4 << 20, 1000});
        QCOMPARE(all.size(), 2500U);
        for (std::size_t i = 0; i < all.size(); ++i) {
            QCOMPARE(all[i].payload, QByteArray::number(static_cast<int>(i)));
            QCOMPARE(all[i].key.minor, i + 1);
            QCOMPARE(all[i].key.major, all[0].key.major);
            QCOMPARE(all[i].deliveries, 1);
        }
        QCOMPARE(all[0].key.source, url().identity());
        QCOMPARE(all[0].keyText, QByteArray::number(all[0].key.major) + "-1");
        QCOMPARE(length(), 0);
        QCOMPARE(claims(), 2500);
    }

    void forgetsOnlyWhatIsAcknowledged() {
        push(0, 10);
        const auto source = make();
        Batch all = fetchAll(*source, 10);
        const Batch rest(all.begin() + 7, all.end());
        all.resize(7);
        QVERIFY(acknowledgeAll(*source, all).ok());
        QCOMPARE(claims(), 3);
        QVERIFY(acknowledgeAll(*source, rest).ok());
        QCOMPARE(claims(), 0);
    }

    void takesNoMoreThanAskedFor() {
        push(0, 50);
        const auto source = make();
        QCOMPARE(fetchAll(*source, 7, few(7)).size(), 7U);
        QCOMPARE(length(), 43);
    }

    void putsBackWhatPassesTheBytes() {
        for (int i = 0; i < 40; ++i)
            m_client->run({"RPUSH", "l", QByteArray(100'000, static_cast<char>('a' + i))});
        const auto source = make();
        QByteArrayList seen;
        while (seen.size() < 40) {
            const auto batch = source->fetch({1000, 300'000, 0}, 100ms, {});
            QVERIFY(batch.ok());
            QVERIFY2(batch->size() <= 3, "one message may pass the bytes, not more");
            for (const QByteArray& payload : payloads(*batch))
                seen.append(payload.first(1));
        }
        for (int i = 0; i < 40; ++i)
            QCOMPARE(seen[i], QByteArray(1, static_cast<char>('a' + i)));
    }

    void carriesAnyBytes() {
        const QByteArrayList odd{"", QByteArray("\0\xff\r\n", 4), QByteArray(9'000'000, 'x')};
        for (const QByteArray& payload : odd)
            m_client->run({"RPUSH", "l", payload});
        QCOMPARE(payloads(fetchAll(*make(), 3)), odd);
    }

    void bringsItsClaimsAgainAfterACrash() {
        push(0, 10);
        const Batch before = fetchAll(*make(), 4, few(4)); // and dies
        const auto source = make();
        Batch again = fetchAll(*source, 4, few(4));
        QCOMPARE(payloads(again), payloads(before));
        QCOMPARE(again[0].deliveries, 2);
        QVERIFY(std::ranges::equal(again, before, {}, &Delivery::key, &Delivery::key));
        QVERIFY(acknowledgeAll(*source, again).ok());
        again = fetchAll(*source, 6, few(4));
        QCOMPARE(again[0].payload, QByteArray("4"));
        QCOMPARE(again[0].deliveries, 1);
        QVERIFY(acknowledgeAll(*source, again).ok());
        QCOMPARE(m_client->run({"EXISTS", "{l}:portolan:claims:tester", "{l}:portolan:again:tester"}).first(),
                 QByteArray("0"));
    }

    void neighboursOfPoisonAreNotCountedWithIt() {
        push(0, 3000);
        fetchAll(*make(), 3000);
        std::vector<std::size_t> groups;
        Batch batch;
        for (int run = 0; run < 6; ++run) {
            batch = fetchAll(*make(), 1);
            groups.push_back(batch.size());
        }
        QVERIFY(groups[0] > 100);
        QCOMPARE(std::vector(groups.begin() + 1, groups.end()), (std::vector<std::size_t>{100, 10, 1, 1, 1}));
        QCOMPARE(batch[0].deliveries, 7);
        QCOMPARE(batch[0].payload, QByteArray("0"));
    }

    void takesOverFromADeadConsumer() {
        push(0, 5);
        SourceUrl dead = url();
        dead.consumer = QStringLiteral("dead");
        const Batch claimed = fetchAll(*std::make_unique<RedisListSource>(dead, quickly()), 3, few(3));
        auto options = quickly();
        options.claimIdle = 100ms;
        options.claimEvery = 20ms;
        const auto source = make(options);
        std::set<SourceKey> keys;
        QTRY_VERIFY_WITH_TIMEOUT((noteKeys(keys, fetchAndAcknowledge(*source)), keys.size() == 5), 5000);
        for (const Delivery& delivery : claimed)
            QVERIFY(keys.contains(delivery.key)); // the keys moved with them
        QVERIFY(!m_client->run({"HKEYS", "{l}:portolan:consumers"}).contains("dead"));
        QCOMPARE(m_client->run({"EXISTS", "{l}:portolan:claims:dead"}).first(), QByteArray("0"));
    }

    void leavesALivingConsumerAlone() {
        push(0, 5);
        SourceUrl living = url();
        living.consumer = QStringLiteral("living");
        RedisListSource other(living, quickly());
        QCOMPARE(fetchAll(other, 3, few(3)).size(), 3U);
        auto options = quickly();
        options.claimEvery = 10ms;
        const auto source = make(options);
        QCOMPARE(payloads(fetchAll(*source, 2)), (QByteArrayList{"3", "4"}));
        for (int i = 0; i < 5; ++i) {
            const auto more = source->fetch({}, 20ms, {});
            QVERIFY(more.ok() && more->empty());
        }
    }

    void survivesALostConnection() {
        push(0, 6);
        const auto source = make();
        const Batch first = fetchAll(*source, 3, few(3));
        m_client->run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        const Batch rest = fetchAll(*source, 3, few(3));
        QCOMPARE(payloads(rest), (QByteArrayList{"3", "4", "5"}));
        QCOMPARE(source->status().reconnects, 1);
        QVERIFY(acknowledgeAll(*source, first).ok());
        QVERIFY(acknowledgeAll(*source, rest).ok());
        QCOMPARE(claims(), 0);
    }

    void loadsItsScriptAgain() {
        push(0, 1);
        const auto source = make();
        QCOMPARE(fetchAll(*source, 1).size(), 1U);
        m_client->run({"SCRIPT", "FLUSH"});
        push(1, 1);
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"1"});
        QCOMPARE(source->status().reconnects, 0);
    }

    void keysOfAServerThatForgotDoNotCollide_data() {
        QTest::addColumn<bool>("forgets");
        QTest::newRow("restarted with its data") << false;
        QTest::newRow("emptied") << true;
    }
    void keysOfAServerThatForgotDoNotCollide() {
        QFETCH(bool, forgets);
        push(0, 5);
        const auto source = make();
        const Batch before = fetchAll(*source, 5);
        QVERIFY(acknowledgeAll(*source, before).ok());
        m_client.reset();
        if (forgets)
            RedisClient(m_server->port()).run({"FLUSHALL"});
        m_server->kill();
        m_server->start();
        m_client = std::make_unique<RedisClient>(m_server->port());
        push(5, 5);
        const Batch after = fetchAll(*source, 5);
        QCOMPARE(payloads(after), (QByteArrayList{"5", "6", "7", "8", "9"}));
        std::set<SourceKey> keys;
        noteKeys(keys, before);
        noteKeys(keys, after);
        QCOMPARE(keys.size(), 10U);
        QVERIFY(after.front().key > before.back().key);
    }

    void claimsKeepTheirKeysOverARestart() {
        push(0, 3);
        const auto source = make();
        const Batch before = fetchAll(*source, 3);
        m_client.reset();
        m_server->kill();
        m_server->start();
        m_client = std::make_unique<RedisClient>(m_server->port());
        const Batch after = fetchAll(*make(), 3);
        QVERIFY(std::ranges::equal(after, before, {}, &Delivery::key, &Delivery::key));
    }

    void namesItsKeysInTheListsSlot_data() {
        QTest::addColumn<QByteArray>("list");
        QTest::addColumn<QByteArray>("counter");
        QTest::newRow("plain") << QByteArray("orders") << QByteArray("{orders}:portolan");
        QTest::newRow("tagged") << QByteArray("{shop}:orders") << QByteArray("{shop}:orders:portolan");
        QTest::newRow("empty tag") << QByteArray("a{}b") << QByteArray("{a{}b}:portolan");
    }
    void namesItsKeysInTheListsSlot() {
        QFETCH(QByteArray, list);
        QFETCH(QByteArray, counter);
        const RedisListKeys keys(list, "me");
        QCOMPARE(keys.counter, counter);
        QCOMPARE(keys.claims, counter + ":claims:me");
    }

    void isAwakeAtOnceAndSleepsForNothing() {
        const auto source = make();
        QVERIFY(source->fetch({}, 10ms, {}).ok());
        const auto processorTime = std::clock();
        const auto begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 1s)
            QVERIFY(source->fetch({}, 200ms, {}).ok());
        const double share = double(std::clock() - processorTime) / CLOCKS_PER_SEC;
        QVERIFY2(share < 0.05, qPrintable(QString::number(share)));

        std::chrono::steady_clock::time_point pushed;
        const std::jthread producer([&] {
            RedisClient client(m_server->port());
            // The producer waits for the condition itself: that the reader is blocked on the server.
            while (!client.run({"CLIENT", "LIST"}).first().contains("cmd=blmove"))
                std::this_thread::yield();
            pushed = std::chrono::steady_clock::now();
            client.run({"RPUSH", "l", "x"});
        });
        const auto batch = source->fetch({}, 5s, {});
        const auto late = std::chrono::steady_clock::now() - pushed;
        QVERIFY(batch.ok() && batch->size() == 1);
        QVERIFY2(late < 50ms, "a message waits for nothing");
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
        push(0, 1);
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"0"});
    }

    void refusesAKeyOfAnotherType() {
        m_client->run({"SET", "l", "text"});
        const auto fetched = make()->fetch({}, 10ms, {});
        QVERIFY(!fetched.ok());
        QCOMPARE(fetched.error().code, ErrorCode::Usage);
    }

    void tellsWhatWaits() {
        push(0, 100);
        const auto source = make();
        fetchAll(*source, 10, few(10));
        fetchAll(*source, 10, few(10));
        QCOMPARE(source->status().behind, std::optional<qint64>(90));
    }

private:
    SourceUrl url() const { return m_server->source(SourceKind::RedisList, "l"); }
    std::unique_ptr<RedisListSource> make(const RedisPullOptions& options = quickly()) const {
        return std::make_unique<RedisListSource>(url(), options);
    }
    void push(int first, int count) {
        QByteArrayList words{"RPUSH", "l"};
        for (int i = 0; i < count; ++i)
            words.append(QByteArray::number(first + i));
        m_client->run(words);
    }
    int length() { return m_client->run({"LLEN", "l"}).first().toInt(); }
    int claims() { return m_client->run({"HLEN", "{l}:portolan:claims:tester"}).first().toInt(); }
    static void noteKeys(std::set<SourceKey>& keys, const Batch& batch) {
        for (const Delivery& delivery : batch)
            keys.insert(delivery.key);
    }
    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;
};

QTEST_GUILESS_MAIN(TestRedisList)
#include "tst_redislist.moc"
