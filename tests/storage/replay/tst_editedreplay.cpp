#include "storage/ports/ports.h"
#include "storage/replay/outboxrelay.h"
#include "storage/replay/replayrunner.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sources/redis/redisoutboxsink.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QTest>

using namespace portolan;
using portolan::test::frozenLater;
using portolan::test::need;
using portolan::test::PostgresServer;
using portolan::test::RedisClient;
using portolan::test::RedisServer;
using portolan::test::TempFolder;

namespace {

constexpr char actor[] = "tester";
constexpr char odd[] = "{ \"big\":9223372036854775807,\t\"max\" : 18446744073709551615 , \"n\":1, \"n\":2,\"a\":1.50 }";

bool sameText(const DeathNote& before, const DeathNote& after) {
    return before.message == after.message;
}

QString idOf(int n) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0'));
}

} // namespace

class TestEditedReplay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void changesOnlyTheBytesOfTheField();
    void replacesAWholeDocumentByteForByte();
    void theOldRowIsArchivedAndLinked();
    void whatDoesNotApplyFailsAlone();
    void previewSaysWhatChanges();
    void closureFollowsTheNewRow();
    void recallRestoresTheTable();
    void recallLeavesNumbersThatAreTaken();
    void recallLeavesWhatAWorkerTook();
    void recallLeavesAnIdThatIsTaken();
    void aBrokenStepLeavesNothing();
    void refusesAnEditThatIsNone();
    void refusesADocumentForMany();
    void refusesIdsThatAreNumbers();
    void whatTheServerCannotHoldFailsAlone();
    void bytesThatAreNoTextSurvive();
    void goesOutEdited();
    void whatDoesNotApplyDoesNotGoOut();
    void idsThatAreNumbersGoOut();
    void cancelledOutwardIsAsItWas();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    Connection& connection() { return m_session->connection(); }
    void run(const QString& sql, const QVariantList& values = {}) { need(connection().execute(sql, values)); }
    void run(const char* sql) { run(QString::fromUtf8(sql)); }
    QString value(const QString& sql) { return need(connection().value(sql)).toString(); }
    QString value(const char* sql) { return value(QString::fromUtf8(sql)); }
    void add(int first, int last, const QByteArray& document = odd);
    QStringList dump(const char* table = "port_messages");
    ReplayOrder order(const QByteArray& edit);
    QByteArray freeze(const QByteArray& edit) { return need(frozenLater(*m_replays, order(edit))).run.id; }
    ReplayRun carryOut(const QByteArray& run) {
        return need(ReplayRunner(*m_replays, sameText, actor).carryOut(run, {}, {}, {}));
    }

    QByteArray freezeFor(const SourceUrl& to, const QByteArray& edit);
    ReplayRun send(const QByteArray& run, const SourceUrl& to);
    static QByteArrayList arrived(RedisServer& redis);

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<SqlReplays> m_replays;
};

void TestEditedReplay::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestEditedReplay::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_replays.reset();
    m_session.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")))
                : m_server.createStore();
    need(openStore(m_url, Access::Write)).reset();
    m_session = need(Session::open(m_url, Access::Write));
    m_replays = std::make_unique<SqlReplays>(*m_session);
}

void TestEditedReplay::add(int first, int last, const QByteArray& document) {
    const auto as = [this](const char* type) {
        return isServer() ? QStringLiteral("CAST(? AS %1)").arg(QLatin1String(type)) : QStringLiteral("?");
    };
    run("BEGIN");
    for (int n = first; n <= last; ++n)
        run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, "
                           "message_data, message_metadata, status, retry_count, created_at, error_message) VALUES "
                           "(%1, 'orders', 'a', 'b', %2, %2, 'dead_letter', 3, %3, 'timeout')")
                .arg(as("uuid"), as("jsonb"), as("timestamptz")),
            {idOf(n), QString::fromUtf8(document), QStringLiteral("{\"key\": \"k\"}"),
             QString::fromLatin1(toIsoTime(Timestamp(std::chrono::seconds(1'700'000'000 + n))))});
    run("COMMIT");
}

/// In the table's own order, with SQLite's row numbers.
QStringList TestEditedReplay::dump(const char* table) {
    QStringList rows;
    const QString which = isServer() ? QStringLiteral("SELECT * FROM %1 ORDER BY id")
                                     : QStringLiteral("SELECT rowid AS place, * FROM %1 ORDER BY rowid");
    QSqlQuery query = need(connection().run(which.arg(QLatin1String(table))));
    while (need(connection().next(query))) {
        QStringList cells;
        for (int i = 0; i < (isServer() ? 14 : 15); ++i)
            cells << (query.value(i).isNull() ? QStringLiteral("NULL") : query.value(i).toString());
        rows << cells.join(QLatin1Char('|'));
    }
    return rows;
}

ReplayOrder TestEditedReplay::order(const QByteArray& edit) {
    ReplayOrder made;
    made.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    made.reason = "a test";
    made.actor = actor;
    made.edit = edit;
    return made;
}

void TestEditedReplay::changesOnlyTheBytesOfTheField() {
    add(1, 3);
    const ReplayRun done = carryOut(freeze(R"([{"op":"replace","path":"/a","value":"new"}])"));
    QCOMPARE(done.counts[ItemState::Replayed], 3);
    const QString expected = isServer() ? QStringLiteral("{\"a\": \"new\", \"n\": 2, \"big\": 9223372036854775807, "
                                                         "\"max\": 18446744073709551615}")
                                        : QString::fromUtf8(QByteArray(odd).replace("1.50", "\"new\""));
    QCOMPARE(value("SELECT count(DISTINCT CAST(message_data AS text)) FROM port_messages"), QStringLiteral("1"));
    QCOMPARE(value("SELECT CAST(message_data AS text) FROM port_messages LIMIT 1"), expected);
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'pending' AND retry_count = 0 AND "
                   "port_name = "
                   "'orders' AND error_message IS NULL"),
             QStringLiteral("3"));
}

void TestEditedReplay::replacesAWholeDocumentByteForByte() {
    add(1, 1);
    const QByteArray document = "{\"b\" : 18446744073709551615,\n \"a\":1,\"a\":1.0}\n";
    carryOut(freeze(document));
    QCOMPARE(value("SELECT CAST(message_data AS text) FROM port_messages"),
             isServer() ? QStringLiteral("{\"a\": 1.0, \"b\": 18446744073709551615}") : QString::fromUtf8(document));
}

void TestEditedReplay::theOldRowIsArchivedAndLinked() {
    add(1, 1);
    const QByteArray run = freeze(R"([{"op":"remove","path":"/n"}])");
    carryOut(run);
    const ReplayItem item = need(m_replays->items(run, 0, 10)).at(0);
    QCOMPARE(item.messageId, idOf(1).toUtf8());
    QVERIFY(item.replacedBy);
    const QString fresh = QString::fromUtf8(*item.replacedBy);
    QCOMPARE(value("SELECT CAST(id AS text) FROM port_messages"), fresh);
    QSqlQuery row = need(connection().run(QStringLiteral("SELECT message_id, cause, replaced_by, reason, actor, "
                                                         "original, row_image FROM portolan_message_archive")));
    QVERIFY(need(connection().next(row)));
    QCOMPARE(row.value(0).toString(), idOf(1));
    QCOMPARE(row.value(1).toString(), QStringLiteral("edited"));
    QCOMPARE(row.value(2).toString(), fresh);
    QCOMPARE(row.value(3).toString(), QStringLiteral("a test"));
    QCOMPARE(row.value(4).toString(), QLatin1String(actor));
    if (!isServer())
        QCOMPARE(row.value(5).toByteArray(), QByteArray(odd));
    QVERIFY(row.value(5).toByteArray().contains("18446744073709551615"));
    QVERIFY(row.value(6).toString().contains(QLatin1String("dead_letter")));
    QVERIFY(!need(connection().next(row)));
    row = need(connection().run(QStringLiteral("SELECT subject_id, before_image, after_image, reason FROM "
                                               "portolan_audit WHERE action = 'replay_edited'")));
    QVERIFY(need(connection().next(row)));
    QCOMPARE(row.value(0).toString(), idOf(1));
    QVERIFY(row.value(1).toString().contains(QLatin1String("dead_letter")));
    QVERIFY(row.value(2).toString().contains(fresh));
    QCOMPARE(row.value(3).toString(), QStringLiteral("a test"));
}

void TestEditedReplay::whatDoesNotApplyFailsAlone() {
    add(1, 20);
    add(21, 25, R"({"other":1})");
    const QStringList before = dump();
    const QByteArray run = freeze(R"([{"op":"test","path":"/n","value":2},{"op":"replace","path":"/n","value":3}])");
    const ReplayRun done = carryOut(run);
    QCOMPARE(done.state, RunState::Completed);
    QCOMPARE(done.counts[ItemState::Replayed], 20);
    QCOMPARE(done.counts[ItemState::Failed], 5);
    QCOMPARE(done.counts.total(), 25);
    for (const ReplayItem& item : need(m_replays->items(run, 20, 10))) {
        QCOMPARE(item.state, ItemState::Failed);
        QCOMPARE(*item.detail, QByteArray("not edited: there is no /n"));
        QVERIFY(!item.replacedBy);
    }
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'dead_letter' AND retry_count = 3"),
             QStringLiteral("5"));
    QCOMPARE(need(m_replays->recall(run, actor, "wrong", {})), 20);
    QCOMPARE(dump(), before);
}

void TestEditedReplay::previewSaysWhatChanges() {
    add(1, 2);
    add(3, 40, R"({"other":1})");
    const ReplayPreview preview =
        need(frozenLater(*m_replays, order(R"([{"op":"replace","path":"/max","value":1e2}])")));
    QCOMPARE(preview.notEditable, 38);
    QCOMPARE(preview.whyNotEditable, QStringLiteral("there is no /max"));
    QCOMPARE(preview.edits.size(), 2U);
    QCOMPARE(preview.edits[1].messageId, idOf(2).toUtf8());
    QCOMPARE(preview.edits[1].changes.size(), 1U);
    QCOMPARE(differenceText(preview.edits[1].changes[0]), QByteArray("/max: 18446744073709551615 → 1e2"));
}

void TestEditedReplay::closureFollowsTheNewRow() {
    add(1, 4);
    const QByteArray id = freeze(R"([{"op":"add","path":"/x","value":1}])");
    carryOut(id);
    const std::vector<ReplayItem> items = need(m_replays->items(id, 0, 10));
    const auto set = [&](std::size_t at, const char* what) {
        run(QStringLiteral("%1 WHERE id = '%2'").arg(QLatin1String(what), QString::fromUtf8(*items[at].replacedBy)));
    };
    set(0, "UPDATE port_messages SET status = 'completed'");
    set(1, "UPDATE port_messages SET status = 'dead_letter', error_message = 'timeout'");
    set(2, "DELETE FROM port_messages");
    const ItemCounts counts = need(m_replays->settle(id, sameText, {}));
    QCOMPARE(counts[ItemState::Completed], 1);
    QCOMPARE(counts[ItemState::FailedSame], 1);
    QCOMPARE(counts[ItemState::Vanished], 1);
    QCOMPARE(counts[ItemState::Pending], 1);
}

void TestEditedReplay::recallRestoresTheTable() {
    add(1, 700);
    const QStringList before = dump();
    const QByteArray id = freeze(R"([{"op":"replace","path":"/n","value":null}])");
    carryOut(id);
    QVERIFY(dump() != before);
    QCOMPARE(need(m_replays->recall(id, actor, "wrong one", {})), 700);
    QCOMPARE(dump(), before);
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive WHERE restored_at IS NULL"), QStringLiteral("0"));
    QCOMPARE(need(m_replays->run(id)).counts[ItemState::Recalled], 700);
    QCOMPARE(carryOut(freeze(R"([{"op":"replace","path":"/n","value":7}])")).counts[ItemState::Replayed], 700);
}

/// A row that needs another number does not take that of one that comes back after it.
void TestEditedReplay::recallLeavesNumbersThatAreTaken() {
    add(1, 4);
    const QByteArray id = freeze(R"([{"op":"replace","path":"/n","value":null}])");
    carryOut(id);
    if (!isServer()) {
        run(QStringLiteral("UPDATE portolan_message_archive SET row_key = 2 WHERE message_id = '%1'").arg(idOf(3)));
        run(QStringLiteral("INSERT INTO port_messages (rowid, id, port_name, source_component, target_component, "
                           "message_data, status) VALUES (1, '%1', 'orders', 'a', 'b', '{}', 'pending')")
                .arg(idOf(9)));
    }
    QCOMPARE(need(m_replays->recall(id, actor, "wrong", {})), 4);
    if (isServer())
        return;
    QStringList rows;
    QSqlQuery query = need(connection().run(QStringLiteral("SELECT rowid, id FROM port_messages ORDER BY rowid")));
    while (need(connection().next(query)))
        rows << query.value(0).toString() + u'|' + query.value(1).toString().right(1);
    QCOMPARE(rows.join(u' '), QStringLiteral("1|9 2|2 4|4 5|1 6|3"));
}

void TestEditedReplay::recallLeavesWhatAWorkerTook() {
    add(1, 3);
    const QByteArray id = freeze(R"([{"op":"replace","path":"/n","value":null}])");
    carryOut(id);
    const QByteArray taken = *need(m_replays->items(id, 1, 1)).at(0).replacedBy;
    run(QStringLiteral("UPDATE port_messages SET status = 'processing' WHERE id = '%1'").arg(QString::fromUtf8(taken)));
    QCOMPARE(need(m_replays->recall(id, actor, "stop", {})), 2);
    QCOMPARE(value("SELECT CAST(id AS text) FROM port_messages WHERE status = 'processing'"), QString::fromUtf8(taken));
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'dead_letter'"), QStringLiteral("2"));
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive WHERE restored_at IS NULL"), QStringLiteral("1"));
}

void TestEditedReplay::recallLeavesAnIdThatIsTaken() {
    add(1, 2);
    const QByteArray id = freeze(R"([{"op":"replace","path":"/n","value":null}])");
    carryOut(id);
    add(2, 2); // somebody sends it once more
    QCOMPARE(need(m_replays->recall(id, actor, "stop", {})), 1);
    QCOMPARE(value("SELECT count(*) FROM port_messages"), QStringLiteral("3"));
    QCOMPARE(need(m_replays->run(id)).counts[ItemState::Recalled], 1);
}

void TestEditedReplay::aBrokenStepLeavesNothing() {
    add(1, 10);
    const QStringList before = dump();
    if (isServer())
        run("CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RETURN NULL; END; $$ LANGUAGE plpgsql");
    run(isServer() ? "CREATE TRIGGER refuse BEFORE DELETE ON port_messages FOR EACH ROW EXECUTE FUNCTION refuse()"
                   : "CREATE TRIGGER refuse BEFORE DELETE ON port_messages BEGIN SELECT RAISE(IGNORE); END");
    const QByteArray id = freeze(R"([{"op":"replace","path":"/n","value":null}])");
    const auto failed = ReplayRunner(*m_replays, sameText, actor).carryOut(id, {}, {}, {});
    QVERIFY(!failed);
    QVERIFY2(failed.error().text.contains(QLatin1String("trigger")), qPrintable(failed.error().text));
    QCOMPARE(dump(), before);
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive"), QStringLiteral("0"));
    run(isServer() ? "DROP TRIGGER refuse ON port_messages" : "DROP TRIGGER refuse");
    QCOMPARE(carryOut(id).counts[ItemState::Replayed], 10);
}

void TestEditedReplay::refusesAnEditThatIsNone() {
    add(1, 1);
    for (const char* text : {"", "{", "[]", R"([{"op":"rename","path":"/a"}])"}) {
        const auto refused = frozenLater(*m_replays, order(text));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Usage);
    }
    QCOMPARE(value("SELECT count(*) FROM portolan_replay_runs"), QStringLiteral("0"));
}

void TestEditedReplay::refusesADocumentForMany() {
    add(1, 2);
    const auto refused = frozenLater(*m_replays, order("{\"a\":1}"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QCOMPARE(value("SELECT count(*) FROM portolan_replay_runs"), QStringLiteral("0"));
}

void TestEditedReplay::refusesIdsThatAreNumbers() {
    run("DROP VIEW dead_letter_queue");
    run("DROP TABLE port_messages");
    run("CREATE TABLE port_messages (id INTEGER PRIMARY KEY, port_name TEXT, source_component TEXT, "
        "target_component TEXT, status TEXT, message_data TEXT)");
    run("INSERT INTO port_messages VALUES (1, 'p', 'a', 'b', 'dead_letter', '{\"a\":1}')");
    const auto refused = frozenLater(*m_replays, order(R"([{"op":"remove","path":"/a"}])"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    QVERIFY2(refused.error().text.contains(QLatin1String("integer"), Qt::CaseInsensitive),
             qPrintable(refused.error().text));
}

void TestEditedReplay::whatTheServerCannotHoldFailsAlone() {
    if (!isServer())
        QSKIP("SQLite keeps any JSON");
    add(1, 1);
    for (const char* text : {R"("\u0000")", R"("\ud800")", "1e200000"}) {
        const QByteArray patch = "[{\"op\":\"replace\",\"path\":\"/n\",\"value\":" + QByteArray(text) + "}]";
        const ReplayRun done = carryOut(freeze(patch));
        QCOMPARE(done.state, RunState::Completed);
        QCOMPARE(done.counts[ItemState::Failed], 1);
    }
}

void TestEditedReplay::bytesThatAreNoTextSurvive() {
    if (isServer())
        QSKIP("a server keeps valid text only");
    add(1, 1);
    const QByteArray document = "{\"t\":\"\xff\xfe\",\"n\":1}";
    run(QStringLiteral("UPDATE port_messages SET message_data = CAST(? AS TEXT)"), {document});
    const QStringList before = dump();
    const QByteArray id = freeze(R"([{"op":"replace","path":"/n","value":2}])");
    carryOut(id);
    const auto bytes = [this] {
        return need(connection().value(QStringLiteral("SELECT CAST(message_data AS BLOB) FROM port_messages")))
            .toByteArray();
    };
    QCOMPARE(bytes(), QByteArray("{\"t\":\"\xff\xfe\",\"n\":2}"));
    QCOMPARE(need(connection().value(QStringLiteral("SELECT original FROM portolan_message_archive"))).toByteArray(),
             document);
    QCOMPARE(need(m_replays->recall(id, actor, "stop", {})), 1);
    QCOMPARE(bytes(), document);
}

QByteArray TestEditedReplay::freezeFor(const SourceUrl& to, const QByteArray& edit) {
    ReplayOrder outward = order(edit);
    outward.to = to;
    return need(frozenLater(*m_replays, outward)).run.id;
}

ReplayRun TestEditedReplay::send(const QByteArray& run, const SourceUrl& to) {
    RedisOutboxSink sender(to, run);
    OutboxRelay courier(*m_replays, sender, run, actor);
    return need(ReplayRunner(*m_replays, sameText, actor, &courier).carryOut(run, {}, {}, {}));
}

/// The payload of each entry of the stream.
QByteArrayList TestEditedReplay::arrived(RedisServer& redis) {
    const QByteArrayList words = RedisClient(redis.port()).run({"XRANGE", "k", "-", "+"});
    QByteArrayList payloads;
    for (qsizetype at = 0; at + 1 < words.size(); ++at) {
        if (words[at] == "payload")
            payloads << words[at + 1];
    }
    return payloads;
}

void TestEditedReplay::goesOutEdited() {
    add(1, 40);
    RedisServer redis;
    const SourceUrl to = redis.source(SourceKind::RedisStream, "k");
    const QString original = value("SELECT CAST(message_data AS text) FROM port_messages LIMIT 1");
    const QByteArray id = freezeFor(to, R"([{"op":"replace","path":"/a","value":"new"}])");
    const ReplayRun done = send(id, to);
    QCOMPARE(done.state, RunState::Completed);
    QCOMPARE(done.counts[ItemState::Completed], 40);
    const QByteArray expected = isServer() ? QByteArray("{\"a\": \"new\", \"n\": 2, \"big\": 9223372036854775807, "
                                                        "\"max\": 18446744073709551615}")
                                           : QByteArray(odd).replace("1.50", "\"new\"");
    QCOMPARE(arrived(redis), QByteArrayList(40, expected));
    // The original stays where it was, completed, byte for byte; what went is in the outbox beside it.
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'completed'"), QStringLiteral("40"));
    QCOMPARE(value("SELECT count(DISTINCT CAST(message_data AS text)) FROM port_messages"), QStringLiteral("1"));
    QCOMPARE(value("SELECT CAST(message_data AS text) FROM port_messages LIMIT 1"), original);
    QCOMPARE(need(connection().value(QStringLiteral("SELECT payload FROM portolan_outbox LIMIT 1"))).toByteArray(),
             expected);
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive"), QStringLiteral("0"));
}

void TestEditedReplay::whatDoesNotApplyDoesNotGoOut() {
    add(1, 20);
    add(21, 25, R"({"other":1})");
    RedisServer redis;
    const SourceUrl to = redis.source(SourceKind::RedisStream, "k");
    const QByteArray id =
        freezeFor(to, R"([{"op":"test","path":"/n","value":2},{"op":"replace","path":"/n","value":3}])");
    const ReplayRun done = send(id, to);
    QCOMPARE(done.state, RunState::Completed);
    QCOMPARE(done.counts[ItemState::Completed], 20);
    QCOMPARE(done.counts[ItemState::Failed], 5);
    QCOMPARE(done.counts.total(), 25);
    QCOMPARE(arrived(redis).size(), 20);
    for (const ReplayItem& item : need(m_replays->items(id, 20, 10))) {
        QCOMPARE(item.state, ItemState::Failed);
        QCOMPARE(*item.detail, QByteArray("not edited: there is no /n"));
    }
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'dead_letter' AND retry_count = 3"),
             QStringLiteral("5"));
}

void TestEditedReplay::idsThatAreNumbersGoOut() {
    run("DROP VIEW dead_letter_queue");
    run("DROP TABLE port_messages");
    run("CREATE TABLE port_messages (id INTEGER PRIMARY KEY, port_name TEXT, source_component TEXT, "
        "target_component TEXT, status TEXT, message_data TEXT)");
    run("INSERT INTO port_messages VALUES (1, 'p', 'a', 'b', 'dead_letter', '{\"a\":1, \"b\":2}')");
    RedisServer redis;
    const SourceUrl to = redis.source(SourceKind::RedisStream, "k");
    const ReplayRun done = send(freezeFor(to, R"([{"op":"replace","path":"/a","value":"\u0000"}])"), to);
    QCOMPARE(done.counts[ItemState::Completed], 1);
    QCOMPARE(arrived(redis), QByteArrayList({QByteArray("{\"a\":\"\\u0000\", \"b\":2}")}));
}

void TestEditedReplay::cancelledOutwardIsAsItWas() {
    add(1, 30);
    RedisServer redis;
    const SourceUrl to = redis.source(SourceKind::RedisStream, "k");
    const QStringList before = dump();
    const QByteArray id = freezeFor(to, R"([{"op":"replace","path":"/a","value":"new"}])");
    need(m_replays->change(id, RunState::Running, actor, {}));
    RedisOutboxSink lost(to, id);
    const OutboxLink link = need(lost.open({}));
    QCOMPARE(need(m_replays->outbox().claim(id, 10, link, actor)).messages.size(), 10U);
    QVERIFY(dump() != before);
    need(m_replays->change(id, RunState::Cancelled, actor, {}));
    RedisOutboxSink sender(to, id);
    OutboxRelay courier(*m_replays, sender, id, actor);
    need(courier.giveBack({}));
    QCOMPARE(dump(), before);
    QCOMPARE(arrived(redis).size(), 0);
}

QTEST_GUILESS_MAIN(TestEditedReplay)
#include "tst_editedreplay.moc"
