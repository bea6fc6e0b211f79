#include "storage/sources/redis/redisstream.h"

#include "tests/support/redissourcetest.h"

#include <QtTest>
#include <algorithm>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

class TestRedisStream : public RedisPullTest {
    Q_OBJECT
public:
    TestRedisStream() : RedisPullTest(SourceKind::RedisStream) {}

private Q_SLOTS:
    void deliversInOrderWithKeys() {
        push(0, 2500);
        const auto source = make();
        const Batch all = fetchAll(*source, 2500, {1000, 4 << 20, 1000});
        QCOMPARE(all.size(), 2500U);
        for (std::size_t i = 0; i < all.size(); ++i) {
            QCOMPARE(all[i].payload, QByteArray::number(static_cast<int>(i)));
            QCOMPARE(all[i].keyText, QByteArray::number(all[i].key.major) + '-' + QByteArray::number(all[i].key.minor));
            QCOMPARE(all[i].deliveries, 1);
        }
        QVERIFY(std::ranges::is_sorted(all, {}, &Delivery::key));
        QCOMPARE(all.front().key.source, url().identity());
        QVERIFY(source->status().connected);
    }

    void takesNoMoreThanAskedFor() {
        push(0, 50);
        const auto source = make();
        QCOMPARE(fetchAll(*source, 7, few(7)).size(), 7U);
        QCOMPARE(unacknowledged(), 7);
        QCOMPARE(fetchAll(*source, 3, {3, 4 << 20, 2}).size(), 3U);
        QTRY_COMPARE(unacknowledged(), 12); // two read ahead, as allowed
    }

    void bringsOwnPendingFirst() {
        push(0, 10);
        fetchAll(*make(), 4, few(4)); // and dies
        const Batch again = fetchAll(*make(), 10, few(4));
        QCOMPARE(payloads(again), (QByteArrayList{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
        QCOMPARE(again[0].deliveries, 2);
        QCOMPARE(again[4].deliveries, 1);
    }

    void takesOverFromADeadConsumer() {
        push(0, 5);
        QCOMPARE(abandoned(QStringLiteral("dead"), 3).size(), 3U);
        const auto source = make(takingOver());
        QByteArrayList all;
        QTRY_VERIFY_WITH_TIMEOUT((all += payloads(fetchAndAcknowledge(*source))).size() >= 5, 20000);
        std::ranges::sort(all);
        QCOMPARE(all, (QByteArrayList{"0", "1", "2", "3", "4"}));
    }

    void triesAloneComeBeforeTheLimit() {
        add({"poison"});
        std::vector<qint64> deliveries;
        for (int run = 0; run < 11; ++run)
            deliveries.push_back(fetchAll(*make(), 1).at(0).deliveries);
        QCOMPARE(deliveries, (std::vector<qint64>{1, 2, 3, 4, 4, 4, 4, 4, 4, 5, 6}));
        QCOMPARE(m_client->run({"HVALS", "{k}:portolan:alone:portolan"}), QByteArrayList{"5"});
        const int left = m_client->run({"TTL", "{k}:portolan:alone:portolan"}).first().toInt();
        QVERIFY(left > 86000 && left <= 86400);
    }

    void whoMayNotNoteTriesDoesWithoutThem() {
        add({"poison"});
        m_client->run({"ACL", "SETUSER", "tied", "on", ">pw", "~k", "+@all"});
        SourceUrl tied = url();
        tied.user = QStringLiteral("tied");
        tied.password = QStringLiteral("pw");
        std::vector<qint64> deliveries;
        for (int run = 0; run < 6; ++run)
            deliveries.push_back(fetchAll(*makeOf(tied, quickly()), 1).at(0).deliveries);
        QCOMPARE(deliveries, (std::vector<qint64>{1, 2, 3, 4, 5, 6}));
    }

    void whatOthersDeliveredCounts() {
        add({"poison"});
        const Delivery first = abandoned(QStringLiteral("dead"), 1).at(0);
        m_client->run({"XCLAIM", "k", "portolan", "tester", "0", first.keyText, "RETRYCOUNT", "5"});
        QCOMPARE(fetchAll(*make(), 1).at(0).deliveries, 6);
    }

    void neighboursOfPoisonAreNotCountedWithIt() {
        push(0, 3000);
        fetchAll(*make(), 3000); // all are pending now, and the receiver dies
        std::vector<std::size_t> groups;
        for (int run = 0; run < 12; ++run) { // and dies again and again with what it was given first
            const auto batch = fetchFrom(*make(), {}, 3s, {});
            QVERIFY(batch.ok());
            groups.push_back(batch->size());
        }
        QVERIFY(groups[0] > 100);
        QCOMPARE(std::vector(groups.begin() + 1, groups.begin() + 5), (std::vector<std::size_t>{100, 10, 1, 1}));
        int beyond = 0; // the client flattens replies: id, consumer, idle, deliveries an entry
        const QByteArrayList counted = m_client->run({"XPENDING", "k", "portolan", "-", "+", "3000"});
        for (qsizetype at = 3; at < counted.size(); at += 4)
            beyond += counted[at].toInt() > 5 ? 1 : 0;
        QCOMPARE(beyond, 1);
    }

    void whatWasTakenOverIsStoredBeforeMoreIsTaken() {
        push(0, 20);
        fetchAll(*make(), 10, few(10));
        const auto source = make();
        const FetchLimits five = few(5);
        const auto first = fetchFrom(*source, five, 3s, {});
        QVERIFY(first.ok());
        QCOMPARE(payloads(*first), (QByteArrayList{"0", "1", "2", "3", "4"}));
        const auto meanwhile = fetchFrom(*source, five, 50ms, {});
        QVERIFY(meanwhile.ok() && meanwhile->empty());
        QVERIFY(acknowledgeAll(*source, *first).ok());
        QCOMPARE(payloads(fetchAll(*source, 5, five)), (QByteArrayList{"5", "6", "7", "8", "9"}));
    }

    void bringsTrimmedEntriesAsGaps() {
        push(0, 5);
        fetchAll(*make(), 3, few(3));
        m_client->run({"XTRIM", "k", "MAXLEN", "3"}); // two of the three pending ones are gone
        const auto source = make();
        const Batch rest = fetchAll(*source, 5);
        QCOMPARE(payloads(rest), (QByteArrayList{"2", "", "", "3", "4"}));
        for (const std::size_t gone : {1U, 2U}) {
            QVERIFY(rest[gone].gap && rest[gone].gap->kind == GapKind::Trimmed);
            QCOMPARE(rest[gone].gap->missing, std::optional<qint64>(1));
            QVERIFY(rest[gone].key.isKeyed());
        }
        QVERIFY(!rest[0].gap && !rest[3].gap);
        const QStringList notes = source->status().notes;
        QCOMPARE(notes.size(), 1); // one for both
        QVERIFY2(notes.front().startsWith(QStringLiteral("2 entries of the stream “k”")), qPrintable(notes.front()));
        QVERIFY(acknowledgeAll(*source, rest).ok());
        QCOMPARE(unacknowledged(), 0);
    }

    void createsTheGroupAgain() {
        add({"before"});
        const auto source = make();
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"before"});
        m_client->run({"DEL", "k"});
        add({"after"});
        const Batch both = fetchAll(*source, 2);
        QCOMPARE(payloads(both), (QByteArrayList{"", "after"}));
        QVERIFY(both[0].gap && both[0].gap->kind == GapKind::Trimmed);
        QVERIFY(!both[0].gap->missing); // what no look saw is not known
    }

    void survivesARestartWithoutData() {
        add({"before"});
        const auto source = make();
        QCOMPARE(fetchAll(*source, 1).size(), 1U);
        stopServer();
        QVERIFY(!fetchFrom(*source, {}, 10ms, {}).ok());
        QVERIFY(!source->status().connected);
        QVERIFY2(source->status().lastError.contains(QString::number(m_server->port())),
                 qPrintable(source->status().lastError));
        startServer();
        add({"after"});
        const Batch both = fetchAll(*source, 2);
        QCOMPARE(payloads(both), (QByteArrayList{"", "after"}));
        QVERIFY(both[0].gap && !both[0].gap->missing);
        QVERIFY(source->status().lastError.isEmpty());
    }

    void tellsWhatWaits() {
        push(0, 100);
        const auto source = make();
        fetchAll(*source, 10, few(10));
        QVERIFY(source->status().behind.has_value());
        const Batch more = fetchAll(*source, 10, few(10));
        QCOMPARE(source->status().behind, std::optional<qint64>(100)); // 90 not read, 10 not acknowledged
    }

    void choosesThePayload_data() {
        QTest::addColumn<QByteArrayList>("fields");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<bool>("fromFields");
        QTest::newRow("payload") << QByteArrayList{"a", "1", "payload", "P"} << QByteArray("P") << false;
        QTest::newRow("kind and payload")
            << QByteArrayList{"kind", "message", "payload", "P"} << QByteArray("P") << false;
        QTest::newRow("kind and data") << QByteArrayList{"kind", "sink_record", "data", "D"}
                                       << QByteArray(R"({"kind":"sink_record","data":"D"})") << true;
        QTest::newRow("kind and message")
            << QByteArrayList{"message", "M", "kind", "x"} << QByteArray(R"({"message":"M","kind":"x"})") << true;
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
        m_client->run(QByteArrayList{"XADD", "k", "*"} + fields);
        const Batch batch = fetchAll(*make(), 1);
        QCOMPARE(batch.size(), 1U);
        QCOMPARE(batch[0].payload, payload);
        QCOMPARE(batch[0].fromFields, fromFields);
        QCOMPARE(batch[0].isEntry, fromFields);
    }

    void keepsFieldsBesideThePayload_data() {
        QTest::addColumn<QByteArrayList>("fields");
        QTest::addColumn<QByteArray>("metadata");
        QTest::newRow("none") << QByteArrayList{"payload", "P"} << QByteArray();
        QTest::newRow("before and behind") << QByteArrayList{"trace_id", "abc", "payload", "P", "tenant", "x"}
                                           << QByteArray(R"({"trace_id":"abc","tenant":"x"})");
        QTest::newRow("payload twice") << QByteArrayList{"payload", "1", "payload", "2"}
                                       << QByteArray(R"({"payload":"2"})");
        QTest::newRow("data beside payload")
            << QByteArrayList{"data", "D", "payload", "P"} << QByteArray(R"({"data":"D"})");
        QTest::newRow("fields together") << QByteArrayList{"a", "1", "b", "2"} << QByteArray();
    }
    void keepsFieldsBesideThePayload() {
        QFETCH(QByteArrayList, fields);
        QFETCH(QByteArray, metadata);
        m_client->run(QByteArrayList{"XADD", "k", "*"} + fields);
        const Batch batch = fetchAll(*make(), 1);
        QCOMPARE(batch.size(), 1U);
        QCOMPARE(batch[0].metadata, metadata);
    }

private:
    std::unique_ptr<Source> makeOf(const SourceUrl& url, const RedisPullOptions& options) const override {
        return std::make_unique<RedisStreamSource>(url, options);
    }
    void add(const QByteArrayList& payloads) override {
        m_client->addMany("k", static_cast<int>(payloads.size()), [&](int i) { return payloads[i]; });
    }
    int unacknowledged() override { return m_client->pending("k"); }
};

QTEST_GUILESS_MAIN(TestRedisStream)
#include "tst_redisstream.moc"
