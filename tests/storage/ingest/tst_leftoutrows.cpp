#include "storage/ingest/writer.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

template <class T>
T need(Result<T> result) {
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
    return std::move(*result);
}
void need(const Result<void>& result) {
    if (!result)
        qFatal("%s %s", qPrintable(result.error().text), qPrintable(result.error().details));
}

} // namespace

/// Rows that an owner's trigger, rule or policy leaves out without an error are not stored, and nothing says that they
/// are, in both databases (CONTRACT §2 and §3.3).
class TestLeftOutRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void areRefused_data();
    void areRefused();
    void aSkippedVersionLeavesTheMark();
    void aBatchWithoutItsRowIsRefused();
    void rowsThatArePassedOnAreThere();
    void policiesDecideAboutRows();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    void run(const QString& sql) { need(m_session->connection().execute(sql)); }
    qint64 value(const char* sql) { return need(m_session->connection().value(QLatin1String(sql))).toLongLong(); }
    /// Has a table leave out, without an error, each new row that has `word` in the column.
    void leaveOut(const QString& table, const QString& column, const QString& word);

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Session> m_session; ///< the tables' owner
};

void TestLeftOutRows::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestLeftOutRows::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_session.reset();
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("orders.db")))
                : m_server.createStore();
    m_store = need(openStore(m_url, Access::Write));
    m_session = need(Session::open(m_url, Access::Write));
    if (isServer())
        run(QStringLiteral(
            "CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF to_jsonb(NEW) ->> "
            "TG_ARGV[0] = TG_ARGV[1] THEN RETURN NULL; END IF; RETURN NEW; END$$"));
}

void TestLeftOutRows::leaveOut(const QString& table, const QString& column, const QString& word) {
    run((isServer() ? QStringLiteral("CREATE TRIGGER leave_%1 BEFORE INSERT ON %1 FOR EACH ROW EXECUTE FUNCTION "
                                     "leave_out('%2', '%3')")
                    : QStringLiteral(
                        "CREATE TRIGGER leave_%1 BEFORE INSERT ON %1 WHEN CAST(NEW.%2 AS TEXT) = '%3' BEGIN SELECT "
                        "RAISE(IGNORE); END"))
            .arg(table, column, word));
}

void TestLeftOutRows::areRefused_data() {
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QByteArray>("payload"); // WORD is what the trigger looks at
    const auto row = [](const char* table, const char* column, const char* payload) {
        QTest::newRow(table) << QString::fromLatin1(table) << QString::fromLatin1(column) << QByteArray(payload);
    };
    row("messages", "content", R"({"kind":"message","message_number":7,"content":"WORD"})");
    row("port_messages", "port_name",
        R"({"port_name":"WORD","source_component":"a","target_component":"b","message_data":{}})");
    row("sink_storage", "sink_name", R"({"kind":"sink_record","sink_name":"WORD","data":1})");
    row("processed_events", "sensor_id",
        R"({"event_id":"e-WORD","sensor_id":"WORD","timestamp":"2025-10-16T00:00:00Z","value":1})");
    row("metrics", "sensor_id",
        R"({"event_id":"e-WORD","sensor_id":"WORD","timestamp":"2025-10-16T00:00:00Z","value":1})");
    row("component_metrics", "component_name",
        R"({"kind":"component_metric","component_name":"WORD","metric_name":"m","metric_value":1})");
    row("port_metrics", "port_name", R"({"kind":"port_metric","port_name":"WORD","messages_sent":1})");
    row("system_health", "component_name", R"({"kind":"health","component_name":"WORD","health_status":"healthy"})");
    row("checkpoints", "checkpoint_name", R"({"checkpoint_name":"WORD","component_name":"a","checkpoint_data":{}})");
    row("component_state", "component_name",
        R"({"kind":"component_state","component_name":"WORD","component_type":"Sink","state_data":{}})");
}

void TestLeftOutRows::areRefused() {
    QFETCH(const QString, table);
    QFETCH(const QString, column);
    QFETCH(const QByteArray, payload);
    leaveOut(table, column, QStringLiteral("skip"));
    const auto of = [&](const char* word) { return QByteArray(payload).replace("WORD", word); };
    const auto writer = need(m_store->ingestWriter());
    const auto refused =
        writer->store(IngestItems().payload(1, of("a")).payload(2, of("skip")).payload(3, of("c")).all());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Invalid);
    QVERIFY2(refused.error().text.contains(table) && refused.error().text.contains(QStringLiteral("left out 1 of ")),
             qPrintable(refused.error().text));
    const QByteArray rows = "SELECT count(*) FROM " + table.toLatin1();
    QCOMPARE(value(rows.constData()), 0);
    QCOMPARE(value("SELECT count(*) FROM portolan_source_chunks"), 0);
    QCOMPARE(need(writer->store(IngestItems().payload(1, of("a")).payload(3, of("c")).all())).stored, 2);
    QCOMPARE(value(rows.constData()), 2);
    const auto alone = writer->store(IngestItems().payload(2, of("skip")).all());
    QVERIFY(!alone && alone.error().code == ErrorCode::Invalid);
    QCOMPARE(need(writer->store(IngestItems().rejection(2, alone.error().text).all())).rejected, 1);
    QCOMPARE(value("SELECT count(*) FROM portolan_rejects"), 1);
}

void TestLeftOutRows::aSkippedVersionLeavesTheMark() {
    leaveOut(QStringLiteral("checkpoints"), QStringLiteral("version"), QStringLiteral("3"));
    const auto writer = need(m_store->ingestWriter());
    quint64 n = 0;
    const auto store = [&](const QByteArray& data) {
        return writer->store(
            IngestItems()
                .payload(++n, R"({"checkpoint_name":"c","component_name":"a","checkpoint_data":)" + data + '}')
                .all());
    };
    QCOMPARE(need(store("1")).stored, 1);
    QCOMPARE(need(store("2")).stored, 1);
    QVERIFY(!store("3"));
    QCOMPARE(value("SELECT count(*) FROM checkpoints"), 2);
    QCOMPARE(value("SELECT sum(version) FROM checkpoints WHERE is_latest"), 2);
}

void TestLeftOutRows::aBatchWithoutItsRowIsRefused() {
    leaveOut(QStringLiteral("batches"), QStringLiteral("id"), QStringLiteral("1"));
    const auto writer = need(m_store->ingestWriter());
    const auto refused = writer->store(IngestItems().message(1).all());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Invalid); // tried again and again it would be refused again and again
    QCOMPARE(value("SELECT count(*) FROM messages"), 0);
}

/// As before there were partitions: a trigger puts the row into a table that inherits, and tells the server of none.
void TestLeftOutRows::rowsThatArePassedOnAreThere() {
    if (!isServer())
        QSKIP("SQLite has no such tables");
    for (const char* table : {"messages", "sink_storage"}) {
        run(QStringLiteral("CREATE TABLE %1_today () INHERITS (%1)").arg(QLatin1String(table)));
        run(QStringLiteral(
                "CREATE FUNCTION pass_%1() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO %1_today SELECT "
                "NEW.*; RETURN NULL; END$$")
                .arg(QLatin1String(table)));
        run(QStringLiteral("CREATE TRIGGER pass BEFORE INSERT ON %1 FOR EACH ROW EXECUTE FUNCTION pass_%1()")
                .arg(QLatin1String(table)));
    }
    const auto writer = need(m_store->ingestWriter());
    const QByteArray sink = R"({"kind":"sink_record","sink_name":"s","data":1})";
    for (const quint64 first : {1, 20}) { // a new batch, and one that goes on
        IngestItems items;
        items.range(first, first + 3).payload(first + 4, sink);
        QCOMPARE(need(writer->store(items.all())).stored, 5);
    }
    QCOMPARE(value("SELECT count(*) FROM messages_today"), 8);
    QCOMPARE(value("SELECT count(*) FROM sink_storage_today"), 2);
}

/// There is no COPY into such a table, and its owner's condition is about the row.
void TestLeftOutRows::policiesDecideAboutRows() {
    if (!isServer())
        QSKIP("SQLite has no policies");
    const QString role = QStringLiteral("keeper%1").arg(QCoreApplication::applicationPid());
    run(QStringLiteral("CREATE ROLE %1 LOGIN").arg(role));
    run(QStringLiteral("GRANT ALL ON ALL TABLES IN SCHEMA public TO %1").arg(role));
    run(QStringLiteral("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO %1").arg(role));
    run(QStringLiteral("ALTER TABLE port_messages ENABLE ROW LEVEL SECURITY"));
    run(QStringLiteral("CREATE POLICY not_all ON port_messages USING (true) WITH CHECK (port_name <> 'skip')"));
    StoreUrl url = m_url;
    url.user = role;
    const auto store = need(openStore(url, Access::Write));
    const auto writer = need(store->ingestWriter());
    const auto payload = [](const char* port) {
        return QByteArray(
                   R"({"port_name":"PORT","source_component":"a","target_component":"b","message_data":{"a":[1,"\\n"]}})")
            .replace("PORT", port);
    };
    QCOMPARE(need(writer->store(IngestItems().payload(1, payload("a")).payload(2, payload("b")).all())).stored, 2);
    const auto refused = writer->store(IngestItems().payload(3, payload("skip")).all());
    QVERIFY(!refused);
    QVERIFY2(refused.error().code == ErrorCode::Invalid && refused.error().text.contains(QStringLiteral("policy")),
             qPrintable(refused.error().text));
    QCOMPARE(value("SELECT count(*) FROM port_messages"), 2);
}

QTEST_GUILESS_MAIN(TestLeftOutRows)
#include "tst_leftoutrows.moc"
