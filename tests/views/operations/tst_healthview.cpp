#include "models/operations/findingmodels.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/othertongue.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/listframe.h"
#include "views/operations/healthview.h"
#include "views/style/theme.h"

#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::need;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// A real store, and the tab over it.
struct Bench {
    explicit Bench(const QByteArray& sql) {
        url = need(StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("orders.db"))));
        need(openStore(url, Access::Write));
        if (const QString error = SqliteScript(url.path).run(sql); !error.isEmpty())
            qFatal("%s", qPrintable(error));
        begin();
    }
    /// Batch files, of which there are none yet.
    Bench() {
        QDir().mkpath(folder.path(QStringLiteral("files/example_receiver/messages")));
        url = need(StoreUrl::parse(QStringLiteral("file://") + folder.path(QStringLiteral("files"))));
        begin();
    }
    ~Bench() { view.setContext({}); }

    void begin() {
        const auto reading = [this](const CancelToken& token) { return openStore(url, Access::Read, token); };
        channel = std::make_unique<StoreWorker>(reading);
        desk = std::make_unique<OperationsController>(url, reading, "tester", "Portolan test");
        PaneContext context;
        context.channel = channel.get();
        context.operations = desk.get();
        view.resize(1100, 600);
        view.setContext(context);
        view.show();
    }
    [[nodiscard]] QPushButton* button(const char* name) const {
        const auto all = view.findChildren<QPushButton*>();
        return *std::ranges::find_if(all, [&](auto* b) { return b->accessibleName() == QLatin1String(name); });
    }
    [[nodiscard]] DataTable* table() const { return view.findChild<DataTable*>(); }
    [[nodiscard]] QString cell(int row, int column) const {
        return table()->model()->index(row, column).data().toString();
    }
    [[nodiscard]] int rowOf(const QString& subject) const {
        for (int row = 0; row < table()->model()->rowCount(); ++row) {
            if (cell(row, 1) == subject)
                return row;
        }
        return -1;
    }
    [[nodiscard]] bool shows(const QString& part) const {
        const auto labels = view.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text().contains(part); });
    }

    TempFolder folder;
    StoreUrl url;
    std::unique_ptr<StoreWorker> channel;
    std::unique_ptr<OperationsController> desk;
    HealthView view;
};

constexpr char leftOver[] =
    "INSERT INTO portolan_rejects (source, key, payload, reason) VALUES ('s', '1', 'x', 'broken');"
    "INSERT INTO portolan_jobs (id, kind, state, done, actor, created_at, heartbeat_at, parameters) VALUES "
    "('00000000-0000-4000-8000-000000000001', 'verify', 'running', 1, 'cron', '2026-01-05T10:00:00.000Z', "
    "'2026-01-05T10:00:00.000Z', '{}')";

} // namespace

class TestHealthView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    /// The most urgent first; each leads to its rows, as storage finds them.
    void findingsLeadToWhereTheyAreMended() {
        Bench bench(leftOver);
        QTRY_VERIFY(bench.rowOf(QStringLiteral("open rejects")) >= 0);
        QCOMPARE(bench.cell(0, 1), QStringLiteral("running jobs whose program is silent"));
        QCOMPARE(bench.cell(0, 0), QStringLiteral("soon"));
        QVERIFY(bench.cell(0, 3).contains(QStringLiteral("portolan list jobs")));
        auto* const link = bench.button("Go to it");
        QVERIFY(!link->isEnabled());
        QSignalSpy wanted(&bench.view, &Pane::paneWanted);
        QSignalSpy inspected(&bench.view, &Pane::inspected);
        for (const auto& [subject, place] : {std::pair("open rejects", "batches/rejects"),
                                             {"running jobs whose program is silent", "operations/jobs"},
                                             {"backups", "operations/backups"}}) {
            bench.table()->selectRow(bench.rowOf(QLatin1String(subject)));
            QTRY_VERIFY2(link->isEnabled(), subject);
            link->click();
            QCOMPARE(wanted.takeFirst().first().toString(), QLatin1String(place));
        }
        QTRY_VERIFY(
            !inspected.isEmpty()
            && inspected.last().first().value<Inspection>().documents.front().bytes.contains("portolan backup"));
    }

    /// Findings are said in the language of the window, values as they are; a filter goes by the words of storage.
    void findingsAreSaidInTheWindowsLanguage() {
        const test::OtherTongue other("Findings");
        Bench bench(leftOver);
        QTRY_VERIFY(bench.rowOf(QStringLiteral("[open rejects]")) >= 0);
        const int row = bench.rowOf(QStringLiteral("[open rejects]"));
        QCOMPARE(bench.cell(row, 2), QStringLiteral("[There are 1.]"));
        QVERIFY2(bench.cell(row, 3).startsWith(u'['), qPrintable(bench.cell(row, 3)));
        for (int each = 0; each < bench.table()->model()->rowCount(); ++each) {
            for (int column = 2; column <= 3; ++column)
                QVERIFY2(bench.cell(each, column).startsWith(u'['), qPrintable(bench.cell(each, column)));
        }
        QSignalSpy inspected(&bench.view, &Pane::inspected);
        bench.table()->selectRow(row);
        QTRY_VERIFY(!inspected.isEmpty());
        const auto shown = inspected.last().first().value<Inspection>();
        QCOMPARE(shown.title, QStringLiteral("[open rejects]"));
        QVERIFY(shown.documents.front().bytes.startsWith('['));
        bench.view.setFilter(
            need(parseFilter(QStringLiteral("subject:\"open rejects\""), healthFindingSchema(), currentTime())));
        QTRY_COMPARE(bench.table()->model()->rowCount(), 1);
        QTRY_COMPARE(bench.cell(0, 1), QStringLiteral("[open rejects]"));
    }

    /// A hidden tab asks nothing; F5 looks again.
    void itLooksWhenItIsSeen() {
        Bench bench(leftOver);
        QTRY_VERIFY(bench.rowOf(QStringLiteral("open rejects")) >= 0);
        bench.view.hide();
        QSignalSpy counts(&bench.view, &ListPane::countChanged);
        bench.view.setContext({});
        PaneContext context;
        context.channel = bench.channel.get();
        context.operations = bench.desk.get();
        bench.view.setContext(context);
        QCOMPARE(bench.table()->model()->rowCount(), 0);
        QCOMPARE(counts.isEmpty() ? QStringLiteral("?") : counts.last().first().toString(), QString());
        QVERIFY(SqliteScript(bench.url.path)
                    .run("UPDATE portolan_rejects SET dismissed_at = '2026-01-05T10:00:00.000Z'")
                    .isEmpty());
        bench.view.show();
        QTRY_VERIFY(bench.rowOf(QStringLiteral("backups")) >= 0);
        QCOMPARE(bench.rowOf(QStringLiteral("open rejects")), -1);
        QVERIFY(SqliteScript(bench.url.path).run("UPDATE portolan_rejects SET dismissed_at = NULL").isEmpty());
        bench.view.refresh(); // changes alone are no reason
        bench.view.refreshAll();
        QTRY_VERIFY(bench.rowOf(QStringLiteral("open rejects")) >= 0);
    }

    /// The window's own questions: their times, and the slow and failed ones with what they asked.
    void questionsAreShown() {
        Bench bench(leftOver);
        QTRY_VERIFY(bench.rowOf(QStringLiteral("open rejects")) >= 0);
        const auto log = std::make_shared<QuestionLog>();
        log->add(currentTime(), 2'300, "dead-letters", QStringLiteral("error_message~x"), nullptr);
        const Error error{ErrorCode::Timeout, QStringLiteral("no answer came")};
        log->add(currentTime(), 5, "messages", {}, &error);
        StoreWorker worker([&bench](const CancelToken& token) { return openStore(bench.url, Access::Read, token); },
                           log);
        PaneContext context;
        context.channel = &worker;
        context.operations = bench.desk.get();
        bench.view.setContext(context);
        QTRY_VERIFY(bench.shows(QStringLiteral("Slow: 1")));
        QVERIFY(bench.shows(QStringLiteral("Failed: 1")));
        QVERIFY(bench.shows(QStringLiteral("dead-letters error_message~x")));
        QVERIFY(bench.shows(QStringLiteral("no answer came")));
        QTRY_VERIFY(bench.rowOf(QStringLiteral("open rejects")) >= 0);
        QTRY_VERIFY(log->since(Timestamp()).counts.asked > 2); // the list's own question is measured
        bench.view.setContext({});
    }

    void theStoreIsMeasured() {
        Bench bench(leftOver);
        QTRY_VERIFY(bench.view.isSettled());
        QVERIFY(!bench.shows(QStringLiteral("Questions took")));
        bench.button("Measure")->click();
        QTRY_VERIFY_WITH_TIMEOUT(bench.shows(QStringLiteral("Questions took")), 60'000);
        QVERIFY(bench.shows(QStringLiteral("Size: ")));
        QVERIFY(bench.button("Measure")->isEnabled());
    }

    void batchFilesAreLookedAtToo() {
        Bench bench;
        QTRY_VERIFY(bench.rowOf(QStringLiteral("backups")) >= 0);
        bench.table()->selectRow(bench.rowOf(QStringLiteral("backups")));
        QTRY_VERIFY(bench.button("Go to it")->isEnabled());
    }

    void figuresThatWereNotMeasuredAreNotSaid() {
        QCOMPARE(figuresOfStore({}), QString());
        StoreStats whole{.name = "store"};
        const auto text = [&] { return figuresOfStore(std::span(&whole, 1)); };
        QCOMPARE(text(), QString());
        whole.rows = 12'000;
        whole.isEstimate = true;
        QCOMPARE(text(), QStringLiteral("Rows: ≈ 12\u2009000"));
        whole.latency = Latency{0.5, 2.25, 40};
        QCOMPARE(text(), QStringLiteral("Rows: ≈ 12\u2009000 · Questions took 0.50 ms (50 of 100), 2.25 ms (95), 40 ms "
                                        "(99) at most"));
    }

private:
    Theme* m_theme = nullptr;
};

QTEST_MAIN(TestHealthView)
#include "tst_healthview.moc"
