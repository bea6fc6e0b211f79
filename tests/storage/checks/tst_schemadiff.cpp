#include "storage/checks/sql/schemadiff.h"
#include "storage/migrations/sql/migrator.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// The text of resources/schema/postgresql/objects.json, a line an object.
QByteArray schemaObjectsText(const std::vector<SchemaObject>& objects) {
    QByteArrayList lines;
    for (const SchemaObject& object : objects) {
        const QJsonArray cells{QLatin1String(schemaObjectName(object.kind)), object.table, object.name,
                               object.definition};
        lines << QJsonDocument(cells).toJson(QJsonDocument::Compact);
    }
    return "[\n" + lines.join(",\n") + "\n]\n";
}

} // namespace

class TestSchemaDiff : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void theListIsWhatMigrationsMake();
    void aNewDatabaseIsAsItShouldBe();
    void findsAndHeals_data();
    void findsAndHeals();
    void leavesOtherProgramsTablesAlone();
    void saysWhatNoStatementHeals();

private:
    bool isOnServer() const { return m_url.kind == StoreKind::Postgresql; }
    QString run(const QByteArray& sql) const;
    CheckResult check() const;

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
};

void TestSchemaDiff::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestSchemaDiff::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createDatabase()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    if (QByteArrayView(QTest::currentTestFunction()) != "leavesOtherProgramsTablesAlone")
        QVERIFY(openStore(m_url, Access::Write).ok());
}

/// As another program.
QString TestSchemaDiff::run(const QByteArray& sql) const {
    return isOnServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
}

CheckResult TestSchemaDiff::check() const {
    const auto store = openStore(m_url, Access::Read);
    if (!store)
        qFatal("%s", qPrintable(store.error().text));
    const auto checks = (*store)->checks()->begin({});
    if (!checks)
        qFatal("%s", qPrintable(checks.error().text));
    auto result = (*store)->checks()->run("schema", {});
    if (!result)
        qFatal("%s", qPrintable(result.error().text));
    return std::move(*result);
}

/// The list for PostgreSQL is a file; where a migration is new, what this test writes beside it takes its place.
void TestSchemaDiff::theListIsWhatMigrationsMake() {
    const auto session = Session::open(m_url, Access::Read);
    QVERIFY(session.ok());
    const auto found = readSchemaObjects((*session)->connection());
    const auto expected =
        expectedSchemaObjects(m_url.kind == StoreKind::Postgresql ? SqlDialect::Postgresql : SqlDialect::Sqlite);
    QVERIFY2(found.ok(), found ? "" : qPrintable(found.error().text + found.error().details));
    QVERIFY2(expected.ok(), expected ? "" : qPrintable(expected.error().text + expected.error().details));
    QVERIFY(found->size() > 400);
    if (*found != *expected) {
        QFile made(QDir::temp().filePath(QStringLiteral("portolan-objects.json")));
        QVERIFY(made.open(QIODevice::WriteOnly));
        made.write(schemaObjectsText(*found));
        QFAIL(qPrintable(
            QStringLiteral("resources/schema/postgresql/objects.json is not what the migrations make; %1 is.")
                .arg(made.fileName())));
    }
}

void TestSchemaDiff::aNewDatabaseIsAsItShouldBe() {
    const CheckResult result = check();
    QVERIFY2(!result.found, result.detail.constData());
    QCOMPARE(result.count, 0);
    QVERIFY(!result.detail.isEmpty());
    QCOMPARE(run("CREATE TABLE somebody_elses (id INTEGER)"), QString());
    QVERIFY(!check().found);
}

void TestSchemaDiff::findsAndHeals_data() {
    QTest::addColumn<QByteArray>("onSqlite");
    QTest::addColumn<QByteArray>("onServer");
    QTest::addColumn<QByteArray>("finding"); ///< what it begins with
    const auto both = [](const char* name, const QByteArray& sql, const QByteArray& finding) {
        QTest::newRow(name) << sql << sql << finding;
    };
    both("missing index", "DROP INDEX idx_port_messages_status",
         "index idx_port_messages_status of port_messages is missing: CREATE INDEX");
    both("another index",
         "DROP INDEX idx_port_messages_status; CREATE INDEX idx_port_messages_status ON port_messages (status, "
         "port_name)",
         "index idx_port_messages_status of port_messages is another: DROP INDEX idx_port_messages_status; CREATE "
         "INDEX");
    both("extra index", "CREATE INDEX \"My \"\"own\"\"\" ON port_messages (retry_count)",
         "index My \"own\" of port_messages is too much: DROP INDEX \"My \"\"own\"\"\"");
    both("extra column", "ALTER TABLE sink_storage ADD COLUMN colour TEXT",
         "column colour of sink_storage is too much: ALTER TABLE sink_storage DROP COLUMN colour");
    both("missing column", "ALTER TABLE processed_events DROP COLUMN kafka_offset",
         "column kafka_offset of processed_events is missing: ALTER TABLE processed_events ADD COLUMN kafka_offset");
    both("missing view", "DROP VIEW dead_letter_queue", "view dead_letter_queue is missing");
    both("extra table", "CREATE TABLE portolan_notes (id INTEGER)", "table portolan_notes is too much: DROP TABLE");
    QTest::newRow("missing trigger") << QByteArray("DROP TRIGGER portolan_audit_keeps_rows")
                                     << QByteArray("DROP TRIGGER portolan_audit_keeps_rows ON portolan_audit")
                                     << QByteArray(
                                            "trigger portolan_audit_keeps_rows of portolan_audit is missing: CREATE "
                                            "TRIGGER");
    QTest::newRow("missing table") << QByteArray("DROP TABLE portolan_settings") << QByteArray()
                                   << QByteArray("table portolan_settings is missing: CREATE TABLE");
    QTest::newRow("missing constraint")
        << QByteArray() << QByteArray("ALTER TABLE port_messages DROP CONSTRAINT port_messages_status_check")
        << QByteArray(
               "constraint port_messages_status_check of port_messages is missing: ALTER TABLE port_messages ADD");
    QTest::newRow("another function")
        << QByteArray()
        << QByteArray("CREATE OR REPLACE FUNCTION portolan_audit_is_append_only() RETURNS TRIGGER AS $$ BEGIN RETURN "
                      "NEW; END; "
                      "$$ LANGUAGE plpgsql")
        << QByteArray("function portolan_audit_is_append_only is another: CREATE OR REPLACE FUNCTION");
}

void TestSchemaDiff::findsAndHeals() {
    QFETCH(const QByteArray, onSqlite);
    QFETCH(const QByteArray, onServer);
    QFETCH(const QByteArray, finding);
    const QByteArray damage = isOnServer() ? onServer : onSqlite;
    if (damage.isEmpty())
        QSKIP("Of the other database.");
    QCOMPARE(run(damage), QString());
    CheckResult result = check();
    QVERIFY(result.found);
    QVERIFY2(std::ranges::any_of(result.rows, [&](const QByteArray& row) { return row.startsWith(finding); }),
             (finding + "\n" + QByteArrayList(result.rows.begin(), result.rows.end()).join('\n')).constData());
    if (isOnServer() && finding.startsWith("view"))
        return; // which is worded by the server's version
    for (const QByteArray& row : result.rows)
        QCOMPARE(run(row.mid(row.indexOf(": ") + 2)), QString());
    result = check();
    QVERIFY2(!result.found, result.detail.constData());
}

void TestSchemaDiff::leavesOtherProgramsTablesAlone() {
    QCOMPARE(run("CREATE TABLE checkpoints (id INTEGER PRIMARY KEY, note VARCHAR(10))"), QString());
    QVERIFY(check().detail.contains("another program's"));
    {
        const auto session = Session::open(m_url, Access::Write);
        QVERIFY(session.ok());
        const auto up = Migrator::make((*session)->connection(), m_url)->up();
        QVERIFY2(up.ok(), up ? "" : qPrintable(up.error().text));
        QVERIFY(up->adopted.contains(QStringLiteral("checkpoints")));
    }
    const CheckResult result = check();
    QVERIFY2(!result.found, result.detail.constData());
    QCOMPARE(run("DROP TABLE portolan_settings"), QString());
    QCOMPARE(check().count, 1);
}

void TestSchemaDiff::saysWhatNoStatementHeals() {
    const QByteArray damage =
        isOnServer()
            ? QByteArray("ALTER TABLE portolan_settings ALTER COLUMN value TYPE VARCHAR(10)")
            : QByteArray(
                "ALTER TABLE portolan_settings RENAME TO old; CREATE TABLE portolan_settings (key TEXT PRIMARY "
                "KEY NOT NULL, value INTEGER NOT NULL, updated_at TEXT NOT NULL DEFAULT "
                "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))); DROP TABLE old");
    QCOMPARE(run(damage), QString());
    const CheckResult result = check();
    QCOMPARE(result.count, 1);
    QCOMPARE(result.rows.front(), QByteArray("column value of portolan_settings is another"));
}

QTEST_GUILESS_MAIN(TestSchemaDiff)
#include "tst_schemadiff.moc"
