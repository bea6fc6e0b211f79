#include "storage/retention/retention.h"
#include "tests/support/eitherdatabase.h"

using namespace portolan;
using test::need;
using State = RetentionOutcome::State;

/// A rule whose rows the database does not let go of is told and noted, and stops no other; both databases.
class TestRetentionFailures : public QObject, private test::EitherDatabase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { kinds(); }
    void aRuleThatFailsStopsNoOther();
};

void TestRetentionFailures::aRuleThatFailsStopsNoOther() {
    QFETCH_GLOBAL(const bool, onServer);
    renew(onServer);
    for (const char* table :
         {"component_metrics (component_name, metric_name, metric_value, timestamp) VALUES ('c', 'm', 1, ",
          "telemetry_events (service, event_type, value, time) VALUES ('s', 'e', 1, "}) {
        for (const char* time : {"2023-01-01T00:00:00.000Z", "2026-11-26T00:00:00.000Z"})
            run(QByteArray("INSERT INTO ") + table + "'" + time + "')");
    }
    run(onServer
            ? "CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''kept''; END' LANGUAGE plpgsql; "
              "CREATE TRIGGER refuse BEFORE DELETE ON component_metrics FOR EACH ROW EXECUTE FUNCTION refuse()"
            : "CREATE TRIGGER refuse BEFORE DELETE ON component_metrics BEGIN SELECT RAISE(ABORT, 'kept'); END");
    for (const char* rule : {"component-metrics", "telemetry-events"})
        need(store().retention()->set({.name = rule}, "test", "tester", {}));
    std::vector<RetentionOutcome> told;
    need(store().retention()->run(
        {.now = *parseIsoTime("2026-11-26T12:00:00Z"), .actor = "tester"}, [](const QByteArray&, qint64, qint64) {},
        [&](const RetentionOutcome& outcome) -> Result<void> {
            told.push_back(outcome);
            return {};
        },
        {}));
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
