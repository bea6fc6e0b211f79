#include "models/jobdisplay.h"

#include "models/archivedesk.h"
#include "models/exportdesk.h"
#include "models/format.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using Stage = ReplayProgress::Stage;

struct JobWords {
    Q_DECLARE_TR_FUNCTIONS(Jobs)
};

QString timeLeft(const ReplayProgress& progress) {
    if (progress.perSecond < 0.01)
        return {};
    const double seconds = static_cast<double>(progress.run.counts[ItemState::Frozen]) / progress.perSecond;
    const Timestamp now = currentTime();
    return JobWords::tr("%1 left").arg(
        ageText(now, now + std::chrono::seconds(std::max(1LL, std::llround(std::ceil(seconds))))));
}

QString stateText(const ReplayProgress& progress) {
    const QString done = groupedNumber(progress.done()) + u'/' + groupedNumber(progress.run.frozen);
    if (!progress.trouble.isEmpty())
        return done + QStringLiteral(" · ") + progress.trouble;
    switch (progress.stage) {
    case Stage::Opening:
        return JobWords::tr("opening the store…");
    case Stage::CarryingOut: {
        QStringList parts{done};
        if (progress.perSecond >= 0.5)
            parts << JobWords::tr("%1/s").arg(groupedNumber(std::llround(progress.perSecond)));
        if (const QString left = timeLeft(progress); !left.isEmpty())
            parts << left;
        return parts.join(QStringLiteral(" · "));
    }
    case Stage::Paused:
        return progress.run.errorMessage
                   ? JobWords::tr("%1 · paused: %2").arg(done, visibleText(*progress.run.errorMessage))
                   : JobWords::tr("%1 · paused").arg(done);
    case Stage::Settling:
        return JobWords::tr("put back; %1 of %2 still pending")
            .arg(groupedNumber(progress.unsettled()), groupedNumber(progress.run.frozen));
    case Stage::Ended:
        break;
    }
    if (progress.error)
        return done + QStringLiteral(" · ✖ ") + progress.error->text;
    const qint64 died = progress.run.counts[ItemState::FailedSame] + progress.run.counts[ItemState::FailedAnew];
    return JobWords::tr("%1 completed · %2 died again · %3 skipped")
        .arg(groupedNumber(progress.run.counts[ItemState::Completed]), groupedNumber(died),
             groupedNumber(progress.run.counts[ItemState::Skipped]));
}

double partOf(qint64 done, qint64 all) {
    return static_cast<double>(done) / static_cast<double>(std::max<qint64>(1, all));
}

} // namespace

JobDisplay jobDisplay(const ReplayProgress& progress) {
    JobDisplay display;
    display.id = progress.runId;
    display.name = JobWords::tr("Replay %1")
                       .arg(QString::fromLatin1(progress.runId.first(std::min<qsizetype>(4, progress.runId.size()))));
    display.part = partOf(progress.done(), progress.run.frozen);
    display.text = stateText(progress);
    display.paused = progress.stage == Stage::Paused;
    display.canPause = progress.stage == Stage::CarryingOut || display.paused;
    display.ended = progress.stage == Stage::Ended;
    display.failed = display.ended && progress.error;
    display.stopText = (display.ended                       ? JobWords::tr("Dismiss %1")
                        : progress.stage == Stage::Settling ? JobWords::tr("Watch %1 no longer")
                                                            : JobWords::tr("Cancel %1"))
                           .arg(display.name);
    return display;
}

JobDisplay jobDisplay(const ArchiveJob& job) {
    const QString number = QString::number(job.number);
    JobDisplay display;
    display.archiveJob = job.number;
    display.id = "archive-" + number.toLatin1();
    display.name =
        (job.kind == ArchiveJob::Kind::Discard ? JobWords::tr("Discard %1") : JobWords::tr("Restore %1")).arg(number);
    display.part = partOf(job.done, job.total);
    const QString done = groupedNumber(job.done) + u'/' + groupedNumber(job.total);
    display.text = job.ended      ? (job.failed ? QStringLiteral("✖ ") : QString()) + job.outcome
                   : job.stopping ? JobWords::tr("%1 · stopping…").arg(done)
                                  : done;
    display.ended = job.ended;
    display.failed = job.failed;
    display.stopText = (job.ended ? JobWords::tr("Dismiss %1") : JobWords::tr("Cancel %1")).arg(display.name);
    return display;
}

namespace {

JobDisplay fileDisplay(const ExportJob& job, const QString& name) {
    JobDisplay display;
    display.name = name;
    display.part = job.ended && !job.failed ? 1 : partOf(std::min(job.done, job.total), job.total);
    const QString done = groupedNumber(job.done) + u'/' + groupedNumber(std::max(job.done, job.total));
    const QString file = QFileInfo(job.path).fileName();
    display.text = file + QStringLiteral(" · ")
                   + (job.ended      ? (job.failed ? QStringLiteral("✖ ") : QString()) + job.outcome
                      : job.stopping ? JobWords::tr("%1 · stopping…").arg(done)
                                     : done);
    display.ended = job.ended;
    display.failed = job.failed;
    display.stopText = (job.ended ? JobWords::tr("Dismiss %1") : JobWords::tr("Cancel %1")).arg(display.name);
    return display;
}

} // namespace

JobDisplay jobDisplay(const ExportJob& job) {
    JobDisplay display = fileDisplay(job, JobWords::tr("Export %1").arg(job.number));
    display.exportJob = job.number;
    display.id = "export-" + QByteArray::number(job.number);
    return display;
}

JobDisplay reportDisplay(const ExportJob& job) {
    const bool isBundle = QFileInfo(job.path).suffix().compare(QLatin1String("zip"), Qt::CaseInsensitive) == 0;
    JobDisplay display =
        fileDisplay(job, (isBundle ? JobWords::tr("Bundle %1") : JobWords::tr("Report %1")).arg(job.number));
    if (job.total == 0 && !job.ended)
        display.text = QFileInfo(job.path).fileName() + QStringLiteral(" · ")
                       + (job.stopping ? JobWords::tr("stopping…") : JobWords::tr("reading the store…"));
    display.reportJob = job.number;
    display.id = "report-" + QByteArray::number(job.number);
    return display;
}

} // namespace portolan
