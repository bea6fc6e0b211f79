#include "views/list/listpane.h"

#include "views/list/listframe.h"

#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

PagedModel& modelOf(const ListFrame* frame) {
    return *frame->table()->paged();
}

} // namespace

ListPane::ListPane(QWidget* parent) : Pane(parent), m_splitter(new QSplitter(Qt::Vertical, this)) {
    m_splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter, 1);
}

void ListPane::addPart(QWidget* part, int share) {
    m_splitter->addWidget(part);
    m_splitter->setStretchFactor(m_splitter->indexOf(part), share);
}

void ListPane::wire(ListFrame* frame, const std::function<void()>& clear) {
    m_frames.push_back(frame);
    connect(frame, &ListFrame::clearFilterWanted, this, [this, clear] {
        if (clear)
            clear();
        Q_EMIT clearFilterWanted();
    });
    connect(frame, &ListFrame::setUpWanted, this,
            [this] { Q_EMIT paneWanted(QStringLiteral("operations/migrations/up"), {}); });
    connect(frame, &ListFrame::receiveWanted, this, &Pane::receiveWanted);
    connect(frame->table(), &DataTable::pauseWanted, this, &Pane::pauseWanted);
    connect(frame->table(), &DataTable::peekWanted, this, &Pane::peekWanted);
    connect(frame->table(), &DataTable::chosen, this, [this, frame](int row) {
        if (row >= 0 && modelOf(frame).isLoaded(row)) {
            m_chosenIn = frame;
        } else if (m_chosenIn == frame) {
            m_chosenIn = nullptr;
            rowLetGo(frame);
        }
    });
    connect(frame->table(), &DataTable::narrowWanted, this, &Pane::narrowWanted);
    connect(frame->table(), &DataTable::placeWanted, this, &Pane::paneWanted);
    frame->table()->setNarrows([this, frame] { return filterSchema() == &modelOf(frame).listing().schema(); });
    connect(frame->table(), &DataTable::failed, this, &Pane::notice);
    connect(frame->table(), &DataTable::copied, this,
            [this](int rows) { Q_EMIT notice(tr("Rows copied: %1").arg(groupedNumber(rows))); });
}

/// The lists that lead to others ask first.
void ListPane::setContext(const PaneContext& context) {
    m_inspecting.cancelPending();
    m_question = nullptr;
    m_channel = context.channel;
    for (const ListFrame* frame : m_frames)
        modelOf(frame).setChannel(nullptr);
    forget();
    for (auto frame = m_frames.rbegin(); frame != m_frames.rend(); ++frame) {
        if (!waits(*frame))
            modelOf(*frame).setChannel(m_channel);
    }
    Q_EMIT nothingInspected();
}

void ListPane::refresh() {
    for (const ListFrame* frame : m_frames)
        modelOf(frame).refresh();
}

void ListPane::refreshAll() {
    for (const ListFrame* frame : m_frames)
        modelOf(frame).refreshAll();
    inspectAgain();
}

void ListPane::setPaused(bool paused) {
    for (const ListFrame* frame : m_frames)
        frame->table()->setPaused(paused);
}

void ListPane::setTimeDisplay(TimeDisplay display) {
    for (const ListFrame* frame : m_frames)
        modelOf(frame).setTimeDisplay(display);
}

const ColumnSet* ListPane::filterSchema() const {
    return &modelOf(m_frames.front()).listing().schema();
}

void ListPane::setFilter(const Filter& filter) {
    PagedModel& model = modelOf(m_frames.front());
    model.setQuery(filter, model.sorting());
}

std::vector<ListFrame*> ListPane::lists() const {
    std::vector<ListFrame*> all = m_frames;
    std::stable_partition(all.begin(), all.end(), [](const ListFrame* frame) { return frame->holdsFocus(); });
    return all;
}

void ListPane::focusList() {
    lists().front()->focusTable();
}

bool ListPane::isSettled() const {
    return std::ranges::all_of(m_frames, [](const ListFrame* frame) { return modelOf(frame).isSettled(); });
}

int ListPane::rowsShown() const {
    return modelOf(m_frames.front()).rowCount();
}

QByteArray ListPane::saveLayout() const {
    return m_splitter->count() > 1 ? m_splitter->saveState() : QByteArray();
}

void ListPane::restoreLayout(const QByteArray& layout) {
    m_splitter->restoreState(layout);
}

void ListPane::askWhole(InspectionQuestion question) {
    m_question = std::move(question);
    inspectAgain();
}

void ListPane::inspectAgain() {
    if (!m_question || !m_channel)
        return;
    m_inspecting.cancelPending();
    m_channel->ask(m_inspecting, m_question, this, [this](const Result<Inspection>& inspection) {
        if (inspection)
            Q_EMIT inspected(*inspection);
        else
            Q_EMIT inspectionFailed(inspection.error());
    });
}

void ListPane::inspectNothing() {
    m_inspecting.cancelPending();
    m_question = nullptr;
    Q_EMIT nothingInspected();
}

} // namespace portolan
