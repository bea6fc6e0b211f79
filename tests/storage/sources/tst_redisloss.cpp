#include "storage/sources/redis/redislist.h"
#include "storage/sources/redis/redislistwatch.h"
#include "storage/sources/redis/redisstream.h"
#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QtTest>
#include <array>
#include <memory>
#include <random>
#include <set>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

/// What receivers of one store were told, each gap once.
class Ledger {
public:
    /// What came; acknowledged where the receiver lives on.
    void take(Source& source, bool isStored) {
        const auto batch = fetchFrom(source, {}, 20ms);
        if (!batch)
            return;
        for (const Delivery& delivery : *batch) {
            if (!isStored)
                continue;
            if (delivery.isMessage())
                m_messages.insert(delivery.keyText);
            else if (!delivery.key.isKeyed() || m_told.insert(delivery.key).second)
                addGap(*delivery.gap);
        }
        if (isStored)
            QVERIFY(acknowledgeAll(source, *batch).ok());
    }
    void drain(Source& source) {
        for (int quiet = 0; quiet < 3;) {
            const std::size_t before = m_messages.size();
            take(source, true);
            quiet = m_messages.size() == before ? quiet + 1 : 0;
        }
    }

    [[nodiscard]] qint64 messages() const { return static_cast<qint64>(m_messages.size()); }
    qint64 missing = 0;
    qint64 atMost = 0; ///< of gaps whose number is not known
    int unknown = 0;   ///< those
    int gaps = 0;

private:
    void addGap(const GapNews& gap) {
        ++gaps;
        missing += gap.missing.value_or(0);
        unknown += gap.missing ? 0 : 1;
        if (!gap.missing) {
            const QByteArray name = "\"at_most\":";
            const qsizetype at = gap.details.indexOf(name);
            atMost += at < 0 ? 0 : gap.details.mid(at + name.size()).chopped(1).toLongLong();
        }
    }

    std::set<QByteArray> m_messages;
    std::set<SourceKey> m_told;
};

} // namespace

class TestRedisLoss : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_sent = 0;
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
    }

    // Whatever is trimmed when, whoever reads and dies: sent − stored = declared.
    void declaresWhatWasTrimmed_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 12; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    void declaresWhatWasTrimmed() {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
        std::array<std::unique_ptr<Source>, 2> sources;
        for (auto& source : sources)
            source = make(&source == &sources[0] ? QStringLiteral("one") : QStringLiteral("two"));
        Ledger ledger;
        ledger.take(*sources[0], true); // makes the group
        for (int step = 0; step < 60; ++step) {
            auto& source = sources[random() % 2];
            switch (random() % 6) {
            case 0:
                m_client->run({"XTRIM", "k", "MAXLEN", QByteArray::number(upTo(5))});
                break;
            case 1: // killed, perhaps with what it was told and has not stored
                if (random() % 2 == 0)
                    ledger.take(*source, false);
                source = make(&source == &sources[0] ? QStringLiteral("one") : QStringLiteral("two"));
                break;
            case 2:
            case 3:
                ledger.take(*source, true);
                break;
            default:
                for (int i = upTo(12); i > 0; --i)
                    send({"MAXLEN", QByteArray::number(6)});
            }
        }
        ledger.drain(*sources[0]);
        ledger.drain(*sources[1]);
        QCOMPARE(ledger.atMost, 0);
        QCOMPARE(ledger.messages() + ledger.missing, m_sent);
    }

    // What somebody deletes one by one is no loss of a number that is known.
    void deletedEntriesAreNotCountedAsTrimmed() {
        Ledger ledger;
        const auto source = make(QStringLiteral("one"));
        ledger.drain(*source);
        std::vector<QByteArray> ids;
        for (int i = 0; i < 10; ++i)
            ids.push_back(send({}));
        for (const std::size_t at : {0U, 1U, 2U})
            m_client->run({"XDEL", "k", ids[at]});
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), 7);
        QCOMPARE(ledger.missing, 0);
        QVERIFY(ledger.atMost <= 2);
        const qint64 before = ledger.atMost;
        for (int i = 0; i < 10; ++i)
            send({"MAXLEN", "4"});
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), 11);
        QCOMPARE(ledger.missing + ledger.atMost - before, 6);
    }

    // Consumers that delete what they have acknowledged lose nothing.
    void deletingWhatWasReadIsNoLoss() {
        Ledger ledger;
        const auto source = make(QStringLiteral("one"));
        for (int i = 0; i < 5; ++i) {
            const QByteArray id = send({});
            ledger.drain(*source);
            m_client->run({"XDEL", "k", id});
            m_client->run({"XTRIM", "k", "MAXLEN", "0"});
        }
        QCOMPARE(ledger.messages(), 5);
        QCOMPARE(ledger.gaps, 0);
    }

    // What was trimmed before the group was made by us is history.
    void aNewGroupHasLostNothing() {
        for (int i = 0; i < 20; ++i)
            send({"MAXLEN", "5"});
        Ledger ledger;
        const auto source = make(QStringLiteral("one"));
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), 5);
        QCOMPARE(ledger.gaps, 0);
        for (int i = 0; i < 20; ++i)
            send({"MAXLEN", "5"});
        ledger.drain(*source);
        QCOMPARE(ledger.missing, 15);
    }

    void tellsWhatVanished_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::addColumn<int>("missing"); // of the ten that wait
        QTest::newRow("DEL") << QByteArrayList{"DEL", "k"} << 10;
        QTest::newRow("UNLINK") << QByteArrayList{"UNLINK", "k"} << 10;
        QTest::newRow("FLUSHALL") << QByteArrayList{"FLUSHALL"} << 10;
        QTest::newRow("RENAME") << QByteArrayList{"RENAME", "k", "other"} << 10;
        QTest::newRow("PEXPIREAT") << QByteArrayList{"PEXPIREAT", "k", "1"} << 10;
        QTest::newRow("XGROUP DESTROY") << QByteArrayList{"XGROUP", "DESTROY", "k", "portolan"} << 0;
    }
    void tellsWhatVanished() {
        QFETCH(QByteArrayList, command);
        QFETCH(int, missing);
        const auto source = make(QStringLiteral("one"));
        Ledger ledger;
        ledger.drain(*source);
        for (int i = 0; i < 15; ++i)
            send({});
        const Batch some = fetchAll(*source, 5, {5, 4 << 20, 0}); // fifteen there, ten wait
        QCOMPARE(some.size(), 5U);
        QVERIFY(acknowledgeAll(*source, some).ok());
        m_client->run(command);
        ledger.drain(*source);
        QCOMPARE(ledger.missing, missing);
        QCOMPARE(ledger.unknown, missing == 0 ? 0 : 1); // what came after the last look
        QCOMPARE(ledger.gaps, missing == 0 ? 1 : 2);
        QCOMPARE(ledger.messages(), missing == 0 ? 15 : 0);
        QCOMPARE(source->status().noted, 1);
        QVERIFY2(source->status().notes.last().contains(QStringLiteral("k")),
                 qPrintable(source->status().notes.last()));
        send({});
        const qint64 before = ledger.messages();
        ledger.drain(*source); // it goes on
        QCOMPARE(ledger.messages(), before + 1);
        QCOMPARE(ledger.gaps, missing == 0 ? 1 : 2);
    }

    // Nothing waited at the last look, and what came after it went with the stream: no number is known, never 0.
    void whatNoLookSawHasNoNumber_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::addColumn<bool>("isCounted"); ///< the ids, by the producer
        QTest::addColumn<bool>("isLonger");  ///< the stream that comes after it
        const QByteArrayList del{"DEL", "k"};
        QTest::newRow("DEL") << del << false << false;
        QTest::newRow("FLUSHALL") << QByteArrayList{"FLUSHALL"} << false << false;
        QTest::newRow("RENAME") << QByteArrayList{"RENAME", "k", "old"} << false << false;
        QTest::newRow("PEXPIREAT") << QByteArrayList{"PEXPIREAT", "k", "1"} << false << false;
        QTest::newRow("DEL, and more of the clock's ids") << del << false << true;
        QTest::newRow("DEL, counted ids") << del << true << false;
    }
    void whatNoLookSawHasNoNumber() {
        QFETCH(QByteArrayList, command);
        QFETCH(bool, isCounted);
        QFETCH(bool, isLonger);
        int number = 0;
        const auto sendOne = [&] {
            m_client->run({"XADD", "k", isCounted ? QByteArray::number(++number) + "-0" : QByteArray("*"), "payload",
                           QByteArray::number(m_sent++)});
        };
        const auto source = make(QStringLiteral("one"));
        Ledger ledger;
        ledger.drain(*source);
        for (int i = 0; i < 3; ++i)
            sendOne();
        ledger.drain(*source);
        for (int i = 0; i < 10; ++i)
            sendOne();
        m_client->run(command);
        number = 0;
        for (int i = 0; i < (isLonger ? 20 : 2); ++i)
            sendOne();
        ledger.drain(*source);
        QCOMPARE(ledger.gaps, 1);
        QCOMPARE(ledger.unknown, 1);
        QCOMPARE(ledger.atMost, 0);
        QVERIFY(ledger.messages() >= (isCounted ? 3 : isLonger ? 23 : 5));
    }

    // Others may have read what waited at this receiver's last look.
    void whatOthersMayHaveReadHasNoNumber() {
        const auto one = make(QStringLiteral("one"));
        const auto two = make(QStringLiteral("two"));
        Ledger ledger;
        ledger.drain(*one);
        ledger.drain(*two);
        for (int i = 0; i < 15; ++i)
            send({});
        QVERIFY(acknowledgeAll(*one, fetchAll(*one, 5, {5, 4 << 20, 0})).ok());
        QVERIFY(acknowledgeAll(*two, fetchAll(*two, 10, {10, 4 << 20, 0})).ok());
        m_client->run({"DEL", "k"});
        ledger.drain(*one);
        ledger.drain(*two);
        QCOMPARE(ledger.missing, 0);
        QVERIFY(ledger.unknown >= 1);
    }

    // The look's script is forgotten, or its hash refused, right when entries are trimmed: nothing exact is said of
    // what a read without a look passed over.
    void aReadWithoutALookIsTold_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::newRow("forgotten") << QByteArrayList{"SCRIPT", "FLUSH"};
        QTest::newRow("denied") << QByteArrayList{"ACL", "SETUSER", "default", "-evalsha"};
    }
    void aReadWithoutALookIsTold() {
        QFETCH(QByteArrayList, command);
        const auto source = make(QStringLiteral("one"));
        Ledger ledger;
        ledger.drain(*source);
        for (int i = 0; i < 3; ++i)
            send({});
        ledger.drain(*source);
        m_client->run(command);
        for (int i = 0; i < 10; ++i)
            send({"MAXLEN", "3"});
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), 6);
        QCOMPARE(ledger.unknown, 1);
        QCOMPARE(ledger.atMost, 7);
        QVERIFY(source->status().notes.filter(QStringLiteral("EVAL")).isEmpty());
        for (int i = 0; i < 5; ++i)
            send({}); // and the next look is made
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), 11);
        QCOMPARE(ledger.gaps, 1);
    }

    // Full, and with no more rights than reading needs: all is drained.
    void drains_data() {
        QTest::addColumn<bool>("isList");
        QTest::addColumn<bool>("isFull");
        QTest::addColumn<QByteArrayList>("rights");
        const QByteArrayList forStreams{"+xreadgroup", "+xack", "+xpending", "+xclaim"};
        const QByteArrayList forLists{"+eval", "+evalsha", "+lpop",    "+lpush", "+hset", "+hmget",
                                      "+time", "+hkeys",   "+hgetall", "+hdel",  "+hget"};
        for (const bool full : {false, true}) {
            const char* state = full ? "full" : "not full";
            QTest::addRow("stream, all rights, %s", state) << false << full << QByteArrayList{"+@all", "~*"};
            QTest::addRow("stream, least rights, %s", state) << false << full << forStreams + QByteArrayList{"~k"};
            QTest::addRow("stream, no XGROUP, %s", state) << false << full << QByteArrayList{"+@all", "-xgroup", "~*"};
            QTest::addRow("stream, no EVALSHA, %s", state)
                << false << full << QByteArrayList{"+@all", "-evalsha", "~*"};
            QTest::addRow("list, no EVALSHA, %s", state) << true << full << QByteArrayList{"+@all", "-evalsha", "~*"};
            QTest::addRow("list, all rights, %s", state) << true << full << QByteArrayList{"+@all", "~*"};
            QTest::addRow("list, least rights, %s", state) << true << full << forLists + QByteArrayList{"~k", "~{k}:*"};
        }
    }
    void drains() {
        QFETCH(bool, isList);
        QFETCH(bool, isFull);
        QFETCH(QByteArrayList, rights);
        if (!isList && (!rights.contains("+@all") || rights.contains("-xgroup")))
            m_client->run({"XGROUP", "CREATE", "k", "portolan", "0", "MKSTREAM"});
        m_client->run(QByteArrayList{"ACL", "SETUSER", "tied", "on", ">pw"} + rights);
        const auto pushOne = [&] {
            return isList ? m_client->run({"RPUSH", "k", QByteArray(900, 'x')})
                          : m_client->run({"XADD", "k", "*", "payload", QByteArray(900, 'x')});
        };
        qint64 sent = 0;
        if (isFull) {
            m_client->run({"CONFIG", "SET", "maxmemory", "4mb"});
            while (!pushOne().first().startsWith("OOM"))
                ++sent;
        } else {
            for (; sent < 100; ++sent)
                pushOne();
        }
        QVERIFY(sent >= 100);
        SourceUrl url = m_server->source(isList ? SourceKind::RedisList : SourceKind::RedisStream, "k");
        url.user = QStringLiteral("tied");
        url.password = QStringLiteral("pw");
        Ledger ledger;
        if (!isList || isFull) { // one that dies with what it holds, while Redis is full
            const auto dying = makeOf(url);
            ledger.take(*dying, false);
        }
        const auto source = makeOf(url);
        ledger.drain(*source);
        QVERIFY2(source->status().lastError.isEmpty(), qPrintable(source->status().lastError));
        QCOMPARE(ledger.messages(), sent);
        // What is denied is said once, with its name, and not asked for again and again.
        QVERIFY2(source->status().noted <= 3, qPrintable(source->status().notes.join(u'\n')));
        if (!rights.contains("+@all"))
            QVERIFY(source->status().noted >= 1);
        if (rights.contains("-evalsha"))
            QCOMPARE(source->status().noted, 0);
    }

    void aFullServerWithoutTheGroupIsDrainedToo() {
        m_client->run({"CONFIG", "SET", "maxmemory", "4mb"});
        qint64 sent = 0;
        while (!m_client->run({"XADD", "k", "*", "payload", QByteArray(900, 'x')}).first().startsWith("OOM"))
            ++sent;
        Ledger ledger;
        const auto source = make(QStringLiteral("one"));
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), sent);
        QCOMPARE(ledger.gaps, 0);
    }

    void lists_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::addColumn<int>("missing");
        QTest::addColumn<int>("unknown");
        QTest::newRow("flushed") << QByteArrayList{"FLUSHALL"} << 10 << 1;
        QTest::newRow("deleted") << QByteArrayList{"DEL", "k"} << 0 << 1;
        QTest::newRow("taken by others") << QByteArrayList{"LPOP", "k", "10"} << 0 << 1;
        QTest::newRow("some taken by others") << QByteArrayList{"LPOP", "k", "4"} << 0 << 0;
        QTest::newRow("the counter alone") << QByteArrayList{"DEL", "{k}:portolan"} << 0 << 0;
    }
    void lists() {
        QFETCH(QByteArrayList, command);
        QFETCH(int, missing);
        QFETCH(int, unknown);
        pushToList(15);
        const auto source = makeOf(m_server->source(SourceKind::RedisList, "k"));
        const Batch some = fetchAll(*source, 5, {5, 4 << 20, 0});
        QVERIFY(acknowledgeAll(*source, some).ok());
        m_client->run(command);
        Ledger ledger;
        ledger.drain(*source);
        QCOMPARE(ledger.missing, missing);
        QCOMPARE(ledger.unknown, unknown);
        QCOMPARE(ledger.atMost, 0);
        QCOMPARE(ledger.gaps, (missing > 0 ? 1 : 0) + unknown);
        QCOMPARE(source->status().noted, unknown);
    }

    // A list has nothing in it at the last claim, and what came after that is flushed: told, without a number. What
    // empties it otherwise is no loss.
    void anEmptyList_data() {
        QTest::addColumn<QList<QByteArrayList>>("commands");
        QTest::addColumn<int>("unknown");
        using All = QList<QByteArrayList>;
        const QByteArrayList flush{"FLUSHALL"};
        const QByteArrayList push{"RPUSH", "k", "new"};
        QTest::newRow("flushed") << All{push, flush, push} << 1;
        QTest::newRow("flushed, nothing came since") << All{push, flush} << 1;
        QTest::newRow("its database is") << All{push, {"FLUSHDB"}, push} << 1;
        QTest::newRow("drained") << All{push} << 0;
        QTest::newRow("expires empty") << All{push, {"PEXPIRE", "k", "60000"}} << 0;
        QTest::newRow("the counter alone") << All{{"DEL", "{k}:portolan"}, push} << 0;
    }
    void anEmptyList() {
        QFETCH(QList<QByteArrayList>, commands);
        QFETCH(int, unknown);
        const auto source = makeOf(m_server->source(SourceKind::RedisList, "k"));
        Ledger ledger;
        ledger.drain(*source); // its first start
        pushToList(5);
        ledger.drain(*source);
        QCOMPARE(ledger.messages(), 5);
        for (const QByteArrayList& command : commands)
            m_client->run(command);
        ledger.drain(*source);
        pushToList(1);
        ledger.drain(*source);
        QCOMPARE(ledger.missing, 0);
        QCOMPARE(ledger.unknown, unknown);
        QCOMPARE(ledger.gaps, unknown);
    }

    // Of two receivers of a list that is flushed one tells.
    void aFlushedListIsToldByOne() {
        SourceUrl url = m_server->source(SourceKind::RedisList, "k");
        const auto one = makeOf(url);
        url.consumer = QStringLiteral("other");
        const auto other = makeOf(url);
        Ledger ledger;
        ledger.drain(*one);
        pushToList(3);
        ledger.drain(*one);
        ledger.drain(*other);
        m_client->run({"FLUSHALL"});
        ledger.drain(*other);
        ledger.drain(*one);
        QCOMPARE(ledger.gaps, 1);
        QCOMPARE(ledger.unknown, 1);
    }

    void anExpiredListIsToldWithItsNumber() {
        pushToList(15);
        m_client->run({"PEXPIRE", "k", "1500"});
        const auto source = makeOf(m_server->source(SourceKind::RedisList, "k"));
        const Batch some = fetchAll(*source, 5, {5, 4 << 20, 0});
        QVERIFY(acknowledgeAll(*source, some).ok());
        QTRY_COMPARE(m_client->run({"EXISTS", "k"}), QByteArrayList{"0"});
        Ledger ledger;
        ledger.drain(*source);
        QCOMPARE(ledger.missing, 10);
        QCOMPARE(ledger.unknown, 1); // what came after the last claim
        QVERIFY(source->status().notes.join(u' ').contains(QStringLiteral("expired")));
    }

    // Two receivers of one list take from each other, and nothing is lost.
    void whatOtherReceiversTakeIsNoLoss() {
        const auto one = makeOf(m_server->source(SourceKind::RedisList, "k"));
        SourceUrl url = m_server->source(SourceKind::RedisList, "k");
        url.consumer = QStringLiteral("other");
        const auto other = makeOf(url);
        Ledger ledger;
        std::mt19937 random(7);
        for (int step = 0; step < 100; ++step) {
            pushToList(static_cast<int>(random() % 8));
            const auto& source = random() % 2 == 0 ? one : other;
            const Batch batch = fetchAll(*source, 1, {static_cast<int>(1 + random() % 10), 4 << 20, 0});
            QVERIFY(acknowledgeAll(*source, batch).ok());
            QVERIFY(std::ranges::all_of(batch, &Delivery::isMessage));
            if (m_client->run({"LLEN", "k"}) == QByteArrayList{"0"})
                pushToList(1);
        }
    }

private:
    [[nodiscard]] static std::unique_ptr<Source> makeOf(const SourceUrl& url) {
        if (url.kind == SourceKind::RedisList)
            return std::make_unique<RedisListSource>(url, quickly());
        return std::make_unique<RedisStreamSource>(url, quickly());
    }
    [[nodiscard]] std::unique_ptr<Source> make(const QString& consumer) const {
        SourceUrl url = m_server->stream("k");
        url.consumer = consumer;
        return makeOf(url);
    }
    QByteArray send(const QByteArrayList& trim) {
        ++m_sent;
        return m_client->run(QByteArrayList{"XADD", "k"} + trim + QByteArrayList{"*", "payload", "x"}).first();
    }
    void pushToList(int count) {
        for (int i = 0; i < count; ++i)
            m_client->run({"RPUSH", "k", QByteArray::number(i)});
    }
    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;
    qint64 m_sent = 0;
};

QTEST_GUILESS_MAIN(TestRedisLoss)
#include "tst_redisloss.moc"
