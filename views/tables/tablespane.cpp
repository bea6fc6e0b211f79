#include "views/tables/tablespane.h"

#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/store.h"
#include "views/list/listframe.h"

#include <QCheckBox>
#include <QSplitter>

namespace portolan {

namespace {

constexpr int rowShare = 3; ///< of the height; two are the tables'

/// Returns a listing without rows, for when no table is chosen, or its rows cannot be read.
std::shared_ptr<const ListingAdapter> noTableChosen() {
    return tableRowsOf({}, {});
}

} // namespace

TablesPane::TablesPane(QWidget* parent)
    : ListPane(parent)
    , m_tables(tableListing(false))
    , m_tableFrame(new ListFrame(
          QT_TRANSLATE_NOOP("Lists", "Tables"), &m_tables,
          {tr("No tables yet."), tr("The tables and views of the database appear here."), tr("No table matches.")},
          this))
    , m_own(new QCheckBox(tr("Portolan's own"), this)) {
    m_own->setAccessibleName(tr("List Portolan's own tables"));
    m_own->setToolTip(tr("The tables in which Portolan keeps its audit, its jobs and its settings"));
    connect(m_own, &QCheckBox::toggled, this, [this](bool on) { m_tables.setListing(tableListing(on), {}); });
    m_tableFrame->addToTitle(m_own);
    m_tableFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tableFrame->table()->setOwnOrder({});
    addPart(m_tableFrame, 2);
    wire(m_tableFrame);
    connect(m_tableFrame->table(), &DataTable::chosen, this, &TablesPane::chooseTable);
    connect(&m_tables, &PagedModel::stateChanged, this, &TablesPane::chooseAgain);
    showRows(noTableChosen(), tr("Choose a table."));
}

void TablesPane::forget() {
    m_opening.cancelPending();
    m_isOpening = false;
    m_chosen.clear();
    m_detail.reset();
    showRows(noTableChosen(), tr("Choose a table."));
}

void TablesPane::showRows(std::shared_ptr<const ListingAdapter> listing, const QString& note) {
    const QList<int> sizes = m_splitter->sizes();
    const bool isRead = !listing->schema().columns.empty();
    auto rows = std::make_unique<PagedModel>(std::move(listing));
    auto* frame = new ListFrame(QT_TRANSLATE_NOOP("Lists", "Rows"), rows.get(),
                                {m_chosen.isEmpty() ? tr("No table is chosen.")
                                 : isRead           ? tr("The table is empty.")
                                                    : tr("The table cannot be read."),
                                 note, tr("No row matches the filter.")},
                                this);
    if (m_rowFrame) {
        std::erase(m_frames, m_rowFrame);
        delete m_splitter->replaceWidget(1, frame);
        m_splitter->setStretchFactor(1, rowShare);
    } else {
        addPart(frame, rowShare);
    }
    m_rowFrame = frame;
    m_rows = std::move(rows); // the one before is not shown any more
    if (!m_chosen.isEmpty()) {
        frame->setTitle(visibleText(m_chosen, 60));
        if (isRead)
            frame->setCountNote(note);
    }
    frame->table()->setOwnOrder({});
    frame->table()->setPaused(m_paused);
    m_rows->setTimeDisplay(m_display);
    wire(frame);
    connect(frame->table(), &DataTable::chosen, this, &TablesPane::inspectRow);
    frame->show();
    if (sizes.size() == 2)
        m_splitter->setSizes(sizes);
    Q_EMIT filterSchemaChanged();
}

void TablesPane::chooseTable() {
    const auto runs = m_tableFrame->table()->selectedRuns();
    const TableInfo* const info = runs.empty() ? nullptr : m_tables.rowAt(runs.front().first);
    if (info)
        openSubject(info->path());
}

/// Chooses what a link led to before the tables were listed.
void TablesPane::chooseAgain() {
    DataTable& table = *m_tableFrame->table();
    if (m_chosen.isEmpty() || m_tables.state() != PagedModel::State::Data || table.selectionModel()->hasSelection())
        return;
    for (int row = 0; row < m_tables.rowCount(); ++row) {
        if (const TableInfo* const each = m_tables.rowAt(row); each && each->path() == m_chosen)
            table.selectRow(row);
    }
}

bool TablesPane::showPart(const QString& part) {
    const QByteArray path = part.toUtf8();
    if (path.isEmpty() || !m_channel) {
        m_tableFrame->focusTable();
        return true;
    }
    openSubject(path);
    m_tableFrame->table()->chooseNothing(); // else what was chosen just before is told after this
    chooseAgain();
    focusList();
    return !m_isOpening;
}

void TablesPane::openSubject(const QByteArray& path) {
    if (path == m_chosen || !m_channel)
        return;
    m_chosen = path;
    m_detail.reset();
    m_inspecting.cancelPending();
    m_opening.cancelPending();
    m_isOpening = true;
    m_channel->ask(
        m_opening, [path = m_chosen](Store& store, const CancelToken& token) { return openTable(store, path, token); },
        this,
        [this](const Result<OpenedTable>& opened) {
            m_isOpening = false;
            if (opened) {
                adopt(*opened);
                return;
            }
            showRows(noTableChosen(), opened.error().text);
            Q_EMIT inspectionFailed(opened.error());
        });
}

void TablesPane::adopt(const OpenedTable& opened) {
    showRows(opened.rows ? opened.rows : noTableChosen(), opened.note);
    if (opened.rows)
        m_rows->setChannel(m_channel);
    m_detail = inspect(opened.detail);
    if (opened.detail.info.zone == TableInfo::Zone::Portolan)
        m_own->setChecked(true); // a link led to it
    showTable();
}

/// In the Inspector, while none of its rows is chosen.
void TablesPane::showTable() {
    if (m_detail)
        Q_EMIT inspected(*m_detail);
    else
        inspectNothing();
}

/// The table of a row takes its place by inspectRow(); a list of tables that is newly sorted chooses the same one
/// again.
void TablesPane::rowLetGo(const ListFrame* frame) {
    if (frame == m_tableFrame && m_tables.state() != PagedModel::State::Loading)
        inspectNothing();
}

void TablesPane::inspectRow(int row) {
    const TableRow* const chosen = tableRowAt(*m_rows, row);
    m_inspecting.cancelPending();
    if (!chosen || !m_channel) {
        showTable();
        return;
    }
    askWhole([path = m_chosen, key = chosen->key](Store& store, const CancelToken& token) {
        return inspectTableRow(store, path, key, token);
    });
}

void TablesPane::setPaused(bool paused) {
    m_paused = paused;
    ListPane::setPaused(paused);
}

void TablesPane::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    ListPane::setTimeDisplay(display);
}

const ColumnSet* TablesPane::filterSchema() const {
    return m_rows->listing().schema().columns.empty() ? nullptr : &m_rows->listing().schema();
}

void TablesPane::setFilter(const Filter& filter) {
    m_rows->setQuery(filter, m_rows->sorting());
}

std::vector<ListFrame*> TablesPane::lists() const {
    if (m_chosen.isEmpty())
        return {m_tableFrame};
    return m_tableFrame->holdsFocus() ? std::vector{m_tableFrame, m_rowFrame} : std::vector{m_rowFrame, m_tableFrame};
}

bool TablesPane::isSettled() const {
    return ListPane::isSettled() && !m_isOpening;
}

} // namespace portolan
