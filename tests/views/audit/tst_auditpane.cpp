#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/eventturn.h"
#include "tests/support/need.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/audit/auditpane.h"
#include "views/list/datatable.h"
#include "views/list/listframe.h"
#include "views/style/theme.h"

#include <QHeaderView>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::need;
using test::SqliteScript;
using test::TempFolder;

namespace {

struct Bench {
    explicit Bench(const QByteArray& sql)
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); }) {
        need(openStore(url, Access::Write));
        run(sql);
        pane.setPalette(paletteOf(lightTokens()));
        pane.resize(1000, 600);
        pane.show();
        pane.setContext({.channel = &channel});
    }
    ~Bench() { pane.setContext({}); }

    void run(const QByteArray& sql) const {
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    template <class Widget>
    [[nodiscard]] Widget* named(const QString& name) const {
        for (Widget* each : pane.findChildren<Widget*>()) {
            if (each->accessibleName() == name)
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] DataTable* acts() const { return named<DataTable>(QStringLiteral("Acts")); }
    [[nodiscard]] DataTable* log() const { return named<DataTable>(QStringLiteral("Audit log")); }
    [[nodiscard]] QStringList column(int at) const {
        QStringList cells;
        for (int row = 0; row < acts()->model()->rowCount(); ++row)
            cells << acts()->model()->index(row, at).data().toString();
        return cells;
    }

    TempFolder folder;
    StoreUrl url;
    StoreWorker channel;
    AuditPane pane;
};

/// A demo's worker of forty minutes, with what people did in between.
QByteArray demo(int entries) {
    return "INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, at) WITH RECURSIVE numbers (n) AS "
           "(SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < "
           + QByteArray::number(entries - 1)
           + ") SELECT 'sample worker 7', CASE WHEN n % 2 = 0 THEN 'take' ELSE 'complete' END, 'port_message', 'm' || "
             "n, "
             "strftime('%Y-%m-%dT%H:%M:%fZ', '2026-03-01T00:00:00Z', '+' || (n / 50) || ' seconds') FROM numbers;";
}

constexpr char byPeople[] =
    "INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, at) VALUES "
    "('ada', 'set silent_after', 'component', 'ledger', 'quiet', NULL, '2026-03-01T00:10:00.000Z'), "
    "('ada', 'replay', 'port_message', 'a', 'again', 'r1', '2026-03-01T00:20:00.000Z'), "
    "('ada', 'replay', 'port_message', 'b', 'again', 'r1', '2026-03-01T00:20:01.000Z');";

} // namespace

/// What people did first, then runs of programs, beside the entries of the chosen one.
class TestAuditPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void peopleComeFirstAndRunsAreOneRow() {
        const Bench bench(demo(118'000) + byPeople);
        QTRY_COMPARE(bench.column(0).size(), 5);
        QTRY_COMPARE_WITH_TIMEOUT(bench.column(1).last(), QStringLiteral("118\u2009000"), 30'000);
        QCOMPARE(bench.column(0), (QStringList{QStringLiteral("People"), QStringLiteral("replay port_message"),
                                               QStringLiteral("set silent_after component ledger"),
                                               QStringLiteral("Programs"), QStringLiteral("sample worker 7")}));
        QCOMPARE(bench.column(5).last(), QStringLiteral("complete 59\u2009000 · take 59\u2009000"));
        QCOMPARE(bench.column(3), (QStringList{QString(), QStringLiteral("ada"), QStringLiteral("ada"), QString(),
                                               QStringLiteral("sample worker 7")}));
        QCOMPARE(bench.column(1).at(1), QStringLiteral("2"));
        QVERIFY(!bench.column(4).last().isEmpty()); // forty minutes
        QTRY_VERIFY(bench.pane.isSettled());
    }

    void anActShowsItsEntries() {
        const Bench bench(demo(3'000) + byPeople);
        QTRY_COMPARE(bench.column(0).size(), 5);
        QTRY_COMPARE(bench.log()->model()->rowCount(), 3'003);
        const QSignalSpy inspected(&bench.pane, &Pane::inspected);
        bench.acts()->selectRow(1);
        QTRY_COMPARE(bench.log()->model()->rowCount(), 2);
        QTRY_VERIFY(!inspected.empty());
        bench.acts()->selectRow(4);
        QTRY_COMPARE(bench.log()->model()->rowCount(), 3'000);
        auto* const all = bench.named<QPushButton>(QStringLiteral("Show the entries of all acts"));
        QVERIFY(all && all->isVisible());
        all->click();
        QTRY_COMPARE(bench.log()->model()->rowCount(), 3'003);
        QVERIFY(!all->isVisible());
        bench.acts()->selectRow(0); // of a group all are shown
        QVERIFY(test::turnEventLoop());
        QTRY_VERIFY(bench.pane.isSettled());
        QCOMPARE(bench.log()->model()->rowCount(), 3'003);
    }

    void whatComesIsAddedAndTheChoiceStays() {
        Bench bench(demo(3'000) + byPeople);
        QTRY_COMPARE(bench.column(0).size(), 5);
        bench.acts()->selectRow(2);
        QTRY_COMPARE(bench.log()->model()->rowCount(), 1);
        bench.run("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, at) VALUES "
                  "('sample worker 7', 'take', 'port_message', 'z', '2026-03-01T00:01:30.000Z'), "
                  "('bo', 'promote', 'checkpoint', 'orders', '2026-03-01T01:00:00.000Z')");
        bench.pane.refresh();
        QTRY_COMPARE(bench.column(0).size(), 6);
        QTRY_COMPARE(bench.column(1).last(), QStringLiteral("3\u2009001"));
        QCOMPARE(bench.column(0).at(bench.acts()->currentRow()), QStringLiteral("set silent_after component ledger"));
        QCOMPARE(bench.log()->model()->rowCount(), 1);
    }

    void theFilterIsOfActsAndEntries() {
        Bench bench(demo(3'000) + byPeople);
        QTRY_COMPARE(bench.column(0).size(), 5);
        bench.pane.setFilter(*parseFilter(QStringLiteral("actor:ada"), *bench.pane.filterSchema(), currentTime()));
        QTRY_COMPARE(bench.column(0).size(), 3);
        QTRY_COMPARE(bench.log()->model()->rowCount(), 3);
        QCOMPARE(bench.pane.lists().front()->table(), bench.log()); // which an export writes
    }

    void groupsCloseAndASortHasNone() {
        const Bench bench(demo(300) + byPeople);
        QTRY_COMPARE(bench.column(0).size(), 5);
        bench.acts()->selectRow(0);
        QTest::keyClick(bench.acts(), Qt::Key_Left);
        QTRY_COMPARE(bench.column(0).size(), 3);
        QTest::keyClick(bench.acts(), Qt::Key_Right);
        QTRY_COMPARE(bench.column(0).size(), 5);
        bench.acts()->horizontalHeader()->sectionClicked(1);
        QTRY_COMPARE(bench.column(1), (QStringList{QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("300")}));
    }

    void itIsAboveWhereThereIsNoRoomBeside() {
        Bench bench(byPeople);
        const auto isBeside = [&] {
            return bench.log()->mapTo(&bench.pane, QPoint()).x() > bench.acts()->mapTo(&bench.pane, QPoint()).x();
        };
        QTRY_VERIFY(isBeside());
        bench.pane.resize(500, 400);
        QTRY_VERIFY(!isBeside());
        QVERIFY(bench.pane.minimumSizeHint().width() <= 400 && bench.pane.minimumSizeHint().height() <= 300);
    }
};

QTEST_MAIN(TestAuditPane)
#include "tst_auditpane.moc"
