#include "storage/operations/sql/sqlaudit.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>

using namespace portolan;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

class TestAuditLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void keepsWhatIsAppended();
    void goesWithItsTransaction();
    void refusesImagesThatAreNoJson();
    void filters();

private:
    Result<void> append(const AuditEntry& entry, bool commit = true);
    std::vector<AuditEntry> entries(const char* filter = "");

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
};

void TestAuditLog::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestAuditLog::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    const auto store = openStore(m_url, Access::Write);
    QVERIFY(store.ok() && !(*store)->unavailableReason(Feature::Audit));
}

Result<void> TestAuditLog::append(const AuditEntry& entry, bool commit) {
    const auto session = Session::open(m_url, Access::Write);
    Result<UnitOfWork> work = UnitOfWork::begin((*session)->connection());
    PORTOLAN_TRY(work);
    if (const Result<void> appended = SqlAudit::append(*work, entry); !appended)
        return appended;
    return commit ? work->commit() : Result<void>();
}

std::vector<AuditEntry> TestAuditLog::entries(const char* filter) {
    const auto store = openStore(m_url, Access::Read);
    ListQuery query;
    query.filter = *parseFilter(QString::fromUtf8(filter), auditSchema(), currentTime());
    const auto page = (*store)->audit()->page(query, {});
    if (!page)
        qFatal("%s", qPrintable(page.error().text + page.error().details));
    return page->rows;
}

void TestAuditLog::keepsWhatIsAppended() {
    const AuditEntry whole{
        0, {}, "ada", "replay", "port_message", "id'1", "because \xC3\xBC", "7", "{\"a\": 1,  \"a\":2}", "{}"};
    QVERIFY(append(whole).ok());
    QVERIFY(append({0, {}, "bob", "look", "store"}).ok());
    const auto found = entries();
    QCOMPARE(found.size(), std::size_t(2));
    QCOMPARE(found[0].subjectId, whole.subjectId);
    QCOMPARE(found[0].reason, whole.reason);
    QCOMPARE(found[0].runId, whole.runId);
    QCOMPARE(found[0].before, whole.before); // byte for byte
    QCOMPARE(found[0].after, whole.after);
    QVERIFY(std::chrono::abs(found[0].at - currentTime()) < std::chrono::minutes(1));
    QVERIFY(!found[1].subjectId && !found[1].before && found[1].id > found[0].id);
}

void TestAuditLog::goesWithItsTransaction() {
    QVERIFY(append({0, {}, "ada", "a", "s"}, false).ok());
    QCOMPARE(entries().size(), std::size_t(0));
}

void TestAuditLog::refusesImagesThatAreNoJson() {
    AuditEntry entry{0, {}, "ada", "a", "s"};
    entry.before = "{";
    QVERIFY(!append(entry).ok());
    QCOMPARE(entries().size(), std::size_t(0));
}

void TestAuditLog::filters() {
    for (const char* action : {"replay", "promote", "replay"}) {
        AuditEntry entry{0, {}, "ada", action, "port_message"};
        entry.after = QByteArray("{\"status\":\"") + action + "\"}";
        QVERIFY(append(entry).ok());
    }
    QCOMPARE(entries("action:replay").size(), std::size_t(2));
    QCOMPARE(entries("after.status:promote age<1h").size(), std::size_t(1));
    QCOMPARE(entries("not actor:ada").size(), std::size_t(0));
    QCOMPARE(entries("PROMOTE").size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TestAuditLog)
#include "tst_auditlog.moc"
