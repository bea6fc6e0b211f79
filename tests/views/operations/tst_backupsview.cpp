#include "models/operations/backupcomparison.h"
#include "tests/support/postgresserver.h"
#include "tests/views/operations/operationsbench.h"
#include "views/operations/restoredialog.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QListWidget>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableView>

using namespace portolan;
using test::need;
using test::OperationsBench;
using test::SqliteScript;

namespace {

constexpr char threeMessages[] =
    "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status) VALUES "
    "('00000000-0000-4000-8000-00000000000a', 'orders', 'a', 'b', '{\"n\":1}', 'pending'), "
    "('00000000-0000-4000-8000-00000000000b', 'orders', 'a', 'b', '{\"n\":2}', 'pending'), "
    "('00000000-0000-4000-8000-00000000000c', 'orders', 'a', 'b', '{\"n\":3}', 'pending')";

/// A store with a backup that was made in the window.
struct Bench : OperationsBench {
    [[nodiscard]] OperationJob backUp() const {
        if (!press("Back up…") || !press("Back up"))
            return {};
        return ended(1);
    }
    [[nodiscard]] bool chooseBackup() {
        if (!QTest::qWaitFor([&] { return rows("Backups") == 1; }, patience))
            return false;
        table("Backups")->selectRow(0);
        return true;
    }
    /// Of the row that is shown, as a line of its text side by side.
    [[nodiscard]] QStringList sideBySide() const {
        QStringList lines;
        for (const QTableView* each : pane.findChildren<QTableView*>()) {
            if (each->accessibleName() != QStringLiteral("Side by side"))
                continue;
            for (int row = 0; row < each->model()->rowCount(); ++row)
                lines << each->model()->index(row, 0).data().toString().trimmed() + u'|'
                             + each->model()->index(row, 1).data().toString().trimmed();
        }
        return lines;
    }
    /// Opens the dialog for the chosen backup and writes why.
    [[nodiscard]] bool askRestore(const QString& reason) const {
        if (!press("Restore…") || !QTest::qWaitFor([&] { return find<QLineEdit>("Reason") != nullptr; }, patience))
            return false;
        find<QLineEdit>("Reason")->setText(reason);
        return true;
    }
    [[nodiscard]] bool chooseTable(const QString& name) const {
        auto* const some = find<QCheckBox>("Only some tables");
        if (!some || !QTest::qWaitFor([&] { return some->isEnabled(); }, patience))
            return false;
        some->setChecked(true);
        const auto* const tables = find<QListWidget>("Tables");
        for (int row = 0; tables && row < tables->count(); ++row) {
            if (tables->item(row)->data(Qt::UserRole).toString() != name)
                continue;
            tables->item(row)->setCheckState(Qt::Checked);
            return true;
        }
        return false;
    }
};

} // namespace

class TestBackupsView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_theme = new Theme(this);
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.path())); // the lists of a server's backups
    }

    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }

    void init() {
        QFETCH_GLOBAL(const bool, onServer);
        m_bench = std::make_unique<Bench>();
        m_bench->make(onServer ? std::optional(m_server.createDatabase()) : std::nullopt);
        m_bench->run(threeMessages);
        m_bench->pane.showPart(QStringLiteral("backups"));
    }
    void cleanup() { m_bench.reset(); }

    /// From the button to the store that it becomes; a flipped byte is found.
    void aBackupIsMadeProvedAndRestored() {
        Bench& bench = *m_bench;
        QTRY_VERIFY(bench.shows(QStringLiteral("There is no backup of this store.")));
        QVERIFY(!bench.find<QPushButton>("Verify")->isEnabled());
        QVERIFY(!bench.find<QPushButton>("Restore…")->isEnabled());
        OperationJob job = bench.backUp();
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QVERIFY(bench.chooseBackup());
        QCOMPARE(bench.cell("Backups", 0, "kind"), QStringLiteral("full"));
        QCOMPARE(bench.cell("Backups", 0, "result"), QStringLiteral("ok"));
        const QString file = bench.cell("Backups", 0, "file");
        QVERIFY(QFile::exists(file));
        QVERIFY(bench.press("Verify"));
        job = bench.ended(2);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QVERIFY2(job.outcome.contains(QStringLiteral("is sound")), qPrintable(job.outcome));
        QSignalSpy opened(&bench.pane, &Pane::storeWanted);
        QCOMPARE(bench.find<QPushButton>("Open")->isEnabled(), !bench.isServer());
        if (!bench.isServer()) {
            QVERIFY(bench.press("Open"));
            QCOMPARE(opened.first().first().toString(), file);
        }

        bench.run("DELETE FROM port_messages");
        QVERIFY(bench.askRestore({}));
        QVERIFY(!bench.find<QPushButton>("Restore")->isEnabled()); // without a reason
        const StoreUrl into = bench.isServer()
                                  ? m_server.createDatabase()
                                  : need(StoreUrl::parse(QStringLiteral("sqlite://")
                                                         + bench.folder.path(QStringLiteral("orders-restored.db"))));
        if (bench.isServer())
            bench.find<QLineEdit>("Place")->setText(into.display());
        QCOMPARE(bench.find<QLineEdit>("Place")->text(), into.display());
        bench.find<QLineEdit>("Reason")->setText(QStringLiteral("looking"));
        QVERIFY(bench.press("Restore"));
        job = bench.ended(3);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        const QByteArray count = "SELECT count(*) FROM port_messages";
        QCOMPARE(bench.isServer() ? test::PostgresScript(into).value(count) : SqliteScript(into.path).value(count),
                 QStringLiteral("3"));
        QCOMPARE(bench.value(count), QStringLiteral("0"));

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
        QVERIFY(bench.press("Compare"));
        job = bench.ended(5);
        QVERIFY2(job.ended && job.failed, qPrintable(job.outcome));
        QVERIFY(!bench.desk->comparison());
    }

    /// k planted edits are k rows, each with what the backup has beside what the store has, and a way to it.
    void aComparisonListsWhatDiffers() {
        Bench& bench = *m_bench;
        QVERIFY(!bench.find<QPushButton>("Compare")->isEnabled());
        OperationJob job = bench.backUp();
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        bench.run("UPDATE port_messages SET message_data = '{\"n\":7654321}' WHERE id = "
                  "'00000000-0000-4000-8000-00000000000b'; DELETE FROM port_messages WHERE id = "
                  "'00000000-0000-4000-8000-00000000000a'; INSERT INTO port_messages (id, port_name, source_component, "
                  "target_component, message_data, status) VALUES ('00000000-0000-4000-8000-00000000000d', 'orders', "
                  "'a', 'b', '{}', 'pending')");
        QVERIFY(bench.chooseBackup());
        QSignalSpy wanted(&bench.pane, &Pane::paneWanted);
        QVERIFY(bench.press("Compare"));
        job = bench.ended(2);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(wanted.size(), 1); // the list of what differs comes forward
        QCOMPARE(wanted.takeFirst().front().toString(), QStringLiteral("operations/differences"));
        bench.pane.showPart(QStringLiteral("differences"));
        QTRY_COMPARE(bench.rows("Differences"), 3);
        QVERIFY(bench.shows(QStringLiteral("1 changed, 1 missing in the store, 1 in the store alone")));
        QStringList all;
        for (int row = 0; row < 3; ++row)
            all << bench.cell("Differences", row, "table") + u' ' + bench.cell("Differences", row, "key").right(1)
                       + u' ' + bench.cell("Differences", row, "difference");
        QCOMPARE(all, (QStringList{QStringLiteral("port_messages a missing"), QStringLiteral("port_messages b changed"),
                                   QStringLiteral("port_messages d extra")}));
        auto* const go = bench.find<QPushButton>("Go to the row");
        auto* const inBackup = bench.find<QPushButton>("Open it in the backup");
        QVERIFY(!go->isEnabled() && !inBackup->isEnabled());

        QSignalSpy inspected(&bench.pane, &Pane::inspected);
        bench.table("Differences")->selectRow(1); // changed
        QTRY_COMPARE(inspected.size(), 1);
        const auto shown = inspected.takeFirst().front().value<Inspection>();
        QCOMPARE(shown.title, QStringLiteral("port_messages 00000000-0000-4000-8000-00000000000b"));
        QCOMPARE(shown.documents.size(), std::size_t(2));
        QVERIFY(shown.documents.front().bytes.contains("7654321") && !shown.documents.back().bytes.contains("7654321"));
        QTRY_VERIFY2(bench.sideBySide().contains(QStringLiteral("\"n\": 2|\"n\": 7654321")),
                     qPrintable(bench.sideBySide().join(u'\n')));
        QVERIFY(go->isEnabled());
        go->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.front().at(0).toString(), QStringLiteral("tables/port_messages"));
        QCOMPARE(wanted.takeFirst().at(1).toString(), QStringLiteral("id:00000000-0000-4000-8000-00000000000b"));

        bench.table("Differences")->selectRow(0); // missing: it is in the backup alone
        QTRY_VERIFY(!go->isEnabled());
        QTRY_VERIFY(bench.sideBySide().contains(QStringLiteral("\"n\": 1|")));
        QSignalSpy opened(&bench.pane, &Pane::storeWanted);
        QCOMPARE(inBackup->isEnabled(), !bench.isServer());
        inBackup->click();
        if (!bench.isServer()) {
            QCOMPARE(opened.size(), 1);
            QCOMPARE(opened.front().at(1).toString(), QStringLiteral("tables/port_messages"));
            QCOMPARE(opened.front().at(2).toString(), QStringLiteral("id:00000000-0000-4000-8000-00000000000a"));
        }
        bench.table("Differences")->selectRow(2); // extra: the store has it
        QTRY_VERIFY(go->isEnabled() && !inBackup->isEnabled());
    }

    /// Of many differences the first of each kind in each table are kept; all are counted.
    void manyDifferencesAreCountedAndSomeListed() {
        Bench& bench = *m_bench;
        OperationJob job = bench.backUp();
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        bench.run(bench.isServer()
                      ? "INSERT INTO processed_events (event_id, sensor_id) SELECT 'e' || i, 's' FROM "
                        "generate_series(1, 1500) AS i"
                      : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT INTO "
                        "processed_events (event_id, sensor_id) SELECT 'e' || i, 's' FROM n");
        QVERIFY(bench.chooseBackup());
        QVERIFY(bench.press("Compare"));
        job = bench.ended(2);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(bench.desk->comparison()->extra, 1500);
        QCOMPARE(std::ssize(bench.desk->comparison()->rows), 1000);
        QVERIFY2(job.outcome.contains(QStringLiteral("Listed are the first")), qPrintable(job.outcome));
    }

    /// One table of a backup takes the place of that in the store; what was there is a backup.
    void oneTableIsPutBack() {
        Bench& bench = *m_bench;
        OperationJob job = bench.backUp();
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        bench.run("DELETE FROM port_messages; INSERT INTO processed_events (event_id, sensor_id) VALUES ('new', 's')");
        QVERIFY(bench.chooseBackup());
        QVERIFY(bench.askRestore(QStringLiteral("they were deleted")));
        bench.find<QRadioButton>("The place of this store")->setChecked(true);
        QTRY_VERIFY(bench.shows(QStringLiteral("What is there now is made a backup first")));
        QCOMPARE(bench.find<QPushButton>("Restore")->text(), QStringLiteral("Replace %1").arg(bench.url.name()));
        QVERIFY(bench.chooseTable(QStringLiteral("port_messages")));
        QCOMPARE(bench.find<QPushButton>("Restore")->text(),
                 QStringLiteral("Replace 1 table(s) of %1").arg(bench.url.name()));
        QSignalSpy notices(&bench.pane, &Pane::notice);
        QVERIFY(bench.press("Restore"));
        QVERIFY(bench.answer(QStringLiteral("another"))); // not its name: nothing is done
        QTRY_COMPARE(notices.size(), 1);
        QCOMPARE(bench.desk->jobs().size(), std::size_t(1));

        QVERIFY(bench.askRestore(QStringLiteral("they were deleted")));
        bench.find<QRadioButton>("The place of this store")->setChecked(true);
        QVERIFY(bench.chooseTable(QStringLiteral("port_messages")));
        QVERIFY(bench.press("Restore"));
        QVERIFY(bench.answer(bench.url.name()));
        job = bench.ended(2);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QCOMPARE(bench.value("SELECT count(*) FROM port_messages"), QStringLiteral("3"));
        QCOMPARE(bench.value("SELECT count(*) FROM processed_events"), QStringLiteral("1")); // others stay
        QCOMPARE(bench.value("SELECT reason FROM portolan_audit WHERE action = 'restore'"),
                 QStringLiteral("they were deleted"));
        bench.table("Backups")->clearSelection(); // until then what is new waits
        QTRY_COMPARE(bench.rows("Backups"), 2);
        QVERIFY(bench.rowOf("Backups", "kind", QStringLiteral("replaced")) >= 0);
    }

    /// Who has the store open is asked to close it; the production name is what has to be typed.
    void theWholeStoreIsReplacedByWhoHasItOpen() {
        Bench& bench = *m_bench;
        OperationJob job = bench.backUp();
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        bench.run("INSERT INTO portolan_settings (key, value) VALUES ('production', 'ledger')");
        QVERIFY(bench.chooseBackup());
        QSignalSpy wanted(bench.desk.get(), &OperationsController::replacementWanted);
        QSignalSpy notices(&bench.pane, &Pane::notice);
        for (const QString& name : {bench.url.name(), QStringLiteral("ledger")}) {
            QVERIFY(bench.askRestore(QStringLiteral("back to the night")));
            bench.find<QRadioButton>("The place of this store")->setChecked(true);
            QVERIFY(bench.press("Restore"));
            QVERIFY(bench.answer(name));
        }
        QTRY_COMPARE(wanted.size(), 1);
        QCOMPARE(notices.size(), 1);
        const auto order = wanted.front().front().value<RestoreOrder>();
        QVERIFY(order.replace && order.only.isEmpty() && order.into == bench.url);
        QCOMPARE(bench.desk->jobs().size(), std::size_t(1)); // it did nothing itself

        // What the window does then: it lets go of the store.
        bench.leave();
        OperationsController alone(
            bench.url, [&](const CancelToken& token) { return openStore(bench.url, Access::Write, token); }, "tester",
            "Portolan test");
        bench.run("DELETE FROM port_messages");
        alone.restore(order);
        QTRY_VERIFY_WITH_TIMEOUT(alone.jobs().back().ended, Bench::patience);
        QVERIFY2(!alone.jobs().back().failed, qPrintable(alone.jobs().back().outcome));
        QCOMPARE(bench.value("SELECT count(*) FROM port_messages"), QStringLiteral("3"));
        QCOMPARE(bench.value("SELECT value FROM portolan_settings WHERE key = 'production'"),
                 QStringLiteral("ledger")); // the place stays what it is
    }

    /// Some tables alone are backed up, and told as such.
    void someTablesAreBackedUp() {
        Bench& bench = *m_bench;
        QVERIFY(bench.press("Back up…"));
        QVERIFY(bench.chooseTable(QStringLiteral("port_messages")));
        QVERIFY(bench.press("Back up"));
        const OperationJob job = bench.ended(1);
        QVERIFY2(job.ended && !job.failed, qPrintable(job.outcome));
        QTRY_COMPARE(bench.rows("Backups"), 1);
        QCOMPARE(bench.cell("Backups", 0, "kind"), QStringLiteral("selected"));
        bench.table("Backups")->selectRow(0);
        QVERIFY(bench.askRestore(QStringLiteral("looking")));
        QVERIFY(bench.chooseTable(QStringLiteral("port_messages")));
    }

    /// Keys of several columns, of foreign words and of nothing.
    void linksNameTheRow() {
        RowDifference difference;
        difference.table = "messages";
        QVERIFY(linkOfDifference(difference, StoreKind::Sqlite).place.isEmpty());
        difference.rows = RowDifference::Rows{};
        difference.rows->key = {{QStringLiteral("batch_id"), QByteArray("7")},
                                {QStringLiteral("Order Date"), QByteArray("a \"b\"")},
                                {QStringLiteral("message_number"), std::nullopt}};
        const PaneLink inTable = linkOfDifference(difference, StoreKind::Sqlite);
        QCOMPARE(inTable.place, QStringLiteral("tables/messages"));
        QCOMPARE(inTable.filter, QStringLiteral("batch_id:7 \"Order Date\":\"a \\\"b\\\"\" not message_number:*"));
        QCOMPARE(linkOfDifference(difference, StoreKind::Files).place, QStringLiteral("batches"));
    }

private:
    Theme* m_theme = nullptr;
    test::TempFolder m_home;
    test::PostgresServer m_server;
    std::unique_ptr<Bench> m_bench;
};

QTEST_MAIN(TestBackupsView)
#include "tst_backupsview.moc"
