#include "storage/messages/batches.h"
#include "storage/operations/alerts.h"
#include "storage/operations/operations.h"
#include "storage/operations/savedviews.h"
#include "storage/ports/ports.h"
#include "storage/receive/rejectretry.h"
#include "storage/replay/archive.h"
#include "storage/replay/replayrunner.h"
#include "storage/stores/openstore.h"
#include "storage/tables/objectmodels.h"
#include "storage/undo/undo.h"
#include "storage/versions/versions.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>

using namespace portolan;
using portolan::test::need;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr char actor[] = "tester";
constexpr char reason[] = "a test";

/// Everything that an act may change but what tells of acts (runs, items, jobs, the archive and the audit).
constexpr const char* changed[] = {"port_messages",         "checkpoints",          "portolan_alerts",
                                   "portolan_rejects",      "portolan_saved_views", "portolan_settings",
                                   "portolan_object_models"};

QByteArray idOf(int n) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0')).toUtf8();
}

bool sameText(const DeathNote& before, const DeathNote& after) {
    return before.message == after.message;
}

/// An act, what is done before it, and what another program does to one of its rows.
struct Verb {
    const char* name;
    const char* action; ///< that its entry has
    void (*prepare)(Store& store);
    void (*act)(Store& store);
    const char* interference;
};

SavedView view(const char* name, const char* filter) {
    return {"ports", name, filter, "-id", "{\"widths\":[3]}"};
}

AlertRule rule(const char* name, double threshold) {
    return {name, "dead-letters", "port_name:orders", threshold};
}

ModelText model(const char* type) {
    return {"kpi", "analytics_data_kpi",
            QByteArray("{\"columns\":[{\"name\":\"id\",\"type\":\"") + type + "\"}],\"primary_key\":[\"id\"]}"};
}

SavedView seenView(Store& store, const char* name) {
    const auto views = need(store.savedViews()->list({}));
    const SavedView* const found = findView(views, "ports", name);
    return found ? *found : SavedView();
}

void replay(Store& store, const std::optional<QByteArray>& edit = {}) {
    ReplayOrder order;
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    order.reason = reason;
    order.actor = actor;
    order.edit = edit;
    const ReplayPreview seen = need(store.replays()->look(order, {}));
    const QByteArray run = Replays::newRunId();
    need(store.replays()->freeze(order, *seen.seen, run, Replays::Begins::Now, {}));
    need(ReplayRunner(*store.replays(), sameText, actor).carryOut(run, {}, {}, {}));
}

void recall(Store& store) {
    const auto runs = need(store.replays()->runs().page({}, {}));
    need(store.replays()->recall(runs.rows.back().id, actor, "not now", {}));
}

constexpr char edit[] = R"([{"op":"replace","path":"/n","value":7}])";

void discard(Store& store) {
    DiscardOrder order;
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    order.reason = reason;
    order.actor = actor;
    need(store.operations()->archive().discard(order, {}, {}));
}

void restore(Store& store) {
    std::vector<QByteArray> ids;
    for (int n = 1; n <= 20; ++n)
        ids.push_back(idOf(n));
    QCOMPARE(need(store.operations()->archive().restore(ids, reason, actor, {}, {})).restored, 20);
}

void heal(Store& store) {
    const auto differences = need(store.objectModels()->differences({}));
    need(store.objectModels()->heal(harmlessStatements(differences), reason, actor, {}));
}

ModelText widerModel() {
    ModelText wider = model("bigint");
    wider.definition = R"({"columns":[{"name":"id","type":"bigint"},{"name":"note","type":"text","default":"it's"}],)"
                       R"("primary_key":["id"],"indexes":[{"name":"idx_kpi_note","columns":["note"]}]})";
    return wider;
}

constexpr auto nothing = [](Store&) {};

const Verb verbs[] = {
    {"promote", "promote", nothing,
     [](Store& s) { need(s.checkpoints()->promote("cp", 1, std::nullopt, reason, actor, {})); },
     "UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = 'cp'"},
    {"promote where none counts", "promote", [](Store&) {},
     [](Store& s) { need(s.checkpoints()->promote("free", 2, std::nullopt, reason, actor, {})); },
     "UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = 'free'"},
    {"expire", "set expiry", nothing,
     [](Store& s) { need(s.checkpoints()->setExpiry("cp", 2, currentTime(), std::nullopt, reason, actor, {})); },
     "UPDATE checkpoints SET expires_at = '2033-01-01T00:00:00Z' WHERE checkpoint_name = 'cp' AND version = 2"},
    {"expire never", "set expiry", nothing,
     [](Store& s) { need(s.checkpoints()->setExpiry("cp", 3, Expiry(), std::nullopt, reason, actor, {})); },
     "UPDATE checkpoints SET expires_at = '2033-01-01T00:00:00Z' WHERE checkpoint_name = 'cp' AND version = 3"},
    {"threshold", "set silent_after", nothing,
     [](Store& s) { need(s.operations()->setSilentAfter("ledger", std::chrono::seconds(60), reason, actor)); },
     "UPDATE portolan_settings SET value = '77' WHERE key = 'silent_after:ledger'"},
    {"threshold off", "set silent_after",
     [](Store& s) { need(s.operations()->setSilentAfter("ledger", std::chrono::seconds(60), reason, actor)); },
     [](Store& s) { need(s.operations()->setSilentAfter("ledger", std::nullopt, reason, actor)); },
     "INSERT INTO portolan_settings (key, value) VALUES ('silent_after:ledger', '9')"},
    {"mark", "mark_production", nothing,
     [](Store& s) { need(s.operations()->markProduction(QStringLiteral("shop \"eu\""), reason, actor)); },
     "UPDATE portolan_settings SET value = 'other' WHERE key = 'production'"},
    {"unmark", "unmark_production",
     [](Store& s) { need(s.operations()->markProduction(QStringLiteral("shop"), reason, actor)); },
     [](Store& s) { need(s.operations()->markProduction(std::nullopt, reason, actor)); },
     "INSERT INTO portolan_settings (key, value) VALUES ('production', 'other')"},
    {"new alert", "set", nothing,
     [](Store& s) { need(s.alerts()->save(rule("fresh", 3), std::nullopt, reason, actor)); },
     "UPDATE portolan_alerts SET threshold = 9 WHERE name = 'fresh'"},
    {"alert", "set",
     [](Store& s) {
         need(s.alerts()->save(rule("boom", 3), std::nullopt, reason, actor));
         need(s.alerts()->acknowledge(rule("boom", 3), 4.5, reason, actor));
     },
     [](Store& s) { need(s.alerts()->save(rule("boom", 0.1), rule("boom", 3), reason, actor)); },
     "UPDATE portolan_alerts SET enabled = FALSE WHERE name = 'boom'"},
    {"alert removed", "remove", [](Store& s) { need(s.alerts()->save(rule("boom", 3), std::nullopt, reason, actor)); },
     [](Store& s) { need(s.alerts()->remove("boom", reason, actor)); },
     "INSERT INTO portolan_alerts (name, listing) VALUES ('boom', 'rejects')"},
    {"alert acknowledged", "acknowledge",
     [](Store& s) { need(s.alerts()->save(rule("boom", 3), std::nullopt, reason, actor)); },
     [](Store& s) { need(s.alerts()->acknowledge(rule("boom", 3), 4.5, reason, actor)); },
     "UPDATE portolan_alerts SET state = 'ok' WHERE name = 'boom'"},
    {"new view", "save", nothing,
     [](Store& s) { need(s.savedViews()->save(view("mine", "a"), std::nullopt, actor, {})); },
     "UPDATE portolan_saved_views SET filter = 'b' WHERE name = 'mine'"},
    {"view", "save", [](Store& s) { need(s.savedViews()->save(view("mine", "a"), std::nullopt, actor, {})); },
     [](Store& s) { need(s.savedViews()->save(view("mine", "ü'\"\\"), seenView(s, "mine"), actor, {})); },
     "UPDATE portolan_saved_views SET filter = 'b' WHERE name = 'mine'"},
    {"view renamed", "rename", [](Store& s) { need(s.savedViews()->save(view("mine", "a"), std::nullopt, actor, {})); },
     [](Store& s) { need(s.savedViews()->rename(seenView(s, "mine"), "yours", actor, {})); },
     "INSERT INTO portolan_saved_views (pane, name) VALUES ('ports', 'mine')"},
    {"view removed", "remove", [](Store& s) { need(s.savedViews()->save(view("mine", "a"), std::nullopt, actor, {})); },
     [](Store& s) { need(s.savedViews()->remove(seenView(s, "mine"), actor, {})); },
     "INSERT INTO portolan_saved_views (pane, name) VALUES ('ports', 'mine')"},
    {"new model", "register", nothing,
     [](Store& s) { need(s.objectModels()->add(model("bigint"), reason, actor, {})); },
     "UPDATE portolan_object_models SET version = 8 WHERE name = 'kpi'"},
    {"model", "register", [](Store& s) { need(s.objectModels()->add(model("bigint"), reason, actor, {})); },
     [](Store& s) { need(s.objectModels()->add(model("text"), reason, actor, {})); },
     "INSERT INTO portolan_object_models (name, version, table_name, definition) VALUES ('kpi', 9, 'a', '{}')"},
    {"model forgotten", "forget",
     [](Store& s) {
         need(s.objectModels()->add(model("bigint"), reason, actor, {}));
         need(s.objectModels()->add(model("text"), reason, actor, {}));
     },
     [](Store& s) { need(s.objectModels()->forget("kpi", reason, actor, {})); },
     "INSERT INTO portolan_object_models (name, version, table_name, definition) VALUES ('kpi', 9, 'a', '{}')"},
    {"a table healed", "heal", [](Store& s) { need(s.objectModels()->add(model("bigint"), reason, actor, {})); }, heal,
     "INSERT INTO analytics_data_kpi VALUES (1)"},
    {"a column healed", "heal",
     [](Store& s) {
         need(s.objectModels()->add(model("bigint"), reason, actor, {}));
         heal(s);
         need(s.objectModels()->add(widerModel(), reason, actor, {}));
     },
     heal, "INSERT INTO analytics_data_kpi (id, note) VALUES (1, 'mine')"},
    {"rejects dismissed", "dismiss_reject", nothing,
     [](Store& s) {
         need(dismissRejects(s, {{}, reason, actor}, [](qint64) {}, {}));
     },
     "UPDATE portolan_rejects SET settled_by = 'somebody' WHERE id = 2"},
    {"replay", "replay", nothing, [](Store& s) { replay(s); },
     "UPDATE port_messages SET status = 'processing' WHERE id = '00000000-0000-4000-8000-000000000007'"},
    {"the end of a replay", "replay_completed", nothing, [](Store& s) { replay(s); },
     "DELETE FROM port_messages WHERE id = '00000000-0000-4000-8000-000000000007'"},
    {"replay edited", "replay_edited", nothing, [](Store& s) { replay(s, edit); },
     "UPDATE port_messages SET retry_count = 2 WHERE status = 'pending' AND created_at = (SELECT min(created_at) FROM "
     "port_messages)"},
    {"recall", "recall", [](Store& s) { replay(s); }, recall,
     "UPDATE port_messages SET error_message = 'other' WHERE id = '00000000-0000-4000-8000-000000000007'"},
    {"recall edited", "replay_recalled", [](Store& s) { replay(s, edit); }, recall,
     "UPDATE port_messages SET error_message = 'other' WHERE id = '00000000-0000-4000-8000-000000000007'"},
    {"discard", "discard", nothing, discard,
     "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES "
     "('00000000-0000-4000-8000-000000000007', 'p', 'a', 'b', '{}')"},
    {"restore", "restore_discarded", discard, restore,
     "UPDATE port_messages SET error_message = 'other' WHERE id = '00000000-0000-4000-8000-000000000007'"},
};

} // namespace

/// Every verb, in both databases.
class TestUndo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void undoneAndDoneAgain_data();
    void undoneAndDoneAgain();
    void interferenceIsNamed_data() { undoneAndDoneAgain_data(); }
    void interferenceIsNamed();
    void aJobsEntryIsOfItsAct();
    void aLargeActGoesOnWhereItEnded();
    void aLargeActLeavesWhatWasTakenMeanwhile();
    void whatALookNotesOfAnAlertIsNoChange();
    void aRunThatWasUnderWayIsPaused();
    void olderEntriesAreRefused();
    void runsNoStatementsOfOthers();
    void refusesWhatCannotBeUndone();
    void wantsAReasonAndAnEntry();

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    QStringList rows(const QByteArray& sql) { return isServer() ? m_server->rows(sql) : m_sqlite->rows(sql); }
    QString value(const QByteArray& sql) { return rows(sql).value(0); }
    void run(const QByteArray& sql) { QCOMPARE(isServer() ? m_server->run(sql) : m_sqlite->run(sql), QString()); }
    QStringList dump();
    void fill(int letters);
    qint64 newest(const char* action) {
        return value(QByteArray("SELECT max(id) FROM portolan_audit WHERE action = '") + action + "'").toLongLong();
    }
    Result<UndoOutcome> undo(qint64 entry, const CancelToken& token = {}) {
        m_told.clear();
        return m_store->undo()->undo(
            entry, "undone", actor,
            [this](const UndoStep& step) -> Result<void> {
                m_told.push_back(step);
                return {};
            },
            token);
    }
    UndoOutcome look(qint64 entry) {
        m_told.clear();
        return need(m_store->undo()->look(entry,
                                          [this](const UndoStep& step) -> Result<void> {
                                              m_told.push_back(step);
                                              return {};
                                          },
                                          {}));
    }

    PostgresServer m_cluster;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<SqliteScript> m_sqlite; ///< another program
    std::unique_ptr<PostgresScript> m_server;
    std::vector<UndoStep> m_told;
};

void TestUndo::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestUndo::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_sqlite.reset();
    m_server.reset();
    m_store.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("orders.db")))
                : m_cluster.createStore();
    m_store = need(openStore(m_url, Access::Write));
    if (isServer())
        m_server = std::make_unique<PostgresScript>(m_url);
    else
        m_sqlite = std::make_unique<SqliteScript>(m_url.path);
    fill(20);
}

/// Fills the store with dead letters among others, checkpoints and rejects.
void TestUndo::fill(int letters) {
    QByteArray values;
    for (int n = 1; n <= letters + 5; ++n) {
        const bool isDead = n <= letters;
        values += (values.isEmpty() ? "('" : ",('") + idOf(n) + "','orders','a','b','{\"n\":" + QByteArray::number(n)
                  + ",\"max\":18446744073709551615}','" + (isDead ? "dead_letter" : "completed") + "',"
                  + (isDead ? "3" : "0") + ",'2025-10-16T14:" + QByteArray::number(10 + n / 60 % 50) + ":"
                  + QByteArray::number(10 + n % 50) + ".125Z'," + (n % 3 ? "'timeout'" : "NULL") + ")";
    }
    run("DELETE FROM port_messages");
    run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
        "retry_count, created_at, error_message) VALUES "
        + values);
    run("DELETE FROM checkpoints");
    run("INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, is_latest, expires_at) "
        "VALUES ('cp','c','{}',1,FALSE,NULL), ('cp','c','{}',2,FALSE,NULL), "
        "('cp','c','{}',3,TRUE,'2031-02-03 04:05:06'), ('free','c','{}',1,FALSE,NULL), "
        "('free','c','{}',2,FALSE,NULL)");
    run("DELETE FROM portolan_rejects");
    run("INSERT INTO portolan_rejects (id, source, key, reason, payload, settled_by, settled_reason) VALUES "
        "(1,'s','1','no','a',NULL,NULL), (2,'s','2','no','b',NULL,NULL), (3,'s','3','no','c','ada','tried')");
}

QStringList TestUndo::dump() {
    QStringList all;
    for (const QByteArray table : changed) {
        QByteArray row;
        if (isServer()) {
            row = "CAST(to_jsonb(t) - 'updated_at' AS text)";
        } else {
            for (const QString& column : rows("SELECT name FROM pragma_table_info('" + table + "')")) {
                if (column != QLatin1String("updated_at"))
                    row += (row.isEmpty() ? "" : " || ',' || ") + ("quote(\"" + column.toUtf8() + "\")");
            }
        }
        all += rows("SELECT '" + table + "', " + row + " FROM " + table + " AS t ORDER BY 2");
    }
    const char* const shape =
        isServer()
            ? "SELECT column_name, data_type, column_default FROM information_schema.columns WHERE table_name = "
              "'analytics_data_kpi' UNION ALL SELECT indexname, indexdef, NULL FROM pg_indexes WHERE tablename "
              "= 'analytics_data_kpi' ORDER BY 1"
            : "SELECT name, type, dflt_value FROM pragma_table_info('analytics_data_kpi') UNION ALL SELECT name, "
              "NULL, NULL FROM pragma_index_list('analytics_data_kpi') ORDER BY 1";
    return all + rows(shape);
}

void TestUndo::undoneAndDoneAgain_data() {
    QTest::addColumn<int>("verb");
    for (int i = 0; i < static_cast<int>(std::size(verbs)); ++i)
        QTest::newRow(verbs[i].name) << i;
}

void TestUndo::undoneAndDoneAgain() {
    QFETCH(const int, verb);
    const Verb& tried = verbs[verb];
    tried.prepare(*m_store);
    const QStringList before = dump();
    tried.act(*m_store);
    const QStringList after = dump();
    QVERIFY(after != before);
    const qint64 entry = newest(tried.action);
    const QString entries = value("SELECT count(*) FROM portolan_audit");

    const UndoOutcome seen = look(entry);
    QVERIFY2(seen.steps > 0 && seen.undone == seen.steps, qPrintable(m_told.empty() ? QString() : m_told[0].detail));
    QCOMPARE(qint64(m_told.size()), seen.steps);
    QCOMPARE(dump(), after); // looking writes nothing
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), entries);

    const UndoOutcome undone = need(undo(entry));
    QCOMPARE(undone.undone, seen.steps);
    QCOMPARE(dump(), before);
    const auto twice = undo(entry);
    QVERIFY(!twice && twice.error().code == ErrorCode::Changed);
    QCOMPARE(value("SELECT reason || ' ' || actor FROM portolan_audit WHERE id = " + QByteArray::number(undone.entry)),
             QStringLiteral("undone tester"));

    const UndoOutcome again = need(undo(undone.entry));
    QCOMPARE(again.undone, seen.steps);
    QCOMPARE(dump(), after);
    QVERIFY(!undo(undone.entry).ok());
    QCOMPARE(need(undo(again.entry)).undone, seen.steps);
    QCOMPARE(dump(), before);
    QCOMPARE(value("SELECT count(*) FROM portolan_jobs WHERE state NOT IN ('completed', 'cancelled')"),
             QStringLiteral("0"));
}

void TestUndo::interferenceIsNamed() {
    QFETCH(const int, verb);
    const Verb& tried = verbs[verb];
    tried.prepare(*m_store);
    tried.act(*m_store);
    run(tried.interference);
    const QStringList before = dump();
    const QString entries = value("SELECT count(*) FROM portolan_audit");
    const qint64 entry = newest(tried.action);
    QCOMPARE(look(entry).touched, 1);
    const UndoOutcome outcome = need(undo(entry));
    QCOMPARE(outcome.touched, 1);
    QCOMPARE(outcome.undone, 0);
    QCOMPARE(outcome.entry, 0);
    QCOMPARE(m_told.size(), 1U);
    QVERIFY(!m_told[0].key.isEmpty() && !m_told[0].detail.isEmpty());
    QCOMPARE(dump(), before);
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), entries);
}

void TestUndo::aJobsEntryIsOfItsAct() {
    const QStringList before = dump();
    discard(*m_store);
    QCOMPARE(need(undo(newest("job_completed"))).undone, 20);
    QCOMPARE(dump(), before);
    replay(*m_store);
    QCOMPARE(need(undo(newest("job_running"))).undone, 20);
    QCOMPARE(dump(), before);
}

void TestUndo::aLargeActGoesOnWhereItEnded() {
    fill(2500);
    const QStringList before = dump();
    for (const bool isRun : {true, false}) {
        isRun ? replay(*m_store) : discard(*m_store);
        const qint64 entry = newest(isRun ? "replay" : "discard");
        const char* const done = "SELECT count(*) FROM port_messages WHERE status = 'dead_letter'";
        // As a program that is killed after its first step.
        const QByteArray condition = isRun ? "NEW.status = 'dead_letter'" : "NEW.id IS NOT NULL";
        const char* const event = isRun ? "UPDATE" : "INSERT";
        if (isServer()) {
            run("CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = '"
                + idOf(1500) + "' THEN RAISE 'killed'; END IF; RETURN NEW; END; $$");
            run("CREATE TRIGGER no BEFORE " + QByteArray(event)
                + " ON port_messages FOR EACH ROW EXECUTE FUNCTION no()");
        } else {
            run("CREATE TRIGGER no BEFORE " + QByteArray(event) + " ON port_messages WHEN " + condition
                + " AND NEW.id = '" + idOf(1500) + "' BEGIN SELECT raise(ABORT, 'killed'); END");
        }
        QVERIFY(!undo(entry).ok());
        const int part = value(done).toInt();
        QVERIFY2(part >= 1000 && part < 2500, qPrintable(QString::number(part)));
        run(isServer() ? "DROP TRIGGER no ON port_messages" : "DROP TRIGGER no");
        QCOMPARE(look(entry).before, part);
        QCOMPARE(need(undo(entry)).undone, 2500 - part);
        QCOMPARE(dump(), before);
        QVERIFY(!undo(entry).ok());
    }
}

void TestUndo::aLargeActLeavesWhatWasTakenMeanwhile() {
    fill(1500);
    replay(*m_store);
    run("UPDATE port_messages SET status = 'completed' WHERE id = '" + idOf(1400) + "'");
    const UndoOutcome refused = need(undo(newest("replay")));
    QCOMPARE(refused.entry, 0);
    QCOMPARE(refused.touched, 1);
    recall(*m_store); // takes back what is left, which undoing does not begin with
    QCOMPARE(value("SELECT count(*) FROM port_messages WHERE status = 'dead_letter'"), QStringLiteral("1499"));
    const UndoOutcome rest = need(undo(newest("replay")));
    QCOMPARE(rest.undone, 0);
    QCOMPARE(rest.touched, 1);
}

void TestUndo::whatALookNotesOfAnAlertIsNoChange() {
    need(m_store->alerts()->save(rule("boom", 3), std::nullopt, reason, actor));
    const QStringList before = dump();
    need(m_store->alerts()->save(rule("boom", 1), rule("boom", 3), reason, actor));
    const AlertTransition fires{"boom", AlertState::Ok, AlertState::Firing, 20};
    QCOMPARE(need(m_store->alerts()->record(std::span(&fires, 1))), 1);
    QCOMPARE(need(undo(newest("set"))).undone, 1);
    QCOMPARE(dump(), before);
}

void TestUndo::aRunThatWasUnderWayIsPaused() {
    ReplayOrder order;
    order.reason = reason;
    order.actor = actor;
    const ReplayPreview seen = need(m_store->replays()->look(order, {}));
    const QByteArray id = Replays::newRunId();
    need(m_store->replays()->freeze(order, *seen.seen, id, Replays::Begins::Now, {}));
    need(m_store->replays()->step(id, 7, actor));
    const QStringList before = dump();
    need(m_store->replays()->recall(id, actor, "not now", {}));
    QCOMPARE(need(m_store->replays()->run(id)).counts[ItemState::Skipped], 13);
    QCOMPARE(need(undo(newest("replay_recalled"))).undone, 7);
    QCOMPARE(dump(), before);
    const ReplayRun paused = need(m_store->replays()->run(id));
    QCOMPARE(paused.state, RunState::Paused);
    QCOMPARE(paused.counts[ItemState::Frozen], 13);
    QCOMPARE(paused.counts[ItemState::Replayed], 7);
    const ReplayRun whole = need(ReplayRunner(*m_store->replays(), sameText, actor).carryOut(id, {}, {}, {}));
    QCOMPARE(whole.counts[ItemState::Replayed], 20);
}

void TestUndo::olderEntriesAreRefused() {
    const char* const older[] = {
        "'set', 'alert', 'boom', NULL, NULL, '{\"threshold\":3}'",
        "'save', 'view', 'ports/mine', NULL, NULL, '{}'",
        "'register', 'object model', 'kpi', NULL, NULL, '{}'",
        "'heal', 'object model', 'kpi', NULL, NULL, '{\"statements\":[]}'",
        "'dismiss_reject', 'reject', '1', NULL, '{\"state\":\"open\"}', '{\"state\":\"dismissed\"}'",
        "'discard', 'port_message', 'x', NULL, '{}', NULL",
        "'restore_discarded', 'port_message', 'x', NULL, NULL, '{}'",
    };
    for (const char* each : older) {
        run(QByteArray("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, run_id, before_image, "
                       "after_image) VALUES ('ada', ")
            + each + ")");
        const auto refused = undo(value("SELECT max(id) FROM portolan_audit").toLongLong());
        QVERIFY2(!refused && refused.error().code == ErrorCode::Unsupported, each);
        QVERIFY2(refused.error().text.contains(QStringLiteral("older version")), qPrintable(refused.error().text));
    }
    replay(*m_store);
    recall(*m_store);
    run(isServer() ? "ALTER TABLE portolan_audit DISABLE TRIGGER ALL" : "DROP TRIGGER portolan_audit_keeps_rows");
    run("UPDATE portolan_audit SET before_image = NULL WHERE action = 'replay_recalled'");
    const auto refused = undo(newest("recall"));
    QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported);
}

void TestUndo::runsNoStatementsOfOthers() {
    const auto plant = [&](const QByteArray& reverse, const QByteArray& filled) {
        run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, run_id, after_image) VALUES ('ada', "
            "'heal', 'object model', 'kpi', 'act ' || (SELECT count(*) FROM portolan_audit), "
            "'{\"statements\":[],\"reverse\":["
            + reverse + "],\"filled\":[" + filled + "]}')");
        return value("SELECT max(id) FROM portolan_audit").toLongLong();
    };
    for (const char* each : {"\"DELETE FROM port_messages\"", "\"DROP TABLE port_messages\"", "\"\""}) {
        const auto refused = undo(plant(each, {}));
        QVERIFY2(!refused && refused.error().code == ErrorCode::Unsupported, each);
    }
    const ModelText kpi = model("bigint");
    need(m_store->objectModels()->add(kpi, reason, actor, {}));
    heal(*m_store);
    run("INSERT INTO analytics_data_kpi (id) VALUES (1)");
    const QString messages = value("SELECT count(*) FROM port_messages");
    // The question that it brings is not asked, and the one that it leaves out is.
    const qint64 planted =
        plant(R"("DROP TABLE \"analytics_data_kpi\"")", "\"DELETE FROM port_messages RETURNING NULL\"");
    QCOMPARE(need(undo(planted)).undone, 0);
    QCOMPARE(value("SELECT count(*) FROM analytics_data_kpi"), QStringLiteral("1"));
    QCOMPARE(value("SELECT count(*) FROM port_messages"), messages);
}

void TestUndo::refusesWhatCannotBeUndone() {
    for (const auto& [kind, action] : {std::pair{"port_message", "complete"},
                                       {"port_message", "replay_sent"},
                                       {"reject", "retry_reject"},
                                       {"schema", "migrate up"},
                                       {"store", "confirm"},
                                       {"bundle", "import_bundle"},
                                       {"job", "job_completed"}}) {
        run(QByteArray("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES ('ada', '") + action
            + "', '" + kind + "', 'x')");
        const auto refused = undo(value("SELECT max(id) FROM portolan_audit").toLongLong());
        QVERIFY2(!refused && refused.error().code == ErrorCode::Unsupported, action);
        QVERIFY2(refused.error().text.endsWith(QLatin1String(undoRuleOf(kind, action)->why)),
                 qPrintable(refused.error().text));
    }
    run("INSERT INTO portolan_audit (actor, action, subject_kind) VALUES ('ada', 'paint', 'wall')");
    QVERIFY(!undo(newest("paint")).ok());
}

void TestUndo::wantsAReasonAndAnEntry() {
    replay(*m_store);
    const auto none =
        m_store->undo()->undo(newest("replay"), " ", actor, [](const UndoStep&) { return Result<void>(); }, {});
    QVERIFY(!none && none.error().code == ErrorCode::Usage);
    const auto unknown = undo(987'654);
    QVERIFY(!unknown && unknown.error().code == ErrorCode::NotFound);
    m_store = need(openStore(m_url, Access::Read));
    QCOMPARE(look(newest("replay")).undone, 20);
    const auto readOnly = undo(newest("replay"));
    QVERIFY(!readOnly && readOnly.error().code == ErrorCode::ReadOnly);
}

QTEST_GUILESS_MAIN(TestUndo)
#include "tst_undo.moc"
