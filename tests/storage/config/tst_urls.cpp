#include "storage/config/urls.h"
#include "tests/support/tempfolder.h"

#include <QtTest>

using namespace portolan;

class TestUrls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsStores_data();
    void readsStores();
    void readsPasswords_data();
    void readsPasswords();
    void refusesStores_data();
    void refusesStores();
    void readsPlainPaths();
    void readsSources_data();
    void readsSources();
    void refusesSources_data();
    void refusesSources();
    void refusesWhatIsTooLongWrittenOut();
    void identifiesSources_data();
    void identifiesSources();
    void namesGoBeforeAddresses();
    void readsParts();
    void showsNoPassword();
    void errorsShowNoPassword_data();
    void errorsShowNoPassword();
};

namespace {

QString shown(const Result<StoreUrl>& url) {
    return url ? url->display() : url.error().text;
}
QString shown(const Result<SourceUrl>& url) {
    return url ? url->display() : url.error().text;
}

} // namespace

void TestUrls::readsStores_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("display");
    const QString here = QDir::currentPath();
    const auto row = [](const char* text, const QString& display) {
        QTest::newRow(text) << QString::fromUtf8(text) << display;
    };
    const auto same = [&](const char* text) { row(text, QString::fromUtf8(text)); };
    same("file:///data");
    same("file:///data?service=other");
    same("file:///data?batch_size=500");
    same("file:///with%20blank/%C3%BC%23%3F%40");
    row("file:///data/", QStringLiteral("file:///data"));
    row("FILE://localhost/data", QStringLiteral("file:///data"));
    row("file:rel", QStringLiteral("file://%1/rel").arg(here));
    row("file:///data?service=example_receiver&batch_size=10", QStringLiteral("file:///data"));
    row("file:///data/../x", QStringLiteral("file:///data/../x"));
    same("sqlite:///abs/path.db");
    same("sqlite:///abs/path.db?batch_size=1000000");
    row("sqlite:rel.db", QStringLiteral("sqlite://%1/rel.db").arg(here));
    row("sqlite:./rel.db", QStringLiteral("sqlite://%1/rel.db").arg(here));
    row("sqlite::memory:", QStringLiteral("sqlite://%1/:memory:").arg(here));
    same("bundle:///abs/incident.zip");
    row("bundle:rel.zip", QStringLiteral("bundle://%1/rel.zip").arg(here));
    row("rel.ZIP", QStringLiteral("bundle://%1/rel.ZIP").arg(here));
    same("postgresql://");
    same("postgresql:///db");
    same("postgresql://me@/db");
    same("postgresql://host/db");
    same("postgresql://me@host:5433/db?sslmode=verify-full&sslrootcert=/etc/ca.pem");
    same("postgresql://host/db?schema=billing");
    same("postgresql://host/db?schema=Gamma%20%22G%22");
    same("postgresql://me@/db?host=/var/run/postgresql");
    same("postgresql:///db?host=/var/run/postgresql&port=5433&sslmode=disable");
    same("postgresql:///db?port=5433");
    row("postgresql://%2Fvar%2Frun%2Fpostgresql/db", QStringLiteral("postgresql:///db?host=/var/run/postgresql"));
    row("postgresql://me@%2fvar%2frun:5433/db", QStringLiteral("postgresql://me@/db?host=/var/run&port=5433"));
    row("postgresql:///db?host=HOST&port=5433", QStringLiteral("postgresql://host:5433/db"));
    row("postgresql:///db?host=::1", QStringLiteral("postgresql://[::1]/db"));
    same("postgresql://?service=pipeline");
    same("postgresql://[::1]:5432/db");
    same("postgresql://[fe80::1]/db");
    row("postgres://Me@HOST/Db", QStringLiteral("postgresql://Me@host/Db"));
    row("postgresql://m%40e@host/d%40b", QStringLiteral("postgresql://m%40e@host/d%40b"));
}

void TestUrls::readsStores() {
    QFETCH(QString, text);
    QFETCH(QString, display);
    const auto url = StoreUrl::parse(text);
    QCOMPARE(shown(url), display);
    const auto again = StoreUrl::parse(url->display());
    QVERIFY2(again.ok() && *again == *url, qPrintable(shown(again)));
}

void TestUrls::readsPasswords_data() {
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("password");
    QTest::newRow("plain") << QStringLiteral("u:secret@") << QStringLiteral("secret");
    QTest::newRow("encoded") << QStringLiteral("u:%40%3A%2F%23%25%3F@") << QStringLiteral("@:/#%?");
    QTest::newRow("not encoded") << QStringLiteral("u:a@b:c/d#e@") << QStringLiteral("a@b:c/d#e");
    QTest::newRow("digits and #") << QStringLiteral("u:12#34@") << QStringLiteral("12#34");
    QTest::newRow("line break") << QStringLiteral("u:a%0Ab@") << QStringLiteral("a\nb");
    QTest::newRow("plus") << QStringLiteral("u:a+b@") << QStringLiteral("a+b");
    QTest::newRow("utf-8") << QStringLiteral("u:p%C3%A4ss@") << QStringLiteral("päss");
    QTest::newRow("no user") << QStringLiteral(":pw@") << QStringLiteral("pw");
    QTest::newRow("empty") << QStringLiteral("u:@") << QString();
}

void TestUrls::readsPasswords() {
    QFETCH(QString, authority);
    QFETCH(QString, password);
    const auto store = StoreUrl::parse(QStringLiteral("postgresql://%1host:5432/db").arg(authority));
    QVERIFY2(store.ok(), qPrintable(shown(store)));
    QCOMPARE(store->password, password);
    QCOMPARE(store->host, QStringLiteral("host"));
    QCOMPARE(store->database, QStringLiteral("db"));
    const auto source = SourceUrl::parse(QStringLiteral("redis://%1host/3?list=x").arg(authority));
    QVERIFY2(source.ok(), qPrintable(shown(source)));
    QCOMPARE(source->password, password);
    QCOMPARE(source->database, 3);
}

void TestUrls::refusesStores_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part"); // of the error text
    const auto row = [](const char* text, const char* part) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(part);
    };
    row("", "empty");
    row("nothing-there", "neither a folder");
    row("redis://host/0?stream=x", "unknown kind of store");
    row("file://host/data", "names no host");
    row("bundle://host/a.zip", "names no host");
    row("bundle:///folder/", "names a file");
    row("bundle:///a.zip?batch_size=5", "batch_size");
    row("file:", "path is missing");
    row("file:///data%00", "NUL");
    row("file:///data%2F..", "hides");
    row("file:///data/%2e%2E/x", "hides");
    row("file:///data%0A", "control character");
    row("file:///da\nta", "control character");
    row("file:///data%", "two hexadecimal digits");
    row("file:///data%zz", "two hexadecimal digits");
    row("file:///data%FF", "UTF-8");
    row("file:///data#x", "%23");
    row("file:///data?service=", "one folder");
    row("file:///data?service=..", "one folder");
    row("file:///data?service=a/b", "one folder");
    row("file:///data?service=a%2Fb", "one folder");
    row("file:///data?service=a&service=b", "twice");
    row("file:///data?batch_size=0", "1 to 1000000");
    row("file:///data?batch_size=1000001", "1 to 1000000");
    row("file:///data?batch_size=+5", "1 to 1000000");
    row("file:///data?batch_size", "no value");
    row("file:///data?batchsize=5", "unknown parameter \"batchsize\"; file: takes service, batch_size");
    row("sqlite://rel.db", "names no host");
    row("sqlite:", "path is missing");
    row("sqlite:///folder/", "folder");
    row("sqlite:///x.db?mode=memory", "unknown parameter \"mode\"");
    row("postgresql:db", "two slashes");
    row("postgresql://host:0/db", "1 to 65535");
    row("postgresql://host:65536/db", "1 to 65535");
    row("postgresql://host:/db", "1 to 65535");
    row("postgresql://host:54x/db", "1 to 65535");
    row("postgresql://:5432/db", "host is missing");
    row("postgresql://h1,h2/db", "host");
    row("postgresql://-oProxyCommand/db", "host");
    row("postgresql://%2Ftmp;x/db", "semicolons");
    row("postgresql://%2Ftmp%20host%3Devil/db", "blanks");
    row("postgresql://%2Ftmp:0/db", "1 to 65535");
    row("postgresql:///db?host=", "host is missing");
    row("postgresql:///db?host=/tmp%20x", "blanks");
    row("postgresql:///db?host=h1,h2", "host");
    row("postgresql:///db?host=h:5432", "port= its port");
    row("postgresql:///db?port=0", "port is a whole number");
    row("postgresql://host/db?port=5433", "has one");
    row("postgresql://::1/db", "host");
    row("postgresql://[::g]/db", "IPv6");
    row("postgresql://[::1/db", "IPv6");
    row("postgresql://[::1]x/db", "IPv6");
    row("postgresql://host/a/b", "one database name");
    row("postgresql://host/a%2Fb", "hides");
    row("postgresql://host/db?host=evil", "host= is for a URL without a server");
    row("postgresql://host/db?hostaddr=10.0.0.1", "unknown parameter \"hostaddr\"");
    row("postgresql://host/db?passfile=/x", "unknown parameter \"passfile\"");
    row("postgresql://host/db?password=x", "unknown parameter \"password\"");
    row("postgresql://host/db?options=-csearch_path%3Dx", "unknown parameter \"options\"");
    row("postgresql://host/db?sslmode=none", "sslmode is one of");
    row("postgresql://host/db?schema=", "1 to 63 bytes");
    row("postgresql://host/db?schema=pg_catalog", "the server's own");
    row("postgresql://host/db?schema=information_schema", "the server's own");
    row("postgresql://host/db?application_name=a;host%3Devil", "semicolons");
    row("postgresql://host/db?application_name=a%20host%3Devil", "blanks");
    row("postgresql://host/db?application_name=a%0Ab", "control character");
    row("postgresql://u:12/34@host/db", "two ways");
    row("postgresql://host/d@b", "two ways");
}

void TestUrls::refusesStores() {
    QFETCH(QString, text);
    QFETCH(QString, part);
    const auto url = StoreUrl::parse(text);
    QVERIFY2(!url.ok(), qPrintable(shown(url)));
    QCOMPARE(url.error().code, ErrorCode::Usage);
    QVERIFY2(url.error().text.contains(part), qPrintable(url.error().text));
}

void TestUrls::readsPlainPaths() {
    const test::TempFolder folder;
    const auto files = StoreUrl::parse(folder.path());
    QVERIFY2(files.ok(), qPrintable(shown(files)));
    QCOMPARE(files->kind, StoreKind::Files);
    QCOMPARE(files->service, QStringLiteral("example_receiver"));
    const auto database = StoreUrl::parse(folder.path(QStringLiteral("a %41#?.sqlite3")));
    QVERIFY2(database.ok(), qPrintable(shown(database)));
    QCOMPARE(database->kind, StoreKind::Sqlite);
    QCOMPARE(database->path, folder.path(QStringLiteral("a %41#?.sqlite3")));
    QCOMPARE(*StoreUrl::parse(database->display()), *database);
    QVERIFY(!StoreUrl::parse(folder.path(QStringLiteral("not there"))).ok());
    QVERIFY(!StoreUrl::parse(QStringLiteral("./a\nb.db")).ok());
}

void TestUrls::readsSources_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("display");
    const auto row = [](const char* text, const char* display) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(display);
    };
    const auto same = [&](const char* text) { row(text, text); };
    same("redis://host:6379/0?channel=orders");
    same("redis://host:6379/0?pattern=orders.*");
    same("redis://host:6379/15?list=a%20b");
    same("redis://host:6379/0?stream=s&group=g&consumer=c");
    same("rediss://me@host:6380/0?stream=s&cafile=/etc/ca.pem");
    same("redis://[::1]:6379/0?stream=s");
    same("rediss://host:6379/0?list=s&cafile=/etc/ca.pem&certfile=/etc/me.crt&keyfile=/etc/me.key");
    same("redis://host:6379/0?list=s&side=right");
    row("redis://host:6379/0?list=s&side=left", "redis://host:6379/0?list=s");
    same("redis+sentinel://me@a:26379,[::1]:26380/my-master.1/2?stream=s");
    same("rediss+sentinel://a:26379/m/0?stream=s&cafile=/etc/ca.pem");
    row("redis+sentinel://:p@a,b:7/m?stream=s&sentinel_password=q", "redis+sentinel://a:26379,b:7/m/0?stream=s");
    row("redis+sentinel://a/m/?stream=s", "redis+sentinel://a:26379/m/0?stream=s");
    row("unix:///run/redis.sock?db=2&list=s", "redis+unix:///run/redis.sock?db=2&list=s");
    row("redis://host?stream=s&group=portolan", "redis://host:6379/0?stream=s");
    row("redis://host/?stream=s", "redis://host:6379/0?stream=s");
    row("redis://host?stream=%C3%BC%2B+%26", "redis://host:6379/0?stream=%C3%BC%2B%2B%26");
    same("redis+unix:///run/redis.sock?db=2&stream=s");
    row("redis+unix:///run/redis.sock?db=0&stream=s", "redis+unix:///run/redis.sock?stream=s");
    same("redis://host:6379/0?channel=c&number=order-%28%5Cd%2B%29");
    same("kafka://host:9092/topic?number=%5Cd%2B");
    row("kafka://host/topic", "kafka://host:9092/topic");
    same("kafka://me@a:9092,[::1]:9093/t.o-p_ic?group=g&security.protocol=SASL_SSL");
    row("demo:", "demo:?rate=50&seed=1");
    same("demo:?rate=0&seed=18446744073709551615&count=9223372036854775807");
    same("demo:?rate=50&seed=1&kinds=messages");
    row("demo:?kinds=all", "demo:?rate=50&seed=1");
    same("rejects:sqlite:///data/s.db");
    same("rejects:file:///data?service=x");
    row("REJECTS:postgresql://u@h:5433/d", "rejects:postgresql://u@h:5433/d");
}

void TestUrls::readsSources() {
    QFETCH(QString, text);
    QFETCH(QString, display);
    const auto url = SourceUrl::parse(text);
    QCOMPARE(shown(url), display);
    auto without = *url; // what is never shown
    without.password.clear();
    without.sentinelPassword.clear();
    const auto again = SourceUrl::parse(url->display());
    QVERIFY2(again.ok() && *again == without, qPrintable(shown(again)));
}

void TestUrls::refusesSources_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    const auto row = [](const char* text, const char* part) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(part);
    };
    row("", "no scheme");
    row("host:6379", "unknown kind of source");
    row("sqlite:x.db", "unknown kind of source");
    row("redis:host", "two slashes");
    row("redis://host/0", "exactly one of");
    row("redis://host/0?stream=a&list=b", "exactly one of");
    row("redis://host/0?stream=", "1 to 512");
    row("redis://host/0?stream=a%0Ab", "control character");
    row("redis://host/0?stream=a%00b", "NUL");
    row("redis://host/0?list=a&group=g", "stream only");
    row("redis://host/0?channel=a&consumer=g", "stream and list only");
    row("redis://host/0?stream=a&group=", "not empty");
    row("redis://host/x?stream=a", "number of the database");
    row("redis://host/-1?stream=a", "number of the database");
    row("redis://host/01?stream=a", "number of the database");
    row("redis://host/0/1?stream=a", "number of the database");
    row("redis://host:0/0?stream=a", "1 to 65535");
    row("redis://host:65536/0?stream=a", "1 to 65535");
    row("redis:///0?stream=a", "host is missing");
    row("redis://host/0?stream=a&cafile=/x", "unknown parameter \"cafile\"");
    row("redis://host/0?stream=a&host=evil", "unknown parameter \"host\"");
    row("redis+unix://host/x?stream=a", "absolute path");
    row("redis+sentinel://a:1/?stream=s", "the master's name");
    row("redis+sentinel://a:1/a%20b/0?stream=s", "the master's name");
    row("redis+sentinel://a:1/m/x?stream=s", "number of the database");
    row("redis+sentinel://a,/m/0?stream=s", "host is missing");
    row("redis://a/0?stream=s&sentinel_password=x", "unknown parameter");
    row("redis://host/0?list=a&certfile=/x", "unknown parameter");
    row("rediss://host/0?list=a&keyfile=/x", "keyfile goes with certfile");
    row("rediss://host/0?list=a&certfile=", "the path of a file");
    row("redis://host/0?list=a&side=up", "left");
    row("redis://host/0?stream=a&side=right", "list only");
    row("kafka://host/", "topic");
    row("kafka://host/a/b", "topic");
    row("kafka://host,/t", "host is missing");
    row("kafka://host/t?plugin.library.paths=x", "unknown parameter");
    row("kafka://host/t?enable.auto.offset.store=true", "unknown parameter");
    row("demo://x", "no host");
    row("demo:x", "no host");
    row("demo:?rate=-1", "rate is a whole number");
    row("demo:?seed=-1", "seed is a whole number");
    row("demo:?count=1e3", "count is a whole number");
    row("demo:?kinds=some", "kinds is all or messages");
    row("redis://host/0?channel=c&number=", "number is a regular expression");
    row("redis://host/0?channel=c&number=%28", "number is a regular expression");
    row("redis://host/0?channel=c&number=%28a%29%28b%29", "number is a regular expression");
    row("rejects:", "after rejects: comes the URL");
    row("rejects:redis://host/0?stream=s", "after rejects: comes the URL");
    row("rejects:rejects:sqlite:///x", "after rejects: comes the URL");
}

void TestUrls::refusesSources() {
    QFETCH(QString, text);
    QFETCH(QString, part);
    const auto url = SourceUrl::parse(text);
    QVERIFY2(!url.ok(), qPrintable(shown(url)));
    QCOMPARE(url.error().code, ErrorCode::Usage);
    QVERIFY2(url.error().text.contains(part), qPrintable(url.error().text));
}

void TestUrls::refusesWhatIsTooLongWrittenOut() {
    const QString longName = QString(2000, QChar(0x4e00)); // nine characters each in a URL
    const auto store = StoreUrl::parse(QStringLiteral("file:///") + longName);
    QVERIFY(!store.ok() && store.error().text.contains(QLatin1String("longer than 8192")));
    const auto source = SourceUrl::parse(QStringLiteral("redis://%1@host/0?stream=x").arg(longName));
    QVERIFY(!source.ok() && source.error().text.contains(QLatin1String("longer than 8192")));
    const auto fits = StoreUrl::parse(QStringLiteral("file:///") + longName.first(900));
    QVERIFY(fits.ok() && StoreUrl::parse(fits->display()).ok());
}

void TestUrls::identifiesSources_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("identity");
    const auto row = [](const char* text, const char* identity) {
        QTest::newRow(text) << QString::fromUtf8(text) << QByteArray(identity);
    };
    row("redis://u:p@127.0.0.1/2?stream=s&group=g&consumer=c", "localhost:6379/2/s");
    row("redis://[::1]/2?stream=s", "localhost:6379/2/s");
    row("rediss://LOCALHOST/2?list=s", "localhost:6379/2/s");
    row("redis://[fe80::1]:7/0?list=a/b", "[fe80::1]:7/0/a/b");
    row("redis+unix:///run/r.sock?db=1&stream=s", "/run/r.sock/1/s");
    row("redis+sentinel://u:p@a:1,b:2/m/3?list=s&side=right", "m/3/s");
    row("kafka://b:1,a:2/t?group=x", "a:2,b:1/t");
    row("demo:?rate=7", "demo");
    row("redis://host/0?stream=s&identity=my%20orders", "my orders");
    row("redis+unix:///run/r.sock?list=s&identity=n", "n");
    row("kafka://b:1/t?identity=n", "n");
    row("demo:?identity=n", "n");
    row("redis://host/0?stream=s%23epoch=3", "host:6379/0/s#epoch%3D3"); // no epoch of another's
    row("rejects:sqlite:///nowhere/s.db", "rejects:sqlite:/nowhere/s.db");
    row("rejects:sqlite:///dev/../dev/null", "rejects:sqlite:/dev/null");
    row("rejects:file:///nowhere", "rejects:file:/nowhere?service=example_receiver");
    row("rejects:postgresql://u:p@127.0.0.1/d", "rejects:postgresql:localhost/d");
}

void TestUrls::identifiesSources() {
    QFETCH(QString, text);
    QFETCH(QByteArray, identity);
    const auto url = SourceUrl::parse(text);
    QVERIFY2(url.ok(), qPrintable(shown(url)));
    QCOMPARE(url->identity(), identity);
    QCOMPARE(url->identities().front(), identity);
    const auto again = SourceUrl::parse(url->display());
    QVERIFY(again.ok() && again->identity() == identity);
}

void TestUrls::namesGoBeforeAddresses() {
    const auto url = SourceUrl::parse(QStringLiteral("redis://host/0?pattern=s*&identity=n"));
    QVERIFY(url.ok());
    QCOMPARE(url->identities(), (std::vector<QByteArray>{"n", "host:6379/0/s*"}));
    QCOMPARE(url->seriesOf("s1"), QByteArray("n/s1"));
    QCOMPARE(SourceUrl::parse(QStringLiteral("redis://host/0?pattern=s*"))->seriesOf("s1"),
             QByteArray("host:6379/0/s1"));
    for (const char* refused : {"", "a%23epoch=1", "a%0Ab"}) {
        const auto wrong =
            SourceUrl::parse(QStringLiteral("redis://host/0?stream=s&identity=") + QLatin1String(refused));
        QVERIFY(!wrong.ok() && wrong.error().text.contains(QLatin1String("identity")));
    }
}

void TestUrls::readsParts() {
    const auto kafka = SourceUrl::parse(QStringLiteral("kafka://u:p@a,b:1/t?group=g&client.id=x"));
    QVERIFY(kafka.ok());
    QCOMPARE(kafka->brokers.size(), std::size_t(2));
    QCOMPARE(kafka->brokers[0], std::make_pair(QStringLiteral("a"), 9092));
    QCOMPARE(kafka->group, QStringLiteral("g"));
    QCOMPARE(kafka->options.front().second, QStringLiteral("x"));
    const auto store = StoreUrl::parse(QStringLiteral("postgresql://h/?service=s"));
    QVERIFY(store.ok());
    QCOMPARE(store->name(), QStringLiteral("s"));
    QCOMPARE(StoreUrl::parse(QStringLiteral("sqlite:///a/orders.db"))->name(), QStringLiteral("orders.db"));
    QCOMPARE(StoreUrl::parse(QStringLiteral("file:///a/orders/"))->name(), QStringLiteral("orders"));
}

void TestUrls::showsNoPassword() {
    const auto store = StoreUrl::parse(QStringLiteral("postgresql://me:hunter2@host/db"));
    QCOMPARE(shown(store), QStringLiteral("postgresql://me@host/db"));
    const auto source = SourceUrl::parse(QStringLiteral("redis://:hunter2@host/0?stream=x"));
    QCOMPARE(shown(source), QStringLiteral("redis://host:6379/0?stream=x"));
}

void TestUrls::errorsShowNoPassword_data() {
    QTest::addColumn<QString>("text");
    const auto row = [](const char* text) { QTest::newRow(text) << QString::fromUtf8(text); };
    row("redis://me:hunter2@ho st/0?stream=x");
    row("redis://me:hunter2?x@host/0?stream=x");
    row("redis://me:12?hunter2@host/0?stream=x");
    row("redis://me:hunter2%zz@host/0?stream=x");
    row("redis://me:hunter2@host:99999/0?stream=x");
    row("redis://me:hunter2@host/0?strem=x");
    row("redis://me:1/hunter2@host/0?stream=x");
    row("kafka://me:hunter2@host/");
}

void TestUrls::errorsShowNoPassword() {
    QFETCH(QString, text);
    const auto url = SourceUrl::parse(text);
    QVERIFY2(!url.ok(), qPrintable(shown(url)));
    QVERIFY2(!url.error().text.contains(QStringLiteral("hunter2")), qPrintable(url.error().text));
    QVERIFY(url.error().details.isEmpty());
}

QTEST_GUILESS_MAIN(TestUrls)
#include "tst_urls.moc"
