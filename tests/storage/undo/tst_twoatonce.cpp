#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/replay/archive.h"
#include "storage/replay/replayrunner.h"
#include "storage/undo/undo.h"
#include "tests/support/eitherdatabase.h"

#include <QTest>
#include <array>
#include <latch>
#include <thread>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr char actor[] = "tester";
constexpr char reason[] = "a test";
constexpr int messages = 220; ///< more than a transaction of the archive takes
constexpr int tries = 3;      ///< of the race

QByteArray idOf(int n) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0')).toUtf8();
}

bool sameText(const DeathNote& before, const DeathNote& after) {
    return before.message == after.message;
}

Result<qint64> discard(Store& store) {
    DiscardOrder order;
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    order.reason = reason;
    order.actor = actor;
    const auto seen = store.operations()->archive().look(order, {});
    PORTOLAN_TRY(seen);
    const auto done = store.operations()->archive().discard(order, **seen, {}, {});
    return done ? Result<qint64>(done->discarded) : done.error();
}

Result<qint64> restore(Store& store) {
    std::vector<QByteArray> ids;
    for (int n = 1; n <= messages; ++n)
        ids.push_back(idOf(n));
    const auto done = store.operations()->archive().restore(ids, reason, actor, {}, {});
    PORTOLAN_TRY(done);
    if (done->restored + std::ssize(done->refused) != messages)
        return Error{ErrorCode::Unknown, QStringLiteral("Some ids were not tried.")};
    return done->restored;
}

Result<qint64> replay(Store& store) {
    ReplayOrder order;
    order.filter = need(parseFilter({}, portMessageSchema(), currentTime()));
    order.reason = reason;
    order.actor = actor;
    const auto seen = store.replays()->look(order, {});
    PORTOLAN_TRY(seen);
    const QByteArray run = Replays::newRunId();
    PORTOLAN_TRY(store.replays()->freeze(order, *seen->seen, run, Replays::Begins::Now, {}));
    PORTOLAN_TRY(ReplayRunner(*store.replays(), sameText, actor).carryOut(run, {}, {}, {}));
    const auto known = store.replays()->run(run);
    return known ? Result<qint64>(known->counts[ItemState::Replayed]) : known.error();
}

/// A verb that two programs run at once; what is done before, by one; how many of the messages are in port_messages and
/// dead afterwards.
struct Verb {
    const char* name;
    std::vector<Result<qint64> (*)(Store&)> before;
    Result<qint64> (*act)(Store&); ///< nothing: undo the newest entry of `undoes`
    const char* undoes;
    int there;
};

const std::array verbs{
    Verb{"discard", {}, discard, nullptr, 0},
    Verb{"restore", {discard}, restore, nullptr, messages},
    Verb{"replay", {}, replay, nullptr, messages},
    Verb{"undo of a discard", {discard}, nullptr, "discard", messages},
};

} // namespace

/// Verbs that write messages, by two programs at once, in both databases: each row once, and no program fails
/// with a server's words.
class TestTwoAtOnce : public QObject {
    Q_OBJECT

    EitherDatabase m_database;

    void addMessages() const {
        QByteArray sql = "BEGIN;";
        for (int n = 1; n <= messages; ++n)
            sql +=
                "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
                "retry_count, created_at, error_message) VALUES ('"
                + idOf(n) + "','orders','a','b','{\"n\":1}','dead_letter',3,'2026-01-01T00:00:00.000000Z','timeout');";
        m_database.run(sql + "COMMIT;");
    }

private Q_SLOTS:
    void initTestCase_data() { EitherDatabase::kinds(); }

    void eachRowOnce_data() {
        QTest::addColumn<int>("which");
        for (int which = 0; which < static_cast<int>(verbs.size()); ++which)
            QTest::newRow(verbs[static_cast<std::size_t>(which)].name) << which;
    }
    void eachRowOnce() {
        QFETCH_GLOBAL(const bool, onServer);
        QFETCH(const int, which);
        const Verb& verb = verbs[static_cast<std::size_t>(which)];
        for (int time = 0; time < tries; ++time) {
            m_database.renew(onServer);
            addMessages();
            for (const auto& act : verb.before)
                QVERIFY(act(m_database.store()).ok());
            const qint64 entry =
                verb.undoes
                    ? m_database
                          .value(QByteArray("SELECT max(id) FROM portolan_audit WHERE action = '") + verb.undoes + "'")
                          .toLongLong()
                    : 0;
            std::latch begin(2);
            std::array<Result<qint64>, 2> done{Result<qint64>(0), Result<qint64>(0)};
            {
                std::vector<std::jthread> programs;
                for (Result<qint64>& mine : done) {
                    programs.emplace_back([&] {
                        const auto store = need(openStore(m_database.url(), Access::Write));
                        begin.arrive_and_wait();
                        if (verb.act) {
                            mine = verb.act(*store);
                            return;
                        }
                        const auto undone = store->undo()->undo(entry, reason, actor,
                                                                [](const UndoStep&) { return Result<void>(); }, {});
                        mine = undone ? Result<qint64>(undone->undone) : undone.error();
                    });
                }
            }
            qint64 sum = 0;
            for (const Result<qint64>& mine : done) {
                const bool isTold = mine || mine.error().code == ErrorCode::Changed;
                QVERIFY2(isTold, isTold ? "" : qPrintable(mine.error().text + mine.error().details));
                sum += mine ? *mine : 0;
            }
            QCOMPARE(sum, messages);
            QCOMPARE(m_database.value("SELECT count(*) FROM port_messages").toInt(), verb.there);
            QCOMPARE(
                m_database.value("SELECT count(*) FROM portolan_jobs WHERE state IN ('failed', 'running')").toInt(), 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestTwoAtOnce)
#include "tst_twoatonce.moc"
