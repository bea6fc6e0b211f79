#include "storage/sources/redis/redislist.h"

#include "tests/support/redissourcetest.h"

#include <QtTest>
#include <algorithm>
#include <ctime>
#include <thread>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

class TestRedisList : public RedisPullTest {
    Q_OBJECT
public:
    TestRedisList() : RedisPullTest(SourceKind::RedisList, RedisServer::Data::Kept) {}

private Q_SLOTS:
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
        QCOMPARE(unacknowledged(), 2500);
    }

    void takesNoMoreThanAskedFor() {
        push(0, 50);
        const auto source = make();
        QCOMPARE(fetchAll(*source, 7, few(7)).size(), 7U);
        QCOMPARE(length(), 43);
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
        QCOMPARE(m_client->run({"EXISTS", "{k}:portolan:claims:tester", "{k}:portolan:again:tester"}).first(),
                 QByteArray("0"));
    }

    void neighboursOfPoisonAreNotCountedWithIt() {
        push(0, 3000);
        fetchAll(*make(), 3000);
        std::vector<std::size_t> groups;
        Batch batch;
        std::vector<qint64> deliveries;
        for (int run = 0; run < 10; ++run) {
            batch = fetchAll(*make(), 1);
            groups.push_back(batch.size());
            deliveries.push_back(batch.at(0).deliveries);
        }
        QVERIFY(groups[0] > 100);
        QCOMPARE(std::vector(groups.begin() + 1, groups.end()),
                 (std::vector<std::size_t>{100, 10, 1, 1, 1, 1, 1, 1, 1}));
        QCOMPARE(deliveries, (std::vector<qint64>{2, 3, 4, 4, 4, 4, 4, 4, 5, 6}));
        QCOMPARE(batch[0].payload, QByteArray("0"));
    }

    void takesOverFromADeadConsumer() {
        push(0, 5);
        const Batch claimed = abandoned(QStringLiteral("dead"), 3);
        const auto source = make(takingOver());
        std::set<SourceKey> keys;
        QTRY_VERIFY_WITH_TIMEOUT((noteKeys(keys, fetchAndAcknowledge(*source)), keys.size() == 5), 5000);
        for (const Delivery& delivery : claimed)
            QVERIFY(keys.contains(delivery.key)); // the keys moved with them
        QVERIFY(!m_client->run({"HKEYS", "{k}:portolan:consumers"}).contains("dead"));
        QCOMPARE(m_client->run({"EXISTS", "{k}:portolan:claims:dead"}).first(), QByteArray("0"));
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
        if (forgets)
            m_client->run({"FLUSHALL"});
        stopServer();
        startServer();
        push(5, 5);
        Batch after = fetchAll(*source, forgets ? 6 : 5);
        const auto told = std::erase_if(after, [](const Delivery& each) { return !each.isMessage(); });
        QCOMPARE(told, forgets ? 1U : 0U); // that it is not known what waited
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
        stopServer();
        startServer();
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
        QVERIFY(fetchFrom(*source, {}, 10ms, {}).ok());
        const auto processorTime = std::clock();
        const auto begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 1s)
            QVERIFY(fetchFrom(*source, {}, 200ms, {}).ok());
        const double share = double(std::clock() - processorTime) / CLOCKS_PER_SEC;
        QVERIFY2(share < 0.05, qPrintable(QString::number(share)));

        std::chrono::steady_clock::time_point pushed;
        const std::jthread producer([&] {
            RedisClient client(m_server->port());
            // The producer waits for the condition itself: that the reader is blocked on the server.
            while (!client.run({"CLIENT", "LIST"}).first().contains("cmd=blmove"))
                std::this_thread::yield();
            pushed = std::chrono::steady_clock::now();
            client.run({"RPUSH", "k", "x"});
        });
        const auto batch = fetchFrom(*source, {}, 5s, {});
        const auto late = std::chrono::steady_clock::now() - pushed;
        QVERIFY(batch.ok() && batch->size() == 1);
        QVERIFY2(late < 50ms, "a message waits for nothing");
    }

    void tellsWhatWaits() {
        push(0, 100);
        const auto source = make();
        fetchAll(*source, 10, few(10));
        fetchAll(*source, 10, few(10));
        QCOMPARE(source->status().behind, std::optional<qint64>(90));
    }

private:
    std::unique_ptr<Source> makeOf(const SourceUrl& url, const RedisPullOptions& options) const override {
        return std::make_unique<RedisListSource>(url, options);
    }
    void add(const QByteArrayList& payloads) override { m_client->run(QByteArrayList{"RPUSH", "k"} + payloads); }
    int unacknowledged() override { return m_client->run({"HLEN", "{k}:portolan:claims:tester"}).first().toInt(); }
    int length() { return m_client->run({"LLEN", "k"}).first().toInt(); }
};

QTEST_GUILESS_MAIN(TestRedisList)
#include "tst_redislist.moc"
