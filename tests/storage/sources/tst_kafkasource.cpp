#include "storage/sources/kafka/kafkapartition.h"
#include "storage/sources/kafka/kafkasource.h"

#include "storage/sources/kafka/kafkasettings.h"
#include "storage/stores/makereceiver.h"
#include "tests/support/kafkabroker.h"
#include "tests/support/redisserver.h"
#include "tests/support/silentserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <algorithm>
#include <iterator>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

using Deliveries = std::vector<Delivery>;

/// Fetches, answers questions as a store that knows `stored` keys of each source would, until `count` messages came.
Deliveries fetchUntil(Source& source, std::size_t count, qint64 stored = 0) {
    Deliveries all;
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (all.size() < count && std::chrono::steady_clock::now() < end) {
        auto batch = source.fetch({}, 50ms, {});
        if (!batch)
            continue;
        for (Delivery& delivery : *batch) {
            if (!delivery.question) {
                all.push_back(std::move(delivery));
                continue;
            }
            DedupAnswer answer{delivery.question->from(), {}};
            if (stored > 0) {
                answer.next.minor = std::max(answer.next.minor, static_cast<quint64>(stored));
                answer.last = KeyPair{0, static_cast<quint64>(stored) - 1};
            }
            delivery.question->answer(answer);
        }
    }
    return all;
}

Result<void> acknowledge(Source& source, const Deliveries& batch) {
    std::vector<SourceKey> keys;
    std::ranges::transform(batch, std::back_inserter(keys), &Delivery::key);
    if (auto done = source.acknowledge(keys); !done)
        return done;
    return source.settle(5s);
}

/// The first error that is about more than waiting.
std::optional<Error> firstError(Source& source, std::chrono::seconds within = 6s) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end) {
        const auto batch = source.fetch({}, 50ms, {});
        if (!batch && batch.error().code != ErrorCode::Busy)
            return batch.error();
    }
    return std::nullopt;
}

SourceUrl urlOf(const QString& text) {
    const auto url = SourceUrl::parse(text);
    Q_ASSERT(url.ok());
    return *url;
}

QByteArray eventOf(int number, int sensor) {
    return "{\"event_id\":\"e" + QByteArray::number(number) + "\",\"sensor_id\":\"s" + QByteArray::number(sensor)
           + "\",\"timestamp\":" + QByteArray::number(1'700'000'000 + number)
           + ",\"value\":" + QByteArray::number(number) + '}';
}

} // namespace

class TestKafkaSource : public QObject {
    Q_OBJECT

    void send(const QByteArray& topic, int partition, int first, int count) {
        for (int i = first; i < first + count; ++i)
            m_broker->send(topic, partition, QByteArray::number(i));
        m_broker->flush();
    }

    std::unique_ptr<KafkaBroker> m_broker;

private Q_SLOTS:
    void initTestCase() { m_broker = std::make_unique<KafkaBroker>(); }
    void cleanupTestCase() { m_broker.reset(); }

    void deliversInOrderAndCommitsWhatIsStored() {
        m_broker->createTopic("orders", 2);
        send("orders", 0, 0, 1500);
        send("orders", 1, 0, 500);
        const SourceUrl url = m_broker->source(QStringLiteral("orders"), QStringLiteral("g"));
        {
            KafkaSource source(url);
            const Deliveries all = fetchUntil(source, 2000);
            QCOMPARE(all.size(), 2000U);
            std::array<qint64, 2> next{};
            for (const Delivery& each : all) {
                const auto partition = static_cast<std::size_t>(*each.partition);
                QCOMPARE(each.key.minor, static_cast<quint64>(next[partition]));
                QCOMPARE(each.payload, QByteArray::number(next[partition]++));
                QVERIFY(each.key.source.startsWith("kafka:"));
                QVERIFY(each.key.source.endsWith("/orders/" + QByteArray::number(*each.partition)));
            }
            QVERIFY(source.status().connected);
            QCOMPARE(m_broker->committed("g", "orders", 0), -1001);
            Deliveries some;
            std::ranges::copy_if(all, std::back_inserter(some),
                                 [](const Delivery& each) { return each.partition == 0 && each.key.minor < 1000; });
            QVERIFY(acknowledge(source, some).ok());
            QCOMPARE(m_broker->committed("g", "orders", 0), 1000);
            QCOMPARE(m_broker->committed("g", "orders", 1), -1001);
            QTRY_COMPARE(source.status().behind, std::optional<qint64>(0));
            // It says that there is no more, and so is idle.
            QTRY_VERIFY(source.fetch({}, 50ms, {}).ok());
        }
        // Another member goes on where the group is, or where its store is.
        KafkaSource next(url);
        const Deliveries rest = fetchUntil(next, 100, 1400);
        QCOMPARE(rest.size(), 100U);
        QVERIFY(std::ranges::all_of(rest, [](const Delivery& each) { return each.partition == 0; }));
        QCOMPARE(rest.front().key.minor, 1400U);
    }

    void keepsKeysHeadersAndTombstones() {
        m_broker->createTopic("whole", 1);
        m_broker->sendWhole("whole", "text", "k1", {{"trace", "abc"}, {"twice", "1"}, {"twice", "2"}, {"none", {}}});
        m_broker->sendWhole("whole", std::nullopt, "k2", {});
        m_broker->sendWhole("whole", "bin", QByteArray("\xff\0", 2), {{"raw", QByteArray("\xfe")}});
        m_broker->sendWhole("whole", QByteArray(""), "k4", {});
        m_broker->flush();
        KafkaSource source(m_broker->source(QStringLiteral("whole"), QStringLiteral("g")));
        const Deliveries all = fetchUntil(source, 4);
        QCOMPARE(all.size(), 4U);
        QCOMPARE(all[0].payload, QByteArray("text"));
        QCOMPARE(all[0].metadata,
                 QByteArray(R"({"key":"k1","headers":{"trace":"abc","twice":["1","2"],"none":null}})"));
        QCOMPARE(all[1].mistake, tombstone());
        QCOMPARE(all[1].metadata, QByteArray(R"({"key":"k2"})"));
        QCOMPARE(all[2].metadata, QByteArray(R"({"key.base64":"/wA=","headers":{"raw.base64":"/g=="}})"));
        QVERIFY(all[3].mistake.isEmpty()); // empty is a value
    }

    /// What a receiver into a store of its own does with a topic: "stored duplicates rejected".
    static QString receive(const SourceUrl& from, const QString& path) {
        ReceiverOptions options;
        options.from = from;
        options.into = *StoreUrl::parse(QStringLiteral("sqlite://") + path);
        options.idleExit = 100ms;
        Receiver receiver = makeReceiver(options);
        receiver.start();
        const auto ended = receiver.wait();
        return ended ? QStringLiteral("%1 %2 %3").arg(ended->stored).arg(ended->duplicates).arg(ended->rejected)
                     : ended.error().text;
    }

    void aTopicMadeAgainIsANewEpoch_data() {
        QTest::addColumn<int>("entries");
        QTest::addColumn<int>("alike"); // so many of the first are as in the topic before
        QTest::addColumn<qint64>("committed");
        QTest::newRow("shorter") << 4 << 0 << qint64(-1);
        QTest::newRow("shorter, the group's offset stays") << 4 << 0 << qint64(10);
        QTest::newRow("longer") << 25 << 0 << qint64(-1);
        QTest::newRow("longer, the group's offset stays") << 25 << 0 << qint64(10);
        QTest::newRow("longer, begins alike") << 25 << 3 << qint64(-1);
    }
    /// Another cluster stands for it: the brokers of tests forget no topic.
    void aTopicMadeAgainIsANewEpoch() {
        QFETCH(int, entries);
        QFETCH(int, alike);
        QFETCH(qint64, committed);
        const TempFolder folder;
        const QString path = folder.path(QStringLiteral("s.db"));
        const auto fill = [](KafkaBroker& broker, int count, int begin) {
            broker.createTopic("t", 1);
            for (int i = 0; i < count; ++i)
                broker.send("t", 0, "entry " + QByteArray::number(i < begin ? i : i + 1000));
            broker.flush();
        };
        const QString more = QStringLiteral("&identity=readings");
        KafkaBroker first;
        fill(first, 10, 10);
        QCOMPARE(receive(first.source(QStringLiteral("t"), QStringLiteral("g"), more), path), QStringLiteral("10 0 0"));
        KafkaBroker again;
        fill(again, entries, alike);
        if (committed >= 0)
            again.commit("g", "t", 0, committed);
        const SourceUrl url = again.source(QStringLiteral("t"), QStringLiteral("g"), more);
        QCOMPARE(receive(url, path), QStringLiteral("%1 0 0").arg(entries));
        QCOMPARE(receive(url, path), QStringLiteral("0 0 0"));
        QCOMPARE(again.committed("g", "t", 0), entries);
        QCOMPARE(SqliteScript(path).value("SELECT count(DISTINCT content) FROM messages").toInt(),
                 10 + entries - alike);
    }

    /// Looked at with each message, a topic that stays the same stays one.
    void lookingWhileItRunsChangesNothing() {
        m_broker->createTopic("looked", 1);
        KafkaOptions options;
        options.quiet = options.lookEvery = options.lookAlways = 0ms;
        KafkaSource source(m_broker->source(QStringLiteral("looked"), QStringLiteral("l")), options);
        Deliveries all;
        for (int round = 0; round < 4; ++round) {
            m_broker->send("looked", 0, "the same");
            m_broker->send("looked", 0, "entry " + QByteArray::number(round));
            m_broker->flush();
            std::ranges::move(fetchUntil(source, 2, std::ssize(all)), std::back_inserter(all));
            QCOMPARE(all.size(), std::size_t(2 * round + 2));
            QVERIFY(acknowledge(source, all));
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            QCOMPARE(all[i].key.minor, quint64(i));
            QCOMPARE(all[i].key.source, all[0].key.source);
        }
        QCOMPARE(m_broker->committed("l", "looked", 0), 8);
    }

    void aStoreThatKnowsTheBrokersGoesOn() {
        const TempFolder folder;
        const QString path = folder.path(QStringLiteral("s.db"));
        m_broker->createTopic("older", 1);
        send("older", 0, 0, 20);
        const SourceUrl url = m_broker->source(QStringLiteral("older"), QStringLiteral("o1"));
        QCOMPARE(receive(url, path), QStringLiteral("20 0 0"));
        const QByteArray address = url.identity() + "/0";
        QVERIFY(SqliteScript(path).value("SELECT identity FROM portolan_sources").startsWith(QStringLiteral("kafka:")));
        QCOMPARE(SqliteScript(path).run("UPDATE portolan_sources SET identity = '" + address + "'"), QString());
        send("older", 0, 20, 5);
        // Another group begins at the beginning.
        QCOMPARE(receive(m_broker->source(QStringLiteral("older"), QStringLiteral("o2")), path),
                 QStringLiteral("5 0 0"));
        QCOMPARE(SqliteScript(path).value("SELECT count(*) FROM portolan_sources"), QStringLiteral("1"));
    }

    void whatRetentionCutIsAGap() {
        m_broker->createTopic("cut", 1);
        send("cut", 0, 0, 10);
        const SourceUrl url = m_broker->source(QStringLiteral("cut"), QStringLiteral("c"));
        m_broker->commit("c", "cut", 0, 5);
        // The broker keeps 5 MiB of a partition.
        for (int i = 0; i < 90; ++i) {
            m_broker->send("cut", 0, QByteArray(100'000, static_cast<char>('a' + i % 26)));
            m_broker->flush();
        }
        KafkaSource source(url);
        const Deliveries all = fetchUntil(source, 2, 5);
        const auto news = std::ranges::find_if(all, [](const Delivery& each) { return each.gap != nullptr; });
        QVERIFY(news != all.end());
        const quint64 first = std::ranges::find_if(all, [](const Delivery& each) { return !each.gap; })->key.minor;
        QVERIFY(first > 10);
        QCOMPARE(*news->gap->missing, static_cast<qint64>(first) - 5);
    }

    void errorsAreInWordsWithinSeconds_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("words");
        QTest::newRow("away") << QStringLiteral("kafka://127.0.0.1:%1/t").arg(freePort()) << "can be reached";
        QTest::newRow("topic") << m_broker->source(QStringLiteral("unknown"), QStringLiteral("u")).display()
                               << "know no topic";
        QTest::newRow("tls") << m_broker
                                    ->source(QStringLiteral("t"), QStringLiteral("u"),
                                             QStringLiteral("&security.protocol=ssl"))
                                    .display()
                             << "Kafka broker";
    }
    void errorsAreInWordsWithinSeconds() {
        QFETCH(QString, url);
        QFETCH(QString, words);
        m_broker->setUnknown("unknown");
        KafkaSource source(urlOf(url));
        const auto error = firstError(source);
        QVERIFY(error);
        QVERIFY2(error->text.contains(words), qPrintable(error->text + error->details));
        QVERIFY(source.status().lastError.contains(words));
    }

    void whoSaysNothingIsTold() {
        const SilentServer silent;
        KafkaSource source(urlOf(QStringLiteral("kafka://127.0.0.1:%1/t").arg(silent.port())));
        const auto error = firstError(source);
        QVERIFY(error);
        QCOMPARE(error->code, ErrorCode::Connection);
    }

    void refusesSettingsAndHidesPasswords() {
        KafkaSource source(urlOf(QStringLiteral("kafka://me:hunter2@localhost:1/t?sasl.mechanism=NONSENSE")));
        const auto fetched = source.fetch({}, 0ms, {});
        QVERIFY(!fetched);
        QCOMPARE(fetched.error().code, ErrorCode::Usage);
        QVERIFY(!(fetched.error().text + fetched.error().details).contains(QStringLiteral("hunter2")));
    }

    void passesSecurityOn() {
        const auto settings = kafkaSettings(
            urlOf(QStringLiteral("kafka://me:pw@a,[::1]:2/t?sasl.mechanism=SCRAM-SHA-256&ssl.ca.location=%2Fca"
                                 "&session.timeout.ms=9000")));
        const auto value = [&](const char* name) {
            QByteArray last;
            for (const auto& [key, text] : settings)
                last = key == name ? text : last;
            return last;
        };
        QCOMPARE(value("bootstrap.servers"), QByteArray("a:9092,[::1]:2"));
        QCOMPARE(value("security.protocol"), QByteArray("sasl_ssl"));
        QCOMPARE(value("sasl.mechanism"), QByteArray("SCRAM-SHA-256"));
        QCOMPARE(value("sasl.username") + value("sasl.password"), QByteArray("mepw"));
        QCOMPARE(value("ssl.ca.location"), QByteArray("/ca"));
        QCOMPARE(value("heartbeat.interval.ms"), QByteArray("3000"));
        QCOMPARE(value("enable.auto.commit"), QByteArray("false"));
    }

    void cancelsAtOnce() {
        KafkaSource source(m_broker->source(QStringLiteral("orders"), QStringLiteral("z")));
        CancelSource cancel;
        const std::jthread later([&] { cancel.request_stop(); });
        const auto begun = std::chrono::steady_clock::now();
        QVERIFY(source.fetch({}, 60s, cancel.get_token()).ok());
        QVERIFY(std::chrono::steady_clock::now() - begun < 10s);
    }

    void storesSensorEventsOnce() {
        m_broker->createTopic("readings", 2);
        for (int i = 0; i < 3000; ++i)
            m_broker->send("readings", i % 2, eventOf(i, i % 2));
        for (int i = 0; i < 300; ++i) // sent twice on purpose
            m_broker->send("readings", i % 2, eventOf(i, i % 2));
        m_broker->flush();
        const TempFolder folder;
        const QString path = folder.path(QStringLiteral("s.db"));
        ReceiverOptions options;
        options.from = m_broker->source(QStringLiteral("readings"), QStringLiteral("r"));
        options.into = *StoreUrl::parse(QStringLiteral("sqlite://") + path);
        options.idleExit = 100ms;
        Receiver receiver = makeReceiver(options);
        receiver.start();
        const auto ended = receiver.wait();
        QVERIFY2(ended.ok(), ended ? "" : qPrintable(ended.error().text));
        QCOMPARE(ended->stored, 3000);
        QCOMPARE(ended->duplicates, 300);
        SqliteScript script(path);
        QCOMPARE(script.value("SELECT count(*) || ' ' || count(DISTINCT kafka_partition || ':' || kafka_offset) "
                              "FROM processed_events"),
                 QStringLiteral("3000 3000"));
        QCOMPARE(script.value(
                     "SELECT count(*) FROM (SELECT timestamp, lag(timestamp) OVER (PARTITION BY sensor_id ORDER BY id) "
                     "AS before FROM metrics) WHERE timestamp < before"),
                 QStringLiteral("0"));
        QCOMPARE(m_broker->committed("r", "readings", 0), 1650);
    }
};

QTEST_GUILESS_MAIN(TestKafkaSource)
#include "tst_kafkasource.moc"
