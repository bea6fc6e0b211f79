#include "storage/retention/retention.h"
#include "tests/support/eitherdatabase.h"

using namespace portolan;
using test::need;
using State = RetentionOutcome::State;

/// What a rule must not delete stays, however it is asked for, and a rule whose rows the database does not let go of is
/// told and noted, and stops no other; both databases.
class TestRetentionFailures : public QObject, private test::EitherDatabase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { kinds(); }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        renew(onServer);
    }
    void aRuleThatFailsStopsNoOther();
    void aTableIsKnownInAnySpelling();
    void aRuleOfAnotherProgramIsChecked();
    void anotherStoresTablesAreLeft();
    void aRowThatIsNeededStopsNoOther();

private:
    [[nodiscard]] Result<RetentionRule> set(const QByteArray& table, const QByteArray& column) const {
        const RetentionChange change{
            .name = "mine", .table = table, .timeColumn = column, .keep = std::chrono::days(1)};
        return store().retention()->set(change, "test", "tester", {});
    }
    [[nodiscard]] std::vector<RetentionOutcome> runAll() const;
};

std::vector<RetentionOutcome> TestRetentionFailures::runAll() const {
    std::vector<RetentionOutcome> told;
    need(store().retention()->run(
        {.now = *parseIsoTime("2026-11-26T12:00:00Z"), .actor = "tester"}, [](const QByteArray&, qint64, qint64) {},
        [&](const RetentionOutcome& outcome) -> Result<void> {
            told.push_back(outcome);
            return {};
        },
        {}));
    return told;
}

/// The only checkpoint of its name stays, and tables that no rule may be about are refused.
void TestRetentionFailures::aTableIsKnownInAnySpelling() {
    const QByteArray no = isServer() ? "false" : "0";
    run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, is_latest, version, created_at) "
        "VALUES ('only', 'c', '{}', "
        + no + ", 1, '2026-01-01T00:00:00Z'), ('new', 'c', '{}', " + no
        + ", 1, '2026-01-01T00:00:00Z'), ('new', 'c', "
          "'{}', "
        + no + ", 2, '2026-11-26T00:00:00Z')");
    QList<QByteArray> spellings{"CHECKPOINTS", "Checkpoints", "checkpoints"};
    if (isServer())
        spellings << "public.checkpoints"
                  << "PUBLIC.Checkpoints";
    for (const QByteArray& spelling : spellings) {
        const auto rule = need(set(spelling, isServer() ? "created_at" : "Created_At"));
        QCOMPARE(rule.table, QByteArray("checkpoints"));
        QCOMPARE(rule.timeColumn, QByteArray("created_at"));
    }
    QCOMPARE(runAll().at(0).rows, 1);
    QCOMPARE(value("SELECT count(*) FROM checkpoints WHERE checkpoint_name = 'only'"), QStringLiteral("1"));
    QCOMPARE(value("SELECT max(version) FROM checkpoints WHERE checkpoint_name = 'new'"), QStringLiteral("2"));
    QCOMPARE(value("SELECT table_name FROM portolan_retention_rules"), QStringLiteral("checkpoints"));
    run("DELETE FROM portolan_retention_rules");
    for (const auto& [table, column] :
         {std::pair("Messages", "timestamp"), std::pair("PORTOLAN_AUDIT", "at"), std::pair("Batches", "created_at"),
          std::pair("Processed_Events", "processed_at"), std::pair("public.messages", "timestamp"),
          std::pair("public.portolan_audit", "at"), std::pair("main.messages", "timestamp"),
          std::pair("\"messages\"", "timestamp")})
        QVERIFY2(!set(table, column), table);
    QCOMPARE(value("SELECT count(*) FROM portolan_retention_rules"), QStringLiteral("0"));
}

void TestRetentionFailures::aRuleOfAnotherProgramIsChecked() {
    run("INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES ('c', 'm', 1, "
        "'2023-01-01T00:00:00.000Z'), ('c', 'm', 1, '2026-11-26T00:00:00.000Z')");
    need(store().retention()->set({.name = "component-metrics"}, "test", "tester", {}));
    const QByteArray on = isServer() ? "true" : "1";
    run("INSERT INTO portolan_retention_rules (name, table_name, time_column, keep_seconds, enabled) VALUES "
        "('acts', 'PORTOLAN_AUDIT', 'at', NULL, "
        + on + "), ('events', 'Processed_Events', 'processed_at', 86400, " + on + ")");
    const auto told = runAll();
    QCOMPARE(told.size(), std::size_t(3));
    QCOMPARE(told[0].state, State::Failed);
    QVERIFY2(told[0].problem.contains(QStringLiteral("promises")), qPrintable(told[0].problem));
    QCOMPARE(told[1].state, State::Done);
    QCOMPARE(told[1].rows, 1);
    QCOMPARE(told[2].state, State::Failed);
    QVERIFY2(told[2].problem.contains(QStringLiteral("delivered again")), qPrintable(told[2].problem));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE action = 'set'"), QStringLiteral("1"));
    QCOMPARE(value("SELECT count(*) FROM portolan_retention_rules WHERE last_result = 'failed'"), QStringLiteral("2"));
}

void TestRetentionFailures::anotherStoresTablesAreLeft() {
    if (!isServer())
        return;
    run("CREATE SCHEMA other; CREATE TABLE other.messages (timestamp timestamptz); CREATE TABLE other.log (at "
        "timestamptz)");
    QVERIFY(set("other.log", "at").ok());
    run("CREATE TABLE other.portolan_audit (at timestamptz)"); // a store of its own
    for (const char* table : {"other.messages", "OTHER.log", "other.portolan_audit"}) {
        const auto refused = set(table, qstrcmp(table, "other.messages") == 0 ? "timestamp" : "at");
        QVERIFY2(!refused && refused.error().code == ErrorCode::Usage, table);
    }
}

void TestRetentionFailures::aRowThatIsNeededStopsNoOther() {
    run("CREATE TABLE orders (id INTEGER PRIMARY KEY, at " + QByteArray(isServer() ? "timestamptz" : "TEXT")
        + "); CREATE TABLE lines (order_id INTEGER REFERENCES orders)");
    run(isServer() ? "INSERT INTO orders SELECT n, timestamptz '2026-11-26T00:00:00Z' - n * interval '1 day' FROM "
                     "generate_series(0, 500) AS n"
                   : "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 500) INSERT INTO orders "
                     "SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-11-26', '-' || n || ' days') FROM s");
    run("INSERT INTO lines VALUES (450), (333)");
    need(set("orders", "at"));
    const auto told = runAll();
    QCOMPARE(told.at(0).state, State::Done);
    QCOMPARE(told[0].rows, 498); // all but that of today, and the two
    QVERIFY2(told[0].problem.contains(QStringLiteral("2 rows")), qPrintable(told[0].problem));
    QCOMPARE(rows("SELECT id FROM orders WHERE id > 0 ORDER BY id"),
             QStringList({QStringLiteral("333"), QStringLiteral("450")}));
    QCOMPARE(value("SELECT last_rows FROM portolan_retention_rules"), QString::number(told[0].rows));
    QCOMPARE(value("SELECT done FROM portolan_jobs WHERE state = 'completed'"), QString::number(told[0].rows));
}

void TestRetentionFailures::aRuleThatFailsStopsNoOther() {
    for (const char* table :
         {"component_metrics (component_name, metric_name, metric_value, timestamp) VALUES ('c', 'm', 1, ",
          "telemetry_events (service, event_type, value, time) VALUES ('s', 'e', 1, "}) {
        for (const char* time : {"2023-01-01T00:00:00.000Z", "2026-11-26T00:00:00.000Z"})
            run(QByteArray("INSERT INTO ") + table + "'" + time + "')");
    }
    run(isServer()
            ? "CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''kept''; END' LANGUAGE plpgsql; "
              "CREATE TRIGGER refuse BEFORE DELETE ON component_metrics FOR EACH ROW EXECUTE FUNCTION refuse()"
            : "CREATE TRIGGER refuse BEFORE DELETE ON component_metrics BEGIN SELECT RAISE(ABORT, 'kept'); END");
    for (const char* rule : {"component-metrics", "telemetry-events"})
        need(store().retention()->set({.name = rule}, "test", "tester", {}));
    const auto told = runAll();
    QCOMPARE(told.size(), std::size_t(2));
    QCOMPARE(told[0].state, State::Failed);
    QCOMPARE(told[0].rows, 0);
    QVERIFY2(told[0].problem.contains(QStringLiteral("kept")), qPrintable(told[0].problem));
    QCOMPARE(told[1].state, State::Done);
    QCOMPARE(told[1].rows, 1);
    QCOMPARE(value("SELECT count(*) FROM component_metrics"), QStringLiteral("2"));
    QCOMPARE(value("SELECT count(*) FROM telemetry_events"), QStringLiteral("1"));
    QCOMPARE(value("SELECT last_result FROM portolan_retention_rules WHERE name = 'component-metrics'"),
             QStringLiteral("failed"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE action = 'retain'"), QStringLiteral("2"));
}

QTEST_GUILESS_MAIN(TestRetentionFailures)
#include "tst_retentionfailures.moc"
