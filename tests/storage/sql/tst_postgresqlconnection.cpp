#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace portolan;
using portolan::test::open;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using namespace std::chrono_literals;

namespace {

QString reading(const Result<QVariant>& value) {
    return value ? value->toString() : value.error().text + value.error().details;
}

} // namespace

class TestPostgresqlConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void agreesOnEverythingFirst();
    void valuesComeBackAsTheyWent_data();
    void valuesComeBackAsTheyWent();
    void refusesStackedStatements();
    void refusesTextWithNul();
    void readingRefusesToWrite();
    void openingErrorsAreInWords_data();
    void openingErrorsAreInWords();
    void takesPasswordFromVariable();
    void takesConnectionFromServiceFile();
    void valuesArePassedOnAsTheyAre();
    void serverErrorsHaveTheirCode_data();
    void serverErrorsHaveTheirCode();
    void lockedRowIsBusy();
    void cancelEndsRunningStatement();
    void cancelledConnectionGoesOn();
    void lateCancelHitsNobody();
    void longStatementTimesOut();
    void frozenServerIsLeft();
    void cutInCommitIsUnknown();
    void failedTransactionIsNotCommitted();
    void survivesRestartByOpeningAgain();

private:
    PostgresServer m_server;
    StoreUrl m_url;
};

void TestPostgresqlConnection::init() {
    m_url = m_server.url(QStringLiteral("postgres"));
}

void TestPostgresqlConnection::agreesOnEverythingFirst() {
    const auto connection = open(m_url);
    const std::pair<const char*, const char*> expected[] = {
        {"search_path", "public, pg_temp"},
        {"client_encoding", "UTF8"},
        {"timezone", "UTC"},
        {"statement_timeout", "30s"},
        {"lock_timeout", "10s"},
        {"idle_in_transaction_session_timeout", "1min"},
        {"synchronous_commit", "on"},
        {"random_page_cost", "1.1"},
        {"default_transaction_read_only", "off"},
        {"application_name", "portolan"},
    };
    for (const auto& [name, value] : expected)
        QCOMPARE(reading(connection->value(QStringLiteral("SHOW ") + QString::fromLatin1(name))),
                 QString::fromLatin1(value));
}

void TestPostgresqlConnection::valuesComeBackAsTheyWent_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QVariant>("value");
    QTest::newRow("bytes") << QStringLiteral("bytea") << QVariant(QByteArray("a\0\xff'\\\n", 6));
    QTest::newRow("no bytes") << QStringLiteral("bytea") << QVariant(QByteArray(""));
    QTest::newRow("text") << QStringLiteral("text") << QVariant(QStringLiteral("it's \\ \"ä\" ? $1\n"));
    QTest::newRow("empty text") << QStringLiteral("text") << QVariant(QStringLiteral(""));
    QTest::newRow("greatest") << QStringLiteral("bigint") << QVariant(std::numeric_limits<qint64>::max());
    QTest::newRow("least") << QStringLiteral("bigint") << QVariant(std::numeric_limits<qint64>::min());
    QTest::newRow("real") << QStringLiteral("double precision") << QVariant(0.1);
    QTest::newRow("tiny") << QStringLiteral("double precision") << QVariant(5e-324);
    QTest::newRow("truth") << QStringLiteral("boolean") << QVariant(true);
    QTest::newRow("nothing") << QStringLiteral("text") << QVariant();
    QTest::newRow("null bytes") << QStringLiteral("bytea") << QVariant();
}

void TestPostgresqlConnection::valuesComeBackAsTheyWent() {
    QFETCH(const QString, type);
    QFETCH(const QVariant, value);
    const auto connection = open(m_url);
    const Result<QVariant> back = connection->value(QStringLiteral("SELECT CAST(? AS %1)").arg(type), {value});
    QVERIFY2(back.ok(), qPrintable(reading(back)));
    QCOMPARE(back->isNull(), value.isNull());
    QCOMPARE(*back, value);
}

void TestPostgresqlConnection::refusesStackedStatements() {
    const auto connection = open(m_url);
    QVERIFY(!connection->execute(QStringLiteral("SELECT 1; CREATE TABLE stacked (a integer)")).ok());
    QCOMPARE(PostgresScript(m_url).value("SELECT count(*) FROM pg_class WHERE relname = 'stacked'"),
             QStringLiteral("0"));
}

void TestPostgresqlConnection::refusesTextWithNul() {
    const auto connection = open(m_url);
    const Result<QVariant> back =
        connection->value(QStringLiteral("SELECT CAST(? AS text)"), {QString(QLatin1String("a\0b", 3))});
    QCOMPARE(back.error().code, ErrorCode::Invalid);
}

void TestPostgresqlConnection::readingRefusesToWrite() {
    const auto connection = open(m_server.createDatabase(), Access::Read);
    for (const char* statement : {"CREATE TABLE t (a integer)", "SELECT setval('no', 1)", "CREATE SCHEMA s"})
        QVERIFY2(!connection->execute(QString::fromLatin1(statement)).ok(), statement);
    QCOMPARE(connection->execute(QStringLiteral("CREATE TABLE t (a integer)")).error().code, ErrorCode::ReadOnly);
    QCOMPARE(reading(connection->value(QStringLiteral("SELECT 1"))), QStringLiteral("1"));
}

void TestPostgresqlConnection::openingErrorsAreInWords_data() {
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("database");
    QTest::addColumn<int>("port");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("words");
    const QString postgres = QStringLiteral("postgres");
    const QString guarded = QStringLiteral("guarded");
    QTest::newRow("no password") << guarded << QString() << postgres << 0 << ErrorCode::Auth
                                 << QStringLiteral("asks for a password");
    QTest::newRow("wrong password") << guarded << QStringLiteral("sEcReT") << postgres << 0 << ErrorCode::Auth
                                    << QStringLiteral("refuses the user or the password");
    QTest::newRow("no such role") << QStringLiteral("nobody's") << QString() << postgres << 0 << ErrorCode::Auth
                                  << QStringLiteral("refuses the user");
    QTest::newRow("no such database") << postgres << QString() << QStringLiteral("missing") << 0 << ErrorCode::NotFound
                                      << QStringLiteral("no such database");
    QTest::newRow("a URI as its name") << postgres << QString() << QStringLiteral("postgresql://other/db?host=evil")
                                       << 0 << ErrorCode::NotFound << QStringLiteral("no such database");
    QTest::newRow("nobody listens") << postgres << QString() << postgres << 1 << ErrorCode::Connection
                                    << QStringLiteral("cannot be reached");
}

void TestPostgresqlConnection::openingErrorsAreInWords() {
    QFETCH(const QString, password);
    m_url.password = password;
    m_url.user = *static_cast<QString*>(QTest::qData("user", qMetaTypeId<QString>()));
    m_url.database = *static_cast<QString*>(QTest::qData("database", qMetaTypeId<QString>()));
    QFETCH(const int, port);
    m_url.port = port == 0 ? m_url.port : port;
    QFETCH(const ErrorCode, code);
    QFETCH(const QString, words);
    const auto opened = openPostgresql(m_url, Access::Read);
    QVERIFY(!opened.ok());
    QVERIFY2(opened.error().text.contains(words), qPrintable(opened.error().text + opened.error().details));
    QCOMPARE(opened.error().code, code);
    QVERIFY(!opened.error().text.contains(QLatin1String("sEcReT"))
            && !opened.error().details.contains(QLatin1String("sEcReT")));
}

void TestPostgresqlConnection::takesPasswordFromVariable() {
    m_url.user = QStringLiteral("guarded");
    qputenv("PORTOLAN_PASSWORD", "open: sesame");
    const auto opened = openPostgresql(m_url, Access::Read);
    qunsetenv("PORTOLAN_PASSWORD");
    QVERIFY2(opened.ok(), opened ? "" : qPrintable(opened.error().text));
}

void TestPostgresqlConnection::takesConnectionFromServiceFile() {
    const test::TempFolder folder;
    QFile file(folder.path(QStringLiteral("services")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[orders]\nhost=127.0.0.1\nport=" + QByteArray::number(m_server.port())
               + "\nuser=postgres\ndbname=postgres\n");
    file.close();
    qputenv("PGSERVICEFILE", file.fileName().toLocal8Bit());
    const auto parsed = StoreUrl::parse(QStringLiteral("postgresql://?service=orders"));
    QVERIFY2(parsed.ok(), parsed ? "" : qPrintable(parsed.error().text));
    const auto opened = openPostgresql(*parsed, Access::Read);
    qunsetenv("PGSERVICEFILE");
    QVERIFY2(opened.ok(), opened ? "" : qPrintable(opened.error().text + opened.error().details));
    QCOMPARE(reading((*opened)->value(QStringLiteral("SELECT current_database()"))), QStringLiteral("postgres"));
}

/// Nothing in a value is taken for another option.
void TestPostgresqlConnection::valuesArePassedOnAsTheyAre() {
    for (const char* value : {"a' host='evil", "a;b", "back\\slash", "two words", "options=-cwork_mem=1MB"}) {
        m_url.options = {{QStringLiteral("application_name"), QString::fromLatin1(value)}};
        QCOMPARE(reading(open(m_url)->value(QStringLiteral("SHOW application_name"))), QString::fromLatin1(value));
    }
    m_url.options = {{QStringLiteral("application_name"), QString(QLatin1String("a\0b", 3))}};
    QCOMPARE(openPostgresql(m_url, Access::Read).error().code, ErrorCode::Usage);
}

void TestPostgresqlConnection::serverErrorsHaveTheirCode_data() {
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<ErrorCode>("code");
    const auto row = [](const char* state, ErrorCode code) { QTest::newRow(state) << QByteArray(state) << code; };
    row("22021", ErrorCode::Invalid);
    row("23505", ErrorCode::Invalid);
    row("54000", ErrorCode::Invalid);
    row("P0001", ErrorCode::Invalid);
    row("25006", ErrorCode::ReadOnly);
    row("28P01", ErrorCode::Auth);
    row("42501", ErrorCode::Auth);
    row("42P01", ErrorCode::Unsupported);
    row("40001", ErrorCode::Busy);
    row("40P01", ErrorCode::Busy);
    row("55P03", ErrorCode::Busy);
    row("53100", ErrorCode::Io);
    row("58030", ErrorCode::Io);
    row("53300", ErrorCode::Connection);
    row("57P01", ErrorCode::Connection);
    row("57014", ErrorCode::Timeout);
    row("08006", ErrorCode::Io); // on a connection that stands: that of another server, which it reads from
    row("XX001", ErrorCode::Corrupt);
}

void TestPostgresqlConnection::serverErrorsHaveTheirCode() {
    QFETCH(const QByteArray, state);
    QFETCH(const ErrorCode, code);
    const auto connection = open(m_url);
    const Result<void> raised =
        connection->execute(QStringLiteral("DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '%1'; END $$")
                                .arg(QString::fromLatin1(state)));
    QVERIFY(!raised.ok());
    QCOMPARE(raised.error().code, code);
    QVERIFY2(raised.error().details.startsWith(QLatin1String("PostgreSQL ") + QLatin1String(state)),
             qPrintable(raised.error().details));
}

void TestPostgresqlConnection::lockedRowIsBusy() {
    m_url = m_server.createDatabase();
    m_url.settings.lockTimeout = 50ms;
    PostgresScript other(m_url);
    QCOMPARE(other.run("CREATE TABLE t (a integer)"), QString());
    QCOMPARE(other.run("BEGIN; LOCK TABLE t"), QString());
    QCOMPARE(open(m_url)->execute(QStringLiteral("INSERT INTO t VALUES (1)")).error().code, ErrorCode::Busy);
}

void TestPostgresqlConnection::cancelEndsRunningStatement() {
    const auto connection = open(m_url, Access::Read);
    CancelSource source;
    PostgresScript watcher(m_url);
    // Stopped once the server says that it is running.
    std::jthread stopper([&] {
        while (watcher.value(
                   "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'")
               != QLatin1String("1"))
            std::this_thread::yield();
        source.request_stop();
    });
    const CancelToken token = source.get_token();
    const Connection::Watch watch(*connection, token);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(connection->execute(QStringLiteral("SELECT pg_sleep(20)")).error().code, ErrorCode::Cancelled);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
}

/// A busy server may take longer to cancel than is waited for; its connection is then given up. Not three times.
void TestPostgresqlConnection::cancelledConnectionGoesOn() {
    bool goesOn = false;
    for (int i = 0; i < 3 && !goesOn; ++i) {
        const auto connection = open(m_url, Access::Read);
        {
            CancelSource source;
            const CancelToken token = source.get_token();
            const Connection::Watch watch(*connection, token);
            const std::jthread stopper([&] { source.request_stop(); });
            (void)connection->execute(QStringLiteral("SELECT pg_sleep(5)"));
        }
        goesOn = connection->isAlive();
        if (goesOn)
            QCOMPARE(reading(connection->value(QStringLiteral("SELECT 7"))), QStringLiteral("7"));
    }
    QVERIFY(goesOn);
}

/// A request to cancel that arrives when its statement is over must not end the next one.
void TestPostgresqlConnection::lateCancelHitsNobody() {
    const auto connection = open(m_url, Access::Read);
    for (int i = 0; i < 200; ++i) {
        {
            CancelSource source;
            const CancelToken token = source.get_token();
            const Connection::Watch watch(*connection, token);
            const std::jthread stopper([&] { source.request_stop(); });
            (void)connection->value(QStringLiteral("SELECT count(*) FROM generate_series(1, ?)"), {i * 20});
        }
        QCOMPARE(reading(connection->value(QStringLiteral("SELECT count(*) FROM generate_series(1, 2000)"))),
                 QStringLiteral("2000"));
    }
}

void TestPostgresqlConnection::longStatementTimesOut() {
    m_url.settings.statementTimeout = 50ms;
    const auto connection = open(m_url);
    QCOMPARE(connection->execute(QStringLiteral("SELECT pg_sleep(20)")).error().code, ErrorCode::Timeout);
    QVERIFY(connection->isAlive());
}

void TestPostgresqlConnection::frozenServerIsLeft() {
    const auto connection = open(m_url);
    connection->postgresql()->setPatience(100ms);
    m_server.pause();
    const Result<QVariant> silent = connection->value(QStringLiteral("SELECT 1"));
    m_server.resume();
    QCOMPARE(silent.error().code, ErrorCode::Connection);
    QVERIFY(!connection->isAlive());
    // A stopped question does not wait for the frozen server either.
    const auto other = open(m_url);
    CancelSource source;
    source.request_stop();
    const CancelToken token = source.get_token();
    m_server.pause();
    QElapsedTimer timer;
    timer.start();
    other->postgresql()->obey(&token);
    const PostgresqlAnswer answer = other->postgresql()->execute("SELECT 1");
    m_server.resume();
    QVERIFY(!answer && !other->isAlive());
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
}

void TestPostgresqlConnection::cutInCommitIsUnknown() {
    m_url = m_server.createDatabase();
    PostgresScript other(m_url);
    QCOMPARE(
        other.run("CREATE TABLE t (a integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);"
                  "CREATE FUNCTION die() RETURNS TRIGGER AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid());"
                  "RETURN NULL; END $$ LANGUAGE plpgsql;"
                  "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
                  "FOR EACH ROW EXECUTE FUNCTION die()"),
        QString());
    const auto connection = open(m_url);
    Result<UnitOfWork> work = UnitOfWork::begin(*connection);
    QVERIFY(work.ok());
    QVERIFY(connection->execute(QStringLiteral("INSERT INTO t VALUES (1)")).ok());
    QCOMPARE(work->commit().error().code, ErrorCode::Unknown);
}

void TestPostgresqlConnection::failedTransactionIsNotCommitted() {
    const auto connection = open(m_url);
    Result<UnitOfWork> work = UnitOfWork::begin(*connection);
    QVERIFY(!connection->execute(QStringLiteral("SELECT 1 / 0")).ok());
    QVERIFY(!work->commit().ok());
    QVERIFY(UnitOfWork::begin(*connection).ok());
}

void TestPostgresqlConnection::survivesRestartByOpeningAgain() {
    const auto connection = open(m_url);
    m_server.restart(PostgresServer::Stop::Immediate);
    QCOMPARE(connection->execute(QStringLiteral("SELECT 1")).error().code, ErrorCode::Connection);
    QVERIFY(!connection->isAlive());
    QCOMPARE(reading(open(m_url)->value(QStringLiteral("SELECT 1"))), QStringLiteral("1"));
}

QTEST_GUILESS_MAIN(TestPostgresqlConnection)
#include "tst_postgresqlconnection.moc"
