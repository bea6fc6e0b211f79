#include "models/overview/daytable.h"
#include "models/overview/overviewpoller.h"
#include "models/overview/statesentence.h"
#include "storage/deadletters/groupscan.h"
#include "storage/operations/operations.h"
#include "storage/ports/ports.h"
#include "storage/stores/openstore.h"
#include "tests/support/batchfolder.h"
#include "tests/support/need.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QtTest>

using namespace portolan;
using namespace std::chrono;
using namespace portolan::test;

/// The last day of a store: its waves, marks and people's acts, and how the poller keeps them.
class TestOverviewDay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    }
    void theNightIsTold();
    void wavesAreApartByQuiet();
    void peoplesActsAreToldByName();
    void aFileStoreHasItsBatches();
    void aStoreOfNothing();
    void aSchemaThatArrivesIsSeen();
    void whatCannotBeCountedIsTheLastExact();
    void portsKeepTheirLastExactCounts();
    void theTableIsTheTimeline();

private:
    void make() { QVERIFY(openStore(m_url, Access::Write).ok()); }
    void run(const QByteArray& sql) const { QCOMPARE(SqliteScript(m_url.path).run(sql), QString()); }
    void die(const QByteArray& error, int count, Timestamp at) const {
        QByteArray rows;
        for (int i = 0; i < count; ++i)
            rows += (i > 0 ? "," : "") + QByteArray("('orders','router','mail','{}','dead_letter','")
                    + toIsoTime(at - minutes(1)) + "','" + toIsoTime(at) + "','" + error + "')";
        run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
            "created_at, processed_at, "
            "error_message) VALUES "
            + rows);
    }
    void state(const QByteArray& component, int version, Timestamp at) const {
        run("INSERT INTO component_state (component_name, component_type, version, state_data, created_at) VALUES ('"
            + component + "', 'Transformer', " + QByteArray::number(version) + ", '{}', '" + toIsoTime(at) + "')");
    }
    [[nodiscard]] OverviewDay day(Timestamp now) const {
        auto store = need(openStore(m_url, Access::Read));
        if (Ports* const ports = store->ports(); ports && !store->unavailableReason(Feature::DeadLetters))
            need(ports->groups().more(GroupScan::untilExact, {}));
        return need(readDay(*store, now, {}));
    }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
};

void TestOverviewDay::theNightIsTold() {
    make();
    const Timestamp now = floor<minutes>(currentTime());
    const Timestamp night = now - hours(7);
    state("order-router", 17, night - minutes(1));
    for (int minute = 0; minute < 25; ++minute)
        die("timeout after " + QByteArray::number(3000 + minute) + " ms", 4, night + minutes(minute));
    die("column customer_id violates not-null", 20, night + minutes(3));
    die("old", 5, now - hours(40));
    const OverviewDay read = day(now);
    QCOMPARE(sumOf(read.figures.died), 120);
    QCOMPARE(read.waves.size(), std::size_t(1));
    QCOMPARE(read.waves.front(), (DeathWave{{night, night + minutes(25)}, 120, 2}));
    QVERIFY(!read.before.empty());
    QCOMPARE(read.before.front().kind, PrecursorKind::ComponentState);
    QCOMPARE(read.before.front().subject, QByteArray("order-router"));
    QCOMPARE(read.marks.size(), std::size_t(1));
    QCOMPARE(read.marks.front().at, night - minutes(1));
    QCOMPARE(read.marks.front().text, QStringLiteral("State of order-router"));
    QCOMPARE(read.marks.front().place, QStringLiteral("components"));
    QVERIFY(read.newestRow);

    auto store = need(openStore(m_url, Access::Read));
    Overview overview = need(readOverview(*store, {}));
    for (int i = 0; i < 100 && !overview.complete; ++i)
        overview = need(readOverview(*store, {}));
    StateFacts facts = stateFacts(overview, &read);
    facts.now = now;
    facts.times = TimeDisplay::Utc;
    const StateSentence sentence = stateSentence(facts);
    QVERIFY2(sentence.text.contains(QStringLiteral("120 letters died in 2 groups. Quiet since. 125 still here.")),
             qPrintable(sentence.text));
    QCOMPARE(sentence.links.size(), std::size_t(3));
    QVERIFY(sentence.links[1].text.startsWith(QStringLiteral("What changed at ")));
    // The links lead to these letters, and no others.
    const auto filter = need(parseFilter(sentence.links[2].filter, deadLetterSchema(), now));
    ListQuery query;
    query.filter = filter;
    QCOMPARE(need(store->ports()->deadLetters().page(query, {})).rows.size(), std::size_t(120));
    const QString words = dayDescription(read, TimeDisplay::Utc);
    QVERIFY2(words.contains(QStringLiteral("Died 120, most at "))
                 && words.contains(QStringLiteral("State of order-router.")),
             qPrintable(words));
}

void TestOverviewDay::wavesAreApartByQuiet() {
    DayFigures figures;
    figures.range = {*parseIsoTime("2026-11-27T00:00:00Z"), *parseIsoTime("2026-11-27T02:00:00Z")};
    figures.width = minutes(1);
    figures.died.assign(120, 0);
    QVERIFY(deathWaves(figures, {}).empty());
    for (const auto& [minute, letters] : {std::pair(3, 5), {18, 1}, {40, 2}, {119, 7}})
        figures.died[std::size_t(minute)] = letters;
    figures.died[60].reset(); // not counted
    const auto at = [&](int minute) { return figures.beginOf(std::size_t(minute)); };
    const std::vector<DeathWave> waves = deathWaves(figures, {});
    QCOMPARE(waves,
             (std::vector<DeathWave>{{{at(3), at(19)}, 6, 0}, {{at(40), at(41)}, 2, 0}, {{at(119), at(120)}, 7, 0}}));
    QCOMPARE(largestWave(waves), &waves.back());
    QCOMPARE(largestWave({}), nullptr);
}

void TestOverviewDay::peoplesActsAreToldByName() {
    make();
    QByteArray rows;
    for (int i = 0; i < 5000; ++i)
        rows += (i > 0 ? "," : "")
                + QByteArray("('worker', 'complete', 'port_message', 'm-" + QByteArray::number(i) + "')");
    run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES ('ana', 'promote', 'checkpoint', "
        "'orders')");
    run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES " + rows);
    run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) VALUES ('cron', 'ran', 'schedule', 's')");
    for (const char* const step : {"1", "2"}) // the steps of one act
        run(QByteArray("INSERT INTO portolan_audit (at, actor, action, subject_kind, subject_id) VALUES "
                       "('2020-01-01T00:00:00.000Z', 'ben', "
                       "'migrate up', 'schema', '")
            + step + "')");
    const OverviewDay read = day(currentTime());
    QCOMPARE(read.acts.size(), std::size_t(2));
    QCOMPARE(read.acts.back().actor, QByteArray("ben"));
    QCOMPARE(read.acts.front().actor, QByteArray("ana"));
    QCOMPARE(read.marks.size(), std::size_t(1));
    QCOMPARE(read.marks.front().text, QStringLiteral("promote orders"));
    QCOMPARE(read.marks.front().detail, QStringLiteral("ana"));
}

void TestOverviewDay::aFileStoreHasItsBatches() {
    const BatchFolder batches;
    m_url = batches.url();
    const QByteArray when = timeText(currentTime() - minutes(2), TimeDisplay::Local).toUtf8();
    batches.write(1, "[1] " + when + " - one\n[2] " + when + " - two\n");
    const OverviewDay read = day(currentTime());
    QCOMPARE(read.figures.received.size(), std::size_t(24 * 60));
    QCOMPARE(sumOf(read.figures.received), 2);
    QVERIFY(read.newestRow);
    QVERIFY(read.figures.died.empty() && read.figures.waiting.empty() && read.waves.empty());
}

void TestOverviewDay::aStoreOfNothing() {
    run("CREATE TABLE other (id INTEGER PRIMARY KEY)");
    const OverviewDay read = day(currentTime());
    QVERIFY(read.figures.received.empty() && read.figures.died.empty() && read.marks.empty() && !read.newestRow);
}

/// A store that is open while somebody makes the schema in it shows what comes.
void TestOverviewDay::aSchemaThatArrivesIsSeen() {
    run("CREATE TABLE other (id INTEGER PRIMARY KEY); DROP TABLE other");
    OverviewPoller poller([this](const CancelToken& token) { return openStore(m_url, Access::Read, token); });
    poller.setWatched(true);
    QTRY_VERIFY(poller.overview());
    QVERIFY(!poller.overview()->deadLetters);
    QVERIFY(!poller.overview()->noDeadLetters.isEmpty());
    make();
    die("timeout", 7, currentTime() - minutes(2));
    poller.refresh();
    QTRY_VERIFY_WITH_TIMEOUT(poller.overview()->deadLetters && poller.overview()->deadLetters->letters.number == 7,
                             20'000);
    QVERIFY(poller.overview()->noDeadLetters.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(poller.day() && poller.day()->waves.size() == 1, 20'000);
}

void TestOverviewDay::whatCannotBeCountedIsTheLastExact() {
    const Timestamp then = currentTime() - minutes(3);
    const Timestamp now = currentTime();
    const OverviewCount exact = lastExact({812, true, {}}, {}, then);
    QVERIFY(exact.exact && exact.exactAt == then);
    const OverviewCount kept = lastExact({0, false, {}}, exact, now);
    QCOMPARE(kept.number, 812);
    QVERIFY(!kept.exact && kept.exactAt == then);
    const OverviewCount more = lastExact({900, false, {}}, kept, now);
    QVERIFY(more.number == 900 && !more.exact && !more.exactAt);
    const OverviewCount never = lastExact({3, false, {}}, {}, now);
    QVERIFY(never.number == 3 && !never.exactAt);
}

/// While others write, the counts of the last pass stand, and say when they were exact.
void TestOverviewDay::portsKeepTheirLastExactCounts() {
    make();
    die("timeout", 3, currentTime());
    auto store = need(openStore(m_url, Access::Read));
    const auto port = [&] { return need(store->ports()->ports().page({}, {})).rows.front(); };
    QVERIFY(!port().exact && !port().countedAt);
    const Timestamp begun = currentTime();
    need(store->ports()->countPorts(Ports::untilExact, {}));
    QVERIFY(port().exact && port().countedAt >= begun);
    die("timeout", 4, currentTime());
    const Port stale = port();
    QVERIFY(!stale.exact && stale.countedAt >= begun);
    QCOMPARE(stale.deadLetter, 3);
    const Overview told = need(readOverview(*store, {}));
    QVERIFY(told.queues && told.queues->exactAt);
}

void TestOverviewDay::theTableIsTheTimeline() {
    OverviewDay made;
    made.figures.range = {*parseIsoTime("2026-11-26T09:13:00Z"), *parseIsoTime("2026-11-27T09:13:00Z")};
    made.figures.width = minutes(1);
    made.figures.received.assign(24 * 60, 2);
    made.figures.died.assign(24 * 60, 0);
    made.figures.died[0].reset();
    made.marks = {{*parseIsoTime("2026-11-27T02:09:41Z"), QStringLiteral("State of a"), {}, {}, {}}};
    DayTable table;
    table.setDay(&made, TimeDisplay::Utc);
    QCOMPARE(table.rowCount(), 49); // the first and the last are parts
    QCOMPARE(table.slices().front().range.begin, made.figures.range.begin);
    QCOMPARE(table.slices()[1].range.begin, *parseIsoTime("2026-11-26T09:30:00Z"));
    const auto cell = [&](int row, DayTable::Column column) {
        return table.data(table.index(row, column), Qt::DisplayRole).toString();
    };
    QCOMPARE(cell(0, DayTable::Received), QStringLiteral("34"));
    QCOMPARE(cell(0, DayTable::Died), QStringLiteral("not counted"));
    QCOMPARE(cell(1, DayTable::Received), QStringLiteral("60"));
    QCOMPARE(cell(1, DayTable::Died), QStringLiteral("0"));
    QCOMPARE(cell(1, DayTable::Waiting), QStringLiteral("not counted"));
    QCOMPARE(cell(34, DayTable::Changes), QStringLiteral("02:09 State of a"));
    QCOMPARE(cell(34, DayTable::Time), QStringLiteral("2026-11-27 02:00"));
}

QTEST_GUILESS_MAIN(TestOverviewDay)
#include "tst_overviewday.moc"
