#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/replay/replayrunner.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/frozen.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace portolan;
using portolan::test::need;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;

namespace {

constexpr char actor[] = "tester";

QString idOf(int n) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0'));
}

bool sameText(const DeathNote& before, const DeathNote& after) {
    return before.message == after.message;
}

} // namespace

/// The archive, the jobs, what is set for a store, and the hazards of order, in both databases.
class TestArchive : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void restoredIsIdentical();
    void archivesTheWholeRow();
    void skipsWhatIsNoDeadLetter();
    void takesOnlyWhatWasFrozen();
    void skipsWhatChangedMeanwhile();
    void refusesEachForItself();
    void discardsTwiceAndRestoresTheLast();
    void aTriggerUndoesItsTransaction();
    void wantsAReason();
    void cancelledKeepsWhatIsDone();
    void listsAndFiltersTheArchive();
    void jobsOfDiscarding();
    void jobsFollowTheRun();
    void refusesTransitionsThatAreNotListed();
    void marksProduction();
    void environmentsCalledProductionAreMarked();
    void findsWhatComesTooLate();
    void hazardsAreBounded();
    void hazardsGoByTheIndex();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    Connection& connection() { return m_session->connection(); }
    MessageArchive& archive() { return m_store->operations()->archive(); }
    Jobs& jobs() { return m_store->operations()->jobs(); }
    void run(const QString& sql, const QVariantList& values = {}) { need(connection().execute(sql, values)); }
    void run(const char* sql) { run(QString::fromUtf8(sql)); }
    QString value(const QString& sql) { return need(connection().value(sql)).toString(); }
    QString value(const char* sql) { return value(QString::fromUtf8(sql)); }
    void add(int first, int last, const char* status = "dead_letter", const QByteArray& metadata = "{}");
    QStringList dump();
    static DiscardOrder order(const QString& filter = {});
    ReplayPreview freeze();
    std::vector<Job> listedJobs() { return need(jobs().rows().page({}, {})).rows; }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Session> m_session; ///< another program
};

void TestArchive::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestArchive::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_session.reset();
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("orders.db")))
                : m_server.createStore();
    m_store = need(openStore(m_url, Access::Write));
    m_session = need(Session::open(m_url, Access::Write));
}

void TestArchive::add(int first, int last, const char* status, const QByteArray& metadata) {
    const auto as = [this](const char* type) {
        return isServer() ? QStringLiteral("CAST(? AS %1)").arg(QLatin1String(type)) : QStringLiteral("?");
    };
    run("BEGIN");
    for (int n = first; n <= last; ++n)
        run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, "
                           "message_data, message_metadata, status, retry_count, created_at, error_message) VALUES "
                           "(%1, 'orders', 'a', 'b', %2, %2, ?, 3, %3, 'timeout')")
                .arg(as("uuid"), as("jsonb"), as("timestamptz")),
            {idOf(n), QStringLiteral("{\"max\" : 18446744073709551615, \"n\":1,\"n\":%1}").arg(n),
             QString::fromUtf8(metadata), QLatin1String(status),
             QString::fromLatin1(toIsoTime(Timestamp(std::chrono::milliseconds(1'700'000'000'123 + 1000LL * n))))});
    run("COMMIT");
}

/// In the table's own order, with SQLite's row numbers.
QStringList TestArchive::dump() {
    QStringList rows;
    QSqlQuery query = need(
        connection().run(isServer() ? QStringLiteral("SELECT * FROM port_messages ORDER BY id")
                                    : QStringLiteral("SELECT rowid AS place, * FROM port_messages ORDER BY rowid")));
    while (need(connection().next(query))) {
        QStringList cells;
        for (int i = 0; i < (isServer() ? 15 : 16); ++i)
            cells << (query.value(i).isNull() ? QStringLiteral("NULL") : query.value(i).toString());
        rows << cells.join(QLatin1Char('|'));
    }
    return rows;
}

DiscardOrder TestArchive::order(const QString& filter) {
    DiscardOrder made;
    made.filter = need(parseFilter(filter, portMessageSchema(), currentTime()));
    made.words = filter.toUtf8();
    made.reason = "useless";
    made.actor = actor;
    return made;
}

ReplayPreview TestArchive::freeze() {
    ReplayOrder made;
    made.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    made.reason = "a test";
    made.actor = actor;
    return need(test::frozenLater(*m_store->replays(), made));
}

void TestArchive::restoredIsIdentical() {
    add(1, 450);
    add(451, 460, "completed");
    run(QStringLiteral("UPDATE port_messages SET error_message = NULL, message_metadata = NULL WHERE id = '%1'")
            .arg(idOf(7)));
    if (!isServer())
        run("UPDATE port_messages SET message_data = CAST(x'7b2274223a22ff227d' AS TEXT), retry_count = 2.5 WHERE "
            "rowid = 8");
    for (const char* status : {"pending", "dead_letter"}) // which is noted with its time
        run(QStringLiteral("UPDATE port_messages SET status = '%1' WHERE id < '%2'")
                .arg(QLatin1String(status), idOf(20)));
    const QStringList before = dump();
    const DiscardOutcome outcome = need(archive().discard(order(QStringLiteral("port_name:orders")), {}, {}));
    QCOMPARE(outcome.discarded, 450);
    QCOMPARE(outcome.skipped, 0);
    QCOMPARE(value("SELECT count(*) FROM port_messages"), QStringLiteral("10"));
    std::vector<QByteArray> ids;
    for (int n = 450; n >= 1; --n)
        ids.push_back(idOf(n).toUtf8());
    const RestoreOutcome back = need(archive().restore(ids, "needed", actor, {}, {}));
    QCOMPARE(back.restored, outcome.discarded);
    QCOMPARE(dump(), before);
    const QString count = QString::number(outcome.discarded);
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE action = 'discard' AND reason = 'useless' AND "
                   "before_image IS NOT NULL"),
             count);
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE action = 'restore_discarded' AND reason = 'needed' AND "
                   "after_image IS NOT NULL"),
             count);
    QCOMPARE(need(archive().discard(order(), {}, {})).discarded, outcome.discarded);
}

void TestArchive::archivesTheWholeRow() {
    add(1, 1);
    need(archive().discard(order(), {}, {}));
    const ArchivedMessage archived = need(archive().messages().page({}, {})).rows.at(0);
    QCOMPARE(archived.messageId, idOf(1).toUtf8());
    QCOMPARE(archived.cause, QByteArray("discarded"));
    QCOMPARE(archived.reason, QByteArray("useless"));
    QCOMPARE(archived.actor, QByteArray(actor));
    QVERIFY(!archived.replacedBy && !archived.restoredAt);
    QVERIFY(archived.rowImage.contains("18446744073709551615") && archived.rowImage.contains("timeout"));
    const QByteArray original =
        need(connection().value(QStringLiteral("SELECT original FROM portolan_message_archive"))).toByteArray();
    QCOMPARE(original, isServer() ? QByteArray("{\"n\": 1, \"max\": 18446744073709551615}")
                                  : QByteArray("{\"max\" : 18446744073709551615, \"n\":1,\"n\":1}"));
}

void TestArchive::skipsWhatIsNoDeadLetter() {
    add(1, 3);
    add(4, 5, "pending");
    DiscardOrder some = order();
    for (const int n : {1, 2, 2, 4, 99})
        some.ids.push_back(idOf(n).toUtf8());
    QCOMPARE(need(archive().count(some, {})), 2);
    const DiscardOutcome outcome = need(archive().discard(some, {}, {}));
    QCOMPARE(outcome.discarded, 2);
    QCOMPARE(outcome.skipped, 2);
    QCOMPARE(value("SELECT count(*) FROM port_messages"), QStringLiteral("3"));
}

/// What an operator has seen goes, not what came or changed since.
void TestArchive::takesOnlyWhatWasFrozen() {
    add(1, 500);
    const DiscardOrder asked = order(QStringLiteral("port_name:orders"));
    const auto seen = need(archive().look(asked, {}));
    QCOMPARE(seen->count(), 500);
    QCOMPARE(value("SELECT count(*) FROM portolan_jobs"), QStringLiteral("0")); // looking leaves nothing
    add(501, 600);
    run(QStringLiteral("UPDATE port_messages SET error_message = 'another' WHERE id = '%1'").arg(idOf(3)));
    run(QStringLiteral("DELETE FROM port_messages WHERE id = '%1'").arg(idOf(4)));
    const DiscardOutcome outcome = need(archive().discard(asked, *seen, {}, {}));
    QCOMPARE(outcome.discarded, 498);
    QCOMPARE(outcome.skipped, 2);
    QCOMPARE(value("SELECT count(*) FROM port_messages"), QStringLiteral("101"));
    QCOMPARE(value(QStringLiteral("SELECT count(*) FROM port_messages WHERE id = '%1'").arg(idOf(3))),
             QStringLiteral("1"));
    QVERIFY(value("SELECT count(*) FROM portolan_fingerprints").toInt() > 0); // the groups are remembered
}

/// Another program takes some while it goes on.
void TestArchive::skipsWhatChangedMeanwhile() {
    add(1, 1000);
    bool taken = false;
    const auto progress = [&](qint64, qint64) {
        if (taken)
            return;
        taken = true;
        run(QStringLiteral(
            "UPDATE port_messages SET status = 'pending' WHERE id IN (SELECT id FROM port_messages ORDER "
            "BY id LIMIT 7)"));
        run(QStringLiteral("DELETE FROM port_messages WHERE id = (SELECT max(CAST(id AS text)) FROM port_messages)"
                           "::uuid")
                .replace(QStringLiteral("::uuid"), QString())
                .replace(QStringLiteral("WHERE id ="),
                         isServer() ? QStringLiteral("WHERE CAST(id AS text) =") : QStringLiteral("WHERE id =")));
    };
    const DiscardOutcome outcome = need(archive().discard(order(), progress, {}));
    QCOMPARE(outcome.skipped, 8);
    QCOMPARE(outcome.discarded, 992);
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'pending'"), QStringLiteral("7"));
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive"), QStringLiteral("992"));
}

void TestArchive::refusesEachForItself() {
    add(1, 3);
    need(archive().discard(order(), {}, {}));
    add(2, 2, "pending");
    const RestoreOutcome outcome = need(archive().restore(
        {idOf(1).toUtf8(), idOf(2).toUtf8(), "nonsense", idOf(3).toUtf8(), idOf(3).toUtf8()}, "needed", actor, {}, {}));
    QCOMPARE(outcome.restored, 2);
    QCOMPARE(outcome.refused.size(), 3U);
    QCOMPARE(outcome.refused[0].first, idOf(2).toUtf8());
    QVERIFY(outcome.refused[0].second.contains(QLatin1String("exists again")));
    QVERIFY(outcome.refused[1].second.contains(QLatin1String("not in the archive")));
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'dead_letter'"), QStringLiteral("2"));
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive WHERE restored_at IS NULL"), QStringLiteral("1"));
}

void TestArchive::discardsTwiceAndRestoresTheLast() {
    add(1, 1);
    need(archive().discard(order(), {}, {}));
    add(1, 1);
    run("UPDATE port_messages SET error_message = 'the second'");
    const QStringList before = dump();
    need(archive().discard(order(), {}, {}));
    QCOMPARE(need(archive().restore({idOf(1).toUtf8()}, "x", actor, {}, {})).restored, 1);
    QCOMPARE(dump(), before);
    QVERIFY(need(archive().restore({idOf(1).toUtf8()}, "x", actor, {}, {}))
                .refused[0]
                .second.contains(QLatin1String("exists again")));
}

void TestArchive::aTriggerUndoesItsTransaction() {
    add(1, 5);
    const QStringList before = dump();
    if (isServer())
        run("CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RETURN NULL; END; $$ LANGUAGE plpgsql");
    run(isServer() ? "CREATE TRIGGER refuse BEFORE DELETE ON port_messages FOR EACH ROW EXECUTE FUNCTION refuse()"
                   : "CREATE TRIGGER refuse BEFORE DELETE ON port_messages BEGIN SELECT RAISE(IGNORE); END");
    const auto refused = archive().discard(order(), {}, {});
    QVERIFY(!refused);
    QVERIFY2(refused.error().text.contains(QLatin1String("trigger")), qPrintable(refused.error().text));
    QCOMPARE(dump(), before);
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive"), QStringLiteral("0"));
    QCOMPARE(listedJobs().at(0).state, QByteArray("failed"));
    run(isServer() ? "DROP TRIGGER refuse ON port_messages" : "DROP TRIGGER refuse");

    need(archive().discard(order(), {}, {}));
    if (isServer())
        run("CREATE FUNCTION alter_it() RETURNS trigger AS $$ BEGIN NEW.retry_count := 0; RETURN NEW; END; $$ LANGUAGE "
            "plpgsql");
    run(isServer() ? "CREATE TRIGGER alter_it BEFORE INSERT ON port_messages FOR EACH ROW EXECUTE FUNCTION alter_it()"
                   : "CREATE TRIGGER alter_it AFTER INSERT ON port_messages BEGIN UPDATE port_messages SET retry_count "
                     "= 0 WHERE id = NEW.id; END");
    const auto other = archive().restore({idOf(1).toUtf8()}, "x", actor, {}, {});
    QVERIFY(!other);
    QVERIFY2(other.error().text.contains(QLatin1String("would not be as it was")), qPrintable(other.error().text));
    QCOMPARE(value("SELECT count(*) FROM port_messages"), QStringLiteral("0"));
}

void TestArchive::wantsAReason() {
    DiscardOrder none = order();
    none.reason = " ";
    const auto refused = archive().discard(none, {}, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
    const auto other = archive().restore({"x"}, "", actor, {}, {});
    QVERIFY(!other && other.error().code == ErrorCode::Usage);
}

void TestArchive::cancelledKeepsWhatIsDone() {
    add(1, 1000);
    std::stop_source source;
    const auto stopped = archive().discard(
        order(), [&](qint64, qint64) { source.request_stop(); }, source.get_token());
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    const int left = value("SELECT count(*) FROM port_messages").toInt();
    QVERIFY(left > 0 && left < 1000);
    QCOMPARE(value("SELECT count(*) FROM portolan_message_archive").toInt(), 1000 - left);
    const Job job = listedJobs().at(0);
    QCOMPARE(job.state, QByteArray("cancelled"));
    QVERIFY(job.result && job.result->contains(QByteArray::number(1000 - left)));
    QCOMPARE(need(archive().discard(order(), {}, {})).discarded, left);
}

void TestArchive::listsAndFiltersTheArchive() {
    add(1, 3);
    need(archive().discard(order(), {}, {}));
    ListQuery query;
    query.filter = need(parseFilter(QStringLiteral("message_id:%1 cause:discarded row.status:dead_letter").arg(idOf(2)),
                                    archiveSchema(), currentTime()));
    const auto page = need(archive().messages().page(query, {}));
    QCOMPARE(page.rows.size(), 1U);
    QCOMPARE(page.rows[0].messageId, idOf(2).toUtf8());
}

void TestArchive::jobsOfDiscarding() {
    add(1, 300);
    need(archive().discard(order(QStringLiteral("port_name:orders")), {}, {}));
    const Job job = listedJobs().at(0);
    QCOMPARE(job.kind, QByteArray("discard"));
    QCOMPARE(job.state, QByteArray("completed"));
    QCOMPARE(job.done, 300);
    QCOMPARE(job.total, 300);
    QCOMPARE(job.actor, QByteArray(actor));
    QVERIFY(job.startedAt && job.heartbeatAt && job.finishedAt);
    QVERIFY(job.parameters && job.parameters->contains("port_name:orders"));
    QVERIFY(job.result && job.result->contains("300"));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE subject_kind = 'job' AND action IN ('job_queued', "
                   "'job_running', 'job_completed')"),
             QStringLiteral("3"));
}

void TestArchive::jobsFollowTheRun() {
    add(1, 100);
    const QByteArray id = freeze().run.id;
    QVERIFY(listedJobs().empty());
    Replays& replays = *m_store->replays();
    need(replays.change(id, RunState::Running, actor, {}));
    need(replays.step(id, 30, actor));
    Job job = listedJobs().at(0);
    QCOMPARE(job.id, id);
    QCOMPARE(job.kind, QByteArray("replay"));
    QCOMPARE(job.state, QByteArray("running"));
    QCOMPARE(job.done, 30);
    QCOMPARE(job.total, 100);
    need(replays.change(id, RunState::Paused, actor, "a pause"));
    QCOMPARE(listedJobs().at(0).state, QByteArray("paused"));
    need(replays.change(id, RunState::Running, actor, {}));
    need(replays.change(id, RunState::Failed, actor, "gone"));
    job = listedJobs().at(0);
    QCOMPARE(job.state, QByteArray("failed"));
    QCOMPARE(job.errorMessage, QByteArray("gone"));
    need(ReplayRunner(replays, sameText, actor).carryOut(id, {}, {}, {}));
    job = listedJobs().at(0);
    QCOMPARE(job.state, QByteArray("completed"));
    QCOMPARE(job.done, 100);
    QVERIFY(!job.errorMessage);
    QSqlQuery rows = need(
        connection().run(QStringLiteral("SELECT action FROM portolan_audit WHERE subject_kind = 'job' ORDER BY id")));
    QByteArrayList actions;
    while (need(connection().next(rows)))
        actions << rows.value(0).toByteArray();
    const QByteArrayList expected{"job_queued", "job_running", "job_paused",  "job_running",
                                  "job_failed", "job_queued",  "job_running", "job_completed"};
    QCOMPARE(actions, expected);
    need(replays.recall(id, actor, "wrong", {}));
    QCOMPARE(listedJobs().at(0).state, QByteArray("completed"));
}

void TestArchive::refusesTransitionsThatAreNotListed() {
    add(1, 1);
    need(archive().discard(order(), {}, {}));
    const QByteArray id = listedJobs().at(0).id;
    for (const JobState to : {JobState::Queued, JobState::Running, JobState::Paused, JobState::Completed,
                              JobState::Failed, JobState::Cancelled}) {
        const auto refused = jobs().change(id, to, actor, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::Changed);
    }
    const auto none = jobs().change("00000000-0000-4000-8000-000000000001", JobState::Running, actor, {});
    QVERIFY(!none && none.error().code == ErrorCode::NotFound);
    // Whoever asks: the database itself refuses.
    QVERIFY(!connection().execute(QStringLiteral("UPDATE portolan_jobs SET state = 'running'")));
    run("INSERT INTO portolan_jobs (kind) VALUES ('x')");
    const QByteArray other = value("SELECT CAST(id AS text) FROM portolan_jobs WHERE kind = 'x'").toUtf8();
    need(jobs().change(other, JobState::Running, actor, {}));
    need(jobs().change(other, JobState::Paused, actor, {}));
    need(jobs().change(other, JobState::Cancelled, actor, "no longer"));
}

void TestArchive::marksProduction() {
    Operations& operations = *m_store->operations();
    QVERIFY(!need(productionName(*m_store)));
    for (const char* name : {"", " x", "x ", "\t"}) {
        const auto refused = operations.markProduction(QString::fromUtf8(name), "because", actor);
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
    }
    const auto unsaid = operations.markProduction(QStringLiteral("x"), " ", actor);
    QVERIFY(!unsaid && unsaid.error().code == ErrorCode::Usage);
    need(operations.markProduction(QStringLiteral("orders-eu"), "it is", actor));
    need(operations.markProduction(QStringLiteral("Bestellungen ü"), "renamed", actor));
    QCOMPARE(need(productionName(*m_store)), QStringLiteral("Bestellungen ü"));
    const auto reader = need(openStore(m_url, Access::Read));
    QCOMPARE(need(productionName(*reader)), QStringLiteral("Bestellungen ü"));
    need(operations.markProduction(std::nullopt, "a copy", actor));
    QVERIFY(!need(productionName(*m_store)));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit WHERE subject_kind = 'store' AND action = 'mark_production'"),
             QStringLiteral("2"));
    QCOMPARE(value("SELECT subject_id FROM portolan_audit WHERE action = 'unmark_production'"),
             QStringLiteral("Bestellungen ü"));
}

void TestArchive::environmentsCalledProductionAreMarked() {
    QVERIFY(!need(productionName(*m_store, QStringLiteral("staging"))));
    const QString name = isServer() ? m_url.database : QStringLiteral("orders");
    QCOMPARE(need(productionName(*m_store, QStringLiteral("production"))), name);
    need(m_store->operations()->markProduction(QStringLiteral("main"), "x", actor));
    QCOMPARE(need(productionName(*m_store, QStringLiteral("production"))), QStringLiteral("main"));
    run("DROP TABLE portolan_settings");
    QVERIFY(!need(productionName(*m_store)));
    const auto refused = m_store->operations()->markProduction(QStringLiteral("main"), "x", actor);
    QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported);
}

void TestArchive::findsWhatComesTooLate() {
    add(1, 10, "dead_letter", R"({"correlation_id": "A"})");
    add(11, 12, "dead_letter", R"({"correlation_key": 7, "key": "x"})");
    add(13, 14, "dead_letter", R"({"key": "K"})");
    add(15, 20, "dead_letter");
    add(21, 22, "dead_letter", R"({"correlation_id": null, "key": "N"})");
    QCOMPARE(freeze().overtaken, 0);
    add(100, 100, "completed", R"({"correlation_id": "B"})");
    add(101, 101, "pending", R"({"correlation_id": "A"})");
    QCOMPARE(freeze().overtaken, 0);
    add(102, 103, "completed", R"({"correlation_id": "A"})");
    add(104, 104, "completed", R"({"key": "7"})");
    add(105, 105, "completed", R"({"key": "N"})");
    ReplayPreview preview = freeze();
    QCOMPARE(preview.overtaken, 14); // 10 of A, 2 of 7, 2 of N
    const std::vector<QByteArray> expected{"A", "7", "N"};
    QCOMPARE(preview.overtakenKeys, expected);
    QVERIFY(!preview.overtakenAtLeast);
    run("UPDATE port_messages SET port_name = 'mail' WHERE status = 'completed'");
    QCOMPARE(freeze().overtaken, 0);
    // What completed is older than some of them.
    run("UPDATE port_messages SET port_name = 'orders' WHERE status = 'completed'");
    run(QStringLiteral("UPDATE port_messages SET created_at = (SELECT created_at FROM port_messages WHERE id = '%1') "
                       "WHERE status = 'completed'")
            .arg(idOf(6)));
    QCOMPARE(freeze().overtaken, 5);
}

void TestArchive::hazardsAreBounded() {
    add(1, 1, "dead_letter", R"({"key": "K"})");
    const QString id =
        isServer() ? QStringLiteral("gen_random_uuid()") : QStringLiteral("printf('00000000-0000-4000-9000-%012d', n)");
    const QString numbers = isServer() ? QStringLiteral("generate_series(1, 20001) AS n")
                                       : QStringLiteral("(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
                                                        "s WHERE n < 20001) SELECT n FROM s)");
    run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                       "status) SELECT %1, 'orders', 'a', 'b', '{}', 'completed' FROM %2")
            .arg(id, numbers));
    const ReplayPreview preview = freeze();
    QCOMPARE(preview.overtaken, 0);
    QVERIFY(preview.overtakenAtLeast);
}

/// What completed is read from the index, newest first, and no further than is looked at.
void TestArchive::hazardsGoByTheIndex() {
    const QString look =
        QStringLiteral("SELECT c.message_metadata FROM port_messages AS c WHERE c.port_name = 'orders' "
                       "AND c.status = 'completed' AND c.created_at > '2020-01-01' ORDER BY "
                       "c.created_at DESC LIMIT 20000");
    if (isServer())
        run("SET enable_seqscan = off");
    QSqlQuery plan = need(
        connection().run((isServer() ? QStringLiteral("EXPLAIN ") : QStringLiteral("EXPLAIN QUERY PLAN ")) + look));
    QString text;
    while (need(connection().next(plan)))
        text += plan.value(isServer() ? 0 : 3).toString() + QLatin1Char('\n');
    QVERIFY2(text.contains(QLatin1String("idx_port_messages_port_")), qPrintable(text));
    QVERIFY2(!text.contains(QLatin1String("TEMP B-TREE")) && !text.contains(QLatin1String("Sort")), qPrintable(text));
}

QTEST_GUILESS_MAIN(TestArchive)
#include "tst_archive.moc"
