#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "tests/support/eitherdatabase.h"

using namespace portolan;
using test::need;

/// Failed jobs are put back where a runner goes on with them; both databases.
class TestJobs : public QObject, private test::EitherDatabase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { kinds(); }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        renew(onServer);
    }
    void aFailedReplayIsQueued();
    void othersAreRefusedInWords_data();
    void othersAreRefusedInWords();

private:
    static constexpr char id[] = "00000000-0000-4000-8000-000000000001";
    void add(const QByteArray& kind, const QByteArray& state) const {
        run(QByteArray("INSERT INTO portolan_jobs (id, kind, state, error_message, finished_at) VALUES ('") + id
            + "', '" + kind + "', '" + state + "', 'broke', '2026-11-26T12:00:00.000Z')");
    }
    [[nodiscard]] Result<void> requeue(const QByteArray& job = id) const {
        return store().operations()->jobs().requeue(job, " it is mended ", "tester");
    }
};

void TestJobs::aFailedReplayIsQueued() {
    add("replay", "failed");
    need(requeue());
    QCOMPARE(rows("SELECT state, coalesce(error_message, ''), CASE WHEN finished_at IS NULL THEN 'no' ELSE 'yes' END "
                  "FROM portolan_jobs"),
             QStringList(QStringLiteral("queued||no")));
    QCOMPARE(rows("SELECT action, subject_id, actor, reason FROM portolan_audit"),
             QStringList(QStringLiteral("job_queued|%1|tester|it is mended").arg(QLatin1String(id))));
    const auto again = requeue();
    QVERIFY(!again && again.error().code == ErrorCode::Changed);
    const auto none = requeue("00000000-0000-4000-8000-000000000002");
    QVERIFY(!none && none.error().code == ErrorCode::NotFound);
    QVERIFY(!requeue("no id"));
}

void TestJobs::othersAreRefusedInWords_data() {
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* kind, const char* state, const char* says) {
        QTest::addRow("%s %s", kind, state) << QByteArray(kind) << QByteArray(state) << QString::fromLatin1(says);
    };
    row("retain", "failed", "`portolan retain` goes on");
    row("discard", "failed", "`portolan discard` with its filter");
    row("undo", "failed", "`portolan undo`");
    row("another", "failed", "run the command again");
    for (const char* state : {"queued", "running", "paused", "completed", "cancelled"})
        row("replay", state, state);
}

void TestJobs::othersAreRefusedInWords() {
    QFETCH(const QByteArray, kind);
    QFETCH(const QByteArray, state);
    QFETCH(const QString, says);
    add(kind, state);
    const auto refused = requeue();
    QVERIFY(!refused);
    QVERIFY2(refused.error().text.contains(says), qPrintable(refused.error().text));
    QCOMPARE(value("SELECT state FROM portolan_jobs"), QString::fromLatin1(state));
    QCOMPARE(value("SELECT count(*) FROM portolan_audit"), QStringLiteral("0"));
}

QTEST_GUILESS_MAIN(TestJobs)
#include "tst_jobs.moc"
