#include "views/batches/batchespane.h"

#include "storage/storeworker.h"
#include "views/batches/rejectsview.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace portolan {

namespace {

const Sort newestFirst{{}, true};

QString tabText(const QString& name, const QString& count) {
    return count.isEmpty() ? name : name + QStringLiteral("  ") + count;
}

/// A message, and why what came beside it is not shown, if it is kept.
struct SeenMessage {
    Message message;
    std::optional<QString> noMetadata;
};

Inspection inspect(const SeenMessage& seen) {
    Inspection inspection = portolan::inspect(seen.message);
    addHiddenMetadata(inspection, seen.noMetadata);
    return inspection;
}

} // namespace

BatchesPane::BatchesPane(QWidget* parent)
    : Pane(parent)
    , m_batches(batchListing())
    , m_messages(messageListing())
    , m_gaps(gapListing())
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_batchFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Batch files"), &m_batches,
                                 {tr("No batches yet."),
                                  tr("Every ten messages make a batch. Start receiving to fill the first one."),
                                  tr("No batch matches.")},
                                 this))
    , m_messageFrame(
          new ListFrame(QT_TRANSLATE_NOOP("Lists", "Messages"), &m_messages,
                        {tr("No messages yet."), tr("Start receiving from a source, or open a store that holds some."),
                         tr("No message matches the filter.")},
                        this))
    , m_rejects(new RejectsView(this))
    , m_gapFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Gaps"), &m_gaps,
                               {tr("No gap is known."),
                                tr("Messages that a source lost, or may have lost, appear here with their numbers."),
                                tr("No gap matches the filter.")},
                               this))
    , m_lists{{&m_messages, m_messageFrame, m_messageFrame, tr("Messages"), QLatin1String("messages"), messageSchema},
              {&m_rejects->model(), m_rejects->frame(), m_rejects, tr("Rejected"), QLatin1String("rejects"),
               rejectSchema},
              {&m_gaps, m_gapFrame, m_gapFrame, tr("Gaps"), QLatin1String("gaps"), gapSchema}}
    , m_tabs(new QTabWidget(this))
    , m_allMessages(new QPushButton(themedIcon(QStringLiteral("clear")), tr("All batches"), this)) {
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Messages, rejected and gaps"));
    for (const Tab& list : m_lists) {
        list.frame->setTitleVisible(false);
        const int index = m_tabs->addTab(list.page, list.title);
        connect(list.frame, &ListFrame::countChanged, this, [this, index, title = list.title](const QString& count) {
            m_tabs->setTabText(index, tabText(title, count));
        });
    }
    auto* corner = new QWidget(m_tabs);
    auto* cornerLayout = new QHBoxLayout(corner);
    cornerLayout->setContentsMargins(0, 0, 2 * gridUnit, 0);
    cornerLayout->addWidget(m_allMessages);
    m_tabs->setCornerWidget(corner);
    m_allMessages->setAccessibleName(tr("Show the messages of all batches"));
    m_allMessages->hide();
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_batchFrame);
    m_splitter->addWidget(m_tabs);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);

    m_batches.setQuery({}, newestFirst);
    wire(m_batchFrame);
    for (const Tab& list : m_lists) {
        list.model->setQuery({}, newestFirst);
        wire(list.frame);
    }
    connect(m_rejects, &RejectsView::notice, this, &Pane::notice);
    m_batchFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_batchFrame->table(), &DataTable::chosen, this, &BatchesPane::chooseBatch);
    connect(m_messageFrame->table(), &DataTable::chosen, this, &BatchesPane::inspectMessage);
    connect(m_rejects->frame()->table(), &DataTable::chosen, this, &BatchesPane::inspectReject);
    connect(m_gapFrame->table(), &DataTable::chosen, this, &BatchesPane::inspectGap);
    connect(m_allMessages, &QPushButton::clicked, this, [this] {
        m_batchFrame->table()->clearSelection();
        m_batchFrame->table()->setCurrentIndex({});
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { // the columns differ, and so the filters
        m_filter = {};
        askMessages();
        for (PagedModel* model : {static_cast<PagedModel*>(&m_rejects->model()), static_cast<PagedModel*>(&m_gaps)})
            model->setQuery({}, model->sorting());
        Q_EMIT filterSchemaChanged();
    });
}

void BatchesPane::wire(ListFrame* frame) {
    connect(frame, &ListFrame::clearFilterWanted, this, [this] {
        if (m_filter.isEmpty())
            m_allMessages->click(); // the choice of a batch is a filter, too
        Q_EMIT clearFilterWanted();
    });
    connect(frame->table(), &DataTable::pauseWanted, this, &Pane::pauseWanted);
    connect(frame->table(), &DataTable::failed, this, &Pane::notice);
    connect(frame->table(), &DataTable::copied, this,
            [this](int rows) { Q_EMIT notice(tr("Rows copied: %1").arg(groupedNumber(rows))); });
}

void BatchesPane::setChannel(StoreWorker* channel) {
    m_inspecting.cancelPending();
    m_channel = channel;
    m_batch.reset();
    m_allMessages->hide();
    m_messages.setChannel(nullptr);
    m_batches.setChannel(channel);
    m_rejects->setChannel(channel);
    m_gaps.setChannel(channel);
    setFilter({});
    m_messages.setChannel(channel);
    Q_EMIT nothingInspected();
}

void BatchesPane::setReplayDesk(ReplayController* desk) {
    m_rejects->setReplayDesk(desk);
}

void BatchesPane::setCannotReceive(const QString& reason) {
    m_rejects->setCannot(reason);
}

void BatchesPane::refresh() {
    m_batches.refresh();
    for (const Tab& list : m_lists)
        list.model->refresh();
}

void BatchesPane::refreshAll() {
    m_batches.refreshAll();
    for (const Tab& list : m_lists)
        list.model->refreshAll();
}

void BatchesPane::setPaused(bool paused) {
    m_batchFrame->table()->setPaused(paused);
    for (const Tab& list : m_lists)
        list.frame->table()->setPaused(paused);
}

void BatchesPane::setTimeDisplay(TimeDisplay display) {
    m_batches.setTimeDisplay(display);
    for (const Tab& list : m_lists)
        list.model->setTimeDisplay(display);
}

const ColumnSet* BatchesPane::filterSchema() const {
    return &shownTab().schema();
}

void BatchesPane::setFilter(const Filter& filter) {
    m_filter = filter;
    PagedModel* const shown = shownTab().model;
    if (shown == &m_messages)
        askMessages();
    else
        shown->setQuery(filter, shown->sorting());
}

void BatchesPane::askMessages() {
    const Filter batch = m_batch ? equals(messageSchema(), "batch_id", *m_batch) : Filter{};
    m_messages.setQuery(both(m_filter, batch), m_messages.sorting());
}

void BatchesPane::chooseBatch(int row) {
    const Batch* batch = m_batches.rowAt(row);
    const auto id = batch ? std::optional(batch->id) : std::nullopt;
    if (id == m_batch)
        return;
    m_batch = id;
    m_allMessages->setVisible(id.has_value());
    if (id) {
        m_allMessages->setText(tr("Batch %1 only").arg(*id));
        askInspection([id = *id](Store& store) { return store.batches().batch(id); });
    } else {
        m_inspecting.cancelPending();
        Q_EMIT nothingInspected();
    }
    askMessages();
}

void BatchesPane::inspectMessage(int row) {
    if (const Message* message = m_messages.rowAt(row))
        askInspection([id = message->id](Store& store) -> Result<SeenMessage> {
            auto found = store.batches().message(id);
            if (!found)
                return found.error();
            return SeenMessage{std::move(*found), store.hiddenMetadata()};
        });
}

void BatchesPane::inspectReject(int row) {
    if (const Reject* reject = m_rejects->model().rowAt(row))
        askInspection([id = reject->id](Store& store) { return store.batches().reject(id); });
}

void BatchesPane::inspectGap(int row) {
    const Gap* gap = m_gaps.rowAt(row);
    if (!gap)
        return;
    m_inspecting.cancelPending();
    Q_EMIT inspected(inspect(*gap));
}

/// Reads the row whole, and its document, on the query thread.
template <class Question>
void BatchesPane::askInspection(Question question) {
    m_inspecting.cancelPending();
    m_channel->ask(
        m_inspecting,
        [question](Store& store, const CancelToken&) -> Result<Inspection> {
            const auto row = question(store);
            return row ? Result<Inspection>(inspect(*row)) : Result<Inspection>(row.error());
        },
        this,
        [this](const Result<Inspection>& inspection) {
            if (inspection)
                Q_EMIT inspected(*inspection);
            else
                Q_EMIT inspectionFailed(inspection.error());
        });
}

const BatchesPane::Tab& BatchesPane::shownTab() const {
    return m_lists[static_cast<std::size_t>(std::max(0, m_tabs->currentIndex()))];
}

std::vector<ListFrame*> BatchesPane::lists() const {
    ListFrame* const tab = shownTab().frame;
    return m_batchFrame->table()->hasFocus() ? std::vector{m_batchFrame, tab} : std::vector{tab, m_batchFrame};
}

void BatchesPane::focusList() {
    lists().front()->focusTable();
}

bool BatchesPane::showPart(const QString& part) {
    const auto found = std::ranges::find_if(m_lists, [&](const Tab& list) { return list.part == part; });
    m_tabs->setCurrentWidget(found == m_lists.end() ? m_messageFrame : found->page);
    m_allMessages->click();
    focusList();
    return true;
}

bool BatchesPane::isSettled() const {
    return m_batches.isSettled() && m_messages.isSettled();
}

int BatchesPane::rowsShown() const {
    return m_messages.rowCount();
}

QByteArray BatchesPane::saveLayout() const {
    return m_splitter->saveState();
}

void BatchesPane::restoreLayout(const QByteArray& layout) {
    m_splitter->restoreState(layout);
}

} // namespace portolan
