#include "storage/stores/sqlitestore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QRegularExpression>
#include <QTest>

using namespace portolan;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

class TestSchema : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void hasEveryColumn_data();
    void hasEveryColumn();
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void idsAreRandomUuids();
    void timesAreIsoWithMilliseconds();
    void updatedAtMoves();
    void oneLatestCheckpointAName();
    void ignoredCheckpointKeepsLatest();
    void secondLatestIsRefused();
    void deadLettersAreSeen();
    void auditIsAppendOnly();
    void jobsGoOnlyWhereTheyMay_data();
    void jobsGoOnlyWhereTheyMay();

private:
    TempFolder m_folder;
    QString m_path;
    std::unique_ptr<SqliteScript> m_database;
};

void TestSchema::initTestCase() {
    m_path = m_folder.path(QStringLiteral("schema.db"));
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = m_path;
    const auto store = openSqliteStore(url, Access::Write);
    QVERIFY2(store.ok(), store.ok() ? "" : qPrintable(store.error().text));
}

void TestSchema::init() {
    m_database = std::make_unique<SqliteScript>(m_path);
    QCOMPARE(m_database->run("PRAGMA foreign_keys = ON; BEGIN"), QString());
}

void TestSchema::cleanup() {
    m_database->run("ROLLBACK");
    m_database.reset();
}

void TestSchema::hasEveryColumn_data() {
    QTest::addColumn<QString>("columns");
    const std::pair<const char*, const char*> tables[] = {
        {"schema_version", "version,description,applied_at"},
        {"component_state", "id,component_name,component_type,state_data,version,created_at,updated_at"},
        {"component_metrics", "id,component_name,metric_name,metric_value,metric_unit,metric_metadata,timestamp"},
        {"port_metrics", "id,port_name,messages_sent,messages_received,avg_send_duration_ms,avg_receive_duration_ms,"
                         "avg_message_age_ms,buffer_utilization,timestamp"},
        {"system_health", "id,component_name,health_status,health_details,last_heartbeat,created_at"},
        {"checkpoints", "id,checkpoint_name,component_name,checkpoint_data,checkpoint_metadata,version,is_latest,"
                        "created_at,expires_at"},
        {"port_messages", "id,port_name,source_component,target_component,message_data,message_metadata,status,"
                          "retry_count,max_retries,created_at,processed_at,completed_at,error_message,error_details,"
                          "status_changed_at"},
        {"dead_letter_queue", "id,port_name,source_component,target_component,message_data,message_metadata,status,"
                              "retry_count,max_retries,created_at,processed_at,completed_at,error_message,"
                              "error_details,status_changed_at"},
        {"sink_storage", "id,sink_name,data_type,data,metadata,created_at,updated_at"},
        {"component_statistics", "component_name,total_messages,avg_throughput,last_activity"},
        {"batches", "id,filename,message_count,date_created,date_modified"},
        {"messages", "id,batch_id,message_number,content,timestamp"},
        {"processed_events", "event_id,sensor_id,processed_at,kafka_partition,kafka_offset"},
        {"metrics", "id,sensor_id,event_id,timestamp,value,created_at"},
    };
    for (const auto& [table, columns] : tables)
        QTest::newRow(table) << QString::fromLatin1(columns);
}

void TestSchema::hasEveryColumn() {
    QFETCH(const QString, columns);
    const QByteArray table = QTest::currentDataTag();
    QCOMPARE(m_database->value("SELECT group_concat(name) FROM pragma_table_info('" + table + "')"), columns);
}

void TestSchema::accepts_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("state") << QByteArray("INSERT INTO component_state (component_name, component_type, state_data) "
                                         "VALUES ('a', 'Merger', '{\"n\":18446744073709551615}')");
    QTest::newRow("metric, whole number") << QByteArray("INSERT INTO component_metrics (component_name, metric_name, "
                                                        "metric_value) VALUES ('a', 'b', 1)");
    QTest::newRow("no metadata") << QByteArray("INSERT INTO sink_storage (sink_name, data) VALUES ('a', '[]')");
    QTest::newRow("rollup") << QByteArray("INSERT INTO portolan_rollups VALUES ('s', 60, 120000, 1, 2, 3, 2, 1, 2, "
                                          "120000000, 120001000, 120000000, 120001000)");
    QTest::newRow("event") << QByteArray("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES "
                                         "('s', 'e', '2025-01-01T00:00:00.000Z', 1.5)");
}

void TestSchema::accepts() {
    QFETCH(const QByteArray, sql);
    QCOMPARE(m_database->run(sql), QString());
}

void TestSchema::refuses_data() {
    QTest::addColumn<QByteArray>("sql");
    const std::pair<const char*, const char*> cases[] = {
        {"component type", "INSERT INTO component_state (component_name, component_type, state_data) VALUES "
                           "('a', 'Filter', '{}')"},
        {"state no JSON", "INSERT INTO component_state (component_name, component_type, state_data) VALUES "
                          "('a', 'Sink', '{')"},
        {"version twice", "INSERT INTO component_state (component_name, component_type, state_data) VALUES "
                          "('a', 'Sink', '{}'), ('a', 'Sink', '{}')"},
        {"name too long", "INSERT INTO sink_storage (sink_name, data) VALUES (printf('%256d', 1), '{}')"},
        {"metric a word", "INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES "
                          "('a', 'b', 'high')"},
        {"metadata no JSON", "INSERT INTO sink_storage (sink_name, data, metadata) VALUES ('a', '{}', 'x')"},
        {"health", "INSERT INTO system_health (component_name, health_status) VALUES ('a', 'fine')"},
        {"status", "INSERT INTO port_messages (port_name, source_component, target_component, message_data, status) "
                   "VALUES ('a', 'b', 'c', '{}', 'lost')"},
        {"latest neither", "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, "
                           "is_latest) VALUES ('a', 'b', '{}', 1, 2)"},
        {"event twice", "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'e', 't', 1), "
                        "('s', 'e', 't', 2)"},
        {"message of no batch", "INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES "
                                "(99, 1, 'x', 1)"},
        {"rollup off its grid", "INSERT INTO portolan_rollups VALUES ('s', 60, 120001, 1, 2, 3, 2, 1, 2, 1, 1, 1, 1)"},
        {"rollup resolution", "INSERT INTO portolan_rollups VALUES ('s', 7, 7000, 1, 2, 3, 2, 1, 2, 1, 1, 1, 1)"},
        {"short key", "INSERT INTO portolan_sources (id, identity) VALUES (1, 's'); "
                      "INSERT INTO portolan_source_chunks (source_id, first_major, first_minor, last_major, "
                      "last_minor, count, keys) VALUES (1, x'00', x'00', x'00', x'00', 1, x'00')"},
        {"run without reason", "INSERT INTO portolan_replay_runs (filter, reason, actor, frozen) VALUES "
                               "('', '', 'me', 0)"},
        {"gap kind", "INSERT INTO portolan_gaps (source, kind) VALUES ('s', 'other')"},
    };
    for (const auto& [name, sql] : cases)
        QTest::newRow(name) << QByteArray(sql);
}

void TestSchema::refuses() {
    QFETCH(const QByteArray, sql);
    const QString error = m_database->run(sql);
    QVERIFY2(error.contains(QLatin1String("constraint failed")), qPrintable(error));
}

void TestSchema::idsAreRandomUuids() {
    QCOMPARE(m_database->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
                             "INSERT INTO sink_storage (sink_name, data) SELECT 's', '{}' FROM n"),
             QString());
    const QStringList ids = m_database->rows("SELECT DISTINCT id FROM sink_storage");
    QCOMPARE(ids.size(), 500);
    const QRegularExpression form(
        QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
    for (const QString& id : ids)
        QVERIFY2(form.match(id).hasMatch(), qPrintable(id));
}

void TestSchema::timesAreIsoWithMilliseconds() {
    QCOMPARE(m_database->run("INSERT INTO sink_storage (sink_name, data) VALUES ('s', '{}')"), QString());
    const QByteArray time = m_database->value("SELECT created_at FROM sink_storage").toUtf8();
    const auto parsed = parseIsoTime(time);
    QVERIFY2(parsed.has_value(), time.constData());
    QCOMPARE(toIsoTime(*parsed), time);
    QVERIFY(std::chrono::abs(currentTime() - *parsed) < std::chrono::minutes(1));
}

void TestSchema::updatedAtMoves() {
    QCOMPARE(m_database->run("INSERT INTO component_state (id, component_name, component_type, state_data, updated_at) "
                             "VALUES ('i', 'a', 'Sink', '{}', '2020-01-01T00:00:00.000Z')"),
             QString());
    QCOMPARE(m_database->run("PRAGMA recursive_triggers = ON; UPDATE component_state SET state_data = '[]'"),
             QString());
    QCOMPARE(m_database->value("SELECT updated_at > '2025-01-01' FROM component_state"), QStringLiteral("1"));
}

void TestSchema::oneLatestCheckpointAName() {
    for (int version = 1; version <= 3; ++version)
        QCOMPARE(m_database->run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) "
                                 "VALUES ('a', 'c', '{}', "
                                 + QByteArray::number(version) + "), ('b', 'c', '{}', " + QByteArray::number(version)
                                 + ")"),
                 QString());
    QCOMPARE(m_database->rows("SELECT checkpoint_name, version FROM checkpoints WHERE is_latest ORDER BY 1"),
             QStringList({QStringLiteral("a|3"), QStringLiteral("b|3")}));
    QCOMPARE(m_database->run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, "
                             "is_latest) VALUES ('a', 'c', '{}', 4, 0)"),
             QString());
    QCOMPARE(m_database->value("SELECT version FROM checkpoints WHERE is_latest AND checkpoint_name = 'a'"),
             QStringLiteral("3"));
}

void TestSchema::ignoredCheckpointKeepsLatest() {
    const QByteArray insert = "INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) "
                              "VALUES ('a', 'c', '{}', 1)";
    QCOMPARE(m_database->run("INSERT " + insert), QString());
    QCOMPARE(m_database->run("INSERT OR IGNORE " + insert), QString());
    QCOMPARE(m_database->value("SELECT sum(is_latest) FROM checkpoints"), QStringLiteral("1"));
}

void TestSchema::secondLatestIsRefused() {
    QCOMPARE(m_database->run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version) "
                             "VALUES ('a', 'c', '{}', 1), ('a', 'c', '{}', 2)"),
             QString());
    QVERIFY(m_database->run("UPDATE checkpoints SET is_latest = 1 WHERE version = 1")
                .contains(QLatin1String("UNIQUE constraint failed")));
}

void TestSchema::deadLettersAreSeen() {
    QCOMPARE(m_database->run(
                 "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
                 "retry_count) VALUES ('dead', 'p', 's', 't', '{}', 'dead_letter', 0), "
                 "('spent', 'p', 's', 't', '{}', 'failed', 3), ('again', 'p', 's', 't', '{}', 'failed', 2), "
                 "('new', 'p', 's', 't', '{}', 'pending', 9)"),
             QString());
    QCOMPARE(m_database->value("SELECT group_concat(id) FROM (SELECT id FROM dead_letter_queue ORDER BY id)"),
             QStringLiteral("dead,spent"));
}

void TestSchema::auditIsAppendOnly() {
    QCOMPARE(m_database->run("INSERT INTO portolan_audit (actor, action, subject_kind) VALUES ('a', 'b', 'c')"),
             QString());
    QCOMPARE(m_database->run("UPDATE portolan_audit SET actor = 'x'"), QStringLiteral("the audit is append-only"));
    QCOMPARE(m_database->run("DELETE FROM portolan_audit"), QStringLiteral("the audit is append-only"));
}

void TestSchema::jobsGoOnlyWhereTheyMay_data() {
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<bool>("allowed");
    const QByteArrayList states = {"queued", "running", "paused", "completed", "failed", "cancelled"};
    // SCHEMA.md, "States".
    const QByteArrayList allowed = {"queued>running", "queued>cancelled",  "running>completed", "running>failed",
                                    "running>paused", "running>cancelled", "failed>queued",     "failed>cancelled",
                                    "paused>running", "paused>cancelled"};
    for (const QByteArray& from : states) {
        for (const QByteArray& to : states) {
            const QByteArray step = from + '>' + to;
            QTest::newRow(step.constData()) << from << to << (from == to || allowed.contains(step));
        }
    }
}

void TestSchema::jobsGoOnlyWhereTheyMay() {
    QFETCH(const QByteArray, from);
    QFETCH(const QByteArray, to);
    QFETCH(const bool, allowed);
    QCOMPARE(m_database->run("INSERT INTO portolan_jobs (kind, state) VALUES ('export', '" + from + "')"), QString());
    QCOMPARE(m_database->run("UPDATE portolan_jobs SET state = '" + to + "'").isEmpty(), allowed);
}

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
