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

constexpr int entries = 100; // of a life; more than are looked at from both ends

/// Ids in the form of the server's clock: given by it, or by a producer, from a place on.
struct Ids {
    int from = 0; ///< 0: given by the server
    [[nodiscard]] QByteArray of(int number) const {
        return from == 0 ? QByteArray("*") : "1700000000" + QByteArray::number(100 + from + number) + "-0";
    }
};

} // namespace

Q_DECLARE_METATYPE(Ids)

/// Streams with ids of the clock that are deleted and made again: each message is stored once, none is lost, and the
/// receivers of a group store under one name, against real servers.
class TestClockStreams : public QObject {
    Q_OBJECT

    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;
    std::unique_ptr<TempFolder> m_folder;

    [[nodiscard]] QString storePath() const { return m_folder->path(QStringLiteral("s.db")); }
    [[nodiscard]] ReceiverOptions options(const char* consumer, int port = 0) const {
        ReceiverOptions options;
        options.from =
            *SourceUrl::parse(QStringLiteral("redis://127.0.0.1:%1/0?stream=k&group=g&consumer=%2&identity=i")
                                  .arg(port == 0 ? m_server->port() : port)
                                  .arg(QLatin1String(consumer)));
        options.into = *StoreUrl::parse(QStringLiteral("sqlite://") + storePath());
        return options;
    }
    /// "stored duplicates rejected" of a receiver that takes what there is.
    [[nodiscard]] QString receive(const char* consumer = "a") const {
        ReceiverOptions with = options(consumer);
        with.idleExit = 150ms;
        Receiver receiver = makeReceiver(with);
        receiver.start();
        const auto ended = receiver.wait();
        if (!ended)
            return ended.error().text;
        return QStringLiteral("%1 %2 %3").arg(ended->stored).arg(ended->duplicates).arg(ended->rejected);
    }
    void add(int count, const Ids& ids, const QByteArray& life) {
        for (int i = 1; i <= count; ++i) {
            const QByteArray number = QByteArray::number(i + ids.from);
            QVERIFY(m_client->run({"XADD", "k", ids.of(i), "payload", life + ' ' + number}).value(0).contains('-'));
        }
    }
    [[nodiscard]] qint64 stored() const {
        return SqliteScript(storePath()).value("SELECT count(*) FROM messages").toLongLong();
    }
    /// The names under which messages of the stream are stored.
    [[nodiscard]] QStringList names() const {
        return SqliteScript(storePath())
            .rows("SELECT identity FROM portolan_sources WHERE identity NOT LIKE '%#anew:%' AND identity NOT LIKE "
                  "'%#lost:%' AND id IN (SELECT source_id FROM portolan_source_chunks) ORDER BY identity");
    }

private Q_SLOTS:
    void init() {
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
        m_folder = std::make_unique<TempFolder>();
    }
    void cleanup() {
        m_client.reset();
        m_server.reset();
        m_folder.reset();
    }

    void isMadeAgain_data() {
        QTest::addColumn<Ids>("first");
        QTest::addColumn<Ids>("second");
        QTest::addColumn<int>("count"); ///< of the second life
        QTest::addColumn<QByteArray>("life");
        QTest::addColumn<int>("all");
        QTest::addColumn<int>("names");
        const auto row = [](const char* name, int first, int second, int count, const char* life, int all, int names) {
            QTest::newRow(name) << Ids{first} << Ids{second} << count << QByteArray(life) << all << names;
        };
        row("the clock's, equal contents", 0, 0, entries, "life 1", 2 * entries, 1);
        row("the clock's, other contents", 0, 0, entries, "life 2", 2 * entries, 1);
        row("lower, equal contents", 500, 300, entries, "life 1", 2 * entries, 1);
        row("lower, other contents", 500, 300, entries, "life 2", 2 * entries, 1);
        row("higher, other contents", 300, 500, entries, "life 2", 2 * entries, 1);
        row("the same, equal contents", 300, 300, entries, "life 1", entries, 1); // key and content: duplicates
        row("the same, other contents", 300, 300, entries, "life 2", 2 * entries, 2);
        row("the same and fewer, other contents", 300, 300, 5, "life 2", entries + 5, 2);
        row("around the same, equal contents", 400, 300, 3 * entries, "life 1", 3 * entries, 1);
        row("around the same, other contents", 400, 300, 3 * entries, "life 2", 4 * entries, 2);
        row("into the same, other contents", 400, 320, 2 * entries, "life 2", 3 * entries, 2);
    }
    /// While nobody reads.
    void isMadeAgain() {
        QFETCH(Ids, first);
        QFETCH(Ids, second);
        QFETCH(int, count);
        QFETCH(QByteArray, life);
        QFETCH(int, all);
        QFETCH(int, names);
        add(entries, first, "life 1");
        QCOMPARE(receive(), QStringLiteral("%1 0 0").arg(entries));
        m_client->run({"DEL", "k"});
        add(count, second, life);
        QCOMPARE(receive(), QStringLiteral("%1 %2 0").arg(all - entries).arg(entries + count - all));
        QCOMPARE(stored(), all);
        QCOMPARE(this->names().size(), names);
        m_client->run({"XGROUP", "DESTROY", "k", "g"}); // nothing of it comes again
        QCOMPARE(receive("b"), QStringLiteral("0 %1 0").arg(count));
    }

    void oneBeginsWhileItIsGone_data() { isMadeAgain_data(); }
    /// A receiver of the group is held when the server has told it that the stream is gone, until another one has begun
    /// without the stream and has stored something of the next: both store under one name.
    void oneBeginsWhileItIsGone() {
        QFETCH(Ids, first);
        QFETCH(Ids, second);
        QFETCH(int, count);
        QFETCH(QByteArray, life);
        QFETCH(int, all);
        QFETCH(int, names);
        std::binary_semaphore isHeld(0);
        std::binary_semaphore mayGo(0);
        std::atomic<bool> isGone = false;
        std::atomic<bool> wasHeld = false;
        const RedisGate gate(m_server->port(), [&](const QByteArrayList& command, bool isAnswered) {
            if (!isAnswered || !isGone || !command.contains("XREADGROUP") || wasHeld.exchange(true))
                return;
            isHeld.release();
            mayGo.acquire();
        });
        Receiver held = makeReceiver(options("a", gate.port()));
        held.start();
        add(entries, first, "life 1");
        QTRY_COMPARE_WITH_TIMEOUT(stored(), entries, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        isGone = true;
        m_client->run({"DEL", "k"});
        isHeld.acquire();
        Receiver other = makeReceiver(options("b"));
        other.start();
        QTRY_VERIFY_WITH_TIMEOUT(!m_client->run({"XINFO", "CONSUMERS", "k", "g"}).isEmpty(), 20'000);
        add(count / 2, second, life);
        QTRY_COMPARE_WITH_TIMEOUT(other.status().stored + other.status().duplicates, count / 2, 20'000);
        mayGo.release();
        add(count - count / 2, Ids{second.from == 0 ? 0 : second.from + count / 2}, life);
        QTRY_COMPARE_WITH_TIMEOUT(stored(), all, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        // All of it once more, to either: as after one of them died between storing and acknowledging.
        m_client->run({"XGROUP", "SETID", "k", "g", "0"});
        const auto seen = [&] { return held.status().received + other.status().received >= entries + 2 * count; };
        QTRY_VERIFY_WITH_TIMEOUT(seen(), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k", "g"), 0, 20'000);
        held.stop();
        other.stop();
        const auto a = held.wait();
        const auto b = other.wait();
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(a->rejected + b->rejected, 0);
        QCOMPARE(stored(), all);
        QCOMPARE(this->names().size(), names);
    }
};

QTEST_GUILESS_MAIN(TestClockStreams)
#include "tst_clockstreams.moc"
