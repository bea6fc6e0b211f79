#include "storage/series/dayfigures.h"
#include "storage/sql/session.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using namespace std::chrono;
using namespace portolan::test;

/// The timeline of a day: in both databases.
class TestDayFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void nothingIsAsked();
    void whatCameIsCounted();
    void whatDiedIsCounted();
    void whatWaitedIsCounted();
    void aStoreOfOtherTables();
    void anImpossibleTimelineIsRefused();
    void manyMessagesAnswerSoon();

private:
    void run(const QString& sql);
    /// `hours` and minutes of the day.
    static Timestamp at(int hour, int minute) {
        return *parseIsoTime("2026-11-27T00:00:00Z") + hours(hour) + minutes(minute);
    }
    static QString iso(Timestamp time) { return QString::fromLatin1(toIsoTime(time)); }
    void put(const char* status, int count, Timestamp created, std::optional<Timestamp> processed = {});
    DayFigures day() { return need(m_store->series()->dayFigures({at(0, 0), at(24, 0)}, minutes(30), {})); }
    /// The figures that are not 0, as "stretch:figure".
    static QString textOf(const DayFigures::Line& line);

    TempFolder m_folder;
    PostgresServer m_server;
    std::unique_ptr<Session> m_writer;
    std::unique_ptr<Store> m_store;
    StoreUrl m_url;
    int m_stores = 0;
};

void TestDayFigures::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestDayFigures::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_url =
        onServer
            ? m_server.createStore()
            : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("s%1.db").arg(++m_stores)));
    m_store = need(openStore(m_url, Access::Write));
    m_writer = need(Session::open(m_url, Access::Write));
}

void TestDayFigures::run(const QString& sql) {
    const Result<void> done = m_writer->connection().execute(sql);
    if (!done)
        qFatal("%s %s in %s", qPrintable(done.error().text), qPrintable(done.error().details), qPrintable(sql));
}

void TestDayFigures::put(const char* status, int count, Timestamp created, std::optional<Timestamp> processed) {
    QStringList rows;
    for (int i = 0; i < count; ++i)
        rows << QStringLiteral("('p', 'a', 'b', '{}', '%1', '%2', %3)")
                    .arg(QLatin1String(status), iso(created),
                         processed ? u'\'' + iso(*processed) + u'\'' : QStringLiteral("NULL"));
    run(QStringLiteral(
            "INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
            "created_at, processed_at) VALUES ")
        + rows.join(u','));
}

QString TestDayFigures::textOf(const DayFigures::Line& line) {
    QStringList texts;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (!line[i] || *line[i] != 0)
            texts << QStringLiteral("%1:%2").arg(QString::number(i),
                                                 line[i] ? QString::number(*line[i]) : QStringLiteral("?"));
    }
    return texts.join(u' ');
}

void TestDayFigures::nothingIsAsked() {
    const DayFigures empty = day();
    QCOMPARE(empty.stretches(), std::size_t(48));
    QCOMPARE(empty.received.size(), std::size_t(48));
    QCOMPARE(sumOf(empty.received), 0);
    QCOMPARE(sumOf(empty.died), 0);
    QCOMPARE(sumOf(empty.waiting), 0);
    QCOMPARE(empty.beginOf(3), at(1, 30));
}

void TestDayFigures::whatCameIsCounted() {
    const auto milliseconds = [](Timestamp time) {
        return QString::number(floor<std::chrono::milliseconds>(time).time_since_epoch().count());
    };
    run(QStringLiteral("INSERT INTO batches (id, filename, message_count, date_created, date_modified) VALUES "
                       "(1, 'a', 10, %1, %1), (2, 'b', 7, %2, %2), (3, 'c', 5, %3, %3), (4, 'd', 5, %4, %4)")
            .arg(milliseconds(at(-1, 0)), milliseconds(at(0, 29)), milliseconds(at(0, 30)), milliseconds(at(24, 0))));
    put("completed", 3, at(2, 10));
    run(QStringLiteral("INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'e1', '%1', 1), ('s', "
                       "'e2', '%1', 2)")
            .arg(iso(at(23, 59))));
    const DayFigures figures = day();
    QCOMPARE(textOf(figures.received), QStringLiteral("0:7 1:5 4:3 47:2"));
    QVERIFY(std::ranges::find(figures.tables, QByteArray("messages")) != figures.tables.end());
    QVERIFY(std::ranges::find(figures.tables, QByteArray("metrics")) != figures.tables.end());
}

void TestDayFigures::whatDiedIsCounted() {
    put("dead_letter", 4, at(1, 0), at(2, 10));
    put("dead_letter", 2, at(1, 0), at(2, 35));
    put("dead_letter", 1, at(-9, 0), at(-8, 0)); // the day before
    put("dead_letter", 1, at(3, 0));             // it says only when it was made
    QCOMPARE(textOf(day().died), QStringLiteral("4:4 5:2 6:1"));
}

void TestDayFigures::whatWaitedIsCounted() {
    put("pending", 2, at(-5, 0)); // since the day before
    put("pending", 3, at(10, 5));
    put("completed", 4, at(1, 0), at(2, 40));
    put("dead_letter", 1, at(20, 0), at(21, 0));
    const DayFigures::Line waiting = day().waiting;
    for (const auto& [stretch, wanted] :
         {std::pair(0, 2), {1, 2}, {2, 6}, {4, 6}, {5, 2}, {19, 2}, {20, 5}, {39, 5}, {40, 6}, {42, 5}, {47, 5}})
        QVERIFY2(waiting[std::size_t(stretch)] == wanted,
                 qPrintable(QStringLiteral("%1: %2").arg(stretch).arg(waiting[std::size_t(stretch)].value_or(-1))));
}

/// A table that is not there, or without an index, is no reason to say nothing of the others.
void TestDayFigures::aStoreOfOtherTables() {
    put("dead_letter", 4, at(1, 0), at(2, 10));
    QFETCH_GLOBAL(const bool, onServer);
    const QString cascade = onServer ? QStringLiteral(" CASCADE") : QString();
    for (const char* table : {"messages", "batches", "metrics", "component_metrics", "port_metrics"})
        run(QStringLiteral("DROP TABLE %1%2").arg(QLatin1String(table), cascade));
    run(QStringLiteral("DROP INDEX idx_port_messages_died"));
    run(QStringLiteral("DROP INDEX idx_port_messages_created"));
    m_store = need(openStore(m_url, Access::Read));
    const DayFigures figures = day();
    QCOMPARE(textOf(figures.died), QStringLiteral("4:4"));
    QCOMPARE(textOf(figures.received), QStringLiteral("2:4"));
    QCOMPARE(figures.tables, std::vector<QByteArray>{"port_messages"});
    run(QStringLiteral("DROP TABLE port_messages%1").arg(cascade));
    m_store = need(openStore(m_url, Access::Read));
    const DayFigures nothing = day();
    QVERIFY(nothing.received.empty() && nothing.died.empty() && nothing.waiting.empty());
}

void TestDayFigures::anImpossibleTimelineIsRefused() {
    QVERIFY(!m_store->series()->dayFigures({at(0, 0), at(0, 0)}, minutes(1), {}).ok());
    QVERIFY(!m_store->series()->dayFigures({at(0, 0), at(24, 0)}, minutes(0), {}).ok());
    QVERIFY(!m_store->series()->dayFigures(allTimes(), minutes(1), {}).ok());
}

/// The newest are told, and of what was not counted nothing is said. Bounded, however many there are.
void TestDayFigures::manyMessagesAnswerSoon() {
    QFETCH_GLOBAL(const bool, onServer);
    const QString numbers =
        onServer
            ? QStringLiteral("SELECT i FROM generate_series(0, 299999) AS n(i)")
            : QStringLiteral(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299999) SELECT i FROM n");
    const QString time =
        onServer ? QStringLiteral("CAST('2026-11-27T00:00:00Z' AS timestamptz) + i * interval '0.28 seconds'")
                 : QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', '2026-11-27', (i * 0.28) || ' seconds')");
    run(QStringLiteral("INSERT INTO port_messages (port_name, source_component, target_component, message_data, "
                       "status, created_at, "
                       "processed_at) SELECT 'p', 'a', 'b', '{}', 'completed', %1, %1 FROM (%2) AS m")
            .arg(time, numbers));
    QElapsedTimer clock;
    clock.start();
    const DayFigures figures = day();
    qInfo("%lld ms", static_cast<long long>(clock.elapsed()));
    QCOMPARE(sumOf(figures.received), 300'000);
    QVERIFY(figures.waiting.size() == 48 && !figures.waiting[10] && figures.waiting[47]);
    CancelSource stop;
    stop.request_stop();
    QVERIFY(!m_store->series()->dayFigures({at(0, 0), at(24, 0)}, minutes(1), stop.get_token()).ok());
}

QTEST_GUILESS_MAIN(TestDayFigures)
#include "tst_dayfigures.moc"
