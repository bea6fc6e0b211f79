#include "views/batches/batchespane.h"

#include "storage/storeworker.h"
#include "views/batches/gapsbar.h"
#include "views/batches/rejectsview.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QTabWidget>

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
    : ListPane(parent)
    , m_batches(batchListing())
    , m_messages(messageListing())
    , m_gaps(gapListing())
    , m_batchFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Batch files"), &m_batches,
                                 {tr("No batches yet."),
                                  tr("Every ten messages make a batch. Start receiving to fill the first one."),
                                  tr("No batch matches.")},
                                 this))
    , m_messageFrame(
          new ListFrame(QT_TRANSLATE_NOOP("Lists", "Messages"), &m_messages,
                        {tr("No messages yet."), tr("Start receiving from a source, or open a store that holds some."),
                         tr("No message matches the filter."), true},
                        this))
    , m_rejects(new RejectsView(this))
    , m_gapFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Gaps"), &m_gaps,
                               {tr("No receiver noted a gap."),
                                tr("Messages that a source lost, or may have lost, appear here with their numbers."),
                                tr("No gap matches the filter.")},
                               this))
    , m_gapsBar(new GapsBar(this))
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
    addPart(m_batchFrame, 2);
    addPart(m_tabs, 3);

    const auto clear = [this] {
        if (m_filter.isEmpty())
            m_allMessages->click(); // the choice of a batch is a filter, too
    };
    m_batches.setQuery({}, newestFirst);
    for (const Tab& list : m_lists) {
        list.model->setQuery({}, newestFirst);
        wire(list.frame, clear);
    }
    wire(m_batchFrame, clear);
    connect(m_rejects, &RejectsView::notice, this, &Pane::notice);
    m_gapFrame->addBar(m_gapsBar);
    connect(m_gapsBar, &GapsBar::integrityWanted, this, [this] { Q_EMIT paneWanted(QStringLiteral("integrity"), {}); });
    m_batchFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_batchFrame->table(), &DataTable::chosen, this, &BatchesPane::chooseBatch);
    connect(m_messageFrame->table(), &DataTable::chosen, this, &BatchesPane::inspectMessage);
    connect(m_rejects->frame()->table(), &DataTable::chosen, this, &BatchesPane::inspectReject);
    connect(m_gapFrame->table(), &DataTable::chosen, this, &BatchesPane::inspectGap);
    connect(m_allMessages, &QPushButton::clicked, this, [this] { m_batchFrame->table()->chooseNothing(); });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { // the columns differ, and so the filters
        m_filter = {};
        askMessages();
        for (PagedModel* model : {static_cast<PagedModel*>(&m_rejects->model()), static_cast<PagedModel*>(&m_gaps)})
            model->setQuery({}, model->sorting());
        Q_EMIT filterSchemaChanged();
    });
}

void BatchesPane::setContext(const PaneContext& context) {
    ListPane::setContext(context);
    m_gapsBar->setControllers(context.checks, context.overview);
    m_rejects->setContext(context);
}

void BatchesPane::forget() {
    m_batch.reset();
    m_allMessages->hide();
    setFilter({});
}

bool BatchesPane::waits(const ListFrame* frame) const {
    return frame == m_rejects->frame(); // gets it with its buttons
}

void BatchesPane::setRefusals(const PaneRefusals& refusals) {
    m_rejects->setCannot(refusals.receive);
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

/// The filter of another tab is of other columns.
void BatchesPane::askMessages() {
    const Filter typed = shownTab().model == &m_messages ? m_filter : Filter{};
    const Filter batch = m_batch ? equals(messageSchema(), "batch_id", *m_batch) : Filter{};
    m_messages.setQuery(both(typed, batch), m_messages.sorting());
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
        askInspection([id = *id](Store& store, const CancelToken&) { return store.batches().batch(id); });
    }
    askMessages();
}

void BatchesPane::inspectMessage(int row) {
    if (const Message* message = m_messages.rowAt(row))
        askInspection([id = message->id](Store& store, const CancelToken&) -> Result<SeenMessage> {
            auto found = store.batches().message(id);
            PORTOLAN_TRY(found);
            return SeenMessage{std::move(*found), store.hiddenMetadata()};
        });
}

void BatchesPane::inspectReject(int row) {
    if (const Reject* reject = m_rejects->model().rowAt(row))
        askInspection([id = reject->id](Store& store, const CancelToken&) { return store.batches().reject(id); });
}

void BatchesPane::inspectGap(int row) {
    const Gap* gap = m_gaps.rowAt(row);
    if (!gap)
        return;
    m_inspecting.cancelPending();
    Q_EMIT inspected(inspect(*gap));
}

const BatchesPane::Tab& BatchesPane::shownTab() const {
    return m_lists[static_cast<std::size_t>(std::max(0, m_tabs->currentIndex()))];
}

std::vector<ListFrame*> BatchesPane::lists() const {
    ListFrame* const tab = shownTab().frame;
    return m_batchFrame->holdsFocus() ? std::vector{m_batchFrame, tab} : std::vector{tab, m_batchFrame};
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

} // namespace portolan
