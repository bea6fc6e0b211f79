#include "views/deadletters/runsview.h"

#include "storage/replay/replays.h"
#include "storage/storeworker.h"
#include "views/ask/dialogparts.h"
#include "views/ask/textprompt.h"
#include "views/list/errorbar.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"

#include <QFileDialog>
#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

qint64 unsettled(const ReplayRun& run) {
    return run.counts[ItemState::Queued] + run.counts[ItemState::Replayed] + run.counts[ItemState::Pending];
}

} // namespace

RunsView::RunsView(QWidget* parent)
    : ListPane(parent)
    , m_gate(this)
    , m_runs(replayRunListing())
    , m_items(replayItemListing({}))
    , m_error(new ErrorBar(this))
    , m_runFrame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Replay runs"), &m_runs,
                               {tr("Nothing was replayed yet."),
                                tr("Every replay appears here, with the outcome of each dead letter."),
                                tr("No run matches the filter.")},
                               this))
    , m_itemFrame(new ListFrame(
          QT_TRANSLATE_NOOP("Lists", "Replay items"), &m_items,
          {tr("No run is chosen."), tr("Choose one to see what became of its dead letters."), tr("No item matches.")},
          this))
    , m_recall(new QPushButton(themedIcon(QStringLiteral("undo")), tr("Recall"), this))
    , m_resume(new QPushButton(themedIcon(QStringLiteral("play")), tr("Resume"), this))
    , m_cancel(new QPushButton(themedIcon(QStringLiteral("stop")), tr("Cancel run"), this))
    , m_export(new QPushButton(themedIcon(QStringLiteral("save")), tr("Export…"), this)) {
    auto* upper = new QWidget(this);
    auto* upperLayout = new QVBoxLayout(upper);
    upperLayout->setContentsMargins(0, 0, 0, 0);
    upperLayout->setSpacing(0);
    upperLayout->addWidget(m_error);
    upperLayout->addWidget(m_runFrame, 1);
    upperLayout->addWidget(makeButtons());
    m_error->hide();
    addPart(upper, 1);
    addPart(m_itemFrame, 1);

    m_runs.setQuery({}, {{}, true});
    wire(m_runFrame);
    wire(m_itemFrame);
    m_runFrame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_itemFrame->table()->horizontalHeader()->setSectionsClickable(false); // the order of execution, and no other
    connect(m_runFrame->table(), &DataTable::chosen, this, &RunsView::chooseRun);
    connect(m_itemFrame->table(), &DataTable::chosen, this, &RunsView::inspectItem);
    connect(&m_runs, &PagedModel::dataChanged, this, &RunsView::showRun);
    connect(&m_runs, &PagedModel::totalsChanged, this, &RunsView::chooseWanted);
    connect(m_runFrame, &ListFrame::countChanged, this, &RunsView::countChanged);
    connect(m_error, &ErrorBar::retryWanted, this, [this] {
        m_error->hide();
        resume();
    });
    showButtons();
}

QWidget* RunsView::makeButtons() {
    m_recall->setAccessibleName(QStringLiteral("Recall"));
    m_resume->setAccessibleName(QStringLiteral("Resume"));
    m_cancel->setAccessibleName(QStringLiteral("Cancel run"));
    m_export->setAccessibleName(QStringLiteral("Export…"));
    connect(m_recall, &QPushButton::clicked, this, &RunsView::recall);
    connect(m_resume, &QPushButton::clicked, this, &RunsView::resume);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        gated(tr("cancel the run"), [](ReplayController& desk, const QByteArray& run) { desk.cancel(run); });
    });
    connect(&m_gate, &ProductionConfirmation::refused, this, &RunsView::notice);
    connect(m_export, &QPushButton::clicked, this, &RunsView::exportItems);
    return makeButtonBar(this, {m_recall, m_resume, m_cancel, m_export});
}

void RunsView::setContext(const PaneContext& context) {
    m_gate.setChannel(context.channel);
    m_run.reset();
    m_wanted.clear();
    m_error->hide();
    ListPane::setContext(context);
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.replays;
    if (m_desk) {
        connect(m_desk, &ReplayController::began, this, &RunsView::choose);
        connect(m_desk, &ReplayController::jobsChanged, this, [this] {
            m_runs.refresh();
            showButtons();
        });
        connect(m_desk, &ReplayController::failed, this, [this](const Error& error) {
            m_error->show(error);
            m_error->setVisible(true);
        });
    }
    showButtons();
}

void RunsView::choose(const QByteArray& run) {
    m_error->hide();
    m_wanted = run;
    m_runFrame->table()->chooseNothing(); // else what is new would wait
    m_runFrame->table()->scrollToTop();
    m_runs.refresh();
    chooseWanted();
}

void RunsView::chooseWanted() {
    if (m_wanted.isEmpty())
        return;
    for (int row = 0; row < m_runs.rowCount() && m_runs.isLoaded(row); ++row) {
        if (m_runs.identity(row) != m_wanted)
            continue;
        m_wanted.clear();
        // A turn later: rows are being inserted.
        QMetaObject::invokeMethod(
            this, [this, row] { m_runFrame->table()->selectRow(row); }, Qt::QueuedConnection);
        return;
    }
}

void RunsView::chooseRun(int row) {
    const ReplayRun* run = m_runs.rowAt(row);
    const bool same = run ? m_run && m_run->id == run->id : !m_run;
    if (same)
        return;
    m_inspecting.cancelPending();
    m_run = run ? std::optional(*run) : std::nullopt;
    m_items.setListing(replayItemListing(m_run ? m_run->id : QByteArray()), {});
    m_items.setChannel(m_run ? m_channel : nullptr);
    showButtons();
    if (m_run)
        Q_EMIT inspected(inspect(*m_run));
}

/// A run stays chosen without its item.
void RunsView::rowLetGo(const ListFrame* frame) {
    if (frame != m_itemFrame || !m_run) {
        inspectNothing();
        return;
    }
    m_inspecting.cancelPending();
    Q_EMIT inspected(inspect(*m_run));
}

/// The chosen run may stand elsewhere, and otherwise, by now.
void RunsView::showRun() {
    if (!m_run)
        return;
    for (int row = 0; row < m_runs.rowCount() && m_runs.isLoaded(row); ++row) {
        const ReplayRun* run = m_runs.rowAt(row);
        if (!run || run->id != m_run->id)
            continue;
        const bool moved = run->state != m_run->state || !(run->counts == m_run->counts);
        m_run = *run;
        showButtons();
        if (moved && m_itemFrame->table()->selectedRuns().empty())
            Q_EMIT inspected(inspect(*m_run));
        return;
    }
}

void RunsView::showButtons() {
    const bool can = m_desk && m_run;
    const ReplayProgress* const job = can ? m_desk->job(m_run->id) : nullptr;
    const bool works = job && job->stage != ReplayProgress::Stage::Ended && job->stage != ReplayProgress::Stage::Paused;
    const RunState state = m_run ? m_run->state : RunState::Frozen;
    const qint64 open = m_run ? unsettled(*m_run) : 0;
    const bool over = state == RunState::Completed || state == RunState::Cancelled || state == RunState::Recalled;
    m_recall->setEnabled(can && open > 0);
    m_recall->setToolTip(open > 0 ? tr("Takes back the %1 that no worker has taken yet").arg(groupedNumber(open))
                                  : tr("Nothing of it is pending still."));
    m_recall->setAccessibleDescription(m_recall->toolTip());
    m_resume->setEnabled(can && !works && (!over || (open > 0 && state != RunState::Recalled)));
    m_resume->setToolTip(over ? tr("Looks what became of those that are pending still")
                              : tr("Continues this run where it stopped"));
    m_cancel->setEnabled(can && !over);
    m_cancel->setToolTip(tr("Ends the run; what it has not touched stays as it is"));
    m_export->setEnabled(can && m_run->frozen > 0);
    m_export->setToolTip(tr("Writes the items and what became of them into a file"));
}

/// Goes on with the run. A run that sends elsewhere is asked for its target again: no store keeps its password.
void RunsView::resume() {
    if (!m_run || !m_desk)
        return;
    const ReplayProgress* const job = m_desk->job(m_run->id);
    if (m_run->target == toPorts || (job && job->stage != ReplayProgress::Stage::Ended)) {
        gated(tr("go on with the run"), [](ReplayController& desk, const QByteArray& run) { desk.carryOut(run); });
        return;
    }
    QInputDialog* const question =
        makeLineQuestion(tr("Resume the replay"),
                         tr("This run sends its messages to the target below. A password is not kept: add it where one "
                            "is needed, as in redis://:PASSWORD@host."),
                         tr("Target"), this);
    question->setOkButtonText(tr("Resume"));
    question->setTextValue(QString::fromUtf8(m_run->target));
    connect(question, &QInputDialog::textValueSelected, this, [this, run = m_run->id](const QString& text) {
        const auto to = SourceUrl::parse(text.trimmed());
        if (!to) {
            Q_EMIT notice(to.error().text);
            return;
        }
        m_gate.pass(tr("go on with the run"), [this, run, to = *to] {
            if (m_desk)
                m_desk->carryOut(run, {}, to);
        });
    });
    question->open();
}

void RunsView::recall() {
    m_error->hide();
    gated(tr("recall the run"), [](ReplayController& desk, const QByteArray& run) {
        desk.recall(run, tr("Recalled in the window").toUtf8());
    });
}

/// Does it to the chosen run, once the name of a production store was typed.
void RunsView::gated(const QString& deed, void (*act)(ReplayController& desk, const QByteArray& run)) {
    m_gate.pass(deed, [this, act, run = m_run->id] {
        if (m_desk)
            act(*m_desk, run);
    });
}

void RunsView::exportItems() {
    auto* dialog = new QFileDialog(this, tr("Export the items of this replay"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON lines (*.jsonl)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("replay-%1.csv").arg(QString::fromLatin1(m_run->id.first(8))));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String("jsonl")) ? QStringLiteral("jsonl")
                                                                         : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this, run = m_run->id](const QString& path) {
        if (m_desk)
            m_desk->exportItems(run, path);
    });
    dialog->open();
}

/// Reads the item again with the row as it was frozen.
void RunsView::inspectItem(int row) {
    const ReplayItem* item = m_items.rowAt(row);
    if (!item || !m_channel || !m_run)
        return;
    askInspection([run = m_run->id, position = item->position](Store& store, const CancelToken&) -> Result<ReplayItem> {
        auto items = store.replays()->items(run, position - 1, 1);
        PORTOLAN_TRY(items);
        if (items->empty())
            return Error{ErrorCode::NotFound, RunsView::tr("This item is gone.")};
        return std::move(items->front());
    });
}

void RunsView::focusList() {
    m_runFrame->focusTable();
}

} // namespace portolan
