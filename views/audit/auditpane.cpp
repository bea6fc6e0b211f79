#include "views/audit/auditpane.h"

#include "views/list/listframe.h"
#include "views/style/icons.h"

#include <QAction>
#include <QPushButton>

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
                            this))
    , m_undoing(this)
    , m_undo(new QPushButton(themedIcon(QStringLiteral("undo")), tr("Undo…"), this))
    , m_inMenu(new QAction(m_undo->icon(), m_undo->text(), this)) {
    m_undo->setAccessibleName(QStringLiteral("Undo…"));
    m_frame->addToTitle(m_undo);
    m_frame->table()->addAction(m_inMenu);
    connect(m_inMenu, &QAction::triggered, m_undo, &QPushButton::click);
    addPart(m_frame);
    m_frame->table()->setOwnOrder({{}, true});
    wire(m_frame);
    connect(m_frame->table(), &DataTable::chosen, this, &AuditPane::inspectEntry);
    connect(m_undo, &QPushButton::clicked, this, [this] {
        if (m_chosen)
            m_undoing.ask(m_chosen->id);
    });
    connect(&m_undoing, &UndoAsk::notice, this, &Pane::notice);
    showButton();
}

void AuditPane::setContext(const PaneContext& context) {
    m_chosen.reset();
    m_undoing.setContext(context);
    ListPane::setContext(context);
    showButton();
}

void AuditPane::showButton() {
    QString why;
    if (!m_chosen) {
        why = tr("Choose one entry.");
    } else if (m_chosen->action != "undo") { // which can be undone as what it undid
        const UndoRule* const rule = undoRuleOf(m_chosen->subjectKind, m_chosen->action);
        if (!rule)
            why = tr("This version does not know how to undo it.");
        else if (rule->way == UndoWay::Never)
            why = undoText(rule->why);
    }
    m_undo->setEnabled(m_undoing.isPossible() && why.isEmpty());
    m_inMenu->setEnabled(m_undo->isEnabled());
    m_undo->setToolTip(why.isEmpty() ? tr("Undo the whole act that this entry belongs to") : why);
}

void AuditPane::inspectEntry(int row) {
    const AuditEntry* const entry = m_entries.rowAt(row);
    m_chosen = entry ? std::optional(*entry) : std::nullopt;
    showButton();
    if (entry)
        askInspection([id = entry->id](Store& store, const CancelToken& token) { return entryOf(store, id, token); });
}

} // namespace portolan
