#include "views/jobsdock.h"

#include "views/jobline.h"
#include "views/theme.h"

#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int lingering = 8'000; ///< milliseconds that what went well is still to be seen

} // namespace

JobsDock::JobsDock(QWidget* parent) : QDockWidget(tr("Jobs"), parent) {
    setObjectName(QStringLiteral("jobs"));
    auto* body = new QWidget(this);
    m_layout = new QVBoxLayout(body);
    m_layout->setContentsMargins(0, gridUnit, 0, gridUnit);
    m_layout->setSpacing(gridUnit);
    m_layout->addStretch(1);
    body->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setWidget(body);
    hide();
}

void JobsDock::setReplayDesk(ReplayDesk* desk) {
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = desk;
    if (m_desk)
        connect(m_desk, &ReplayDesk::jobsChanged, this, &JobsDock::showJobs);
    showJobs();
}

void JobsDock::setExportDesk(ExportDesk* desk) {
    if (m_exports)
        m_exports->disconnect(this);
    m_exports = desk;
    if (m_exports)
        connect(m_exports, &ExportDesk::jobsChanged, this, &JobsDock::showJobs);
    showJobs();
}

void JobsDock::setReportDesk(ReportDesk* desk) {
    if (m_reports)
        m_reports->disconnect(this);
    m_reports = desk;
    if (m_reports)
        connect(m_reports, &ReportDesk::jobsChanged, this, &JobsDock::showJobs);
    showJobs();
}

void JobsDock::showJobs() {
    std::vector<JobDisplay> jobs;
    if (ReplayDesk* const desk = m_desk) {
        for (const ReplayProgress& replay : desk->jobs())
            jobs.push_back(jobDisplay(replay));
        for (const ArchiveJob& job : desk->archive().jobs())
            jobs.push_back(jobDisplay(job));
    }
    if (m_exports) {
        for (const ExportJob& job : m_exports->jobs())
            jobs.push_back(jobDisplay(job));
    }
    if (m_reports)
        std::ranges::transform(m_reports->jobs(), std::back_inserter(jobs), reportDisplay);
    std::erase_if(m_lines, [&](JobLine* line) {
        const bool there =
            std::ranges::any_of(jobs, [line](const JobDisplay& job) { return job.id == line->state().id; });
        if (!there)
            line->deleteLater();
        return !there;
    });
    for (const JobDisplay& job : jobs) {
        const auto found = std::ranges::find_if(m_lines, [&](JobLine* line) { return line->state().id == job.id; });
        JobLine* const line = found == m_lines.end() ? addLine(job) : *found;
        line->show(job);
        if (job.ended && !job.failed)
            QTimer::singleShot(lingering, line, [this, line] {
                if (line->state().ended)
                    stop(line->state());
            });
    }
    setVisible(!jobs.empty());
}

JobLine* JobsDock::addLine(const JobDisplay& job) {
    auto* line = new JobLine(job, widget());
    m_layout->insertWidget(static_cast<int>(m_lines.size()), line);
    connect(line, &JobLine::pauseWanted, this, [this, line] { m_desk->pause(line->state().id); });
    connect(line, &JobLine::resumeWanted, this, [this, line] { m_desk->carryOut(line->state().id); });
    connect(line, &JobLine::stopWanted, this, [this, line] { stop(line->state()); });
    m_lines.push_back(line);
    return line;
}

/// Cancels it, or dismisses what has ended.
void JobsDock::stop(const JobDisplay& job) {
    if (job.exportJob != 0 && m_exports) {
        job.ended ? m_exports->dismiss(job.exportJob) : m_exports->cancel(job.exportJob);
        return;
    }
    if (job.reportJob != 0 && m_reports) {
        job.ended ? m_reports->dismiss(job.reportJob) : m_reports->cancel(job.reportJob);
        return;
    }
    if (!m_desk)
        return;
    const QByteArray run = job.id; // the line may go with the job
    if (job.archiveJob != 0)
        job.ended ? m_desk->archive().dismiss(job.archiveJob) : m_desk->archive().cancel(job.archiveJob);
    else
        job.ended ? m_desk->dismiss(run) : m_desk->cancel(run);
}

} // namespace portolan
