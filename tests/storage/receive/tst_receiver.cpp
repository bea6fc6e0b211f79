#include "storage/receive/receiver.h"

#include "storage/sources/redis/redisstream.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"
#include "tests/support/scriptedingest.h"

#include <QtTest>
#include <atomic>
#include <memory>
#include <set>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

ReceiverOptions quick() {
    ReceiverOptions options;
    options.linger = 1ms;
    options.stopGrace = 300ms;
    return options;
}

Error error(ErrorCode code) {
    return {code, QStringLiteral("scripted failure")};
}

bool hasPoison(std::span<const IngestItem> items) {
    return std::ranges::any_of(items, [](const IngestItem& item) {
        return item.delivery.payload.startsWith("poison") && std::holds_alternative<IncomingMessage>(item.decoded);
    });
}

} // namespace

class TestReceiver : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_store = std::make_unique<ScriptedStore>();
        m_feed = std::make_unique<ScriptedFeed>(*m_store);
    }

    void keepsAnAccountOfEachKind() {
        m_feed->add(R"({"kind":"message","message_number":1,"content":"a","timestamp":1729090565})");
        m_feed->add(R"({"kind":"message","message_number":2,"content":"b","timestamp":1729090500})");
        m_feed->add("plain");
        m_feed->add(R"({"kind":"health","component_name":"c","health_status":"ill"})");
        m_feed->add("\xff");
        const auto receiver = make(quick());
        const auto end = receiver->run();
        QVERIFY(end.ok());
        const KindStatus& messages = end->kinds[static_cast<std::size_t>(MessageKind::Message)];
        QCOMPARE(messages.stored, 3);
        QCOMPARE(messages.rejected, 0);
        QCOMPARE(messages.newest, std::optional(Timestamp(1729090565s)));
        QCOMPARE(messages.lag(Timestamp(1729090570s)), std::optional(std::chrono::microseconds(5s)));
        QCOMPARE(messages.lag(Timestamp(0s)), std::optional(std::chrono::microseconds(0)));
        const KindStatus& health = end->kinds[static_cast<std::size_t>(MessageKind::Health)];
        QCOMPARE(health.rejected, 1);
        QVERIFY(health.lastRejection.contains(QStringLiteral("health_status")));
        QVERIFY(!health.newest && !health.lag(currentTime()));
        QCOMPARE(end->rejected, 2); // the other tells no kind
    }

    void storesAndAcknowledgesEverything() {
        m_feed->addNumbered(5000);
        const auto end = make(quick())->run();
        QVERIFY(end.ok());
        QCOMPARE(end->received, 5000);
        QCOMPARE(end->stored, 5000);
        QCOMPARE(end->duplicates + end->rejected + end->queued, 0);
        QCOMPARE(end->state, ReceiverState::Stopped);
        QVERIFY(end->lastError.isEmpty());
        QCOMPARE(m_feed->acknowledged(), 5000);
        QCOMPARE(m_feed->tooEarly(), 0);
        QCOMPARE(m_store->contents().first(), QByteArray("Message #1"));
        QCOMPARE(m_store->contents().last(), QByteArray("Message #5000"));
    }

    /// The check that the other tests rest on must see an acknowledgement that comes before its commit.
    void noticesAnEarlyAcknowledgement() {
        m_feed->addNumbered(1);
        const auto batch = m_feed->fetch({}, 0ms, {});
        const SourceKey key = batch.value().front().key;
        QVERIFY(m_feed->acknowledge({&key, 1}).ok());
        QCOMPARE(m_feed->tooEarly(), 1);
    }

    void keepsTryingAStoreThatRefuses_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("recovers");
        QTest::newRow("busy") << int(ErrorCode::Busy) << false;
        QTest::newRow("disk full") << int(ErrorCode::Io) << false;
        QTest::newRow("connection") << int(ErrorCode::Connection) << true;
        QTest::newRow("timeout") << int(ErrorCode::Timeout) << true;
    }
    void keepsTryingAStoreThatRefuses() {
        QFETCH(int, code);
        QFETCH(bool, recovers);
        m_feed->addNumbered(300);
        int failures = 3;
        m_store->refuses = [&](auto) { return failures-- > 0 ? std::optional(error(ErrorCode(code))) : std::nullopt; };
        const auto end = make(quick())->run();
        QVERIFY(end.ok());
        QCOMPARE(end->stored, 300);
        QCOMPARE(end->duplicates, 0);
        QVERIFY(end->lastError.isEmpty());
        QCOMPARE(m_feed->acknowledged(), 300);
        QCOMPARE(m_feed->tooEarly(), 0);
        QCOMPARE(m_store->recoveries() > 0, recovers);
    }

    void looksUpAnUnknownCommit() {
        m_feed->addNumbered(300);
        loseTwoAnswers();
        const auto end = make(quick())->run();
        QVERIFY(end.ok());
        QCOMPARE(m_store->contents().size(), 300);
        QCOMPARE(end->stored + end->duplicates, 300);
        QVERIFY(end->duplicates > 0);
        QCOMPARE(m_store->recoveries(), 4);
        QCOMPARE(m_feed->tooEarly(), 0);
    }

    void doesNotStoreTwiceWhatHasNoKeys() {
        m_feed->addUnkeyed(300);
        loseTwoAnswers();
        const auto end = make(quick())->run();
        QVERIFY(end.ok());
        QCOMPARE(m_store->contents().size(), 300);
        QCOMPARE(end->stored, 300);
        QCOMPARE(end->duplicates, 0);
        QCOMPARE(m_store->recoveries(), 3);
    }

    /// What ails the store while it is opened anew is nothing that a message did.
    void aStoreThatCannotBeOpenedRejectsNothing() {
        m_feed->addNumbered(3);
        m_store->refuses = [](auto) { return error(ErrorCode::Connection); };
        m_store->refusesRecovery = [] { return error(ErrorCode::Invalid); };
        QCOMPARE(make(quick())->run().error().code, ErrorCode::Corrupt);
        QVERIFY(m_store->rejects().empty());
        QCOMPARE(m_store->recoveries(), 1);
    }

    void saysWhyItWaits() {
        m_feed->addNumbered(10);
        m_store->refuses = [](auto) { return error(ErrorCode::Busy); };
        auto receiver = make(quick());
        receiver->receiver.start();
        QTRY_COMPARE(receiver->receiver.status().state, ReceiverState::Retrying);
        QCOMPARE(receiver->receiver.status().lastError, QStringLiteral("scripted failure"));
    }

    void isolatesPoison() {
        for (int i = 0; i < 1000; ++i)
            m_feed->add(i % 333 == 0 ? "poison " + QByteArray::number(i) : "Message #" + QByteArray::number(i));
        m_store->refuses = [](std::span<const IngestItem> items) {
            return hasPoison(items) ? std::optional(Error{ErrorCode::Invalid, QStringLiteral("value too long")})
                                    : std::nullopt;
        };
        const auto end = make(quick())->run();
        QVERIFY(end.ok());
        QCOMPARE(end->stored, 996);
        QCOMPARE(end->rejected, 4);
        QCOMPARE(m_store->rejects().size(), 4U);
        QCOMPARE(m_store->rejects().at("poison 333"), QStringLiteral("value too long"));
        QCOMPARE(m_feed->acknowledged(), 1000);
        QCOMPARE(m_feed->tooEarly(), 0);
    }

    void endsWhenEvenARejectIsRefused() {
        m_feed->addNumbered(3);
        m_store->refuses = [](auto) { return error(ErrorCode::Invalid); };
        const auto end = make(quick())->run();
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, ErrorCode::Corrupt);
        QCOMPARE(m_feed->acknowledged(), 0);
    }

    void rejectsWhatWasDeliveredTooOften() {
        m_feed->add("five times", 5);
        m_feed->add("six times", 6);
        const auto end = make(quick())->run();
        QCOMPARE(end->stored, 1);
        QCOMPARE(end->rejected, 1);
        QVERIFY(m_store->rejects().at("six times").contains(QStringLiteral("at least 6 times")));
        QCOMPARE(m_feed->acknowledged(), 2);
    }

    void holdsItsBounds_data() {
        QTest::addColumn<int>("count");
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<int>("most");
        QTest::newRow("count") << 100 << qint64(1 << 30) << 100 + 10 + 100;
        QTest::newRow("bytes") << 100'000 << qint64(1000) * 1200 << 1000 + 10 + 1100;
    }
    /// What is read at most: the queue, the batch being stored, and one fetch in hand.
    void holdsItsBounds() {
        QFETCH(int, count);
        QFETCH(qint64, bytes);
        QFETCH(int, most);
        for (int i = 0; i < 20'000; ++i)
            m_feed->add(QByteArray(1000, 'x'));
        std::atomic<bool> blocked = true;
        std::atomic<int> refused = 0;
        m_store->refuses = [&](auto) {
            ++refused;
            return blocked ? std::optional(error(ErrorCode::Busy)) : std::nullopt;
        };
        auto options = quick();
        options.queueCount = count;
        options.queueBytes = bytes;
        options.batch = 10;
        auto receiver = make(options);
        receiver->receiver.start();
        QTRY_COMPARE(receiver->receiver.status().state, ReceiverState::Retrying);
        int before = -1;
        QTRY_VERIFY(std::exchange(before, m_feed->fetched()) == m_feed->fetched());
        QTRY_VERIFY(refused >= 5); // tried again and again; meanwhile nothing may follow
        QVERIFY2(m_feed->fetched() <= most, qPrintable(QString::number(m_feed->fetched())));
        blocked = false;
        QVERIFY(receiver->receiver.wait().ok());
        QCOMPARE(m_store->contents().size(), 20'000);
        QCOMPARE(m_feed->acknowledged(), 20'000);
    }

    void dropsWithACountedGapWhatCannotWait() {
        m_feed->addNumbered(1000);
        m_feed->canWait = false;
        m_store->refuses = [this](std::span<const IngestItem>) {
            return m_feed->fetched() < 1000 ? std::optional(error(ErrorCode::Busy)) : std::nullopt;
        };
        auto options = quick();
        options.queueCount = 10;
        options.batch = 5;
        const auto end = make(options)->run();
        QVERIFY(end.ok());
        qint64 missing = 0;
        for (const GapNews& gap : m_store->gaps()) {
            QCOMPARE(gap.kind, GapKind::Overrun);
            missing += gap.missing.value_or(0);
        }
        QVERIFY(missing > 0 && end->stored > 0);
        QCOMPARE(end->stored + missing, 1000);
        QCOMPARE(end->received, end->stored);
        QCOMPARE(end->gaps, qint64(m_store->gaps().size()));
        QCOMPARE(end->queued, 0);
    }

    void twoReceiversOfAMachineAreTwoConsumers() {
        const auto from = SourceUrl::parse(QStringLiteral("redis://host/0?stream=s")).value();
        const auto one = StoreUrl::parse(QStringLiteral("sqlite:///one.db")).value();
        const auto two = StoreUrl::parse(QStringLiteral("sqlite:///two.db")).value();
        QVERIFY(withConsumer(from, one).consumer != withConsumer(from, two).consumer);
        QCOMPARE(withConsumer(from, one).consumer, withConsumer(from, one).consumer); // the same after a restart
        SourceUrl named = from;
        named.consumer = QStringLiteral("mine");
        QCOMPARE(withConsumer(named, one).consumer, QStringLiteral("mine"));
    }

    void endsAtItsMaximum() {
        m_feed->addNumbered(5000);
        auto options = quick();
        options.maximum = 1234;
        const auto end = make(options)->run();
        QCOMPARE(end->received, 1234);
        QCOMPARE(end->stored, 1234);
        QCOMPARE(m_feed->fetched(), 1234);
        QCOMPARE(m_feed->acknowledged(), 1234);
    }

    void endsWhenIdle() {
        m_feed->addNumbered(10);
        m_feed->ends = false;
        auto options = quick();
        options.idleExit = 50ms;
        const auto begin = Clock::now();
        const auto end = make(options)->run();
        QVERIFY(end.ok());
        QCOMPARE(m_feed->acknowledged(), 10);
        QVERIFY(Clock::now() - begin >= 50ms);
    }

    void isNotIdleWhileSomethingIsUnstored() {
        m_feed->addNumbered(10);
        m_feed->ends = false;
        const auto begin = Clock::now();
        m_store->refuses = [&](auto) {
            return Clock::now() - begin < 300ms ? std::optional(error(ErrorCode::Busy)) : std::nullopt;
        };
        auto options = quick();
        options.idleExit = 10ms;
        QCOMPARE(make(options)->run()->stored, 10);
    }

    void storesWhatIsQueuedWhenStopped() {
        m_feed->addNumbered(500);
        m_feed->ends = false;
        auto receiver = make(quick());
        receiver->receiver.start();
        QTRY_COMPARE(receiver->receiver.status().received, 500);
        receiver->receiver.stop();
        const auto end = receiver->receiver.wait();
        QVERIFY(end.ok());
        QCOMPARE(end->stored, 500);
        QCOMPARE(m_feed->acknowledged(), 500);
    }

    void takesNothingWhilePausedAndGoesOn() {
        m_feed->addNumbered(10);
        m_feed->ends = false;
        const auto receiver = make(quick());
        receiver->receiver.start();
        QTRY_COMPARE(m_feed->acknowledged(), 10);
        receiver->receiver.setPaused(true);
        QTRY_COMPARE(receiver->receiver.status().state, ReceiverState::Paused);
        const auto goAround = [&] { // whichever round was under way is over, and a whole one after it
            const int before = m_feed->rounds;
            QTRY_VERIFY(m_feed->rounds >= before + 2);
        };
        goAround();
        m_feed->addNumbered(20);
        goAround();
        QCOMPARE(m_feed->fetched(), 10);
        receiver->receiver.setPaused(false);
        QTRY_COMPARE(m_feed->acknowledged(), 30);
        QCOMPARE(receiver->receiver.status().state, ReceiverState::Running);
        receiver->receiver.stop();
        QVERIFY(receiver->receiver.wait().ok());
    }

    void dropsWhatCannotWaitWhilePausedAndCountsIt() {
        m_feed->ends = false;
        m_feed->canWait = false;
        const auto receiver = make(quick());
        receiver->receiver.start();
        receiver->receiver.setPaused(true);
        m_feed->addNumbered(20);
        QTRY_COMPARE(m_feed->fetched(), 20);
        QCOMPARE(receiver->receiver.status().received, 0);
        receiver->receiver.setPaused(false);
        m_feed->addNumbered(5);
        QTRY_COMPARE(m_store->contents().size(), 5);
        QTRY_COMPARE(m_store->gaps().size(), 1U);
        QCOMPARE(m_store->gaps().front().missing, std::optional<qint64>(20));
        QCOMPARE(m_store->gaps().front().kind, GapKind::Overrun);
        receiver->receiver.stop();
        QVERIFY(receiver->receiver.wait().ok());
    }

    void endsThoughTheStoreIsStuck() {
        m_feed->addNumbered(500);
        m_feed->ends = false;
        m_store->refuses = [](auto) { return error(ErrorCode::Busy); };
        auto receiver = make(quick());
        receiver->receiver.start();
        QTRY_COMPARE(receiver->receiver.status().received, 500);
        const auto begin = Clock::now();
        receiver->receiver.stop();
        const auto end = receiver->receiver.wait();
        QVERIFY2(Clock::now() - begin < 3s, "stop() must end in bounded time");
        QVERIFY(end.ok());
        QCOMPARE(end->queued, 500);
        QCOMPARE(end->lastError, QStringLiteral("scripted failure"));
        QCOMPARE(m_feed->acknowledged(), 0);
    }

    void readsNothingWhenTheStoreCannotBeOpened() {
        m_feed->addNumbered(10);
        Receiver receiver(
            quick(), [this] { return m_feed->open(); },
            [](const CancelToken&) -> Result<std::unique_ptr<Store>> { return error(ErrorCode::Busy); });
        receiver.start();
        const auto end = receiver.wait();
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, ErrorCode::Busy);
        QCOMPARE(receiver.status().state, ReceiverState::Failed);
        QCOMPARE(m_feed->sourcesMade(), 0);
    }

    void endsWhenTheSourceRefuses() {
        m_feed->ends = false;
        m_feed->fails = [] { return error(ErrorCode::Auth); };
        const auto end = make(quick())->run();
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, ErrorCode::Auth);
    }

    void outlivesALostSource() {
        m_feed->addNumbered(10);
        m_feed->ends = false;
        int failures = 5;
        m_feed->fails = [&] { return failures-- > 0 ? std::optional(error(ErrorCode::Connection)) : std::nullopt; };
        auto options = quick();
        options.idleExit = 1ms;
        const auto end = make(options)->run();
        QVERIFY(end.ok());
        QCOMPARE(end->stored, 10);
    }

    void endsWhenTheSourceStaysAway() {
        m_feed->ends = false;
        m_feed->fails = [] { return error(ErrorCode::Connection); };
        auto options = quick();
        options.idleExit = 1ms;
        options.awayExit = 50ms;
        const auto end = make(options)->run();
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, ErrorCode::Connection);
    }

    void triesAcknowledgementsAgain() {
        m_feed->addNumbered(100);
        m_feed->ends = false;
        int failures = 5;
        m_feed->failsToAcknowledge = [&] {
            return failures-- > 0 ? std::optional(error(ErrorCode::Connection)) : std::nullopt;
        };
        auto options = quick();
        options.idleExit = 10ms;
        QVERIFY(make(options)->run().ok());
        QCOMPARE(m_feed->acknowledged(), 100);
    }

    void ticksSeldomAndOnceAtTheEnd() {
        m_feed->addNumbered(100);
        const auto ticks = ticksOfARun();
        QVERIFY2(ticks.size() >= 2 && ticks.size() <= 6, qPrintable(QString::number(ticks.size())));
        QCOMPARE(ticks.back().state, ReceiverState::Stopped);
        QCOMPARE(ticks.back().stored, 100);
        QCOMPARE(std::ranges::count(ticks, ReceiverState::Stopped, &ReceiverStatus::state), 1);
    }

    void tellsOfATroubleThatWasOverBeforeTheTick() {
        m_feed->addNumbered(10);
        int fetches = 0;
        m_feed->fails = [&] { return ++fetches == 2 ? std::optional(error(ErrorCode::Connection)) : std::nullopt; };
        const auto ticks = ticksOfARun();
        const auto told = std::ranges::find(ticks, QStringLiteral("scripted failure"), &ReceiverStatus::lastError);
        QVERIFY(told != ticks.end());
        QCOMPARE(told->state, ReceiverState::Retrying);
        QVERIFY(ticks.back().lastError.isEmpty());
    }

    void receivesAStreamOverAKilledServer() {
        RedisServer server(RedisServer::Data::Kept);
        auto options = quick();
        options.idleExit = 500ms;
        options.batch = 200;
        const auto receiver = startedOnMany(server, options);
        QTRY_VERIFY(receiver->status().stored > 1000);
        server.kill();
        server.start();
        const auto end = receiver->wait();
        QVERIFY(end.ok());
        const QByteArrayList contents = m_store->contents();
        QCOMPARE(contents.size(), manyMessages);
        QCOMPARE(std::set<QByteArray>(contents.begin(), contents.end()).size(), static_cast<std::size_t>(manyMessages));
        QCOMPARE(RedisClient(server.port()).pending("s"), 0);
        QVERIFY(end->reconnects >= 1);
    }

    /// Who says nothing has not said that there is nothing.
    void aServerThatDoesNotAnswerIsNoIdleOne() {
        RedisServer server;
        auto options = quick();
        options.idleExit = 200ms;
        options.batch = 200;
        const auto receiver = startedOnMany(server, options);
        QTRY_VERIFY(receiver->status().stored > 1000);
        server.pause();
        const auto isOver = [&] { return receiver->status().state == ReceiverState::Stopped; };
        QVERIFY(!QTest::qWaitFor(isOver, 1'500));
        server.resume();
        const auto end = receiver->wait();
        QVERIFY(end.ok());
        QCOMPARE(m_store->contents().size(), manyMessages);
        QCOMPARE(RedisClient(server.port()).pending("s"), 0);
    }

    /// Redis looks ten times a second, by its setting once, for whose waiting is over: most answers come late.
    void aServerThatAnswersLateIsAnIdleOneAllTheSame() {
        RedisServer server;
        RedisClient(server.port()).run({"CONFIG", "SET", "hz", "1"});
        auto options = quick();
        options.idleExit = 1500ms;
        const auto receiver = startedOnMany(server, options);
        const auto isOver = [&] { return receiver->status().state == ReceiverState::Stopped; };
        QTRY_VERIFY_WITH_TIMEOUT(receiver->status().stored == manyMessages, 20'000);
        QVERIFY(QTest::qWaitFor(isOver, 8'000));
        QVERIFY(receiver->wait().ok());
    }

    void receivesExactlyTheMaximumFromAStream() {
        RedisServer server;
        RedisClient client(server.port());
        client.addMany("s", 5000, [](int i) { return QByteArray::number(i); });
        auto options = quick();
        options.maximum = 2500;
        Receiver receiver(
            options,
            [&]() -> Result<std::unique_ptr<Source>> {
                return std::unique_ptr<Source>(std::make_unique<RedisStreamSource>(server.stream("s")));
            },
            [this](const CancelToken&) { return m_store->open(); });
        receiver.start();
        QCOMPARE(receiver.wait()->stored, 2500);
        QCOMPARE(client.pending("s"), 0); // and none of the others was touched
        QCOMPARE(client.run({"XINFO", "GROUPS", "s"}).last(), QByteArray("2500"));
    }

private:
    static constexpr int manyMessages = 20'000;
    /// Receives a stream of so many messages.
    std::unique_ptr<Receiver> startedOnMany(RedisServer& server, const ReceiverOptions& options) {
        RedisClient(server.port()).addMany("s", manyMessages, [](int i) {
            return "Message #" + QByteArray::number(i);
        });
        auto receiver = std::make_unique<Receiver>(
            options,
            [&server]() -> Result<std::unique_ptr<Source>> {
                return std::unique_ptr<Source>(std::make_unique<RedisStreamSource>(server.stream("s")));
            },
            [this](const CancelToken&) { return m_store->open(); });
        receiver->start();
        return receiver;
    }

    /// Two commits are not answered, and two tries to open the store anew fail.
    void loseTwoAnswers() {
        m_store->failsAfterwards = [failures = 2]() mutable {
            return failures-- > 0 ? std::optional(error(ErrorCode::Unknown)) : std::nullopt;
        };
        m_store->refusesRecovery = [refusals = 2]() mutable {
            return refusals-- > 0 ? std::optional(error(ErrorCode::Io)) : std::nullopt;
        };
    }

    struct Scripted {
        Receiver receiver;
        Result<ReceiverStatus> run() {
            receiver.start();
            return receiver.wait();
        }
    };
    std::unique_ptr<Scripted> make(const ReceiverOptions& options) {
        return std::unique_ptr<Scripted>(new Scripted{Receiver(
            options, [this] { return m_feed->open(); }, [this](const CancelToken&) { return m_store->open(); })});
    }
    /// Of a receiver that ends after 700 ms without messages.
    std::vector<ReceiverStatus> ticksOfARun() {
        m_feed->ends = false;
        auto options = quick();
        options.idleExit = 700ms;
        std::vector<ReceiverStatus> ticks; // never from two threads at once; read after the end
        Receiver receiver(
            options, [this] { return m_feed->open(); }, [this](const CancelToken&) { return m_store->open(); },
            [&](const ReceiverStatus& status) { ticks.push_back(status); });
        receiver.start();
        const auto end = receiver.wait();
        return end ? ticks : std::vector<ReceiverStatus>();
    }
    std::unique_ptr<ScriptedStore> m_store;
    std::unique_ptr<ScriptedFeed> m_feed;
};

QTEST_GUILESS_MAIN(TestReceiver)
#include "tst_receiver.moc"
