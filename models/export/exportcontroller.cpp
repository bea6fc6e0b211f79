#include "models/export/exportcontroller.h"

#include "models/list/format.h"
#include "storage/export/exportrun.h"

#include <QFileInfo>
#include <numeric>

namespace portolan {

namespace {

/// Rows of a block, with every column that storage knows.
class BlockPage final : public ExportPage {
public:
    BlockPage(std::shared_ptr<const ListingAdapter> listing, SelectedRows rows)
        : m_listing(std::move(listing))
        , m_rows(std::move(rows)) {}
    std::size_t size() const override { return m_rows.rows.size(); }
    void values(std::size_t row, std::vector<Value>& values) const override {
        m_listing->storedValues(m_rows.block, m_rows.rows[row], values);
    }

private:
    std::shared_ptr<const ListingAdapter> m_listing;
    SelectedRows m_rows;
};

/// A list of the window, as the operator sees it: filtered and sorted, or some rows of it.
class ListSource final : public ExportSource {
public:
    ListSource(const ExportOrder& order, Store& store) : m_order(order), m_store(store) {
        if (order.chosen)
            m_chosen.emplace(*order.listing, store, order.query, *order.chosen);
    }

    const std::vector<ExportColumn>& columns() const override { return m_order.listing->storedColumns(); }
    Result<std::unique_ptr<ExportPage>> page(const ListQuery& query, const CancelToken& token) override {
        return m_chosen ? nextChosen(token) : nextPage(query, token);
    }

private:
    Result<std::unique_ptr<ExportPage>> nextPage(const ListQuery& query, const CancelToken& token) {
        auto read = m_order.listing->page(m_store, query, RowExtent::Whole, token);
        PORTOLAN_TRY(read);
        SelectedRows all{std::move(read->block), {}};
        all.rows.resize(static_cast<std::size_t>(all.block.count));
        std::iota(all.rows.begin(), all.rows.end(), 0);
        auto page = std::make_unique<BlockPage>(m_order.listing, std::move(all));
        page->next = std::move(read->next);
        page->last = read->last;
        return std::unique_ptr<ExportPage>(std::move(page));
    }
    Result<std::unique_ptr<ExportPage>> nextChosen(const CancelToken& token) {
        auto read = m_chosen->isAtEnd() ? Result<SelectedRows>(SelectedRows()) : m_chosen->next(token);
        PORTOLAN_TRY(read);
        auto page = std::make_unique<BlockPage>(m_order.listing, std::move(*read));
        page->last = m_chosen->isAtEnd();
        return std::unique_ptr<ExportPage>(std::move(page));
    }

    const ExportOrder& m_order;
    Store& m_store;
    std::optional<ChosenReader> m_chosen;
};

} // namespace

ExportController::ExportController(StoreWorker::Opener reader, QObject* parent)
    : JobController(parent)
    , m_opener(std::move(reader)) {}

ExportController::~ExportController() {
    stop();
}

void ExportController::start(ExportOrder order) {
    if (!m_channel)
        m_channel = std::make_unique<StoreWorker>(m_opener);
    if (auto other = order.listing->forExport())
        order.listing = std::move(other);
    order.query.sort = order.listing->exportOrder(order.query.sort);
    ExportJob added;
    added.path = order.path;
    added.total = order.expected;
    const auto [number, stopped] = m_book.add(std::move(added));
    const auto tick = ticks<qint64>(number, [](ExportJob& job, const qint64& done) { job.done = done; });
    m_channel->ask(
        m_asker,
        [order = std::move(order), tick, stopped = stopped](Store& store, const CancelToken&) -> Result<ExportSummary> {
            PORTOLAN_TRY(order.listing->prepareExport(store, stopped));
            ListSource source(order, store);
            return exportRows(source, order.query, order.path, order.options, order.title, tick, stopped);
        },
        this,
        [this, number = number](const Result<ExportSummary>& summary) {
            end(number, [&](ExportJob& job) { tell(job, summary); });
        });
    Q_EMIT jobsChanged();
}

void ExportController::tell(ExportJob& job, const Result<ExportSummary>& summary) {
    if (summary) {
        job.done = summary->rows;
        job.total = summary->rows;
        QStringList parts{tr("Rows written: %1").arg(groupedNumber(summary->rows)),
                          tr("%1 bytes").arg(groupedNumber(summary->bytes))};
        if (summary->cells.guarded > 0)
            parts << tr("cells with a ' before a formula: %1").arg(groupedNumber(summary->cells.guarded));
        if (summary->cells.notUtf8 > 0)
            parts << tr("cells that are no UTF-8: %1").arg(groupedNumber(summary->cells.notUtf8));
        if (summary->cells.longTexts > 0)
            parts << tr("texts in the sheet \"Long texts\": %1").arg(groupedNumber(summary->cells.longTexts));
        if (summary->cells.rounded > 0)
            parts << tr("numbers and times rounded to 16 digits: %1").arg(groupedNumber(summary->cells.rounded));
        job.outcome = parts.join(QStringLiteral(" · "));
        Q_EMIT notice(tr("Exported to %1. %2").arg(job.path, job.outcome));
    } else {
        job.failed = summary.error().code != ErrorCode::Cancelled;
        job.outcome = job.failed ? summary.error().text : tr("Cancelled; there is no file.");
        Q_EMIT notice(job.outcome);
    }
}

} // namespace portolan
