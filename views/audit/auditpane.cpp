#include "views/audit/auditpane.h"

#include "views/list/listframe.h"

#include <QVBoxLayout>

namespace portolan {

namespace {

Result<AuditEntry> entryOf(Store& store, qint64 id, const CancelToken& token) {
    RowSource<AuditEntry>* const audit = store.audit();
    if (!audit)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Audit).value_or(QString())};
    ListQuery query;
    query.filter = equals(auditSchema(), "id", id);
    query.sort.column = "id";
    query.limit = 1;
    auto page = audit->page(query, token);
    if (!page)
        return page.error();
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, AuditPane::tr("There is no entry %1 in the audit.").arg(id)};
    return std::move(page->rows.front());
}

} // namespace

AuditPane::AuditPane(QWidget* parent)
    : ListPane(parent)
    , m_entries(auditListing())
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Audit log"), &m_entries,
                            {tr("Nothing was done yet."),
                             tr("Replays and all other changes of the store appear here, with who made them and why."),
                             tr("No entry matches the filter.")},
                            this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_frame);
    m_frame->table()->setOwnOrder({{}, true});
    wire(m_frame);
    connect(m_frame->table(), &DataTable::chosen, this, &AuditPane::inspectEntry);
}

void AuditPane::setChannel(StoreWorker* channel) {
    m_inspecting.cancelPending();
    m_channel = channel;
    m_entries.setChannel(nullptr);
    setFilter({});
    m_entries.setChannel(channel);
    Q_EMIT nothingInspected();
}

void AuditPane::refresh() {
    m_entries.refresh();
}

void AuditPane::refreshAll() {
    m_entries.refreshAll();
}

void AuditPane::setPaused(bool paused) {
    m_frame->table()->setPaused(paused);
}

void AuditPane::setTimeDisplay(TimeDisplay display) {
    m_entries.setTimeDisplay(display);
}

const ColumnSet* AuditPane::filterSchema() const {
    return &auditSchema();
}

void AuditPane::setFilter(const Filter& filter) {
    m_entries.setQuery(filter, m_entries.sorting());
}

std::vector<ListFrame*> AuditPane::lists() const {
    return {m_frame};
}

void AuditPane::focusList() {
    m_frame->focusTable();
}

bool AuditPane::isSettled() const {
    return m_entries.state() != PagedModel::State::Loading;
}

int AuditPane::rowsShown() const {
    return m_entries.rowCount();
}

void AuditPane::inspectEntry(int row) {
    if (const AuditEntry* entry = m_entries.rowAt(row))
        askInspection([id = entry->id](Store& store, const CancelToken& token) { return entryOf(store, id, token); });
    else
        inspectNothing();
}

} // namespace portolan
