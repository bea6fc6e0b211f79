#include "storage/sources/redis/redislist.h"
#include "storage/sources/redis/redisnames.h"
#include "storage/sources/redis/redisstream.h"
#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QtTest>
#include <memory>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

QStringList calls; ///< of the last source, in their order

/// A stream or list that tells what it is asked for.
class ToldQueue final : public RedisQueueProtocol {
public:
    explicit ToldQueue(std::unique_ptr<RedisQueueProtocol> queue) : m_queue(std::move(queue)) {}

    [[nodiscard]] const QByteArray& keySource() const override { return m_queue->keySource(); }
    [[nodiscard]] QString reading() const override { return m_queue->reading(); }
    void beginConnection() override { m_queue->beginConnection(); }
    [[nodiscard]] Result<QueueStep> prepare(const CancelToken& token) override { return m_queue->prepare(token); }
    [[nodiscard]] bool mustPrepare(QByteArrayView error) override { return m_queue->mustPrepare(error); }
    [[nodiscard]] bool isAnother() const override { return m_queue->isAnother(); }
    int appendRead(int count, qint64 bytes, std::chrono::milliseconds block) override {
        calls << QStringLiteral("read");
        return m_queue->appendRead(count, bytes, block);
    }
    [[nodiscard]] Result<qint64> noteRead(const RedisReply::Node& reply) override {
        calls << QStringLiteral("note");
        return m_queue->noteRead(reply);
    }
    [[nodiscard]] Result<std::vector<Delivery>> messagesIn(const RedisReply::Node& reply) override {
        calls << QStringLiteral("make");
        return m_queue->messagesIn(reply);
    }
    int appendAcknowledge(std::span<const StreamId> ids) override {
        calls << QStringLiteral("acknowledge");
        return m_queue->appendAcknowledge(ids);
    }
    [[nodiscard]] bool areIdsUnique() const override { return m_queue->areIdsUnique(); }
    bool appendBehind(bool isDue) override { return m_queue->appendBehind(isDue); }
    [[nodiscard]] std::optional<qint64> behindIn(const RedisReply::Node& reply) override {
        return m_queue->behindIn(reply);
    }
    [[nodiscard]] std::vector<Delivery> takeNews() override { return m_queue->takeNews(); }
    bool appendNewsStored(const SourceKey& key) override { return m_queue->appendNewsStored(key); }
    [[nodiscard]] QStringList takeNotes() override { return m_queue->takeNotes(); }
    void beginOwn() override { m_queue->beginOwn(); }
    [[nodiscard]] Result<void> claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token) override {
        return m_queue->claimAbandoned(idle, token);
    }
    [[nodiscard]] bool isTakingOver() const override { return m_queue->isTakingOver(); }
    [[nodiscard]] Result<TakenOver> takeOver(int count, const OutstandingIds& held, const CancelToken& token) override {
        return m_queue->takeOver(count, held, token);
    }

private:
    const std::unique_ptr<RedisQueueProtocol> m_queue;
};

class ToldSource final : public RedisQueueSource {
public:
    explicit ToldSource(const SourceUrl& url) : RedisQueueSource(url, quickly(), make) { calls.clear(); }

private:
    static std::unique_ptr<RedisQueueProtocol> make(RedisConnection& link, const SourceUrl& url) {
        std::unique_ptr<RedisQueueProtocol> queue;
        if (url.kind == SourceKind::RedisList)
            queue = std::make_unique<RedisList>(link, url.name, consumerOf(url), url.identities());
        else
            queue = std::make_unique<RedisStream>(
                link, RedisGroup{url.name, url.group.toUtf8(), consumerOf(url), url.identity(), url.identities()});
        return std::make_unique<ToldQueue>(std::move(queue));
    }
};

constexpr FetchLimits ten{10, 4 << 20, 10};

} // namespace

/// When a source of keys asks its server for what.
class TestRedisQueueSource : public QObject {
    Q_OBJECT

    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;

    [[nodiscard]] SourceUrl filled(SourceKind kind) {
        if (kind == SourceKind::RedisStream)
            m_client->addMany("k", 100, [](int i) { return QByteArray::number(i); });
        else
            m_client->run({"EVAL", "for i = 0, 99 do redis.call('RPUSH', 'k', i) end", "0"});
        return m_server->source(kind, "k");
    }
    static void addKinds() {
        QTest::newRow("stream") << SourceKind::RedisStream;
        QTest::newRow("list") << SourceKind::RedisList;
    }

private Q_SLOTS:
    void init() {
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
    }
    void cleanup() {
        m_client.reset();
        m_server.reset();
    }

    void readsOnBeforeItMakesTheMessages_data() {
        QTest::addColumn<SourceKind>("kind");
        addKinds();
    }
    void readsOnBeforeItMakesTheMessages() {
        QFETCH(SourceKind, kind);
        ToldSource source(filled(kind));
        const Batch first = fetchAll(source, 10, ten);
        QCOMPARE(payloads(first), (QByteArrayList{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
        QCOMPARE(calls, (QStringList{QStringLiteral("read"), QStringLiteral("note"), QStringLiteral("read"),
                                     QStringLiteral("make")}));
    }

    void readsNothingAheadOfWhatItMayNot_data() {
        QTest::addColumn<SourceKind>("kind");
        QTest::addColumn<int>("ahead");
        QTest::addColumn<qint64>("bytes");
        for (const SourceKind kind : {SourceKind::RedisStream, SourceKind::RedisList}) {
            const char* const name = kind == SourceKind::RedisStream ? "stream" : "list";
            QTest::addRow("%s, none", name) << kind << 0 << qint64(4 << 20);
            QTest::addRow("%s, more bytes than are handed out", name) << kind << 10 << qint64(5);
        }
    }
    void readsNothingAheadOfWhatItMayNot() {
        QFETCH(SourceKind, kind);
        QFETCH(int, ahead);
        QFETCH(qint64, bytes);
        ToldSource source(filled(kind));
        const auto batch = fetchFrom(source, {10, bytes, ahead}, 3s);
        QVERIFY(batch.ok() && !batch->empty());
        const auto made = calls.indexOf(QStringLiteral("make"));
        QVERIFY(made > 0);
        QCOMPARE(calls.first(made).count(QStringLiteral("read")), 1);
    }

    void acknowledgesWhileAReadIsUnderWay_data() {
        QTest::addColumn<SourceKind>("kind");
        addKinds();
    }
    /// A list's ids are of one epoch; a stream's may be another stream's by the time of the reply.
    void acknowledgesWhileAReadIsUnderWay() {
        QFETCH(SourceKind, kind);
        ToldSource source(filled(kind));
        const Batch first = fetchAll(source, 10, ten);
        QCOMPARE(first.size(), 10U);
        m_server->pause();
        QVERIFY(source.acknowledge({}).ok()); // takes what had come; a read is under way again after the next fetch
        QVERIFY(fetchFrom(source, ten, 10ms).ok());
        QCOMPARE(calls.count(QStringLiteral("read")), calls.count(QStringLiteral("note")) + 1);
        std::vector<SourceKey> keys;
        std::ranges::transform(first, std::back_inserter(keys), &Delivery::key);
        QVERIFY(source.acknowledge(keys).ok());
        const bool isList = kind == SourceKind::RedisList;
        QCOMPARE(calls.count(QStringLiteral("acknowledge")), isList ? 1 : 0);
        const auto notes = calls.count(QStringLiteral("note"));
        m_server->resume();
        QVERIFY(source.settle(10s).ok());
        QCOMPARE(calls.count(QStringLiteral("acknowledge")), 1);
        if (!isList)
            QVERIFY(calls.first(calls.indexOf(QStringLiteral("acknowledge"))).count(QStringLiteral("note")) > notes);
    }
};

QTEST_GUILESS_MAIN(TestRedisQueueSource)
#include "tst_redisqueuesource.moc"
