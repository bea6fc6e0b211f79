#include "views/operations/jobsview.h"

#include "views/ask/dialogparts.h"
#include "views/list/listframe.h"
#include "views/style/icons.h"

#include <QLayout>
#include <QPushButton>

namespace portolan {

JobsView::JobsView(QWidget* parent)
    : ListPane(parent)
    , m_jobs(jobListing())
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Jobs"), &m_jobs,
                            {tr("Nothing ran yet."),
                             tr("Replays, discards, imports and recorded verifications appear here, of every program "
                                "that works on this store."),
                             tr("No job matches the filter.")},
                            this))
    , m_run(new QPushButton(themedIcon(QStringLiteral("replay")), tr("Show the run"), this)) {
    m_frame->setTitleVisible(false);
    addPart(m_frame);
    layout()->setSpacing(0);
    layout()->addWidget(makeButtonBar(this, {m_run}));
    m_jobs.setQuery({}, {{}, true});
    wire(m_frame);
    m_frame->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_run->setAccessibleName(QStringLiteral("Show the run"));
    connect(m_run, &QPushButton::clicked, this, &JobsView::showRun);
    connect(m_frame, &ListFrame::countChanged, this, &JobsView::countChanged);
    connect(m_frame->table(), &DataTable::chosen, this, &JobsView::chooseJob);
    chooseJob(-1);
}

void JobsView::chooseJob(int row) {
    const Job* const job = m_jobs.rowAt(row);
    const bool isReplay = job && job->kind == "replay";
    m_run->setEnabled(isReplay);
    m_run->setToolTip(isReplay ? tr("Shows its messages, and what became of them") : tr("Choose a replay"));
    if (job)
        askInspection(
            [id = job->id](Store& store, const CancelToken& token) { return readWholeJob(store, id, token); });
}

void JobsView::showRun() {
    if (const Job* const job = m_jobs.rowAt(m_frame->table()->currentRow())) // a replay's job has the id of its run
        Q_EMIT paneWanted(QStringLiteral("dead-letters/replays"), QStringLiteral("id:") + QString::fromUtf8(job->id));
}

} // namespace portolan
