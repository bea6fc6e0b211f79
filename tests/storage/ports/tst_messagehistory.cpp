#include "storage/ports/messagehistory.h"
#include "storage/replay/replays.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/portrows.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>

using namespace portolan;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;
using std::chrono::minutes;
using std::chrono::seconds;

/// What a database tells of one message, and of the last hour of ports.
class TestMessageHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void tellsOfReplaysAndTheAudit();
    void findsWhereElseItWent();
    void keepsToTheNeighbours();
    void namesAreReadFromMetadataFirst();
    void aMessageThatIsGoneIsNotFound();
    void anotherProgramsTableHasItsRowAlone();
    void countsTheLastHourByTheMinute();
    void whatIsNotCountedIsNotShownAsZero();
    void withoutAnIndexNothingIsCountedByTheMinute();

private:
    [[nodiscard]] static PortMessage message(int number);
    void run(const QByteArray& sql);
    [[nodiscard]] std::unique_ptr<Store> open(Access access = Access::Read);
    [[nodiscard]] MessageHistory history(const QByteArray& id);
    using Figures = std::vector<std::optional<qint64>>;
    [[nodiscard]] Figures figures(const QByteArray& port);

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    bool m_onServer = false;
};

void TestMessageHistory::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestMessageHistory::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_onServer = onServer;
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createDatabase()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    if (qstrcmp(QTest::currentTestFunction(), "anotherProgramsTableHasItsRowAlone") != 0)
        QVERIFY(openStore(m_url, Access::Write).ok());
}

PortMessage TestMessageHistory::message(int number) {
    PortMessage made;
    made.id = test::portMessageId(number);
    made.portName = "orders";
    made.sourceComponent = "gateway";
    made.targetComponent = "worker";
    made.messageData = "{}";
    made.retryCount = 0;
    made.maxRetries = 3;
    made.createdAt = test::portNow() + seconds(number);
    return made;
}

void TestMessageHistory::run(const QByteArray& sql) {
    const QString failed = m_onServer ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed));
}

std::unique_ptr<Store> TestMessageHistory::open(Access access) {
    auto store = openStore(m_url, access);
    if (!store)
        qFatal("%s", qPrintable(store.error().text));
    return std::move(*store);
}

MessageHistory TestMessageHistory::history(const QByteArray& id) {
    auto found = open()->ports()->history(id, {});
    if (!found)
        qFatal("%s %s", qPrintable(found.error().text), qPrintable(found.error().details));
    return std::move(*found);
}

TestMessageHistory::Figures TestMessageHistory::figures(const QByteArray& port) {
    auto activity = open()->ports()->activity(test::portNow(), {});
    if (!activity)
        qFatal("%s %s", qPrintable(activity.error().text), qPrintable(activity.error().details));
    return activity->made[port];
}

void TestMessageHistory::tellsOfReplaysAndTheAudit() {
    PortMessage dead = message(1);
    dead.status = PortStatus::DeadLetter;
    dead.retryCount = 3;
    dead.errorMessage = "timeout";
    run(test::insertOf({dead, message(2)}));
    const auto store = open(Access::Write);
    ReplayOrder order;
    order.reason = "the server is back";
    order.actor = "ada";
    const auto frozen = test::frozenLater(*store->replays(), order);
    QVERIFY2(frozen.ok(), frozen ? "" : qPrintable(frozen.error().text));
    QVERIFY(store->replays()->change(frozen->run.id, RunState::Running, "ada", {}).ok());
    QVERIFY(store->replays()->step(frozen->run.id, 10, "ada").ok());

    const MessageHistory found = history(dead.id);
    QCOMPARE(found.message.id, dead.id);
    QCOMPARE(found.message.status, PortStatus::Pending);
    QCOMPARE(found.replays.size(), std::size_t(1));
    QCOMPARE(found.replays[0].runId, frozen->run.id);
    QCOMPARE(found.replays[0].state, ItemState::Replayed);
    QCOMPARE(found.replays[0].runState, RunState::Completed);
    QCOMPARE(found.replays[0].reason, QByteArray("the server is back"));
    QVERIFY(found.replays[0].updatedAt);
    QCOMPARE(found.audit.size(), std::size_t(1));
    QCOMPARE(found.audit[0].action, QByteArray("replay"));
    QCOMPARE(found.audit[0].runId, std::optional(frozen->run.id));
    QVERIFY(found.audit[0].before && found.audit[0].before->contains("dead_letter"));
    QVERIFY(found.audit[0].after && found.audit[0].after->contains("pending"));
    QVERIFY(history(message(2).id).audit.empty());
    QVERIFY(history(message(2).id).replays.empty());
}

void TestMessageHistory::findsWhereElseItWent() {
    const QByteArray correlation = "it's \\\\ \\\"7\\\""; // as JSON writes: it's \ "7"
    std::vector<PortMessage> messages;
    for (int i = 0; i < 6; ++i) {
        messages.push_back(message(i));
        messages.back().portName = i % 2 == 0 ? "orders" : "billing";
        messages.back().messageMetadata =
            "{\"correlation_id\": \"" + (i < 4 ? correlation : QByteArray("another")) + "\"}";
    }
    messages[2].messageData = "{\"event_id\": \"e-2\"}";
    run(test::insertOf(messages));
    run("INSERT INTO processed_events (event_id, sensor_id) VALUES ('e-2', 's-9')");

    const MessageHistory found = history(messages[2].id);
    QCOMPARE(found.correlationId, std::optional(QByteArray("it's \\ \"7\"")));
    QByteArrayList related;
    for (const RelatedMessage& each : found.related)
        related << each.id;
    QCOMPARE(related, (QByteArrayList{messages[0].id, messages[1].id, messages[3].id})); // by time, and not itself
    QCOMPARE(found.related[1].portName, QByteArray("billing"));
    QCOMPARE(found.related[1].status, QByteArray("pending"));
    QCOMPARE(found.related[1].createdAt, messages[1].createdAt);
    QVERIFY(found.processed);
    QCOMPARE(found.processed->eventId, QByteArray("e-2"));
    QCOMPARE(found.processed->sensorId, std::optional(QByteArray("s-9")));
    QVERIFY(!history(messages[3].id).processed);
}

/// A message of the same id that is too far away in time is not found: the question is bounded.
void TestMessageHistory::keepsToTheNeighbours() {
    PortMessage far = message(0);
    PortMessage near = message(MessageHistory::neighbours + 10);
    PortMessage asked = message(MessageHistory::neighbours + 20);
    for (PortMessage* each : {&far, &near, &asked})
        each->messageMetadata = "{\"correlation_id\": 7}";
    std::vector<PortMessage> messages{far, near, asked};
    for (int i = 1; i <= MessageHistory::neighbours; ++i)
        messages.push_back(message(i));
    run(test::insertOf(messages));
    const MessageHistory found = history(asked.id);
    QCOMPARE(found.correlationId, std::optional(QByteArray("7")));
    QCOMPARE(found.related.size(), std::size_t(1));
    QCOMPARE(found.related[0].id, near.id);
}

void TestMessageHistory::namesAreReadFromMetadataFirst() {
    PortMessage asked = message(1);
    asked.messageData = "{\"correlation_id\": \"of the data\"}";
    QCOMPARE(namedInMessage(asked, "correlation_id"), std::optional(QByteArray("of the data")));
    asked.messageMetadata = "{\"correlation_id\": \"of the metadata\"}";
    QCOMPARE(namedInMessage(asked, "correlation_id"), std::optional(QByteArray("of the metadata")));
    for (const char* none :
         {"{\"correlation_id\": null}", "{\"correlation_id\": {}}", "{\"correlation_id\": \"\"}", "[]", "{", ""}) {
        asked.messageData = none;
        asked.messageMetadata = none;
        QVERIFY2(!namedInMessage(asked, "correlation_id"), none);
    }
}

void TestMessageHistory::aMessageThatIsGoneIsNotFound() {
    for (const char* id : {"00000000-0000-4000-8000-000000000000", "x", ""}) {
        const auto found = open()->ports()->history(id, {});
        QVERIFY(!found.ok());
        QCOMPARE(found.error().code, ErrorCode::NotFound);
    }
}

void TestMessageHistory::anotherProgramsTableHasItsRowAlone() {
    run("CREATE TABLE port_messages (id INTEGER PRIMARY KEY, port_name TEXT, source_component TEXT, "
        "target_component TEXT, message_data TEXT, status TEXT)");
    run("INSERT INTO port_messages VALUES (7, 'orders', 'a', 'b', '{\"correlation_id\": \"c\"}', 'failed')");
    const MessageHistory found = history("7");
    QCOMPARE(found.message.portName, QByteArray("orders"));
    QVERIFY(found.audit.empty() && found.replays.empty() && found.related.empty() && !found.processed);
}

void TestMessageHistory::countsTheLastHourByTheMinute() {
    std::vector<PortMessage> messages;
    const auto add = [&](const char* port, PortStatus status, std::optional<Timestamp> created) {
        messages.push_back(message(static_cast<int>(messages.size())));
        messages.back().portName = port;
        messages.back().status = status;
        messages.back().createdAt = created;
    };
    const Timestamp now = test::portNow(); // on a whole minute
    add("orders", PortStatus::Pending, now);
    add("orders", PortStatus::Completed, now - seconds(1));
    add("orders", PortStatus::Failed, now - seconds(60));
    add("orders", PortStatus::DeadLetter, now - seconds(61));
    add("orders", PortStatus::Processing, now - minutes(59));
    add("orders", PortStatus::Completed, now - minutes(59) - seconds(1)); // an hour ago
    add("orders", PortStatus::Completed, now + seconds(1));               // to come
    add("orders", PortStatus::Completed, std::nullopt);
    add("billing", PortStatus::Completed, now - minutes(30));
    run(test::insertOf(messages));
    Figures orders(PortActivity::minutes, 0);
    orders[59] = 1;
    orders[58] = 2;
    orders[57] = 1;
    orders[0] = 1;
    QCOMPARE(figures("orders"), orders);
    Figures billing(PortActivity::minutes, 0);
    billing[29] = 1;
    QCOMPARE(figures("billing"), billing);
}

void TestMessageHistory::whatIsNotCountedIsNotShownAsZero() {
    const QByteArray time = m_onServer ? "TIMESTAMPTZ '2025-10-16T12:00:00Z' - n * INTERVAL '10 milliseconds'"
                                       : "strftime('%Y-%m-%dT%H:%M:%fZ', '2025-10-16T12:00:00', "
                                         "'-' || (n / 100.0) || ' seconds')";
    const auto insert = [&](int from, int until) {
        run("WITH RECURSIVE numbers(n) AS (SELECT " + QByteArray::number(from)
            + " UNION ALL SELECT n + 1 FROM numbers WHERE n < " + QByteArray::number(until - 1)
            + ") INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
              "created_at) SELECT 'orders', 'a', 'b', '{}', 'completed', "
            + time + " FROM numbers");
    };
    insert(0, 60'000); // a hundred a second for ten minutes: more than its share, which the others leave to it
    Figures made = figures("orders");
    QCOMPARE(made.size(), std::size_t(PortActivity::minutes));
    QCOMPARE(made[58], std::optional<qint64>(6000));
    QCOMPARE(made[50], std::optional<qint64>(6000));
    QCOMPARE(made[0], std::optional<qint64>(0));
    insert(60'000, 205'000); // more than are counted
    made = figures("orders");
    QCOMPARE(made[58], std::optional<qint64>(6000));
    QCOMPARE(made[26], std::optional<qint64>(6000));
    QVERIFY(!made[25]); // began to be counted in the middle
    QVERIFY(!made[24]);
    QVERIFY(!made[0]);
}

void TestMessageHistory::withoutAnIndexNothingIsCountedByTheMinute() {
    PortMessage one = message(0);
    one.createdAt = test::portNow();
    run(test::insertOf({one}));
    run("DROP INDEX idx_port_messages_port_status");
    QVERIFY(figures("orders").empty());
}

QTEST_GUILESS_MAIN(TestMessageHistory)
#include "tst_messagehistory.moc"
