#include "storage/listing/filter.h"
#include "storage/operations/jobs.h"
#include "storage/stores/migrate.h"
#include "tests/views/operations/operationsbench.h"
#include "views/operations/migrationdialog.h"
#include "views/style/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDirIterator>
#include <QPlainTextEdit>
#include <QSignalSpy>

using namespace portolan;
using test::need;

namespace {

constexpr char aMessage[] =
    "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status) VALUES "
    "('m-1', 'orders', 'a', 'b', '{}', 'pending')";

constexpr char foreign[] =
    "CREATE TABLE sensors (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO sensors VALUES (1, 'a');"
    "CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT);"
    "INSERT INTO messages VALUES (7, 'theirs')";

/// A database of ours or of another program, and the dialog that migrates it.
struct Bench : test::OperationsBench {
    enum class Made { ByUs, ByOthers };
    explicit Bench(Made made = Made::ByUs, const QByteArray& sql = aMessage) {
        if (made == Made::ByUs)
            need(openStore(url, Access::Write));
        run(sql);
        show(url);
    }
    [[nodiscard]] QString version() const { return value("SELECT max(version) FROM portolan_migrations"); }
    [[nodiscard]] int newest() const { return need(schemaVersion(url, {})).latest; }
    [[nodiscard]] MigrationDialog* dialog() const {
        const auto all = pane.findChildren<MigrationDialog*>();
        return all.isEmpty() || !all.last()->isVisible() ? nullptr : all.last();
    }
    [[nodiscard]] QString statements() const { return dialog()->findChild<QPlainTextEdit*>()->toPlainText(); }
    /// Presses the button and waits until the dialog says what would be run.
    [[nodiscard]] bool open(const char* button) const {
        return press(button) && QTest::qWaitFor([&] { return dialog() && !statements().isEmpty(); }, patience);
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
        need(migrate(bench.url, MigrationMove::Down, 2, {"another", {}}, {}));
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
