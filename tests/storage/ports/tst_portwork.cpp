#include "storage/base/clock.h"
#include "storage/ports/portwork.h"
#include "storage/stores/openstore.h"

#include "storage/ports/sampleworker.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"

#include <QTest>
#include <set>

using namespace portolan;
using portolan::test::need;
using portolan::test::PostgresServer;
using portolan::test::TempFolder;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds longLease{60'000};

QString idOf(int n) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0'));
}

QByteArrayList idsOf(const std::vector<PortAttempt>& attempts) {
    QByteArrayList ids;
    for (const PortAttempt& attempt : attempts)
        ids << attempt.messageId;
    return ids;
}

PortOutcome failing(const PortAttempt& attempt, const char* message) {
    return {attempt.messageId, attempt.token, DeathNote{message, QByteArray(R"({"type":"E"})")}};
}

} // namespace

class TestPortWork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void takesOldestFirstAndOnce();
    void retriesUntilNoTriesAreLeft();
    void refusesAnEarlierHolder();
    void leavesAloneWhatSomebodyChanged();
    void everyChangeIsInTheAudit();
    void severalWorkersTakeEachMessageOnce();
    void theSampleEndsWithDeadLettersOfSeveralCauses();
    void badDocumentsFailTheSameAgain();
    void aShortDeadlineIsMetByNoSlowRegion();

private:
    void add(int first, int last) {
        for (int n = first; n <= last; ++n)
            run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, "
                               "message_data, created_at) VALUES ('%1', '%2', 'a', 'b', '{\"n\":%3}', '%4')")
                    .arg(idOf(n), n % 2 == 0 ? QStringLiteral("orders") : QStringLiteral("invoices"))
                    .arg(n)
                    .arg(QString::fromLatin1(toIsoTime(Timestamp(std::chrono::seconds(1'700'000'000 + n))))));
    }
    void run(const QString& sql) {
        if (const auto done = m_connection->execute(sql); !done)
            qFatal("%s %s", qPrintable(done.error().text), qPrintable(done.error().details));
    }
    QString value(const QString& sql) { return need(m_connection->value(sql)).toString(); }
    QString statusOf(int n) {
        return value(
            QStringLiteral("SELECT status || ' ' || retry_count FROM port_messages WHERE id = '%1'").arg(idOf(n)));
    }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<PortWork> m_work;
    std::unique_ptr<Connection> m_connection;
};

void TestPortWork::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestPortWork::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_work.reset();
    m_connection.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = kind == StoreKind::Sqlite
                ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")))
                : m_server.createStore();
    need(openStore(m_url, Access::Write)).reset();
    m_work = need(openPortWork(m_url));
    if (kind == StoreKind::Sqlite)
        m_connection = need(Connection::openSqlite({m_url.path, {}, m_url.path}));
    else
        m_connection = portolan::test::open(m_url);
}

void TestPortWork::takesOldestFirstAndOnce() {
    add(1, 5);
    const auto first = need(m_work->take("w", 2, longLease));
    QCOMPARE(idsOf(first), QByteArrayList({idOf(1).toUtf8(), idOf(2).toUtf8()}));
    QCOMPARE(first[0].portName, "invoices");
    QVERIFY2(first[0].messageData.contains("\"n\""), first[0].messageData.constData());
    QCOMPARE(idsOf(need(m_work->take("w", 10, longLease))).size(), 3);
    QCOMPARE(need(m_work->take("w", 10, longLease)).size(), std::size_t(0));
    const PortOutcome done{first[0].messageId, first[0].token};
    QCOMPARE(need(m_work->end("w", std::span(&done, 1))).completed, 1);
    QCOMPARE(statusOf(1), QStringLiteral("completed 0"));
    QVERIFY(!value(QStringLiteral("SELECT completed_at FROM port_messages WHERE id = '%1'").arg(idOf(1))).isEmpty());
    QCOMPARE(value(QStringLiteral("SELECT count(*) FROM portolan_leases")), QStringLiteral("4"));
}

void TestPortWork::retriesUntilNoTriesAreLeft() {
    add(1, 1);
    for (const char* expected : {"failed 1", "failed 2", "dead_letter 3"}) {
        const auto attempts = need(m_work->take("w", 10, longLease));
        QCOMPARE(attempts.size(), std::size_t(1));
        const PortOutcome failed = failing(attempts[0], "it's \"gone\"");
        const PortResults results = need(m_work->end("w", std::span(&failed, 1)));
        QCOMPARE(results.failed + results.dead, 1);
        QCOMPARE(statusOf(1), QLatin1String(expected));
        QCOMPARE(need(m_work->putBack("w", milliseconds(60'000))), 0); // not so soon
        need(m_work->putBack("w", milliseconds(0)));
    }
    QCOMPARE(statusOf(1), QStringLiteral("dead_letter 3"));
    QCOMPARE(value(QStringLiteral("SELECT error_message FROM port_messages")), QStringLiteral("it's \"gone\""));
    QVERIFY(value(QStringLiteral("SELECT error_details FROM port_messages")).contains(QLatin1String("\"type\"")));
}

void TestPortWork::refusesAnEarlierHolder() {
    add(1, 1);
    const auto slow = need(m_work->take("slow", 1, milliseconds(-1)));
    QCOMPARE(need(m_work->putBack("other", milliseconds(0))), 2); // its lease is over, and it may be tried again
    QCOMPARE(statusOf(1), QStringLiteral("pending 1"));
    const auto quick = need(m_work->take("quick", 1, longLease));
    const PortOutcome late{slow[0].messageId, slow[0].token};
    QCOMPARE(need(m_work->end("slow", std::span(&late, 1))).late, 1);
    QCOMPARE(statusOf(1), QStringLiteral("processing 1"));
    const PortOutcome done{quick[0].messageId, quick[0].token};
    QCOMPARE(need(m_work->end("quick", std::span(&done, 1))).completed, 1);
    QCOMPARE(need(m_work->end("quick", std::span(&done, 1))).late, 1); // said twice, done once
}

void TestPortWork::leavesAloneWhatSomebodyChanged() {
    add(1, 1);
    const auto attempts = need(m_work->take("w", 1, longLease));
    run(QStringLiteral("UPDATE port_messages SET status = 'dead_letter'"));
    const PortOutcome done{attempts[0].messageId, attempts[0].token};
    QCOMPARE(need(m_work->end("w", std::span(&done, 1))).late, 1);
    QCOMPARE(statusOf(1), QStringLiteral("dead_letter 0"));
}

void TestPortWork::everyChangeIsInTheAudit() {
    add(1, 2);
    const auto attempts = need(m_work->take("w", 10, longLease));
    const PortOutcome outcomes[] = {{attempts[0].messageId, attempts[0].token}, failing(attempts[1], "x")};
    need(m_work->end("w", outcomes));
    need(m_work->putBack("w", milliseconds(0)));
    QStringList actions;
    QSqlQuery query = need(m_connection->run(
        QStringLiteral("SELECT action || ' ' || subject_id FROM portolan_audit WHERE actor = 'w' ORDER BY id")));
    while (need(m_connection->next(query)))
        actions << query.value(0).toString();
    actions.sort();
    QCOMPARE(actions, QStringList({QStringLiteral("complete ") + idOf(1), QStringLiteral("fail ") + idOf(2),
                                   QStringLiteral("retry ") + idOf(2), QStringLiteral("take ") + idOf(1),
                                   QStringLiteral("take ") + idOf(2)}));
}

void TestPortWork::severalWorkersTakeEachMessageOnce() {
    constexpr int messages = 300;
    add(1, messages);
    std::array<QByteArrayList, 3> taken;
    {
        std::vector<std::jthread> workers;
        for (auto& list : taken) {
            workers.emplace_back([this, &list] {
                const auto work = need(openPortWork(m_url));
                while (true) {
                    const auto attempts = work->take("w", 7, longLease);
                    if (!attempts && attempts.error().code == ErrorCode::Busy)
                        continue;
                    const QByteArrayList ids = idsOf(need(attempts));
                    if (ids.isEmpty())
                        return;
                    list += ids;
                }
            });
        }
    }
    std::multiset<QByteArray> all;
    for (const QByteArrayList& list : taken)
        all.insert(list.begin(), list.end());
    QCOMPARE(all.size(), std::size_t(messages));
    QCOMPARE(std::set<QByteArray>(all.begin(), all.end()).size(), std::size_t(messages));
}

void TestPortWork::theSampleEndsWithDeadLettersOfSeveralCauses() {
    add(1, 1500);
    SampleWork work;
    work.store = m_url;
    work.pause = milliseconds(0);
    work.idleExit = milliseconds(0);
    const SampleCounts counts = need(workOnSample(work, {}));
    QCOMPARE(counts.ended.completed + counts.ended.dead, 1500);
    QVERIFY(counts.ended.dead > 0);
    QCOMPARE(counts.ended.late, 0);
    QCOMPARE(
        value(QStringLiteral("SELECT count(*) FROM port_messages WHERE status NOT IN ('completed', 'dead_letter')")),
        QStringLiteral("0"));
    QVERIFY(
        value(QStringLiteral("SELECT count(DISTINCT substr(error_message, 1, 12)) FROM port_messages WHERE status = "
                             "'dead_letter'"))
            .toInt()
        >= 2);
    QCOMPARE(value(QStringLiteral("SELECT count(*) FROM portolan_leases")), QStringLiteral("0"));
}

void TestPortWork::aShortDeadlineIsMetByNoSlowRegion() {
    SampleFaults faults(0, true);
    const auto meet = [&](const QByteArray& data) {
        const auto died = faults.meet({idOf(1).toUtf8(), "t", "invoices", data, 0});
        return died && died->message->startsWith("timeout after 3000 ms on billing-db-");
    };
    QVERIFY(meet(R"({"region":"eu-3","deadline_ms":3000})"));
    QVERIFY(meet(R"({"deadline_ms": 3000, "region": "eu-3"})")); // as PostgreSQL has it
    QVERIFY(!meet(R"({"region":"eu-3","deadline_ms":5000})"));   // what a replay with a patch sends
    QVERIFY(!meet(R"({"region":"eu-2","deadline_ms":3000})"));
    SampleFaults plain(0, false);
    QVERIFY(!plain.meet({idOf(1).toUtf8(), "t", "invoices", R"({"region":"eu-3","deadline_ms":3000})", 0}));
}

void TestPortWork::badDocumentsFailTheSameAgain() {
    SampleFaults faults(0, true);
    SampleFaults again(0, true);
    SampleFaults later(0, true);
    int bad = 0;
    for (int n = 1; n <= 2000; ++n) {
        const PortAttempt attempt{idOf(n).toUtf8(), "t", "orders", "{}", 0};
        const auto first = faults.meet(attempt);
        const auto second = again.meet(attempt);
        QCOMPARE(first.has_value(), second.has_value());
        if (!first || !first->message->startsWith("null value"))
            continue;
        ++bad;
        QVERIFY(later.meet(attempt)->message == first->message);
    }
    QVERIFY2(bad > 5 && bad < 60, QByteArray::number(bad).constData());
    SampleFaults third(0.3, false);
    int failed = 0;
    for (int n = 1; n <= 10'000; ++n)
        failed += third.meet({idOf(n).toUtf8(), "t", "orders", "{}", 0}).has_value();
    QVERIFY2(failed > 2800 && failed < 3200, QByteArray::number(failed).constData());
}

QTEST_GUILESS_MAIN(TestPortWork)
#include "tst_portwork.moc"
