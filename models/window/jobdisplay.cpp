#include "models/window/jobdisplay.h"

#include "models/deadletters/archivecontroller.h"
#include "models/export/exportcontroller.h"
#include "models/export/importcontroller.h"
#include "models/list/format.h"
#include "models/operations/operationscontroller.h"

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
    if (!progress.lastError.isEmpty())
        return done + QStringLiteral(" · ") + progress.lastError;
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
    display.watches = progress.stage == Stage::Settling;
    display.stopText = (display.ended                       ? JobWords::tr("Dismiss %1")
                        : progress.stage == Stage::Settling ? JobWords::tr("Watch %1 no longer")
                                                            : JobWords::tr("Cancel %1"))
                           .arg(display.name);
    return display;
}

namespace {

using Desk = JobDisplay::Desk;

/// `idWord` begins the ids of the desk's jobs; `file` is what the job is about, beside what it says of itself.
JobDisplay deskDisplay(const DeskJob& job, Desk desk, const char* idWord, const QString& name, const QString& file) {
    JobDisplay display;
    display.desk = desk;
    display.number = job.number;
    display.id = idWord + QByteArray::number(job.number);
    display.name = name.arg(job.number);
    display.part = job.ended && !job.failed && !file.isEmpty() ? 1 : partOf(std::min(job.done, job.total), job.total);
    const QString done = job.total == 0 ? groupedNumber(job.done)
                                        : groupedNumber(job.done) + u'/' + groupedNumber(std::max(job.done, job.total));
    display.text = (file.isEmpty() ? QString() : file + QStringLiteral(" · "))
                   + (job.ended      ? (job.failed ? QStringLiteral("✖ ") : QString()) + job.outcome
                      : job.stopping ? JobWords::tr("%1 · stopping…").arg(done)
                                     : done);
    display.ended = job.ended;
    display.failed = job.failed;
    display.stopText = (job.ended ? JobWords::tr("Dismiss %1") : JobWords::tr("Cancel %1")).arg(display.name);
    return display;
}

QString fileOf(const QString& path) {
    return QFileInfo(path).fileName();
}

} // namespace

JobDisplay jobDisplay(const ArchiveJob& job) {
    return deskDisplay(job, Desk::Archive, "archive-",
                       job.kind == ArchiveJob::Kind::Discard ? JobWords::tr("Discard %1") : JobWords::tr("Restore %1"),
                       {});
}

JobDisplay jobDisplay(const ExportJob& job) {
    return deskDisplay(job, Desk::Export, "export-", JobWords::tr("Export %1"), fileOf(job.path));
}

JobDisplay jobDisplay(const ImportJob& job) {
    JobDisplay display = deskDisplay(job, Desk::Import, "import-", JobWords::tr("Import %1"), fileOf(job.path));
    if (!job.ended && !job.lastError.isEmpty())
        display.text += QStringLiteral(" · ") + job.lastError;
    return display;
}

namespace {

QString nameOf(OperationJob::Kind kind) {
    switch (kind) {
    case OperationJob::Kind::Migrate:
        return JobWords::tr("Migration %1");
    case OperationJob::Kind::BackUp:
        return JobWords::tr("Backup %1");
    case OperationJob::Kind::Verify:
        return JobWords::tr("Verification %1");
    case OperationJob::Kind::Compare:
        return JobWords::tr("Comparison %1");
    case OperationJob::Kind::Restore:
        return JobWords::tr("Restore %1");
    case OperationJob::Kind::Retain:
        return JobWords::tr("Retention %1");
    case OperationJob::Kind::Schedule:
        return JobWords::tr("Schedule %1");
    }
    Q_UNREACHABLE();
}

} // namespace

JobDisplay jobDisplay(const OperationJob& job) {
    JobDisplay display = deskDisplay(job, Desk::Operation, "operation-", nameOf(job.kind), job.what);
    const bool isOfBytes = job.kind != OperationJob::Kind::Compare; // of which nobody knows the end
    if (job.total == 0 && !job.ended && !job.stopping && isOfBytes)
        display.text = job.what + QStringLiteral(" · ") + byteSize(static_cast<qint64>(job.done));
    if (job.ended && job.kind == OperationJob::Kind::Schedule) // its words name the entries
        display.text = (job.failed ? QStringLiteral("✖ ") : QString()) + job.outcome;
    return display;
}

JobDisplay reportDisplay(const ExportJob& job) {
    const bool isBundle = QFileInfo(job.path).suffix().compare(QLatin1String("zip"), Qt::CaseInsensitive) == 0;
    JobDisplay display =
        deskDisplay(job, Desk::Report, "report-", isBundle ? JobWords::tr("Bundle %1") : JobWords::tr("Report %1"),
                    fileOf(job.path));
    if (job.total == 0 && !job.ended)
        display.text = fileOf(job.path) + QStringLiteral(" · ")
                       + (job.stopping ? JobWords::tr("stopping…") : JobWords::tr("reading the store…"));
    return display;
}

} // namespace portolan
