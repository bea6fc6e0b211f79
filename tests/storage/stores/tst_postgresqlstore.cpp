#include "storage/stores/postgresqlstore.h"

#include "storage/ingest/sql/sqldedupset.h"
#include "storage/sql/bulkinsert.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "tests/support/ingestitems.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/restarts.h"

#include <QRandomGenerator>
#include <QScopeGuard>
#include <QTest>
#include <limits>
#include <map>
#include <set>
#include <thread>

using namespace portolan;
using portolan::test::answersAgain;
using portolan::test::IngestItems;
using portolan::test::isPooled;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<Store> open(const StoreUrl& url, Access access) {
    auto store = openPostgresqlStore(url, access);
    if (!store)
        qFatal("%s %s", qPrintable(store.error().text), qPrintable(store.error().details));
    return std::move(*store);
}

std::unique_ptr<IngestWriter> writerOn(const StoreUrl& url) {
    auto writer = open(url, Access::Write)->ingestWriter();
    if (!writer)
        qFatal("%s", qPrintable(writer.error().text));
    return std::move(*writer);
}

QString text(const Result<IngestCounts>& counts) {
    if (!counts)
        return counts.error().text + counts.error().details;
    return QStringLiteral("%1 %2 %3").arg(counts->stored).arg(counts->duplicates).arg(counts->rejected);
}

QByteArray sensorEvent(const QByteArray& id) {
    return R"({"kind":"sensor_event","event_id":")" + id
           + R"(","sensor_id":"s","timestamp":"2024-02-01T10:00:00Z","value":1})";
}

constexpr char everythingStored[] = "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM batches) + "
                                    "(SELECT count(*) FROM portolan_source_chunks) + "
                                    "(SELECT count(*) FROM portolan_rejects)";

/// Makes the server end the writer's process while it commits.
constexpr char dieInCommit[] =
    "CREATE FUNCTION die() RETURNS TRIGGER AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid());"
    "RETURN NULL; END $$ LANGUAGE plpgsql;"
    "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION die()";

} // namespace

class TestPostgresqlStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void missingDatabaseIsNotFound();
    void readingAnEmptyDatabaseLeavesNoTrace();
    void readsWhatAnotherProgramMade();
    void saysWhatAnotherProgramLacks();
    void seesColumnsThatComeLater();
    void refusedDataLeavesNothing();
    void poisonIsToldFromItsNeighbours();
    void theKeyTellsWhatIsStored_data();
    void theKeyTellsWhatIsStored();
    void aMetricWithoutItsGuardIsNotDoubled();
    void lockedTailIsBusy();
    void foreignBatchIsBusyNotPoison();
    void cutInCommitIsRecoveredAndStoredOnce();
    void committedWithoutAnAnswerIsStoredOnce_data();
    void committedWithoutAnAnswerIsStoredOnce();
    void withoutKeysAndCommitIsStoredAgain();
    void terminatedBetweenGroupsGoesOn();
    void survivesRestarts_data();
    void survivesRestarts();
    void readersGoOnAfterRestart();
    void keyChunksAreExact();
    void knowsKeysBeyondSignedIntegers();
    void damagedKeysAreNotGuessed();
    void copiesEveryKindOfCell();
    void skipsRowsThatAreThere();
    void markSeesUpdatesOfOthers();
    void hugeContentArrives();
    void usesIndexesForPages_data();
    void usesIndexesForPages();

private:
    PostgresServer m_server;
    StoreUrl m_url;
};

void TestPostgresqlStore::init() {
    m_url = m_server.createDatabase();
}

void TestPostgresqlStore::missingDatabaseIsNotFound() {
    m_url.database = QStringLiteral("missing");
    for (const Access access : {Access::Read, Access::Write})
        QCOMPARE(openPostgresqlStore(m_url, access).error().code, ErrorCode::NotFound);
}

void TestPostgresqlStore::readingAnEmptyDatabaseLeavesNoTrace() {
    const QString before = m_server.schemaOf(m_url);
    const auto store = open(m_url, Access::Read);
    QVERIFY(store->unavailableReason(Feature::Batches)->contains(QLatin1String("no table batches")));
    QVERIFY(store->unavailableReason(Feature::Receive).has_value());
    QCOMPARE(m_server.schemaOf(m_url), before);
}

/// Times of every kind, names in capitals, identifiers of 32 bits, and tables that nobody asked for.
void TestPostgresqlStore::readsWhatAnotherProgramMade() {
    PostgresScript script(m_url);
    QCOMPARE(script.run(
                 "CREATE TABLE batches (id serial PRIMARY KEY, filename varchar(40), \"ID\" text, "
                 "date_created timestamptz, date_modified text);"
                 "CREATE TABLE messages (id integer PRIMARY KEY, batch_id smallint, content varchar(99), "
                 "timestamp timestamp with time zone);"
                 "CREATE TABLE \"Odd; name\" (a integer);"
                 "INSERT INTO batches VALUES (1, 'one', 'x', '2025-10-16 14:56:05.123456+02', '2025-10-16T12:00:00Z');"
                 "INSERT INTO messages VALUES (5, 1, 'kept', '2025-10-16 14:56:05+00'), (6, 1, NULL, NULL)"),
             QString());
    const auto store = open(m_url, Access::Read);
    QVERIFY(!store->unavailableReason(Feature::Batches).has_value());
    const auto batch = store->batches().batch(1);
    QVERIFY2(batch.ok(), batch ? "" : qPrintable(batch.error().details));
    QCOMPARE(toIsoTime(batch->dateCreated), QByteArray("2025-10-16T12:56:05.123Z"));
    QCOMPARE(toIsoTime(batch->dateModified), QByteArray("2025-10-16T12:00:00.000Z"));
    QCOMPARE(store->batches().message({0, 5})->content, QByteArray("kept"));
    QCOMPARE(store->batches().message({0, 1ll << 40}).error().code, ErrorCode::NotFound);
    for (const char* filter :
         {"timestamp:2025-10-16", "timestamp<2025-10-17", "id:5", "content~KEPT", "batch_id:1 timestamp:*"}) {
        ListQuery query;
        query.filter = *parseFilter(QString::fromLatin1(filter), messageSchema(), currentTime());
        query.sort = {"timestamp", true};
        const auto page = store->batches().messages().page(query, {});
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().details));
        QCOMPARE(page->rows.size(), std::size_t(1));
    }
    ListQuery sorted;
    sorted.sort = {"timestamp", false};
    sorted.limit = 1;
    const auto first = store->batches().messages().page(sorted, {});
    QCOMPARE(first->rows.front().id.row, 6);
    sorted.after = first->next;
    QCOMPARE(store->batches().messages().page(sorted, {})->rows.front().id.row, 5);
    QVERIFY(open(m_url, Access::Write)
                ->unavailableReason(Feature::Receive)
                ->contains(QLatin1String("Another program created")));
}

void TestPostgresqlStore::saysWhatAnotherProgramLacks() {
    QCOMPARE(PostgresScript(m_url).run(
                 "CREATE TABLE batches (id uuid PRIMARY KEY, filename text); CREATE VIEW messages AS SELECT 1 AS id"),
             QString());
    const auto store = open(m_url, Access::Read);
    QVERIFY2(store->unavailableReason(Feature::Batches)->contains(QLatin1String("not a whole-number primary key")),
             qPrintable(*store->unavailableReason(Feature::Batches)));
    QCOMPARE(store->batches().batches().page({}, {}).error().code, ErrorCode::Unsupported);
    QCOMPARE(store->batches().messages().page({}, {}).error().code, ErrorCode::Unsupported);
}

void TestPostgresqlStore::seesColumnsThatComeLater() {
    PostgresScript script(m_url);
    QCOMPARE(script.run("CREATE TABLE batches (id bigint PRIMARY KEY, filename text); CREATE TABLE messages (id bigint "
                        "PRIMARY KEY, "
                        "batch_id bigint, words text); INSERT INTO messages VALUES (1, 1, 'late')"),
             QString());
    const auto store = open(m_url, Access::Read);
    QVERIFY(!store->batches().message({0, 1}).ok());
    QCOMPARE(script.run("ALTER TABLE messages RENAME COLUMN words TO content"), QString());
    QCOMPARE(store->batches().message({0, 1})->content, QByteArray("late"));
}

void TestPostgresqlStore::refusedDataLeavesNothing() {
    const auto writer = writerOn(m_url);
    PostgresScript script(m_url);
    QCOMPARE(script.run("ALTER TABLE messages ADD CONSTRAINT poison CHECK (content <> 'text 150')"), QString());
    const auto counts = writer->store(IngestItems().range(1, 200).rejection(201, QStringLiteral("bad")).all());
    QCOMPARE(counts.error().code, ErrorCode::Invalid);
    QCOMPARE(script.value(everythingStored), QStringLiteral("0"));
    QCOMPARE(text(writer->store(IngestItems().range(1, 149).all())), QStringLiteral("149 0 0"));
    QCOMPARE(text(writer->store(IngestItems().range(140, 149).range(151, 160).all())), QStringLiteral("10 10 0"));
}

void TestPostgresqlStore::poisonIsToldFromItsNeighbours() {
    const auto writer = writerOn(m_url);
    IngestItems items;
    items.unkeyed(QByteArray("a\0b", 3));
    QCOMPARE(writer->store(items.all()).error().code, ErrorCode::Invalid);
    QCOMPARE(text(writer->store(IngestItems().unkeyed("\\x00 is no NUL").all())), QStringLiteral("1 0 0"));
}

void TestPostgresqlStore::theKeyTellsWhatIsStored_data() {
    QTest::addColumn<QByteArray>("change"); ///< of the tables
    QTest::newRow("ours") << QByteArray("SELECT 1");
    QTest::newRow("without a primary key") << QByteArray("ALTER TABLE processed_events DROP CONSTRAINT "
                                                         "processed_events_pkey");
    QTest::newRow("with a wider one") << QByteArray(
        "ALTER TABLE processed_events DROP CONSTRAINT processed_events_pkey, "
        "ADD PRIMARY KEY (event_id, processed_at)");
}

/// Events come again under other keys of their source: told by the primary key where there is one, looked up elsewhere;
/// also beside what is refused.
void TestPostgresqlStore::theKeyTellsWhatIsStored() {
    QFETCH(const QByteArray, change);
    open(m_url, Access::Write);
    PostgresScript script(m_url);
    QCOMPARE(script.run(change), QString());
    const auto writer = writerOn(m_url);
    QCOMPARE(text(writer->store(IngestItems().payload(1, sensorEvent("a")).payload(2, sensorEvent("b")).all())),
             QStringLiteral("2 0 0"));
    for (quint64 round = 1; round <= 3; ++round) {
        IngestItems items;
        items.payload(10 * round, sensorEvent("a"))
            .payload(10 * round + 1, sensorEvent("c" + QByteArray::number(round)));
        items.payload(10 * round + 2, sensorEvent("c" + QByteArray::number(round))).message(10 * round + 3);
        items.payload(10 * round + 4, R"({"kind":"checkpoint","checkpoint_name":"x","component_name":"c","version":1,)"
                                      R"("checkpoint_data":)"
                                          + QByteArray::number(round) + '}');
        items.last().delivery.keptBySource = true;
        QCOMPARE(text(writer->store(items.all())), round == 1 ? QStringLiteral("3 2 0") : QStringLiteral("2 2 1"));
    }
    QCOMPARE(script.value("SELECT string_agg(event_id, ' ' ORDER BY event_id) FROM processed_events"),
             QStringLiteral("a b c1 c2 c3"));
    QCOMPARE(script.value("SELECT string_agg(event_id, ' ' ORDER BY event_id) FROM metrics"),
             QStringLiteral("a b c1 c2 c3"));
    QCOMPARE(script.value("SELECT count(*) FROM messages"), QStringLiteral("3"));
}

void TestPostgresqlStore::aMetricWithoutItsGuardIsNotDoubled() {
    const auto writer = writerOn(m_url);
    QCOMPARE(text(writer->store(IngestItems().payload(1, sensorEvent("a")).all())), QStringLiteral("1 0 0"));
    PostgresScript script(m_url);
    QCOMPARE(script.run("DELETE FROM processed_events"), QString());
    QCOMPARE(text(writer->store(IngestItems().payload(2, sensorEvent("a")).payload(3, sensorEvent("b")).all())),
             QStringLiteral("1 1 0"));
    QCOMPARE(script.value("SELECT string_agg(event_id, ' ' ORDER BY id) FROM metrics"), QStringLiteral("a b"));
}

void TestPostgresqlStore::lockedTailIsBusy() {
    m_url.settings.lockTimeout = 50ms;
    const auto writer = writerOn(m_url);
    PostgresScript other(m_url);
    QCOMPARE(other.run("BEGIN"), QString());
    QCOMPARE(other.run("SELECT pg_advisory_xact_lock(x'506f7274'::integer, 1)"), QString());
    QCOMPARE(writer->store(IngestItems().message(1).all()).error().code, ErrorCode::Busy);
    QCOMPARE(other.run("ROLLBACK"), QString());
    QCOMPARE(text(writer->store(IngestItems().message(1).all())), QStringLiteral("1 0 0"));
}

/// Another program adds the batch that we are about to add, without knowing our lock.
void TestPostgresqlStore::foreignBatchIsBusyNotPoison() {
    const auto writer = writerOn(m_url);
    PostgresScript other(m_url);
    QCOMPARE(other.run("BEGIN"), QString());
    QCOMPARE(other.run("INSERT INTO batches VALUES (1, 'theirs', 0, 0, 0)"), QString());
    Result<IngestCounts> counts = IngestCounts();
    {
        const std::jthread storing([&] { counts = writer->store(IngestItems().message(1).all()); });
        PostgresScript watcher(m_url);
        QTRY_COMPARE(watcher.value("SELECT count(*) FROM pg_locks WHERE NOT granted"), QStringLiteral("1"));
        QCOMPARE(other.run("COMMIT"), QString());
    }
    QVERIFY(!counts.ok());
    QCOMPARE(counts.error().code, ErrorCode::Busy);
    QCOMPARE(text(writer->store(IngestItems().message(1).all())), QStringLiteral("1 0 0"));
}

void TestPostgresqlStore::cutInCommitIsRecoveredAndStoredOnce() {
    const auto writer = writerOn(m_url);
    PostgresScript script(m_url);
    QCOMPARE(text(writer->store(IngestItems().range(1, 5).all())), QStringLiteral("5 0 0"));
    QCOMPARE(script.run(dieInCommit), QString());
    QCOMPARE(writer->store(IngestItems().range(4, 9).all()).error().code, ErrorCode::Unknown);
    QCOMPARE(writer->store(IngestItems().range(4, 9).all()).error().code, ErrorCode::Unknown);
    QCOMPARE(script.run("DROP TRIGGER at_commit ON messages"), QString());
    QVERIFY(writer->recover().ok());
    QCOMPARE(text(writer->store(IngestItems().range(4, 9).all())), QStringLiteral("4 2 0"));
    QCOMPARE(script.value("SELECT count(*) || ' ' || count(DISTINCT content) FROM messages"), QStringLiteral("9 9"));
}

void TestPostgresqlStore::committedWithoutAnAnswerIsStoredOnce_data() {
    QTest::addColumn<bool>("keepsOne");
    QTest::newRow("all stored") << false;
    QTest::newRow("one stays in its source") << true;
}

/// The server has the group on its disk, and its session ends while it waits for a standby that is not there.
void TestPostgresqlStore::committedWithoutAnAnswerIsStoredOnce() {
    QFETCH(const bool, keepsOne);
    const auto writer = writerOn(m_url);
    QCOMPARE(text(writer->store(IngestItems().unkeyed("before").all())), QStringLiteral("1 0 0"));
    QCOMPARE(PostgresScript(m_url).run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'"), QString());
    m_server.restart();
    QVERIFY(answersAgain([&] { return writer->recover(); }));
    PostgresScript script(m_url);
    const auto reset = qScopeGuard([&] {
        if (const QString failed = script.run("ALTER SYSTEM RESET synchronous_standby_names"); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        if (const QString failed = script.run("SELECT pg_reload_conf()"); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    });
    IngestItems items;
    items.unkeyed("lost?").message(1).rejection(2, QStringLiteral("bad"));
    items.last().delivery.keptBySource = keepsOne;
    Result<IngestCounts> counts = IngestCounts();
    {
        const std::jthread storing([&] { counts = writer->store(items.all()); });
        QTRY_COMPARE(script.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"),
                     QStringLiteral("1"));
        QCOMPARE(script.value("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                              "WHERE wait_event = 'SyncRep'"),
                 QStringLiteral("t"));
    }
    QVERIFY(!counts.ok());
    QCOMPARE(counts.error().code, ErrorCode::Unknown);
    const Result<std::optional<IngestCounts>> settled = writer->recover();
    QVERIFY(settled.ok());
    QVERIFY(settled->has_value());
    QCOMPARE(text(**settled), QStringLiteral("2 0 1"));
    QCOMPARE(script.value("SELECT string_agg(content, ' ' ORDER BY id) FROM messages"),
             QStringLiteral("before lost? text 1"));
    QVERIFY(!writer->recover()->has_value()); // it is said once
    QCOMPARE(script.value("SELECT count(*) || ' ' || max(number) FROM portolan_commits"), QStringLiteral("1 2"));
}

void TestPostgresqlStore::withoutKeysAndCommitIsStoredAgain() {
    const auto writer = writerOn(m_url);
    PostgresScript script(m_url);
    QCOMPARE(text(writer->store(IngestItems().unkeyed("before").all())), QStringLiteral("1 0 0"));
    QCOMPARE(script.run(dieInCommit), QString());
    QCOMPARE(writer->store(IngestItems().unkeyed("lost").all()).error().code, ErrorCode::Unknown);
    QCOMPARE(script.run("DROP TRIGGER at_commit ON messages"), QString());
    const Result<std::optional<IngestCounts>> settled = writer->recover();
    QVERIFY(settled.ok());
    QVERIFY(!settled->has_value());
    QCOMPARE(text(writer->store(IngestItems().unkeyed("lost").all())), QStringLiteral("1 0 0"));
    QCOMPARE(script.value("SELECT string_agg(content, ' ' ORDER BY id) FROM messages"), QStringLiteral("before lost"));
}

void TestPostgresqlStore::terminatedBetweenGroupsGoesOn() {
    const auto writer = writerOn(m_url);
    StoreUrl direct = m_url;
    direct.port = m_server.port();
    PostgresScript script(direct);
    QCOMPARE(text(writer->store(IngestItems().range(1, 5).all())), QStringLiteral("5 0 0"));
    QCOMPARE(script.value("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = "
                          "current_database() AND pid <> pg_backend_pid()"),
             QStringLiteral("1"));
    const auto next = writer->store(IngestItems().range(6, 9).all());
    QVERIFY2(!next.ok() || isPooled(), qPrintable(text(next))); // a pooler may have another session by then
    QCOMPARE(next ? ErrorCode::Connection : next.error().code, ErrorCode::Connection);
    QVERIFY(answersAgain([&] { return writer->recover(); }));
    QCOMPARE(text(writer->store(IngestItems().range(6, 9).all())),
             next ? QStringLiteral("0 4 0") : QStringLiteral("4 0 0"));
}

void TestPostgresqlStore::survivesRestarts_data() {
    QTest::addColumn<int>("how");
    QTest::newRow("fast") << int(PostgresServer::Stop::Fast);
    QTest::newRow("immediate") << int(PostgresServer::Stop::Immediate);
}

/// What was stored is there after a crash of the server, and what was under way is stored once.
void TestPostgresqlStore::survivesRestarts() {
    QFETCH(const int, how);
    const auto writer = writerOn(m_url);
    for (quint64 round = 0; round < 3; ++round) {
        QCOMPARE(text(writer->store(IngestItems().range(round * 20, round * 20 + 19).all())), QStringLiteral("20 0 0"));
        m_server.stop(PostgresServer::Stop(how));
        QVERIFY(!writer->recover().ok());
        m_server.start();
        const ErrorCode failed = writer->store(IngestItems().message(999).all()).error().code;
        QVERIFY(failed == ErrorCode::Connection || failed == ErrorCode::Unknown);
        QVERIFY(answersAgain([&] { return writer->recover(); }));
        QCOMPARE(text(writer->store(IngestItems().range(round * 20, round * 20 + 19).all())), QStringLiteral("0 20 0"));
    }
    QCOMPARE(PostgresScript(m_url).value("SELECT count(*) FROM messages"), QStringLiteral("60"));
}

void TestPostgresqlStore::readersGoOnAfterRestart() {
    QVERIFY(writerOn(m_url)->store(IngestItems().range(1, 5).all()).ok());
    const auto store = open(m_url, Access::Read);
    QVERIFY(store->changeMark().ok());
    m_server.restart(PostgresServer::Stop::Immediate);
    QVERIFY(answersAgain([&] { return store->batches().messages().page({}, {}); }));
    QCOMPARE(store->batches().messages().page({}, {})->rows.size(), std::size_t(5));
    m_server.stop();
    QCOMPARE(store->batches().messages().page({}, {}).error().code, ErrorCode::Connection);
    QCOMPARE(store->batches().message({3, 1}).error().code, ErrorCode::NotFound);
    QVERIFY(!store->changeMark().ok());
    m_server.start();
    QVERIFY(answersAgain([&] { return store->changeMark(); }));
    QCOMPARE(store->batches().messages().page({}, {})->rows.size(), std::size_t(5));
}

void TestPostgresqlStore::keyChunksAreExact() {
    (void)open(m_url, Access::Write);
    const auto connection = openPostgresql(m_url, Access::Write);
    SqlDedupSet keys(**connection);
    std::map<KeyPair, quint64> oracle; // the hash that came with a key first
    QRandomGenerator random(4711);
    for (int round = 0; round < 60; ++round) {
        std::set<KeyPair> group;
        const quint64 base = random.bounded(3) == 0 ? random.bounded(20000u) : 100u * static_cast<quint64>(round);
        const quint32 spread = 1 + random.bounded(6000u);
        for (quint32 i = random.bounded(1500u) + 1; i > 0; --i)
            group.insert({base + random.bounded(spread), random.bounded(3u)});
        std::vector<DedupProbe> probes;
        std::map<KeyPair, quint64> after = oracle;
        bool isRight = true;
        for (const KeyPair key : group) {
            probes.push_back({key, random.generate64() | 1});
            after.try_emplace(key, probes.back().hash);
        }
        Result<UnitOfWork> work = UnitOfWork::begin(**connection);
        const auto states = keys.add("s", probes);
        QVERIFY2(states.ok(), states.ok() ? "" : qPrintable(states.error().details));
        QCOMPARE(states->size(), probes.size());
        for (std::size_t i = 0; i < probes.size(); ++i) {
            const KeyState& state = (*states)[i];
            isRight =
                isRight && state.isFresh == !oracle.contains(probes[i].key) && state.hash == after.at(probes[i].key);
        }
        QVERIFY2(isRight, qPrintable(QStringLiteral("round %1").arg(round)));
        if (round % 7 == 3)
            continue; // rolled back: nothing of it may be known
        QVERIFY(work->commit().ok());
        oracle = std::move(after);
    }
    QCOMPARE(PostgresScript(m_url).value("SELECT sum(count) FROM portolan_source_chunks"),
             QString::number(oracle.size()));
}

void TestPostgresqlStore::knowsKeysBeyondSignedIntegers() {
    const auto writer = writerOn(m_url);
    constexpr quint64 greatest = std::numeric_limits<quint64>::max();
    IngestItems items;
    for (const quint64 minor : {quint64(0), greatest / 2, greatest / 2 + 1, greatest}) {
        items.message(0);
        items.last().delivery.key = {"s", greatest, minor};
    }
    QCOMPARE(text(writer->store(items.all())), QStringLiteral("4 0 0"));
    QCOMPARE(text(writer->store(items.all())), QStringLiteral("0 4 0"));
}

void TestPostgresqlStore::damagedKeysAreNotGuessed() {
    const auto writer = writerOn(m_url);
    QCOMPARE(text(writer->store(IngestItems().range(1, 5).all())), QStringLiteral("5 0 0"));
    PostgresScript script(m_url);
    QCOMPARE(script.run("UPDATE portolan_source_chunks SET keys = '\\xff'"), QString());
    QCOMPARE(writer->store(IngestItems().message(6).all()).error().code, ErrorCode::Corrupt);
    QCOMPARE(script.value("SELECT count(*) FROM messages"), QStringLiteral("5"));
}

void TestPostgresqlStore::copiesEveryKindOfCell() {
    PostgresScript script(m_url);
    QCOMPARE(script.run("CREATE TABLE t (i bigint, r double precision, t text, b bytea)"), QString());
    const auto connection = openPostgresql(m_url, Access::Write);
    BulkInsert insert(**connection, "t", {"i", "r", "t", "b"});
    insert.integer(std::numeric_limits<qint64>::min());
    insert.real(0.1);
    insert.text("\\N\t\r\n\\.\xc3\xa4");
    insert.bytes(QByteArrayView("\0\xff\\\n", 4));
    insert.null();
    insert.real(-std::numeric_limits<double>::infinity());
    insert.text({});
    insert.bytes({});
    for (int i = 0; i < 3; ++i)
        insert.null();
    insert.bytes("x");
    Result<UnitOfWork> work = UnitOfWork::begin(**connection); // COPY is refused outside where sessions are others'
    const auto flushed = insert.flush();
    QVERIFY2(flushed.ok(), flushed ? "" : qPrintable(flushed.error().details));
    QVERIFY(work->commit().ok());
    QCOMPARE(script.rows("SELECT i, r, encode(convert_to(t, 'UTF8'), 'hex'), encode(b, 'hex'), t IS NULL FROM t"),
             QStringList({QStringLiteral("-9223372036854775808|0.1|5c4e090d0a5c2ec3a4|00ff5c0a|f"),
                          QStringLiteral("|-Infinity|||f"), QStringLiteral("|||78|t")}));
}

void TestPostgresqlStore::skipsRowsThatAreThere() {
    PostgresScript script(m_url);
    QCOMPARE(script.run(
                 "CREATE TABLE t (i bigint PRIMARY KEY, t text NOT NULL DEFAULT 'd'); INSERT INTO t VALUES (3, 'old')"),
             QString());
    const auto connection = openPostgresql(m_url, Access::Write);
    BulkInsert insert(**connection, "t", {"i"}, BulkInsert::Conflict::Skip);
    for (int round = 0; round < 2; ++round) {
        Result<UnitOfWork> work = UnitOfWork::begin(**connection);
        for (qint64 i = 1; i <= 4; ++i)
            insert.integer(i + round);
        QVERIFY(insert.flush().ok());
        insert.integer(1);
        QVERIFY(insert.flush().ok());
        QVERIFY(work->commit().ok());
    }
    QCOMPARE(script.value("SELECT string_agg(i || t, ' ' ORDER BY i) FROM t"), QStringLiteral("1d 2d 3old 4d 5d"));
}

void TestPostgresqlStore::markSeesUpdatesOfOthers() {
    QVERIFY(writerOn(m_url)->store(IngestItems().range(1, 5).all()).ok());
    const auto store = open(m_url, Access::Read);
    PostgresScript other(m_url);
    for (const char* change : {"UPDATE messages SET content = 'x' WHERE id = 3", "DELETE FROM messages WHERE id = 2",
                               "TRUNCATE portolan_rejects"}) {
        const auto before = store->changeMark();
        QCOMPARE(other.run("BEGIN"), QString());
        QCOMPARE(other.run(change), QString());
        const auto during = store->changeMark();
        QCOMPARE(other.run("COMMIT"), QString());
        const auto after = store->changeMark();
        QVERIFY2(!(*after == *before) && !(*after == *during), change);
    }
}

void TestPostgresqlStore::hugeContentArrives() {
    const auto writer = writerOn(m_url);
    const QByteArray huge = QByteArray("0123456789\\\n").repeated(600'000);
    QCOMPARE(text(writer->store(IngestItems().unkeyed(huge).unkeyed("small").all())), QStringLiteral("2 0 0"));
    const auto store = open(m_url, Access::Read);
    QCOMPARE(store->batches().message({0, 1})->content, huge);
}

void TestPostgresqlStore::usesIndexesForPages_data() {
    QTest::addColumn<QByteArray>("sort");
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QString>("index");
    QTest::newRow("id") << QByteArray() << QByteArray() << QStringLiteral("messages_pkey");
    QTest::newRow("number, descending") << QByteArray("-message_number") << QByteArray()
                                        << QStringLiteral("idx_message_number");
    QTest::newRow("one batch") << QByteArray("message_number") << QByteArray("batch_id:4")
                               << QStringLiteral("idx_batch_id");
}

void TestPostgresqlStore::usesIndexesForPages() {
    QFETCH(const QByteArray, sort);
    QFETCH(const QByteArray, filter);
    QFETCH(const QString, index);
    (void)open(m_url, Access::Write);
    PostgresScript script(m_url);
    QCOMPARE(script.run("INSERT INTO batches SELECT n, 'b', 10, 0, 0 FROM generate_series(1, 3000) AS n;"
                        "INSERT INTO messages (batch_id, message_number, content, timestamp) "
                        "SELECT 1 + n / 10, n, 'x', n FROM generate_series(1, 20000) AS n; ANALYZE messages"),
             QString());
    const SqlListing listing{&messageSchema(),
                             QStringLiteral("messages"),
                             QStringLiteral("m"),
                             {{"m.id", ColumnEncoding::Integer},
                              {"m.batch_id"},
                              {"m.message_number"},
                              {"m.content"},
                              {"m.timestamp", ColumnEncoding::UnixMilliseconds},
                              {"CAST(NULL AS text)"}},
                             {false, false, false, false, false, true},
                             {QStringLiteral("m.id")}};
    ListQuery asked;
    asked.filter = *parseFilter(QString::fromLatin1(filter), messageSchema(), currentTime());
    asked.sort = sort.isEmpty() ? Sort() : *parseSort(sort, messageSchema());
    asked.after = sort.isEmpty() ? Cursor{{qint64(9000)}} : Cursor{{qint64(9000), qint64(9000)}};
    const auto keyset = KeysetQuery::make(listing, asked, SqlDialect::Postgresql);
    QVERIFY(keyset.ok());
    const KeysetQuery::Statement statement = keyset->page(asked.after, 51);
    const auto connection = openPostgresql(m_url, Access::Read);
    Result<QSqlQuery> plan = (*connection)->run(QStringLiteral("EXPLAIN ") + statement.sql, statement.bindings);
    QVERIFY2(plan.ok(), plan ? "" : qPrintable(plan.error().details));
    QStringList lines;
    while (plan->next())
        lines << plan->value(0).toString();
    const QString all = lines.join(u'\n');
    QVERIFY2(all.contains(index) && !all.contains(QLatin1String("Seq Scan")), qPrintable(all));
}

QTEST_GUILESS_MAIN(TestPostgresqlStore)
#include "tst_postgresqlstore.moc"
