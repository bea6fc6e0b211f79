#include "storage/operations/verification.h"
#include "storage/stores/openstore.h"

#include "storage/operations/audit.h"
#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using namespace std::chrono_literals;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

class TestVerification : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_folder = std::make_unique<TempFolder>();
        m_url = onServer ? m_server.createStore()
                         : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
        QVERIFY(openStore(m_url, Access::Write).ok());
    }

    void theNewestIsRemembered() {
        auto store = *openStore(m_url, Access::Write);
        const auto none = lastVerification(*store, {});
        QVERIFY(none.ok() && !*none);
        const Timestamp now = currentTime();
        QVERIFY(recordVerification(*store, {now - 3h, now - 2h, "ada", 60, 0, {}}).ok());
        const Verification::Finding odd{"gaps", 12, "it's \"odd\": é\n5-6"};
        QVERIFY(recordVerification(*store, {now - 20min, now - 10min, "cron", 65, 2, {odd}}).ok());
        const auto last = lastVerification(*store, {});
        QVERIFY(last.ok() && *last);
        QCOMPARE((*last)->actor, QByteArray("cron"));
        QCOMPARE((*last)->checks, 65);
        QCOMPARE((*last)->notMade, 2);
        QCOMPARE((*last)->findings.size(), std::size_t(1));
        QCOMPARE((*last)->findings[0].check, odd.check);
        QCOMPARE((*last)->findings[0].count, odd.count);
        QCOMPARE((*last)->findings[0].detail, odd.detail);
        QVERIFY(now - 10min - (*last)->endedAt < 1s);
        QVERIFY((*last)->endedAt - (*last)->startedAt > 9min);
        const auto audit = store->audit()->page({}, {});
        QVERIFY(audit.ok());
        QCOMPARE(audit->rows.size(), std::size_t(2));
        QCOMPARE(audit->rows[0].action, QByteArray("job_completed"));
    }

    void whoReadsRecordsNothing() {
        auto store = *openStore(m_url, Access::Read);
        const auto refused = recordVerification(*store, {currentTime(), currentTime(), "ada", 1, 0, {}});
        QVERIFY(!refused && refused.error().code == ErrorCode::ReadOnly);
    }

    void aDatabaseWithoutJobsKeepsNone() {
        const QByteArray sql = "DROP TABLE portolan_jobs";
        QCOMPARE(m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).run(sql)
                                                     : SqliteScript(m_url.path).run(sql),
                 QString());
        auto store = *openStore(m_url, Access::Write);
        const auto last = lastVerification(*store, {});
        QVERIFY(!last && last.error().code == ErrorCode::Unsupported);
        const auto refused = recordVerification(*store, {currentTime(), currentTime(), "ada", 1, 0, {}});
        QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported);
    }

    void filesKeepNone() {
        auto store = *openStore(*StoreUrl::parse(QStringLiteral("file://") + m_folder->path(QStringLiteral("b"))),
                                Access::Write);
        const auto last = lastVerification(*store, {});
        QVERIFY(!last && last.error().code == ErrorCode::Unsupported);
    }

private:
    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
};

QTEST_GUILESS_MAIN(TestVerification)
#include "tst_verification.moc"
