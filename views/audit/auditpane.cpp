#include "views/audit/auditpane.h"

#include "views/list/listframe.h"

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
    PORTOLAN_TRY(page);
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
    addPart(m_frame);
    m_frame->table()->setOwnOrder({{}, true});
    wire(m_frame);
    connect(m_frame->table(), &DataTable::chosen, this, &AuditPane::inspectEntry);
}

void AuditPane::inspectEntry(int row) {
    if (const AuditEntry* entry = m_entries.rowAt(row))
        askInspection([id = entry->id](Store& store, const CancelToken& token) { return entryOf(store, id, token); });
    else
        inspectNothing();
}

} // namespace portolan
