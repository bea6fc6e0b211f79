#include "storage/deadletters/deathcause.h"
#include "storage/deadletters/groupscan.h"
#include "storage/ports/ports.h"
#include "storage/replay/replayrunner.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTest>

using namespace portolan;
using portolan::test::need;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr char begun[] = "2026-03-01T12:00:00Z";

QByteArray timeOf(int seconds) {
    return toIsoTime(*parseIsoTime(begun) + std::chrono::seconds(seconds));
}

QByteArray idOf(int n) {
    return "00000000-0000-4000-8000-" + QByteArray::number(n).rightJustified(12, '0');
}

/// 6,000 messages of two ports: two of three are dead, of timeouts and of full mailboxes; 30 are silent about why.
QByteArray messages() {
    QByteArray sql = "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                     "status, retry_count, max_retries, created_at, error_message, error_details) VALUES ";
    for (int n = 0; n < 6'000; ++n) {
        const QByteArray number = QByteArray::number(n);
        const bool isMail = n % 2 == 1;
        const bool isSilent = n % 200 == 1;
        const char* const fate = n % 3 == 0 ? "('pending', 0)" : n % 3 == 1 ? "('dead_letter', 3)" : "('failed', 3)";
        QByteArray row = "('" + idOf(n) + "', '" + (isMail ? "mail" : "orders") + "', 'source', 'sink', '{\"n\":"
                         + number + "}', " + QByteArray(fate).mid(1).chopped(1) + ", 3, '" + timeOf(n) + "', ";
        row += isSilent ? QByteArray("NULL, NULL)")
               : isMail ? "'mailbox " + number + " is full', '{\"type\":\"MailboxFull\"}')"
                        : "'timeout after " + number + " ms', NULL)";
        sql += (n > 0 ? "," : "") + row;
    }
    return sql;
}

/// Fingerprints with counts and times.
QByteArrayList linesOf(GroupScan& scan) {
    QByteArrayList lines;
    for (const DeadLetterGroup& group : scan.groups())
        lines << group.fingerprint + ' ' + group.portName + ' ' + QByteArray::number(group.count) + ' ' + group.text
                     + ' ' + toIsoTime(group.firstSeen.value_or(Timestamp())) + ' '
                     + toIsoTime(group.lastSeen.value_or(Timestamp())) + ' ' + group.sampleId;
    return lines;
}

const DeadLetterGroup& groupOf(GroupScan& scan, const QByteArray& words) {
    for (const DeadLetterGroup& group : scan.groups()) {
        if (group.text.startsWith(words))
            return group;
    }
    qFatal("no group of %s", words.constData());
}

QByteArray contentsOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256);
}

} // namespace

/// Groups of dead letters in databases: read in little, remembered, and what changed before they began.
class TestGroupStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void readsInStepsNewestFirst();
    void sameGroupsEverywhere();
    void sameGroupsWithoutItsIndex();
    void remembersForGood();
    void readingLeavesNoTrace();
    void replayKeepsAccount();
    void tellsWhatChangedBefore();
    void theCauseComesBeforeWhatAlwaysChanges();
    void whatSetTheStoreUpIsRoutine();
    void foreignTableIsGoneOver();

private:
    void run(const QByteArray& sql) {
        const QString failed = m_postgres ? m_postgres->run(sql) : m_sqlite->run(sql);
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    QString value(const QByteArray& sql) { return m_postgres ? m_postgres->value(sql) : m_sqlite->value(sql); }
    std::unique_ptr<Store> open(Access access) { return need(openStore(*m_url, access)); }

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    std::optional<StoreUrl> m_url;
    std::unique_ptr<PostgresScript> m_postgres;
    std::unique_ptr<SqliteScript> m_sqlite;
};

void TestGroupStore::initTestCase_data() {
    QTest::addColumn<bool>("server");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestGroupStore::init() {
    QFETCH_GLOBAL(const bool, server);
    m_postgres.reset();
    m_sqlite.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = server ? m_server.createStore()
                   : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    QVERIFY(openStore(*m_url, Access::Write).ok());
    if (server)
        m_postgres = std::make_unique<PostgresScript>(*m_url);
    else
        m_sqlite = std::make_unique<SqliteScript>(m_folder->path(QStringLiteral("a.db")));
    run(messages());
}

void TestGroupStore::readsInStepsNewestFirst() {
    const auto store = open(Access::Read);
    GroupScan& scan = store->ports()->groups();
    const GroupProgress first = need(scan.more(std::chrono::milliseconds(0), {}));
    QVERIFY(!first.exact);
    QCOMPARE(first.letters, 2'000); // a page
    QCOMPARE(groupOf(scan, "timeout").lastSeen, parseIsoTime(timeOf(5'998)));
    QVERIFY(*groupOf(scan, "timeout").firstSeen > *parseIsoTime(timeOf(2'500)));
    GroupProgress progress = first;
    while (!progress.exact)
        progress = need(scan.more(std::chrono::milliseconds(0), {}));
    QCOMPARE(progress.letters, 4'000);
    QCOMPARE(groupOf(scan, "timeout").count, 2'000);
    QCOMPARE(groupOf(scan, "timeout").firstSeen, parseIsoTime(timeOf(2)));
    QCOMPARE(groupOf(scan, "mailbox").errorType, QByteArray("MailboxFull"));
    QCOMPARE(groupOf(scan, "mailbox").count, 1'980);
    QCOMPARE(groupOf(scan, "{n: number}").count, 20);

    run("UPDATE port_messages SET status = 'dead_letter', error_message = 'timeout after 1 ms', error_details = NULL, "
        "created_at = '2026-03-02T00:00:00Z' WHERE id = '"
        + idOf(0) + '\'');
    progress = need(scan.more(std::chrono::milliseconds(0), {}));
    QVERIFY(!progress.exact);
    QCOMPARE(progress.letters, 4'001);
    QCOMPARE(groupOf(scan, "timeout").count, 2'001);
}

void TestGroupStore::sameGroupsEverywhere() {
    const auto store = open(Access::Read);
    GroupScan& scan = store->ports()->groups();
    QVERIFY(need(scan.more(GroupScan::untilExact, {})).exact);
    // The fingerprints themselves: what is stored and typed must be the same on any machine, for good.
    static QByteArrayList expected;
    if (expected.isEmpty())
        expected = linesOf(scan);
    QCOMPARE(linesOf(scan), expected);
    QCOMPARE(linesOf(scan).size(), 3);
    const std::vector<QByteArray> ids = need(scan.lettersOf(groupOf(scan, "timeout").fingerprint, {}));
    QCOMPARE(ids.size(), 2'000U);
    for (const QByteArray& id : ids)
        QVERIFY2(id.right(12).toInt() % 2 == 0 && id.right(12).toInt() % 3 != 0, id.constData());
}

/// As in a table of another program: all messages are gone over by their key.
void TestGroupStore::sameGroupsWithoutItsIndex() {
    QByteArrayList expected;
    {
        const auto store = open(Access::Read);
        QVERIFY(need(store->ports()->groups().more(GroupScan::untilExact, {})).exact);
        expected = linesOf(store->ports()->groups());
    }
    run("DROP INDEX idx_port_messages_dead");
    const auto store = open(Access::Read);
    GroupScan& scan = store->ports()->groups();
    QVERIFY(need(scan.more(GroupScan::untilExact, {})).exact);
    QCOMPARE(linesOf(scan), expected);
    QCOMPARE(need(scan.lettersOf(groupOf(scan, "mailbox").fingerprint, {})).size(), 1'980U);
}

void TestGroupStore::remembersForGood() {
    QByteArrayList before;
    {
        const auto store = open(Access::Write);
        GroupScan& scan = store->ports()->groups();
        QCOMPARE(need(scan.remember({})), 3);
        before = linesOf(scan);
        QVERIFY(groupOf(scan, "timeout").rememberedAt.has_value());
    }
    QCOMPARE(value("SELECT count(*) FROM portolan_fingerprints"), QStringLiteral("3"));
    const QString stored = value("SELECT max(first_stored_at) FROM portolan_fingerprints");
    run("DELETE FROM port_messages WHERE port_name = 'mail'");
    run("UPDATE portolan_fingerprints SET template = 'timeout after <*> ms' WHERE template LIKE 'timeout%'"); // as it
                                                                                                              // is
    const auto store = open(Access::Write);
    GroupScan& scan = store->ports()->groups();
    QCOMPARE(need(scan.remember({})), 1);
    const DeadLetterGroup& left = groupOf(scan, "timeout");
    QVERIFY(before.join('\n').contains(left.fingerprint));
    QCOMPARE(left.everSeen, 2'000);
    QCOMPARE(value("SELECT count(*) FROM portolan_fingerprints"), QStringLiteral("3"));
    QCOMPARE(value("SELECT max(first_stored_at) FROM portolan_fingerprints"), stored);
    const QByteArray mail =
        value("SELECT fingerprint FROM portolan_fingerprints WHERE error_type = 'MailboxFull'").toUtf8();
    const DeadLetterGroup gone = need(scan.group(mail, {}));
    QCOMPARE(gone.count, 0);
    QCOMPARE(gone.everSeen, 1'980);
    QCOMPARE(gone.everFirst, parseIsoTime(timeOf(5)));
}

void TestGroupStore::readingLeavesNoTrace() {
    const auto store = open(Access::Read);
    GroupScan& scan = store->ports()->groups();
    const QByteArray before = m_sqlite ? contentsOf(m_folder->path(QStringLiteral("a.db"))) : QByteArray();
    QVERIFY(need(scan.more(GroupScan::untilExact, {})).exact);
    (void)need(scan.precursors(groupOf(scan, "timeout"), {}));
    const auto refused = scan.remember({});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::ReadOnly);
    QCOMPARE(value("SELECT count(*) FROM portolan_fingerprints"), QStringLiteral("0"));
    if (m_sqlite)
        QCOMPARE(contentsOf(m_folder->path(QStringLiteral("a.db"))), before);
}

void TestGroupStore::replayKeepsAccount() {
    const auto store = open(Access::Write);
    GroupScan& scan = store->ports()->groups();
    QVERIFY(need(scan.more(GroupScan::untilExact, {})).exact);
    const QByteArray timeouts = groupOf(scan, "timeout").fingerprint;
    ReplayOrder order;
    order.filter = need(parseFilter(QStringLiteral("port_name:orders created_at<2026-03-01T12:00:30Z"),
                                    portMessageSchema(), currentTime()));
    order.reason = "a test";
    order.actor = "tester";
    const QByteArray run = need(test::frozenLater(*store->replays(), order)).run.id;
    QCOMPARE(value("SELECT count(*) FROM portolan_replay_items WHERE fingerprint = '" + timeouts + '\''),
             QStringLiteral("10"));
    QCOMPARE(value("SELECT count(*) FROM portolan_replay_items"), QStringLiteral("10"));
    (void)need(ReplayRunner(*store->replays(), sameCause, "tester").carryOut(run, {}, {}, {}));

    // Of ten, four are done, three die of the same, two of another cause, and one still waits.
    const auto become = [&](int first, int last, const char* what) {
        const QByteArray sql =
            QByteArray("UPDATE port_messages SET ") + what + " WHERE id >= '" + idOf(first) + "' AND id <= '"
            + idOf(last)
            + "' AND status = 'pending' AND port_name = 'orders' AND "
              "id IN (SELECT CAST(m.id AS "
            + (m_postgres ? "uuid" : "text")
            + ") FROM port_messages m JOIN portolan_replay_items i ON i.message_id = CAST(m.id AS text))";
        this->run(sql);
    };
    become(0, 10, "status = 'completed'");                                          // 2 4 8 10
    become(14, 20, "status = 'dead_letter', error_message = 'timeout after 5 ms'"); // 14 16 20
    become(22, 26, "status = 'dead_letter', error_message = 'no route to host'");   // 22 26
    const ItemCounts counts = need(store->replays()->settle(run, sameCause, {}));
    QCOMPARE(counts[ItemState::Completed], 4);
    QCOMPARE(counts[ItemState::FailedSame], 3);
    QCOMPARE(counts[ItemState::FailedAnew], 2);
    QCOMPARE(counts[ItemState::Pending], 1);
    (void)need(store->replays()->settle(run, sameCause, {})); // looking again counts nothing twice

    const DeadLetterGroup group = need(scan.group(timeouts, {}));
    QCOMPARE(group.count, 1'993);
    QCOMPARE(group.replayEnded, 9);
    QCOMPARE(group.failedAgain, 5);
    QCOMPARE(group.failedAgainShare(), std::optional(5.0 / 9.0));
    QCOMPARE(group.everSeen, 2'000);

    order.ids = need(scan.lettersOf(timeouts, {}));
    order.filter = {};
    QCOMPARE(need(test::frozenLater(*store->replays(), order)).run.frozen, 1'993);
}

void TestGroupStore::tellsWhatChangedBefore() {
    run("DELETE FROM schema_version WHERE version > 1000");
    run("UPDATE schema_version SET applied_at = '2020-01-01T00:00:00Z'");
    run("UPDATE schema_version SET applied_at = '" + timeOf(-60) + "' WHERE version = 7");
    const QByteArray checkpoint =
        "INSERT INTO checkpoints (id, checkpoint_name, component_name, checkpoint_data, version, "
        "created_at) VALUES ('";
    run(checkpoint + idOf(1) + "', 'positions', 'source', '{}', 41, '" + timeOf(-1'800) + "')");
    run(checkpoint + idOf(2) + "', 'positions', 'source', '{}', 42, '" + timeOf(-7'200) + "')"); // long before
    run(checkpoint + idOf(3) + "', 'positions', 'source', '{}', 43, '" + timeOf(600) + "')");    // after
    run(checkpoint + idOf(4) + "', 'other', 'bystander', '{}', 1, '" + timeOf(-10) + "')");
    run("INSERT INTO component_state (id, component_name, component_type, state_data, version, created_at) VALUES ('"
        + idOf(1) + "', 'sink', 'Sink', '{}', 7, '" + timeOf(-300) + "')");
    for (int n = 0; n < 60; ++n) { // every 30 s; the sink stops ten minutes before
        for (const char* component : {"source", "sink"}) {
            if (qstrcmp(component, "sink") == 0 && n < 20)
                continue;
            run(QByteArray("INSERT INTO system_health (component_name, health_status, last_heartbeat) VALUES ('")
                + component + "', 'healthy', '" + timeOf(-30 * n) + "')");
        }
    }
    run("INSERT INTO portolan_replay_runs (id, filter, reason, actor, frozen, created_at, started_at) VALUES ('"
        + idOf(9) + "', 'port_name:orders', 'a try', 'anna', 5, '" + timeOf(-900) + "', '" + timeOf(-120) + "')");
    run("INSERT INTO portolan_replay_items (run_id, position, message_id, row_hash, before_image) VALUES ('" + idOf(9)
        + "', 1, '" + idOf(2) + "', '', '{}')");
    const QByteArray promotion = "INSERT INTO portolan_audit (at, actor, action, subject_kind, subject_id, reason, "
                                 "after_image) VALUES ('";
    run(promotion + timeOf(-240) + "', 'anna', 'promote', 'checkpoint', 'positions', 'a hunch', '{\"version\": 41}')");
    run(promotion + timeOf(-7'200) + "', 'anna', 'promote', 'checkpoint', 'positions', '', '{\"version\": 42}')");
    run(promotion + timeOf(-30) + "', 'anna', 'set expiry', 'checkpoint', 'positions', '', '{}')");

    const auto store = open(Access::Read);
    GroupScan& scan = store->ports()->groups();
    QVERIFY(need(scan.more(GroupScan::untilExact, {})).exact);
    QByteArrayList found;
    for (const Precursor& each : need(scan.precursors(groupOf(scan, "timeout"), {})))
        found << QByteArray(each.feeds ? "feeds " : "") + precursorKindName(each.kind) + ' ' + each.subject + ' '
                     + toIsoTime(each.at);
    const QByteArrayList expected{
        "feeds replay " + idOf(9) + ' ' + timeOf(-120),
        "feeds promotion positions " + timeOf(-240),
        "feeds component_state sink " + timeOf(-300),
        "feeds silence sink " + timeOf(-600),
        "migration 7 " + timeOf(-60),
        "feeds checkpoint positions " + timeOf(-1'800),
        "checkpoint other " + timeOf(-10),
    };
    QCOMPARE(found, expected);
    for (const Precursor& each : need(scan.precursors(groupOf(scan, "timeout"), {}))) {
        if (each.kind == PrecursorKind::ComponentState)
            QCOMPARE(each.version, std::optional<qint64>(7));
        if (each.kind == PrecursorKind::Promotion) {
            QCOMPARE(each.version, std::optional<qint64>(41));
            QCOMPARE(each.words, QByteArray("anna promoted version 41 of the checkpoint positions: a hunch"));
        }
        if (each.kind == PrecursorKind::Silence)
            QCOMPARE(each.words,
                     QByteArray("sink sent no heartbeat for 10 min until the group began; usual are 30 s."));
    }
}

/// A cache and a component store their position every few seconds, more often than are told; in between, and a while
/// before the first letter, somebody changes a timeout.
void TestGroupStore::theCauseComesBeforeWhatAlwaysChanges() {
    QByteArray checkpoints = "INSERT INTO checkpoints (id, checkpoint_name, component_name, checkpoint_data, version, "
                             "is_latest, created_at) VALUES ";
    QByteArray states =
        "INSERT INTO component_state (id, component_name, component_type, state_data, version, created_at) "
        "VALUES ";
    for (int n = 0; n < 400; ++n) {
        const QByteArray number = QByteArray::number(n + 1);
        const QByteArray at = timeOf(10 * n - 3'990); // the newest moments before the first letter
        checkpoints += (n ? ",('" : "('") + idOf(n) + "', 'cache', 'source', '{\"offset\":" + number + "}', " + number
                       + ", " + (m_postgres ? "false" : "0") + ", '" + at + "')";
        states += (n ? ",('" : "('") + idOf(n) + "', 'sink', 'Sink', '{\"processed\":" + number
                  + ",\"config\":{\"timeout_ms\":" + (n < 250 ? "5000" : "3000") + "}}', " + number + ", '" + at + "')";
    }
    run(checkpoints);
    run(states);
    const auto store = open(Access::Read);
    GroupScan& scan = store->ports()->groups();
    QVERIFY(need(scan.more(GroupScan::untilExact, {})).exact);
    const auto before = need(scan.precursors(groupOf(scan, "timeout"), {}));
    QVERIFY(before.size() > 3);
    const Precursor& cause = before.front();
    QCOMPARE(cause.kind, PrecursorKind::ComponentState);
    QCOMPARE(cause.version, std::optional<qint64>(251));
    QCOMPARE(cause.previous, std::optional<qint64>(250));
    QCOMPARE(cause.members.front().path, QStringLiteral("config.timeout_ms"));
    QCOMPARE(cause.members.front().after, QStringLiteral("3000"));
    QVERIFY(!cause.isRoutine);
    const auto isRoutine = [](const Precursor& each) { return each.isRoutine; };
    QCOMPARE(std::ranges::count_if(before, isRoutine),
             std::ranges::count(before, PrecursorKind::Migration, &Precursor::kind) + 6); // three of each
    QVERIFY(before.back().isRoutine);
}

/// A database that was made just before has all its migrations then.
void TestGroupStore::whatSetTheStoreUpIsRoutine() {
    run("DELETE FROM schema_version WHERE version > 1000");
    run("UPDATE schema_version SET applied_at = '" + timeOf(-60) + "'");
    run("INSERT INTO component_state (id, component_name, component_type, state_data, version, created_at) VALUES ('"
        + idOf(1) + "', 'sink', 'Sink', '{}', 1, '" + timeOf(-30) + "')");
    const auto migrations = [&] {
        const auto store = open(Access::Read);
        GroupScan& scan = store->ports()->groups();
        if (!need(scan.more(GroupScan::untilExact, {})).exact)
            qFatal("not all were read");
        return need(scan.precursors(groupOf(scan, "timeout"), {}));
    };
    const auto isRoutine = [](const Precursor& each) { return each.isRoutine; };
    QVERIFY(!migrations().empty() && std::ranges::all_of(migrations(), isRoutine));
    run("UPDATE schema_version SET applied_at = '2020-01-01T00:00:00Z' WHERE version = 1");
    QVERIFY(!migrations().empty() && std::ranges::none_of(migrations(), isRoutine));
}

void TestGroupStore::foreignTableIsGoneOver() {
    QFETCH_GLOBAL(const bool, server);
    if (server)
        QSKIP("a file of SQLite");
    const QString path = m_folder->path(QStringLiteral("foreign.db"));
    SqliteScript script(path);
    QCOMPARE(
        script.run("CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT, "
                   "target_component TEXT, message_data TEXT NOT NULL, status TEXT, created_at TEXT DEFAULT "
                   "CURRENT_TIMESTAMP)"),
        QString());
    QCOMPARE(
        script.run(
            "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
            "status) WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 25000) SELECT "
            "'id' || n, 'p' || (n % 2), 'a', 'b', CASE WHEN n % 4 < 2 THEN '{\"a\":1}' ELSE '{\"b\":\"x\"}' END, CASE "
            "WHEN n % 5 = 0 THEN 'dead_letter' ELSE 'completed' END FROM s"),
        QString());
    const auto store = need(openStore(*StoreUrl::parse(QStringLiteral("sqlite://") + path), Access::Read));
    GroupScan& scan = store->ports()->groups();
    QVERIFY(!need(scan.more(std::chrono::milliseconds(0), {})).exact); // ten thousand at a time
    const GroupProgress progress = need(scan.more(GroupScan::untilExact, {}));
    QVERIFY(progress.exact);
    QCOMPARE(progress.letters, 5'000);
    QCOMPARE(scan.groups().size(), 4U);
    for (const DeadLetterGroup& group : scan.groups()) {
        QCOMPARE(group.count, 1'250);
        QCOMPARE(need(scan.lettersOf(group.fingerprint, {})).size(), 1'250U);
        QVERIFY(need(scan.precursors(group, {})).empty());
    }
    const auto writable = need(openStore(*StoreUrl::parse(QStringLiteral("sqlite://") + path), Access::Write));
    const auto refused = writable->ports()->groups().remember({});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
}

QTEST_GUILESS_MAIN(TestGroupStore)
#include "tst_groupstore.moc"
