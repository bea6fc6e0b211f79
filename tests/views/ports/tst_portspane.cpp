#include "models/list/format.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/audit/auditpane.h"
#include "views/inspector/inspector.h"
#include "views/list/datatable.h"
#include "views/ports/portspane.h"
#include "views/style/sparkline.h"
#include "views/style/theme.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// Numbers from 0, as a table named `numbers`.
QByteArray numbers(int count) {
    return "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < "
           + QByteArray::number(count - 1) + ") ";
}

/// A real store with port messages made up in SQL: four ports in turn, five states in turn, a second apart.
QByteArray portMessages(int count, const char* until = "now") {
    return numbers(count)
           + "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
             "message_metadata, status, retry_count, created_at, error_message) SELECT printf('m-%06d', n), "
             "CASE n % 4 WHEN 0 THEN 'billing' WHEN 1 THEN 'mail' WHEN 2 THEN 'orders' ELSE 'shipping' END, "
             "'gateway', 'worker', json_object('n', n), json_object('correlation_id', n / 2), "
             "CASE n % 5 WHEN 0 THEN 'pending' WHEN 1 THEN 'processing' WHEN 2 THEN 'completed' WHEN 3 THEN 'failed' "
             "ELSE 'dead_letter' END, n % 5, strftime('%Y-%m-%dT%H:%M:%fZ', '"
           + QByteArray(until) + "', '-' || ((" + QByteArray::number(count) + " - n) / 10.0) || ' seconds'), "
           + "CASE WHEN n % 5 > 2 THEN 'timeout after ' || n || ' ms' END FROM numbers;";
}

/// An empty store of the current schema, made once: making one takes a second on a slow disk.
QString emptyStore() {
    static const TempFolder folder;
    static const QString path = [] {
        const auto url = StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("empty.db")));
        if (const auto made = openStore(*url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        return url->path;
    }();
    return path;
}

template <class SomePane>
struct Bench {
    explicit Bench(const QByteArray& sql = {})
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); }) {
        if (!QFile::copy(emptyStore(), url.path))
            qFatal("%s cannot be written", qPrintable(url.path));
        run(sql);
        QObject::connect(&pane, &Pane::inspected, &inspector, &Inspector::show);
        QObject::connect(&pane, &Pane::nothingInspected, &inspector, &Inspector::clear);
        for (DataTable* each : pane.template findChildren<DataTable*>())
            testers.push_back(std::make_unique<QAbstractItemModelTester>(
                each->model(), QAbstractItemModelTester::FailureReportingMode::QtTest));
        inspector.resize(340, 700);
        inspector.setVisible(true);
        pane.resize(900, 800);
        pane.show();
        pane.setContext({.channel = &channel});
    }
    ~Bench() { pane.setContext({}); }

    void run(const QByteArray& sql) const {
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    [[nodiscard]] DataTable* table(const QString& name) const {
        const auto tables = pane.template findChildren<DataTable*>();
        const auto found = std::ranges::find_if(tables, [&](auto* t) { return t->accessibleName() == name; });
        return found == tables.end() ? nullptr : *found;
    }
    [[nodiscard]] QPushButton* button(const QString& name) const {
        const auto buttons = pane.template findChildren<QPushButton*>();
        const auto found = std::ranges::find_if(buttons, [&](auto* b) {
            return (b->accessibleName().isEmpty() ? b->text() : b->accessibleName()) == name && b->isVisible();
        });
        return found == buttons.end() ? nullptr : *found;
    }
    [[nodiscard]] bool shows(const QString& text) const {
        const auto labels = pane.template findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text() == text; });
    }
    void click(DataTable* clicked, int row, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseClick(clicked->viewport(), Qt::LeftButton, modifiers,
                          clicked->visualRect(clicked->model()->index(row, 0)).center());
    }
    void filter(const char* text) {
        const auto parsed = parseFilter(QString::fromUtf8(text), *pane.filterSchema(), currentTime());
        if (!parsed)
            qFatal("%s", qPrintable(parsed.error().text));
        pane.setFilter(*parsed);
    }
    /// The parts that the Inspector offers, the chosen one in brackets.
    [[nodiscard]] QString parts() const {
        const auto* bar = part();
        QStringList names;
        for (int i = 0; bar && i < bar->count(); ++i)
            names << (i == bar->currentIndex() ? u'[' + bar->tabText(i) + u']' : bar->tabText(i));
        return names.join(u' ');
    }
    [[nodiscard]] QTabBar* part() const {
        const auto bars = inspector.findChildren<QTabBar*>();
        const auto found = std::ranges::find_if(
            bars, [](auto* b) { return b->accessibleName() == QLatin1String("Parts of the row") && b->isVisible(); });
        return found == bars.end() ? nullptr : *found;
    }
    void choosePart(int at) const { QTest::mouseClick(part(), Qt::LeftButton, {}, part()->tabRect(at).center()); }
    [[nodiscard]] QStringList tableRows(const QString& name) const {
        QStringList rows;
        for (const QTableView* view : inspector.findChildren<QTableView*>()) {
            if (view->accessibleName() != name || !view->isVisible())
                continue;
            for (int row = 0; row < view->model()->rowCount(); ++row) {
                QStringList cells;
                for (int column = 0; column < view->model()->columnCount(); ++column)
                    cells << view->model()->index(row, column).data().toString();
                rows << cells.join(u'|');
            }
        }
        return rows;
    }

    TempFolder folder;
    StoreUrl url;
    StoreWorker channel;
    SomePane pane;
    Inspector inspector;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
};

using PortsBench = Bench<PortsPane>;
using AuditBench = Bench<AuditPane>;

QString cell(const DataTable* table, int row, const char* name) {
    const auto& columns = table->paged()->listing().columns();
    const auto found = std::ranges::find_if(columns, [name](const ModelColumn& column) { return column.name == name; });
    return table->model()->index(row, static_cast<int>(found - columns.begin())).data().toString();
}

const QString ports = QStringLiteral("Ports");
const QString messages = QStringLiteral("Port messages");
const QString auditLog = QStringLiteral("Audit log");

QByteArray auditEntries(int count) {
    return numbers(count)
           + "INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, before_image, "
             "after_image) SELECT 'ada', CASE n % 2 WHEN 0 THEN 'replay' ELSE 'recall' END, 'port_message', "
             "printf('m-%06d', n), 'reason ' || n, 'run-' || (n / 10), json_object('status', 'failed', 'n', n), "
             "json_object('status', 'pending', 'n', n) FROM numbers;";
}

} // namespace

class TestPortsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    void countsPortsAndShowsAllMessagesNewestFirst() {
        PortsBench bench(portMessages(5000));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 5000);
        QTRY_COMPARE(bench.table(ports)->model()->rowCount(), 4);
        QTRY_COMPARE(cell(bench.table(ports), 0, "pending"), QStringLiteral("250"));
        QCOMPARE(cell(bench.table(ports), 0, "port_name"), QStringLiteral("billing"));
        QCOMPARE(cell(bench.table(ports), 3, "dead_letter"), QStringLiteral("250"));
        QCOMPARE(cell(bench.table(messages), 0, "id"), QStringLiteral("m-004999"));
        QCOMPARE(cell(bench.table(messages), 0, "status"), QStringLiteral("dead_letter"));
        QTRY_VERIFY(bench.pane.isSettled());
        QCOMPARE(bench.pane.rowsShown(), 5000);
        const auto* model = bench.table(ports)->model();
        const QString words = model->index(0, 1).data(Qt::AccessibleTextRole).toString(); // the line of the last hour
        QVERIFY2(words.startsWith(groupedNumber(1250)), qPrintable(words));
    }

    void chosenPortsNarrowTheMessages() {
        PortsBench bench(portMessages(400));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 400);
        QTRY_VERIFY(bench.table(ports)->paged()->isLoaded(3));
        bench.click(bench.table(ports), 2);
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        QCOMPARE(cell(bench.table(messages), 0, "port_name"), QStringLiteral("orders"));
        bench.click(bench.table(ports), 0, Qt::ControlModifier);
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 200);
        QPushButton* const all = bench.button(QStringLiteral("Show the messages of all ports"));
        QVERIFY(all);
        QCOMPARE(all->text(), QStringLiteral("billing, orders"));
        all->click();
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 400);
        QVERIFY(!bench.button(QStringLiteral("Show the messages of all ports")));
    }

    void statesAreSwitchedAndTheFilterComesOnTop() {
        PortsBench bench(portMessages(400));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 400);
        for (const char* state : {"Pending", "Processing", "Completed", "Failed", "Dead letter"}) {
            QPushButton* const toggle = bench.button(QLatin1String(state));
            QVERIFY2(toggle && toggle->isCheckable(), state);
            toggle->click();
            QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 80);
            toggle->click();
            QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 400);
        }
        bench.button(QStringLiteral("Failed"))->click();
        bench.button(QStringLiteral("Dead letter"))->click();
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 160);
        bench.filter("error_message~\"after 39\" port_name:shipping");
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 2); // 39 and 399
        QCOMPARE(cell(bench.table(messages), 0, "id"), QStringLiteral("m-000399"));
    }

    void nothingMatchesOffersToClearWhatNarrows() {
        PortsBench bench(portMessages(100));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        QSignalSpy cleared(&bench.pane, &Pane::clearFilterWanted);
        bench.click(bench.table(ports), 1);
        bench.button(QStringLiteral("Failed"))->click();
        bench.filter("source_component:nobody");
        QTRY_VERIFY(bench.shows(QStringLiteral("No message matches.")));
        bench.button(QStringLiteral("Clear the filter"))->click();
        QCOMPARE(cleared.count(), 1);
        bench.pane.setFilter({}); // as the window does then
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        QVERIFY(!bench.button(QStringLiteral("Failed"))->isChecked());
    }

    void oldestFirstTurnsTheListRound() {
        PortsBench bench(portMessages(1200));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 1200);
        bench.button(QStringLiteral("Newest first"))->click();
        QTRY_COMPARE(cell(bench.table(messages), 0, "id"), QStringLiteral("m-000000"));
        QVERIFY(bench.button(QStringLiteral("Oldest first")));
        bench.run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES "
                  "('m-new', 'orders', 'a', 'b', '{}')");
        bench.pane.refresh();
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 1201); // at its end
        QTRY_COMPARE(cell(bench.table(messages), 1200, "id"), QStringLiteral("m-new"));
        QCOMPARE(cell(bench.table(messages), 0, "id"), QStringLiteral("m-000000"));
    }

    void aClickOnACountSortsPortsAndStaysLive() {
        PortsBench bench(portMessages(400));
        QTRY_COMPARE(cell(bench.table(ports), 0, "pending"), QStringLiteral("20"));
        bench.run("UPDATE port_messages SET status = 'failed' WHERE port_name = 'orders'");
        auto* header = bench.table(ports)->horizontalHeader();
        const auto& columns = bench.table(ports)->paged()->listing().columns();
        int failed = 0;
        while (columns[static_cast<std::size_t>(failed)].name != "failed")
            ++failed;
        const QPoint at(header->sectionViewportPosition(failed) + 5, 5);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at); // the most first
        bench.pane.refresh();
        QTRY_COMPARE(cell(bench.table(ports), 0, "failed"), QStringLiteral("100"));
        QCOMPARE(cell(bench.table(ports), 0, "port_name"), QStringLiteral("orders"));
        bench.run("UPDATE port_messages SET status = 'failed' WHERE port_name = 'mail' OR port_name = 'orders'; "
                  "DELETE FROM port_messages WHERE port_name = 'orders' AND id < 'm-000100'");
        bench.pane.refresh();
        QTRY_COMPARE(cell(bench.table(ports), 0, "port_name"), QStringLiteral("mail"));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at); // and by name again
        QTRY_COMPARE(cell(bench.table(ports), 0, "port_name"), QStringLiteral("billing"));
        const QPoint line(header->sectionViewportPosition(1) + 5, 5); // drawn: nothing to sort by
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, line);
        QVERIFY(!bench.table(ports)->paged()->error());
    }

    void aMessageIsInspectedInParts() {
        PortsBench bench(portMessages(100));
        bench.run("INSERT INTO processed_events (event_id, sensor_id) VALUES ('m-000099', 's')");
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        QTRY_VERIFY(bench.table(messages)->paged()->isLoaded(0));
        bench.click(bench.table(messages), 0);
        QTRY_COMPARE(bench.parts(), QStringLiteral("[Data] Metadata Error History"));
        auto* text = bench.inspector.findChild<QPlainTextEdit*>();
        QCOMPARE(text->toPlainText(), QStringLiteral("{\"n\":99}"));
        bench.choosePart(1);
        QCOMPARE(text->toPlainText(), QStringLiteral("{\"correlation_id\":49}"));
        bench.choosePart(2);
        QCOMPARE(text->toPlainText(), QStringLiteral("timeout after 99 ms"));
        bench.choosePart(3);
        const QStringList rows = bench.tableRows(QStringLiteral("History"));
        QCOMPARE(rows.size(), 3); // created, the other of its correlation, processed
        QVERIFY2(rows[0].contains(QLatin1String("Same correlation id in orders: m-000098")), qPrintable(rows[0]));
        QVERIFY(rows[1].endsWith(QLatin1String("|Created")));
        QVERIFY(rows[2].contains(QLatin1String("m-000099 noted as processed")));
        bench.click(bench.table(messages), 2); // the next one in the same part
        QTRY_VERIFY(bench.tableRows(QStringLiteral("History")).join(u' ').contains(QLatin1String("m-000096")));
        QCOMPARE(bench.parts(), QStringLiteral("Data Metadata Error [History]"));
        QTest::keyClick(bench.table(messages), Qt::Key_Escape);
        QTRY_VERIFY(bench.parts().isEmpty());
    }

    void aRefreshKeepsTheChosenPort() {
        PortsBench bench(portMessages(400));
        QTRY_COMPARE(bench.table(ports)->model()->rowCount(), 4);
        QTRY_VERIFY(bench.table(ports)->paged()->isLoaded(2));
        bench.click(bench.table(ports), 2);
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        bench.run("INSERT INTO port_messages (port_name, source_component, target_component, message_data) VALUES "
                  "('archive', 'a', 'b', '{}'), ('orders', 'a', 'b', '{}')");
        bench.pane.refresh();
        QTRY_COMPARE(bench.table(ports)->model()->rowCount(), 5);
        QCOMPARE(bench.table(ports)->selectedRuns(), (RowRuns{{3, 3}}));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 101);
    }

    void sortingKeepsTheChosenPorts() {
        PortsBench bench(portMessages(400));
        QTRY_COMPARE(bench.table(ports)->model()->rowCount(), 4);
        QTRY_VERIFY(bench.table(ports)->paged()->isLoaded(0));
        bench.click(bench.table(ports), 0);
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        auto* header = bench.table(ports)->horizontalHeader();
        const QPoint name(header->sectionViewportPosition(0) + 5, 5);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, name);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, name); // shipping first
        QTRY_COMPARE(bench.table(ports)->selectedRuns(), (RowRuns{{3, 3}}));
        QCOMPARE(cell(bench.table(ports), 3, "port_name"), QStringLiteral("billing"));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 100);
        QVERIFY(bench.button(QStringLiteral("Show the messages of all ports")));
    }

    void anEmptyStoreSaysWhy() {
        PortsBench bench;
        QTRY_VERIFY(bench.shows(QStringLiteral("No ports yet.")));
        QTRY_VERIFY(bench.shows(QStringLiteral("No port messages yet.")));
        QVERIFY(!bench.button(QStringLiteral("Clear the filter")));
        bench.run(portMessages(10));
        bench.pane.refresh();
        QTRY_COMPARE(bench.table(ports)->model()->rowCount(), 4);
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 10);
    }

    void anErrorIsABarWithRetry() {
        PortsBench bench(portMessages(10));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 10);
        bench.run("ALTER TABLE port_messages RENAME TO elsewhere");
        QSignalSpy notices(&bench.pane, &Pane::notice);
        bench.pane.refreshAll();
        QTRY_VERIFY(bench.button(QStringLiteral("Retry")));
        QTRY_VERIFY(!notices.isEmpty()); // the counts say so, too
        bench.run("ALTER TABLE elsewhere RENAME TO port_messages");
        const auto isBack = [&] {
            if (QPushButton* retry = bench.button(QStringLiteral("Retry")))
                retry->click();
            return !bench.button(QStringLiteral("Retry")) && bench.table(messages)->model()->rowCount() == 10;
        };
        QVERIFY(QTest::qWaitFor(isBack, 5000));
    }

    void copiesWhatHasTheFocus() {
        PortsBench bench(portMessages(8));
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 8);
        QTRY_VERIFY(bench.table(ports)->paged()->isLoaded(1));
        bench.click(bench.table(ports), 1);
        QTRY_COMPARE(bench.table(messages)->model()->rowCount(), 2);
        bench.pane.activateWindow();
        bench.table(ports)->setFocus();
        QSignalSpy notice(&bench.pane, &Pane::notice);
        bench.pane.copyRows(true);
        QTRY_COMPARE(notice.count(), 1);
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY2(copied.startsWith(QStringLiteral("Port\tLast 60 min\t")), qPrintable(copied));
        QVERIFY2(copied.contains(QStringLiteral("\nmail\t")), qPrintable(copied));
    }

    void everyControlHasAName() {
        PortsBench bench(portMessages(10));
        for (const QPushButton* each : bench.pane.findChildren<QPushButton*>())
            QVERIFY2(!each->isVisible() || !each->accessibleName().isEmpty(), qPrintable(each->text()));
    }

    void theLineRisesWhereThereIsMoreAndHasGaps() {
        const ThemeTokens& t = lightTokens();
        QImage image(61, 21, QImage::Format_RGB32);
        image.fill(t.base);
        QPainter painter(&image);
        Figures figures(61, 0);
        for (std::size_t i = 20; i <= 30; ++i)
            figures[i] = 100;
        std::fill(figures.begin() + 40, figures.end(), std::nullopt);
        drawSparkline(&painter, QRectF(0, 2, 60, 16), figures, t);
        painter.end();
        const QColor top = image.pixelColor(25, 2); // the greatest: in the accent, smoothed
        QVERIFY2(top.blue() - top.red() > 100, qPrintable(top.name()));
        QCOMPARE(image.pixelColor(10, 10), t.base);
        QVERIFY(image.pixelColor(25, 12) != t.base); // filled under it
        QVERIFY(image.pixelColor(10, 18) != t.base); // nothing is on the base line
        for (int y = 0; y < 16; ++y)
            QCOMPARE(image.pixelColor(50, y), t.base); // what is not known is not drawn
        QVERIFY(contrast(t.accent, t.base) >= 3.0 && contrast(darkTokens().accent, darkTokens().base) >= 3.0);
    }

    void auditIsShownNewestFirstAndFiltered() {
        AuditBench bench(auditEntries(3000));
        QTRY_COMPARE(bench.table(auditLog)->model()->rowCount(), 3000);
        QTRY_COMPARE(cell(bench.table(auditLog), 0, "subject_id"), QStringLiteral("m-002999"));
        QCOMPARE(bench.pane.filterSchema(), &auditSchema());
        bench.filter("action:replay run_id:run-7");
        QTRY_COMPARE(bench.table(auditLog)->model()->rowCount(), 5);
        bench.filter("action:nothing");
        QTRY_VERIFY(bench.shows(QStringLiteral("No entry matches the filter.")));
        bench.pane.setFilter({});
        QTRY_COMPARE(bench.table(auditLog)->model()->rowCount(), 3000);
        bench.run(auditEntries(1));
        bench.pane.refresh();
        QTRY_COMPARE(bench.table(auditLog)->model()->rowCount(), 3001);
        QCOMPARE(bench.pane.rowsShown(), 3001);
    }

    void anAuditEntryShowsWhatChanged() {
        AuditBench bench(auditEntries(20));
        QTRY_COMPARE(bench.table(auditLog)->model()->rowCount(), 20);
        QTRY_VERIFY(bench.table(auditLog)->paged()->isLoaded(0));
        bench.click(bench.table(auditLog), 0);
        QTRY_COMPARE(bench.parts(), QStringLiteral("[After] Before Changed"));
        auto* text = bench.inspector.findChild<QPlainTextEdit*>();
        QCOMPARE(text->toPlainText(), QStringLiteral("{\"status\":\"pending\",\"n\":19}"));
        bench.choosePart(2);
        QCOMPARE(bench.tableRows(QStringLiteral("Changed")),
                 QStringList{QStringLiteral("status|\"failed\"|\"pending\"")});
    }

    void anAuditWithoutEntriesSaysSo() {
        AuditBench bench;
        QTRY_VERIFY(bench.shows(QStringLiteral("Nothing was done yet.")));
        QTRY_VERIFY(bench.pane.isSettled());
    }

private:
    Theme* m_theme = nullptr;
};

QTEST_MAIN(TestPortsPane)
#include "tst_portspane.moc"
