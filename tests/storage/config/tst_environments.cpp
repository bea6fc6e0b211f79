#include "storage/config/environments.h"

#include "tests/support/tempfolder.h"

#include <QFile>
#include <QTest>

using namespace portolan;

namespace {

constexpr auto privately = QFile::ReadOwner | QFile::WriteOwner;

/// As in the reference's own example, with a comment and a quoted value more.
constexpr char example[] = "development:\n"
                           "  database_type: sqlite\n"
                           "  database_name: ./data/dev.db # beside the program\n"
                           "\n"
                           "testing:\n"
                           "  database_type: sqlite\n"
                           "  database_name: ':memory:'\n"
                           "\n"
                           "production:\n"
                           "  database_type: postgresql\n"
                           "  host: ${TST_HOST}\n"
                           "  port: ${TST_PORT}\n"
                           "  database_name: \"orders_${TST_HOST}\"\n"
                           "  username: ${TST_USER}\n"
                           "  password: ${TST_PASSWORD}\n"
                           "  min_connections: 10\n"
                           "  max_connections: 50\n"
                           "  statement_timeout: 60000\n"
                           "  exponential_backoff: false\n"
                           "  ssl_mode: require\n";

} // namespace

class TestEnvironments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void readsTheReferencesExample();
    void refusesInMemoryAndMysql();
    void namesTheVariableThatIsNotSet();
    void refusesMistakes_data();
    void refusesMistakes();
    void refusesPasswordThatOthersMayRead();
    void namesTheEnvironmentsThereAre();
    void missingFileIsNotFound();

private:
    QString write(const QByteArray& text, QFile::Permissions permissions = privately);
    test::TempFolder m_folder;
};

void TestEnvironments::init() {
    qputenv("TST_HOST", "db.internal");
    qputenv("TST_PORT", "5433");
    qputenv("TST_USER", "reader");
    qputenv("TST_PASSWORD", "pass: word");
}

QString TestEnvironments::write(const QByteArray& text, QFile::Permissions permissions) {
    QFile file(m_folder.path(QStringLiteral("database.yaml")));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(text) != text.size())
        qFatal("cannot write");
    file.close();
    file.setPermissions(permissions);
    return file.fileName();
}

void TestEnvironments::readsTheReferencesExample() {
    const QString file = write(example);
    const auto development = storeOfEnvironment(file, QStringLiteral("development"));
    QVERIFY2(development.ok(), development ? "" : qPrintable(development.error().text));
    QVERIFY(development->kind == StoreKind::Sqlite && development->path.endsWith(QLatin1String("data/dev.db")));
    QVERIFY(development->path.startsWith(u'/'));
    const auto production = storeOfEnvironment(file, QStringLiteral("production"));
    QVERIFY2(production.ok(), production ? "" : qPrintable(production.error().text));
    QCOMPARE(production->display(),
             QStringLiteral("postgresql://reader@db.internal:5433/orders_db.internal?sslmode=require"));
    QCOMPARE(production->password, QStringLiteral("pass: word"));
    DatabaseSettings expected;
    expected.minConnections = 10;
    expected.maxConnections = 50;
    expected.statementTimeout = std::chrono::minutes(1);
    expected.exponentialBackoff = false;
    QVERIFY(production->settings == expected);
}

void TestEnvironments::refusesInMemoryAndMysql() {
    const QString file = write(QByteArray(example) + "old:\n  database_type: mysql\n  database_name: x\n");
    QCOMPARE(storeOfEnvironment(file, QStringLiteral("testing")).error().code, ErrorCode::Unsupported);
    QCOMPARE(storeOfEnvironment(file, QStringLiteral("old")).error().code, ErrorCode::Unsupported);
}

void TestEnvironments::namesTheVariableThatIsNotSet() {
    const QString file = write(example);
    qunsetenv("TST_USER");
    const auto production = storeOfEnvironment(file, QStringLiteral("production"));
    QCOMPARE(production.error().text, file + QStringLiteral(":14:13: the environment variable TST_USER is not set."));
    QVERIFY2(storeOfEnvironment(file, QStringLiteral("development")).ok(),
             "another environment's variables do not count");
}

void TestEnvironments::refusesMistakes_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* text, const char* said) {
        QTest::newRow(name) << QByteArray(text) << QString::fromLatin1(said);
    };
    const char* const postgresql = "e:\n  database_type: postgresql\n  database_name: d\n";
    const auto setting = [&](const char* name, const char* line, const char* said) {
        QTest::newRow(name) << QByteArray(postgresql) + "  " + line + '\n' << QString::fromLatin1(said);
    };
    setting("unknown key", "hots: a", ":4:9: there is no setting \"hots\"");
    setting("key twice", "database_name: other", ":4:3: \"database_name\" is given twice");
    setting("zero", "statement_timeout: 0", ":4:22: statement_timeout is a whole number from 1");
    setting("negative", "lock_timeout: -5", ":4:17: lock_timeout is a whole number from 1");
    setting("no number", "max_connections: many", ":4:20: max_connections is a whole number");
    setting("beyond", "connection_timeout: 99999999999", "connection_timeout is a whole number");
    setting("port", "port: 65536", "port is a whole number from 1 to 65535");
    setting("truth", "exponential_backoff: yes", "is true or false");
    setting("mode", "ssl_mode: perhaps", "ssl_mode is one of disable");
    setting("tag", "host: !!python/object x", "a tag (!name) is not allowed");
    setting("anchor", "host: &a x", "an anchor (&name) is not allowed");
    setting("alias", "host: *a", "");
    setting("list", "host: [a, b]", "a list is not expected here");
    setting("deeper", "host:\n    a: b", "a value is expected here, not a group");
    setting("open variable", "host: ${TST_HOST", "a variable is written ${NAME}");
    setting("tab", "host:\n\tx: y", "");
    row("environment twice", "e:\n  host: a\ne:\n  host: b\n", ":3:1: \"e\" is given twice");
    row("no settings", "e: 5\n", ":1:4: \"e\" has no settings below it");
    row("no map", "just words\n", "are expected");
    row("min above max", "e:\n  database_type: sqlite\n  database_name: d\n  min_connections: 20\n",
        "min_connections above its max_connections");
    row("two documents", "e:\n  database_name: d\n---\nf:\n  host: a\n", "more than one document");
    row("alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "");
}

void TestEnvironments::refusesMistakes() {
    QFETCH(const QByteArray, text);
    QFETCH(const QString, said);
    const auto store = storeOfEnvironment(write(text), QStringLiteral("e"));
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::Usage);
    QVERIFY2(store.error().text.contains(said), qPrintable(store.error().text));
}

void TestEnvironments::refusesPasswordThatOthersMayRead() {
    const QByteArray open = "e:\n  database_type: postgresql\n  database_name: d\n  password: sEcReT\n";
    const auto store =
        storeOfEnvironment(write(open, privately | QFile::ReadGroup | QFile::ReadOther), QStringLiteral("e"));
    QCOMPARE(store.error().code, ErrorCode::Auth);
    QVERIFY(store.error().text.contains(QLatin1String("chmod 600"))
            && !store.error().text.contains(QLatin1String("sEcReT")));
    QVERIFY(storeOfEnvironment(write(open), QStringLiteral("e")).ok());
    QVERIFY2(storeOfEnvironment(write(example, privately | QFile::ReadOther), QStringLiteral("production")).ok(),
             "a variable's name is no password");
}

void TestEnvironments::namesTheEnvironmentsThereAre() {
    const auto store = storeOfEnvironment(write(example), QStringLiteral("prod"));
    QCOMPARE(store.error().code, ErrorCode::NotFound);
    QVERIFY(store.error().text.contains(QLatin1String("development, testing, production")));
}

void TestEnvironments::missingFileIsNotFound() {
    QCOMPARE(storeOfEnvironment(m_folder.path(QStringLiteral("no.yaml")), QStringLiteral("e")).error().code,
             ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestEnvironments)
#include "tst_environments.moc"
