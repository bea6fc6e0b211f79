#include "models/operations/operationscontroller.h"
#include "models/window/storecontroller.h"
#include "storage/listing/filter.h"
#include "storage/operations/jobs.h"
#include "storage/stores/migrate.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/operations/backupdialog.h"
#include "views/operations/migrationdialog.h"
#include "views/operations/operationspane.h"
#include "views/operations/restoredialog.h"
#include "views/style/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDirIterator>
#include <QFile>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr char aMessage[] =
    "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status) VALUES "
    "('m-1', 'orders', 'a', 'b', '{}', 'pending')";

constexpr char foreign[] =
    "CREATE TABLE sensors (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO sensors VALUES (1, 'a');"
    "CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT);"
    "INSERT INTO messages VALUES (7, 'theirs')";

/// A real database, the pane over it, and what works on it.
struct Bench {
    enum class Made { ByUs, ByOthers };
    explicit Bench(Made made = Made::ByUs, const QByteArray& sql = aMessage)
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("orders.db")))) {
        if (made == Made::ByUs) {
            if (const auto store = openStore(url, Access::Write); !store)
                qFatal("%s", qPrintable(store.error().text));
        }
        run(sql);
        show(url);
    }
    ~Bench() { pane.setContext({}); }

    void show(const StoreUrl& place) {
        pane.setContext({});
        channel = std::make_unique<StoreWorker>(
            [place](const CancelToken& token) { return openStore(place, Access::Read, token); });
        desk = std::make_unique<OperationsController>(
            place, [place](const CancelToken& token) { return openStore(place, Access::Write, token); }, "tester",
            "Portolan test");
        changes = std::make_unique<StoreController>(
            [place](const CancelToken& token) { return openStore(place, Access::Write, token); }, "tester");
        pane.resize(1100, 700);
        pane.show();
        PaneContext context;
        context.channel = channel.get();
        context.operations = desk.get();
        context.changes = changes.get();
        pane.setContext(context);
    }
    void run(const QByteArray& sql) const {
        if (const QString error = SqliteScript(url.path).run(sql); !error.isEmpty())
            qFatal("%s", qPrintable(error));
    }
    [[nodiscard]] QString value(const QByteArray& sql) const { return SqliteScript(url.path).value(sql); }
    [[nodiscard]] QString version() const { return value("SELECT max(version) FROM portolan_migrations"); }
    [[nodiscard]] int newest() const { return need(schemaVersion(url, {})).latest; }
    template <class T>
    static T need(Result<T> result) {
        if (!result)
            qFatal("%s", qPrintable(result.error().text));
        return std::move(*result);
    }

    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const {
        const auto all = pane.findChildren<Widget*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* w) { return w->isVisible() && w->accessibleName() == QString::fromUtf8(name); });
        return found == all.end() ? nullptr : *found;
    }
    /// Hidden where it is empty.
    [[nodiscard]] DataTable* table(const char* name) const {
        const auto all = pane.findChildren<DataTable*>();
        return *std::ranges::find_if(all, [&](auto* t) { return t->accessibleName() == QLatin1String(name); });
    }
    [[nodiscard]] QString cell(const char* name, int row, const char* column) const {
        const DataTable* t = table(name);
        const auto& columns = t->paged()->listing().columns();
        const auto found = std::ranges::find_if(columns, [&](const auto& c) { return c.name == column; });
        return t->model()->index(row, static_cast<int>(found - columns.begin())).data().toString();
    }
    [[nodiscard]] MigrationDialog* dialog() const {
        const auto all = pane.findChildren<MigrationDialog*>();
        return all.isEmpty() || !all.last()->isVisible() ? nullptr : all.last();
    }
    [[nodiscard]] QString statements() const { return dialog()->findChild<QPlainTextEdit*>()->toPlainText(); }
    /// Presses the button and waits until the dialog says what would be run.
    [[nodiscard]] bool open(const char* button) const {
        if (!QTest::qWaitFor([&] { return find<QPushButton>(button)->isEnabled(); }, patience))
            return false;
        find<QPushButton>(button)->click();
        return QTest::qWaitFor([&] { return dialog() && !statements().isEmpty(); }, patience);
    }
    [[nodiscard]] QPushButton* act() const {
        const auto all = dialog()->findChildren<QPushButton*>();
        return *std::ranges::find_if(all, [](auto* b) { return b->accessibleName() == QStringLiteral("Migrate"); });
    }
    void confirm(const QString& reason) const {
        const auto lines = dialog()->findChildren<QLineEdit*>();
        (*std::ranges::find_if(lines, [](auto* l) {
            return l->accessibleName() == QStringLiteral("Reason");
        }))->setText(reason);
        act()->click();
    }
    [[nodiscard]] int backups() const {
        int count = 0;
        for (QDirIterator each(folder.path(), QDir::Files, QDirIterator::Subdirectories); each.hasNext();) {
            const QString name = each.next();
            count +=
                name.endsWith(QStringLiteral(".bak")) || name.endsWith(QStringLiteral(".portolan.tar.zst")) ? 1 : 0;
        }
        return count;
    }
    /// Presses a button once it can be.
    [[nodiscard]] bool press(const char* button) const {
        if (!QTest::qWaitFor([&] { return find<QPushButton>(button) && find<QPushButton>(button)->isEnabled(); },
                             patience))
            return false;
        find<QPushButton>(button)->click();
        return true;
    }
    /// Waits for a question for a reason, and answers it.
    [[nodiscard]] bool giveReason(const QString& reason) const {
        const auto question = [this]() -> QInputDialog* {
            for (QInputDialog* each : pane.findChildren<QInputDialog*>()) {
                if (each->isVisible())
                    return each;
            }
            return nullptr;
        };
        if (!QTest::qWaitFor([&] { return question() != nullptr; }, patience))
            return false;
        question()->setTextValue(reason);
        question()->accept();
        return true;
    }
    /// Waits for the end of the newest job.
    [[nodiscard]] OperationJob ended(std::size_t jobs) const {
        if (!QTest::qWaitFor([&] { return desk->jobs().size() == jobs && desk->jobs().back().ended; }, patience))
            return {};
        return desk->jobs().back();
    }
    [[nodiscard]] bool shows(const QString& part) const {
        const auto labels = pane.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text().contains(part); });
    }

    static constexpr int patience = 30'000;
    TempFolder folder;
    StoreUrl url;
    std::unique_ptr<StoreWorker> channel;
    std::unique_ptr<OperationsController> desk;
    std::unique_ptr<StoreController> changes;
    OperationsPane pane;
};

} // namespace

class TestOperationsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    void nothingRanYet() {
        Bench bench;
        QTRY_VERIFY(bench.pane.isSettled());
        QVERIFY(bench.shows(QStringLiteral("Nothing ran yet.")));
        QVERIFY(!bench.find<QPushButton>("Show the run")->isEnabled());
    }

    void jobsOfEveryProgramAreListedNewestFirst() {
        Bench bench;
        bench.run(
            "INSERT INTO portolan_jobs (id, kind, state, done, total, actor, created_at, parameters, result) VALUES "
            "('00000000-0000-4000-8000-000000000001', 'verify', 'completed', 65, 65, 'cron', "
            "'2026-01-05T10:00:00.000Z', '{}', '{\"found\":3}'),"
            "('00000000-0000-4000-8000-000000000002', 'replay', 'running', 7, 20, 'anna', "
            "'2026-01-05T11:00:00.000Z', '{\"run\":\"x\"}', NULL)");
        bench.pane.refreshAll();
        QTRY_COMPARE(bench.table("Jobs")->model()->rowCount(), 2);
        QTRY_COMPARE(bench.cell("Jobs", 0, "kind"), QStringLiteral("replay"));
        QCOMPARE(bench.cell("Jobs", 0, "state"), QStringLiteral("running"));
        QCOMPARE(bench.cell("Jobs", 1, "state"), QStringLiteral("completed"));
        QCOMPARE(bench.cell("Jobs", 1, "done"), QStringLiteral("65"));
        auto* const run = bench.find<QPushButton>("Show the run");
        QSignalSpy inspected(&bench.pane, &Pane::inspected);
        bench.table("Jobs")->selectRow(1);
        QTRY_COMPARE(inspected.size(), 1);
        const auto shown = inspected.takeFirst().first().value<Inspection>();
        QCOMPARE(shown.documents.front().bytes, QByteArray("{\"found\":3}"));
        QVERIFY(!run->isEnabled()); // a verification has no run
        bench.table("Jobs")->selectRow(0);
        QTRY_VERIFY(run->isEnabled());
        QSignalSpy wanted(&bench.pane, &Pane::paneWanted);
        run->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().at(0).toString(), QStringLiteral("dead-letters/replays"));
        QCOMPARE(wanted.first().at(1).toString(), QStringLiteral("id:00000000-0000-4000-8000-000000000002"));
        const auto filter = parseFilter(QStringLiteral("state:completed"), jobSchema(), currentTime());
        bench.pane.setFilter(*filter);
        QTRY_COMPARE(bench.table("Jobs")->model()->rowCount(), 1);
    }

    void everyVersionIsListed() {
        Bench bench;
        QVERIFY(bench.pane.showPart(QStringLiteral("migrations")));
        QTRY_COMPARE(bench.table("Migrations")->model()->rowCount(), bench.newest());
        QTRY_COMPARE(bench.cell("Migrations", 0, "version"), QString::number(bench.newest()));
        QCOMPARE(bench.cell("Migrations", 0, "state"), QStringLiteral("applied"));
        auto* const up = bench.find<QPushButton>("Migrate up…");
        QTRY_COMPARE(up->toolTip(), QStringLiteral("The schema is the newest that this program knows."));
        QVERIFY(!up->isEnabled());
        const QAbstractItemModelTester tester(bench.table("Migrations")->model());
        // The buttons know all versions, whatever the list is filtered to.
        const auto filter = parseFilter(QStringLiteral("state:pending"), migrationSchema(), currentTime());
        bench.pane.setFilter(*filter);
        QTRY_COMPARE(bench.table("Migrations")->model()->rowCount(), 0);
        QVERIFY(bench.find<QPushButton>("Migrate down…")->isEnabled());
        QVERIFY(!up->isEnabled());
    }

    /// Down and up again: what was shown is run, after a backup, with its reason in the audit.
    void aVersionIsTakenBackAndBroughtAgain() {
        Bench bench;
        const int newest = bench.newest();
        bench.pane.showPart(QStringLiteral("migrations"));
        QVERIFY(bench.open("Migrate down…"));
        QVERIFY2(bench.statements().startsWith(QStringLiteral("-- %1 ").arg(newest, 3, 10, QLatin1Char('0'))),
                 qPrintable(bench.statements()));
        QCOMPARE(bench.act()->text(), QStringLiteral("Back up, and go back to version %1").arg(newest - 1));
        QVERIFY(!bench.act()->isEnabled()); // without a reason
        QCOMPARE(bench.version(), QString::number(newest));
        QCOMPARE(bench.backups(), 0);
        QSignalSpy changed(bench.desk.get(), &OperationsController::schemaChanged);
        bench.confirm(QStringLiteral("a test"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, Bench::patience);
        QCOMPARE(bench.version(), QString::number(newest - 1));
        QCOMPARE(bench.backups(), 1);
        QCOMPARE(
            bench.value("SELECT actor || '|' || action || '|' || reason FROM portolan_audit ORDER BY id DESC LIMIT 1"),
            QStringLiteral("tester|migrate down|a test"));
        QTRY_COMPARE(bench.cell("Migrations", 0, "state"), QStringLiteral("pending"));
        QCOMPARE(bench.desk->jobs().back().failed, false);

        QVERIFY(bench.open("Migrate up…"));
        QCOMPARE(bench.act()->text(), QStringLiteral("Migrate to version %1").arg(newest));
        bench.confirm(QStringLiteral("back again"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 2, Bench::patience);
        QCOMPARE(bench.version(), QString::number(newest));
        QTRY_COMPARE(bench.cell("Migrations", 0, "state"), QStringLiteral("applied"));
        QCOMPARE(bench.value("SELECT count(*) FROM port_messages"), QStringLiteral("1"));
    }

    void anotherVersionIsLookedAtAgain() {
        Bench bench;
        bench.pane.showPart(QStringLiteral("migrations"));
        QVERIFY(bench.open("Migrate down…"));
        const QString one = bench.statements();
        auto* const versions = bench.dialog()->findChild<QComboBox*>();
        QCOMPARE(versions->count(), bench.newest());
        versions->setCurrentIndex(versions->count() - 1); // nothing of ours
        QVERIFY(!bench.act()->isEnabled());
        QTRY_VERIFY(bench.statements().size() > 10 * one.size());
        QVERIFY(bench.statements().contains(QStringLiteral("DROP TABLE messages;")));
        bench.dialog()->reject();
        QCOMPARE(bench.version(), QString::number(bench.newest()));
        QCOMPARE(bench.backups(), 0);
    }

    void whatChangedMeanwhileIsNotMigrated() {
        Bench bench;
        const int newest = bench.newest();
        bench.pane.showPart(QStringLiteral("migrations"));
        QVERIFY(bench.open("Migrate down…"));
        Bench::need(migrate(bench.url, MigrationMove::Down, 2, {"another", {}}, {}));
        bench.confirm(QStringLiteral("too late"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.shows(QStringLiteral("version %1 by now").arg(newest - 2)), Bench::patience);
        QCOMPARE(bench.version(), QString::number(newest - 2));
        QVERIFY(bench.desk->jobs().back().failed);
    }

    void anotherProgramsDatabaseIsSetUp() {
        Bench bench(Bench::Made::ByOthers, foreign);
        bench.pane.showPart(QStringLiteral("migrations"));
        auto* const up = bench.find<QPushButton>("Migrate up…");
        QTRY_COMPARE(up->text(), QStringLiteral("Set up this database…"));
        QVERIFY(!bench.find<QPushButton>("Migrate down…")->isEnabled());
        QVERIFY(bench.open("Migrate up…"));
        QVERIFY(bench.statements().contains(QStringLiteral("CREATE TABLE port_messages")));
        QVERIFY(!bench.statements().contains(QStringLiteral("CREATE TABLE messages ")));
        const auto labels = bench.dialog()->findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(
            labels, [](auto* l) { return l->text().contains(QStringLiteral("stay as they are: messages")); }));
        QSignalSpy changed(bench.desk.get(), &OperationsController::schemaChanged);
        bench.confirm(QStringLiteral("ours now"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, Bench::patience);
        QCOMPARE(bench.version(), QString::number(bench.newest()));
        QCOMPARE(bench.value("SELECT text FROM messages"), QStringLiteral("theirs"));
        QCOMPARE(bench.backups(), 1); // it held rows
        QTRY_COMPARE(bench.cell("Migrations", 0, "state"), QStringLiteral("applied"));
    }

    void aProductionStoreAsksForItsName() {
        Bench bench;
        bench.run("INSERT INTO portolan_settings (key, value) VALUES ('production', 'ledger')");
        bench.pane.showPart(QStringLiteral("migrations"));
        auto* const down = bench.find<QPushButton>("Migrate down…");
        QTRY_VERIFY(down->isEnabled());
        QSignalSpy notices(&bench.pane, &Pane::notice);
        for (const auto* const name : {"orders", "ledger"}) {
            down->click();
            QTRY_VERIFY(bench.find<QLineEdit>("Name of the store"));
            auto* const field = bench.find<QLineEdit>("Name of the store");
            field->setText(QLatin1String(name));
            QTest::keyClick(field, Qt::Key_Return);
            QTRY_VERIFY(!bench.find<QLineEdit>("Name of the store"));
            if (qstrcmp(name, "orders") == 0)
                QVERIFY(!bench.dialog() && notices.size() == 1);
        }
        QTRY_VERIFY(bench.dialog());
    }

    /// From the button to the store that it becomes; a flipped byte is found.
    void aBackupIsMadeProvedAndRestored() {
        Bench bench;
        bench.pane.showPart(QStringLiteral("backups"));
        QTRY_VERIFY(bench.shows(QStringLiteral("There is no backup of this store.")));
        QVERIFY(!bench.find<QPushButton>("Verify")->isEnabled());
        QVERIFY(!bench.find<QPushButton>("Restore…")->isEnabled());
        QVERIFY(bench.press("Back up…"));
        QTRY_VERIFY(bench.pane.findChild<BackupDialog*>());
        QVERIFY(bench.press("Back up"));
        OperationJob job = bench.ended(1);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QTRY_COMPARE(bench.table("Backups")->model()->rowCount(), 1);
        QCOMPARE(bench.backups(), 1);
        QCOMPARE(bench.cell("Backups", 0, "kind"), QStringLiteral("full"));
        QCOMPARE(bench.cell("Backups", 0, "result"), QStringLiteral("ok"));
        const QString file = bench.cell("Backups", 0, "file");
        QVERIFY(QFile::exists(file));

        bench.table("Backups")->selectRow(0);
        QVERIFY(bench.press("Verify"));
        job = bench.ended(2);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QVERIFY2(job.outcome.contains(QStringLiteral("is sound")), qPrintable(job.outcome));
        QSignalSpy opened(&bench.pane, &Pane::storeWanted);
        QVERIFY(bench.press("Open"));
        QCOMPARE(opened.first().first().toString(), file);

        bench.run("DELETE FROM port_messages");
        QVERIFY(bench.press("Restore…"));
        QTRY_VERIFY(bench.pane.findChild<RestoreDialog*>());
        QVERIFY(!bench.find<QPushButton>("Restore")->isEnabled());
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("looking"));
        const QString restored = bench.folder.path(QStringLiteral("orders-restored.db"));
        QCOMPARE(bench.find<QLineEdit>("Place")->text(), QStringLiteral("sqlite://") + restored);
        QVERIFY(bench.press("Restore"));
        job = bench.ended(3);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(SqliteScript(restored).value("SELECT count(*) FROM port_messages"), QStringLiteral("1"));
        QCOMPARE(bench.value("SELECT count(*) FROM port_messages"), QStringLiteral("0"));

        QFile damaged(file);
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        const qint64 middle = damaged.size() / 2;
        QVERIFY(damaged.seek(middle));
        const char byte = *damaged.read(1).constData();
        QVERIFY(damaged.seek(middle));
        const char flipped = static_cast<char>(byte ^ 1);
        QCOMPARE(damaged.write(&flipped, 1), 1);
        damaged.close();
        QVERIFY(bench.press("Verify"));
        job = bench.ended(4);
        QVERIFY2(job.ended && job.failed, qPrintable(job.outcome));
        QTRY_VERIFY(bench.shows(QStringLiteral("is not sound")));
    }

    /// Counted first; then switched on, and run, with reasons in the audit.
    void aRuleIsCountedSwitchedOnAndRun() {
        Bench bench;
        bench.run(
            "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
            "created_at, processed_at, completed_at) VALUES ('old', 'orders', 'a', 'b', '{}', 'completed', "
            "'2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'), ('new', 'orders', "
            "'a', 'b', '{}', 'completed', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', "
            "'now'), "
            "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))");
        bench.pane.showPart(QStringLiteral("retention"));
        QTRY_VERIFY(bench.table("Retention")->model()->rowCount() > 10);
        const auto rowOf = [&](const QString& rule) {
            for (int row = 0; row < bench.table("Retention")->model()->rowCount(); ++row) {
                if (bench.cell("Retention", row, "name") == rule)
                    return row;
            }
            return -1;
        };
        QTRY_VERIFY(rowOf(QStringLiteral("completed-messages")) >= 0);
        const int row = rowOf(QStringLiteral("completed-messages"));
        QCOMPARE(bench.cell("Retention", row, "enabled"), QStringLiteral("no"));
        QCOMPARE(bench.cell("Retention", row, "keep_seconds"), QStringLiteral("7 days"));
        QVERIFY(!bench.find<QPushButton>("Switch on…")->isEnabled());
        bench.table("Retention")->selectRow(row);
        QTRY_VERIFY(bench.shows(QStringLiteral("It would delete 1 rows of port_messages now")));
        QVERIFY(!bench.find<QPushButton>("Delete now…")->isEnabled()); // it is off
        QVERIFY(bench.press("Switch on…"));
        QVERIFY(bench.giveReason({})); // none: nothing is changed
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_retention_rules WHERE enabled"), QStringLiteral("0"));
        QVERIFY(bench.press("Switch on…"));
        QVERIFY(bench.giveReason(QStringLiteral("a week is enough")));
        QTRY_COMPARE(bench.value("SELECT count(*) FROM portolan_retention_rules WHERE enabled AND name = "
                                 "'completed-messages'"),
                     QStringLiteral("1"));
        QCOMPARE(bench.value("SELECT count(*) FROM portolan_audit WHERE reason = 'a week is enough'"),
                 QStringLiteral("1"));
        QCOMPARE(bench.value("SELECT count(*) FROM port_messages"), QStringLiteral("3")); // nothing has gone yet
        QTRY_COMPARE(bench.find<QPushButton>("Delete now…")->text(), QStringLiteral("Delete 1 rows…"));
        QVERIFY(bench.press("Delete now…"));
        QVERIFY(bench.giveReason(QStringLiteral("cleaning")));
        const OperationJob job = bench.ended(1);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(bench.value("SELECT group_concat(id) FROM (SELECT id FROM port_messages ORDER BY id)"),
                 QStringLiteral("m-1,new"));
        QTRY_VERIFY(bench.shows(QStringLiteral("It would delete 0 rows")));
    }

    void filesSayWhyTheyHaveNone() {
        Bench bench;
        QDir().mkpath(bench.folder.path(QStringLiteral("files/example_receiver/messages")));
        bench.show(*StoreUrl::parse(QStringLiteral("file://") + bench.folder.path(QStringLiteral("files"))));
        bench.pane.showPart(QStringLiteral("migrations"));
        QTRY_VERIFY(bench.pane.isSettled());
        QTRY_VERIFY(bench.shows(QStringLiteral("it has no schema to migrate")));
        QVERIFY(!bench.find<QPushButton>("Migrate up…")->isEnabled());
        QVERIFY(!bench.find<QPushButton>("Migrate down…")->isEnabled());
    }

private:
    Theme* m_theme = nullptr;
};

QTEST_MAIN(TestOperationsPane)
#include "tst_operationspane.moc"
