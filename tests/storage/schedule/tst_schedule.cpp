#include "storage/operations/audit.h"
#include "storage/schedule/trustedentries.h"
#include "tests/support/eitherdatabase.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

using namespace portolan;
using namespace std::chrono;
using test::need;

namespace {

Timestamp noon() {
    return *parseIsoTime("2026-11-26T12:00:00Z");
}

bool anyone(const ScheduleEntry&) {
    return true;
}

/// A schedule whose store is busy as often as it is told.
class BusyAtTimes final : public Schedule {
public:
    explicit BusyAtTimes(Schedule& schedule) : m_schedule(schedule) {}

    int busyRenewals = 0;
    int busyEnds = 0;
    int renewals = 0; ///< that were done

    RowSource<ScheduleEntry>& entries() override { return m_schedule.entries(); }
    Result<void> add(const QByteArray& name, const QStringList& words, const QByteArray& spec, Timestamp now,
                     const QByteArray& reason, const QByteArray& actor) override {
        return m_schedule.add(name, words, spec, now, reason, actor);
    }
    Result<void> remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) override {
        return m_schedule.remove(name, reason, actor);
    }
    Result<std::optional<ScheduleEntry>> take(Timestamp due, Timestamp now, const QByteArray& runner,
                                              const EntryTest& mayRun) override {
        return m_schedule.take(due, now, runner, mayRun);
    }
    Result<std::optional<ScheduleEntry>> takeNamed(const QByteArray& name, Timestamp now, const QByteArray& runner,
                                                   const EntryTest& mayRun) override {
        return m_schedule.takeNamed(name, now, runner, mayRun);
    }
    Result<void> renew(const ScheduleEntry& taken, Timestamp now) override {
        if (busyRenewals > 0 && busyRenewals--)
            return busy();
        ++renewals;
        return m_schedule.renew(taken, now);
    }
    Result<void> finish(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                        const QByteArray& actor) override {
        return busyEnds > 0 && busyEnds-- ? Result<void>(busy()) : m_schedule.finish(taken, end, now, actor);
    }

private:
    static Error busy() { return {ErrorCode::Busy, QStringLiteral("another program writes")}; }

    Schedule& m_schedule;
};

} // namespace

/// The schedule of every kind of store: who runs what, once, and what is kept of it.
class TestSchedule : public QObject, private test::EitherDatabase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void anEntryIsAddedAndRemoved();
    void whatIsDueRunsOnceInTurn();
    void whatWasMissedRunsOnceAndIsTold();
    void oneOfManyRunnersHasIt();
    void aDeadRunnersEntryIsTakenOver();
    void whoLostItDoesNotKeepAResult();
    void aCommandThatCannotStartIsKept();
    void anEntryRunsWhenItIsWanted();
    void aBusyStoreEndsNoCommand();
    void aLeaseThatIsOverEndsItsCommand();
    void anEntryThatIsAnothersEndsItsCommand();
    void onlyWhatIsTrustedRuns_data();
    void onlyWhatIsTrustedRuns();
    void aCopyTrustsNothing();
    void whatOthersMayWriteIsNotBelieved();
    void aPlaceHasOneName();

private:
    /// An act: action, subject, reason and actor.
    using Act = std::array<QString, 4>;
    [[nodiscard]] std::vector<Act> acts() const;
    [[nodiscard]] Schedule& schedule() const { return *m_store->schedule(); }
    void add(const QByteArray& name, const QByteArray& spec, Timestamp now) const {
        need(schedule().add(name, {QStringLiteral("verify"), QStringLiteral("--record")}, spec, now, "test", "tester"));
    }
    [[nodiscard]] ScheduleEntry entry(const QByteArray& name) const;
    /// On a server leases go by its clock.
    void letLeasePass() const {
        if (!m_files && isServer())
            run("UPDATE portolan_schedule SET lease_until = now() - interval '1 second'");
    }
    [[nodiscard]] std::vector<ScheduledRun> runAt(Timestamp now, int exit = 0, const EntryTest& mayRun = anyone) const;
    /// The names of what runs for who trusts what this store's user trusts.
    [[nodiscard]] QByteArrayList trustedRuns(Timestamp now) const;

    std::unique_ptr<test::TempFolder> m_files;
    std::unique_ptr<test::TempFolder> m_home; ///< where it is kept what is trusted
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestSchedule::initTestCase_data() {
    QTest::addColumn<StoreKind>("kind");
    QTest::newRow("files") << StoreKind::Files;
    QTest::newRow("sqlite") << StoreKind::Sqlite;
    QTest::newRow("postgresql") << StoreKind::Postgresql;
}

void TestSchedule::init() {
    QFETCH_GLOBAL(const StoreKind, kind);
    m_store.reset();
    m_files.reset();
    m_home = std::make_unique<test::TempFolder>();
    qputenv("XDG_DATA_HOME", QFile::encodeName(m_home->path()));
    if (kind == StoreKind::Files) {
        m_files = std::make_unique<test::TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("file://") + m_files->path());
    } else {
        renew(kind == StoreKind::Postgresql);
        m_url = url();
    }
    m_store = need(openStore(m_url, Access::Write));
}

std::vector<TestSchedule::Act> TestSchedule::acts() const {
    std::vector<Act> all;
    if (!m_files) {
        for (const QString& row :
             rows("SELECT action, subject_id, coalesce(reason, ''), actor FROM portolan_audit ORDER BY id")) {
            const QStringList cells = row.split(u'|');
            all.push_back({cells[0], cells[1], cells[2], cells[3]});
        }
        return all;
    }
    QFile file(m_files->path(QStringLiteral("example_receiver/.portolan/operations/audit.jsonl")));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("there is no audit");
    while (!file.atEnd()) {
        const QJsonObject act = QJsonDocument::fromJson(file.readLine()).object();
        const auto text = [&](const char* name) { return act.value(QLatin1String(name)).toString(); };
        all.push_back({text("action"), text("subject_id"), text("reason"), text("actor")});
    }
    return all;
}

ScheduleEntry TestSchedule::entry(const QByteArray& name) const {
    for (const ScheduleEntry& each : need(schedule().entries().page({}, {})).rows) {
        if (each.name == name)
            return each;
    }
    return {};
}

QByteArrayList TestSchedule::trustedRuns(Timestamp now) const {
    const TrustedEntries trusted = need(TrustedEntries::read(m_url));
    QByteArrayList names;
    for (const ScheduledRun& run : runAt(now, 0, [&](const ScheduleEntry& each) { return trusted.has(each); }))
        names << run.entry.name;
    return names;
}

std::vector<ScheduledRun> TestSchedule::runAt(Timestamp now, int exit, const EntryTest& mayRun) const {
    std::vector<ScheduledRun> runs;
    RunDueOrder order;
    order.actor = "tester";
    order.mayRun = mayRun;
    order.clock = [now] { return now; };
    order.run = [exit](const QStringList& words, const std::function<Result<void>()>& beat) -> Result<ScheduledEnd> {
        need(beat());
        return ScheduledEnd{exit, words.join(u' ').toUtf8() + " said"};
    };
    order.told = [&](const ScheduledRun& run) -> Result<void> {
        runs.push_back(run);
        return {};
    };
    need(runDue(*m_store, order, {}));
    return runs;
}

void TestSchedule::anEntryIsAddedAndRemoved() {
    add("nightly", "daily 02:00", noon());
    const ScheduleEntry added = entry("nightly");
    QCOMPARE(need(wordsOfEntry(added)), QStringList({QStringLiteral("verify"), QStringLiteral("--record")}));
    QVERIFY(added.nextRunAt > noon() && *added.nextRunAt <= noon() + days(1));
    const auto twice = schedule().add("nightly", {QStringLiteral("verify")}, "1d", noon(), "test", "tester");
    QVERIFY(!twice && twice.error().code == ErrorCode::Usage);
    const auto never = schedule().add("never", {QStringLiteral("verify")}, "0 0 30 2 *", noon(), "test", "tester");
    QVERIFY(!never && never.error().code == ErrorCode::Usage);
    need(schedule().remove("nightly", "enough", "tester"));
    QVERIFY(!schedule().remove("nightly", "enough", "tester"));
    QVERIFY(need(schedule().entries().page({}, {})).rows.empty());
    const QString name = QStringLiteral("nightly");
    const QString actor = QStringLiteral("tester");
    QCOMPARE(acts(), (std::vector<Act>{{QStringLiteral("add"), name, QStringLiteral("test"), actor},
                                       {QStringLiteral("remove"), name, QStringLiteral("enough"), actor}}));
}

void TestSchedule::whatIsDueRunsOnceInTurn() {
    add("second", "2h", noon());
    add("first", "1h", noon());
    add("later", "1d", noon());
    QVERIFY(runAt(noon() + minutes(59)).empty());
    const auto runs = runAt(noon() + hours(2), 3);
    QCOMPARE(runs.size(), std::size_t(2));
    QCOMPARE(runs[0].entry.name, QByteArray("first"));
    QCOMPARE(runs[1].entry.name, QByteArray("second"));
    const ScheduleEntry first = entry("first");
    QVERIFY(first.nextRunAt == noon() + hours(3) && first.lastRunAt == noon() + hours(2));
    QVERIFY(first.lastResult == "found" && first.lastExit == 3 && first.lastOutput == "verify --record said");
    QVERIFY(!first.runner && !first.leaseUntil);
    QVERIFY(runAt(noon() + hours(2)).empty());
    QCOMPARE(std::ranges::count_if(acts(), [](const Act& act) { return act[0].startsWith(u'r'); }), 4); // run, ran
}

void TestSchedule::whatWasMissedRunsOnceAndIsTold() {
    add("hourly", "1h", noon());
    const auto runs = runAt(noon() + hours(5) + minutes(20));
    QCOMPARE(runs.size(), std::size_t(1));
    QCOMPARE(runs[0].missed, 4);
    QVERIFY(entry("hourly").nextRunAt == noon() + hours(6));
}

/// Eight runners at once, each with a connection of its own.
void TestSchedule::oneOfManyRunnersHasIt() {
    constexpr int entries = 12;
    for (int i = 0; i < entries; ++i)
        add("entry " + QByteArray::number(i), "1h", noon());
    std::atomic_int ran = 0;
    std::vector<std::thread> runners;
    for (int i = 0; i < 8; ++i) {
        runners.emplace_back([&] {
            const auto store = need(openStore(m_url, Access::Write));
            RunDueOrder order;
            order.actor = "tester";
            order.mayRun = anyone;
            order.clock = [] { return noon() + hours(1); };
            order.run = [&](const QStringList&, const std::function<Result<void>()>&) -> Result<ScheduledEnd> {
                ++ran;
                return ScheduledEnd{0, {}};
            };
            order.told = [](const ScheduledRun&) { return Result<void>(); };
            Result<void> done = runDue(*store, order, {});
            while (!done && isTransient(done.error().code)) // SQLite's writers wait for each other
                done = runDue(*store, order, {});
            need(done);
        });
    }
    for (std::thread& each : runners)
        each.join();
    QCOMPARE(ran.load(), entries);
    for (const ScheduleEntry& each : need(schedule().entries().page({}, {})).rows)
        QVERIFY(each.lastResult == "done");
}

void TestSchedule::aDeadRunnersEntryIsTakenOver() {
    add("nightly", "1h", noon());
    const Timestamp due = noon() + hours(1);
    QVERIFY(need(schedule().take(due, due, "dead", anyone)).has_value());
    QVERIFY(!need(schedule().take(due, due + seconds(59), "other", anyone)).has_value());
    if (!m_files && isServer()) // the clock of a runner is two hours ahead
        QVERIFY(!need(schedule().take(due, due + hours(2), "ahead", anyone)).has_value());
    letLeasePass();
    const auto taken = need(schedule().take(due, due + Schedule::lease + seconds(1), "other", anyone));
    QVERIFY(taken && taken->runner == "other");
    letLeasePass();
    need(schedule().renew(*taken, due + minutes(2)));
    QVERIFY(!need(schedule().take(due, due + minutes(2) + seconds(59), "third", anyone)).has_value());
    std::vector<QString> lost;
    for (const Act& act : acts()) {
        if (act[0] == QLatin1String("lost"))
            lost.push_back(act[3]);
    }
    QCOMPARE(lost, std::vector<QString>(1, QStringLiteral("dead")));
}

void TestSchedule::whoLostItDoesNotKeepAResult() {
    add("nightly", "1h", noon());
    const Timestamp due = noon() + hours(1);
    const auto slow = need(schedule().take(due, due, "slow", anyone));
    letLeasePass();
    QVERIFY(slow && need(schedule().take(due, due + minutes(2), "quick", anyone)).has_value());
    for (const auto& lost :
         {schedule().renew(*slow, due + minutes(2)), schedule().finish(*slow, {0, "late"}, due + minutes(2), "tester")})
        QVERIFY(!lost && lost.error().code == ErrorCode::Changed);
    QVERIFY(!entry("nightly").lastResult);
    QVERIFY(entry("nightly").runner == "quick");
}

void TestSchedule::aCommandThatCannotStartIsKept() {
    add("broken", "1h", noon());
    RunDueOrder order;
    order.actor = "tester";
    order.mayRun = anyone;
    order.clock = [] { return noon() + hours(1); };
    order.run = [](const QStringList&, const std::function<Result<void>()>&) -> Result<ScheduledEnd> {
        return Error{ErrorCode::Io, QStringLiteral("no such program")};
    };
    order.told = [](const ScheduledRun&) { return Result<void>(); };
    need(runDue(*m_store, order, {}));
    QVERIFY(entry("broken").lastResult == "failed" && !entry("broken").lastExit);
    QVERIFY(entry("broken").lastOutput == "no such program");
}

/// Due or not, alone, and its next time stays as it is.
void TestSchedule::anEntryRunsWhenItIsWanted() {
    add("hourly", "1h", noon());
    add("nightly", "daily 02:00", noon());
    const auto next = entry("nightly").nextRunAt;
    std::vector<ScheduledRun> runs;
    RunDueOrder order;
    order.actor = "tester";
    order.mayRun = anyone;
    order.only = "nightly";
    order.clock = [] { return noon() + minutes(5); };
    order.run = [&](const QStringList&, const std::function<Result<void>()>&) -> Result<ScheduledEnd> {
        const auto another = schedule().takeNamed("nightly", noon() + minutes(5), "another", anyone);
        return another && !*another ? ScheduledEnd{0, "once"} : ScheduledEnd{1, "it was taken twice"};
    };
    order.told = [&](const ScheduledRun& run) -> Result<void> {
        runs.push_back(run);
        return {};
    };
    need(runDue(*m_store, order, {}));
    QCOMPARE(runs.size(), std::size_t(1));
    QVERIFY(runs[0].entry.name == "nightly" && runs[0].missed == 0);
    QVERIFY(entry("nightly").lastOutput == "once" && entry("nightly").nextRunAt == next);
    QVERIFY(!entry("hourly").lastRunAt);
    order.only = "hourly"; // an interval keeps its times as well
    order.clock = [] { return noon() + minutes(20); };
    need(runDue(*m_store, order, {}));
    QVERIFY(entry("hourly").nextRunAt == noon() + hours(1));
    order.only = "yearly";
    const auto unknown = runDue(*m_store, order, {});
    QVERIFY(!unknown && unknown.error().code == ErrorCode::NotFound);
    // What another runner has is due for nobody.
    const Timestamp later = noon() + hours(1);
    QCOMPARE(need(dueEntries(*m_store, later, {})).size(), std::size_t(1));
    QVERIFY(need(schedule().take(later, later, "slow", anyone)).has_value());
    QVERIFY(need(dueEntries(*m_store, later, {})).empty());
    if (!m_files && isServer()) // whose clock is another one than this test's
        run("UPDATE portolan_schedule SET lease_until = '2000-01-01T00:00:00Z'");
    QCOMPARE(need(dueEntries(*m_store, later + Schedule::lease + seconds(1), {})).size(), std::size_t(1));
}

/// Neither while it runs nor when its result is kept.
void TestSchedule::aBusyStoreEndsNoCommand() {
    add("nightly", "1h", noon());
    BusyAtTimes busy(schedule());
    busy.busyRenewals = 2;
    busy.busyEnds = 2;
    auto now = steady_clock::now();
    RunDueOrder order;
    order.actor = "tester";
    order.mayRun = anyone;
    order.clock = [] { return noon() + hours(1); };
    order.steadyClock = [&] { return now; };
    order.run = [&](const QStringList&, const std::function<Result<void>()>& beat) -> Result<ScheduledEnd> {
        for (const seconds later : {seconds(16), seconds(3), seconds(3), seconds(3)}) {
            now += later;
            need(beat());
        }
        return ScheduledEnd{0, "all"};
    };
    int told = 0;
    order.told = [&](const ScheduledRun&) -> Result<void> {
        ++told;
        return {};
    };
    need(runDue(busy, order, {}));
    QCOMPARE(busy.renewals, 1); // the last beat came too soon after it
    QCOMPARE(busy.busyEnds, 0);
    QCOMPARE(told, 1);
    QVERIFY(entry("nightly").lastResult == "done" && entry("nightly").lastOutput == "all");
    QVERIFY(!entry("nightly").runner);
}

/// Early enough that it has ended when another runner may take the entry.
void TestSchedule::aLeaseThatIsOverEndsItsCommand() {
    add("nightly", "1h", noon());
    BusyAtTimes busy(schedule());
    busy.busyRenewals = 100;
    auto now = steady_clock::now();
    const auto begin = now;
    RunDueOrder order;
    order.actor = "tester";
    order.mayRun = anyone;
    order.clock = [] { return noon() + hours(1); };
    order.steadyClock = [&] { return now; };
    order.run = [&](const QStringList&, const std::function<Result<void>()>& beat) -> Result<ScheduledEnd> {
        while (now - begin < Schedule::lease) {
            now += seconds(1);
            if (const Result<void> alive = beat(); !alive)
                return alive.error();
        }
        return ScheduledEnd{0, {}};
    };
    order.told = [](const ScheduledRun&) { return Result<void>(); };
    need(runDue(busy, order, {}));
    QVERIFY(now - begin > Schedule::lease / 2 && now - begin + Schedule::endsWithin < Schedule::lease + seconds(3));
    QVERIFY(entry("nightly").lastResult == "failed" && entry("nightly").lastOutput == "another program writes");
}

void TestSchedule::anEntryThatIsAnothersEndsItsCommand() {
    add("nightly", "1h", noon());
    const Timestamp due = noon() + hours(1);
    auto now = steady_clock::now();
    RunDueOrder order;
    order.actor = "tester";
    order.mayRun = anyone;
    order.clock = [&] { return due; };
    order.steadyClock = [&] { return now; };
    bool isEnded = false;
    order.run = [&](const QStringList&, const std::function<Result<void>()>& beat) -> Result<ScheduledEnd> {
        letLeasePass();
        need(schedule().take(due, due + minutes(2), "quick", anyone));
        now += seconds(16);
        const Result<void> alive = beat();
        isEnded = !alive;
        return alive ? Result<ScheduledEnd>(ScheduledEnd{0, {}}) : Result<ScheduledEnd>(alive.error());
    };
    order.told = [](const ScheduledRun&) { return Result<void>(); };
    const Result<void> done = runDue(*m_store, order, {});
    QVERIFY(isEnded && !done && done.error().code == ErrorCode::Changed);
    QVERIFY(entry("nightly").runner == "quick" && !entry("nightly").lastResult);
}

void TestSchedule::onlyWhatIsTrustedRuns_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("spec");
    const QStringList words{QStringLiteral("verify"), QStringLiteral("--record")};
    QTest::newRow("another command") << QByteArray("mine") << QStringList{QStringLiteral("export")} << QByteArray("1h");
    QTest::newRow("another word") << QByteArray("mine") << words + QStringList(QString()) << QByteArray("1h");
    QTest::newRow("words as one") << QByteArray("mine") << QStringList(words.join(u' ')) << QByteArray("1h");
    QTest::newRow("other times") << QByteArray("mine") << words << QByteArray("30m");
    QTest::newRow("another name") << QByteArray("theirs") << words << QByteArray("1h");
}

/// Who may write into the schedule has nothing run that the runner's user did not say.
void TestSchedule::onlyWhatIsTrustedRuns() {
    QFETCH(const QByteArray, name);
    QFETCH(const QStringList, words);
    QFETCH(const QByteArray, spec);
    add("mine", "1h", noon());
    QVERIFY(trustedRuns(noon() + hours(1)).isEmpty());
    need(TrustedEntries::trust(m_url, entry("mine")));
    QCOMPARE(trustedRuns(noon() + hours(1)), QByteArrayList{"mine"});
    need(schedule().remove("mine", "changed", "mallory"));
    need(schedule().add(name, words, spec, noon(), "changed", "mallory"));
    const auto before = acts();
    QVERIFY(trustedRuns(noon() + hours(2)).isEmpty());
    QVERIFY(acts() == before && !entry(name).lastRunAt && !entry(name).leaseUntil);
    RunDueOrder order;
    order.actor = "tester";
    order.only = name;
    order.clock = [] { return noon() + hours(2); };
    order.mayRun = [trusted = need(TrustedEntries::read(m_url))](const ScheduleEntry& each) {
        return trusted.has(each);
    };
    const Result<void> refused = runDue(*m_store, order, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
    QVERIFY2(refused.error().text.contains(QStringLiteral("schedule trust ")), qPrintable(refused.error().text));
    // The next one that is trusted has its turn.
    need(schedule().add("later", words, "1h", noon() + minutes(1), "test", "tester"));
    need(TrustedEntries::trust(m_url, entry("later")));
    QCOMPARE(trustedRuns(noon() + hours(2)), QByteArrayList{"later"});
    need(TrustedEntries::trust(m_url, entry(name)));
    QCOMPARE(trustedRuns(noon() + hours(2)), QByteArrayList{name});
    need(TrustedEntries::forget(m_url, name));
    QVERIFY(trustedRuns(noon() + hours(9)) == QByteArrayList{"later"});
}

void TestSchedule::aCopyTrustsNothing() {
    add("mine", "1h", noon());
    need(TrustedEntries::trust(m_url, entry("mine")));
    StoreUrl copy = m_url;
    (copy.kind == StoreKind::Postgresql ? copy.database : copy.path) += QStringLiteral("-copy");
    QVERIFY(!need(TrustedEntries::read(copy)).has(entry("mine")));
    StoreUrl same = m_url; // any user who logs in
    same.user = QStringLiteral("somebody");
    same.password = QStringLiteral("geheim");
    same.batchSize = 100;
    QVERIFY(need(TrustedEntries::read(same)).has(entry("mine")));
    QFile kept(TrustedEntries::usualPath());
    QVERIFY(kept.open(QIODevice::ReadOnly) && !kept.readAll().contains("geheim"));
}

void TestSchedule::whatOthersMayWriteIsNotBelieved() {
    add("mine", "1h", noon());
    need(TrustedEntries::trust(m_url, entry("mine")));
    QFile kept(TrustedEntries::usualPath());
    QCOMPARE(kept.permissions() & (QFileDevice::WriteGroup | QFileDevice::WriteOther), QFileDevice::Permissions());
    QVERIFY(kept.setPermissions(kept.permissions() | QFileDevice::WriteOther));
    const auto refused = TrustedEntries::read(m_url);
    QVERIFY(!refused && refused.error().code == ErrorCode::Auth);
    QVERIFY(!TrustedEntries::trust(m_url, entry("mine")));
    QVERIFY(kept.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    QVERIFY(kept.open(QIODevice::WriteOnly | QIODevice::Truncate) && kept.write("{\"sql") == 5);
    kept.close();
    const auto damaged = TrustedEntries::read(m_url);
    QVERIFY(!damaged && damaged.error().code == ErrorCode::Corrupt);
}

void TestSchedule::aPlaceHasOneName() {
    qunsetenv("PGHOST");
    qunsetenv("PGPORT");
    const auto placeOf = [](const char* text) {
        return TrustedEntries::placeOf(need(StoreUrl::parse(QString::fromLatin1(text))));
    };
    for (const char* same : {"postgresql:///orders", "postgresql://me@localhost/orders",
                             "postgresql://127.0.0.1:5432/orders?schema=public"})
        QCOMPARE(placeOf(same), QStringLiteral("postgresql://localhost:5432/orders?schema=public"));
    for (const char* other : {"postgresql://db.example/orders", "postgresql://localhost:5433/orders",
                              "postgresql:///orders?schema=eu", "postgresql:///orders2"})
        QVERIFY2(placeOf(other) != placeOf("postgresql:///orders"), other);
    const QString file = m_home->path(QStringLiteral("a.db"));
    QVERIFY(QFile(file).open(QIODevice::WriteOnly));
    QVERIFY(QFile::link(file, m_home->path(QStringLiteral("link.db"))));
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = m_home->path(QStringLiteral("link.db"));
    QCOMPARE(TrustedEntries::placeOf(url), QStringLiteral("sqlite://") + QFileInfo(file).canonicalFilePath());
}

QTEST_GUILESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
