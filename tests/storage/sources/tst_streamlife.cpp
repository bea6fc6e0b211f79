#include "storage/stores/makereceiver.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisgate.h"
#include "tests/support/redisserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <memory>
#include <random>
#include <semaphore>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

constexpr char clockIds[] = "*";

} // namespace

/// A stream that is deleted and made again, or goes back, against real servers.
class TestStreamLife : public QObject {
    Q_OBJECT

    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;
    std::unique_ptr<TempFolder> m_folder;

    [[nodiscard]] QString storePath() const { return m_folder->path(QStringLiteral("s.db")); }
    [[nodiscard]] ReceiverOptions options(const QString& more = {}) const {
        ReceiverOptions options;
        options.from = *SourceUrl::parse(
            QStringLiteral("redis://127.0.0.1:%1/0?stream=k&group=g%2").arg(m_server->port()).arg(more));
        options.into = *StoreUrl::parse(QStringLiteral("%1://%2").arg(m_store, storePath()));
        options.idleExit = 150ms;
        return options;
    }
    /// "stored duplicates rejected" of a receiver that takes what there is.
    [[nodiscard]] QString receive(const QString& more = {}) const {
        Receiver receiver = makeReceiver(options(more));
        receiver.start();
        const auto ended = receiver.wait();
        if (!ended)
            return ended.error().text;
        return QStringLiteral("%1 %2 %3").arg(ended->stored).arg(ended->duplicates).arg(ended->rejected);
    }
    /// Entries 1-0, 2-0, … or with the server's ids.
    void add(int first, int last, const QByteArray& life, const QByteArray& ids = {}) {
        for (int i = first; i <= last; ++i) {
            const QByteArray number = QByteArray::number(i);
            const QByteArray id = ids == clockIds ? QByteArray(clockIds) : number + "-0";
            m_client->run({"XADD", "k", id, "payload", life + ' ' + number});
        }
    }
    /// The contents of the stream, "life N M", of entries that the group has delivered and that are not pending: those
    /// that were acknowledged.
    [[nodiscard]] QByteArrayList acknowledged(RedisClient& client) const {
        QByteArrayList contents;
        const QByteArrayList group = client.run({"XINFO", "GROUPS", "k"});
        const qsizetype last = group.indexOf("last-delivered-id");
        if (last < 0)
            return contents;
        const auto numberOf = [](const QByteArray& id) { return id.split('-').front().toLongLong(); };
        const QByteArrayList held = client.run({"XPENDING", "k", "g", "-", "+", "100"});
        const QByteArrayList entries = client.run({"XRANGE", "k", "-", "+"}); // id, field, value
        for (qsizetype i = 0; i + 2 < entries.size(); i += 3) {
            if (numberOf(entries[i]) <= numberOf(group[last + 1]) && !held.contains(entries[i]))
                contents << entries[i + 2];
        }
        return contents;
    }
    [[nodiscard]] QStringList storedContents() const {
        return SqliteScript(storePath()).rows("SELECT content FROM messages");
    }
    /// The epochs of which anything is stored.
    [[nodiscard]] int epochs() const {
        return SqliteScript(storePath())
            .value("SELECT count(*) FROM portolan_sources WHERE identity LIKE '%/0/k%' AND identity NOT LIKE "
                   "'%#anew:%' AND identity NOT LIKE '%#lost:%' "
                   "AND id IN (SELECT source_id FROM portolan_source_chunks)")
            .toInt();
    }
    [[nodiscard]] qint64 stored() const {
        return SqliteScript(storePath()).value("SELECT count(*) FROM messages").toLongLong();
    }

    /// Takes the group, or the stream, away; another life of it has ids of the one before it.
    static void makeFault(RedisClient& client, const QByteArray& fault) {
        if (fault == "DESTROY") {
            client.run({"XGROUP", "DESTROY", "k", "g"});
            return;
        }
        client.run({"MULTI"});
        client.run(fault == "FLUSHALL" ? QByteArrayList{"FLUSHALL"} : QByteArrayList{"DEL", "k"});
        if (fault == "exchange") // as another receiver does that is quicker
            client.run({"XGROUP", "CREATE", "k", "g", "0", "MKSTREAM"});
        for (int i = 1; i <= 4; ++i) {
            const QByteArray number = QByteArray::number(i);
            client.run({"XADD", "k", number + "-0", "payload", "life 2 " + number});
        }
        client.run({"EXEC"});
    }

    QString m_store = QStringLiteral("sqlite");

private Q_SLOTS:
    void init() {
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
        m_folder = std::make_unique<TempFolder>();
        m_store = QStringLiteral("sqlite");
    }
    void cleanup() {
        m_client.reset();
        m_server.reset();
        m_folder.reset();
    }

    void beginsAgainBetweenReceivers_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::addColumn<QByteArray>("life");
        QTest::addColumn<int>("entries");
        QTest::addColumn<QString>("counts");
        const auto row = [](const char* name, const QByteArrayList& command, const QByteArray& life, int entries,
                            const char* counts) {
            QTest::newRow(name) << command << life << entries << QString::fromLatin1(counts);
        };
        const QByteArrayList flush{"FLUSHALL"};
        const QByteArrayList del{"DEL", "k"};
        const QByteArrayList destroy{"XGROUP", "DESTROY", "k", "g"};
        const QByteArrayList back{"XGROUP", "SETID", "k", "g", "0"};
        row("FLUSHALL, fewer", flush, "second", 3, "3 0 0");
        row("FLUSHALL, as many", flush, "second", 5, "5 0 0");
        row("FLUSHALL, more", flush, "second", 9, "9 0 0");
        row("DEL, fewer", del, "second", 3, "3 0 0");
        row("DEL, more", del, "second", 9, "9 0 0");
        row("FLUSHALL, fewer of the same", flush, "first", 3, "3 0 0");
        row("FLUSHALL, nothing new", flush, "second", 0, "0 0 0");
        row("the group alone is gone", destroy, {}, 5, "0 5 0");
        row("the group is set back", back, {}, 5, "0 5 0");
    }
    void beginsAgainBetweenReceivers() {
        QFETCH(QByteArrayList, command);
        QFETCH(QByteArray, life);
        QFETCH(int, entries);
        QFETCH(QString, counts);
        add(1, 5, "first");
        QCOMPARE(receive(), QStringLiteral("5 0 0"));
        m_client->run(command);
        if (!life.isEmpty())
            add(1, entries, life);
        QCOMPARE(receive(), counts);
        // Nothing of it comes again, whatever happens to the group.
        m_client->run({"XGROUP", "DESTROY", "k", "g"});
        QCOMPARE(receive(), QStringLiteral("0 %1 0").arg(entries));
        // And once more.
        m_client->run({"FLUSHALL"});
        add(1, 4, "third");
        QCOMPARE(receive(), QStringLiteral("4 0 0"));
    }

    void beginsAgainInAFileStore() {
        m_store = QStringLiteral("file");
        add(1, 5, "first");
        QCOMPARE(receive(), QStringLiteral("5 0 0"));
        m_client->run({"FLUSHALL"});
        add(1, 3, "second");
        QCOMPARE(receive(), QStringLiteral("3 0 0"));
        m_client->run({"XGROUP", "DESTROY", "k", "g"});
        QCOMPARE(receive(), QStringLiteral("0 3 0"));
    }

    void idsOfTheClockThatGoBackAreTheSame() {
        add(1, 5, "first", clockIds);
        QCOMPARE(receive(), QStringLiteral("5 0 0"));
        const QByteArray early = m_client->run({"DUMP", "k"}).value(0);
        m_client->run({"XGROUP", "DESTROY", "k", "g"});
        const QByteArray withoutGroup = m_client->run({"DUMP", "k"}).value(0);
        add(6, 8, "first", clockIds);
        QCOMPARE(receive(), QStringLiteral("3 5 0"));
        // As after a restart with older data, with the group and without.
        for (const QByteArray& older : {early, withoutGroup}) {
            m_client->run({"RESTORE", "k", "0", older, "REPLACE"});
            add(9, 9, "later", clockIds);
            const QString counts = receive();
            QVERIFY2(counts.startsWith(QStringLiteral("1 ")) && counts.endsWith(QStringLiteral(" 0")),
                     qPrintable(counts));
        }
        QCOMPARE(stored(), 10);
    }

    void beginsAgainUnderARunningReceiver_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::addColumn<bool>("isRemade");
        QTest::newRow("FLUSHALL") << QByteArrayList{"FLUSHALL"} << true;
        QTest::newRow("DEL") << QByteArrayList{"DEL", "k"} << true;
        QTest::newRow("DESTROY") << QByteArrayList{"XGROUP", "DESTROY", "k", "g"} << false;
        QTest::newRow("SETID") << QByteArrayList{"XGROUP", "SETID", "k", "g", "0"} << false;
    }
    void beginsAgainUnderARunningReceiver() {
        QFETCH(QByteArrayList, command);
        QFETCH(bool, isRemade);
        ReceiverOptions with = options();
        with.idleExit.reset();
        Receiver receiver = makeReceiver(with);
        receiver.start();
        add(1, 5, "first");
        QTRY_COMPARE_WITH_TIMEOUT(receiver.status().stored, 5, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        m_client->run(command);
        if (isRemade)
            add(1, 3, "second");
        else
            add(6, 8, "first");
        QTRY_COMPARE_WITH_TIMEOUT(receiver.status().stored, 8, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        receiver.stop();
        const auto ended = receiver.wait();
        QVERIFY(ended.ok());
        QCOMPARE(ended->stored, 8);
        QCOMPARE(ended->duplicates, isRemade ? 0 : 5);
        QCOMPARE(ended->rejected, 0);
    }

    void isMadeAgainByAnotherBetweenTwoReads_data() {
        QTest::addColumn<int>("stored");
        QTest::addColumn<int>("entries");
        QTest::newRow("fewer") << 5 << 3;
        QTest::newRow("as many") << 5 << 5;
        QTest::newRow("more") << 5 << 9;
        QTest::newRow("one after many") << 40 << 1;
        QTest::newRow("none is stored") << 0 << 4;
    }
    /// The stream and its group are exchanged in one step, as by a receiver that is quicker, so that no read fails.
    void isMadeAgainByAnotherBetweenTwoReads() {
        QFETCH(int, stored);
        QFETCH(int, entries);
        ReceiverOptions with = options();
        with.idleExit.reset();
        Receiver receiver = makeReceiver(with);
        receiver.start();
        add(1, stored, "life 1");
        QTRY_COMPARE_WITH_TIMEOUT(receiver.status().stored, stored, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->run({"XINFO", "CONSUMERS", "k", "g"}).isEmpty(), false, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        qint64 expected = stored;
        for (int life = 2; life <= 6; ++life) {
            m_client->run({"MULTI"});
            m_client->run({"DEL", "k"});
            m_client->run({"XGROUP", "CREATE", "k", "g", "0", "MKSTREAM"});
            add(1, entries, "life " + QByteArray::number(life));
            m_client->run({"EXEC"});
            expected += entries;
            QTRY_COMPARE_WITH_TIMEOUT(receiver.status().stored, expected, 20'000);
            QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        }
        receiver.stop();
        const auto ended = receiver.wait();
        QVERIFY(ended.ok());
        QCOMPARE(ended->rejected, 0);
        QCOMPARE(this->stored(), expected);
    }

    void isGoneBetweenAnyTwoCommands_data() {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<bool>("stops"); ///< the receiver, just then
        QTest::newRow("FLUSHALL") << QByteArray("FLUSHALL") << false;
        QTest::newRow("DESTROY") << QByteArray("DESTROY") << false;
        QTest::newRow("exchange") << QByteArray("exchange") << false;
        QTest::newRow("exchange as it stops") << QByteArray("exchange") << true;
    }
    /// The stream or its group goes, or is exchanged, when the server has answered a command and the receiver does not
    /// know yet, a run for each command that one sends: nothing is acknowledged at any time that is not stored, all is
    /// stored once, what is gone is told, and another receiver finds the same epoch.
    void isGoneBetweenAnyTwoCommands() {
        QFETCH(QByteArray, fault);
        QFETCH(bool, stops);
        RedisClient hand(m_server->port()); // of the gate's thread
        QCOMPARE(receive(), QStringLiteral("0 0 0"));
        const auto empty = std::exchange(m_folder, nullptr);
        bool wasReached = true;
        for (int at = 1; wasReached; ++at) {
            m_folder = std::make_unique<TempFolder>();
            QVERIFY(QFile::copy(empty->path(QStringLiteral("s.db")), storePath()));
            m_client->run({"FLUSHALL"});
            add(1, 5, "life 1");
            int commands = 0;
            bool isDone = false;
            bool wasKnown = false;
            QByteArray where;
            QStringList wrong;
            Receiver* running = nullptr;
            const auto watch = [&](const QByteArrayList& command, bool isAnswered) {
                if (isAnswered && !isDone && ++commands == at) {
                    isDone = true;
                    where = command.join(' ').left(60);
                    if (stops)
                        running->stop();
                    makeFault(hand, fault);
                }
                if (isAnswered && !isDone)
                    wasKnown = wasKnown || command.contains("XREADGROUP");
                if (!isAnswered)
                    return;
                const QStringList stored = storedContents();
                for (const QByteArray& content : acknowledged(hand)) {
                    if (!stored.contains(QString::fromLatin1(content)))
                        wrong << QStringLiteral("“%1” is acknowledged, not stored, by %2")
                                     .arg(QString::fromLatin1(content), QString::fromLatin1(command.front()));
                }
            };
            {
                const RedisGate gate(m_server->port(), watch);
                ReceiverOptions with = options();
                with.from = *SourceUrl::parse(
                    QStringLiteral("redis://127.0.0.1:%1/0?stream=k&group=g&consumer=c&identity=i").arg(gate.port()));
                with.batch = 2;
                with.queueCount = 2;
                with.linger = 0ms;
                Receiver receiver = makeReceiver(with);
                running = &receiver;
                receiver.start();
                const auto ended = receiver.wait();
                QVERIFY2(ended.ok(), ended ? "" : qPrintable(ended.error().text));
                QCOMPARE(ended->rejected, 0);
            }
            wasReached = isDone;
            if (!isDone)
                makeFault(*m_client, fault);
            const QByteArray words = "command " + QByteArray::number(at) + ": " + where;
            QVERIFY2(wrong.isEmpty(), words + ' ' + wrong.join(u'\n').toUtf8());
            // Another receiver takes what is left, and finds what is stored.
            const QString counts = receive(QStringLiteral("&consumer=c&identity=i"));
            QVERIFY2(counts.endsWith(QStringLiteral(" 0")), words + ' ' + counts.toUtf8());
            const QByteArrayList entries = m_client->run({"XRANGE", "k", "-", "+"});
            const QStringList stored = storedContents();
            for (qsizetype i = 2; i < entries.size(); i += 3)
                QVERIFY2(stored.count(QString::fromLatin1(entries[i])) == 1, words + ' ' + entries[i]);
            QCOMPARE(m_client->pending("k", "g"), 0);
            const auto first = stored.filter(QStringLiteral("life 1")).size();
            const qint64 missing =
                SqliteScript(storePath()).value("SELECT coalesce(sum(missing), 0) FROM portolan_gaps").toLongLong();
            QVERIFY2(first <= 5, words);
            QVERIFY2(!wasKnown || fault == "exchange" || first + missing >= 5,
                     words + " tells of " + QByteArray::number(missing));
            m_client->run({"XGROUP", "DESTROY", "k", "g"});
            QCOMPARE(receive(QStringLiteral("&consumer=c&identity=i")),
                     QStringLiteral("0 %1 0").arg(entries.size() / 3));
        }
    }

    void twoReceiversComeToOneEpoch() {
        ReceiverOptions with = options(QStringLiteral("&consumer=a"));
        ReceiverOptions other = options(QStringLiteral("&consumer=b"));
        with.idleExit.reset();
        other.idleExit.reset();
        Receiver a = makeReceiver(with);
        Receiver b = makeReceiver(other);
        a.start();
        b.start();
        const auto all = [&] { return a.status().stored + b.status().stored; };
        const auto words = [&](int life, const Receiver& first, const Receiver& second) {
            QString text = QStringLiteral("life %1").arg(life);
            for (const Receiver* each : {&first, &second})
                text += QStringLiteral("; %1 received, %2 stored, %3 duplicates, %4 rejected")
                            .arg(each->status().received)
                            .arg(each->status().stored)
                            .arg(each->status().duplicates)
                            .arg(each->status().rejected);
            return text;
        };
        qint64 expected = 0;
        for (int life = 1; life <= 4; ++life) {
            add(1, 30, "life " + QByteArray::number(life));
            expected += 30;
            QTRY_VERIFY2_WITH_TIMEOUT(all() == expected, qPrintable(words(life, a, b)), 20'000);
            QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
            m_client->run({"FLUSHALL"});
        }
        a.stop();
        b.stop();
        QVERIFY(a.wait().ok() && b.wait().ok());
        QCOMPARE(stored(), expected);
        QCOMPARE(SqliteScript(storePath())
                     .value("SELECT group_concat(identity) FROM portolan_sources WHERE identity LIKE '%#anew:%'"),
                 QString()); // no gap with a key: nothing was lost
        QCOMPARE(epochs(), 4);
    }

    /// Ids that a producer counts begin again, and there are more of them than before: that looks like the same stream
    /// whose group was destroyed, and its content says that it is not. What no look saw of the old one has no number.
    void aLongerLifeIsNoDestroyedGroup() {
        add(1, 3, "life 1");
        ReceiverOptions with = options();
        with.idleExit.reset();
        Receiver receiver = makeReceiver(with);
        receiver.start();
        QTRY_COMPARE_WITH_TIMEOUT(stored(), 3, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        m_client->run({"MULTI"});
        add(4, 10, "life 1");
        m_client->run({"DEL", "k"});
        add(1, 20, "life 2");
        m_client->run({"EXEC"});
        QTRY_COMPARE_WITH_TIMEOUT(stored(), 23, 20'000);
        receiver.stop();
        QVERIFY(receiver.wait().ok());
        QCOMPARE(SqliteScript(storePath()).rows("SELECT coalesce(missing, 'unknown') FROM portolan_gaps"),
                 QStringList(QStringLiteral("unknown")));
        QCOMPARE(epochs(), 2);
    }

    /// A receiver that begins is held when it knows the group and no store was asked, while another one reads all there
    /// is and the server is flushed: one loss, told once, by the watch, and not as of a stream that nobody read.
    void goesWhileItIsPrepared() {
        add(1, 5, "life 1");
        QCOMPARE(receive(QStringLiteral("&consumer=a&identity=i")), QStringLiteral("5 0 0"));
        std::binary_semaphore isHeld(0);
        std::binary_semaphore mayGo(0);
        bool wasHeld = false;
        const RedisGate gate(m_server->port(), [&](const QByteArrayList& command, bool isAnswered) {
            if (isAnswered || wasHeld || command.value(0) != "XREADGROUP")
                return;
            wasHeld = true;
            isHeld.release();
            mayGo.acquire();
        });
        ReceiverOptions with = options();
        with.from = *SourceUrl::parse(
            QStringLiteral("redis://127.0.0.1:%1/0?stream=k&group=g&consumer=b&identity=i").arg(gate.port()));
        Receiver receiver = makeReceiver(with);
        receiver.start();
        isHeld.acquire();
        m_client->run({"FLUSHALL"});
        add(1, 3, "life 2");
        mayGo.release();
        QVERIFY(receiver.wait().ok());
        QCOMPARE(storedContents().filter(QStringLiteral("life 2")).size(), 3);
        QCOMPARE(SqliteScript(storePath()).value("SELECT count(*) FROM portolan_gaps"), QStringLiteral("1"));
    }

    void aNameGoesOnWithTheAddress() {
        add(1, 5, "first");
        QCOMPARE(receive(), QStringLiteral("5 0 0"));
        m_client->run({"XGROUP", "DESTROY", "k", "g"});
        QCOMPARE(receive(QStringLiteral("&identity=orders")), QStringLiteral("0 5 0"));
    }

    void aNameIsTheSameSourceAtAnotherAddress() {
        const QString name = QStringLiteral("&identity=orders");
        add(1, 5, "first");
        QCOMPARE(receive(name), QStringLiteral("5 0 0"));
        // What a replica would have.
        const QByteArray dump = m_client->run({"DUMP", "k"}).value(0);
        m_client.reset();
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
        m_client->run({"RESTORE", "k", "0", dump});
        m_client->run({"XGROUP", "SETID", "k", "g", "0"});
        add(6, 6, "first");
        QCOMPARE(receive(name), QStringLiteral("1 5 0"));
    }

    /// An asynchronous copy lacks the last entries and has no group yet; other content there is another stream all the
    /// same, and so is a lower end without a name.
    void aReplicaThatLagsIsTheSameSource_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("counts");
        const QString named = QStringLiteral("&identity=orders");
        QTest::newRow("named, the same content") << named << QByteArray("first") << QStringLiteral("0 3 0");
        QTest::newRow("named, other content") << named << QByteArray("second") << QStringLiteral("3 0 0");
        QTest::newRow("without a name") << QString() << QByteArray("first") << QStringLiteral("3 0 0");
    }
    void aReplicaThatLagsIsTheSameSource() {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        add(1, 4, "first");
        QCOMPARE(receive(name), QStringLiteral("4 0 0"));
        m_client->run({"FLUSHALL"});
        add(1, 3, content);
        QTEST(receive(name), "counts");
        add(4, 5, content);
        QCOMPARE(receive(name),
                 content == "first" && !name.isEmpty() ? QStringLiteral("1 1 0") : QStringLiteral("2 0 0"));
    }

    void randomLives_data() {
        QTest::addColumn<quint32>("seed");
        for (const quint32 seed : {1U, 2U, 3U, 4U})
            QTest::addRow("%u", seed) << seed;
    }
    /// Streams that come and go, groups that are lost and set back, in between receivers: all that was ever added is
    /// stored once.
    void randomLives() {
        QFETCH(quint32, seed);
        std::mt19937 random(seed);
        int life = 1;
        int next = 1;
        qint64 expected = 0;
        for (int step = 0; step < 12; ++step) {
            switch (random() % 5) {
            case 0:
            case 1:
                m_client->run(random() % 2 == 0 ? QByteArrayList{"FLUSHALL"} : QByteArrayList{"DEL", "k"});
                ++life;
                next = 1;
                break;
            case 2:
                m_client->run({"XGROUP", "DESTROY", "k", "g"});
                break;
            case 3:
                m_client->run({"XGROUP", "SETID", "k", "g", "0"});
                break;
            default:
                break;
            }
            const int count = 1 + static_cast<int>(random() % 12);
            add(next, next + count - 1, "life " + QByteArray::number(life));
            next += count;
            expected += count;
            const QString counts = receive();
            QVERIFY2(counts.endsWith(QStringLiteral(" 0")), qPrintable(counts));
            QCOMPARE(stored(), expected);
        }
        QCOMPARE(SqliteScript(storePath()).value("SELECT count(DISTINCT content) FROM messages").toLongLong(),
                 expected);
    }
};

QTEST_GUILESS_MAIN(TestStreamLife)
#include "tst_streamlife.moc"
