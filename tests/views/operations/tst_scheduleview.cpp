#include "models/operations/schedulewatch.h"
#include "models/window/storecontroller.h"
#include "storage/schedule/trustedentries.h"
#include "storage/stores/backup.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/othertongue.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/operations/scheduledialog.h"
#include "views/operations/scheduleview.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QDir>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>
#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace portolan;
using test::need;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// The commands that were run, in place of processes: this is about who runs what, and when.
class CommandLog {
public:
    [[nodiscard]] ScheduledCommands commands() {
        return {[](const QStringList& words) -> Result<QStringList> {
                    if (words.front() == QLatin1String("rm"))
                        return Error{ErrorCode::Usage, QStringLiteral("there is no \"rm\"")};
                    return words;
                },
                [this](const StoreUrl&, const QStringList& words, const std::function<Result<void>()>& beat,
                       const CancelToken& token) { return run(words, beat, token); }};
    }
    [[nodiscard]] QStringList lines() {
        const std::scoped_lock lock(m_mutex);
        return m_lines;
    }
    void end(ScheduledEnd end) { m_end = std::move(end); }
    void hang() { m_hangs = true; } ///< until it is stopped

private:
    Result<ScheduledEnd> run(const QStringList& words, const std::function<Result<void>()>& beat,
                             const CancelToken& token) {
        PORTOLAN_TRY(beat());
        std::unique_lock lock(m_mutex);
        m_lines << words.join(u' ');
        if (!m_hangs)
            return m_end;
        std::condition_variable_any never;
        never.wait(lock, token, [] { return false; });
        return ScheduledEnd{130, {}};
    }

    std::mutex m_mutex;
    QStringList m_lines;
    ScheduledEnd m_end{0, "well"};
    bool m_hangs = false;
};

/// A real database, the tab over it, and who runs its schedule.
struct Bench {
    explicit Bench(const QByteArray& sql = {})
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("orders.db")))) {
        need(openStore(url, Access::Write));
        if (!sql.isEmpty())
            run(sql);
        trustAll(url);
    }
    ~Bench() { view.setContext({}); }

    static void trustAll(const StoreUrl& place) {
        const auto store = need(openStore(place, Access::Read));
        for (const ScheduleEntry& each : need(allEntries(*store, {})))
            need(TrustedEntries::trust(place, each));
    }

    void show() { show(url); }
    void show(const StoreUrl& place) {
        view.setContext({});
        watch.reset();
        const auto opener = [place, this](Access access) {
            return [place, access, this](const CancelToken& token) {
                opened[access == Access::Write] += 1;
                return openStore(place, access, token);
            };
        };
        channel = std::make_unique<StoreWorker>(opener(Access::Read));
        desk = std::make_unique<OperationsController>(place, opener(Access::Write), "tester", "Portolan test",
                                                      log.commands());
        changes = std::make_unique<StoreController>(opener(Access::Write), "tester");
        watch = std::make_unique<ScheduleWatch>(*channel, *desk);
        view.resize(1100, 600);
        view.show();
        PaneContext context;
        context.channel = channel.get();
        context.operations = desk.get();
        context.changes = changes.get();
        context.schedule = watch.get();
        view.setContext(context);
        watch->start();
    }
    void run(const QByteArray& sql) const {
        if (const QString error = SqliteScript(url.path).run(sql); !error.isEmpty())
            qFatal("%s", qPrintable(error));
    }
    [[nodiscard]] QString value(const QByteArray& sql) const { return SqliteScript(url.path).value(sql); }
    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const {
        const auto all = view.findChildren<Widget*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* w) { return w->isVisible() && w->accessibleName() == QString::fromUtf8(name); });
        return found == all.end() ? nullptr : *found;
    }
    [[nodiscard]] DataTable* table() const { return view.findChild<DataTable*>(); }
    [[nodiscard]] QString cell(int row, const char* column) const {
        const auto& columns = table()->paged()->listing().columns();
        const auto found = std::ranges::find_if(columns, [&](const auto& c) { return c.name == column; });
        return table()->model()->index(row, static_cast<int>(found - columns.begin())).data().toString();
    }
    [[nodiscard]] bool press(const char* button) const {
        if (!QTest::qWaitFor([&] { return find<QPushButton>(button) && find<QPushButton>(button)->isEnabled(); },
                             patience))
            return false;
        find<QPushButton>(button)->click();
        return true;
    }
    /// Answers the question that is there, or comes.
    [[nodiscard]] bool answer(const QString& text) const {
        const auto question = [this]() -> QInputDialog* {
            for (QInputDialog* each : view.findChildren<QInputDialog*>()) {
                if (each->isVisible())
                    return each;
            }
            return nullptr;
        };
        if (!QTest::qWaitFor([&] { return question() != nullptr; }, patience))
            return false;
        question()->setTextValue(text);
        question()->accept();
        return true;
    }
    [[nodiscard]] bool shows(const QString& part) const {
        const auto labels = view.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text().contains(part); });
    }

    static constexpr int patience = 30'000;
    TempFolder folder;
    StoreUrl url;
    CommandLog log;
    std::array<std::atomic_int, 2> opened{}; ///< for reading, for writing
    std::unique_ptr<StoreWorker> channel;
    std::unique_ptr<OperationsController> desk;
    std::unique_ptr<StoreController> changes;
    std::unique_ptr<ScheduleWatch> watch;
    ScheduleView view;
};

constexpr char missedFourTimes[] =
    "INSERT INTO portolan_schedule (name, command, spec, next_run_at) VALUES ('look', '[\"verify\",\"--record\"]', "
    "'1h', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-4 hours', '-1 minutes')), ('later', '[\"stats\"]', '1d', "
    "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+5 hours'))";

} // namespace

class TestScheduleView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.path()));
        m_theme = new Theme(this);
    }

    void anEntryIsAddedRunAndRemoved() {
        Bench bench;
        bench.show();
        QTRY_VERIFY(bench.shows(QStringLiteral("Nothing is scheduled.")));
        QTRY_VERIFY(bench.shows(QStringLiteral("What is due runs while this window is open")));
        QVERIFY(bench.press("Add…"));
        QTRY_VERIFY(bench.find<QLineEdit>("Command"));
        QCOMPARE(bench.find<QLineEdit>("Command")->text(), QStringLiteral("backup"));
        QCOMPARE(bench.find<QLineEdit>("When")->text(), QStringLiteral("daily 02:00"));
        QVERIFY(bench.shows(QStringLiteral("First at ")));
        QVERIFY(!bench.find<QPushButton>("Add")->isEnabled()); // without a reason
        auto* const offers = bench.find<QComboBox>("Offered");
        QStringList names;
        for (int i = 0; i < offers->count(); ++i) {
            offers->setCurrentIndex(i);
            names << bench.find<QLineEdit>("Name")->text();
        }
        QCOMPARE(names.join(u' '), QStringLiteral("backup retention verify roll history drill "));
        bench.find<QLineEdit>("Name")->setText(QStringLiteral("look"));
        offers->setCurrentIndex(0);
        QCOMPARE(bench.find<QLineEdit>("Name")->text(), QStringLiteral("look")); // what was typed stays
        QCOMPARE(bench.find<QLineEdit>("Command")->text(), QStringLiteral("backup"));
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("a test"));
        for (const auto& [line, spec, says] :
             {std::tuple("rm -rf", "1h", "there is no \"rm\""), {"stats", "soon", "no time to run at"}}) {
            bench.find<QLineEdit>("Command")->setText(QLatin1String(line));
            bench.find<QLineEdit>("When")->setText(QLatin1String(spec));
            QVERIFY2(bench.shows(QLatin1String(says)), says);
            QVERIFY(!bench.find<QPushButton>("Add")->isEnabled());
        }
        bench.find<QLineEdit>("Command")->setText(QStringLiteral("portolan list messages --filter \"content~a b\""));
        bench.find<QLineEdit>("When")->setText(QStringLiteral("1d"));
        QVERIFY(bench.press("Add"));
        QTRY_COMPARE(bench.table()->model()->rowCount(), 1);
        QCOMPARE(bench.value("SELECT command FROM portolan_schedule"),
                 QStringLiteral("[\"list\",\"messages\",\"--filter\",\"content~a b\"]"));
        QCOMPARE(bench.value("SELECT actor || '|' || action || '|' || reason FROM portolan_audit"),
                 QStringLiteral("tester|add|a test"));
        QCOMPARE(bench.cell(0, "command"), QStringLiteral("list messages --filter \"content~a b\""));
        QVERIFY(bench.log.lines().isEmpty());

        const QString next = bench.value("SELECT next_run_at FROM portolan_schedule");
        bench.table()->selectRow(0);
        QVERIFY(bench.press("Run now"));
        QTRY_COMPARE_WITH_TIMEOUT(bench.value("SELECT last_result FROM portolan_schedule"), QStringLiteral("done"),
                                  Bench::patience);
        QCOMPARE(bench.log.lines(), QStringList(QStringLiteral("list messages --filter content~a b")));
        QTRY_COMPARE(bench.cell(0, "last_result"), QStringLiteral("done"));
        QCOMPARE(bench.value("SELECT next_run_at FROM portolan_schedule"), next);
        QTRY_VERIFY(bench.desk->jobs().back().ended);
        QVERIFY(!bench.desk->jobs().back().failed);
        QVERIFY2(bench.desk->jobs().back().outcome.contains(QStringLiteral("look ran well")),
                 qPrintable(bench.desk->jobs().back().outcome));

        QVERIFY(bench.press("Remove…"));
        QVERIFY(bench.answer({})); // no reason: nothing is changed
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_schedule"), QStringLiteral("1"));
        QVERIFY(bench.press("Remove…"));
        QVERIFY(bench.answer(QStringLiteral("enough")));
        QTRY_COMPARE(bench.value("SELECT count(*) FROM portolan_schedule"), QStringLiteral("0"));
        QTRY_VERIFY(bench.shows(QStringLiteral("Nothing is scheduled.")));
    }

    /// Once, whatever else runs the same schedule, and it is told.
    void whatWasMissedRunsOnceAndIsTold() {
        Bench bench(missedFourTimes);
        Bench other; // a second window of the same store
        other.url = bench.url;
        bench.show();
        other.show();
        QTRY_COMPARE_WITH_TIMEOUT(bench.value("SELECT last_result FROM portolan_schedule WHERE name = 'look'"),
                                  QStringLiteral("done"), Bench::patience);
        QTRY_VERIFY(!bench.desk->isBusy() && !other.desk->isBusy());
        QCOMPARE((bench.log.lines() + other.log.lines()).join(u'|'), QStringLiteral("verify --record"));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit WHERE action = 'run'"), QStringLiteral("1"));
        QVERIFY(bench.value("SELECT count(*) FROM portolan_schedule WHERE name = 'look' AND next_run_at > "
                            "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
                == QStringLiteral("1"));
        Bench& ran = bench.log.lines().isEmpty() ? other : bench;
        QVERIFY2(ran.desk->jobs().front().outcome.contains(QStringLiteral("Times it was missed before: 4.")),
                 qPrintable(ran.desk->jobs().front().outcome));
    }

    /// Of a copy, and of what another program wrote, nothing runs before its name is typed.
    void whatIsNotTrustedWaits() {
        Bench bench(missedFourTimes);
        bench.run("UPDATE portolan_schedule SET command = '[\"export\",\"audit\"]' WHERE name = 'look'");
        bench.show();
        QTRY_VERIFY(bench.shows(QStringLiteral("Does not run here before you trust it: look.")));
        QTRY_COMPARE(bench.table()->model()->rowCount(), 2);
        QVERIFY(!bench.find<QPushButton>("Trust…")->isEnabled());
        const auto choose = [&](const QString& name) {
            for (int row = 0; row < 2; ++row) {
                if (bench.cell(row, "name") == name)
                    bench.table()->selectRow(row);
            }
        };
        choose(QStringLiteral("later"));
        QVERIFY(!bench.find<QPushButton>("Trust…")->isEnabled());
        choose(QStringLiteral("look"));
        QVERIFY(bench.press("Run now")); // neither by hand
        QTRY_VERIFY(bench.shows(QStringLiteral("nobody has trusted it on this machine as it is (export audit")));
        QVERIFY(bench.log.lines().isEmpty());
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_schedule WHERE last_run_at IS NOT NULL"),
                 QStringLiteral("0"));
        QSignalSpy notices(&bench.view, &Pane::notice);
        QVERIFY(bench.press("Trust…"));
        QTRY_VERIFY(bench.shows(QStringLiteral("portolan export audit")));
        QVERIFY(bench.answer(QStringLiteral("yes")));
        QTRY_COMPARE(notices.size(), 1);
        QVERIFY(bench.log.lines().isEmpty());
        QVERIFY(bench.press("Trust…"));
        QVERIFY(bench.answer(QStringLiteral("look")));
        QTRY_COMPARE_WITH_TIMEOUT(bench.log.lines().join(u'|'), QStringLiteral("export audit"), Bench::patience);
        QTRY_VERIFY(bench.shows(QStringLiteral("What is due runs while this window is open")));
        QVERIFY(!bench.find<QPushButton>("Trust…"));
    }

    void lookingWritesNothing() {
        Bench bench("INSERT INTO portolan_schedule (name, command, spec, next_run_at) VALUES ('later', '[\"stats\"]', "
                    "'1d', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+5 hours'))");
        bench.show();
        QTRY_VERIFY(bench.watch->isKnown());
        QTRY_COMPARE(bench.table()->model()->rowCount(), 1);
        QCOMPARE(bench.opened[1].load(), 0);
        QVERIFY(bench.desk->jobs().empty() && bench.log.lines().isEmpty());
    }

    void aCommandThatFailsSaysSo() {
        Bench bench(missedFourTimes);
        bench.log.end({1, "one\nthe disk is full\n"});
        bench.show();
        QTRY_VERIFY_WITH_TIMEOUT(bench.shows(QStringLiteral("look failed: the disk is full")), Bench::patience);
        QVERIFY(bench.desk->jobs().back().failed);
        QTRY_COMPARE(bench.cell(1, "last_result"), QStringLiteral("failed"));
    }

    void itIsStopped() {
        Bench bench(missedFourTimes);
        bench.log.hang();
        bench.show();
        QTRY_COMPARE_WITH_TIMEOUT(bench.log.lines().size(), 1, Bench::patience);
        QTRY_VERIFY((bench.view.refresh(), !bench.cell(1, "runner").isEmpty()));
        QVERIFY(!bench.find<QPushButton>("Run now")->isEnabled()); // one thing at a time
        bench.desk->cancel(bench.desk->jobs().back().number);
        QTRY_VERIFY_WITH_TIMEOUT(bench.desk->jobs().back().ended, Bench::patience);
        QVERIFY(!bench.desk->jobs().back().failed);
        QCOMPARE(bench.value("SELECT last_result || coalesce(runner, '') FROM portolan_schedule WHERE name = 'look'"),
                 QStringLiteral("interrupted"));
    }

    /// The window that closes ends what it runs.
    void theEndOfTheWindowIsItsEnd() {
        Bench bench(missedFourTimes);
        bench.log.hang();
        bench.show();
        QTRY_COMPARE_WITH_TIMEOUT(bench.log.lines().size(), 1, Bench::patience);
        bench.view.setContext({});
        bench.watch.reset();
        bench.desk.reset();
        QCOMPARE(bench.value("SELECT last_result || coalesce(runner, '') FROM portolan_schedule WHERE name = 'look'"),
                 QStringLiteral("interrupted"));
    }

    void aProductionStoreWaitsForItsName() {
        Bench bench(QByteArray(missedFourTimes)
                    + "; INSERT INTO portolan_settings (key, value) VALUES ('production', 'ledger')");
        bench.show();
        QTRY_VERIFY(bench.shows(QStringLiteral("production store “ledger”")));
        QVERIFY(bench.log.lines().isEmpty());
        QSignalSpy notices(&bench.view, &Pane::notice);
        QVERIFY(bench.press("Run it from here…"));
        QVERIFY(bench.answer(QStringLiteral("orders")));
        QTRY_COMPARE(notices.size(), 1);
        QVERIFY(bench.log.lines().isEmpty());
        QVERIFY(bench.press("Run it from here…"));
        QVERIFY(bench.answer(QStringLiteral("ledger")));
        QVERIFY(bench.answer(QStringLiteral("my shift")));
        QTRY_COMPARE_WITH_TIMEOUT(bench.log.lines().join(u'|'), QStringLiteral("verify --record"), Bench::patience);
        QTRY_COMPARE(bench.value("SELECT reason FROM portolan_audit WHERE action = 'confirm'"),
                     QStringLiteral("my shift"));
        QVERIFY(!bench.find<QPushButton>("Run it from here…"));
        // Its other buttons ask each time.
        QTRY_VERIFY(!bench.desk->isBusy());
        bench.table()->selectRow(0);
        QVERIFY(bench.press("Run now"));
        QVERIFY(bench.answer(QStringLiteral("no")));
        QTRY_COMPARE(notices.size(), 2);
        QCOMPARE(bench.log.lines().size(), 1);
        QVERIFY(bench.press("Add…"));
        QVERIFY(bench.answer(QStringLiteral("no")));
        QTRY_COMPARE(notices.size(), 3);
        QVERIFY(!bench.view.findChild<ScheduleDialog*>());
    }

    void whatIsOnlyReadRunsNothing_data() {
        QTest::addColumn<bool>("isBackup");
        QTest::newRow("a backup") << true;
        QTest::newRow("an older schema") << false;
    }
    void whatIsOnlyReadRunsNothing() {
        QFETCH(const bool, isBackup);
        Bench bench(missedFourTimes);
        if (isBackup) {
            const BackupEntry made = need(backUp(bench.url, {{}, {}, "test"}, {}, {}));
            bench.show(need(StoreUrl::parse(made.file)));
        } else {
            bench.run("DELETE FROM portolan_migrations WHERE version > 12");
            bench.show();
        }
        QTRY_VERIFY(bench.shows(QStringLiteral("Nothing runs here by itself: ")));
        QVERIFY(!bench.find<QPushButton>("Add…")->isEnabled());
        QCOMPARE(bench.opened[1].load(), 0);
        QVERIFY(bench.log.lines().isEmpty());
    }

    /// Of a server nothing runs for a role that only reads; for its owner what is due does.
    void aServersRoleDecides() {
        test::PostgresServer server;
        const StoreUrl owner = server.createDatabase();
        need(openStore(owner, Access::Write));
        test::PostgresScript script(owner);
        QCOMPARE(script.run("INSERT INTO portolan_schedule (name, command, spec, next_run_at) VALUES ('look', "
                            "'[\"verify\"]', '1h', now() - interval '150 minutes'); CREATE ROLE looker LOGIN; GRANT "
                            "SELECT ON ALL TABLES IN SCHEMA public TO looker"),
                 QString());
        Bench::trustAll(owner);
        Bench bench;
        StoreUrl looker = owner;
        looker.user = QStringLiteral("looker");
        bench.show(looker);
        QTRY_VERIFY(bench.shows(QStringLiteral("Nothing runs here by itself: ")));
        QTRY_COMPARE(bench.table()->model()->rowCount(), 1); // it is seen
        QCOMPARE(bench.opened[1].load(), 0);
        bench.show(owner);
        QTRY_COMPARE_WITH_TIMEOUT(script.value("SELECT last_result FROM portolan_schedule"), QStringLiteral("done"),
                                  Bench::patience);
        QCOMPARE(bench.log.lines().join(u'|'), QStringLiteral("verify"));
        QTRY_VERIFY(!bench.desk->isBusy());
        QVERIFY(bench.desk->jobs().front().outcome.contains(QStringLiteral("Times it was missed before: 2.")));
        bench.view.setContext({}); // and its connections, before the server ends
        bench.watch.reset();
        bench.changes.reset();
        bench.desk.reset();
        bench.channel.reset();
    }

    void batchFilesHaveOne() {
        Bench bench;
        QDir().mkpath(bench.folder.path(QStringLiteral("files/example_receiver/messages")));
        bench.show(*StoreUrl::parse(QStringLiteral("file://") + bench.folder.path(QStringLiteral("files"))));
        QTRY_VERIFY(bench.find<QPushButton>("Add…")->isEnabled());
        QVERIFY(!bench.shows(QStringLiteral("keeps no schedule")));
    }

    /// What is wrong with a time is said in the language of the window, whatever it is.
    void mistakesInATimeAreSaidInTheWindowsLanguage() {
        const test::OtherTongue other("Schedule");
        for (const auto& [spec, why] : {std::pair("soon", "[It is no interval.]"),
                                        {"30s", "[An interval is a minute at least.]"},
                                        {"daily 2", "[The time of day is as 02:00.]"},
                                        {"1 2 3", "[Cron has five fields.]"},
                                        {"60 * * * *", "[“60” is no minute.]"},
                                        {"* 24 * * *", "[“24” is no hour.]"},
                                        {"* * 32 * *", "[“32” is no day of the month.]"},
                                        {"* * * 13 *", "[“13” is no month.]"},
                                        {"* * * * 8", "[“8” is no day of the week.]"}}) {
            const QString said = scheduleMistake(spec);
            QVERIFY2(said.startsWith(QStringLiteral("[“%1” is no time to run at. ").arg(QLatin1String(spec)))
                         && said.contains(QString::fromUtf8(why)),
                     qPrintable(said));
        }
        QCOMPARE(scheduleMistake("daily 02:00"), QString());
    }

    void aLineIsReadAsItIsWritten() {
        for (const QStringList& words :
             {QStringList{QStringLiteral("verify")}, QStringList{QStringLiteral("a b"), QStringLiteral("c")},
              QStringList{QStringLiteral("say \"x\" y"), QStringLiteral("\""), QStringLiteral("ü→")}})
            QCOMPARE(QProcess::splitCommand(commandLineOf(words)), words);
    }

private:
    TempFolder m_home; ///< where it is kept what is trusted
    Theme* m_theme = nullptr;
};

QTEST_MAIN(TestScheduleView)
#include "tst_scheduleview.moc"
