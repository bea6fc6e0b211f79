#include "storage/messages/batches.h"
#include "storage/operations/operations.h"
#include "storage/receive/rejectretry.h"
#include "storage/replay/archive.h"
#include "storage/replay/replayrunner.h"
#include "storage/undo/undo.h"
#include "tests/support/eitherdatabase.h"

#include <QTest>
#include <sqlite3.h>

using namespace portolan;
using test::need;

namespace {

constexpr char actor[] = "tester";
constexpr char reason[] = "a test";

qint64 looks = 0; ///< of SQLite's compiler at what a statement does, on any connection

int onLook(void*, int, const char*, const char*, const char*, const char*) {
    ++looks;
    return SQLITE_OK;
}

int onOpening(sqlite3* database, char**, const sqlite3_api_routines*) {
    return sqlite3_set_authorizer(database, &onLook, nullptr);
}

void discard(Store& store) {
    DiscardOrder order;
    order.reason = reason;
    order.actor = actor;
    need(store.operations()->archive().discard(order, {}, {}));
}

void restore(Store& store) {
    discard(store);
    std::vector<QByteArray> ids;
    const auto page = need(store.operations()->archive().messages().page({{}, {}, {}, 1000}, {}));
    for (const ArchivedMessage& message : page.rows)
        ids.push_back(message.messageId);
    QCOMPARE(need(store.operations()->archive().restore(ids, reason, actor, {}, {})).restored, std::ssize(ids));
}

void replay(Store& store) {
    ReplayOrder order;
    order.reason = reason;
    order.actor = actor;
    const ReplayPreview seen = need(store.replays()->look(order, {}));
    const QByteArray run = Replays::newRunId();
    need(store.replays()->freeze(order, *seen.seen, run, Replays::Begins::Now, {}));
    const auto same = [](const DeathNote& before, const DeathNote& after) { return before.message == after.message; };
    need(ReplayRunner(*store.replays(), same, actor).carryOut(run, {}, {}, {}));
}

void recall(Store& store) {
    replay(store);
    const auto runs = need(store.replays()->runs().page({}, {}));
    need(store.replays()->recall(runs.rows.back().id, actor, reason, {}));
}

void dismiss(Store& store) {
    need(dismissRejects(store, {{}, reason, actor}, [](qint64) {}, {}));
}

/// An act of many rows.
struct Act {
    const char* action;
    void (*carryOut)(Store& store);
    bool isSetWise = true; ///< its rows go together, which spares a server their statements
};

constexpr Act acts[] = {{"discard", discard},
                        {"restore_discarded", restore},
                        {"replay", replay},
                        {"recall", recall},
                        {"dismiss_reject", dismiss, false}};

} // namespace

/// An act of many rows is undone by as many statements as one of few.
class TestUndoStatements : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(sqlite3_auto_extension(reinterpret_cast<void (*)()>(&onOpening)), SQLITE_OK); }
    void initTestCase_data() { test::EitherDatabase::kinds(); }
    void cleanupTestCase() { sqlite3_reset_auto_extension(); }
    void manyRowsTakeNoMoreThanFew_data();
    void manyRowsTakeNoMoreThanFew();
    void aNumberThatIsTakenIsAnotherOnes();

private:
    void fill(int rows);
    [[nodiscard]] qint64 statements(const Act& act, int rows);

    test::EitherDatabase m_world;
};

void TestUndoStatements::fill(int rows) {
    QFETCH_GLOBAL(const bool, onServer);
    m_world.renew(onServer);
    QByteArray letters;
    QByteArray rejects;
    for (int n = 1; n <= rows; ++n) {
        const QByteArray id = QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0')).toLatin1();
        letters += (n > 1 ? ",('" : "('") + id + "','orders','a','b','{}','dead_letter',3,'timeout')";
        rejects += (n > 1 ? ",('s','" : "('s','") + QByteArray::number(n) + "','no','a')";
    }
    m_world.run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
                "retry_count, error_message) VALUES "
                + letters);
    m_world.run("INSERT INTO portolan_rejects (source, key, reason, payload) VALUES " + rejects);
}

/// Undoes an act of so many rows. SQLite: the looks of its compiler; a server: the statements that changed messages.
qint64 TestUndoStatements::statements(const Act& act, int rows) {
    fill(rows);
    act.carryOut(m_world.store());
    if (m_world.isServer()) {
        m_world.run("CREATE SEQUENCE noted");
        m_world.run("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('noted'); "
                    "RETURN NULL; END; $$");
        m_world.run("CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON port_messages FOR EACH STATEMENT EXECUTE "
                    "FUNCTION note()");
    }
    const qint64 entry =
        m_world.value(QByteArray("SELECT max(id) FROM portolan_audit WHERE action = '") + act.action + "'")
            .toLongLong();
    const auto tell = [](const UndoStep&) { return Result<void>(); };
    looks = 0;
    const UndoOutcome outcome = need(m_world.store().undo()->undo(entry, reason, actor, tell, {}));
    const qint64 looked = looks;
    if (outcome.undone != rows)
        qFatal("undone: %lld", static_cast<long long>(outcome.undone));
    return m_world.isServer() ? m_world.value("SELECT last_value FROM noted").toLongLong() : looked;
}

void TestUndoStatements::manyRowsTakeNoMoreThanFew_data() {
    QTest::addColumn<int>("act");
    for (int i = 0; i < static_cast<int>(std::size(acts)); ++i)
        QTest::newRow(acts[i].action) << i;
}

void TestUndoStatements::manyRowsTakeNoMoreThanFew() {
    QFETCH(const int, act);
    QFETCH_GLOBAL(const bool, onServer);
    if (onServer && !acts[act].isSetWise)
        QSKIP("row after row, and a server prepares each time");
    const qint64 few = statements(acts[act], 20);
    QVERIFY(few > 0);
    const qint64 many = statements(acts[act], 400); // in two sets
    QVERIFY2(many <= 2 * few, qPrintable(QStringLiteral("%1 for 20 rows, %2 for 400").arg(few).arg(many)));
}

/// SQLite numbers rows itself: what came meanwhile has the number of one that comes back, and that one must not take
/// the next one's.
void TestUndoStatements::aNumberThatIsTakenIsAnotherOnes() {
    fill(3);
    discard(m_world.store());
    m_world.run(
        "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status) VALUES "
        "('00000000-0000-4000-8000-999999999999','orders','a','b','{}','pending')");
    const qint64 entry = m_world.value("SELECT max(id) FROM portolan_audit WHERE action = 'discard'").toLongLong();
    const auto tell = [](const UndoStep&) { return Result<void>(); };
    QCOMPARE(need(m_world.store().undo()->undo(entry, reason, actor, tell, {})).undone, 3);
    if (!m_world.isServer())
        QCOMPARE(
            m_world.rows("SELECT rowid, substr(id, -1) FROM port_messages ORDER BY rowid"),
            QStringList({QStringLiteral("1|9"), QStringLiteral("2|2"), QStringLiteral("3|3"), QStringLiteral("4|1")}));
}

QTEST_GUILESS_MAIN(TestUndoStatements)
#include "tst_undostatements.moc"
