#include "storage/messages/batches.h"
#include "storage/sources/redis/redisstream.h"
#include "storage/stores/makereceiver.h"
#include "storage/stores/openstore.h"
#include "tests/support/fetching.h"
#include "tests/support/foldertree.h"
#include "tests/support/need.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"
#include "tests/support/tempfolder.h"

#include <QtTest>
#include <memory>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

constexpr bool isInTwoStores = true;

} // namespace

/// What a source handed out and no store has: after an older store is put back, a stream is made again while nobody
/// reads it, a group is put forward, and where an account may not ask. Sent = stored + told, against real servers.
class TestStorePutBack : public QObject {
    Q_OBJECT

    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;
    std::unique_ptr<TempFolder> m_folder;
    QString m_what;
    QString m_kind;
    QString m_user;
    QString m_more; ///< of the source's URL

    [[nodiscard]] QString root(const QString& store) const { return m_folder->path(store); }
    [[nodiscard]] StoreUrl storeUrl(const QString& store) const {
        QDir().mkpath(root(store));
        return *StoreUrl::parse(m_kind == QStringLiteral("file") ? QStringLiteral("file://") + root(store)
                                                                 : QStringLiteral("sqlite://%1/s.db").arg(root(store)));
    }
    [[nodiscard]] SourceUrl sourceUrl() const {
        const QString server = QStringLiteral("127.0.0.1:%1").arg(m_server->port());
        SourceUrl url =
            *SourceUrl::parse(QStringLiteral("redis://%1%2/0?%3=k&consumer=c%4").arg(m_user, server, m_what, m_more));
        url.password = m_user.isEmpty() ? QString() : QStringLiteral("pw");
        return url;
    }
    [[nodiscard]] ReceiverOptions options(const QString& store) const {
        ReceiverOptions options;
        options.from = sourceUrl();
        options.into = storeUrl(store);
        options.idleExit = 150ms;
        return options;
    }
    void receive(const QString& store = QStringLiteral("a")) const {
        Receiver receiver = makeReceiver(options(store));
        receiver.start();
        need(receiver.wait());
    }
    void send(int first, int last) {
        for (int i = first; i <= last; ++i) {
            const QByteArray text = "m" + QByteArray::number(i);
            m_client->run(m_what == QStringLiteral("stream") ? QByteArrayList{"XADD", "k", "*", "payload", text}
                                                             : QByteArrayList{"RPUSH", "k", text});
        }
    }
    [[nodiscard]] QByteArrayList contents(const QString& store = QStringLiteral("a")) const {
        const auto opened = need(openStore(storeUrl(store), Access::Read));
        QByteArrayList all;
        for (const Message& message : need(opened->batches().messages().page({}, {})).rows)
            all << message.content;
        std::ranges::sort(all);
        return all;
    }
    [[nodiscard]] std::vector<Gap> gaps(const QString& store = QStringLiteral("a")) const {
        const auto opened = need(openStore(storeUrl(store), Access::Read));
        return need(opened->batches().gaps().page({}, {})).rows;
    }
    [[nodiscard]] qint64 missing() const {
        qint64 sum = 0;
        for (const Gap& gap : gaps())
            sum += gap.missing.value_or(0);
        return sum;
    }

private Q_SLOTS:
    void init() {
        m_server = std::make_unique<RedisServer>();
        m_client = std::make_unique<RedisClient>(m_server->port());
        m_folder = std::make_unique<TempFolder>();
        m_what = QStringLiteral("stream");
        m_kind = QStringLiteral("sqlite");
        m_user.clear();
        m_more.clear();
    }
    void cleanup() {
        m_client.reset();
        m_server.reset();
        m_folder.reset();
    }

    void whatAnOlderStoreLacks_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("before"); ///< messages that the older store has
        for (const char* what : {"stream", "list"}) {
            for (const char* kind : {"sqlite", "file"}) {
                for (const int before : {1, 5})
                    QTest::addRow("%s, %s, %d", what, kind, before)
                        << QString::fromLatin1(what) << QString::fromLatin1(kind) << before;
            }
        }
    }
    void whatAnOlderStoreLacks() {
        QFETCH(const QString, what);
        QFETCH(const QString, kind);
        QFETCH(const int, before);
        m_what = what;
        m_kind = kind;
        send(1, before);
        receive();
        const Tree older = treeOf(root(QStringLiteral("a")));
        send(before + 1, 10);
        receive();
        putTree(root(QStringLiteral("a")), older);
        send(11, 12);
        receive();
        const bool isStream = what == QStringLiteral("stream");
        QCOMPARE(contents().size(), isStream ? 12 : before + 2);
        QCOMPARE(missing(), isStream ? 0 : 10 - before);
        receive(); // and is told once
        QCOMPARE(contents().size(), isStream ? 12 : before + 2);
        QCOMPARE(gaps().size(), isStream ? 0U : 1U);
    }

    /// A folder's messages are put back, and what was noted of them is not: the lost lines are a gap of the folder's,
    /// and the source tells no more than what that leaves out.
    void olderLinesAreToldOnce_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<bool>("isTrimmed");
        QTest::newRow("list") << QStringLiteral("list") << false;
        QTest::newRow("stream") << QStringLiteral("stream") << false;
        QTest::newRow("stream, trimmed") << QStringLiteral("stream") << true;
    }
    void olderLinesAreToldOnce() {
        QFETCH(const QString, what);
        QFETCH(const bool, isTrimmed);
        m_what = what;
        m_kind = QStringLiteral("file");
        send(1, 12);
        receive();
        const QString messages = root(QStringLiteral("a")) + QStringLiteral("/example_receiver/messages");
        const Tree older = treeOf(messages);
        send(13, 25);
        receive();
        if (isTrimmed)
            m_client->run({"XTRIM", "k", "MAXLEN", "4"});
        putTree(messages, older);
        for (int time = 0; time < 2; ++time) {
            receive();
            qint64 open = 0;
            for (const Gap& gap : gaps()) {
                QVERIFY(gap.missing);
                open += gap.closedAt ? 0 : *gap.missing;
            }
            QCOMPARE(gaps().size(), 1U);
            QCOMPARE(contents().size() + open, 25);
            QCOMPARE(contents().size(), what == QStringLiteral("list") ? 12 : isTrimmed ? 16 : 25);
        }
    }

    /// A server forgets a list, and all beside it, while nobody reads it.
    void aListIsForgottenWhileNobodyReads_data() {
        QTest::addColumn<QByteArrayList>("command");
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("unknown");
        const QByteArrayList flush{"FLUSHALL"};
        QTest::newRow("flushed") << flush << QString() << 1;
        QTest::newRow("a source with a name, perhaps at another server") << flush << QStringLiteral("&identity=n") << 0;
        QTest::newRow("nothing") << QByteArrayList{"PING"} << QString() << 0;
        QTest::newRow("the list alone") << QByteArrayList{"DEL", "k"} << QString() << 0;
        QTest::newRow("the counter alone") << QByteArrayList{"DEL", "{k}:portolan"} << QString() << 0;
    }
    void aListIsForgottenWhileNobodyReads() {
        QFETCH(const QByteArrayList, command);
        QFETCH(const QString, name);
        QFETCH(const int, unknown);
        m_what = QStringLiteral("list");
        m_more = name;
        receive(); // nothing was ever there
        send(1, 3);
        receive();
        send(4, 6); // nobody takes these
        m_client->run(command);
        for (int time = 0; time < 2; ++time) {
            receive();
            QCOMPARE(std::ssize(gaps()), unknown);
            QVERIFY(gaps().empty() || (!gaps().front().missing && !gaps().front().closedAt));
        }
        send(7, 7);
        receive();
        receive();
        QCOMPARE(std::ssize(gaps()), unknown);
        QVERIFY(contents().contains("m7"));
    }

    /// A store that is put back twice, to different states, has everything each time.
    void isPutBackAgain() {
        send(1, 2);
        receive();
        const Tree first = treeOf(root(QStringLiteral("a")));
        send(3, 4);
        receive();
        const Tree second = treeOf(root(QStringLiteral("a")));
        send(5, 6);
        receive();
        for (const Tree& older : {second, first, second}) {
            putTree(root(QStringLiteral("a")), older);
            receive();
            QCOMPARE(contents().size(), 6);
        }
        QVERIFY(gaps().empty());
    }

    void whatWasTrimmedIsTold() {
        send(1, 5);
        receive();
        const Tree older = treeOf(root(QStringLiteral("a")));
        send(6, 10);
        receive();
        m_client->run({"XTRIM", "k", "MAXLEN", "2"});
        putTree(root(QStringLiteral("a")), older);
        receive();
        QCOMPARE(contents().size(), 7); // the last two are still there
        for (int time = 0; time < 2; ++time) {
            QCOMPARE(gaps().size(), 1U);
            QVERIFY(!gaps().front().missing);
            QVERIFY2(gaps().front().details.contains("\"at_most\":8"), gaps().front().details.constData());
            receive(); // once
        }
    }

    /// Stores that share a group have a part each: the group is ahead of each of them, and neither was put back.
    void storesThatShareAGroup_data() {
        QTest::addColumn<bool>("isPutBack");
        QTest::newRow("in turn") << false;
        QTest::newRow("one is put back") << true;
    }
    void storesThatShareAGroup() {
        QFETCH(const bool, isPutBack);
        const QString a = QStringLiteral("a");
        const QString b = QStringLiteral("b");
        Tree older;
        for (int turn = 0; turn < 4; ++turn) {
            send(2 * turn + 1, 2 * turn + 2);
            receive(turn % 2 == 0 ? a : b);
            if (turn == 0)
                older = treeOf(root(a));
        }
        QCOMPARE(contents(a), (QByteArrayList{"m1", "m2", "m5", "m6"}));
        QCOMPARE(contents(b), (QByteArrayList{"m3", "m4", "m7", "m8"}));
        if (isPutBack)
            putTree(root(a), older);
        receive(a);
        receive(b);
        QVERIFY(contents(a).contains("m6") && !contents(a).contains("m8"));
        QCOMPARE(contents(b), (QByteArrayList{"m3", "m4", "m7", "m8"}));
        QVERIFY(gaps(a).empty() && gaps(b).empty());
    }

    /// Whichever of two stores that are written together is put back.
    void oneOfTwoStores_data() {
        QTest::addColumn<QString>("which");
        QTest::newRow("the first") << QStringLiteral("a");
        QTest::newRow("the second") << QStringLiteral("b");
    }
    void oneOfTwoStores() {
        QFETCH(const QString, which);
        const auto receiveBoth = [this](bool isBoth) {
            ReceiverOptions with = options(QStringLiteral("a"));
            if (isBoth)
                with.also = storeUrl(QStringLiteral("b"));
            Receiver receiver = makeReceiver(with);
            receiver.start();
            need(receiver.wait());
        };
        send(1, 1);
        receiveBoth(!isInTwoStores); // they begin at different messages
        send(2, 3);
        receiveBoth(isInTwoStores);
        const Tree older = treeOf(root(which));
        send(4, 6);
        receiveBoth(isInTwoStores);
        putTree(root(which), older);
        send(7, 7);
        receiveBoth(isInTwoStores);
        QCOMPARE(contents(QStringLiteral("a")).size(), 7);
        QCOMPARE(contents(QStringLiteral("b")).size(), 6);
    }

    // Nobody reads, and the stream or its group is another one afterwards.
    void changesWhileNobodyReads_data() {
        QTest::addColumn<QList<QByteArrayList>>("commands");
        QTest::addColumn<bool>("isRunning");
        QTest::addColumn<int>("stored");
        QTest::addColumn<int>("unknownGaps");
        const QByteArrayList add{"XADD", "k", "*", "payload", "new"};
        const QByteArrayList del{"DEL", "k"};
        const QByteArrayList destroy{"XGROUP", "DESTROY", "k", "portolan"};
        using All = QList<QByteArrayList>;
        QTest::newRow("made again") << All{del, add} << false << 4 << 1;
        QTest::newRow("flushed and made again") << All{{"FLUSHALL"}, add} << false << 4 << 1;
        QTest::newRow("made again and trimmed") << All{del, add, add, {"XTRIM", "k", "MAXLEN", "1"}} << false << 4 << 1;
        QTest::newRow("the group made at 0")
            << All{destroy, {"XGROUP", "CREATE", "k", "portolan", "0"}, add} << false << 7 << 0;
        QTest::newRow("the group made at $")
            << All{destroy, {"XGROUP", "CREATE", "k", "portolan", "$"}, add} << false << 7 << 0;
        QTest::newRow("the group is gone") << All{destroy, add} << false << 7 << 0;
        QTest::newRow("the group put forward")
            << All{{"XGROUP", "SETID", "k", "portolan", "$"}, add} << false << 7 << 0;
        QTest::newRow("the group put forward, nothing new")
            << All{{"XGROUP", "SETID", "k", "portolan", "$"}} << false << 6 << 0;
        QTest::newRow("put forward under a receiver")
            << All{{"MULTI"}, add, add, add, {"XGROUP", "SETID", "k", "portolan", "$"}, {"EXEC"}} << true << 6 << 0;
    }
    void changesWhileNobodyReads() {
        QFETCH(const QList<QByteArrayList>, commands);
        QFETCH(const bool, isRunning);
        QFETCH(const int, stored);
        QFETCH(const int, unknownGaps);
        send(1, 3);
        if (isRunning) {
            ReceiverOptions with = options(QStringLiteral("a"));
            with.idleExit.reset();
            Receiver receiver = makeReceiver(with);
            receiver.start();
            QTRY_COMPARE_WITH_TIMEOUT(receiver.status().stored, 3, 20'000);
            QTRY_COMPARE_WITH_TIMEOUT(m_client->pending("k"), 0, 20'000);
            for (const QByteArrayList& command : commands)
                m_client->run(command);
            QTRY_COMPARE_WITH_TIMEOUT(receiver.status().stored, stored, 20'000);
            receiver.stop();
            need(receiver.wait());
        } else {
            receive();
            send(4, 6); // nobody was given these
            for (const QByteArrayList& command : commands)
                m_client->run(command);
            receive();
        }
        for (int time = 0; time < 2; ++time) {
            QCOMPARE(contents().size(), stored);
            QCOMPARE(std::ssize(gaps()), unknownGaps);
            for (const Gap& gap : gaps())
                QVERIFY(!gap.missing);
            receive(); // it is told once
        }
    }

    // Each command alone: it is not needed, or its name is in what the operator hears.
    void oneCommandIsDenied_data() {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<bool>("isNeeded");
        for (const char* needed : {"xreadgroup", "xack"})
            QTest::newRow(needed) << QByteArray(needed) << true;
        for (const char* without :
             {"xgroup", "xpending", "xclaim", "xautoclaim", "xinfo", "xrange", "xrevrange", "eval", "evalsha", "hset",
              "hget", "hgetall", "hdel", "time", "info", "hello", "client"})
            QTest::newRow(without) << QByteArray(without) << false;
    }
    void oneCommandIsDenied() {
        QFETCH(const QByteArray, command);
        QFETCH(const bool, isNeeded);
        send(1, 3);
        m_client->run({"XGROUP", "CREATE", "k", "portolan", "0"});
        RedisStreamSource dying(sourceUrl(), quickly());
        QCOMPARE(fetchAll(dying, 3).size(), 3U); // and never stores them
        send(4, 6);
        m_client->run({"ACL", "SETUSER", "tied", "on", ">pw", "~*", "&*", "+@all", "-" + command});
        m_user = QStringLiteral("tied@");
        ReceiverOptions with = options(QStringLiteral("a"));
        if (isNeeded)
            with.idleExit.reset();
        Receiver receiver = makeReceiver(with);
        receiver.start();
        if (isNeeded) {
            QTRY_VERIFY_WITH_TIMEOUT(receiver.status().lastError.contains(QString::fromLatin1(command)), 20'000);
            receiver.stop();
            (void)receiver.wait();
            return;
        }
        const auto ended = receiver.wait();
        QVERIFY2(ended.ok(), ended.ok() ? "" : qPrintable(ended.error().text));
        QCOMPARE(ended->stored, 6);
        QCOMPARE(m_client->pending("k"), 0);
        const QStringList notes = ended->notes;
        QVERIFY2(ended->noted <= 3, qPrintable(notes.join(u'\n')));
        QCOMPARE(QSet<QString>(notes.begin(), notes.end()).size(), notes.size());
        for (const char* told : {"xpending", "xclaim"}) {
            if (command == told)
                QVERIFY2(notes.join(u' ').contains(QLatin1String(told)), qPrintable(notes.join(u'\n')));
        }
    }

    /// No more than taking and acknowledging needs.
    void theLeastRights() {
        send(1, 3);
        m_client->run({"XGROUP", "CREATE", "k", "portolan", "0"});
        m_client->run({"ACL", "SETUSER", "tied", "on", ">pw", "~k", "+xreadgroup", "+xack"});
        m_user = QStringLiteral("tied@");
        receive();
        QCOMPARE(contents().size(), 3);
        QCOMPARE(m_client->pending("k"), 0);
    }
};

QTEST_GUILESS_MAIN(TestStorePutBack)
#include "tst_storeputback.moc"
