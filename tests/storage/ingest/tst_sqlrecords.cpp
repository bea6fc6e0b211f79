#include "storage/ingest/sql/sqlwriter.h"
#include "tests/support/writtenstore.h"

#include <QRegularExpression>
#include <QTest>

using namespace portolan;
using portolan::test::countsText;
using portolan::test::IngestItems;
using portolan::test::SqliteScript;
using Written = portolan::test::WrittenStore;

namespace {

constexpr char arrival[] = "2024-10-16T14:56:05.123Z"; // of IngestItems

/// A JSON object: the fields of a kind, and more.
QByteArray json(const char* kind, const QByteArray& fields) {
    return QByteArray(R"({"kind":")") + kind + R"(",)" + fields + '}';
}
QByteArray portMessage(const QByteArray& more = {}) {
    return json("port_message",
                R"("port_name":"orders","source_component":"a","target_component":"b","message_data":{"n":1})" + more);
}
QByteArray sensorEvent(const QByteArray& id, const QByteArray& value = "21.5") {
    return json("sensor_event",
                R"("event_id":")" + id + R"(","sensor_id":"s1","timestamp":1729090565.5,"value":)" + value);
}
QByteArray checkpoint(const QByteArray& name, const QByteArray& data, const QByteArray& more = {}) {
    return json("checkpoint",
                R"("checkpoint_name":")" + name + R"(","component_name":"billing","checkpoint_data":)" + data + more);
}
QByteArray state(const QByteArray& name, const QByteArray& data, const QByteArray& more = {}) {
    return json("component_state",
                R"("component_name":")" + name + R"(","component_type":"Sink","state_data":)" + data + more);
}

} // namespace

class TestSqlRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryField_data();
    void keepsEveryField();
    void makesRandomIds();
    void keepsJsonByteForByte();
    void takesFieldsOfAStreamEntry();
    void portMessagesOfOneIdAreStoredOnce();
    void eventsAreStoredOnceWithTheirMetric();
    void aMetricWithoutItsGuardIsNotDoubled();
    void checkpointsGoOnFromTheLastVersion();
    void exactlyOneCheckpointIsTheLatest();
    void aVersionAgainIsTheSameOrRefused();
    void componentStatesAreVersioned();
    void versionsRunOut();
    void manyOfOneNameInOneGroup();
    void mixedGroupsKeepTheirCounts();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void whatTheDatabaseRefusesIsInvalid();
    void aGroupThatFailsLeavesNothing();
    void anotherProgramsTables();
    void whatItsSourceKeepsLeavesNothing();
};

void TestSqlRecords::keepsEveryField_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("select");
    QTest::addColumn<QString>("row");
    const auto row = [](const char* name, const QByteArray& payload, const QByteArray& select, const QByteArray& is) {
        QTest::newRow(name) << payload << select << QString::fromUtf8(QByteArray(is).replace("NOW", arrival));
    };
    row("port message",
        portMessage(R"(,"id":"6F9619FF-8B86-D011-B42D-00CF4FC964FF","message_metadata":[1],"max_retries":7)"),
        "SELECT * FROM port_messages",
        R"(6f9619ff-8b86-d011-b42d-00cf4fc964ff|orders|a|b|{"n":1}|[1]|pending|0|7|NOW|||||)");
    row("port message, plain", portMessage(),
        "SELECT port_name, message_metadata IS NULL, status, retry_count, max_retries FROM port_messages",
        "orders|1|pending|0|3");
    row("sensor event, guard", sensorEvent("e1"), "SELECT * FROM processed_events", "e1|s1|NOW||");
    row("sensor event, metric", sensorEvent("e1"),
        "SELECT sensor_id, event_id, timestamp, value, created_at, typeof(value) FROM metrics",
        "s1|e1|2024-10-16T14:56:05.500Z|21.5|NOW|real");
    row("sensor event, whole number", sensorEvent("e1", "3"), "SELECT value, typeof(value) FROM metrics", "3.0|real");
    row("component metric",
        json("component_metric", R"("component_name":"c","metric_name":"m","metric_value":2,"metric_unit":"ms",)"
                                 R"("metric_metadata":{"a":"ä"},"timestamp":"2025-01-02T03:04:05.678+01:00")"),
        "SELECT component_name, metric_name, metric_value, metric_unit, metric_metadata, timestamp FROM "
        "component_metrics",
        R"(c|m|2.0|ms|{"a":"ä"}|2025-01-02T02:04:05.678Z)");
    row("component metric, plain",
        json("component_metric", R"("component_name":"c","metric_name":"m","metric_value":-0.5)"),
        "SELECT metric_value, metric_unit, metric_metadata, timestamp FROM component_metrics", "-0.5|||NOW");
    row("port metric",
        json("port_metric", R"("port_name":"p","messages_sent":9223372036854775807,"messages_received":0,)"
                            R"("avg_send_duration_ms":1.5,"avg_receive_duration_ms":2,"avg_message_age_ms":0,)"
                            R"("buffer_utilization":0.25,"timestamp":1729090565123)"),
        "SELECT port_name, messages_sent, messages_received, avg_send_duration_ms, avg_receive_duration_ms, "
        "avg_message_age_ms, buffer_utilization, timestamp FROM port_metrics",
        "p|9223372036854775807|0|1.5|2.0|0.0|0.25|2024-10-16T14:56:05.123Z");
    row("port metric, one figure", json("port_metric", R"("port_name":"p","buffer_utilization":1)"),
        "SELECT messages_sent, messages_received, avg_send_duration_ms, buffer_utilization, timestamp FROM "
        "port_metrics",
        "0|0||1.0|NOW");
    row("health", json("health", R"("component_name":"c","health_status":"degraded","health_details":{"x":[]})"),
        "SELECT component_name, health_status, health_details, last_heartbeat, created_at FROM system_health",
        R"(c|degraded|{"x":[]}|NOW|NOW)");
    row("checkpoint",
        checkpoint("cp", "[1]", R"(,"version":9007199254740993,"checkpoint_metadata":"m","expires_at":"2030-01-01")"),
        "SELECT checkpoint_name, component_name, checkpoint_data, checkpoint_metadata, version, is_latest, created_at, "
        "expires_at FROM checkpoints",
        R"(cp|billing|[1]|"m"|9007199254740993|1|NOW|2030-01-01T00:00:00.000Z)");
    row("component state", state("c", "true"),
        "SELECT component_name, component_type, state_data, version, created_at, updated_at FROM component_state",
        "c|Sink|true|1|NOW|NOW");
    row("sink record", json("sink_record", R"("sink_name":"s","data":"text","data_type":"t","metadata":{})"),
        "SELECT sink_name, data_type, data, metadata, created_at, updated_at FROM sink_storage",
        R"(s|t|"text"|{}|NOW|NOW)");
}

void TestSqlRecords::keepsEveryField() {
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, select);
    QFETCH(QString, row);
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().payload(1, payload))), QStringLiteral("1 0 0"));
    QCOMPARE(w.rows(select), QStringList(row));
}

void TestSqlRecords::makesRandomIds() {
    Written w;
    IngestItems items;
    for (quint64 n = 0; n < 300; ++n)
        items.payload(n, portMessage());
    QCOMPARE(countsText(w.store(items)), QStringLiteral("300 0 0"));
    const QStringList ids = w.rows("SELECT DISTINCT id FROM port_messages");
    QCOMPARE(ids.size(), 300);
    const QRegularExpression form(
        QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
    QCOMPARE(ids.filter(form).size(), 300);
}

void TestSqlRecords::keepsJsonByteForByte() {
    Written w;
    const QByteArray data = R"({ "z" : 18446744073709551615, "a":1e2,"a":1.50, "\u00e4":"\/" , "d":[ {} ] })";
    const QByteArray payload = R"({"message_data":null,"kind":"port_message","port_name":"p","source_component":"a",)"
                               R"("target_component":"b","message_data": )"
                               + data + R"( ,"message_metadata":{"message_data":0}})";
    QCOMPARE(countsText(w.store(IngestItems().payload(1, payload))), QStringLiteral("1 0 0"));
    QCOMPARE(w.value("SELECT message_data FROM port_messages"), QString::fromUtf8(data));
    QCOMPARE(w.value("SELECT message_metadata FROM port_messages"), QStringLiteral(R"({"message_data":0})"));
}

void TestSqlRecords::takesFieldsOfAStreamEntry() {
    Written w;
    IngestItems items;
    items.payload(1, R"({"component_name":"c","metric_name":"m","metric_value":"2.5","metric_metadata":"{\"a\":1}"})");
    items.last().delivery.fromFields = true;
    items.last().decoded = decode(items.last().delivery);
    items.payload(2, R"({"sink_name":"s","data":"\"text\""})");
    items.last().delivery.fromFields = true;
    items.last().decoded = decode(items.last().delivery);
    QCOMPARE(countsText(w.store(items)), QStringLiteral("2 0 0"));
    QCOMPARE(w.value("SELECT metric_value, metric_metadata FROM component_metrics"), QStringLiteral(R"(2.5|{"a":1})"));
    QCOMPARE(w.value("SELECT data FROM sink_storage"), QStringLiteral(R"("text")"));
}

void TestSqlRecords::portMessagesOfOneIdAreStoredOnce() {
    Written w;
    const QByteArray one = portMessage(R"(,"id":"6f9619ff-8b86-d011-b42d-00cf4fc964ff")");
    const QByteArray upper = portMessage(R"(,"id":"6F9619FF-8B86-D011-B42D-00CF4FC964FF")");
    const QByteArray two = portMessage(R"(,"id":"7f9619ff-8b86-d011-b42d-00cf4fc964ff")");
    QCOMPARE(countsText(w.store(IngestItems().payload(1, one).payload(2, upper))), QStringLiteral("1 1 0"));
    QCOMPARE(SqliteScript(w.url().path).run("UPDATE port_messages SET status = 'completed'"), QString());
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().payload(3, two).payload(4, one).payload(5, two))),
             QStringLiteral("1 2 0"));
    QCOMPARE(w.rows("SELECT id, status FROM port_messages ORDER BY id"),
             QStringList({QStringLiteral("6f9619ff-8b86-d011-b42d-00cf4fc964ff|completed"),
                          QStringLiteral("7f9619ff-8b86-d011-b42d-00cf4fc964ff|pending")}));
}

void TestSqlRecords::eventsAreStoredOnceWithTheirMetric() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().payload(1, sensorEvent("a", "1")).payload(2, sensorEvent("a", "1")))),
             QStringLiteral("1 1 0"));
    w.reopen();
    IngestItems more;
    for (quint64 n = 0; n < 250; ++n)
        more.payload(10 + n, n % 50 == 0 ? sensorEvent("a", "1") : sensorEvent("b" + QByteArray::number(n), "3"));
    QCOMPARE(countsText(w.store(more)), QStringLiteral("245 5 0"));
    QCOMPARE(w.value("SELECT count(*), count(DISTINCT event_id) FROM metrics"), QStringLiteral("246|246"));
    QCOMPARE(w.value("SELECT count(*) FROM processed_events JOIN metrics USING (event_id, sensor_id)"),
             QStringLiteral("246"));
    QCOMPARE(w.value("SELECT value FROM metrics WHERE event_id = 'a'"), QStringLiteral("1.0"));
}

void TestSqlRecords::aMetricWithoutItsGuardIsNotDoubled() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().payload(1, sensorEvent("a")))), QStringLiteral("1 0 0"));
    QCOMPARE(SqliteScript(w.url().path).run("DELETE FROM processed_events"), QString());
    QCOMPARE(countsText(w.store(IngestItems().payload(2, sensorEvent("a")).payload(3, sensorEvent("b")))),
             QStringLiteral("1 1 0"));
    QCOMPARE(w.value("SELECT group_concat(event_id) FROM metrics"), QStringLiteral("a,b"));
}

void TestSqlRecords::checkpointsGoOnFromTheLastVersion() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems()
                                    .payload(1, checkpoint("x", "1"))
                                    .payload(2, checkpoint("y", "1", R"(,"version":41)"))
                                    .payload(3, checkpoint("x", "2"))
                                    .payload(4, checkpoint("y", "2")))),
             QStringLiteral("4 0 0"));
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().payload(5, checkpoint("x", "3")).payload(6, checkpoint("z", "1")))),
             QStringLiteral("2 0 0"));
    QCOMPARE(w.value("SELECT group_concat(checkpoint_name || version || '=' || checkpoint_data, ' ') FROM "
                     "(SELECT * FROM checkpoints ORDER BY checkpoint_name, version)"),
             QStringLiteral("x1=1 x2=2 x3=3 y41=1 y42=2 z1=1"));
}

void TestSqlRecords::exactlyOneCheckpointIsTheLatest() {
    Written w;
    const char latest[] = "SELECT group_concat(checkpoint_name || version, ' ') FROM (SELECT * FROM checkpoints "
                          "WHERE is_latest ORDER BY checkpoint_name)";
    QCOMPARE(countsText(w.store(IngestItems()
                                    .payload(1, checkpoint("x", "1"))
                                    .payload(2, checkpoint("x", "2"))
                                    .payload(3, checkpoint("y", "1")))),
             QStringLiteral("3 0 0"));
    QCOMPARE(w.value(latest), QStringLiteral("x2 y1"));
    // What is stored last is the latest, as in the reference's trigger, whatever its version.
    QCOMPARE(countsText(w.store(IngestItems().payload(4, checkpoint("x", "0", R"(,"version":-3)")))),
             QStringLiteral("1 0 0"));
    QCOMPARE(w.value(latest), QStringLiteral("x-3 y1"));
    // A duplicate changes nothing.
    QCOMPARE(countsText(w.store(IngestItems().payload(5, checkpoint("x", "1", R"(,"version":1)")))),
             QStringLiteral("0 1 0"));
    QCOMPARE(w.value(latest), QStringLiteral("x-3 y1"));
}

void TestSqlRecords::aVersionAgainIsTheSameOrRefused() {
    Written w;
    const QByteArray one = checkpoint("x", R"({"n":1})", R"(,"version":7,"expires_at":"2030-01-01")");
    const QByteArray other = checkpoint("x", R"({"n":2})", R"(,"version":7,"expires_at":"2030-01-01")");
    const QByteArray forever = checkpoint("x", R"({"n":1})", R"(,"version":7)");
    QCOMPARE(countsText(w.store(IngestItems().payload(1, one).payload(2, one).payload(3, other))),
             QStringLiteral("1 1 1"));
    w.reopen();
    QCOMPARE(countsText(w.store(IngestItems().payload(4, one).payload(5, other).payload(6, forever))),
             QStringLiteral("0 1 2"));
    QCOMPARE(w.rows("SELECT DISTINCT reason FROM portolan_rejects"),
             QStringList({QStringLiteral("Version 7 of \"x\" is stored already, with other data: checkpoint data "
                                         "{\"n\":1}, not {\"n\":2}"),
                          QStringLiteral("Version 7 of \"x\" is stored already, with other data: expires at "
                                         "2030-01-01T00:00:00.000Z, not none")}));
    QCOMPARE(w.value("SELECT count(*), checkpoint_data, is_latest FROM checkpoints"), QStringLiteral(R"(1|{"n":1}|1)"));
}

void TestSqlRecords::componentStatesAreVersioned() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems()
                                    .payload(1, state("c", "1"))
                                    .payload(2, state("c", "2"))
                                    .payload(3, state("c", "2", R"(,"version":2)"))
                                    .payload(4, state("c", "3", R"(,"version":2)"))
                                    .payload(5, state("d", "1", R"(,"version":5)"))
                                    .payload(6, state("d", "2")))),
             QStringLiteral("4 1 1"));
    QCOMPARE(w.value("SELECT group_concat(component_name || version || '=' || state_data, ' ') FROM "
                     "(SELECT * FROM component_state ORDER BY component_name, version)"),
             QStringLiteral("c1=1 c2=2 d5=1 d6=2"));
}

void TestSqlRecords::versionsRunOut() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems()
                                    .payload(1, checkpoint("x", "1", R"(,"version":9223372036854775807)"))
                                    .payload(2, checkpoint("x", "2"))
                                    .payload(3, state("c", "1", R"(,"version":2147483647)"))
                                    .payload(4, state("c", "2"))
                                    .payload(5, state("c", "2", R"(,"version":2147483648)")))),
             QStringLiteral("2 0 3"));
    QVERIFY(w.value("SELECT reason FROM portolan_rejects ORDER BY id")
                .contains(QStringLiteral("9223372036854775807, is the greatest")));
}

void TestSqlRecords::manyOfOneNameInOneGroup() {
    Written w;
    IngestItems items;
    for (quint64 n = 1; n <= 250; ++n)
        items.payload(n, checkpoint("x", QByteArray::number(n)));
    QCOMPARE(countsText(w.store(items)), QStringLiteral("250 0 0"));
    QCOMPARE(w.value("SELECT count(*), count(*) FILTER (WHERE version = CAST(checkpoint_data AS INTEGER)) "
                     "FROM checkpoints"),
             QStringLiteral("250|250"));
    QCOMPARE(w.rows("SELECT version FROM checkpoints WHERE is_latest"), QStringList(QStringLiteral("250")));
}

void TestSqlRecords::mixedGroupsKeepTheirCounts() {
    Written w;
    IngestItems items;
    items.message(1).payload(2, sensorEvent("a")).payload(3, portMessage()).payload(4, checkpoint("x", "1"));
    items.payload(5, sensorEvent("a")).payload(6, json("health", R"("component_name":"c","health_status":"ill")"));
    items.message(7).payload(7, sensorEvent("b")).payload(8, R"({"kind":"unheard of"})");
    const Result<IngestCounts> counts = w.store(items);
    QCOMPARE(countsText(counts), QStringLiteral("6 1 2")); // the last is a message
    const auto kind = [&](MessageKind of) {
        const KindCounts& account = counts->kinds[static_cast<std::size_t>(of)];
        return QStringLiteral("%1 %2 %3").arg(account.stored).arg(account.duplicates).arg(account.rejected);
    };
    QCOMPARE(kind(MessageKind::Message), QStringLiteral("3 0 0"));
    QCOMPARE(kind(MessageKind::SensorEvent),
             QStringLiteral("1 1 1")); // its id, and its stream id (7) with another's content
    QCOMPARE(kind(MessageKind::PortMessage), QStringLiteral("1 0 0"));
    QCOMPARE(kind(MessageKind::Checkpoint), QStringLiteral("1 0 0"));
    QCOMPARE(kind(MessageKind::Health), QStringLiteral("0 0 1"));
    const KindCounts& events = counts->kinds[static_cast<std::size_t>(MessageKind::SensorEvent)];
    QCOMPARE(events.newest, std::optional(Timestamp(std::chrono::milliseconds(1729090565500))));
    QVERIFY(counts->kinds[static_cast<std::size_t>(MessageKind::Health)].lastRejection.contains(
        QStringLiteral("health_status")));
    // Everything again: the keys tell.
    QCOMPARE(countsText(w.store(items)), QStringLiteral("0 9 0"));
}

void TestSqlRecords::refusesWhatDoesNotFit_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const QByteArray& payload, const char* says) {
        QTest::newRow(name) << payload << QString::fromUtf8(says);
    };
    row("256 characters", sensorEvent(QByteArray(256, 'x')), "has 256 characters; at most 255 fit");
    row("256 characters of two bytes", sensorEvent(QByteArray("ä").repeated(256)),
        "has 256 characters; at most 255 fit");
    row("unit",
        json("component_metric",
             R"("component_name":"c","metric_name":"m","metric_value":1,"metric_unit":")" + QByteArray(51, 'u') + '"'),
        "at most 50 fit");
    row("data type", json("sink_record", R"("sink_name":"c","data":1,"data_type":")" + QByteArray(101, 'u') + '"'),
        "at most 100 fit");
    row("retries beyond 32 bits", portMessage(R"(,"max_retries":2147483648)"), "a whole number of at most 32 bits");
    row("year 0", checkpoint("x", "1", R"(,"expires_at":-62167219200)"), "years 0001 to 9999");
    row("too deep", json("sink_record", R"("sink_name":"c","data":)" + QByteArray(2000, '[') + QByteArray(2000, ']')),
        "more than 2,000 levels deep");
    row("type of a component", json("component_state", R"("component_name":"c","component_type":"x","state_data":1)"),
        "Source, Sink, Transformer");
    row("no figure", json("port_metric", R"("port_name":"p")"), "at least one of the fields");
}

void TestSqlRecords::refusesWhatDoesNotFit() {
    QFETCH(QByteArray, payload);
    QFETCH(QString, says);
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().payload(1, payload).payload(2, sensorEvent("ok")))),
             QStringLiteral("1 0 1"));
    const QString reason = w.value("SELECT reason FROM portolan_rejects");
    QVERIFY2(reason.contains(says), qPrintable(reason));
    QCOMPARE(w.value("SELECT hex(payload) FROM portolan_rejects").toLatin1(), payload.toHex().toUpper());
}

/// What only the database knows of: the receiver then halves the group until the culprit is alone.
void TestSqlRecords::whatTheDatabaseRefusesIsInvalid() {
    Written w;
    QCOMPARE(SqliteScript(w.url().path)
                 .run("CREATE TRIGGER strict BEFORE INSERT ON port_messages WHEN NEW.port_name = 'bad' "
                      "BEGIN SELECT RAISE(ABORT, 'not this one'); END"),
             QString());
    w.reopen();
    const QByteArray bad = portMessage().replace("orders", "bad");
    const Result<IngestCounts> counts = w.store(IngestItems().payload(1, portMessage()).payload(2, bad));
    QVERIFY(!counts.ok());
    QCOMPARE(counts.error().code, ErrorCode::Invalid);
    QVERIFY2(counts.error().details.contains(QStringLiteral("not this one")), qPrintable(counts.error().details));
    QCOMPARE(countsText(w.store(IngestItems().payload(1, portMessage()))), QStringLiteral("1 0 0"));
}

void TestSqlRecords::aGroupThatFailsLeavesNothing() {
    Written w;
    QCOMPARE(countsText(w.store(IngestItems().payload(1, checkpoint("x", "1")))), QStringLiteral("1 0 0"));
    QCOMPARE(SqliteScript(w.url().path)
                 .run("CREATE TRIGGER strict BEFORE INSERT ON sink_storage BEGIN SELECT RAISE(ABORT, 'no'); END"),
             QString());
    w.reopen();
    IngestItems items;
    items.payload(2, checkpoint("x", "2")).payload(3, sensorEvent("a")).payload(4, portMessage()).message(5);
    const std::vector<IngestItem> good = items.all();
    items.payload(6, json("sink_record", R"("sink_name":"s","data":1)"));
    QCOMPARE(w.store(items).error().code, ErrorCode::Invalid);
    QCOMPARE(w.value("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM processed_events) "
                     "+ (SELECT count(*) FROM metrics) + (SELECT count(*) FROM port_messages)"),
             QStringLiteral("0"));
    QCOMPARE(w.value("SELECT group_concat(version) FROM checkpoints WHERE is_latest"), QStringLiteral("1"));
    // Nothing of the failed group is remembered by the writer either.
    QCOMPARE(countsText(w.writer().store(good)), QStringLiteral("4 0 0"));
    QCOMPARE(w.value("SELECT group_concat(version) FROM checkpoints WHERE is_latest"), QStringLiteral("2"));
}

/// The simplified SQLite form of the reference, with Portolan's own tables added.
void TestSqlRecords::anotherProgramsTables() {
    Written w(
        "CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT NOT NULL, "
        "target_component TEXT NOT NULL, message_data TEXT NOT NULL, message_metadata TEXT, "
        "status TEXT NOT NULL DEFAULT 'pending', retry_count INTEGER DEFAULT 0, "
        "created_at TEXT DEFAULT CURRENT_TIMESTAMP, processed_at TEXT, completed_at TEXT);"
        "CREATE TABLE checkpoints (id TEXT PRIMARY KEY, checkpoint_name TEXT NOT NULL, component_name TEXT NOT "
        "NULL, checkpoint_data TEXT NOT NULL, version INTEGER NOT NULL, is_latest INTEGER DEFAULT 1, "
        "created_at TEXT DEFAULT CURRENT_TIMESTAMP, UNIQUE(checkpoint_name, version));"
        "CREATE TABLE component_metrics (id TEXT PRIMARY KEY, component_name TEXT NOT NULL);");
    const Result<IngestCounts> counts =
        w.store(IngestItems()
                    .payload(1, portMessage())
                    .payload(2, portMessage(R"(,"max_retries":5)"))
                    .payload(3, checkpoint("x", "1"))
                    .payload(4, checkpoint("x", "2"))
                    .payload(5, checkpoint("x", "1", R"(,"version":1)"))
                    .payload(6, checkpoint("x", "3", R"(,"expires_at":"2030-01-01")"))
                    .payload(7, json("component_metric", R"("component_name":"c","metric_name":"m","metric_value":1)"))
                    .payload(8, sensorEvent("a")));
    QCOMPARE(countsText(counts), QStringLiteral("4 1 3"));
    QCOMPARE(w.rows("SELECT reason FROM portolan_rejects ORDER BY id"),
             QStringList({QStringLiteral("The table port_messages has no column max_retries."),
                          QStringLiteral("The table checkpoints has no column expires_at."),
                          QStringLiteral("The table component_metrics has no column metric_name.")}));
    QCOMPARE(w.value("SELECT group_concat(version) FROM checkpoints WHERE is_latest = 1"), QStringLiteral("2"));
    QCOMPARE(w.value("SELECT status, retry_count FROM port_messages"), QStringLiteral("pending|0"));
}

void TestSqlRecords::whatItsSourceKeepsLeavesNothing() {
    Written w;
    const auto kept = [](IngestItems& items) { items.last().delivery.keptBySource = true; };
    IngestItems items;
    items.payload(1, checkpoint("x", "1", R"(,"version":1)"));
    kept(items);
    items.payload(2, checkpoint("x", "2", R"(,"version":1)"));
    kept(items);
    items.payload(3, json("health", R"("component_name":"c")"));
    kept(items);
    items.payload(4, sensorEvent("a"));
    kept(items);
    const Result<IngestCounts> counts = w.store(items);
    QCOMPARE(countsText(counts), QStringLiteral("2 0 2"));
    QCOMPARE(counts->refused, std::vector<SourceKey>({items.all()[1].delivery.key, items.all()[2].delivery.key}));
    QCOMPARE(w.value("SELECT count(*) FROM portolan_rejects"), QStringLiteral("0"));
    QCOMPARE(w.value("SELECT sum(count) FROM portolan_source_chunks"), QStringLiteral("2"));
    // After a fix the same keys are stored.
    IngestItems fixed;
    fixed.payload(2, checkpoint("x", "2", R"(,"version":2)")).payload(4, sensorEvent("a"));
    QCOMPARE(countsText(w.store(fixed)), QStringLiteral("1 1 0"));
}

QTEST_GUILESS_MAIN(TestSqlRecords)
#include "tst_sqlrecords.moc"
