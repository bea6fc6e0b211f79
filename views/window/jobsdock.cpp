#include "views/window/jobsdock.h"

#include "views/style/theme.h"
#include "views/window/jobline.h"

#include <QEvent>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int lingering = 8'000;      ///< milliseconds that what went well is still to be seen
constexpr std::size_t linesShown = 2; ///< the others are scrolled to: a small screen has no room for all

} // namespace

std::vector<JobDisplay> jobsOf(const PaneContext& context) {
    std::vector<JobDisplay> jobs;
    if (context.replays) {
        for (const ReplayProgress& replay : context.replays->jobs())
            jobs.push_back(jobDisplay(replay));
        for (const ArchiveJob& job : context.replays->archive().jobs())
            jobs.push_back(jobDisplay(job));
    }
    if (context.exports) {
        for (const ExportJob& job : context.exports->jobs())
            jobs.push_back(jobDisplay(job));
    }
    if (context.reports)
        std::ranges::transform(context.reports->jobs(), std::back_inserter(jobs), reportDisplay);
    if (context.imports) {
        for (const ImportJob& job : context.imports->jobs())
            jobs.push_back(jobDisplay(job));
    }
    if (context.operations) {
        for (const OperationJob& job : context.operations->jobs())
            jobs.push_back(jobDisplay(job));
    }
    return jobs;
}

JobsDock::JobsDock(QWidget* parent) : QDockWidget(tr("Jobs"), parent), m_gate(this) {
    connect(&m_gate, &ProductionConfirmation::refused, this, &JobsDock::notice);
    setObjectName(QStringLiteral("jobs"));
    m_body = new QWidget(this);
    m_layout = new QVBoxLayout(m_body);
    m_layout->setContentsMargins(0, gridUnit, 0, gridUnit);
    m_layout->setSpacing(gridUnit);
    m_layout->addStretch(1);
    m_area = new QScrollArea(this);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setWidgetResizable(true);
    m_area->setWidget(m_body);
    setWidget(m_area);
    hide();
}

template <class Desk>
void JobsDock::set(QPointer<Desk>& place, Desk* desk) {
    if (place)
        place->disconnect(this);
    place = desk;
    if (desk)
        connect(desk, &Desk::jobsChanged, this, &JobsDock::showJobs);
}

void JobsDock::setContext(const PaneContext& context) {
    m_gate.setChannel(context.channel);
    set(m_desk, context.replays);
    set(m_exports, context.exports);
    set(m_reports, context.reports);
    set(m_imports, context.imports);
    set(m_operations, context.operations);
    showJobs();
}

void JobsDock::showJobs() {
    PaneContext context;
    context.replays = m_desk;
    context.exports = m_exports;
    context.reports = m_reports;
    context.imports = m_imports;
    context.operations = m_operations;
    const std::vector<JobDisplay> jobs = jobsOf(context);
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
    fitHeight();
    setVisible(!jobs.empty());
}

void JobsDock::fitHeight() {
    const QMargins margins = m_layout->contentsMargins();
    int height = margins.top() + margins.bottom();
    for (std::size_t i = 0; i < std::min(m_lines.size(), linesShown); ++i)
        height += m_lines[i]->sizeHint().height() + (i > 0 ? m_layout->spacing() : 0);
    m_area->setFixedHeight(height);
}

void JobsDock::changeEvent(QEvent* event) {
    QDockWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitHeight();
}

JobLine* JobsDock::addLine(const JobDisplay& job) {
    auto* line = new JobLine(job, m_body);
    m_layout->insertWidget(static_cast<int>(m_lines.size()), line);
    connect(line, &JobLine::pauseWanted, this, [this, line] { m_desk->pause(line->state().id); });
    connect(line, &JobLine::resumeWanted, this, [this, line] { resume(line->state().id); });
    connect(line, &JobLine::stopWanted, this, [this, line] { stop(line->state()); });
    m_lines.push_back(line);
    return line;
}

namespace {

/// Cancels it, or dismisses what has ended.
template <class Desk, class Id>
void stopAt(Desk* desk, const Id& id, bool ended) {
    if (desk && ended)
        desk->dismiss(id);
    else if (desk)
        desk->cancel(id);
}

} // namespace

void JobsDock::resume(const QByteArray& run) {
    m_gate.pass(tr("go on with the run"), [this, run] {
        if (m_desk)
            m_desk->carryOut(run);
    });
}

void JobsDock::stop(const JobDisplay& job) {
    const QByteArray run = job.id; // the line may go with the job
    switch (job.desk) {
    case JobDisplay::Desk::Replay:
        return stopAt(m_desk.get(), run, job.ended);
    case JobDisplay::Desk::Archive:
        return stopAt(m_desk ? &m_desk->archive() : nullptr, job.number, job.ended);
    case JobDisplay::Desk::Export:
        return stopAt(m_exports.get(), job.number, job.ended);
    case JobDisplay::Desk::Report:
        return stopAt(m_reports.get(), job.number, job.ended);
    case JobDisplay::Desk::Import:
        return stopAt(m_imports.get(), job.number, job.ended);
    case JobDisplay::Desk::Operation:
        return stopAt(m_operations.get(), job.number, job.ended);
    }
}

} // namespace portolan
