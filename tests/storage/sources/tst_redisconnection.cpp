#include "storage/sources/redis/redisconnection.h"

#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest>
#include <future>
#include <thread>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

RedisEndpoint at(int port) {
    RedisEndpoint endpoint;
    endpoint.host = QStringLiteral("127.0.0.1");
    endpoint.port = port;
    return endpoint;
}

/// A server that says one thing to whoever connects, whatever is asked, and hangs up.
class RudeServer {
public:
    explicit RudeServer(const QByteArray& answer) {
        std::promise<int> port;
        auto bound = port.get_future();
        m_thread = std::jthread([answer, port = std::move(port)]() mutable {
            QTcpServer server;
            server.listen(QHostAddress::LocalHost);
            port.set_value(server.serverPort());
            server.waitForNewConnection(10'000);
            const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
            if (!socket)
                return;
            socket->waitForReadyRead(10'000);
            socket->write(answer);
            socket->disconnectFromHost();
            if (socket->state() != QAbstractSocket::UnconnectedState)
                socket->waitForDisconnected(10'000);
        });
        m_port = bound.get();
    }
    [[nodiscard]] int port() const { return m_port; }

private:
    int m_port = 0;
    std::jthread m_thread;
};

} // namespace

class TestRedisConnection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<RedisServer>(); }
    void cleanupTestCase() { m_server.reset(); }

    void pipelinesCommands() {
        RedisConnection link(at(m_server->port()));
        QVERIFY(link.open({}).ok());
        link.append({"SET", "k", QByteArrayView("a\0b\r\n", 5)});
        link.append({"GET", "k"});
        link.append({"GET", "none"});
        link.append({"INCR", "n"});
        link.append({"NOSUCH"});
        QCOMPARE(link.read({}).value().root().type(), RedisReply::Type::Status);
        QCOMPARE(link.read({}).value().root().text(), QByteArrayView("a\0b\r\n", 5));
        QVERIFY(link.read({}).value().root().isNil());
        QCOMPARE(link.read({}).value().root().integer(), 1);
        QVERIFY(link.read({}).value().root().isError());
    }

    void readsNestedReplies() {
        RedisConnection link(at(m_server->port()));
        QVERIFY(link.open({}).ok());
        const auto reply = link.command({"EVAL", "return {1,{2,{'x',{}}},'y'}", "0"}, {});
        QVERIFY(reply.ok());
        const auto root = reply->root();
        QCOMPARE(root.size(), 3);
        QCOMPARE(root[0].integer(), 1);
        QCOMPARE(root[1][1][0].text(), QByteArrayView("x"));
        QCOMPARE(root[1][1][1].size(), 0);
        QCOMPARE(root[2].text(), QByteArrayView("y"));
        QByteArrayList types;
        for (const auto node : root)
            types.append(QByteArray::number(int(node.type())));
        QCOMPARE(types, (QByteArrayList{"3", "5", "4"}));
    }

    void sendsAnyBytes() {
        RedisConnection link(at(m_server->port()));
        QVERIFY(link.open({}, 5s).ok());
        const QByteArrayList words{"", QByteArray("\0\xff\r\n$3", 6), "x", QByteArray(999'999, 'y'),
                                   QByteArray(1'000'000, 'z')};
        for (const QByteArray& word : words)
            link.append({"ECHO", word});
        link.append({"ECHO", "end"});
        for (const QByteArray& word : words + QByteArrayList{"end"}) {
            const auto reply = link.read({});
            QVERIFY(reply.ok());
            QCOMPARE(reply->root().text(), QByteArrayView(word));
        }
    }

    void carriesLargeValues() {
        RedisConnection link(at(m_server->port()));
        QVERIFY(link.open({}).ok());
        const QByteArray large(50'000'000, 'x');
        QVERIFY(link.command({"SET", "large", large}, {}).ok());
        QCOMPARE(link.command({"GET", "large"}, {}).value().root().text().size(), large.size());
    }

    void signsIn_data() {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("password");
        QTest::addColumn<int>("database");
        QTest::addColumn<int>("code"); // -1: lets in
        const QString right = QStringLiteral("p@:/#% \u00e9");
        QTest::newRow("default user") << QString() << right << 3 << -1;
        QTest::newRow("ACL user") << QStringLiteral("reader") << QStringLiteral("s3cret") << 0 << -1;
        QTest::newRow("no password") << QString() << QString() << 0 << int(ErrorCode::Auth);
        QTest::newRow("wrong password") << QString() << QStringLiteral("WrongOne") << 0 << int(ErrorCode::Auth);
        QTest::newRow("wrong ACL password") << QStringLiteral("reader") << right << 0 << int(ErrorCode::Auth);
        QTest::newRow("no such user") << QStringLiteral("nobody") << right << 0 << int(ErrorCode::Auth);
        QTest::newRow("no such database") << QString() << right << 16 << int(ErrorCode::Usage);
    }
    void signsIn() {
        QFETCH(QString, user);
        QFETCH(QString, password);
        QFETCH(int, database);
        QFETCH(int, code);
        const RedisServer server;
        RedisClient client(server.port());
        client.run({"ACL", "SETUSER", "reader", "on", ">s3cret", "~*", "+@all", "-client"});
        client.run({"CONFIG", "SET", "requirepass", "p@:/#% \u00e9"});
        RedisEndpoint endpoint = at(server.port());
        endpoint.user = user;
        endpoint.password = password;
        endpoint.database = database;
        RedisConnection link(endpoint);
        const auto opened = link.open({});
        QCOMPARE(opened ? -1 : int(opened.error().code), code);
        QCOMPARE(link.isOpen(), opened.ok());
        if (opened)
            return;
        const QString said = opened.error().text + opened.error().details;
        QVERIFY2(said.contains(endpoint.display()), qPrintable(said));
        QVERIFY2(password.isEmpty() || !said.contains(password), "a password was shown");
    }

    void opensAUnixSocket() {
        const TempFolder folder;
        const QString path = folder.path(QStringLiteral("redis.sock"));
        const RedisServer server(RedisServer::Data::Lost, {QStringLiteral("--unixsocket"), path});
        RedisEndpoint endpoint;
        endpoint.socketPath = path;
        RedisConnection link(endpoint);
        QVERIFY(link.open({}).ok());
        QCOMPARE(link.command({"PING"}, {}).value().root().text(), QByteArrayView("PONG"));
        endpoint.socketPath = QString(200, QLatin1Char('x'));
        QCOMPARE(RedisConnection(endpoint).open({}).error().code, ErrorCode::Usage);
    }

    void saysWhatIsNotRedis_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("text");
        const QString notRedis = QStringLiteral("does not speak the Redis protocol");
        QTest::newRow("HTTP") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n") << int(ErrorCode::Usage) << notRedis;
        QTest::newRow("SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << int(ErrorCode::Usage) << notRedis;
        QTest::newRow("TLS alert") << QByteArray("\x15\x03\x01\x00\x02\x02\x50", 7) << int(ErrorCode::Usage)
                                   << notRedis;
        QTest::newRow("depth") << QByteArray("*1\r\n").repeated(100) << int(ErrorCode::Usage) << notRedis;
        QTest::newRow("nothing") << QByteArray() << int(ErrorCode::Connection) << QStringLiteral("was lost");
        QTest::newRow("half a reply") << QByteArray("$100\r\nabc") << int(ErrorCode::Connection)
                                      << QStringLiteral("was lost");
        QTest::newRow("loading") << QByteArray("-LOADING Redis is loading the dataset in memory\r\n")
                                 << int(ErrorCode::Connection) << QStringLiteral("still loading");
        QTest::newRow("protected") << QByteArray("-DENIED Redis is running in protected mode\r\n")
                                   << int(ErrorCode::Auth) << QStringLiteral("protected mode");
        QTest::newRow("too many") << QByteArray("-ERR max number of clients reached\r\n") << int(ErrorCode::Connection)
                                  << QStringLiteral("too many clients");
    }
    void saysWhatIsNotRedis() {
        QFETCH(QByteArray, answer);
        QFETCH(int, code);
        QFETCH(QString, text);
        const RudeServer server(answer);
        const auto opened = RedisConnection(at(server.port())).open({});
        QVERIFY(!opened.ok());
        QVERIFY2(opened.error().text.contains(text), qPrintable(opened.error().text + opened.error().details));
        QCOMPARE(int(opened.error().code), code);
        QVERIFY(opened.error().text.contains(QString::number(server.port())));
    }

    void saysThatNobodyListens() {
        const int port = freePort();
        const auto opened = RedisConnection(at(port)).open({});
        QCOMPARE(opened.error().code, ErrorCode::Connection);
        QVERIFY(opened.error().text.contains(QStringLiteral("127.0.0.1:%1").arg(port)));
        RedisEndpoint nowhere = at(port);
        nowhere.host = QStringLiteral("no-such-host.invalid");
        QCOMPARE(RedisConnection(nowhere).open({}).error().code, ErrorCode::Connection);
    }

    void givesUpOnAPausedServer() {
        RedisServer server;
        RedisConnection link(at(server.port()), {200ms, 200ms});
        QVERIFY(link.open({}).ok());
        server.pause();
        const auto reply = link.command({"PING"}, {});
        QCOMPARE(reply.error().code, ErrorCode::Timeout);
        QVERIFY(!link.isOpen());
        QCOMPARE(link.open({}).error().code, ErrorCode::Timeout); // the kernel connects, nobody answers
        server.resume();
        QVERIFY(link.open({}).ok());
    }

    void waitsForAReplyThatTricklesIn() {
        std::promise<int> port;
        auto bound = port.get_future();
        const std::jthread server([port = std::move(port)]() mutable {
            QTcpServer listener;
            listener.listen(QHostAddress::LocalHost);
            port.set_value(listener.serverPort());
            listener.waitForNewConnection(10'000);
            const std::unique_ptr<QTcpSocket> socket(listener.nextPendingConnection());
            if (!socket)
                return;
            socket->waitForReadyRead(10'000);
            socket->write("+OK\r\n-ERR This instance has cluster support disabled\r\n");
            socket->waitForReadyRead(10'000);
            for (const char byte : QByteArray("$6\r\nabcdef\r\n")) {
                socket->write(&byte, 1);
                socket->flush();
                socket->waitForReadyRead(50); // nothing comes: a slow line
            }
        });
        RedisConnection link(at(bound.get()), {300ms, 300ms}); // the reply takes twice as long as the silence allowed
        QVERIFY(link.open({}).ok());
        const auto reply = link.command({"GET", "k"}, {});
        QVERIFY2(reply.ok(), reply ? "" : qPrintable(reply.error().text));
        QCOMPARE(reply->root().text(), QByteArrayView("abcdef"));
    }

    void noticesARestart() {
        RedisServer server;
        RedisConnection link(at(server.port()));
        QVERIFY(link.open({}).ok());
        server.kill();
        QCOMPARE(link.command({"PING"}, {}).error().code, ErrorCode::Connection);
        QCOMPARE(link.open({}).error().code, ErrorCode::Connection);
        server.start();
        QVERIFY(link.open({}).ok());
        QVERIFY(link.command({"PING"}, {}).ok());
    }

    // By its hash or whole, a script runs, and who has EVAL alone is not refused twice.
    void runsAScript() {
        RedisClient hand(m_server->port());
        RedisConnection link(at(m_server->port()));
        QVERIFY(link.open({}).ok());
        RedisScript script("return redis.call('INCR', KEYS[1])");
        const auto run = [&]() -> int {
            for (int tries = 1;; ++tries) {
                script.append(link, {"1", "runs of a script"});
                const auto reply = link.read({});
                if (reply && !reply->root().isError())
                    return tries;
                if (!reply || !script.isHashRefused(reply->root().text()))
                    return -1;
            }
        };
        QCOMPARE(run(), 1);
        QCOMPARE(run(), 1);
        hand.run({"SCRIPT", "FLUSH"});
        QCOMPARE(run(), 2);
        hand.run({"ACL", "SETUSER", "default", "-evalsha"});
        QCOMPARE(run(), 2);
        QCOMPARE(run(), 1);
        hand.run({"ACL", "SETUSER", "default", "-eval"});
        QCOMPARE(run(), -1); // that is no matter of the hash
        hand.run({"ACL", "SETUSER", "default", "+@all"});
        QCOMPARE(hand.run({"GET", "runs of a script"}), QByteArrayList{"5"});
    }

    void waitsNoLongerThanItsToken() {
        RedisConnection link(at(m_server->port()));
        QVERIFY(link.open({}).ok());
        CancelSource stop;
        std::jthread stopper([&] { stop.request_stop(); });
        link.append({"BLPOP", "nothing", "60"});
        QCOMPARE(link.read(stop.get_token(), 60s).error().code, ErrorCode::Cancelled);
        QVERIFY(link.isOpen()); // the reply is still owed
        RedisClient(m_server->port()).run({"RPUSH", "nothing", "x"});
        QCOMPARE(link.read({}).value().root()[1].text(), QByteArrayView("x"));
    }

private:
    std::unique_ptr<RedisServer> m_server;
};

QTEST_GUILESS_MAIN(TestRedisConnection)
#include "tst_redisconnection.moc"
