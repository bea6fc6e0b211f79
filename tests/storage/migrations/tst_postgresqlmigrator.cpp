#include "storage/backups/backuparchive.h"
#include "storage/backups/backups.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/sqlscript.h"
#include "storage/stores/postgresqlstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QFileInfo>
#include <QTest>
#include <atomic>
#include <set>
#include <thread>

using namespace portolan;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

constexpr int newest = 20;
constexpr int ofSqliteAlone = 18;

Result<MigrationReport> migrate(const StoreUrl& url, int version) {
    Result<SqlMigration> opened = openPostgresqlMigration(url, Access::Write);
    return opened ? opened->migrator().to(version) : Result<MigrationReport>(opened.error());
}

QString textOf(const Result<MigrationReport>& result) {
    return result ? QString() : result.error().text + result.error().details;
}

} // namespace

class TestPostgresqlMigrator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void splitsScripts();
    void upDownUpIsTheSameSchema();
    void everySingleDownUndoesItsUp_data();
    void everySingleDownUndoesItsUp();
    void recordsEveryVersion();
    void bringsWhatSqliteBrings();
    void rowsOfAnyTimeFindAPartition();
    void oneLatestCheckpointAName();
    void auditOnlyGrows();
    void jobsKeepToTheirTransitions();
    void failingStatementLeavesVersionBefore();
    void terminatedInTheMiddleLeavesVersionBefore();
    void migratorsFollowEachOther();
    void whoAsksMeanwhileSeesWholeSteps();
    void backsUpBeforeTouchingRows();
    void refusesWithoutBackup();
    void roleWithoutRightsDoesWithoutExtensions();
    void leavesForeignTablesAlone();
    void refusesOtherEncodings();

private:
    PostgresServer m_server;
    TempFolder m_data;
};

void TestPostgresqlMigrator::initTestCase() {
    qputenv("XDG_DATA_HOME", m_data.path().toLocal8Bit());
}

void TestPostgresqlMigrator::splitsScripts() {
    const auto statements = splitPostgresqlScript("SELECT ';' -- no; end\n, \";\" /* ; */;\n"
                                                  "CREATE FUNCTION f() AS $x$ a; $$ b; $x$;\nSELECT $1;");
    QVERIFY(statements.ok());
    QCOMPARE(statements->size(), std::size_t(3));
    QVERIFY(!splitPostgresqlScript("SELECT 1; SELECT 2").ok());
    QVERIFY(!splitPostgresqlScript("SELECT $a$ ;").ok());
}

void TestPostgresqlMigrator::upDownUpIsTheSameSchema() {
    const StoreUrl url = m_server.createDatabase();
    const QString nothing = m_server.schemaOf(url);
    QCOMPARE(textOf(migrate(url, newest)), QString());
    const QString once = m_server.schemaOf(url);
    QVERIFY(once.count(QLatin1String("CREATE TABLE")) > 35);
    QCOMPARE(textOf(migrate(url, 0)), QString());
    QCOMPARE(m_server.schemaOf(url), nothing);
    QCOMPARE(textOf(migrate(url, newest)), QString());
    QCOMPARE(m_server.schemaOf(url), once);
}

void TestPostgresqlMigrator::everySingleDownUndoesItsUp_data() {
    QTest::addColumn<int>("version");
    for (int version = 1; version <= newest; ++version)
        QTest::addRow("%03d", version) << version;
}

void TestPostgresqlMigrator::everySingleDownUndoesItsUp() {
    QFETCH(const int, version);
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, version - 1)), QString());
    const QString before = m_server.schemaOf(url);
    QCOMPARE(textOf(migrate(url, version)), QString());
    const QString after = m_server.schemaOf(url);
    QVERIFY(after != before || version == ofSqliteAlone);
    QCOMPARE(textOf(migrate(url, version - 1)), QString());
    QCOMPARE(m_server.schemaOf(url), before);
    QCOMPARE(textOf(migrate(url, version)), QString());
    QCOMPARE(m_server.schemaOf(url), after);
}

void TestPostgresqlMigrator::recordsEveryVersion() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, 3)), QString());
    PostgresScript script(url);
    QCOMPARE(
        script.value("SELECT string_agg(version || ' ' || description, ', ' ORDER BY version) FROM schema_version"),
        QStringLiteral("1 initial schema, 2 add metrics tables, 3 add checkpoint support"));
    Result<SqlMigration> opened = openPostgresqlMigration(url, Access::Read);
    QVERIFY(opened.ok());
    const auto history = opened->migrator().history();
    QVERIFY(history.ok());
    QCOMPARE(static_cast<int>(history->size()), newest);
    QVERIFY((*history)[2].state == MigrationEntry::State::Applied);
    QVERIFY(std::chrono::abs(currentTime() - *(*history)[2].appliedAt) < std::chrono::minutes(1));
    QVERIFY((*history)[3].state == MigrationEntry::State::Pending);
    QCOMPARE(script.run("UPDATE portolan_migrations SET checksum = '00' WHERE version = 1"), QString());
    QCOMPARE(migrate(url, newest).error().code, ErrorCode::Corrupt);
}

/// Every table and column that a SQLite store has is in a PostgreSQL one.
void TestPostgresqlMigrator::bringsWhatSqliteBrings() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, newest)), QString());
    const TempFolder folder;
    StoreUrl file;
    file.kind = StoreKind::Sqlite;
    file.path = folder.path(QStringLiteral("a.db"));
    auto sqlite = Session::open(file, Access::Write);
    QVERIFY(sqlite.ok());
    QVERIFY(Migrator::make((*sqlite)->connection(), file)->up().ok());
    const auto server = openPostgresql(url, Access::Read);
    const auto ours = SchemaInspector::read((*sqlite)->connection());
    const auto theirs = SchemaInspector::read(**server);
    QVERIFY(ours.ok() && theirs.ok());
    QVERIFY(ours->entries().size() > 35);
    for (const auto& [name, entry] : ours->entries()) {
        const SchemaInspector::Entry* there = theirs->find(name);
        QVERIFY2(there, qPrintable(name));
        if (name.startsWith(QLatin1String("portolan_search"))) // each has an index of its own kind
            continue;
        for (const SchemaInspector::Column& column : entry.columns)
            QVERIFY2(there->kind == SchemaInspector::Kind::View || there->column(column.name),
                     qPrintable(name + u'.' + column.name));
    }
}

void TestPostgresqlMigrator::rowsOfAnyTimeFindAPartition() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, newest)), QString());
    PostgresScript script(url);
    for (const char* time : {"1970-01-01", "2025-10-16", "9999-12-31", "-infinity", "infinity"}) {
        const QByteArray at = '\'' + QByteArray(time) + '\'';
        QCOMPARE(script.run("INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) "
                            "VALUES ('c', 'throughput', 1, "
                            + at
                            + "); "
                              "INSERT INTO port_metrics (port_name, timestamp) VALUES ('p', "
                            + at
                            + "); "
                              "INSERT INTO telemetry_events (service, event_type, time) VALUES ('s', 'e', "
                            + at
                            + "); "
                              "INSERT INTO market_data (symbol, time) VALUES ('s', "
                            + at
                            + "); "
                              "INSERT INTO metrics (sensor_id, event_id, value, timestamp) VALUES ('s', 'e', 1, "
                            + at + ")"),
                 QString());
    }
    QCOMPARE(script.run("REFRESH MATERIALIZED VIEW CONCURRENTLY component_statistics"), QString());
    QCOMPARE(script.value("SELECT total_messages FROM component_statistics"), QStringLiteral("5"));
}

void TestPostgresqlMigrator::oneLatestCheckpointAName() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, newest)), QString());
    std::atomic<int> failures = 0;
    const auto write = [&](int from) {
        PostgresScript script(url);
        for (int version = from; version < 60; version += 2)
            failures +=
                script.run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) "
                           "VALUES ('n', 'c', '{}', "
                           + QByteArray::number(version) + ")")
                        .isEmpty()
                    ? 0
                    : 1;
    };
    {
        const std::jthread even(write, 0);
        const std::jthread odd(write, 1);
    }
    PostgresScript script(url);
    QCOMPARE(failures.load(), 0);
    QCOMPARE(script.value("SELECT count(*) FROM checkpoints WHERE is_latest"), QStringLiteral("1"));
    QCOMPARE(script.run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) "
                        "VALUES ('n', 'c', '{}', 1) ON CONFLICT DO NOTHING"),
             QString());
    QCOMPARE(script.value("SELECT count(*) FROM checkpoints WHERE is_latest"), QStringLiteral("1"));
}

void TestPostgresqlMigrator::auditOnlyGrows() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, newest)), QString());
    PostgresScript script(url);
    QCOMPARE(script.run("INSERT INTO portolan_audit (actor, action, subject_kind) VALUES ('a', 'b', 'c')"), QString());
    for (const char* change :
         {"UPDATE portolan_audit SET actor = 'x'", "DELETE FROM portolan_audit", "TRUNCATE portolan_audit"})
        QVERIFY2(script.run(change).contains(QLatin1String("append-only")), change);
}

void TestPostgresqlMigrator::jobsKeepToTheirTransitions() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, newest)), QString());
    PostgresScript script(url);
    QCOMPARE(script.run("INSERT INTO portolan_jobs (kind) VALUES ('k')"), QString());
    QVERIFY(!script.run("UPDATE portolan_jobs SET state = 'completed'").isEmpty());
    QCOMPARE(script.run("UPDATE portolan_jobs SET state = 'running'"), QString());
    QCOMPARE(script.run("UPDATE portolan_jobs SET state = 'completed'"), QString());
    QVERIFY(!script.run("UPDATE portolan_jobs SET state = 'running'").isEmpty());
}

void TestPostgresqlMigrator::failingStatementLeavesVersionBefore() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, 4)), QString());
    const QString before = m_server.schemaOf(url);
    std::vector<Migration> migrations = *builtInMigrations(SqlDialect::Postgresql);
    migrations[4].up += "\nCREATE TABLE half_way (a INTEGER);\nINSERT INTO nowhere VALUES (1);\n";
    const auto connection = openPostgresql(url, Access::Write);
    const Result<MigrationReport> report = Migrator(**connection, url, migrations).up();
    QVERIFY(!report.ok());
    QVERIFY2(report.error().text.contains(QLatin1String("005 add_performance_indexes failed")),
             qPrintable(report.error().text));
    QCOMPARE(m_server.schemaOf(url), before);
}

void TestPostgresqlMigrator::terminatedInTheMiddleLeavesVersionBefore() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, 5)), QString());
    const QString before = m_server.schemaOf(url);
    std::vector<Migration> migrations = *builtInMigrations(SqlDialect::Postgresql);
    migrations[5].up += "\nSELECT pg_terminate_backend(pg_backend_pid());\n";
    const auto connection = openPostgresql(url, Access::Write);
    QCOMPARE(Migrator(**connection, url, migrations).up().error().code, ErrorCode::Connection);
    QCOMPARE(m_server.schemaOf(url), before);
    QCOMPARE(textOf(migrate(url, newest)), QString());
}

void TestPostgresqlMigrator::migratorsFollowEachOther() {
    const StoreUrl url = m_server.createDatabase();
    std::atomic<int> failures = 0;
    const auto create = [&] { failures += openPostgresqlStore(url, Access::Write).ok() ? 0 : 1; };
    {
        const std::jthread one(create);
        const std::jthread two(create);
        const std::jthread three(create);
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(PostgresScript(url).value("SELECT count(*) FROM schema_version"), QString::number(newest));
}

void TestPostgresqlMigrator::whoAsksMeanwhileSeesWholeSteps() {
    std::set<SchemaKind> kinds;
    for (int round = 0; round < 3; ++round) {
        const StoreUrl url = m_server.createDatabase();
        Result<SqlMigration> opened = openPostgresqlMigration(url, Access::Read);
        QVERIFY(opened.ok());
        std::atomic<bool> isOver = false;
        QString failure;
        std::jthread migrating([&] {
            failure = textOf(migrate(url, newest));
            isOver = true;
        });
        while (!isOver) {
            const Result<SchemaKind> kind = opened->migrator().kind();
            QVERIFY2(kind.ok(), qPrintable(kind ? QString() : kind.error().text));
            kinds.insert(*kind);
        }
        migrating.join();
        QCOMPARE(failure, QString());
        kinds.insert(*opened->migrator().kind());
    }
    QCOMPARE(kinds, std::set({SchemaKind::Empty, SchemaKind::Older, SchemaKind::Current}));
}

void TestPostgresqlMigrator::backsUpBeforeTouchingRows() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, 6)), QString());
    PostgresScript script(url);
    QCOMPARE(
        script.run("INSERT INTO batches VALUES (1, E'a\\\\.\\nb', 1, 1, 1); "
                   "INSERT INTO messages SELECT n, 1, n, E'line\\n' || n, n FROM generate_series(1, 1000) AS n;"
                   "INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES ('c', 'm', 1)"),
        QString());
    const Result<MigrationReport> report = migrate(url, newest);
    QCOMPARE(textOf(report), QString());
    const QFileInfo backup(report->backup);
    QVERIFY2(backup.exists() && backup.size() > 1000, qPrintable(report->backup));
    QCOMPARE(backup.permissions() & QFile::Permissions(0x0077), QFile::Permissions());
    QVERIFY2(report->backup.startsWith(m_data.path(QStringLiteral("portolan/backups/"))), qPrintable(report->backup));
    const auto found = checkBackup(report->backup, {}, {});
    QVERIFY(found && found->kind == backupkind::migration && found->tables.at("messages") == 1000);
    QVERIFY(migrate(url, newest)->backup.isEmpty());
}

void TestPostgresqlMigrator::refusesWithoutBackup() {
    const StoreUrl url = m_server.createDatabase();
    QCOMPARE(textOf(migrate(url, 6)), QString());
    QCOMPARE(PostgresScript(url).run("INSERT INTO batches VALUES (1, 'a', 1, 1, 1)"), QString());
    const QString before = m_server.schemaOf(url);
    QFile inTheWay(m_data.path(QStringLiteral("file")));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    qputenv("XDG_DATA_HOME", inTheWay.fileName().toLocal8Bit());
    const Result<MigrationReport> report = migrate(url, newest);
    qputenv("XDG_DATA_HOME", m_data.path().toLocal8Bit());
    QCOMPARE(report.error().code, ErrorCode::Io);
    QVERIFY2(report.error().text.contains(QLatin1String("Nothing was migrated")), qPrintable(report.error().text));
    QCOMPARE(m_server.schemaOf(url), before);
}

void TestPostgresqlMigrator::roleWithoutRightsDoesWithoutExtensions() {
    StoreUrl url = m_server.createDatabase();
    PostgresScript script(url);
    QCOMPARE(script.run("CREATE ROLE plain LOGIN; GRANT CREATE ON SCHEMA public TO plain; "
                        "REVOKE CREATE ON DATABASE "
                        + url.database.toLatin1() + " FROM PUBLIC"),
             QString());
    url.user = QStringLiteral("plain");
    const Result<MigrationReport> seventh = migrate(url, 7);
    QCOMPARE(textOf(seventh), QString());
    QCOMPARE(seventh->leftOut, QStringList({QStringLiteral("uuid-ossp"), QStringLiteral("pg_trgm"),
                                            QStringLiteral("idx_port_messages_error_trgm")}));
    QCOMPARE(script.run("INSERT INTO port_messages (port_name, source_component, target_component, message_data) "
                        "VALUES ('p', 's', 't', '{}')"),
             QString());
}

void TestPostgresqlMigrator::leavesForeignTablesAlone() {
    const StoreUrl url = m_server.createDatabase();
    PostgresScript script(url);
    QCOMPARE(
        script.run(
            "CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, status TEXT NOT NULL);"
            "CREATE INDEX idx_port_messages_status ON port_messages (status);"
            "CREATE TABLE component_metrics (id TEXT PRIMARY KEY, component_name TEXT);"
            "CREATE FUNCTION update_updated_at_column() RETURNS TRIGGER AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql;"
            "INSERT INTO port_messages VALUES ('a', 'p', 'pending')"),
        QString());
    const QString before = m_server.schemaOf(url);
    const Result<MigrationReport> up = migrate(url, newest);
    QCOMPARE(textOf(up), QString());
    QCOMPARE(up->adopted, QStringList({QStringLiteral("update_updated_at_column()"),
                                       QStringLiteral("component_metrics"), QStringLiteral("port_messages"),
                                       QStringLiteral("dead_letter_queue"), QStringLiteral("component_statistics")}));
    QVERIFY(!up->backup.isEmpty());
    QCOMPARE(textOf(migrate(url, 0)), QString());
    QCOMPARE(m_server.schemaOf(url), before);
}

void TestPostgresqlMigrator::refusesOtherEncodings() {
    PostgresScript script(m_server.url(QStringLiteral("postgres")));
    QCOMPARE(script.run("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"), QString());
    QCOMPARE(openPostgresqlStore(m_server.url(QStringLiteral("narrow")), Access::Write).error().code,
             ErrorCode::Unsupported);
}

QTEST_GUILESS_MAIN(TestPostgresqlMigrator)
#include "tst_postgresqlmigrator.moc"
