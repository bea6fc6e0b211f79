#include "storage/backups/sql/sqlitebackup.h"
#include "storage/migrations/sql/migrator.h"

#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/stores/sqlitestore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QTest>
#include <set>
#include <thread>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

StoreUrl urlOf(const QString& path) {
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    return url;
}

/// Every object; in whichever order they were made.
QStringList schemaOf(const QString& path) {
    QStringList objects = SqliteScript(path).schema();
    objects.sort();
    return objects;
}

/// Brings a file to a version with the program's own migrations.
Result<MigrationReport> migrate(const QString& path, int version) {
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Write);
    return opened ? opened->migrator().to(version) : Result<MigrationReport>(opened.error());
}

QString textOf(const Result<MigrationReport>& result) {
    return result ? QString() : result.error().text + result.error().details;
}

QStringList backupsOf(const QString& path) {
    return QDir(path + QStringLiteral(".backups")).entryList({QStringLiteral("*.portolan.tar.zst")}, QDir::Files);
}

/// The database in a backup, unpacked beside it.
QString unpackedOf(const QString& backup, const TempFolder& folder) {
    const QString to = folder.path(QFileInfo(backup).fileName() + QStringLiteral(".unpacked"));
    QDir().mkpath(to);
    const auto found = checkBackup(backup, {}, {});
    return found && unpackBackup(backup, *found, to, {}, {}) && found->kind == backupkind::migration
               ? unpackedDatabase(to)
               : QString();
}

constexpr int newest = 20;
constexpr int ofServersAlone = 20;

} // namespace

class TestMigrator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void upDownUpIsTheSameSchema();
    void everySingleDownUndoesItsUp_data();
    void everySingleDownUndoesItsUp();
    void downToNothingLeavesNothing();
    void recordsEveryVersion();
    void refusesChangedScript();
    void refusesGap();
    void refusesNewerSchema();
    void refusesDisagreeingSchemaVersion();
    void failingStatementLeavesVersionBefore();
    void failingDownLeavesVersionBefore();
    void waitsForAnotherWriter();
    void whoAsksMeanwhileSeesWholeSteps();
    void backsUpBeforeTouchingRows();
    void makesNoBackupOfNothing();
    void planIsWhatIsRun_data();
    void planIsWhatIsRun();
    void planNamesWhatStays();
    void refusesAPlanOfAnotherVersion();
    void refusesUnknownVersion();
    void leavesForeignTablesAlone();
    void leavesForeignSchemaVersionAlone();
};

void TestMigrator::upDownUpIsTheSameSchema() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY2(migrate(path, newest).ok(), "up");
    const QStringList once = schemaOf(path);
    QVERIFY(once.size() > 60);
    QCOMPARE(textOf(migrate(path, 0)), QString());
    QCOMPARE(textOf(migrate(path, newest)), QString());
    QCOMPARE(schemaOf(path), once);
}

void TestMigrator::everySingleDownUndoesItsUp_data() {
    QTest::addColumn<int>("version");
    for (int version = 1; version <= newest; ++version)
        QTest::addRow("%03d", version) << version;
}

void TestMigrator::everySingleDownUndoesItsUp() {
    QFETCH(const int, version);
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(textOf(migrate(path, version - 1)), QString());
    const QStringList before = schemaOf(path);
    QCOMPARE(textOf(migrate(path, version)), QString());
    const QStringList after = schemaOf(path);
    QVERIFY(after != before || version == ofServersAlone);
    QCOMPARE(textOf(migrate(path, version - 1)), QString());
    QCOMPARE(schemaOf(path), before);
    QCOMPARE(textOf(migrate(path, version)), QString());
    QCOMPARE(schemaOf(path), after);
}

void TestMigrator::downToNothingLeavesNothing() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, newest).ok());
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Write);
    QVERIFY(opened.ok());
    const Result<MigrationReport> report = opened->migrator().down(newest);
    QCOMPARE(textOf(report), QString());
    QCOMPARE(report->steps.size(), newest);
    QCOMPARE(schemaOf(path), QStringList());
}

void TestMigrator::recordsEveryVersion() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 3).ok());
    SqliteScript script(path);
    QCOMPARE(script.value("SELECT group_concat(version || ' ' || description, ', ') FROM schema_version"),
             QStringLiteral("1 initial schema, 2 add metrics tables, 3 add checkpoint support"));
    QCOMPARE(script.value("SELECT count(*) FROM portolan_migrations WHERE length(checksum) = 64 "
                          "AND applied_at LIKE '20__-__-__T__:__:__.___Z'"),
             QStringLiteral("3"));
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Read);
    QVERIFY(opened.ok());
    const auto history = opened->migrator().history();
    QVERIFY(history.ok());
    QCOMPARE(static_cast<int>(history->size()), newest);
    QVERIFY((*history)[2].state == MigrationEntry::State::Applied && (*history)[2].appliedAt.has_value());
    QVERIFY((*history)[3].state == MigrationEntry::State::Pending && !(*history)[3].appliedAt.has_value());
    QCOMPARE((*history)[3].name, QStringLiteral("add_port_persistence"));
    QCOMPARE(*opened->migrator().current(), 3);
}

void TestMigrator::refusesChangedScript() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 2).ok());
    QCOMPARE(SqliteScript(path).run("UPDATE portolan_migrations SET checksum = '00' WHERE version = 1"), QString());
    const QStringList before = schemaOf(path);
    const Result<MigrationReport> report = migrate(path, newest);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, ErrorCode::Corrupt);
    QVERIFY2(report.error().text.contains(QLatin1String("001 initial_schema was changed after it was applied")),
             qPrintable(report.error().text));
    QCOMPARE(schemaOf(path), before);
}

void TestMigrator::refusesGap() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 3).ok());
    QCOMPARE(SqliteScript(path).run("DELETE FROM portolan_migrations WHERE version = 2"), QString());
    const Result<MigrationReport> report = migrate(path, newest);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, ErrorCode::Corrupt);
    QVERIFY2(report.error().text.contains(QLatin1String("version 2 is missing before version 3")),
             qPrintable(report.error().text));
}

void TestMigrator::refusesNewerSchema() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, newest).ok());
    QCOMPARE(SqliteScript(path).run("INSERT INTO portolan_migrations (version, name, checksum, applied_at) "
                                    "VALUES ("
                                    + QByteArray::number(newest + 1)
                                    + ", 'from_the_future', 'ff', '2030-01-01T00:00:00.000Z')"),
             QString());
    const Result<MigrationReport> report = migrate(path, 0);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, ErrorCode::Unsupported);
    QVERIFY2(report.error().text.contains(QStringLiteral("version %1").arg(newest + 1)),
             qPrintable(report.error().text));
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Read);
    QVERIFY(opened.ok());
    QVERIFY(*opened->migrator().kind() == SchemaKind::Newer);
    QVERIFY(opened->migrator().history()->back().state == MigrationEntry::State::Unknown);
}

void TestMigrator::refusesDisagreeingSchemaVersion() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 3).ok());
    QCOMPARE(SqliteScript(path).run("DELETE FROM schema_version WHERE version = 3"), QString());
    const Result<MigrationReport> report = migrate(path, newest);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, ErrorCode::Corrupt);
}

void TestMigrator::failingStatementLeavesVersionBefore() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    std::vector<Migration> migrations = *builtInMigrations(SqlDialect::Sqlite);
    migrations[4].up += "\nCREATE TABLE half_way (a INTEGER);\nINSERT INTO nowhere VALUES (1);\n";
    QVERIFY(migrate(path, 4).ok());
    const QStringList before = schemaOf(path);
    const auto connection = openSqliteForWriting(path);
    QVERIFY(connection.ok());
    const Result<MigrationReport> report = Migrator(**connection, urlOf(path), migrations).up();
    QVERIFY(!report.ok());
    QVERIFY2(report.error().text.contains(QLatin1String("005 add_performance_indexes failed")),
             qPrintable(report.error().text));
    QCOMPARE(schemaOf(path), before);
    QCOMPARE(SqliteScript(path).value("SELECT max(version) FROM schema_version"), QStringLiteral("4"));
}

void TestMigrator::failingDownLeavesVersionBefore() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 4).ok());
    QCOMPARE(SqliteScript(path).run("DROP TABLE port_messages"), QString());
    const QStringList before = schemaOf(path);
    QVERIFY(!migrate(path, 0).ok());
    QCOMPARE(schemaOf(path), before);
    QCOMPARE(SqliteScript(path).value("SELECT max(version) FROM schema_version"), QStringLiteral("4"));
}

void TestMigrator::waitsForAnotherWriter() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 1).ok());
    SqliteScript other(path);
    QCOMPARE(other.run("BEGIN IMMEDIATE"), QString());
    const Result<MigrationReport> report = migrate(path, 2);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, ErrorCode::Busy);
    QCOMPARE(other.run("ROLLBACK"), QString());
    QCOMPARE(textOf(migrate(path, 2)), QString());
}

void TestMigrator::whoAsksMeanwhileSeesWholeSteps() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    // Not for reading: that may be a snapshot of the file, which only a session knows to renew.
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Write);
    QVERIFY(opened.ok());
    QString failure;
    std::jthread migrating([&](const std::stop_token& stop) {
        while (!stop.stop_requested() && failure.isEmpty()) {
            for (const int version : {newest, 0})
                failure += textOf(migrate(path, version));
        }
    });
    std::set<SchemaKind> kinds;
    const QDeadlineTimer deadline(60000);
    for (int i = 0; i < 2000 || kinds.size() < 3; ++i) {
        const Result<SchemaKind> kind = opened->migrator().kind();
        QVERIFY2(kind.ok(), qPrintable(kind ? QString() : kind.error().text));
        kinds.insert(*kind);
        const Result<int> version = opened->migrator().current();
        QVERIFY2(version.ok(), qPrintable(version ? QString() : version.error().text));
        QVERIFY(!deadline.hasExpired());
    }
    migrating.request_stop();
    migrating.join();
    QCOMPARE(failure, QString());
    QCOMPARE(kinds, std::set({SchemaKind::Empty, SchemaKind::Older, SchemaKind::Current}));
}

void TestMigrator::backsUpBeforeTouchingRows() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, 6).ok());
    QCOMPARE(SqliteScript(path).run("INSERT INTO batches VALUES (1, 'messages_batch_0001.txt', 1, 1, 1);"
                                    "INSERT INTO messages VALUES (1, 1, 7, 'kept', 1)"),
             QString());
    const Result<MigrationReport> report = migrate(path, newest);
    QCOMPARE(textOf(report), QString());
    QCOMPARE(backupsOf(path), QStringList(QFileInfo(report->backup).fileName()));
    QVERIFY2(report->backup.startsWith(path + QLatin1String(".backups/a.db-")), qPrintable(report->backup));
    QCOMPARE(QFileInfo(report->backup).permissions() & QFile::Permissions(0x0077), QFile::Permissions());
    SqliteScript backup(unpackedOf(report->backup, folder));
    QCOMPARE(backup.value("SELECT content FROM messages"), QStringLiteral("kept"));
    QCOMPARE(backup.value("SELECT max(version) FROM schema_version"), QStringLiteral("6"));
    const Result<MigrationReport> down = migrate(path, 5);
    QCOMPARE(textOf(down), QString());
    QCOMPARE(SqliteScript(unpackedOf(down->backup, folder)).value("SELECT content FROM messages"),
             QStringLiteral("kept"));
}

void TestMigrator::makesNoBackupOfNothing() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY(migrate(path, newest).ok());
    QVERIFY(migrate(path, 2).ok());
    QCOMPARE(backupsOf(path), QStringList());
}

void TestMigrator::planIsWhatIsRun_data() {
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::newRow("all of it") << 0 << newest;
    QTest::newRow("some") << 3 << 9;
    QTest::newRow("one back") << newest << newest - 1;
    QTest::newRow("everything back") << newest << 0;
    QTest::newRow("nothing") << 5 << 5;
}

/// Another program runs the statements of the plan, and gets the schema that the migrator makes.
void TestMigrator::planIsWhatIsRun() {
    QFETCH(const int, from);
    QFETCH(const int, to);
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    const QString other = folder.path(QStringLiteral("b.db"));
    QVERIFY2(migrate(path, from).ok(), "from");
    QVERIFY2(migrate(other, from).ok(), "from");
    MigrationPlan plan;
    {
        auto opened = openSqliteMigration(urlOf(path), Access::Read);
        QVERIFY2(opened.ok(), opened ? "" : qPrintable(opened.error().text));
        const auto looked = opened->migrator().plan(to);
        QVERIFY2(looked.ok(), looked ? "" : qPrintable(looked.error().text));
        plan = *looked;
    }
    QCOMPARE(plan.from, from);
    QCOMPARE(plan.steps.size(), static_cast<std::size_t>(std::abs(to - from)));
    QVERIFY(!plan.holdsRows);
    QVERIFY(plan.adopted.isEmpty());
    SqliteScript script(other);
    for (const MigrationStep& step : plan.steps) {
        for (const QByteArray& statement : step.statements)
            QCOMPARE(script.run(statement), QString());
    }
    QCOMPARE(textOf(migrate(path, to)), QString());
    const auto ofTheScripts = [](QStringList schema) { // without the migrator's own, and what SQLite keeps
        schema.removeIf([](const QString& line) {
            return line.contains(QStringLiteral("portolan_migrations"))
                   || line.contains(QStringLiteral("sqlite_sequence"));
        });
        return schema;
    };
    QCOMPARE(ofTheScripts(schemaOf(other)), ofTheScripts(schemaOf(path)));
}

void TestMigrator::planNamesWhatStays() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run("CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT);"
                                    "INSERT INTO messages VALUES (1, 'theirs')"),
             QString());
    const QStringList before = schemaOf(path);
    MigrationPlan up;
    {
        auto opened = openSqliteMigration(urlOf(path), Access::Read);
        QVERIFY(opened.ok());
        const auto looked = opened->migrator().plan(newest);
        QVERIFY(looked.ok());
        up = *looked;
    }
    QCOMPARE(schemaOf(path), before);
    QVERIFY(up.holdsRows);
    QVERIFY(up.adopted.contains(QStringLiteral("messages")));
    for (const MigrationStep& step : up.steps) {
        for (const QByteArray& statement : step.statements)
            QVERIFY2(!statement.contains("CREATE TABLE messages ") && !statement.contains(" ON messages "),
                     statement.constData());
    }
    const auto report = migrate(path, newest);
    QCOMPARE(textOf(report), QString());
    QCOMPARE(up.adopted, report->adopted);
    auto opened = openSqliteMigration(urlOf(path), Access::Read);
    QVERIFY(opened.ok());
    const auto down = opened->migrator().plan(0);
    QVERIFY(down.ok());
    for (const MigrationStep& step : down->steps)
        QVERIFY(std::ranges::none_of(step.statements, [](auto& s) { return s.contains("DROP TABLE messages;"); }));
}

void TestMigrator::refusesAPlanOfAnotherVersion() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QVERIFY2(migrate(path, 7).ok(), "7");
    const QStringList before = schemaOf(path);
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Write);
    QVERIFY(opened.ok());
    const auto refused = opened->migrator().to(9, 8);
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::Changed);
    QCOMPARE(schemaOf(path), before);
    QVERIFY(opened->migrator().to(9, 7).ok());
}

void TestMigrator::refusesUnknownVersion() {
    const TempFolder folder;
    const Result<MigrationReport> report = migrate(folder.path(QStringLiteral("a.db")), newest + 1);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, ErrorCode::Usage);
}

void TestMigrator::leavesForeignTablesAlone() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    // The simplified form of reference/port-architecture.md: no max_retries, no error_message.
    QCOMPARE(SqliteScript(path).run(
                 "CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, status TEXT NOT NULL);"
                 "CREATE INDEX idx_port_messages_status ON port_messages (status);"
                 "INSERT INTO port_messages VALUES ('a', 'p', 'pending');"),
             QString());
    const QStringList before = schemaOf(path);
    const Result<MigrationReport> up = migrate(path, newest);
    QCOMPARE(textOf(up), QString());
    QCOMPARE(up->adopted, QStringList({QStringLiteral("port_messages"), QStringLiteral("dead_letter_queue")}));
    QVERIFY(!up->backup.isEmpty());
    SqliteScript script(path);
    QCOMPARE(script.value("SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'port_messages'"), QStringLiteral("3"));
    QCOMPARE(script.value("SELECT count(*) FROM portolan_rejects"), QStringLiteral("0"));
    QCOMPARE(textOf(migrate(path, 0)), QString());
    QStringList after = schemaOf(path);
    after.removeIf([](const QString& line) { return line.contains(QLatin1String("sqlite_sequence")); });
    QCOMPARE(after, before);
    QCOMPARE(script.value("SELECT id FROM port_messages"), QStringLiteral("a"));
}

void TestMigrator::leavesForeignSchemaVersionAlone() {
    const TempFolder folder;
    const QString path = folder.path(QStringLiteral("a.db"));
    QCOMPARE(SqliteScript(path).run(
                 "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, description TEXT NOT NULL, "
                 "applied_at TEXT);"
                 "INSERT INTO schema_version VALUES (1, 'Initial port-based architecture schema', NULL);"),
             QString());
    QCOMPARE(textOf(migrate(path, newest)), QString());
    Result<SqlMigration> opened = openSqliteMigration(urlOf(path), Access::Read);
    QVERIFY(opened.ok());
    QCOMPARE(*opened->migrator().current(), newest);
    QCOMPARE(textOf(migrate(path, 0)), QString());
    QCOMPARE(SqliteScript(path).rows("SELECT version, description FROM schema_version"),
             QStringList(QStringLiteral("1|Initial port-based architecture schema")));
}

QTEST_GUILESS_MAIN(TestMigrator)
#include "tst_migrator.moc"
