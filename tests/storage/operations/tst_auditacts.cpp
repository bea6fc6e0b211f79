#include "storage/operations/auditacts.h"
#include "storage/stores/openstore.h"
#include "storage/undo/undo.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

const AuditAct* actBy(const AuditActs& acts, const QByteArray& action) {
    const auto found = std::ranges::find_if(acts.acts(), [&](const AuditAct& a) { return a.whole.action == action; });
    return found == acts.acts().end() ? nullptr : &*found;
}

} // namespace

/// The audit, added up into acts of people and runs of programs, on both databases.
class TestAuditActs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_store.reset();
        m_folder = std::make_unique<TempFolder>();
        m_url = onServer ? m_server.createStore()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        QVERIFY(openStore(m_url, Access::Write).ok());
        auto store = openStore(m_url, Access::Read); // as a window
        QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
        m_store = std::move(*store);
    }

    void whatBelongsTogetherIsOneAct() {
        add("('ada', 'promote', 'checkpoint', 'orders', 'the third is wrong', NULL, '2026-03-01T00:00:00Z'),"
            "('ada', 'job_queued', 'job', '7a', NULL, NULL, '2026-03-01T00:01:00Z'),"
            "('ada', 'replay_frozen', 'replay_run', '7a', 'again', '7a', '2026-03-01T00:01:01Z'),"
            "('ada', 'replay', 'port_message', 'm1', 'again', '7a', '2026-03-01T00:01:02Z'),"
            "('ada', 'replay', 'port_message', 'm2', 'again', '7a', '2026-03-01T00:01:03Z'),"
            "('ada', 'replay_completed', 'replay_run', '7a', NULL, '7a', '2026-03-01T00:01:04Z'),"
            "('bo', 'recall', 'port_message', 'm1', 'no', '7a', '2026-03-01T00:02:00Z'),"
            "('bo', 'promote', 'checkpoint', 'orders', 'back', NULL, '2026-03-01T00:03:00Z')");
        const AuditActs acts = allOf();
        QCOMPARE(acts.acts().size(), std::size_t(4)); // two promotions, a replay, its recall
        QCOMPARE(acts.entries(), qint64(8));
        const AuditAct* const replay = actBy(acts, "replay");
        QVERIFY(replay && !replay->isOfProgram);
        QCOMPARE(replay->whole.entries, qint64(5));
        QCOMPARE(replay->whole.subjectKind, QByteArray("port_message"));
        QVERIFY(!replay->whole.subjectId); // there are two
        QCOMPARE(replay->whole.reason, QByteArray("again"));
        QCOMPARE(value("SELECT action FROM portolan_audit WHERE id = " + QByteArray::number(replay->entry)),
                 QStringLiteral("replay"));
        QCOMPARE(toIsoTime(replay->whole.begin).left(19), QByteArray("2026-03-01T00:01:00"));
        QCOMPARE(toIsoTime(replay->whole.end).left(19), QByteArray("2026-03-01T00:01:04"));
        QVERIFY(actBy(acts, "recall") && actBy(acts, "recall")->whole.actor == "bo");
    }

    void aRunEndsWithAPause() {
        add("('w 1', 'take', 'port_message', 'a', NULL, NULL, '2026-03-01T00:00:00Z'),"
            "('w 2', 'take', 'port_message', 'b', NULL, NULL, '2026-03-01T00:00:01Z'),"
            "('w 1', 'complete', 'port_message', 'a', NULL, NULL, '2026-03-01T00:09:00Z'),"
            "('w 1', 'take', 'port_message', 'c', NULL, NULL, '2026-03-01T00:18:59Z'),"
            "('w 1', 'complete', 'port_message', 'c', NULL, NULL, '2026-03-01T00:29:00Z')");
        const AuditActs acts = allOf();
        std::vector<std::pair<QByteArray, qint64>> runs;
        for (const AuditAct& act : acts.acts()) {
            QVERIFY(act.isOfProgram);
            runs.emplace_back(act.whole.actor, act.whole.entries);
        }
        std::ranges::sort(runs);
        QCOMPARE(runs, (std::vector<std::pair<QByteArray, qint64>>{{"w 1", 1}, {"w 1", 3}, {"w 2", 1}}));
    }

    /// However long the audit is, a question reads a stretch of it, and the stretches give the same as all at once.
    void stretchesAreBoundedAndAddUp() {
        addMany(30'000);
        const Result<AuditParts> one = m_store->undo()->parts(0, 0, 1'000, {}, {});
        QVERIFY(one.ok());
        QCOMPARE(one->entries, qint64(1'000));
        QVERIFY(one->parts.size() < 60 && !one->last);
        QCOMPARE(one->first, qint64(29'001));
        const AuditActs whole = allOf(50'000);
        const AuditActs pieces = allOf(777);
        QCOMPARE(whole.entries(), qint64(30'000));
        QCOMPARE(pieces.acts().size(), whole.acts().size());
        for (std::size_t i = 0; i < whole.acts().size(); ++i) {
            const AuditAct& a = whole.acts()[i];
            const auto b = std::ranges::find_if(pieces.acts(), [&](const AuditAct& each) {
                return each.whole.actor == a.whole.actor && each.whole.last == a.whole.last;
            });
            QVERIFY(b != pieces.acts().end());
            QCOMPARE(b->whole.entries, a.whole.entries);
            QCOMPARE(b->whole.first, a.whole.first);
            QVERIFY(b->actions == a.actions && b->whole.begin == a.whole.begin);
        }
    }

    void aFilterChoosesEntries() {
        addMany(3'000);
        const auto filter = parseFilter(QStringLiteral("actor:\"worker 1\" action:fail"), auditSchema(), currentTime());
        QVERIFY(filter.ok());
        AuditActs acts;
        for (qint64 before = 0;;) {
            const Result<AuditParts> stretch = m_store->undo()->parts(0, before, 500, *filter, {});
            QVERIFY(stretch.ok());
            acts.addOlder(*stretch);
            if (stretch->last)
                break;
            before = stretch->first;
        }
        QCOMPARE(QString::number(acts.entries()),
                 value("SELECT count(*) FROM portolan_audit WHERE actor = 'worker 1' AND action = 'fail'"));
        QVERIFY(acts.entries() > 0);
    }

    void newerOnesComeToTheirRun() {
        addMany(2'000);
        AuditActs acts;
        const Result<AuditParts> old = m_store->undo()->parts(0, 1'501, 5'000, {}, {});
        QVERIFY(old.ok() && old->newest == 1'500 && old->last);
        acts.addOlder(*old);
        const std::size_t known = acts.acts().size();
        std::vector<qint64> keys;
        for (const AuditAct& act : acts.acts())
            keys.push_back(act.key);
        const Result<AuditParts> newer = m_store->undo()->parts(1'500, 0, 5'000, {}, {});
        QVERIFY(newer.ok() && newer->entries == 500);
        acts.addNewer(*newer);
        QCOMPARE(acts.entries(), qint64(2'000));
        for (std::size_t i = 0; i < known; ++i)
            QCOMPARE(acts.acts()[i].key, keys[i]);
        QCOMPARE(acts.acts().size(), allOf().acts().size());
    }

private:
    [[nodiscard]] bool isServer() const { return m_url.kind == StoreKind::Postgresql; }
    void run(const QByteArray& sql) const {
        QCOMPARE(isServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql), QString());
    }
    [[nodiscard]] QString value(const QByteArray& sql) const {
        return isServer() ? PostgresScript(m_url).value(sql) : SqliteScript(m_url.path).value(sql);
    }
    void add(const QByteArray& rows) const {
        run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, at) VALUES " + rows);
    }
    /// Three workers, ten entries a second, with a quarter of an hour's rest now and then.
    void addMany(int count) const {
        const QByteArray seconds = "(n / 10 + 900 * (n / 7000))";
        const QByteArray at =
            isServer() ? "timestamptz '2026-03-01T00:00:00Z' + " + seconds + " * interval '1 second'"
                       : "strftime('%Y-%m-%dT%H:%M:%fZ', '2026-03-01T00:00:00Z', '+' || " + seconds + " || ' seconds')";
        const QByteArray numbers =
            "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < "
            + QByteArray::number(count - 1) + ") ";
        run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, at) " + numbers
            + "SELECT 'worker ' || (n % 3), CASE WHEN n % 20 = 1 THEN 'fail' WHEN n % 2 = 0 THEN 'take' ELSE "
              "'complete' "
              "END, 'port_message', 'm' || n, "
            + at + " FROM numbers");
    }
    [[nodiscard]] AuditActs allOf(int most = 50'000) const {
        AuditActs acts;
        for (qint64 before = 0;;) {
            const Result<AuditParts> stretch = m_store->undo()->parts(0, before, most, {}, {});
            if (!stretch)
                qFatal("%s %s", qPrintable(stretch.error().text), qPrintable(stretch.error().details));
            acts.addOlder(*stretch);
            if (stretch->last)
                return acts;
            before = stretch->first;
        }
    }

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

QTEST_GUILESS_MAIN(TestAuditActs)
#include "tst_auditacts.moc"
