#include "models/integrity/checkmodel.h"
#include "storage/checks/checks.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/inspector/inspector.h"
#include "views/integrity/checkresultsview.h"
#include "views/integrity/integritypane.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr char damage[] = "PRAGMA ignore_check_constraints = ON;"
                          "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                          "status, retry_count) VALUES ('m-1', 'p', 'a', 'b', '{}', 'lost', 0), "
                          "('m-2', 'p', 'a', 'b', '{}', 'pending', 9);"
                          "INSERT INTO portolan_outbox (message_id, target, payload) VALUES ('m', 't', 'p')";

struct Bench {
    explicit Bench(const QByteArray& sql = {}, const QString& name = QStringLiteral("a.db"))
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(name)))
        , desk([this](const CancelToken& token) { return openStore(url, Access::Read, token); }) {
        if (const auto made = openStore(url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        pane.resize(1000, 600);
        pane.show();
        pane.setContext({.checks = &desk});
    }
    ~Bench() { pane.setContext({}); }

    [[nodiscard]] CheckTable* table() const { return pane.findChild<CheckTable*>(); }
    [[nodiscard]] QPushButton* button(const char* name) const {
        const auto buttons = pane.findChildren<QPushButton*>();
        const auto found = std::ranges::find_if(
            buttons, [&](auto* b) { return b->accessibleName() == QLatin1String(name) && b->isVisible(); });
        return found == buttons.end() ? nullptr : *found;
    }
    [[nodiscard]] bool shows(const QString& part) const {
        const auto labels = pane.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text().contains(part); });
    }
    [[nodiscard]] QString cell(int row, int column) const {
        return table()->model()->index(row, column).data().toString();
    }
    [[nodiscard]] int rowOf(const char* check) const {
        for (int row = 0; row < table()->model()->rowCount(); ++row) {
            if (cell(row, CheckModel::Name) == QLatin1String(check))
                return row;
        }
        return -1;
    }
    void run() {
        QTest::mouseClick(button("Run checks"), Qt::LeftButton);
        QVERIFY(desk.isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!desk.isRunning(), 30'000);
    }
    void choose(int row) const {
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                          table()->visualRect(table()->model()->index(row, 0)).center());
    }

    TempFolder folder;
    StoreUrl url;
    CheckController desk;
    IntegrityPane pane;
};

} // namespace

class TestIntegrityPane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasRecordedIsTold() {
        Bench bench;
        const Timestamp ended = currentTime() - std::chrono::hours(3);
        {
            auto store = openStore(bench.url, Access::Write);
            QVERIFY(store.ok());
            QVERIFY(recordVerification(**store, {ended, ended, "cron", 65, 0, {{"retries", 3, "m-1"}}}).ok());
        }
        StoreWorker channel([&](const CancelToken& token) { return openStore(bench.url, Access::Read, token); });
        bench.pane.setContext({.channel = &channel, .checks = &bench.desk});
        QTRY_VERIFY(bench.shows(QStringLiteral("Last verified 3 h ago by cron: ✖ 1 of 65 found something: retries.")));
        bench.pane.setContext({});
    }

    void saysThatNothingWasChecked();
    void allOkIsSaidInWords();
    void findingsComeFirst();
    void aFindingLeadsToItsRows();
    void whatNoPaneShowsIsNamedInTheInspector();
    void resultsStayWithTheStore();
    void cancellingKeepsWhatIsKnown();
    void aStoreThatCannotBeOpenedIsSaid();
    void copiesTheChosenRow();
    void aHealingStatementIsCopied();
};

void TestIntegrityPane::saysThatNothingWasChecked() {
    Bench bench;
    QVERIFY(bench.shows(QStringLiteral("Nothing was checked yet.")));
    QVERIFY(bench.button("Run checks")->isEnabled());
    QVERIFY(!bench.button("Cancel the checks"));
    QVERIFY(!bench.button("Show the rows")->isEnabled());
    bench.pane.setContext({});
    QVERIFY(!bench.button("Run checks")->isEnabled());
}

void TestIntegrityPane::allOkIsSaidInWords() {
    Bench bench;
    const QAbstractItemModelTester tester(bench.table()->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    bench.run();
    const int rows = bench.table()->model()->rowCount();
    QVERIFY(rows >= 35);
    for (int row = 0; row < rows; ++row) {
        QCOMPARE(bench.cell(row, CheckModel::State), QStringLiteral("● ok"));
        QCOMPARE(bench.cell(row, CheckModel::Count), QStringLiteral("0"));
        QVERIFY(!bench.cell(row, CheckModel::Detail).isEmpty());
        QVERIFY(!bench.cell(row, CheckModel::CheckedAt).isEmpty());
        QVERIFY(!bench.cell(row, CheckModel::Took).isEmpty());
    }
    QVERIFY(bench.shows(QStringLiteral("● all %1 ok").arg(rows)));
    QCOMPARE(bench.desk.found(), 0);
    QCOMPARE(bench.desk.done(), rows);
}

void TestIntegrityPane::findingsComeFirst() {
    Bench bench(damage);
    const QAbstractItemModelTester tester(bench.table()->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy changes(&bench.desk, &CheckController::changed);
    bench.run();
    QCOMPARE(bench.desk.found(), 3);
    QVERIFY(changes.count() >= bench.table()->model()->rowCount()); // each is told as soon as it is known
    QStringList found;
    for (int row = 0; row < 3; ++row) {
        QCOMPARE(bench.cell(row, CheckModel::State), QStringLiteral("✖ found"));
        found << bench.cell(row, CheckModel::Name);
    }
    QCOMPARE(found, QStringList({QStringLiteral("port-message-states"), QStringLiteral("retries-over-limit"),
                                 QStringLiteral("outbox-without-item")}));
    QCOMPARE(bench.cell(3, CheckModel::State), QStringLiteral("● ok"));
    QVERIFY(bench.shows(QStringLiteral("✖ 3 of %1 found something").arg(bench.table()->model()->rowCount())));
    QVERIFY(bench.cell(0, CheckModel::Detail).endsWith(QLatin1String(": m-1")));
}

void TestIntegrityPane::aFindingLeadsToItsRows() {
    Bench bench(damage);
    QSignalSpy wanted(&bench.pane, &Pane::paneWanted);
    QSignalSpy inspected(&bench.pane, &Pane::inspected);
    bench.run();
    bench.choose(bench.rowOf("retries-over-limit"));
    QCOMPARE(inspected.count(), 1);
    const auto inspection = inspected.last().first().value<Inspection>();
    QVERIFY(inspection.title.contains(QLatin1String("retries-over-limit")));
    QVERIFY(inspection.documents.front().bytes.contains("portolan list port-messages --filter 'id:m-2'"));
    QCOMPARE(std::get<QString>(inspection.tables.front().rows.at(0).at(0)), QStringLiteral("m-2"));
    QVERIFY(bench.button("Show the rows")->isEnabled());
    QTest::mouseClick(bench.button("Show the rows"), Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(wanted.last().at(0).toString(), QStringLiteral("ports"));
    QCOMPARE(wanted.last().at(1).toString(), QStringLiteral("id:m-2"));
    QTest::keyClick(bench.table(), Qt::Key_Return);
    QCOMPARE(wanted.count(), 2);
}

void TestIntegrityPane::whatNoPaneShowsIsNamedInTheInspector() {
    Bench bench(damage);
    QSignalSpy wanted(&bench.pane, &Pane::paneWanted);
    QSignalSpy notice(&bench.pane, &Pane::notice);
    bench.run();
    bench.choose(bench.rowOf("outbox-without-item"));
    QVERIFY(!bench.button("Show the rows")->isEnabled());
    QTest::keyClick(bench.table(), Qt::Key_Return);
    QCOMPARE(wanted.count(), 0);
    QVERIFY(notice.last().first().toString().contains(QLatin1String("Inspector")));
}

void TestIntegrityPane::resultsStayWithTheStore() {
    Bench bench(damage);
    bench.run();
    bench.pane.setContext({});
    QCOMPARE(bench.table()->model()->rowCount(), 0);
    bench.pane.setContext({.checks = &bench.desk});
    QCOMPARE(bench.cell(0, CheckModel::State), QStringLiteral("✖ found"));
    SqliteScript(bench.url.path).run("DELETE FROM portolan_outbox; DELETE FROM port_messages");
    bench.run();
    QCOMPARE(bench.desk.found(), 0);
}

void TestIntegrityPane::cancellingKeepsWhatIsKnown() {
    Bench bench;
    QObject::connect(&bench.desk, &CheckController::entryChanged, &bench.pane, [&bench](int) {
        if (bench.desk.done() == 5)
            bench.desk.cancel();
    });
    QTest::mouseClick(bench.button("Run checks"), Qt::LeftButton);
    QTRY_VERIFY(!bench.desk.isRunning());
    QCOMPARE(bench.desk.done(), 5);
    QVERIFY(!bench.desk.endedAt());
    QVERIFY(bench.shows(QStringLiteral("5 of %1").arg(bench.table()->model()->rowCount())));
    QCOMPARE(bench.cell(7, CheckModel::State), QStringLiteral("○ waiting"));
    QVERIFY(bench.button("Run checks")->isEnabled());
}

void TestIntegrityPane::aStoreThatCannotBeOpenedIsSaid() {
    Bench bench;
    QVERIFY(QFile::remove(bench.url.path));
    QTest::mouseClick(bench.button("Run checks"), Qt::LeftButton);
    QTRY_VERIFY(!bench.desk.isRunning());
    QVERIFY(bench.desk.error());
    QVERIFY(bench.shows(QStringLiteral("The store could not be verified.")));
}

void TestIntegrityPane::copiesTheChosenRow() {
    Bench bench(damage);
    QVERIFY(!bench.pane.fixedList());
    bench.run();
    QVERIFY(bench.pane.fixedList());
    QCOMPARE(bench.pane.fixedList()->count, qint64(bench.table()->model()->rowCount()));
    QVERIFY(!bench.pane.fixedList()->chosen);
    bench.choose(0);
    QVERIFY(bench.pane.fixedList()->chosen);
    bench.pane.copyRows(true);
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n');
    QCOMPARE(lines.at(0).section(u'\t', 0, 3), QStringLiteral("Result\tCheck\tCount\tDetail"));
    QVERIFY(lines.at(1).startsWith(QStringLiteral("✖ found\tport-message-states\t1\t")));
}

void TestIntegrityPane::aHealingStatementIsCopied() {
    Bench bench("DROP INDEX idx_checkpoints_expires");
    Inspector inspector;
    inspector.resize(500, 600);
    inspector.setVisible(true);
    QObject::connect(&bench.pane, &Pane::inspected, &inspector, &Inspector::show);
    bench.run();
    bench.choose(bench.rowOf("schema"));
    auto* const parts = inspector.findChild<QTabBar*>();
    QVERIFY(parts);
    int healing = 0;
    while (healing < parts->count() && parts->tabText(healing) != QLatin1String("Healing"))
        ++healing;
    QVERIFY(healing < parts->count());
    parts->setCurrentIndex(healing);
    const auto buttons = inspector.findChildren<QPushButton*>();
    const auto copy =
        std::ranges::find(buttons, QStringLiteral("Copy the payload"), [](auto* b) { return b->accessibleName(); });
    QVERIFY(copy != buttons.end());
    QTest::mouseClick(*copy, Qt::LeftButton);
    const QString copied = QGuiApplication::clipboard()->text();
    QVERIFY2(copied.contains(QLatin1String("CREATE INDEX idx_checkpoints_expires")), qPrintable(copied));
    QCOMPARE(SqliteScript(bench.url.path).run(copied.toUtf8()), QString()); // as it is
    bench.run();
    QCOMPARE(bench.desk.found(), 0);
}

QTEST_MAIN(TestIntegrityPane)
#include "tst_integritypane.moc"
