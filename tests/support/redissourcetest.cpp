#include "tests/support/redissourcetest.h"

#include "storage/stores/makesource.h"

#include <QDeadlineTimer>
#include <QtTest>

namespace portolan::test {

using namespace std::chrono_literals;

RedisPullOptions takingOver() {
    auto options = quickly();
    options.claimIdle = 100ms;
    options.claimEvery = 20ms;
    return options;
}

void noteKeys(std::set<SourceKey>& keys, const Batch& batch) {
    for (const Delivery& delivery : batch)
        keys.insert(delivery.key);
}

RedisSourceTest::RedisSourceTest(SourceKind kind, RedisServer::Data data) : m_kind(kind), m_data(data) {}

void RedisSourceTest::init() {
    m_server = std::make_unique<RedisServer>(m_data);
    m_client = std::make_unique<RedisClient>(m_server->port());
}

void RedisSourceTest::cleanup() {
    m_client.reset();
    m_server.reset();
}

void RedisSourceTest::stopServer() {
    m_client.reset();
    m_server->kill();
}

void RedisSourceTest::startServer() {
    m_server->start();
    m_client = std::make_unique<RedisClient>(m_server->port());
}

void RedisSourceTest::endsAWaitWhenStopped() {
    const auto source = makeSource(url());
    QVERIFY(source.ok());
    QVERIFY(fetchFrom(**source, {}, 10ms, {}).ok());
    CancelSource stop;
    stop.request_stop();
    const auto begin = std::chrono::steady_clock::now();
    const auto fetched = fetchFrom(**source, {}, 30s, stop.get_token());
    QVERIFY(fetched.ok() && fetched->empty());
    QVERIFY(std::chrono::steady_clock::now() - begin < 5s);
}

void RedisPullTest::push(int first, int count) {
    QByteArrayList numbers;
    for (int i = 0; i < count; ++i)
        numbers.append(QByteArray::number(first + i));
    add(numbers);
}

Batch RedisPullTest::abandoned(const QString& consumer, int count) const {
    SourceUrl dead = url();
    dead.consumer = consumer;
    return fetchAll(*makeOf(dead, quickly()), static_cast<std::size_t>(count), few(count));
}

void RedisPullTest::forgetsOnlyWhatIsAcknowledged() {
    push(0, 2500);
    const auto source = make();
    Batch all = fetchAll(*source, 2500);
    QCOMPARE(unacknowledged(), 2500);
    const Batch rest(all.begin() + 7, all.end());
    all.resize(7);
    QVERIFY(acknowledgeAll(*source, all).ok());
    QCOMPARE(unacknowledged(), 2493);
    QVERIFY(acknowledgeAll(*source, rest).ok());
    QCOMPARE(unacknowledged(), 0);
}

void RedisPullTest::keepsBatchesWithinTheirBytes() {
    for (char c = 'A'; c < 'A' + 40; ++c)
        add({QByteArray(100'000, c)});
    const auto source = make();
    QByteArray seen;
    while (seen.size() < 40) {
        const auto batch = fetchFrom(*source, {1000, 300'000, 0}, 100ms, {});
        QVERIFY(batch.ok());
        QVERIFY2(batch->size() <= 3, "one message may pass the bytes, not more");
        for (const QByteArray& payload : payloads(*batch))
            seen += payload.at(0);
    }
    for (int i = 0; i < 40; ++i)
        QCOMPARE(seen[i], static_cast<char>('A' + i));
}

void RedisPullTest::carriesAnyBytes() {
    const QByteArrayList odd{"", QByteArray("\0\xff\r\n", 4), QByteArray(9'000'000, 'x')};
    add(odd);
    QCOMPARE(payloads(fetchAll(*make(), 3)), odd);
}

void RedisPullTest::leavesALivingConsumerAlone() {
    push(0, 5);
    QCOMPARE(abandoned(QStringLiteral("living"), 3).size(), 3U);
    auto options = quickly();
    options.claimEvery = 10ms;
    const auto source = make(options);
    QCOMPARE(payloads(fetchAll(*source, 2)), (QByteArrayList{"3", "4"}));
    for (int i = 0; i < 5; ++i) {
        const auto more = fetchFrom(*source, {}, 20ms, {});
        QVERIFY(more.ok() && more->empty());
    }
}

void RedisPullTest::takesOverThoughMoreWaits() {
    push(0, 3);
    QCOMPARE(abandoned(QStringLiteral("dead"), 3).size(), 3U);
    const auto source = make(takingOver());
    std::set<QByteArray> left{"0", "1", "2"};
    const QDeadlineTimer end(20s);
    for (int next = 3; !left.empty() && !end.hasExpired(); next += 20) { // twice what is fetched
        push(next, 20);
        const auto batch = fetchFrom(*source, {10, 4 << 20, 10}, 1s, {});
        QVERIFY(batch.ok());
        std::vector<SourceKey> keys;
        for (const Delivery& delivery : *batch) {
            keys.push_back(delivery.key);
            left.erase(delivery.payload);
        }
        QVERIFY(source->acknowledge(keys).ok());
    }
    QVERIFY(left.empty());
}

void RedisPullTest::survivesALostConnection() {
    push(0, 6);
    const auto source = make();
    const Batch first = fetchAll(*source, 3, few(3));
    m_client->run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    const Batch rest = fetchAll(*source, 3, few(3));
    QCOMPARE(payloads(rest), (QByteArrayList{"3", "4", "5"})); // nothing is handed out twice
    QCOMPARE(source->status().reconnects, 1);
    const auto none = fetchFrom(*source, {}, 20ms, {});
    QVERIFY(none.ok() && none->empty());
    m_client->run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    QVERIFY(acknowledgeAll(*source, first).ok());
    QVERIFY(acknowledgeAll(*source, rest).ok());
    QCOMPARE(unacknowledged(), 0);
}

void RedisPullTest::findsWhatWasSentIntoALostConnection() {
    const auto source = make(takingOver());
    QVERIFY(fetchFrom(*source, {}, 10ms, {}).ok());
    push(0, 3);
    QCOMPARE(abandoned(QStringLiteral("tester"), 3).size(), 3U); // as a request would that comes too late
    std::set<SourceKey> keys;
    QTRY_VERIFY_WITH_TIMEOUT((noteKeys(keys, fetchAndAcknowledge(*source)), keys.size() == 3), 5000);
}

void RedisPullTest::saysThatAPausedServerDoesNotAnswer() {
    auto options = quickly();
    options.timeouts = {500ms, 500ms};
    const auto source = make(options);
    QVERIFY(fetchFrom(*source, {}, 10ms, {}).ok());
    m_server->pause();
    auto fetched = fetchFrom(*source, {}, 10ms, {});
    for (int i = 0; i < 100 && fetched; ++i)
        fetched = fetchFrom(*source, {}, 10ms, {});
    m_server->resume();
    QVERIFY(!fetched.ok());
    QCOMPARE(fetched.error().code, ErrorCode::Timeout);
    push(0, 1);
    QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"0"});
}

void RedisPullTest::refusesAKeyOfAnotherType() {
    m_client->run({"SET", "k", "text"});
    const auto fetched = fetchFrom(*make(), {}, 10ms, {});
    QVERIFY(!fetched.ok());
    QCOMPARE(fetched.error().code, ErrorCode::Usage);
}

} // namespace portolan::test
