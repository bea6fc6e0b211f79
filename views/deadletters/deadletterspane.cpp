#include "views/deadletters/deadletterspane.h"

#include "views/deadletters/archiveview.h"
#include "views/deadletters/deadletterlist.h"
#include "views/deadletters/runsview.h"

namespace portolan {

DeadLettersPane::DeadLettersPane(QWidget* parent)
    : TabbedPane(tr("Dead letters and replays"), parent)
    , m_runs(new RunsView(this)) {
    addTab(new DeadLetterList(this), tr("Dead letters"), {});
    addTab(m_runs, tr("Replays"), QStringLiteral("replays"));
    addTab(new ArchiveView(this), tr("Archive"), QStringLiteral("archive"));
}

void DeadLettersPane::setContext(const PaneContext& context) {
    TabbedPane::setContext(context);
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = context.replays;
    if (m_desk) // what was confirmed is watched
        connect(m_desk, &ReplayController::began, this, [this](const QByteArray& run) {
            bringForward(m_runs);
            m_runs->choose(run);
        });
}

} // namespace portolan
