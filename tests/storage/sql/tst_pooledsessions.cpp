#include "storage/sql/bulkinsert.h"
#include "storage/sql/connection/postgresqlerror.h"
#include "storage/sql/connection/postgresqlwire.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "tests/support/missing.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QDeadlineTimer>
#include <QTest>
#include <thread>

using namespace portolan;
using portolan::test::open;
using portolan::test::Pooler;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using namespace std::chrono_literals;

namespace {

QString reading(const Result<QVariant>& value) {
    return value ? value->toString() : value.error().text + value.error().details;
}

/// All that a session keeps from one transaction to the next: settings, locks, temporary tables, prepared statements,
/// channels.
QStringList sessionOf(PostgresScript& session) {
    QStringList all = session.rows("SELECT name, setting FROM pg_settings ORDER BY name");
    all += session.rows("SELECT 'lock', count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()");
    all += session.rows("SELECT 'table', relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() ORDER BY 2");
    all += session.rows("SELECT 'statement', name FROM pg_prepared_statements");
    all += session.rows("SELECT 'channel', pg_listening_channels()");
    return all;
}

} // namespace

/// What a connection through PgBouncer does to the server's sessions, which others get next.
class TestPooledSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void knowsItsOwnSession();
    void eachTransactionSaysItsSettings_data();
    void eachTransactionSaysItsSettings();
    void readingRefusesToWrite();
    void writesOutsideOfTransactions();
    void leavesNothingBehind_data();
    void leavesNothingBehind();
    void firstFailureIsTold();
    void deferredRulesAreTold();
    void valuesComeBackAsTheyWent();
    void copiesAsOnASessionOfItsOwn();
    void copyNeedsATransaction();
    void cancelEndsOnlyItsOwnStatement();
    void longStatementTimesOut();
    void limitsAreLifted();
    void cutInCommitIsUnknown();
    void transactionsOfTwoConnectionsAreApart();
    void isNotKept();
    void knowsWhetherASessionIsKept_data();
    void knowsWhetherASessionIsKept();
    void refusesStatementMode();
    void refusesTheConsole();
    void poolersErrorsAreInWords();
    void aPoolersOwnWordsAreUnderstood_data();
    void aPoolersOwnWordsAreUnderstood();
    void aServerThatIsAwayIsWaitedFor();

private:
    [[nodiscard]] StoreUrl through(const Pooler& pooler) const { return pooler.url(m_url); }

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<Pooler> m_one; ///< transaction mode with a single session, so that everybody gets the same
    StoreUrl m_url;                ///< past the poolers
};

void TestPooledSessions::initTestCase() {
    if (!Pooler::isInstalled())
        PORTOLAN_MISSING("pgbouncer");
    m_server = std::make_unique<PostgresServer>();
    m_one = std::make_unique<Pooler>(m_server->port(), "transaction", 1);
}

void TestPooledSessions::init() {
    m_url = m_server->createDatabase();
}

void TestPooledSessions::knowsItsOwnSession() {
    const Pooler session(m_server->port(), "session", 5);
    QVERIFY(!open(m_url)->postgresql()->terms());
    QCOMPARE(reading(open(m_url)->value(QStringLiteral("SHOW application_name"))), QStringLiteral("portolan"));
    QVERIFY(open(through(*m_one))->postgresql()->terms());
    QVERIFY(open(through(session), Access::Read)->postgresql()->terms());
}

void TestPooledSessions::eachTransactionSaysItsSettings_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("foreign");
    const auto row = [](const char* name, const char* value, const char* foreign) {
        QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(value) << QString::fromLatin1(foreign);
    };
    row("search_path", "public, pg_temp", "pg_catalog");
    row("client_encoding", "UTF8", "LATIN1");
    row("timezone", "UTC", "Asia/Tokyo");
    row("datestyle", "ISO, YMD", "SQL, DMY");
    row("intervalstyle", "postgres", "iso_8601");
    row("bytea_output", "hex", "escape");
    row("extra_float_digits", "3", "-10");
    row("standard_conforming_strings", "on", "off");
    row("statement_timeout", "30s", "1h");
    row("lock_timeout", "10s", "1h");
    row("idle_in_transaction_session_timeout", "1min", "1h");
    row("synchronous_commit", "on", "off");
    row("random_page_cost", "1.1", "7");
    row("transaction_read_only", "off", "");
    row("transaction_isolation", "read committed", "");
}

/// Whatever others left on the session, and without taking it from them.
void TestPooledSessions::eachTransactionSaysItsSettings() {
    QFETCH(const QString, name);
    QFETCH(const QString, value);
    QFETCH(const QString, foreign);
    PostgresScript other(through(*m_one));
    QCOMPARE(other.run("SET default_transaction_isolation = 'serializable'"), QString());
    QCOMPARE(other.run("SET default_transaction_read_only = on"), QString());
    if (!foreign.isEmpty())
        QCOMPARE(other.run("SET " + name.toLatin1() + " = " + foreign.toLatin1().prepend('\'').append('\'')),
                 QString());
    const QString before = other.value("SHOW " + name.toLatin1());
    const auto connection = open(through(*m_one));
    const QString ask = QStringLiteral("SHOW ") + name;
    QCOMPARE(reading(connection->value(ask)), value);
    {
        const Result<UnitOfWork> work = UnitOfWork::begin(*connection);
        QCOMPARE(reading(connection->value(ask)), value);
    }
    if (!name.startsWith(QLatin1String("transaction"))) {
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(*connection);
        QCOMPARE(reading(connection->value(ask)), value);
    }
    QCOMPARE(other.value("SHOW " + name.toLatin1()), before);
    for (const char* each : {"default_transaction_isolation", "default_transaction_read_only"})
        QCOMPARE(other.run("RESET " + QByteArray(each)), QString());
    if (!foreign.isEmpty())
        QCOMPARE(other.run("RESET " + name.toLatin1()), QString());
}

void TestPooledSessions::readingRefusesToWrite() {
    const auto connection = open(through(*m_one), Access::Read);
    for (const char* statement : {"CREATE TABLE t (a integer)", "SELECT setval('no', 1)", "CREATE SCHEMA s"})
        QVERIFY2(!connection->execute(QString::fromLatin1(statement)).ok(), statement);
    QCOMPARE(connection->execute(QStringLiteral("CREATE TABLE t (a integer)")).error().code, ErrorCode::ReadOnly);
    QVERIFY(!connection->execute(QStringLiteral("SELECT 1; CREATE TABLE t (a integer)")).ok());
    const Result<UnitOfWork> work = UnitOfWork::begin(*connection);
    QCOMPARE(connection->execute(QStringLiteral("CREATE TABLE t (a integer)")).error().code, ErrorCode::ReadOnly);
}

void TestPooledSessions::writesOutsideOfTransactions() {
    const auto connection = open(through(*m_one));
    QVERIFY(connection->execute(QStringLiteral("CREATE TABLE t (a integer)")).ok());
    auto inserted = connection->run(QStringLiteral("INSERT INTO t VALUES (?), (?)"), {1, 2});
    QVERIFY(inserted.ok());
    QCOMPARE(inserted->numRowsAffected(), 2);
    for (int i = 3; i < 6; ++i)
        QVERIFY(connection->rerun(*inserted, {i, i}).ok());
    QCOMPARE(PostgresScript(m_url).value("SELECT count(*) FROM t"), QStringLiteral("8"));
    QVERIFY(!connection->postgresql()->isInTransaction());
}

void TestPooledSessions::leavesNothingBehind_data() {
    QTest::addColumn<bool>("careless");
    QTest::newRow("ours") << false;
    QTest::newRow("as it was once") << true;
}

/// `careless` sets something on the session, as every connection did: the comparison sees it.
void TestPooledSessions::leavesNothingBehind() {
    QFETCH(const bool, careless);
    PostgresScript other(through(*m_one));
    QCOMPARE(other.run("CREATE TABLE t (i bigint PRIMARY KEY, t text)"), QString());
    const QStringList before = sessionOf(other);
    for (const Access access : {Access::Read, Access::Write}) {
        const auto connection = open(through(*m_one), access);
        QCOMPARE(reading(connection->value(QStringLiteral("SELECT 1"))), QStringLiteral("1"));
        QVERIFY(!connection->execute(QStringLiteral("SELECT 1 / 0")).ok());
        QVERIFY(!connection->execute(QStringLiteral("no statement")).ok());
        QVERIFY(!connection->value(QStringLiteral("SELECT ?"), {QString(QLatin1String("a\0b", 3))}).ok());
        { QVERIFY(ReadSnapshot::begin(*connection).ok()); }
        QVERIFY(liftStatementLimits(*connection).ok());
        QCOMPARE(reading(connection->value(QStringLiteral("SELECT 1"))), QStringLiteral("1"));
        if (careless)
            QVERIFY(connection
                        ->execute(QStringLiteral(
                            "SELECT pg_catalog.set_config('default_transaction_read_only', 'on', false)"))
                        .ok());
    }
    if (!careless) {
        const auto connection = open(through(*m_one));
        for (const bool commits : {false, true, true}) {
            Result<UnitOfWork> work = UnitOfWork::begin(*connection);
            QVERIFY(work.ok());
            BulkInsert rows(*connection, "t", {"i", "t"}, BulkInsert::Conflict::Skip);
            for (qint64 i = 0; i < 5; ++i) {
                rows.integer(i / 2);
                rows.text("x");
            }
            QVERIFY(rows.flush().ok());
            if (commits)
                QVERIFY(work->commit().ok());
        }
        {
            const Result<UnitOfWork> work = UnitOfWork::begin(*connection);
            QVERIFY(!connection->execute(QStringLiteral("SELECT 1 / 0")).ok());
        }
        // Left in the middle of a transaction: the session goes with it.
        const auto left = std::make_unique<Result<UnitOfWork>>(UnitOfWork::begin(*connection));
        QVERIFY(left->ok());
    }
    QStringList changed = sessionOf(other);
    changed.removeIf([&](const QString& line) { return before.contains(line); });
    QVERIFY2(changed.isEmpty() != careless, qPrintable(changed.join(u'\n')));
    QCOMPARE(other.run("INSERT INTO t VALUES (100, 'theirs')").isEmpty(), !careless);
    QCOMPARE(other.run("SET default_transaction_read_only = off"), QString());
}

void TestPooledSessions::firstFailureIsTold() {
    const auto connection = open(through(*m_one));
    const Result<void> divided = connection->execute(QStringLiteral("SELECT 1 / 0"));
    QVERIFY2(divided.error().details.startsWith(QLatin1String("PostgreSQL 22012")),
             qPrintable(divided.error().details));
    QCOMPARE(connection->execute(QStringLiteral("SELECT * FROM missing")).error().code, ErrorCode::Unsupported);
    QCOMPARE(reading(connection->value(QStringLiteral("SELECT 7"))), QStringLiteral("7"));
}

void TestPooledSessions::deferredRulesAreTold() {
    const auto connection = open(through(*m_one));
    QVERIFY(connection
                ->execute(QStringLiteral("CREATE TABLE t (a integer PRIMARY KEY, "
                                         "b integer REFERENCES t DEFERRABLE INITIALLY DEFERRED)"))
                .ok());
    QCOMPARE(connection->execute(QStringLiteral("INSERT INTO t VALUES (1, 2)")).error().code, ErrorCode::Invalid);
    QCOMPARE(reading(connection->value(QStringLiteral("SELECT count(*) FROM t"))), QStringLiteral("0"));
}

void TestPooledSessions::valuesComeBackAsTheyWent() {
    const auto connection = open(through(*m_one));
    const QVariantList values{QByteArray("a\0\xff'\\\n", 6), QStringLiteral("it's \\ \"ä\" ? $1\n"),
                              std::numeric_limits<qint64>::min(), 5e-324, true};
    const QStringList types{QStringLiteral("bytea"), QStringLiteral("text"), QStringLiteral("bigint"),
                            QStringLiteral("double precision"), QStringLiteral("boolean")};
    for (qsizetype i = 0; i < values.size(); ++i) {
        const Result<QVariant> back =
            connection->value(QStringLiteral("SELECT CAST(? AS %1)").arg(types[i]), {values[i]});
        QVERIFY2(back.ok(), qPrintable(reading(back)));
        QCOMPARE(*back, values[i]);
    }
    const QByteArray large(20'000'000, 'x'); // more than fits into the socket's buffers, both ways
    const Result<QVariant> back = connection->value(QStringLiteral("SELECT CAST(? AS bytea)"), {large});
    QVERIFY(back.ok() && back->toByteArray() == large);
}

/// Rows that are there are skipped in the same way, in the order of what was given, with the same cells.
void TestPooledSessions::copiesAsOnASessionOfItsOwn() {
    constexpr int rows = 3000; // more than one statement's
    QStringList found;
    for (const StoreUrl& url : {m_url, through(*m_one)}) {
        PostgresScript script(m_url);
        QCOMPARE(
            script.run("DROP TABLE IF EXISTS t; CREATE TABLE t (place serial, i bigint PRIMARY KEY, "
                       "r double precision, t text, b bytea); INSERT INTO t (i, t) VALUES (5, 'old'), (77, 'old')"),
            QString());
        const auto connection = open(url);
        Result<UnitOfWork> work = UnitOfWork::begin(*connection);
        BulkInsert insert(*connection, "t", {"i", "r", "t", "b"}, BulkInsert::Conflict::Skip);
        std::vector<QByteArray> texts;
        for (int i = 0; i < rows; ++i)
            texts.push_back("\\N\t\r\n\\.\xc3\xa4'" + QByteArray::number(i));
        for (int i = 0; i < rows; ++i) {
            insert.integer((rows - i) / 2); // each twice, falling
            if (i % 3 == 0)
                insert.null();
            else
                insert.real(i % 3 == 1 ? 0.1 * i : std::numeric_limits<double>::quiet_NaN());
            insert.text(texts[static_cast<std::size_t>(i)]);
            insert.bytes(QByteArrayView("\0\xff\\\n", i % 5));
        }
        const auto flushed = insert.flush();
        QVERIFY2(flushed.ok(), flushed ? "" : qPrintable(flushed.error().details));
        QVERIFY(work->commit().ok());
        const QString all =
            script.value("SELECT count(*) || md5(string_agg(concat_ws('|', i, r, t, encode(b, 'hex')), ',' ORDER BY "
                         "i)) || md5(string_agg(CAST(i AS text), ',' ORDER BY place)) FROM t");
        QVERIFY2(all.startsWith(QLatin1String("1501")), qPrintable(all));
        found << all;
    }
    QCOMPARE(found[0], found[1]);
}

void TestPooledSessions::copyNeedsATransaction() {
    const auto connection = open(through(*m_one));
    QVERIFY(connection->execute(QStringLiteral("CREATE TABLE t (i bigint)")).ok());
    BulkInsert insert(*connection, "t", {"i"});
    insert.integer(1);
    QVERIFY(!insert.flush().ok());
    QVERIFY(connection->isAlive());
}

/// Ours ends, and what others do with the same session does not.
void TestPooledSessions::cancelEndsOnlyItsOwnStatement() {
    std::atomic<bool> done = false;
    QStringList failed;
    int theirs = 0;
    std::jthread others([&] {
        PostgresScript other(through(*m_one));
        while (!done) {
            if (const QString words = other.run("SELECT count(*) FROM generate_series(1, 3000)"); !words.isEmpty())
                failed << words;
            ++theirs;
        }
    });
    int cancelled = 0;
    const auto connection = open(through(*m_one), Access::Read);
    for (int i = 0; i < 100; ++i) {
        {
            CancelSource source;
            const CancelToken token = source.get_token();
            const Connection::Watch watch(*connection, token);
            const std::jthread stopper([&] { source.request_stop(); });
            const auto answer =
                connection->value(QStringLiteral("SELECT count(*) FROM generate_series(1, ?)"), {i * 1000});
            cancelled += !answer && answer.error().code == ErrorCode::Cancelled ? 1 : 0;
        }
        QVERIFY(connection->isAlive());
        QCOMPARE(reading(connection->value(QStringLiteral("SELECT count(*) FROM generate_series(1, 2000)"))),
                 QStringLiteral("2000"));
    }
    done = true;
    others.join();
    QCOMPARE(failed, QStringList());
    QVERIFY(cancelled > 0 && theirs > 0);
}

void TestPooledSessions::longStatementTimesOut() {
    StoreUrl url = through(*m_one);
    url.settings.statementTimeout = 50ms;
    const auto connection = open(url);
    QCOMPARE(connection->execute(QStringLiteral("SELECT pg_sleep(20)")).error().code, ErrorCode::Timeout);
    QVERIFY(connection->isAlive());
    QCOMPARE(reading(connection->value(QStringLiteral("SELECT 1"))), QStringLiteral("1"));
}

void TestPooledSessions::limitsAreLifted() {
    StoreUrl url = through(*m_one);
    const auto connection = open(url);
    QVERIFY(liftStatementLimits(*connection).ok());
    QCOMPARE(reading(connection->value(QStringLiteral("SHOW statement_timeout"))), QStringLiteral("0"));
    const auto within = open(m_url);
    const auto shared = open(url);
    {
        const Result<UnitOfWork> work = UnitOfWork::begin(*shared);
        QVERIFY(liftStatementLimits(*shared).ok());
        QCOMPARE(reading(shared->value(QStringLiteral("SHOW statement_timeout"))), QStringLiteral("0"));
        QCOMPARE(reading(shared->value(QStringLiteral("SHOW lock_timeout"))), QStringLiteral("10s"));
    }
    QCOMPARE(reading(within->value(QStringLiteral("SHOW statement_timeout"))), QStringLiteral("30s"));
}

void TestPooledSessions::cutInCommitIsUnknown() {
    PostgresScript other(m_url);
    QCOMPARE(
        other.run("CREATE TABLE t (a integer);"
                  "CREATE FUNCTION die() RETURNS TRIGGER AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid());"
                  "RETURN NULL; END $$ LANGUAGE plpgsql;"
                  "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
                  "FOR EACH ROW EXECUTE FUNCTION die()"),
        QString());
    const auto connection = open(through(*m_one));
    Result<UnitOfWork> work = UnitOfWork::begin(*connection);
    QVERIFY(work.ok());
    QVERIFY(connection->execute(QStringLiteral("INSERT INTO t VALUES (1)")).ok());
    QCOMPARE(work->commit().error().code, ErrorCode::Unknown);
    const auto again = open(through(*m_one));
    QCOMPARE(again->execute(QStringLiteral("INSERT INTO t VALUES (1)")).error().code, ErrorCode::Connection);
    QVERIFY(!again->isAlive());
}

void TestPooledSessions::transactionsOfTwoConnectionsAreApart() {
    const Pooler two(m_server->port(), "transaction", 2);
    const auto first = open(through(two));
    const auto second = open(through(two));
    QVERIFY(first->execute(QStringLiteral("CREATE TABLE t (i bigint)")).ok());
    Result<UnitOfWork> work = UnitOfWork::begin(*first);
    QVERIFY(first->execute(QStringLiteral("INSERT INTO t VALUES (1)")).ok());
    QCOMPARE(reading(second->value(QStringLiteral("SELECT count(*) FROM t"))), QStringLiteral("0"));
    QVERIFY(work->commit().ok());
    QCOMPARE(reading(second->value(QStringLiteral("SELECT count(*) FROM t"))), QStringLiteral("1"));
}

/// A session that a pooler in session mode keeps for us is given back with the connection.
void TestPooledSessions::isNotKept() {
    const Pooler session(m_server->port(), "session", 1);
    const PostgresqlUse use(through(session));
    for (int i = 0; i < 3; ++i)
        open(through(session)).reset();
    PostgresScript other(through(session)); // which waits for as long as somebody has it
    QCOMPARE(other.value("SELECT 1"), QStringLiteral("1"));
}

void TestPooledSessions::knowsWhetherASessionIsKept_data() {
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<int>("sessions");
    QTest::addColumn<bool>("busy");
    QTest::addColumn<bool>("keeps");
    QTest::newRow("session") << QByteArray("session") << 5 << false << true;
    QTest::newRow("session, busy") << QByteArray("session") << 5 << true << true;
    QTest::newRow("the only session") << QByteArray("session") << 1 << false << false; // which leaves none for pg_dump
    QTest::newRow("transaction") << QByteArray("transaction") << 5 << false << false;
    QTest::newRow("transaction, busy") << QByteArray("transaction") << 5 << true << false;
    QTest::newRow("transaction, one session") << QByteArray("transaction") << 1 << false << false;
    QTest::newRow("transaction, two in turn")
        << QByteArray("transaction\nserver_round_robin = 1") << 2 << false << false;
    QTest::newRow("transaction, in turn") << QByteArray("transaction\nserver_round_robin = 1") << 5 << true << false;
}

void TestPooledSessions::knowsWhetherASessionIsKept() {
    QFETCH(const QByteArray, mode);
    QFETCH(const int, sessions);
    QFETCH(const bool, busy);
    QFETCH(const bool, keeps);
    const Pooler pooler(m_server->port(), mode, sessions);
    std::atomic<bool> done = false;
    std::vector<std::jthread> others;
    for (int i = 0; busy && i < 3; ++i) {
        others.emplace_back([&] {
            PostgresScript other(through(pooler));
            while (!done)
                other.run("SELECT 1");
        });
    }
    if (!busy) { // all sessions are there
        std::vector<std::unique_ptr<PostgresScript>> held;
        for (int i = 0; i < sessions; ++i) {
            held.push_back(std::make_unique<PostgresScript>(through(pooler)));
            QCOMPARE(held.back()->run("BEGIN"), QString());
        }
        for (const auto& each : held)
            QCOMPARE(each->run("COMMIT"), QString());
    }
    const auto connection = open(through(pooler));
    const Result<bool> found = keepsItsSession(*connection, through(pooler), {});
    done = true;
    QVERIFY2(found.ok(), found ? "" : qPrintable(found.error().text));
    QCOMPARE(*found, keeps);
    QVERIFY(*keepsItsSession(*open(m_url), m_url, {}));
}

void TestPooledSessions::refusesStatementMode() {
    const Pooler statement(m_server->port(), "statement", 1);
    const auto opened = openPostgresql(through(statement), Access::Read);
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    QVERIFY2(opened.error().text.contains(QLatin1String("statement mode")), qPrintable(opened.error().text));
}

void TestPooledSessions::refusesTheConsole() {
    StoreUrl url = through(*m_one);
    url.database = QStringLiteral("pgbouncer");
    const Pooler admin(m_server->port(), "transaction", 1, {"admin_users = postgres"});
    url.port = admin.port();
    const auto opened = openPostgresql(url, Access::Read);
    QVERIFY(!opened.ok());
    QVERIFY2(opened.error().text.contains(QLatin1String("console")), qPrintable(opened.error().text));
}

void TestPooledSessions::poolersErrorsAreInWords() {
    const Pooler hasty(m_server->port(), "transaction", 1, {"query_wait_timeout = 1"});
    PostgresScript other(through(hasty));
    QCOMPARE(other.run("BEGIN"), QString());
    const auto opened = openPostgresql(through(hasty), Access::Read);
    QVERIFY(!opened.ok());
    QVERIFY2(opened.error().text.contains(QLatin1String("no connection to the server free")),
             qPrintable(opened.error().text));
    qputenv("PGOPTIONS", "-c work_mem=1MB");
    const auto refused = openPostgresql(through(*m_one), Access::Read);
    qunsetenv("PGOPTIONS");
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY2(refused.error().text.contains(QLatin1String("ignore_startup_parameters")),
             qPrintable(refused.error().text));
    const Pooler lenient(m_server->port(), "transaction", 1, {"ignore_startup_parameters = options"});
    qputenv("PGOPTIONS", "-c work_mem=1MB");
    const auto taken = openPostgresql(through(lenient), Access::Read);
    qunsetenv("PGOPTIONS");
    QVERIFY(taken.ok());
    StoreUrl stranger = through(*m_one);
    stranger.user = QStringLiteral("stranger");
    const auto unknown = openPostgresql(stranger, Access::Read);
    QVERIFY(!unknown.ok());
    QCOMPARE(unknown.error().code, ErrorCode::Auth);
}

/// All of them have the SQLSTATE of a broken protocol (pgbouncer 1.18, disconnect_client()).
void TestPooledSessions::aPoolersOwnWordsAreUnderstood_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<ErrorCode>("code");
    const auto row = [](const char* words, ErrorCode code) {
        QTest::newRow(words) << QString::fromLatin1(words) << code;
    };
    row("FATAL:  server login has been failing, try again later (server_login_retry)", ErrorCode::Connection);
    row("FATAL:  client_login_timeout (server down)", ErrorCode::Connection);
    row("FATAL:  server conn crashed?", ErrorCode::Connection);
    row("FATAL:  query_wait_timeout", ErrorCode::Connection);
    row("ERROR:  no more connections allowed (max_client_conn)", ErrorCode::Connection);
    row("FATAL:  no such database: orders", ErrorCode::NotFound);
    row("FATAL:  database \"orders\" is disabled", ErrorCode::NotFound);
    row("FATAL:  no such user: stranger", ErrorCode::Auth);
    row("ERROR:  transaction blocks not allowed in statement pooling mode", ErrorCode::Unsupported);
    row("FATAL:  unsupported startup parameter: options", ErrorCode::Usage);
}

/// While connecting and in the middle of a connection alike.
void TestPooledSessions::aPoolersOwnWordsAreUnderstood() {
    QFETCH(const QString, words);
    QFETCH(const ErrorCode, code);
    const Error opening = postgresqlOpeningError(words, QStringLiteral("orders"));
    QCOMPARE(opening.code, code);
    QVERIFY2(opening.text.contains(QLatin1String("pooler")), qPrintable(opening.text));
    PostgresqlFailure failure;
    failure.cause = PostgresqlFailure::Cause::Lost;
    failure.state = "08P01";
    failure.words = words;
    const Error later = postgresqlError(failure, QStringLiteral("read"), QStringLiteral("orders"));
    QCOMPARE(later.code, code);
    QCOMPARE(later.text.contains(QLatin1String("pooler")), true);
}

/// A pooler whose server was away refuses everybody for a while after the server is back, too.
void TestPooledSessions::aServerThatIsAwayIsWaitedFor() {
    const Pooler pooler(m_server->port(), "transaction", 2, {"server_login_retry = 1"});
    StoreUrl url = through(pooler);
    url.settings.connectionTimeout = 2s;
    QVERIFY(openPostgresql(url, Access::Read).ok()); // it lets clients in by what it knows of its server
    m_server->stop();
    Error failed;
    const auto isRefused = [&] {
        const auto opened = openPostgresql(url, Access::Read);
        failed = opened ? Error() : opened.error();
        return failed.text.contains(QLatin1String("server_login_retry"));
    };
    const QDeadlineTimer end(60'000);
    while (!isRefused() && !end.hasExpired())
        QCOMPARE(failed.code, ErrorCode::Connection);
    m_server->start();
    QVERIFY2(failed.text.contains(QLatin1String("server_login_retry")), qPrintable(failed.text));
    QVERIFY(isTransient(failed.code));
    bool isBack = false;
    while (!isBack && !end.hasExpired()) {
        const auto opened = openPostgresql(url, Access::Read);
        isBack = opened.ok();
        QVERIFY2(isBack || isTransient(opened.error().code), isBack ? "" : qPrintable(opened.error().text));
    }
    QVERIFY(isBack);
}

QTEST_GUILESS_MAIN(TestPooledSessions)
#include "tst_pooledsessions.moc"
