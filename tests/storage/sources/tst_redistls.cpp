// rediss:// against a real server with certificates that openssl makes in the test's folder; ACL users; Unix sockets.

#include "storage/sources/source.h"
#include "storage/stores/makesource.h"

#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QProcess>
#include <QtTest>
#include <memory>

using namespace portolan;
using namespace portolan::test;
using namespace std::chrono_literals;

namespace {

void openssl(const QString& folder, const QString& words) {
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("openssl"), words.split(QLatin1Char(' '), Qt::SkipEmptyParts));
    if (!process.waitForFinished() || process.exitCode() != 0)
        qFatal("openssl %s: %s", qPrintable(words), process.readAllStandardError().constData());
}

/// An authority, and certificates that it signed, in a folder.
class Certificates {
public:
    Certificates() {
        openssl(path(), QStringLiteral("req -x509 -newkey rsa:2048 -nodes -days 30 -keyout ca.key -out ca.pem "
                                       "-subj /CN=Authority"));
        openssl(path(), QStringLiteral("req -x509 -newkey rsa:2048 -nodes -days 30 -keyout self.key -out self.pem "
                                       "-subj /CN=localhost -addext subjectAltName=DNS:localhost"));
        sign(QStringLiteral("right"), QStringLiteral("localhost"), QStringLiteral("-days 30"));
        sign(QStringLiteral("other"), QStringLiteral("elsewhere.example"), QStringLiteral("-days 30"));
        sign(QStringLiteral("expired"), QStringLiteral("localhost"), QStringLiteral("-days -1"));
    }
    [[nodiscard]] QString path(const QString& name = {}) const { return m_folder.path(name); }

private:
    void sign(const QString& name, const QString& host, const QString& days) {
        QFile extensions(path(QStringLiteral("ext")));
        if (!extensions.open(QIODevice::WriteOnly))
            qFatal("no file");
        extensions.write("subjectAltName=DNS:" + host.toUtf8());
        extensions.close();
        openssl(path(),
                QStringLiteral("req -newkey rsa:2048 -nodes -keyout %1.key -out %1.csr -subj /CN=%2").arg(name, host));
        openssl(path(), QStringLiteral("x509 -req -in %1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out %1.pem "
                                       "-extfile ext %2")
                            .arg(name, days));
    }
    TempFolder m_folder;
};

} // namespace

class TestRedisTls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_certificates = std::make_unique<Certificates>(); }
    void cleanup() { m_server.reset(); }
    void cleanupTestCase() { m_certificates.reset(); }

    void connectsWhenAllIsWell_data() {
        QTest::addColumn<QString>("place");
        QTest::newRow("stream") << QStringLiteral("stream=k");
        QTest::newRow("list") << QStringLiteral("list=k");
        QTest::newRow("channel") << QStringLiteral("channel=k");
    }
    void connectsWhenAllIsWell() {
        QFETCH(QString, place);
        serve(QStringLiteral("right"));
        RedisClient client(m_server->port());
        const QByteArray large(3'000'000, 'x');
        if (place.startsWith(u"list"))
            client.run({"RPUSH", "k", large});
        if (place.startsWith(u"stream"))
            client.add("k", large);
        const auto source = open(place + cafile());
        const auto first = fetchFrom(*source, {}, 2s, {});
        QVERIFY2(first.ok(), first ? "" : qPrintable(first.error().text + first.error().details));
        if (place.startsWith(u"channel"))
            client.run({"PUBLISH", "k", large});
        const Batch all = first->empty() ? fetchAll(*source, 1) : *first;
        QCOMPARE(payloads(all), QByteArrayList{large});
        QVERIFY(source->acknowledge(std::vector{all[0].key}).ok());
        QVERIFY(source->settle(2s).ok());
    }

    void saysWhatIsWrong_data() {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<bool>("withAuthority");
        QTest::addColumn<QString>("words");
        QTest::newRow("unknown authority") << "right" << false << "authority that is not known";
        QTest::newRow("self-signed") << "self" << true << "self-signed";
        QTest::newRow("other host") << "other" << true << "another host name";
        QTest::newRow("expired") << "expired" << true << "has expired";
    }
    void saysWhatIsWrong() {
        QFETCH(QString, certificate);
        QFETCH(bool, withAuthority);
        QFETCH(QString, words);
        serve(certificate);
        const auto fetched =
            fetchFrom(*open(QStringLiteral("stream=k") + (withAuthority ? cafile() : QString())), {}, 10ms, {});
        QVERIFY(!fetched.ok());
        const QString said = fetched.error().text + QLatin1String(" / ") + fetched.error().details;
        QCOMPARE(fetched.error().code, ErrorCode::Auth);
        QVERIFY2(fetched.error().text.contains(words), qPrintable(said));
    }

    void saysThatTheServerHasNoTls() {
        m_server = std::make_unique<RedisServer>();
        m_tlsPort = m_server->port();
        const auto fetched = fetchFrom(*open(QStringLiteral("stream=k")), {}, 10ms, {});
        QVERIFY(!fetched.ok());
        // It takes the greeting for the beginning of a command, and waits for its end.
        QCOMPARE(fetched.error().code, ErrorCode::Timeout);
        QVERIFY2(fetched.error().text.contains(QLatin1String("Does it speak TLS?")),
                 qPrintable(fetched.error().text + fetched.error().details));
    }

    void saysThatTheServerHasTlsOnly() {
        serve(QStringLiteral("right"));
        SourceUrl url = m_server->stream("k");
        url.port = m_tlsPort;
        const auto fetched = fetchFrom(*makeSource(url).value(), {}, 10ms, {});
        QVERIFY(!fetched.ok());
        QVERIFY2(fetched.error().text.contains(QLatin1String("rediss://"))
                     || fetched.error().code == ErrorCode::Connection,
                 qPrintable(fetched.error().text));
    }

    void refusesAFileWithoutCertificates() {
        serve(QStringLiteral("right"));
        for (const QString& name : {QStringLiteral("ext"), QStringLiteral("missing")}) {
            const auto fetched =
                fetchFrom(*open(QStringLiteral("stream=k&cafile=") + m_certificates->path(name)), {}, 10ms, {});
            QVERIFY(!fetched.ok());
            QCOMPARE(fetched.error().code, ErrorCode::Usage);
            QVERIFY2(fetched.error().text.contains(name), qPrintable(fetched.error().text));
        }
    }

    void findsAHungServer() {
        serve(QStringLiteral("right"));
        const auto source = open(QStringLiteral("channel=k") + cafile());
        QVERIFY(fetchFrom(*source, {}, 10ms, {}).ok());
        m_server->pause();
        const auto begin = std::chrono::steady_clock::now();
        while (source->status().connected && std::chrono::steady_clock::now() - begin < 10s)
            (void)fetchFrom(*source, {}, 50ms, {});
        const auto took = std::chrono::steady_clock::now() - begin;
        m_server->resume();
        QVERIFY(took < 5s);
        QVERIFY(source->status().lastError.contains(QLatin1String("has not answered")));
    }

    void usersOfAnAclFile_data() {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("place");
        QTest::addColumn<int>("code"); // -1: may
        QTest::addColumn<QString>("words");
        QTest::newRow("list") << "lister:pw"
                              << "list=orders" << -1 << "";
        QTest::newRow("other list") << "lister:pw"
                                    << "list=invoices" << int(ErrorCode::Auth) << "may not";
        QTest::newRow("wrong password") << "lister:no"
                                        << "list=orders" << int(ErrorCode::Auth) << "refused the user";
        QTest::newRow("nobody") << ""
                                << "list=orders" << int(ErrorCode::Auth) << "wants a password";
        QTest::newRow("stream") << "streamer:pw"
                                << "stream=orders" << -1 << "";
        QTest::newRow("stream without group") << "lister:pw"
                                              << "stream=orders" << int(ErrorCode::Auth) << "may not";
        QTest::newRow("channel") << "listener:pw"
                                 << "channel=news" << -1 << "";
        QTest::newRow("other channel") << "listener:pw"
                                       << "channel=secret" << int(ErrorCode::Auth) << "may not";
    }
    void usersOfAnAclFile() {
        QFETCH(QString, user);
        QFETCH(QString, place);
        QFETCH(int, code);
        QFETCH(QString, words);
        QFile file(m_certificates->path(QStringLiteral("users.acl")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("user default off\n"
                   "user lister on >pw ~orders ~{orders}:portolan* +eval +evalsha +@list +@hash +time\n"
                   "user streamer on >pw ~orders +@stream\n"
                   "user listener on >pw &news +subscribe +ping\n");
        file.close();
        m_server = std::make_unique<RedisServer>(RedisServer::Data::Lost,
                                                 QStringList{QStringLiteral("--aclfile"), file.fileName()});
        const QString at = user.isEmpty() ? QString() : user + QLatin1Char('@');
        const auto url =
            SourceUrl::parse(QStringLiteral("redis://%1localhost:%2/0?%3").arg(at).arg(m_server->port()).arg(place));
        const auto source = makeSource(url.value()).value();
        const auto fetched = fetchFrom(*source, {}, 10ms, {});
        const QString said = fetched ? QString() : fetched.error().text + fetched.error().details;
        QCOMPARE(fetched ? -1 : int(fetched.error().code), code);
        QVERIFY2(said.contains(words), qPrintable(said));
        QVERIFY(!said.contains(QLatin1String(":pw")) && !said.contains(QLatin1String(":no")));
    }

    void readsOverAUnixSocket_data() { connectsWhenAllIsWell_data(); }
    void readsOverAUnixSocket() {
        QFETCH(QString, place);
        const QString path = m_certificates->path(QStringLiteral("redis.sock"));
        m_server =
            std::make_unique<RedisServer>(RedisServer::Data::Lost, QStringList{QStringLiteral("--unixsocket"), path});
        const auto source =
            makeSource(SourceUrl::parse(QStringLiteral("redis+unix://%1?%2").arg(path, place)).value()).value();
        QVERIFY(fetchFrom(*source, {}, 10ms, {}).ok());
        RedisClient client(m_server->port());
        if (place.startsWith(u"stream"))
            client.add("k", "x");
        else
            client.run({place.startsWith(u"list") ? "RPUSH" : "PUBLISH", "k", "x"});
        QCOMPARE(payloads(fetchAll(*source, 1)), QByteArrayList{"x"});
    }

private:
    void serve(const QString& certificate) {
        m_tlsPort = freePort();
        const auto file = [&](const char* ending) { return m_certificates->path(certificate + QLatin1String(ending)); };
        m_server = std::make_unique<RedisServer>(
            RedisServer::Data::Lost,
            QStringList{QStringLiteral("--tls-port"), QString::number(m_tlsPort), QStringLiteral("--tls-cert-file"),
                        file(".pem"), QStringLiteral("--tls-key-file"), file(".key"),
                        QStringLiteral("--tls-ca-cert-file"), m_certificates->path(QStringLiteral("ca.pem")),
                        QStringLiteral("--tls-auth-clients"), QStringLiteral("no")});
    }
    std::unique_ptr<Source> open(const QString& parameters) const {
        const auto url = SourceUrl::parse(QStringLiteral("rediss://localhost:%1/0?%2").arg(m_tlsPort).arg(parameters));
        return std::move(makeSource(url.value()).value());
    }
    QString cafile() const { return QStringLiteral("&cafile=") + m_certificates->path(QStringLiteral("ca.pem")); }

    std::unique_ptr<Certificates> m_certificates;
    std::unique_ptr<RedisServer> m_server;
    int m_tlsPort = 0;
};

QTEST_GUILESS_MAIN(TestRedisTls)
#include "tst_redistls.moc"
