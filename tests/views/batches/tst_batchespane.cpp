#include "models/list/format.h"
#include "storage/storeworker.h"
#include "tests/support/memorystore.h"
#include "tests/support/residentbytes.h"
#include "tests/support/stallmeter.h"
#include "views/batches/batchespane.h"
#include "views/list/datatable.h"
#include "views/list/errorbar.h"
#include "views/style/theme.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QtTest>

using namespace portolan;
using test::MemoryPipeline;
using test::MemoryStore;
using test::residentBytes;
using test::StallMeter;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) // slow, and freed memory is kept in quarantine
constexpr double longestStall = 500.0;
constexpr qint64 flatBytes = 512 * 1024 * 1024;
#else
constexpr double longestStall = 50.0;
constexpr qint64 flatBytes = 8 * 1024 * 1024;
#endif

struct Bench {
    explicit Bench(qint64 messages)
        : pipeline(std::make_shared<MemoryPipeline>())
        , channel(MemoryStore::opener(pipeline)) {
        pipeline->messages = messages;
        pane.resize(1000, 800);
        pane.show();
        pane.setContext({.channel = &channel});
    }
    ~Bench() { pane.setContext({}); }

    [[nodiscard]] DataTable* table(const QString& name) const {
        const auto tables = pane.findChildren<DataTable*>();
        const auto found =
            std::find_if(tables.begin(), tables.end(), [&](auto* t) { return t->accessibleName() == name; });
        return found == tables.end() ? nullptr : *found;
    }
    [[nodiscard]] DataTable* messages() const { return table(QStringLiteral("Messages")); }
    [[nodiscard]] DataTable* batches() const { return table(QStringLiteral("Batch files")); }
    [[nodiscard]] QPushButton* button(const QString& name) const {
        const auto buttons = pane.findChildren<QPushButton*>();
        const auto named = [&](auto* b) {
            return (b->accessibleName().isEmpty() ? b->text() : b->accessibleName()) == name && b->isVisible();
        };
        const auto found = std::find_if(buttons.begin(), buttons.end(), named);
        return found == buttons.end() ? nullptr : *found;
    }
    [[nodiscard]] bool shows(const QString& text) const {
        const auto labels = pane.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](auto* l) { return l->isVisible() && l->text() == text; });
    }
    void click(DataTable* table, int row) const {
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(table->model()->index(row, 1)).center());
    }

    std::shared_ptr<MemoryPipeline> pipeline;
    StoreWorker channel;
    BatchesPane pane;
};

QString cell(const DataTable* table, int row, int column) {
    return table->model()->index(row, column).data().toString();
}

} // namespace

class TestBatchesPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    void showsBatchesAndAllMessagesNewestFirst() {
        Bench bench(235);
        QTRY_COMPARE(bench.batches()->model()->rowCount(), 24);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 235);
        QCOMPARE(cell(bench.batches(), 0, 1), QStringLiteral("messages_batch_0024.txt"));
        QCOMPARE(cell(bench.messages(), 0, 1), QStringLiteral("235"));
        QVERIFY(bench.messages()->isVisible());
        QTRY_VERIFY(bench.pane.isSettled());
    }

    void saysThatItLoads() {
        Bench bench(10);
        bench.pipeline->delayMilliseconds = 200;
        bench.pane.setContext({.channel = &bench.channel});
        QVERIFY(bench.shows(QStringLiteral("Loading…")));
        QTRY_VERIFY(!bench.shows(QStringLiteral("Loading…")));
    }

    void saysWhyItIsEmpty() {
        Bench bench(0);
        QTRY_VERIFY(bench.shows(QStringLiteral("No batches yet.")));
        QTRY_VERIFY(bench.shows(QStringLiteral("No messages yet.")));
        QVERIFY(!bench.button(QStringLiteral("Clear the filter")));
    }

    void nothingMatchesOffersToClearTheFilter() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        QSignalSpy cleared(&bench.pane, &Pane::clearFilterWanted);
        bench.pane.setFilter(
            *parseFilter(QStringLiteral("message_number:4711"), *bench.pane.filterSchema(), currentTime()));
        QTRY_VERIFY(bench.button(QStringLiteral("Clear the filter")));
        QVERIFY(bench.shows(QStringLiteral("No message matches the filter.")));
        bench.button(QStringLiteral("Clear the filter"))->click();
        QCOMPARE(cleared.count(), 1);
    }

    void theFilterNarrowsTheMessagesOnly() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.pane.setFilter(
            *parseFilter(QStringLiteral("content~customer"), *bench.pane.filterSchema(), currentTime()));
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 20);
        QCOMPARE(bench.batches()->model()->rowCount(), 10);
    }

    void aChosenBatchShowsItsMessagesUntilItIsLetGo() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.click(bench.batches(), 2);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 10);
        QCOMPARE(cell(bench.messages(), 0, 1), QStringLiteral("80"));
        QVERIFY(bench.button(QStringLiteral("Show the messages of all batches")));
        bench.click(bench.batches(), 2); // by somebody who was not sure of the first click
        QCOMPARE(bench.batches()->currentRow(), 2);
        bench.button(QStringLiteral("Show the messages of all batches"))->click();
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.click(bench.batches(), 0);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 10);
        QTest::keyClick(bench.batches(), Qt::Key_Escape);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
    }

    void aChosenMessageIsInspectedWhole() {
        Bench bench(100);
        QSignalSpy inspected(&bench.pane, &Pane::inspected);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.click(bench.messages(), 0);
        QTRY_COMPARE(inspected.count(), 1);
        const auto inspection = inspected.first().first().value<Inspection>();
        QCOMPARE(inspection.documents.size(), std::size_t{1});
        const InspectedDocument& document = inspection.documents.front();
        QCOMPARE(document.bytes, MemoryStore::message(100).content);
        QVERIFY(document.tree);
        QCOMPARE(document.tree->membersOf(document.tree->begin), 2);
    }

    void rejectsAreAPageOfTheirOwn() {
        Bench bench(10);
        bench.pipeline->rejects = 3;
        QSignalSpy schema(&bench.pane, &Pane::filterSchemaChanged);
        bench.pane.findChild<QTabWidget*>()->setCurrentIndex(1);
        QCOMPARE(schema.count(), 1);
        QCOMPARE(bench.pane.filterSchema(), &rejectSchema());
        bench.pane.refresh();
        QTRY_COMPARE(bench.table(QStringLiteral("Rejected"))->model()->rowCount(), 3);
    }

    void aFilterOfAnotherPageStaysThere() {
        Bench bench(100);
        bench.pipeline->rejects = 3;
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        QVERIFY(bench.pane.showPart(QStringLiteral("rejects")));
        bench.pane.setFilter(*parseFilter(QStringLiteral("state:open"), *bench.pane.filterSchema(), currentTime()));
        bench.click(bench.batches(), 2);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 10);
    }

    void gapsAreAPageOfTheirOwn() {
        Bench bench(10);
        bench.pipeline->gaps = 2;
        QSignalSpy schema(&bench.pane, &Pane::filterSchemaChanged);
        QSignalSpy inspected(&bench.pane, &Pane::inspected);
        bench.pane.findChild<QTabWidget*>()->setCurrentIndex(2);
        QCOMPARE(schema.count(), 1);
        QCOMPARE(bench.pane.filterSchema(), &gapSchema());
        bench.pane.refresh();
        QTRY_COMPARE(bench.table(QStringLiteral("Gaps"))->model()->rowCount(), 2);
        QTRY_VERIFY(bench.table(QStringLiteral("Gaps"))->paged()->isLoaded(0));
        bench.click(bench.table(QStringLiteral("Gaps")), 0);
        QTRY_COMPARE(inspected.count(), 1);
        QCOMPARE(inspected.first().first().value<Inspection>().title, QStringLiteral("Gap 2"));
    }

    void anErrorIsABarWithRetry() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.pipeline->fail(
            Error{ErrorCode::Connection, QStringLiteral("The server went away."), QStringLiteral("EPIPE")});
        bench.pane.setContext({.channel = &bench.channel});
        QTRY_VERIFY(bench.shows(QStringLiteral("The server went away.")));
        QVERIFY(bench.button(QStringLiteral("Retry")));
        bench.button(QStringLiteral("Copy the error"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("The server went away.\nEPIPE"));
        bench.pipeline->fail({});
        // Each list has its own bar, and one may fail after another has been helped already.
        const auto isBack = [&] {
            if (QPushButton* retry = bench.button(QStringLiteral("Retry")))
                retry->click();
            return bench.messages()->model()->rowCount() == 100;
        };
        QVERIFY(QTest::qWaitFor(isBack, 5000));
        QTRY_VERIFY(!bench.button(QStringLiteral("Retry")));
    }

    void followsTheTailUntilTheOperatorScrolls() {
        Bench bench(1'000);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 1'000);
        bench.pipeline->messages = 1'010;
        bench.pane.refresh();
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 1'010);
        QCOMPARE(bench.messages()->verticalScrollBar()->value(), 0);
        bench.messages()->verticalScrollBar()->setValue(100);
        const QString top = cell(bench.messages(), bench.messages()->rowAt(1), 1);
        bench.pipeline->messages = 1'138;
        bench.pane.refresh();
        QTRY_VERIFY(bench.button(QStringLiteral("Show the new rows: 128")));
        QCOMPARE(bench.button(QStringLiteral("Show the new rows: 128"))->text(), QStringLiteral("128 new"));
        QCOMPARE(cell(bench.messages(), bench.messages()->rowAt(1), 1), top);
        bench.button(QStringLiteral("Show the new rows: 128"))->click();
        QTRY_COMPARE(cell(bench.messages(), 0, 1), QStringLiteral("1138"));
        QCOMPARE(bench.messages()->verticalScrollBar()->value(), 0);
    }

    void aRefreshNeverMovesTheSelection() {
        Bench bench(1'000);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 1'000);
        bench.click(bench.messages(), 3);
        bench.pipeline->messages = 1'050;
        bench.pane.refresh();
        QTRY_VERIFY(bench.button(QStringLiteral("Show the new rows: 50")));
        QCOMPARE(bench.messages()->selectedRuns(), (RowRuns{{3, 3}}));
        QCOMPARE(cell(bench.messages(), 3, 1), QStringLiteral("997"));
    }

    void pausedShowsNothingNew() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.pane.setPaused(true);
        bench.pipeline->messages = 105;
        bench.pane.refresh();
        QTRY_VERIFY(bench.button(QStringLiteral("Show the new rows: 5")));
        bench.pane.setPaused(false);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 105);
    }

    void copiesTheChosenRows() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        bench.click(bench.messages(), 1);
        QSignalSpy notice(&bench.pane, &Pane::notice);
        bench.pane.copyRows(true);
        QTRY_COMPARE(notice.count(), 1);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("Time\tNumber\tContent\tBatch\n")));
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("\t99\tthis is Message")));
    }

    void aClickOnAHeaderSorts() {
        Bench bench(100);
        QTRY_COMPARE(bench.messages()->model()->rowCount(), 100);
        auto* model = bench.messages()->paged();
        auto* header = bench.messages()->horizontalHeader();
        const QPoint number(header->sectionViewportPosition(1) + 5, 5);
        const std::initializer_list<Sort> sorts{{"message_number", false}, {"message_number", true}, {{}, true}};
        for (const Sort& sort : sorts) {
            QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, number);
            QCOMPARE(model->sorting(), sort);
        }
    }

    void aMillionRowsScrollWithoutAStallAndInFlatMemory() {
        Bench bench(1'000'000);
        QTRY_VERIFY(bench.messages()->model()->rowCount() > 0); // the first page, at once
        StallMeter stalls;
        QTRY_VERIFY_WITH_TIMEOUT(bench.messages()->model()->rowCount() == 1'000'000, 60'000);
        const double opening = stalls.takeLongest();
        QScrollBar* bar = bench.messages()->verticalScrollBar();
        double scrolling = 1e9; // of the best round: a stall of our own comes in each, one of a busy machine does not
        qint64 before = 0;
        for (int round = 0; round < 3; ++round) {
            for (int step = 0; step <= 80; ++step) {
                const int at = step <= 40 ? step : 80 - step;
                bar->setValue(static_cast<int>(qint64{bar->maximum()} * at / 40));
                QTRY_VERIFY(bench.messages()->paged()->isLoaded(bench.messages()->rowAt(1)));
            }
            scrolling = std::min(scrolling, stalls.takeLongest());
            before = round == 0 ? residentBytes() : before;
        }
        const qint64 growth = residentBytes() - before;
        qInfo("opening %.1f ms, scrolling %.1f ms; memory grew by %lld KiB in two more rounds", opening, scrolling,
              static_cast<long long>(growth / 1024));
        QVERIFY2(opening <= longestStall, qPrintable(QString::number(opening)));
        QVERIFY2(scrolling <= longestStall, qPrintable(QString::number(scrolling)));
        QVERIFY(bench.messages()->paged()->blocksHeld() <= 40);
        QVERIFY2(growth < flatBytes, qPrintable(QString::number(growth)));
        QCOMPARE(cell(bench.messages(), 0, 1), QStringLiteral("1000000"));
    }

private:
    Theme* m_theme = nullptr;
};

QTEST_MAIN(TestBatchesPane)
#include "tst_batchespane.moc"
