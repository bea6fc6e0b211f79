#include "storage/sql/connection/connection.h"

#include "storage/sql/connection/sqlerror.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/session.h"
#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/sql/sqlite/sqliteintegrity.h"
#include "storage/tables/sql/sqlitecatalogue.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <latch>
#include <sqlite3.h>
#include <thread>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

std::unique_ptr<Connection> openForWriting(const QString& path) {
    auto opened = openSqliteForWriting(path);
    if (!opened)
        qFatal("%s", qPrintable(opened.error().text));
    return std::move(*opened);
}

QString pragma(Connection& connection, const QString& name) {
    const auto value = connection.value(QStringLiteral("PRAGMA ") + name);
    return value ? value->toString() : value.error().text;
}

constexpr char firstUse[] = "--first-use";

/// Two threads whose first question to QtSql comes together, then a normal end.
int useFirstTogether(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    std::atomic<int> waiting = 2;
    std::atomic<int> opened = 0;
    const auto open = [&] {
        --waiting;
        while (waiting > 0) {
        } // waking one takes longer than what is tested
        opened += Connection::openSqlite({QStringLiteral(":memory:"), {}, {}}).ok() ? 1 : 0;
    };
    {
        const std::jthread one(open);
        const std::jthread other(open);
    }
    return opened == 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

class TestConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leavesNoConnectionBehind();
    void firstOpenedByTwoThreadsTheProgramEnds();
    void isDurable();
    void newFilesAreForTheirOwnerAlone();
    void refusesWritesWhenReading();
    void distrustsSchemaWhenReading();
    void readsEverySchemaThatIsNotDamaged_data();
    void readsEverySchemaThatIsNotDamaged();
    void readsOnWhenAnIndexComesThatIsRefused();
    void leavesAloneWhatItDoesNotUnderstand_data();
    void leavesAloneWhatItDoesNotUnderstand();
    void callsOnlyDamageDamaged_data();
    void callsOnlyDamageDamaged();
    void readsNamesThatLookLikeUrls();
    void cancelsRunningStatement();
    void cancelsWaitForALock();
    void saysBusy();
    void saysInvalid();
    void rollsBackUnlessCommitted();
    void rollsBackThoughCancelled();
    void commitsThoughCancelled();
    void tellsEndFromFailure();
    void quotesIdentifiers_data();
    void quotesIdentifiers();
};

void TestConnection::leavesNoConnectionBehind() {
    const TempFolder folder;
    const QStringList before = QSqlDatabase::connectionNames();
    {
        const auto one = openForWriting(folder.path(QStringLiteral("a.db")));
        const auto other = openForWriting(folder.path(QStringLiteral("a.db")));
        QCOMPARE(QSqlDatabase::connectionNames().size(), before.size() + 2);
    }
    QCOMPARE(QSqlDatabase::connectionNames(), before);
}

void TestConnection::firstOpenedByTwoThreadsTheProgramEnds() {
    constexpr int rounds = 300; // one in 200 never ended
    for (int i = 0; i < rounds; ++i) {
        QProcess process;
        process.start(QCoreApplication::applicationFilePath(), {QLatin1String(firstUse)});
        QVERIFY2(process.waitForFinished(20000), "it does not end");
        QCOMPARE(process.exitCode(), EXIT_SUCCESS);
    }
}

void TestConnection::isDurable() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    QVERIFY(useWriteAheadLog(*connection).ok());
    QCOMPARE(pragma(*connection, QStringLiteral("journal_mode")), QStringLiteral("wal"));
    QCOMPARE(pragma(*connection, QStringLiteral("synchronous")), QStringLiteral("2"));
    QCOMPARE(pragma(*connection, QStringLiteral("foreign_keys")), QStringLiteral("1"));
}

void TestConnection::newFilesAreForTheirOwnerAlone() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    QVERIFY(useWriteAheadLog(*connection).ok());
    QVERIFY(connection->execute(QStringLiteral("CREATE TABLE t (a)")).ok());
    const QFileInfoList files = QDir(folder.path()).entryInfoList(QDir::Files);
    QCOMPARE(files.size(), 3);
    for (const QFileInfo& file : files)
        QVERIFY2((file.permissions() & QFile::Permissions(0x0077)) == QFile::Permissions(),
                 qPrintable(file.fileName()));
}

void TestConnection::refusesWritesWhenReading() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE t (a)"), QString());
    const auto reader = openSqliteForReading(path);
    QVERIFY(reader.ok());
    QVERIFY(!reader->connection->execute(QStringLiteral("INSERT INTO t VALUES (1)")).ok());
    // Not by query_only alone: SQLite itself has the file open for reading.
    QVERIFY(reader->connection->execute(QStringLiteral("PRAGMA query_only = OFF")).ok());
    const Result<void> written = reader->connection->execute(QStringLiteral("INSERT INTO t VALUES (1)"));
    QVERIFY(!written.ok());
    QCOMPARE(written.error().code, ErrorCode::ReadOnly);
}

void TestConnection::distrustsSchemaWhenReading() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE VIEW v AS SELECT json_valid('{}') AS a, sqlite_compileoption_get(0) AS b"),
             QString());
    const auto reader = openSqliteForReading(path);
    QVERIFY(reader.ok());
    QCOMPARE(pragma(*reader->connection, QStringLiteral("trusted_schema")), QStringLiteral("0"));
    const auto value = reader->connection->value(QStringLiteral("SELECT a FROM v"));
    QVERIFY(!value.ok());
    QVERIFY2(value.error().details.contains(QLatin1String("unsafe use")), qPrintable(value.error().details));
}

void TestConnection::readsEverySchemaThatIsNotDamaged_data() {
    QTest::addColumn<QByteArray>("definition");
    QTest::newRow("an index by an operator") << QByteArray("CREATE INDEX i ON g (j ->> 'c')");
    QTest::newRow("an index by a function") << QByteArray("CREATE INDEX i ON g (json_extract(j, '$.c'))");
    QTest::newRow("a partial index") << QByteArray("CREATE INDEX i ON g (id) WHERE j ->> 'x' IS NOT NULL");
    QTest::newRow("a column that is made") << QByteArray("ALTER TABLE g ADD COLUMN a AS (j -> 'a')");
    QByteArray parts = "CREATE VIEW v AS SELECT 0";
    for (int i = 1; i < 400; ++i)
        parts += " UNION ALL SELECT " + QByteArray::number(i);
    QTest::newRow("a view of many parts") << parts;
    QByteArray columns = "CREATE TABLE l (c0 text";
    for (int i = 1; i < 1200; ++i)
        columns += ", c" + QByteArray::number(i) + " text DEFAULT '" + QByteArray(1000, 'x') + '\'';
    QTest::newRow("a definition of a megabyte") << columns + ')';
    const QByteArray byHand = "CREATE VIEW v AS SELECT 1; PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
                              "'CREATE VIEW v AS SELECT 1 BY FORCE' WHERE name = 'v'";
    QTest::newRow("a view in words of the future") << byHand;
}

void TestConnection::readsEverySchemaThatIsNotDamaged() {
    QFETCH(const QByteArray, definition);
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    SqliteScript script(path);
    QCOMPARE(script.run("CREATE TABLE g (id INTEGER PRIMARY KEY, j TEXT); CREATE TABLE plain (x); INSERT INTO plain "
                        "VALUES (1); INSERT INTO g VALUES (1, '{\"c\":1}')"),
             QString());
    QCOMPARE(script.run(definition), QString());
    const auto reader = openSqliteForReading(path);
    QVERIFY2(reader, reader ? "" : qPrintable(reader.error().text + reader.error().details));
    for (const char* question : {"SELECT x FROM plain", "SELECT id FROM g", "SELECT x FROM plain WHERE x = 1"}) {
        const auto value = reader->connection->value(QLatin1String(question));
        QVERIFY2(value, value ? "" : qPrintable(value.error().details));
        QCOMPARE(value->toInt(), 1);
    }
    QVERIFY(!reader->connection->execute(QStringLiteral("INSERT INTO plain VALUES (2)")).ok());
    const auto integrity = checkSqliteIntegrity(*reader->connection, 10);
    QVERIFY2(integrity, integrity ? "" : qPrintable(integrity.error().details));
    QVERIFY2(integrity->damage.empty(), integrity->damage.empty() ? "" : integrity->damage.front().constData());
    QCOMPARE(integrity->unchecked.isEmpty(), reader->isWhole);
    const auto tables = readSqliteTables(*reader->connection);
    QVERIFY(tables);
    const auto troubled = std::ranges::count_if(*tables, [](const TableInfo& info) { return !info.problem.isEmpty(); });
    QCOMPARE(troubled, reader->isWhole ? 0 : 1);
}

void TestConnection::readsOnWhenAnIndexComesThatIsRefused() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    SqliteScript script(path);
    QCOMPARE(script.run("CREATE TABLE g (j TEXT); INSERT INTO g VALUES ('{}')"), QString());
    const auto session = Session::open(*StoreUrl::parse(QStringLiteral("sqlite:") + path), Access::Read);
    QVERIFY(session);
    const auto count = [&] {
        return (*session)->read(
            {}, [](Connection& connection) { return connection.value(QStringLiteral("SELECT count(*) FROM g")); });
    };
    QCOMPARE(count()->toInt(), 1);
    QCOMPARE(script.run("CREATE INDEX i ON g (j ->> 'c'); INSERT INTO g VALUES ('[]')"), QString());
    const auto later = count();
    QVERIFY2(later, later ? "" : qPrintable(later.error().text));
    QCOMPARE(later->toInt(), 2);
}

void TestConnection::leavesAloneWhatItDoesNotUnderstand_data() {
    QTest::addColumn<QByteArray>("definition");
    QTest::addColumn<bool>("isRead");
    QTest::newRow("a view") << QByteArray("VIEW i AS SELECT 1") << true;
    QTest::newRow("a table") << QByteArray("TABLE i (x)") << false;
    QTest::newRow("an index") << QByteArray("INDEX i ON t (x)") << false;
}

/// An index that it does not see would miss a row that is written, and what it half understands would be read wrongly.
void TestConnection::leavesAloneWhatItDoesNotUnderstand() {
    QFETCH(const QByteArray, definition);
    QFETCH(const bool, isRead);
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE t (x); CREATE " + definition
                                    + "; PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE "
                                    + definition + " BY FORCE' WHERE name = 'i'"),
             QString());
    const auto opened = openSqliteForWriting(path);
    const auto whole = openSqliteForReading(path, SchemaTrust::Own); // as copies and backups read
    const auto read = openSqliteForReading(path);
    std::vector<Error> errors{opened ? Error() : opened.error(), whole ? Error() : whole.error()};
    if (!isRead)
        errors.push_back(read ? Error() : read.error());
    for (const Error& error : errors) {
        QCOMPARE(error.code, ErrorCode::Unsupported);
        QVERIFY2(error.text.contains(QLatin1String("does not understand")), qPrintable(error.text));
    }
    QCOMPARE(read.ok() && !read->isWhole, isRead);
}

void TestConnection::callsOnlyDamageDamaged_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("isTheFile");
    QTest::newRow("pages") << SQLITE_CORRUPT << true;
    QTest::newRow("a virtual table") << SQLITE_CORRUPT_VTAB << false;
    QTest::newRow("an index") << SQLITE_CORRUPT_INDEX << false;
}

void TestConnection::callsOnlyDamageDamaged() {
    QFETCH(const int, code);
    QFETCH(const bool, isTheFile);
    const Error error = sqliteError(code, QStringLiteral("read"), QStringLiteral("a.db"), {});
    QCOMPARE(error.code, ErrorCode::Corrupt);
    QCOMPARE(error.text.contains(QLatin1String("restore it from a backup")), isTheFile);
}

void TestConnection::readsNamesThatLookLikeUrls() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a?mode=rwc#%41 \u00e4.db"));
    QVERIFY(openForWriting(path)->execute(QStringLiteral("CREATE TABLE t (a)")).ok());
    QVERIFY(QFileInfo::exists(path));
    const auto reader = openSqliteForReading(path);
    QVERIFY(reader.ok());
    QCOMPARE(reader->connection->value(QStringLiteral("SELECT count(*) FROM t"))->toInt(), 0);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TestConnection::cancelsRunningStatement() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    CancelSource source;
    const CancelToken token = source.get_token();
    std::latch running(1);
    std::jthread canceller([&] {
        running.wait();
        source.request_stop();
    });
    const Connection::Watch watch(*connection, token);
    // Called when the statement has begun, so that it is not cancelled before.
    sqlite3_trace_v2(
        connection->sqlite(), SQLITE_TRACE_STMT,
        [](unsigned, void* latch, void*, void*) {
            static_cast<std::latch*>(latch)->count_down();
            return 0;
        },
        &running);
    const auto result = connection->value(QString::fromLatin1(endless));
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

void TestConnection::cancelsWaitForALock() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const auto connection = openForWriting(path);
    SqliteScript other(path);
    QCOMPARE(other.run("BEGIN IMMEDIATE"), QString());
    CancelSource source;
    const CancelToken token = source.get_token();
    QElapsedTimer timer;
    timer.start();
    std::jthread canceller([&] { source.request_stop(); });
    const Connection::Watch watch(*connection, token);
    QVERIFY(!UnitOfWork::begin(*connection).ok());
    QVERIFY2(timer.elapsed() < 4000, "waited for the lock all the same");
}

void TestConnection::saysBusy() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const auto connection = openForWriting(path);
    SqliteScript other(path);
    QCOMPARE(other.run("BEGIN IMMEDIATE"), QString());
    const auto work = UnitOfWork::begin(*connection);
    QVERIFY(!work.ok());
    QCOMPARE(work.error().code, ErrorCode::Busy);
    QVERIFY2(work.error().text.contains(path), qPrintable(work.error().text));
}

void TestConnection::saysInvalid() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    QVERIFY(connection->execute(QStringLiteral("CREATE TABLE t (a INTEGER PRIMARY KEY CHECK (a < 5))")).ok());
    const auto result = connection->execute(QStringLiteral("INSERT INTO t VALUES (?)"), {9});
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::Invalid);
}

void TestConnection::rollsBackUnlessCommitted() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    QVERIFY(connection->execute(QStringLiteral("CREATE TABLE t (a)")).ok());
    {
        const auto work = UnitOfWork::begin(*connection);
        QVERIFY(work.ok());
        QVERIFY(connection->execute(QStringLiteral("INSERT INTO t VALUES (1)")).ok());
    }
    QCOMPARE(connection->value(QStringLiteral("SELECT count(*) FROM t"))->toInt(), 0);
    auto work = UnitOfWork::begin(*connection);
    QVERIFY(work.ok());
    QVERIFY(connection->execute(QStringLiteral("INSERT INTO t VALUES (1)")).ok());
    QVERIFY(work->commit().ok());
    QVERIFY(!work->commit().ok());
    QCOMPARE(connection->value(QStringLiteral("SELECT count(*) FROM t"))->toInt(), 1);
}

void TestConnection::rollsBackThoughCancelled() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    CancelSource source;
    const CancelToken token = source.get_token();
    {
        const Connection::Watch watch(*connection, token);
        const auto work = UnitOfWork::begin(*connection);
        QVERIFY(work.ok());
        source.request_stop();
    }
    QVERIFY(UnitOfWork::begin(*connection).ok());
}

void TestConnection::commitsThoughCancelled() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    CancelSource source;
    const CancelToken token = source.get_token();
    {
        const Connection::Watch watch(*connection, token);
        auto work = UnitOfWork::begin(*connection);
        QVERIFY(work.ok());
        QVERIFY(connection->execute(QStringLiteral("CREATE TABLE t (a)")).ok());
        source.request_stop();
        QVERIFY(work->commit().ok());
    }
    QCOMPARE(connection->value(QStringLiteral("SELECT count(*) FROM t"))->toInt(), 0);
}

void TestConnection::tellsEndFromFailure() {
    const TempFolder folder;
    const auto connection = openForWriting(folder.path(QStringLiteral("a.db")));
    auto query =
        connection->run(QStringLiteral("SELECT abs(column1) FROM (VALUES (1), (2), (-9223372036854775807 - 1), (4))"));
    QVERIFY(query.ok());
    QVERIFY(*connection->next(*query));
    QVERIFY(*connection->next(*query));
    QVERIFY2(!connection->next(*query).ok(), "an overflow in the third row passed for the end");
}

void TestConnection::quotesIdentifiers_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("quoted");
    QTest::newRow("plain") << QStringLiteral("a") << QStringLiteral("\"a\"");
    QTest::newRow("quote inside") << QStringLiteral("a\"b") << QStringLiteral("\"a\"\"b\"");
    QTest::newRow("quoted already") << QStringLiteral("\"a\"") << QStringLiteral("\"\"\"a\"\"\"");
    QTest::newRow("statement") << QStringLiteral("\"; DROP TABLE t; --")
                               << QStringLiteral("\"\"\"; DROP TABLE t; --\"");
    QTest::newRow("empty, a column of SQLite") << QString() << QStringLiteral("\"\"");
    QTest::newRow("NUL") << QString(QLatin1Char('\0')) << QString();
}

void TestConnection::quotesIdentifiers() {
    QFETCH(const QString, name);
    QFETCH(const QString, quoted);
    const Result<QString> result = quoteIdentifier(name);
    QCOMPARE(result.ok(), !quoted.isEmpty());
    if (result)
        QCOMPARE(*result, quoted);
}

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], firstUse) == 0)
        return useFirstTogether(argc, argv);
    QCoreApplication application(argc, argv);
    TestConnection test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_connection.moc"
