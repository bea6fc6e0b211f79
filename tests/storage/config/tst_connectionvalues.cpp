// What is said of a connection before it is made, against libpq, which makes it.

#include "storage/config/connectionvalues.h"
#include "storage/config/passwordfile.h"
#include "storage/storeprobe.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresserver.h"

#include <QDir>
#include <QtTest>
#include <atomic>
#include <libpq-fe.h>
#include <thread>

using namespace portolan;
using test::PostgresServer;
using test::TempFolder;

namespace {

constexpr std::array variables{"PGHOST",    "PGPORT",     "PGUSER",        "PGDATABASE",        "PGPASSWORD",
                               "PGSSLMODE", "PGPASSFILE", "PGSERVICEFILE", "PORTOLAN_PASSWORD", "PGSERVICE"};

ConnectionValue valueOf(const StoreUrl& url, const QByteArray& name) {
    for (const ConnectionValue& value : connectionValues(url)) {
        if (value.name == name)
            return value;
    }
    qFatal("no value %s", name.constData());
}

void write(const QString& path, const QByteArray& text, QFileDevice::Permissions permissions) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.setPermissions(permissions))
        qFatal("%s cannot be written", qPrintable(path));
}

constexpr auto ownerAlone = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

} // namespace

class TestConnectionValues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        for (const char* variable : variables)
            qunsetenv(variable);
        qputenv("PGPASSFILE", path("pgpass").toUtf8());
        qputenv("PGSERVICEFILE", path("services").toUtf8());
        qputenv("XDG_DATA_HOME", m_folder->path().toUtf8());
    }
    void cleanupTestCase() {
        for (const char* variable : variables)
            qunsetenv(variable);
    }

    /// Each case is a URL, variables and the two files; host, port, database, user and password are what libpq takes.
    void areWhatLibpqTakes_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArrayList>("environment");
        QTest::addColumn<QByteArray>("services");
        QTest::addColumn<QByteArray>("passwords");
        const auto row = [](const char* name, const QString& url, const QByteArrayList& environment = {},
                            const QByteArray& services = {}, const QByteArray& passwords = {}) {
            QTest::newRow(name) << url << environment << services << passwords;
        };
        const QString typed = QStringLiteral("postgresql://guarded:secret@127.0.0.1:{port}/postgres");
        const QString half = QStringLiteral("postgresql://guarded@127.0.0.1:{port}/postgres");
        const QString none = QStringLiteral("postgresql://");
        const QByteArrayList variablesOfAll{"PGHOST=127.0.0.1", "PGPORT={port}", "PGUSER=guarded",
                                            "PGDATABASE=postgres", "PGPASSWORD=open: sesame"};
        const QByteArray service =
            "# x\n[other]\nhost=nowhere\n\n[here]\nhost=127.0.0.1\nport={port}\ndbname=postgres\n"
            "user=guarded\npassword=open: sesame\n[last]\nport=1\n";
        row("typed", typed, {"PGHOST=nowhere", "PGPORT=1", "PGPASSWORD=other", "PGUSER=x", "PGDATABASE=y"});
        row("variables", none, variablesOfAll);
        row("service", QStringLiteral("postgresql://?service=here"), {"PGHOST=nowhere", "PGPORT=1"}, service);
        row("service of a variable", none, {"PGSERVICE=here"}, service);
        row("service and typed", QStringLiteral("postgresql://guarded@127.0.0.1:{port}/template1?service=here"), {},
            service);
        row("passwords", half, {}, {},
            "# c\nelsewhere:*:*:*:no\n127.0.0.1:{port}:postgres:guarded:open\\: sesame\n*:*:*:*:no\n");
        row("any of the passwords", half, {}, {}, "*:*:*:guarded:open\\: sesame\n");
        row("passwords of others", half, {}, {},
            "127.0.0.1:{port}:postgres:other:no\n127.0.0.1:1:*:guarded:no\n\n:::\n");
        row("the database is the user", QStringLiteral("postgresql://postgres@127.0.0.1:{port}"));
    }
    void areWhatLibpqTakes() {
        QFETCH(QString, url);
        QFETCH(const QByteArrayList, environment);
        QFETCH(QByteArray, services);
        QFETCH(QByteArray, passwords);
        const QByteArray port = QByteArray::number(m_server.port());
        url.replace(QStringLiteral("{port}"), QString::fromLatin1(port));
        for (const QByteArray& each : environment) {
            const qsizetype equals = each.indexOf('=');
            qputenv(each.left(equals).constData(), each.mid(equals + 1).replace("{port}", port));
        }
        write(path("services"), services.replace("{port}", port), ownerAlone);
        write(path("pgpass"), passwords.replace("{port}", port), ownerAlone);
        const auto parsed = StoreUrl::parse(url);
        QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.error().text));

        std::vector<QByteArray> kept;
        std::vector<const char*> keys;
        std::vector<const char*> values;
        const auto add = [&](const char* key, const QString& value) {
            if (value.isEmpty())
                return;
            keys.push_back(key);
            kept.push_back(value.toUtf8());
        };
        kept.reserve(8);
        add("host", parsed->host);
        add("port", parsed->port > 0 ? QString::number(parsed->port) : QString());
        add("dbname", parsed->database);
        add("user", parsed->user);
        add("password", parsed->password);
        for (const auto& [name, value] : parsed->options)
            add("service", value);
        for (const QByteArray& value : kept)
            values.push_back(value.constData());
        keys.push_back(nullptr);
        values.push_back(nullptr);
        PGconn* const connection = PQconnectdbParams(keys.data(), values.data(), 0);
        const auto theirs = [&](char* (*ask)(const PGconn*)) { return QString::fromUtf8(ask(connection)); };
        QCOMPARE(valueOf(*parsed, "host").value, theirs(PQhost));
        QCOMPARE(valueOf(*parsed, "port").value, theirs(PQport));
        QCOMPARE(valueOf(*parsed, "dbname").value, theirs(PQdb));
        QCOMPARE(valueOf(*parsed, "user").value, theirs(PQuser));
        QCOMPARE(valueOf(*parsed, "password").source != ValueSource::None, !theirs(PQpass).isEmpty());
        QVERIFY(valueOf(*parsed, "password").value.isEmpty());
        PQfinish(connection);
    }

    void saysWhere() {
        const auto source = [](const StoreUrl& url, const char* name) {
            const ConnectionValue value = valueOf(url, name);
            return std::pair(value.source, value.from);
        };
        const StoreUrl bare = *StoreUrl::parse(QStringLiteral("postgresql://"));
        QVERIFY(source(bare, "host") == std::pair(ValueSource::Default, QString()));
        QVERIFY(source(bare, "sslmode") == std::pair(ValueSource::Default, QString()));
        QVERIFY(source(bare, "password") == std::pair(ValueSource::None, QString()));
        qputenv("PGHOST", "h");
        QVERIFY(source(bare, "host") == std::pair(ValueSource::Environment, QStringLiteral("PGHOST")));
        write(path("services"), "[s]\nhost=x\nsslmode=require\n", ownerAlone);
        const StoreUrl service = *StoreUrl::parse(QStringLiteral("postgresql://?service=s"));
        QVERIFY(source(service, "host") == std::pair(ValueSource::Service, path("services")));
        QVERIFY(source(service, "sslmode") == std::pair(ValueSource::Service, path("services")));
        write(path("pgpass"), "h:5432:*:*:secret\n", ownerAlone);
        QVERIFY(source(bare, "password") == std::pair(ValueSource::PasswordFile, path("pgpass")));
        write(path("pgpass"), "h:5432:*:*:secret\n", ownerAlone | QFileDevice::ReadGroup);
        const auto [refused, why] = source(bare, "password"); // as libpq: it is ignored
        QVERIFY(refused == ValueSource::None && why.contains(QStringLiteral("others may read it")));
        qputenv("PORTOLAN_PASSWORD", "x");
        QVERIFY(source(bare, "password") == std::pair(ValueSource::Environment, QStringLiteral("PORTOLAN_PASSWORD")));
        const StoreUrl typed = *StoreUrl::parse(QStringLiteral("postgresql://u:p@localhost/d?sslmode=disable"));
        for (const char* name : {"host", "dbname", "user", "password", "sslmode"})
            QVERIFY2(source(typed, name).first == ValueSource::Typed, name);
    }

    /// Several windows at once lose none of each other's.
    void passwordsAreKeptInTurn() {
        const PasswordFile file(path("several.json"));
        constexpr int each = 25;
        std::vector<std::thread> programs;
        std::atomic<int> refused = 0;
        for (int program = 0; program < 4; ++program)
            programs.emplace_back([&, program] {
                StoreUrl url = *StoreUrl::parse(QStringLiteral("postgresql://u:p@localhost/d"));
                for (int i = 0; i < each; ++i) {
                    url.database = QStringLiteral("d%1_%2").arg(program).arg(i);
                    refused += PasswordFile(file.path()).keep(url) ? 0 : 1;
                }
            });
        for (std::thread& program : programs)
            program.join();
        QCOMPARE(refused.load(), 0);
        QCOMPARE(file.names()->size(), 4 * each);
    }

    /// A service may be any server; a schema or another setting is of the same one.
    void passwordsAreOfAServer() {
        const auto nameOf = [](const char* text) {
            return PasswordFile::nameOf(*StoreUrl::parse(QString::fromLatin1(text)));
        };
        QVERIFY(nameOf("postgresql:///?service=prod") != nameOf("postgresql:///?service=test"));
        for (const char* same :
             {"postgresql://u@h/d?schema=x", "postgresql://u@h/d?sslmode=disable", "postgresql://u:p@h/d?batch_size=7"})
            QCOMPARE(nameOf(same), nameOf("postgresql://u@h/d"));
    }

    /// In a file of the owner's, and used only while it is that.
    void passwordsAreKept() {
        StoreUrl url = *StoreUrl::parse(QStringLiteral("postgresql://guarded@127.0.0.1/postgres?sslmode=disable"));
        url.port = m_server.port();
        QVERIFY(*withKeptPassword(url) == url); // none is
        StoreUrl told = url;
        told.password = QStringLiteral("open: sesame");
        PasswordFile file;
        QVERIFY(file.keep(told));
        QCOMPARE(QFile::permissions(file.path()) & ~(QFileDevice::ReadUser | QFileDevice::WriteUser), ownerAlone);
        QVERIFY(*withKeptPassword(url) == told);
        QVERIFY(valueOf(url, "password").source == ValueSource::PasswordFile);
        QCOMPARE(valueOf(url, "password").from, file.path());
        const auto opened = openStore(*withKeptPassword(url), Access::Read);
        QVERIFY2(opened, qPrintable(opened ? QString() : opened.error().text));
        StoreUrl other = url;
        other.user = QStringLiteral("other");
        QVERIFY(*withKeptPassword(other) == other);
        qputenv("PORTOLAN_PASSWORD", "x");
        QVERIFY(*withKeptPassword(url) == url);
        qunsetenv("PORTOLAN_PASSWORD");

        QVERIFY(QFile::setPermissions(file.path(), ownerAlone | QFileDevice::ReadGroup));
        QCOMPARE(withKeptPassword(url).error().code, ErrorCode::Auth);
        QCOMPARE(file.keep(told).error().code, ErrorCode::Auth);
        QVERIFY(QFile::setPermissions(file.path(), ownerAlone));
        QVERIFY(file.keep(url)); // forgotten
        QVERIFY(*withKeptPassword(url) == url);
        write(file.path(), "{ torn", ownerAlone);
        QCOMPARE(withKeptPassword(url).error().code, ErrorCode::Corrupt);
        QCOMPARE(file.keep(told).error().code, ErrorCode::Corrupt);
        QFile left(file.path());
        QVERIFY(left.open(QIODevice::ReadOnly) && left.readAll() == "{ torn");
    }

    void aStoreIsTried() {
        const auto begun = std::chrono::steady_clock::now();
        const StoreUrl url = m_server.createDatabase();
        const auto foreign = openStore(url, Access::Read);
        QVERIFY(foreign);
        const auto probe = probeStore(**foreign, begun);
        QVERIFY(probe);
        QVERIFY2(probe->product.startsWith(QStringLiteral("PostgreSQL 1"))
                     && probe->product.endsWith(QStringLiteral("no TLS")),
                 qPrintable(probe->product));
        QVERIFY(probe->noPorts && probe->noReceiving); // it is empty
        QVERIFY(probe->answered > std::chrono::microseconds(0) && probe->answered < std::chrono::seconds(5));
        const auto file = StoreUrl::parse(QStringLiteral("sqlite://") + path("a.db"));
        const auto store = openStore(*file, Access::Write);
        QVERIFY(store);
        const auto sqlite = probeStore(**store, begun);
        QVERIFY(sqlite && sqlite->product.startsWith(QStringLiteral("SQLite 3.")));
        QVERIFY(!sqlite->noPorts && !sqlite->noReceiving);
    }

private:
    [[nodiscard]] QString path(const char* name) const { return m_folder->path(QLatin1String(name)); }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
};

QTEST_GUILESS_MAIN(TestConnectionValues)
#include "tst_connectionvalues.moc"
