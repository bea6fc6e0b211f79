#include "models/list/pagedmodel.h"
#include "storage/listing/memorylisting.h"
#include "storage/storeworker.h"
#include "tests/support/memorystore.h"

#include <QAbstractItemModelTester>
#include <QtTest>
#include <condition_variable>

using namespace portolan;
using test::MemoryPipeline;
using test::MemoryStore;

namespace {

constexpr int longWait = 60'000; ///< milliseconds: other programs may have the processors

struct Counted {
    QByteArray name;
    qint64 count = 0;
};

Value nameOf(const Counted& row) {
    return row.name;
}
Value countOf(const Counted& row) {
    return row.count;
}

std::span<const Column<Counted>> countedColumns() {
    static const std::vector<Column<Counted>> columns{{"name", ColumnType::Text, &nameOf},
                                                      {"count", ColumnType::Integer, &countOf}};
    return columns;
}

const ColumnSet& countedSchema() {
    static const ColumnSet schema = schemaOf(countedColumns(), {}, {"name"});
    return schema;
}

Listing<Counted> counted() {
    return {.source = [](Store&) -> RowSource<Counted>& { return noRows<Counted>(); },
            .columns = countedColumns,
            .schema = countedSchema,
            .shown = {{"name", "Name", ColumnKind::Data, 20}, {"count", "Count", ColumnKind::Number, 8}},
            .identity = [](const Counted& row) { return row.name; },
            .trim = nullptr,
            .rowsChange = true};
}

/// Rows that a test changes while a model reads them on its thread; a question can be made to wait.
class ChangingListing final : public TypedListing<Counted> {
public:
    ChangingListing(qint64 rows, bool few) : TypedListing(counted()), m_few(few) { keep({{0, rows}}); }

    using Runs = std::vector<std::pair<qint64, qint64>>;
    /// Keeps exactly these: the first row and the one after the last.
    void keep(const Runs& runs) {
        const std::lock_guard lock(m_mutex);
        m_rows.clear();
        for (const auto& [first, behind] : runs) {
            for (qint64 i = first; i < behind; ++i)
                m_rows.push_back({nameAt(i), i});
        }
    }
    void setCount(qint64 row, qint64 count) {
        const std::lock_guard lock(m_mutex);
        m_rows[static_cast<std::size_t>(row)].count = count;
    }
    static QByteArray nameAt(qint64 row) { return "row-" + QByteArray::number(row).rightJustified(5, '0'); }

    /// Questions for the rows after this one wait from the `which`-th on.
    void holdTail(qint64 row, int which) {
        const std::lock_guard lock(m_mutex);
        m_heldAfter = nameAt(row);
        m_untilHeld = which;
    }
    [[nodiscard]] bool isHolding() const {
        const std::lock_guard lock(m_mutex);
        return m_holding;
    }
    void letGo() {
        const std::lock_guard lock(m_mutex);
        m_heldAfter.clear();
        m_letGo.notify_all();
    }

    Result<BlockPage> page(Store&, const ListQuery& query, RowExtent, const CancelToken&) const override {
        std::unique_lock lock(m_mutex);
        if (!m_heldAfter.isEmpty() && !query.after.atStart() && query.after.keys.back() == Value(m_heldAfter)
            && --m_untilHeld <= 0) {
            m_holding = true;
            m_letGo.wait(lock, [this] { return m_heldAfter.isEmpty(); });
            m_holding = false;
        }
        auto page = pageOfRows(m_rows, order(), query);
        PORTOLAN_TRY(page);
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<PageIndex> pageIndex(Store&, const ListQuery& query, int pages, const CancelToken&) const override {
        const std::lock_guard lock(m_mutex);
        return pageIndexOfRows(m_rows, order(), query, pages);
    }
    bool rowsAreFew() const override { return m_few; }

private:
    static RowOrder<Counted> order() { return {countedColumns(), &countedSchema(), 0, 0}; }

    bool m_few;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_letGo;
    Rows m_rows;
    QByteArray m_heldAfter;
    mutable int m_untilHeld = 0;
    mutable bool m_holding = false;
};

struct Bench {
    Bench(qint64 rows, bool few, const Sort& sort = {})
        : listing(std::make_shared<ChangingListing>(rows, few))
        , channel(MemoryStore::opener(std::make_shared<MemoryPipeline>()))
        , model(listing) {
        model.setQuery({}, sort);
        model.setChannel(&channel);
    }
    ~Bench() { listing->letGo(); }
    /// Once everything is looked at.
    [[nodiscard]] bool shows(int rows) {
        return QTest::qWaitFor(
            [&] {
                for (int row = 0; row < model.rowCount(); row += 100)
                    (void)model.blockAt(row);
                return model.rowCount() == rows;
            },
            longWait);
    }
    [[nodiscard]] bool isWhole() {
        return QTest::qWaitFor(
            [&] {
                bool whole = model.isComplete();
                for (int row = 0; row < model.rowCount(); ++row)
                    whole = model.blockAt(row).first && whole;
                return whole;
            },
            longWait);
    }

    std::shared_ptr<ChangingListing> listing;
    StoreWorker channel;
    PagedModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

} // namespace

/// Lists whose rows go, come back and overtake each other while they are shown.
class TestChangingLists : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// It was of two segments, and is changed again while it is asked for what is new.
    void fewRowsThatWentAndCameBack() {
        bool wereShown = false;
        for (int attempt = 0; attempt < 50 && !wereShown; ++attempt) {
            Bench bench(501, true);
            QVERIFY(bench.shows(501));
            QVERIFY(bench.isWhole());
            bench.listing->holdTail(500, 2);
            bench.listing->keep({{0, 1}});
            bench.model.refresh();
            bench.model.refresh();
            // Whether the attempt counts is seen afterwards: the list may be whole before the second question is asked.
            (void)QTest::qWaitFor([&] { return bench.listing->isHolding(); }, 500);
            (void)QTest::qWaitFor([&] { return bench.model.rowCount() == 1; }, 200); // what was answered before it
            // Threads decide which question comes first: the one that waits may be before those for the rows.
            wereShown = bench.listing->isHolding() && bench.model.rowCount() == 1;
            if (!wereShown)
                bench.listing->letGo();
            QVERIFY(bench.shows(1));
            bench.listing->keep({{0, 501}});
            bench.model.refresh();
            bench.listing->letGo();
            QVERIFY(bench.shows(501));
        }
        QVERIFY2(wereShown, "no question waited while one row was shown");
    }

    void rowsThatComeBackWhereNoneWasLeft_data() {
        QTest::addColumn<bool>("descending");
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("behind");
        QTest::addColumn<QString>("sort");
        for (const bool descending : {false, true}) {
            for (const char* sort : {"", "count"}) {
                const auto name = [&](const char* where) {
                    return QByteArray(where) + (descending ? " descending " : " ascending ") + sort;
                };
                QTest::newRow(name("middle"))
                    << descending << qint64(400) << qint64(1'600) << QString::fromLatin1(sort);
                QTest::newRow(name("begin")) << descending << qint64(0) << qint64(1'100) << QString::fromLatin1(sort);
                QTest::newRow(name("end")) << descending << qint64(900) << qint64(2'000) << QString::fromLatin1(sort);
            }
        }
    }
    void rowsThatComeBackWhereNoneWasLeft() {
        QFETCH(bool, descending);
        QFETCH(qint64, first);
        QFETCH(qint64, behind);
        QFETCH(QString, sort);
        Bench bench(2'000, false, {sort.toUtf8(), descending});
        QVERIFY(bench.shows(2'000));
        QVERIFY(bench.isWhole());
        bench.listing->keep({{0, first}, {behind, 2'000}});
        bench.model.refreshAll();
        QVERIFY(bench.shows(static_cast<int>(2'000 - (behind - first))));
        bench.listing->keep({{0, 2'000}});
        bench.model.refreshAll();
        QVERIFY(bench.shows(2'000));
        QVERIFY(bench.isWhole());
        for (int row = 0; row < 2'000; ++row)
            QCOMPARE(bench.model.identity(row), ChangingListing::nameAt(descending ? 1'999 - row : row));
    }

    /// What was seen is copied, wherever it stands by now.
    void copiesTheRowsThatWereChosen() {
        Bench bench(10, true, {"count", false});
        QVERIFY(bench.shows(10));
        QVERIFY(bench.isWhole());
        bench.listing->setCount(2, 100);
        QByteArray copied;
        bench.model.askText({{2, 3}}, RowsTextFormat::Csv, this,
                            [&copied](Result<QByteArray> text) { copied = text.value(); });
        QTRY_COMPARE(copied, QByteArray("name,count\r\nrow-00003,3\r\nrow-00002,100\r\n"));
    }
};

QTEST_GUILESS_MAIN(TestChangingLists)
#include "tst_changinglists.moc"
