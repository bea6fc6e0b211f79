#include "models/jobdisplay.h"

#include "models/archivedesk.h"
#include "models/format.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using Stage = ReplayProgress::Stage;

QString tr(const char* source) {
    return QCoreApplication::translate("Jobs", source);
}

QString timeLeft(const ReplayProgress& progress) {
    if (progress.perSecond < 0.01)
        return {};
    const double seconds = static_cast<double>(progress.run.counts[ItemState::Frozen]) / progress.perSecond;
    const Timestamp now = currentTime();
    return tr("%1 left").arg(ageText(now, now + std::chrono::seconds(std::max(1LL, std::llround(std::ceil(seconds))))));
}

QString stateText(const ReplayProgress& progress) {
    const QString done = groupedNumber(progress.done()) + u'/' + groupedNumber(progress.run.frozen);
    if (!progress.trouble.isEmpty())
        return done + QStringLiteral(" · ") + progress.trouble;
    switch (progress.stage) {
    case Stage::Opening:
        return tr("opening the store…");
    case Stage::CarryingOut: {
        QStringList parts{done};
        if (progress.perSecond >= 0.5)
            parts << tr("%1/s").arg(groupedNumber(std::llround(progress.perSecond)));
        if (const QString left = timeLeft(progress); !left.isEmpty())
            parts << left;
        return parts.join(QStringLiteral(" · "));
    }
    case Stage::Paused:
        return progress.run.errorMessage ? tr("%1 · paused: %2").arg(done, visibleText(*progress.run.errorMessage))
                                         : tr("%1 · paused").arg(done);
    case Stage::Settling:
        return tr("put back; %1 of %2 still pending")
            .arg(groupedNumber(progress.unsettled()), groupedNumber(progress.run.frozen));
    case Stage::Ended:
        break;
    }
    if (progress.error)
        return done + QStringLiteral(" · ✖ ") + progress.error->text;
    const qint64 died = progress.run.counts[ItemState::FailedSame] + progress.run.counts[ItemState::FailedAnew];
    return tr("%1 completed · %2 died again · %3 skipped")
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
    display.name =
        tr("Replay %1").arg(QString::fromLatin1(progress.runId.first(std::min<qsizetype>(4, progress.runId.size()))));
    display.part = partOf(progress.done(), progress.run.frozen);
    display.text = stateText(progress);
    display.paused = progress.stage == Stage::Paused;
    display.canPause = progress.stage == Stage::CarryingOut || display.paused;
    display.ended = progress.stage == Stage::Ended;
    display.failed = display.ended && progress.error;
    display.stopText = (display.ended                       ? tr("Dismiss %1")
                        : progress.stage == Stage::Settling ? tr("Watch %1 no longer")
                                                            : tr("Cancel %1"))
                           .arg(display.name);
    return display;
}

JobDisplay jobDisplay(const ArchiveJob& job) {
    const QString number = QString::number(job.number);
    JobDisplay display;
    display.archiveJob = job.number;
    display.id = "archive-" + number.toLatin1();
    display.name = (job.kind == ArchiveJob::Kind::Discard ? tr("Discard %1") : tr("Restore %1")).arg(number);
    display.part = partOf(job.done, job.total);
    const QString done = groupedNumber(job.done) + u'/' + groupedNumber(job.total);
    display.text = job.ended      ? (job.failed ? QStringLiteral("✖ ") : QString()) + job.outcome
                   : job.stopping ? tr("%1 · stopping…").arg(done)
                                  : done;
    display.ended = job.ended;
    display.failed = job.failed;
    display.stopText = (job.ended ? tr("Dismiss %1") : tr("Cancel %1")).arg(display.name);
    return display;
}

} // namespace portolan
