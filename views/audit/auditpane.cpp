#include "views/audit/auditpane.h"

#include "storage/store.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"
#include "views/style/theme.h"

#include <QAction>
#include <QPushButton>
#include <QSplitter>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr auto foldingPatience = 120ms; ///< the query thread answers others in between
constexpr auto foldAgain = 500ms;       ///< between two looks at an audit that grows
constexpr int besideEachOther = 150 * gridUnit;
constexpr int leastActs = 24 * gridUnit;

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
    , m_fold(std::make_shared<AuditFold>(Filter{}))
    , m_listing(std::make_shared<AuditActListing>(m_fold))
    , m_acts(m_listing)
    , m_entries(auditListing())
    , m_actFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Acts"), &m_acts,
                               {tr("Nothing was done yet."),
                                tr("What people did appears here, and what programs did, run by run."),
                                tr("No act matches the filter.")},
                               this))
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Audit log"), &m_entries,
                            {tr("Nothing was done yet."),
                             tr("Replays and all other changes of the store appear here, with who made them and why."),
                             tr("No entry matches the filter.")},
                            this))
    , m_undoing(this)
    , m_undo(new QPushButton(themedIcon(QStringLiteral("undo")), tr("Undo…"), this))
    , m_all(new QPushButton(themedIcon(QStringLiteral("clear")), tr("All acts"), this))
    , m_inMenu(new QAction(m_undo->icon(), m_undo->text(), this)) {
    m_undo->setAccessibleName(QStringLiteral("Undo…"));
    m_all->setAccessibleName(tr("Show the entries of all acts"));
    m_all->setToolTip(m_all->accessibleName());
    m_all->hide();
    m_actFrame->addToTitle(m_undo);
    m_frame->addToTitle(m_all);
    for (ListFrame* frame : {m_actFrame, m_frame})
        frame->table()->addAction(m_inMenu);
    connect(m_inMenu, &QAction::triggered, m_undo, &QPushButton::click);
    m_actFrame->setMinimumHeight(leastActs);
    m_frame->setMinimumHeight(leastActs);
    addPart(m_actFrame, 2);
    addPart(m_frame, 3);
    m_splitter->setSizes({450, 550}); // shares
    arrange();
    m_actFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_actFrame->table()->setOwnOrder({});
    m_frame->table()->setOwnOrder({{}, true});
    const auto clear = [this] {
        if (m_filter.isEmpty())
            m_all->click(); // the choice of an act is a filter, too
    };
    wire(m_frame, clear);
    wire(m_actFrame, clear);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &AuditPane::foldOn);
    connect(m_actFrame->table(), &DataTable::chosen, this, &AuditPane::chooseAct);
    connect(m_actFrame->table(), &DataTable::toggleWanted, this, [this](int row, bool open) {
        if (const AuditRow* const group = m_acts.rowAt(row)) {
            m_listing->setClosed(group->kind, !open);
            m_acts.refresh();
        }
    });
    connect(m_frame->table(), &DataTable::chosen, this, &AuditPane::inspectEntry);
    connect(m_all, &QPushButton::clicked, this, [this] { m_actFrame->table()->chooseNothing(); });
    connect(m_undo, &QPushButton::clicked, this, [this] {
        if (m_chosen)
            m_undoing.ask(m_chosen->id);
    });
    connect(&m_undoing, &UndoAsk::notice, this, &Pane::notice);
    showButton();
}

/// Puts the acts beside their entries where there is room for both, else above them.
void AuditPane::arrange() {
    m_splitter->setOrientation(width() >= besideEachOther ? Qt::Horizontal : Qt::Vertical);
}

void AuditPane::resizeEvent(QResizeEvent* event) {
    ListPane::resizeEvent(event);
    arrange();
}

void AuditPane::showEvent(QShowEvent* event) {
    ListPane::showEvent(event);
    foldOn();
}

void AuditPane::setContext(const PaneContext& context) {
    m_chosen.reset();
    m_undoing.setContext(context);
    ListPane::setContext(context);
    m_actFrame->setVisible(true);
    foldOn();
    showButton();
}

void AuditPane::forget() {
    m_filter = {};
    m_act.reset();
    startFold();
    askEntries();
}

void AuditPane::setFilter(const Filter& filter) {
    if (m_filter.isEmpty() && filter.isEmpty())
        return;
    m_filter = filter;
    m_act.reset();
    startFold();
    foldOn();
    askEntries();
}

/// Reads the audit from its newest entry, with another filter than before.
void AuditPane::startFold() {
    m_folder.cancelPending();
    m_isFolding = false;
    m_again.stop();
    m_progress = {};
    m_fold = std::make_shared<AuditFold>(m_filter);
    m_listing = std::make_shared<AuditActListing>(m_fold);
    m_acts.setListing(m_listing, m_filter);
    m_actFrame->setCounted(std::nullopt);
    m_actFrame->setCountNote({});
}

void AuditPane::foldOn() {
    if (!m_channel || !isVisible() || std::exchange(m_isFolding, true))
        return;
    m_channel->ask(
        m_folder,
        [fold = m_fold](Store& store, const CancelToken& token) { return fold->goOn(store, foldingPatience, token); },
        this, [this](const Result<AuditFoldProgress>& progress) { adoptFold(progress); });
}

void AuditPane::adoptFold(const Result<AuditFoldProgress>& progress) {
    m_isFolding = false;
    const bool hasActs = progress || progress.error().code != ErrorCode::Unsupported;
    m_actFrame->setVisible(hasActs); // of a bundle there are the entries alone
    if (!progress) {
        m_actFrame->setCountNote(hasActs ? progress.error().text : QString());
        return;
    }
    const bool isFirst = m_progress.entries == 0 && !m_progress.whole;
    const bool isOther = progress->entries != m_progress.entries;
    m_progress = *progress;
    if (isFirst)
        m_acts.setChannel(m_channel);
    else if (isOther)
        m_acts.refresh();
    m_actFrame->setCounted(m_progress.acts);
    m_actFrame->setCountNote(!m_progress.whole ? tr("reading on…") : m_progress.cut ? tr("the newest") : QString());
    if (!m_progress.whole)
        m_again.start(0ms);
}

void AuditPane::refresh() {
    m_entries.refresh();
    if (!m_isPaused && !m_again.isActive())
        m_again.start(foldAgain);
}

void AuditPane::refreshAll() {
    m_entries.refreshAll();
    startFold();
    foldOn();
}

void AuditPane::setPaused(bool paused) {
    m_isPaused = paused;
    ListPane::setPaused(paused);
}

void AuditPane::focusList() {
    (m_actFrame->isVisibleTo(this) ? m_actFrame : m_frame)->focusTable();
}

bool AuditPane::showPart(const QString&) {
    m_actFrame->table()->chooseNothing();
    focusList();
    return true;
}

bool AuditPane::isSettled() const {
    return m_entries.isSettled() && (m_acts.isSettled() || !m_actFrame->isVisibleTo(this));
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

void AuditPane::chooseAct(int row) {
    const AuditRow* const chosen = m_acts.rowAt(row);
    const AuditAct* const act = chosen && chosen->kind == AuditRow::Kind::Act ? &chosen->act : nullptr;
    const bool isSame = act ? m_act && m_act->key == act->key : !m_act;
    m_act = act ? std::optional(*act) : std::nullopt;
    if (isSame)
        return;
    m_chosen =
        m_act ? std::optional(Chosen{m_act->entry, m_act->whole.subjectKind, m_act->whole.action}) : std::nullopt;
    m_frame->table()->chooseNothing();
    askEntries();
    showButton();
    if (m_act)
        askEntry(m_act->entry);
}

void AuditPane::askEntries() {
    m_all->setVisible(m_act.has_value());
    m_entries.setQuery(both(m_act ? entriesOf(*m_act) : Filter(), m_filter), m_entries.sorting());
}

void AuditPane::askEntry(qint64 id) {
    if (m_channel)
        askInspection([id](Store& store, const CancelToken& token) { return entryOf(store, id, token); });
}

void AuditPane::inspectEntry(int row) {
    const AuditEntry* const entry = m_entries.rowAt(row);
    if (entry) {
        m_chosen = Chosen{entry->id, entry->subjectKind, entry->action};
        askEntry(entry->id);
    } else if (!m_act) {
        m_chosen.reset();
    }
    showButton();
}

/// Goes back from an entry to the act that it belongs to.
void AuditPane::rowLetGo(const ListFrame* frame) {
    if (frame != m_frame || !m_act) {
        inspectNothing();
        return;
    }
    m_chosen = Chosen{m_act->entry, m_act->whole.subjectKind, m_act->whole.action};
    askEntry(m_act->entry);
    showButton();
}

} // namespace portolan
