#include "storage/operations/audit.h"
#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"
#include "storage/versions/componenthealth.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>
#include <span>

using namespace portolan;
using namespace std::chrono_literals;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

class TestComponentHealth : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void patienceFollowsTheReports();
    void silentOnesComeFirst();
    void aMissedReportIsAGap();
    void findsThoseThatFellSilentLongAgo();
    void filtersAndSorts();
    void anOperatorSaysWhenOneIsSilent();
    void aStoreWithoutReportsHasNone();

private:
    void run(const QByteArray& sql) const;
    /// A report each so many seconds, the newest `age` seconds ago.
    void report(const QByteArray& name, const QByteArray& status, int count, int every, int age) const;
    [[nodiscard]] QStringList read(const QString& filter = {}, const Sort& sort = {});

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestComponentHealth::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestComponentHealth::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    auto store = openStore(m_url, Access::Write);
    QVERIFY(store.ok());
    m_store = std::move(*store);
}

void TestComponentHealth::cleanup() {
    m_store.reset();
}

void TestComponentHealth::run(const QByteArray& sql) const {
    const QString failed =
        m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
    QCOMPARE(failed, QString());
}

void TestComponentHealth::report(const QByteArray& name, const QByteArray& status, int count, int every,
                                 int age) const {
    QByteArray rows;
    const Timestamp newest = currentTime() - std::chrono::seconds(age);
    for (int i = 0; i < count; ++i)
        rows += QByteArray(i > 0 ? "," : "") + "('" + name + "','" + status + "','{\"n\":" + QByteArray::number(i)
                + "}','" + toIsoTime(newest - std::chrono::seconds(every * i)) + "')";
    run("INSERT INTO system_health (component_name, health_status, health_details, last_heartbeat) VALUES " + rows);
}

/// "name state": those that one page of the list has.
QStringList TestComponentHealth::read(const QString& filter, const Sort& sort) {
    ListQuery query;
    query.filter = *parseFilter(filter, componentHealthSchema(), currentTime());
    query.sort = sort;
    const auto page = m_store->componentHealth()->page(query, {});
    if (!page)
        return {page.error().text};
    QStringList lines;
    for (const ComponentHealth& component : page->rows)
        lines << QString::fromUtf8(component.name + ' ' + (component.silent ? QByteArray("silent") : component.status));
    return lines;
}

void TestComponentHealth::patienceFollowsTheReports() {
    const auto at = [](int second) { return Timestamp(std::chrono::seconds(second)); };
    const auto after = [](std::vector<Timestamp> reports) { return silentAfter(reports); };
    QCOMPARE(after({}), 300s);
    QCOMPARE(after({at(0), at(10)}), 300s);
    QCOMPARE(after({at(0), at(60), at(120), at(180)}), 180s);
    QCOMPARE(after({at(0), at(60), at(120), at(50'000)}), 180s); // an outage is no custom
    QCOMPARE(after({at(0), at(1), at(2), at(3)}), 30s);
    QCOMPARE(after({at(0), at(0), at(0), at(0)}), 30s);
}

void TestComponentHealth::silentOnesComeFirst() {
    report("steady", "healthy", 50, 10, 2);
    report("ill", "unhealthy", 1, 10, 1);
    report("ill", "healthy", 20, 10, 11);
    report("tired", "degraded", 20, 10, 3);
    report("gone", "healthy", 20, 10, 120); // twelve of its usual distances
    report("daily", "healthy", 10, 86'400, 7'200);
    QCOMPARE(read(), (QStringList{QStringLiteral("gone silent"), QStringLiteral("ill unhealthy"),
                                  QStringLiteral("tired degraded"), QStringLiteral("daily healthy"),
                                  QStringLiteral("steady healthy")}));
    const auto page = m_store->componentHealth()->page({}, {});
    QVERIFY(page.ok());
    const ComponentHealth& ill = page->rows[1];
    QCOMPARE(ill.interval, 15s);
    QCOMPARE(ill.history.size(), 14U); // from 201 seconds ago
    QCOMPARE(ill.history.back(), QByteArray("unhealthy"));
    QCOMPARE(ill.history.front(), QByteArray("healthy"));
    QCOMPARE(QByteArray(ill.details).replace(' ', ""), QByteArray("{\"n\":0}"));
    QCOMPARE(ill.silentAfter, 30s);
    const ComponentHealth& steady = page->rows[4];
    QCOMPARE(static_cast<int>(steady.history.size()), historyIntervals);
    QVERIFY(std::ranges::none_of(steady.history, &QByteArray::isEmpty));
    const ComponentHealth& gone = page->rows[0];
    QVERIFY(gone.history.size() > 10U);
    QCOMPARE(std::ranges::count_if(std::span(gone.history).last(8), &QByteArray::isEmpty), 8); // 120 seconds of silence
    QCOMPARE(gone.history.front(), QByteArray("healthy"));
    QVERIFY(currentTime() - *steady.heartbeat < 60s);
}

void TestComponentHealth::aMissedReportIsAGap() {
    report("a", "healthy", 6, 10, 2);
    report("a", "healthy", 6, 10, 122);  // not for 70 seconds
    report("a", "unhealthy", 1, 10, 23); // among healthy ones
    const auto page = m_store->componentHealth()->page({}, {});
    QVERIFY(page.ok());
    QByteArray strip;
    for (const QByteArray& state : page->rows[0].history)
        strip += state.isEmpty() ? '.' : state[0];
    // 15 seconds each: up to 172 s ago, 122 s, 52 s and now.
    QCOMPARE(strip, QByteArray("hhhh....hhuh"));
}

void TestComponentHealth::findsThoseThatFellSilentLongAgo() {
    for (int i = 0; i < 30; ++i)
        report("old " + QByteArray::number(i), "healthy", 5, 60, 10'000'000 + i);
    report("busy", "healthy", 3000, 1, 0);
    report("busy too", "healthy", 3000, 1, 0); // more than are read of the newest
    const QStringList found = read();
    QCOMPARE(found.size(), 32);
    QCOMPARE(found.first(), QStringLiteral("old 0 silent"));
    QCOMPARE(found.last(), QStringLiteral("busy too healthy"));
}

void TestComponentHealth::filtersAndSorts() {
    report("a", "healthy", 5, 10, 1);
    report("b", "degraded", 5, 10, 1000);
    report("c", "unhealthy", 5, 10, 1);
    QCOMPARE(read(QStringLiteral("state:silent")), QStringList(QStringLiteral("b silent")));
    QCOMPARE(read(QStringLiteral("health_status:degraded")), QStringList(QStringLiteral("b silent")));
    QCOMPARE(read(QStringLiteral("age>5m")), QStringList(QStringLiteral("b silent")));
    QCOMPARE(read(QStringLiteral("details.n:0 component_name:a")), QStringList(QStringLiteral("a healthy")));
    QCOMPARE(read({}, {"component_name", true}),
             (QStringList{QStringLiteral("c unhealthy"), QStringLiteral("b silent"), QStringLiteral("a healthy")}));
}

void TestComponentHealth::anOperatorSaysWhenOneIsSilent() {
    const QByteArray odd = "it''s 100% \xC3\xA9";
    report(odd, "healthy", 10, 10, 100);
    report("b", "healthy", 10, 10, 1);
    const QString name = QStringLiteral("it's 100% é");
    QCOMPARE(read().first(), name + QStringLiteral(" silent"));
    const auto set = [&](std::optional<std::chrono::seconds> after, const QByteArray& reason) {
        auto done = m_store->operations()->setSilentAfter(name.toUtf8(), after, reason, "ada");
        m_store.reset(); // what was read a moment ago counts for a second
        m_store = *openStore(m_url, Access::Write);
        return done;
    };
    QVERIFY(set(3600s, "it runs by the hour").ok());
    QCOMPARE(read(), (QStringList{QStringLiteral("b healthy"), name + QStringLiteral(" healthy")}));
    const auto page = m_store->componentHealth()->page({}, {});
    QVERIFY(page.ok() && page->rows[1].isSet && page->rows[1].silentAfter == 3600s && !page->rows[0].isSet);
    QVERIFY(set(50s, "or not").ok());
    QVERIFY(set(std::nullopt, "as usual").ok());
    QCOMPARE(read().first(), name + QStringLiteral(" silent"));
    const auto silent = set(1h, "  ");
    QVERIFY(!silent && silent.error().code == ErrorCode::Usage);
    const auto none = set(0s, "why");
    QVERIFY(!none && none.error().code == ErrorCode::Usage);
    ListQuery audit;
    const auto told = m_store->audit()->page(audit, {});
    QVERIFY(told.ok());
    QCOMPARE(told->rows.size(), 3U);
    QCOMPARE(told->rows[1].before.value_or(QByteArray()), QByteArray("\"3600\""));
    QCOMPARE(told->rows[1].after.value_or(QByteArray()), QByteArray("\"50\""));
    QCOMPARE(told->rows[1].subjectId.value_or(QByteArray()), name.toUtf8());
}

void TestComponentHealth::aStoreWithoutReportsHasNone() {
    QCOMPARE(read(), QStringList());
    run("DROP TABLE system_health");
    m_store = *openStore(m_url, Access::Read);
    const auto page = m_store->componentHealth()->page({}, {});
    QVERIFY(!page.ok());
    QVERIFY2(page.error().text.contains(QStringLiteral("system_health")), qPrintable(page.error().text));
}

QTEST_GUILESS_MAIN(TestComponentHealth)
#include "tst_componenthealth.moc"
