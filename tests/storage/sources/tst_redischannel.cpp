#include "storage/sources/redis/redischannel.h"

#include "tests/support/redissourcetest.h"

#include <QtTest>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

RedisChannelOptions impatient() {
    RedisChannelOptions options;
    options.timeouts = {500ms, 500ms};
    options.pingEvery = 100ms;
    options.pingReply = 300ms;
    options.seed = 1;
    return options;
}

} // namespace

class TestRedisChannel : public RedisSourceTest {
    Q_OBJECT
public:
    TestRedisChannel() : RedisSourceTest(SourceKind::RedisChannel) {}

private Q_SLOTS:
    void deliversWhatIsPublished() {
        const auto source = subscribed();
        QCOMPARE(publish("k", {"a", QByteArray("\0\xff\r\n", 4), ""}), 1);
        const Batch all = fetchAll(*source, 3);
        QCOMPARE(payloads(all), (QByteArrayList{"a", QByteArray("\0\xff\r\n", 4), ""}));
        QVERIFY(!all[0].key.isKeyed());
        QCOMPARE(all[0].series, url().identity());
        QVERIFY(!source->canWait());
    }

    void channelsOfAPatternAreSeriesOfTheirOwn() {
        const auto source = subscribed(m_server->source(SourceKind::RedisPattern, "orders.*"));
        publish("orders.eu", {"1"});
        publish("other", {"2"});
        publish("orders.us", {"3"});
        const Batch all = fetchAll(*source, 2);
        QCOMPARE(payloads(all), (QByteArrayList{"1", "3"}));
        QCOMPARE(all[0].series, m_server->source(SourceKind::RedisChannel, "orders.eu").identity());
        QCOMPARE(all[1].series, m_server->source(SourceKind::RedisChannel, "orders.us").identity());
    }

    void staysWithinTheCount() {
        const auto source = subscribed();
        publish("k", QByteArrayList(50, "x"));
        const auto batch = source->fetch({7, 4 << 20, 0}, 1s, {});
        QVERIFY(batch.ok());
        QVERIFY(!batch->empty() && batch->size() <= 7);
        QCOMPARE(fetchAll(*source, 50 - batch->size()).size(), 50 - batch->size());
    }

    void aCutIsAGap() {
        const auto source = subscribed();
        m_client->run({"CLIENT", "KILL", "TYPE", "pubsub"});
        const Batch news = fetchAll(*source, 2);
        QCOMPARE(news.size(), 2U);
        QVERIFY(news[0].gap && news[0].gap->kind == GapKind::Disconnect && !news[0].gap->isOver);
        QVERIFY(news[1].gap && news[1].gap->isOver);
        QVERIFY(news[1].gap->details.contains("was lost"));
        QCOMPARE(news[0].series, url().identity());
        QCOMPARE(source->status().reconnects, 1);
        publish("k", {"after"});
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"after"});
    }

    void whatCameBeforeTheCutIsDelivered() {
        const auto source = subscribed();
        publish("k", {"a", "b"});
        m_client->run({"CLIENT", "KILL", "TYPE", "pubsub"});
        const Batch all = fetchAll(*source, 4);
        QCOMPARE(all.size(), 4U);
        QCOMPARE(all[0].payload, QByteArray("a"));
        QCOMPARE(all[1].payload, QByteArray("b"));
        QVERIFY(all[2].gap && all[3].gap);
    }

    /// A sign of life that is asked for before what came is read would have the system throw away what it still holds.
    void whatCameWhileNobodyListenedIsDelivered() {
        const auto source = subscribed();
        const QByteArrayList large(6, QByteArray(100'000, 'x')); // more than a socket holds that is not read
        publish("k", large);
        const auto isSent = [&] {
            return m_client->run({"CLIENT", "LIST", "TYPE", "pubsub"}).value(0).contains(" obl=0 oll=0 ");
        };
        QTRY_VERIFY(isSent());
        m_client->run({"CLIENT", "KILL", "TYPE", "pubsub"});
        const auto begin = std::chrono::steady_clock::now();
        QTRY_VERIFY(std::chrono::steady_clock::now() - begin > 2 * impatient().pingEvery);
        const Batch all = fetchAll(*source, 8);
        QCOMPARE(all.size(), 8U);
        QCOMPARE(payloads({all.begin(), all.begin() + 6}), large);
        QVERIFY(all[6].gap && all[7].gap);
    }

    void tellsARestart() {
        const auto source = subscribed();
        stopServer();
        const Batch lost = fetchAll(*source, 1);
        QVERIFY(lost.at(0).gap && !lost[0].gap->isOver);
        QVERIFY(!source->fetch({}, 10ms, {}).ok());
        QVERIFY(!source->status().connected);
        QVERIFY(source->status().lastError.contains(QString::number(m_server->port())));
        startServer();
        const Batch over = fetchAll(*source, 1);
        QVERIFY(over.at(0).gap && over[0].gap->isOver);
        QVERIFY2(over[0].gap->details.contains("restarted"), over[0].gap->details.constData());
    }

    /// Every cut is a gap. Redis before 7.2 counts no such cuts; why it was cut shows then in how much was left to read
    /// at once, which a busy machine may interrupt. So: soon.
    void tellsThatItWasCutForBeingSlow() {
        m_client->run({"CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 1mb 1"});
        QByteArray details;
        for (int cut = 0; cut < 5 && !details.contains("client-output-buffer-limit"); ++cut) {
            const auto source = subscribed();
            const QByteArray large(100'000, 'x');
            int listening = 1;
            for (int i = 0; i < 1000 && listening > 0; ++i) // until the server has cut it
                listening = publish("k", {large});
            QCOMPARE(listening, 0);
            const auto cutAt = std::chrono::steady_clock::now();
            QTRY_VERIFY(std::chrono::steady_clock::now() - cutAt > impatient().pingEvery);
            Batch all;
            const auto isBack = [&] { return !all.empty() && all.back().gap && all.back().gap->isOver; };
            const auto begin = std::chrono::steady_clock::now();
            while (!isBack() && std::chrono::steady_clock::now() - begin < 8s)
                std::ranges::move(fetchAll(*source, 1), std::back_inserter(all));
            QVERIFY(isBack());
            details = all.back().gap->details;
        }
        QVERIFY2(details.contains("client-output-buffer-limit"), details.constData());
    }

    void findsAHungServer() {
        const auto source = subscribed();
        m_server->pause();
        Batch news;
        const auto begin = std::chrono::steady_clock::now();
        while (news.empty() && std::chrono::steady_clock::now() - begin < 5s)
            news = source->fetch({}, 50ms, {}).value();
        m_server->resume();
        QCOMPARE(news.size(), 1U);
        QVERIFY(news[0].gap && news[0].gap->details.contains("has not answered"));
        publish("k", {});
        QCOMPARE(fetchAll(*source, 1).size(), 1U); // back
        QVERIFY(source->status().connected);
    }

    void aQuietChannelStaysConnected() {
        const auto source = subscribed();
        const auto begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 1s) {
            const auto none = source->fetch({}, 50ms, {});
            QVERIFY(none.ok() && none->empty());
        }
        QCOMPARE(source->status().reconnects, 0);
    }

    void saysWhatAUserMayNot() {
        m_client->run({"ACL", "SETUSER", "deaf", "on", ">pw", "+@all", "~*", "resetchannels"});
        SourceUrl deaf = url();
        deaf.user = QStringLiteral("deaf");
        deaf.password = QStringLiteral("pw");
        RedisChannelSource source(deaf, impatient());
        const auto fetched = source.fetch({}, 10ms, {});
        QVERIFY(!fetched.ok());
        QCOMPARE(fetched.error().code, ErrorCode::Auth);
        QVERIFY2(fetched.error().text.contains(QStringLiteral("channel “k”")), qPrintable(fetched.error().text));
    }

private:
    std::unique_ptr<RedisChannelSource> subscribed() const { return subscribed(url()); }
    static std::unique_ptr<RedisChannelSource> subscribed(const SourceUrl& url) {
        auto source = std::make_unique<RedisChannelSource>(url, impatient());
        const auto none = source->fetch({}, 10ms, {});
        return none ? std::move(source) : nullptr;
    }
    /// How many were listening to the last of them.
    int publish(const QByteArray& channel, const QByteArrayList& payloads) {
        int listening = 0;
        for (const QByteArray& payload : payloads)
            listening = m_client->run({"PUBLISH", channel, payload}).first().toInt();
        return listening;
    }
};

QTEST_GUILESS_MAIN(TestRedisChannel)
#include "tst_redischannel.moc"
