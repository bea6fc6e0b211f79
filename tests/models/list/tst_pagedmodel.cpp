#include "models/batches/batchmodels.h"
#include "storage/storeworker.h"
#include "tests/support/memorystore.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::MemoryPipeline;
using test::MemoryStore;

namespace {

const Sort newestFirst{{}, true};

/// A model over a store in memory, with the tester that watches every signal.
struct Bench {
    explicit Bench(qint64 messages)
        : pipeline(std::make_shared<MemoryPipeline>())
        , channel(MemoryStore::opener(pipeline))
        , model(messageListing()) {
        pipeline->messages = messages;
        tester =
            std::make_unique<QAbstractItemModelTester>(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void open(const Sort& sort = newestFirst, const Filter& filter = {}) {
        model.setQuery(filter, sort);
        model.setChannel(&channel);
    }
    [[nodiscard]] QString cell(int row, int column) const { return model.index(row, column).data().toString(); }
    /// The number in a row, -1 while it is not there; looking asks for it.
    [[nodiscard]] qint64 number(int row) const {
        const Message* message = model.rowAt(row);
        return message ? message->messageNumber.value_or(0) : -1;
    }

    std::shared_ptr<MemoryPipeline> pipeline;
    StoreWorker channel;
    MessageModel model;
    std::unique_ptr<QAbstractItemModelTester> tester;
};

Error failure() {
    return {ErrorCode::Connection, QStringLiteral("The server went away."), QStringLiteral("EPIPE")};
}

} // namespace

class TestPagedModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysThatItIsLoadingThenShowsTheFirstScreen() {
        Bench bench(2000);
        bench.pipeline->delayMilliseconds = 30;
        bench.open();
        QCOMPARE(bench.model.state(), PagedModel::State::Loading);
        QCOMPARE(bench.model.rowCount(), 0);
        QTRY_VERIFY(bench.model.rowCount() > 0);
        QCOMPARE(bench.model.state(), PagedModel::State::Data);
        QCOMPARE(bench.number(0), 2000);
        QCOMPARE(bench.cell(1, 1), QStringLiteral("1999"));
        QTRY_VERIFY(bench.model.isComplete());
        QCOMPARE(bench.model.rowCount(), 2000);
    }

    void growsInAFewStepsToAMillion() {
        Bench bench(1'000'000);
        bench.tester.reset(); // it would look at every row that comes
        QSignalSpy inserted(&bench.model, &QAbstractItemModel::rowsInserted);
        bench.open();
        QTRY_VERIFY_WITH_TIMEOUT(bench.model.isComplete(), 60'000);
        QCOMPARE(bench.model.rowCount(), 1'000'000);
        QVERIFY2(inserted.count() <= 20, qPrintable(QString::number(inserted.count())));
    }

    void showsAnyRowOfAMillionAndForgetsWhatIsFar() {
        Bench bench(1'000'000);
        bench.tester.reset();
        bench.open();
        QTRY_VERIFY_WITH_TIMEOUT(bench.model.isComplete(), 60'000);
        for (const bool back : {false, true}) {
            for (int step = 0; step <= 50; ++step) {
                const int row = std::min(999'999, (back ? 50 - step : step) * 20'000);
                QTRY_COMPARE(bench.number(row), 1'000'000 - row);
            }
        }
        QVERIFY(bench.model.blocksHeld() <= 40);
        QTRY_COMPARE(bench.cell(999'999, 1), QStringLiteral("1"));
    }

    void placeholdersBecomeRows() {
        Bench bench(50'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        QVERIFY(!bench.model.isLoaded(40'000));
        QSignalSpy changed(&bench.model, &QAbstractItemModel::dataChanged);
        QCOMPARE(bench.cell(40'000, 2), QStringLiteral("…"));
        QVERIFY(bench.model.index(40'000, 2).data(PagedModel::LoadingRole).toBool());
        QTRY_VERIFY(bench.model.isLoaded(40'000));
        QVERIFY(changed.count() > 0);
        QCOMPARE(bench.cell(40'000, 1), QStringLiteral("10000"));
    }

    void scrollingPastAsksForLittle() {
        Bench bench(1'000'000);
        bench.tester.reset();
        bench.open();
        QTRY_VERIFY_WITH_TIMEOUT(bench.model.isComplete(), 60'000);
        const int before = bench.pipeline->questions;
        for (int row = 0; row < 1'000'000; row += 500)
            (void)bench.number(row); // one turn of the event loop: a drag of the scroll bar
        QTRY_COMPARE(bench.number(999'500), 500);
        QVERIFY2(bench.pipeline->questions - before < 20,
                 qPrintable(QString::number(bench.pipeline->questions - before)));
    }

    void aNewFilterDropsTheOldQuestions() {
        Bench bench(100'000);
        bench.pipeline->delayMilliseconds = 200;
        bench.open();
        QSignalSpy reset(&bench.model, &QAbstractItemModel::modelReset);
        for (int batch = 1; batch <= 20; ++batch)
            bench.model.setQuery(equals(messageSchema(), "batch_id", batch), newestFirst);
        QTRY_VERIFY(bench.model.isComplete());
        QCOMPARE(reset.count(), 20);
        QCOMPARE(bench.model.rowCount(), 10);
        QCOMPARE(bench.number(0), 200);
        QVERIFY2(bench.pipeline->answers < 10, qPrintable(QString::number(bench.pipeline->answers)));
    }

    void nothingMatchesIsEmpty() {
        Bench bench(100);
        bench.open(newestFirst, equals(messageSchema(), "message_number", 4711));
        QTRY_COMPARE(bench.model.state(), PagedModel::State::Empty);
        QCOMPARE(bench.model.rowCount(), 0);
        QVERIFY(bench.model.isComplete());
    }

    void anEmptyListShowsTheFirstRowsThatCome() {
        Bench bench(0);
        bench.open();
        QTRY_COMPARE(bench.model.state(), PagedModel::State::Empty);
        QSignalSpy reset(&bench.model, &QAbstractItemModel::modelReset);
        bench.pipeline->messages = 3;
        bench.model.refresh();
        QTRY_COMPARE(bench.model.rowCount(), 3);
        QCOMPARE(reset.count(), 0);
        for (int count = 4; count <= 40; ++count) {
            bench.pipeline->messages = count;
            bench.model.refresh();
            QTRY_COMPARE(bench.model.rowCount(), count);
            QCOMPARE(bench.number(0), count);
            QCOMPARE(bench.number(count - 1), 1);
        }
    }

    void newRowsComeInOneStepAndMoveNothing() {
        Bench bench(10'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        QItemSelectionModel selection(&bench.model);
        selection.select(bench.model.index(7, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        const QPersistentModelIndex kept = bench.model.index(7, 1);
        const QPersistentModelIndex far = bench.model.index(9'999, 1);
        QCOMPARE(kept.data().toString(), QStringLiteral("9993"));
        QSignalSpy inserted(&bench.model, &QAbstractItemModel::rowsInserted);
        bench.pipeline->messages = 12'345;
        bench.model.refresh();
        QTRY_COMPARE(bench.model.rowCount(), 12'345);
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(kept.row(), 7 + 2'345);
        QCOMPARE(kept.data().toString(), QStringLiteral("9993"));
        QCOMPARE(selection.selectedRows().first().row(), kept.row());
        QTRY_COMPARE(far.data().toString(), QStringLiteral("1"));
        QTRY_COMPARE(bench.number(0), 12'345);
        QTRY_COMPARE(bench.number(2'345), 10'000);
        QTRY_COMPARE(bench.number(2'344), 10'001);
    }

    void aTrickleStaysInPlace() {
        Bench bench(1'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        for (int step = 1; step <= 60; ++step) {
            bench.pipeline->messages += 17;
            bench.model.refresh();
            QTRY_COMPARE(bench.model.rowCount(), 1'000 + 17 * step);
        }
        for (int row = 0; row < bench.model.rowCount(); ++row)
            QTRY_COMPARE(bench.number(row), bench.model.rowCount() - row);
    }

    void appendsToAnOldestFirstList() {
        Bench bench(1'234);
        bench.open({});
        QTRY_VERIFY(bench.model.isComplete());
        QCOMPARE(bench.number(0), 1);
        bench.pipeline->messages = 3'000;
        bench.model.refresh();
        QTRY_COMPARE(bench.model.rowCount(), 3'000);
        QTRY_COMPARE(bench.number(2'999), 3'000);
        QTRY_COMPARE(bench.number(1'234), 1'235);
    }

    void newRowsWaitWhileHeld() {
        Bench bench(1'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        bench.model.setHeld(true);
        bench.pipeline->messages = 1'100;
        bench.model.refresh();
        QTRY_COMPARE(bench.model.waitingRows(), 100);
        bench.pipeline->messages = 1'128;
        bench.model.refresh();
        QTRY_COMPARE(bench.model.waitingRows(), 128);
        QCOMPARE(bench.model.rowCount(), 1'000);
        bench.model.showWaiting();
        QCOMPARE(bench.model.rowCount(), 1'128);
        QCOMPARE(bench.model.waitingRows(), 0);
        QTRY_COMPARE(bench.number(0), 1'128);
        QTRY_COMPARE(bench.number(128), 1'000);
    }

    void aGrowingBatchIsReadAgain() {
        auto pipeline = std::make_shared<MemoryPipeline>();
        pipeline->messages = 25;
        StoreWorker channel(MemoryStore::opener(pipeline));
        BatchModel model(batchListing());
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setQuery({}, newestFirst);
        model.setChannel(&channel);
        QTRY_COMPARE(model.rowCount(), 3);
        const QPersistentModelIndex count = model.index(0, 2);
        QCOMPARE(count.data().toString(), QStringLiteral("5"));
        pipeline->messages = 43;
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 5);
        QCOMPARE(count.row(), 2);
        QTRY_COMPARE(count.data().toString(), QStringLiteral("10"));
    }

    void rowsThatAreGoneAreTakenOut() {
        Bench bench(3'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        const QPersistentModelIndex gone = bench.model.index(10, 1);
        const QPersistentModelIndex next = bench.model.index(11, 1);
        QSignalSpy removed(&bench.model, &QAbstractItemModel::rowsRemoved);
        bench.pipeline->remove(3'000 - 10);
        bench.model.refreshAll();
        (void)bench.number(10);
        QTRY_COMPARE(bench.model.rowCount(), 2'999);
        QCOMPARE(removed.count(), 1);
        QVERIFY(!gone.isValid());
        QCOMPARE(next.row(), 10);
        QCOMPARE(next.data().toString(), QStringLiteral("2989"));
    }

    void rowsThatWentBeforeTheyWereReadAreTakenOut() {
        Bench bench(30'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        for (qint64 number = 5'000; number < 5'004; ++number)
            bench.pipeline->remove(number);
        QTRY_VERIFY(bench.model.isLoaded(25'000) || bench.number(25'000) > 0);
        QTRY_COMPARE(bench.model.rowCount(), 29'996);
        QTRY_COMPARE(bench.number(29'995), 1);
        QTRY_COMPARE(bench.number(24'000), 6'000);
    }

    void anErrorIsShownAndRetryMendsIt() {
        Bench bench(1'000);
        bench.pipeline->fail(failure());
        bench.open();
        QTRY_COMPARE(bench.model.state(), PagedModel::State::Failed);
        QCOMPARE(bench.model.error()->text, failure().text);
        bench.pipeline->fail({});
        bench.model.retry();
        QTRY_COMPARE(bench.model.rowCount(), 1'000);
        QVERIFY(!bench.model.error());
    }

    void anErrorWhileScrollingKeepsTheRows() {
        Bench bench(50'000);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        bench.pipeline->fail(failure());
        QCOMPARE(bench.number(40'000), -1);
        QTRY_VERIFY(bench.model.error());
        QCOMPARE(bench.model.state(), PagedModel::State::Data);
        QCOMPARE(bench.number(0), 50'000);
        const int asked = bench.pipeline->questions;
        QCOMPARE(bench.number(40'000), -1); // and is not asked for again and again
        QCoreApplication::sendPostedEvents();
        QCOMPARE(bench.pipeline->questions, asked);
        bench.pipeline->fail({});
        bench.model.retry();
        QTRY_COMPARE(bench.number(40'000), 10'000);
        QVERIFY(!bench.model.error());
    }

    void aSortTheStoreCannotDoIsAnError() {
        Bench bench(10);
        bench.open({"content", false});
        QTRY_COMPARE(bench.model.state(), PagedModel::State::Failed);
    }

    void withoutAStoreItIsEmpty() {
        Bench bench(10);
        bench.open();
        bench.model.setChannel(nullptr);
        QCOMPARE(bench.model.state(), PagedModel::State::Empty);
        QCOMPARE(bench.model.rowCount(), 0);
        bench.model.refresh();
        QCOMPARE(bench.model.state(), PagedModel::State::Empty);
    }

    void copiesWholeRows_data() {
        QTest::addColumn<RowsTextFormat>("format");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("lines")
            << RowsTextFormat::Lines
            << QByteArray("2025-10-16 14:57:38 UTC\t93\tthis is Message N° 93 being posted into Redis\t10\n"
                          "2025-10-16 14:57:37 UTC\t92\tthis is Message N° 92 being posted into Redis\t10\n");
        QTest::newRow("markdown")
            << RowsTextFormat::Markdown
            << QByteArray("| Time | Number | Content | Batch |\n| --- | --- | --- | --- |\n"
                          "| 2025-10-16 14:57:38 UTC | 93 | this is Message N° 93 being posted into Redis | 10 |\n"
                          "| 2025-10-16 14:57:37 UTC | 92 | this is Message N° 92 being posted into Redis | 10 |\n");
        QTest::newRow("csv") << RowsTextFormat::Csv
                             << QByteArray(
                                    "timestamp,message_number,content,batch_id\r\n"
                                    "2025-10-16T14:57:38.000Z,93,this is Message N° 93 being posted into Redis,10\r\n"
                                    "2025-10-16T14:57:37.000Z,92,this is Message N° 92 being posted into Redis,10\r\n");
    }
    void copiesWholeRows() {
        QFETCH(RowsTextFormat, format);
        QFETCH(QByteArray, text);
        Bench bench(100);
        bench.open();
        QTRY_VERIFY(bench.model.isComplete());
        QByteArray copied;
        bench.model.askText({{7, 8}}, format, this, [&copied](Result<QByteArray> result) { copied = result.value(); });
        QTRY_COMPARE(copied, text);
    }
};

QTEST_GUILESS_MAIN(TestPagedModel)
#include "tst_pagedmodel.moc"
