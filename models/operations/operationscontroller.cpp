#include "models/operations/operationscontroller.h"

#include "models/operations/askworker.h"
#include "storage/stores/migrate.h"

namespace portolan {

namespace {

QString reportText(const MigrationReport& report) {
    QStringList parts{OperationsController::tr("The schema has version %1 now").arg(report.to)};
    if (!report.backup.isEmpty())
        parts << OperationsController::tr("backup before: %1").arg(report.backup);
    parts << report.shortfalls;
    if (!report.adopted.isEmpty())
        parts << OperationsController::tr("left as it was: %1").arg(report.adopted.join(QStringLiteral(", ")));
    parts << report.unusable;
    if (!report.leftOut.isEmpty())
        parts << OperationsController::tr("left out, because the server has no such extension for this user: %1")
                     .arg(report.leftOut.join(QStringLiteral(", ")));
    if (report.auditGone)
        parts << OperationsController::tr("the audit went with its own table");
    return parts.join(QStringLiteral("; "));
}

} // namespace

OperationsController::OperationsController(StoreUrl url, StoreWorker::Opener writer, QByteArray actor,
                                           QByteArray program, ScheduledCommands commands, QObject* parent)
    : JobController(parent)
    , m_url(std::move(url))
    , m_writer(std::move(writer))
    , m_actor(std::move(actor))
    , m_program(std::move(program))
    , m_commands(std::move(commands)) {}

OperationsController::~OperationsController() {
    stop();
}

void OperationsController::readVersions(RequestScope& asker, QObject* context, VersionsReply reply) {
    askWorker<std::vector<MigrationEntry>>(
        m_looking, asker, context, [url = m_url](const CancelToken& token) { return migrationHistory(url, token); },
        std::move(reply));
}

void OperationsController::look(RequestScope& asker, int version, QObject* context, PlanReply reply) {
    askWorker<MigrationPlan>(
        m_looking, asker, context,
        [url = m_url, version](const CancelToken& token) { return migrationPlan(url, version, token); },
        std::move(reply));
}

void OperationsController::migrate(const MigrationPlan& plan, const QByteArray& reason) {
    OperationJob job;
    job.kind = OperationJob::Kind::Migrate;
    job.what = tr("to version %1").arg(plan.to);
    job.total = static_cast<qint64>(plan.steps.size());
    start(
        std::move(job),
        [url = m_url, plan, author = MigrationAuthor{m_actor, reason}](const Tick&,
                                                                       const CancelToken& token) -> Result<QString> {
            const auto report = migrateAs(url, plan, author, token);
            PORTOLAN_TRY(report);
            return reportText(*report) + u'.';
        },
        [this] { Q_EMIT schemaChanged(); });
}

void OperationsController::start(OperationJob job, Work work, const std::function<void()>& after) {
    const auto [number, stopped] = m_book.add(std::move(job));
    const auto tick = ticks<quint64>(
        number, [](OperationJob& running, const quint64& done) { running.done = static_cast<qint64>(done); });
    askWorker<QString>(
        m_working, m_asker, this,
        [work = std::move(work), tick, stopped = stopped](const CancelToken&) { return work(tick, stopped); },
        [this, number = number, after](const Result<QString>& outcome) {
            after();
            end(number, [&](OperationJob& ended) { tell(ended, outcome); }); // which may be the end of this
        });
    Q_EMIT jobsChanged();
}

void OperationsController::tell(OperationJob& job, const Result<QString>& outcome) {
    if (outcome) {
        job.done = job.total;
        job.outcome = *outcome;
        Q_EMIT notice(*outcome);
        return;
    }
    job.failed = outcome.error().code != ErrorCode::Cancelled;
    job.outcome = outcome.error().text;
    if (job.failed)
        Q_EMIT failed(job.kind, outcome.error());
    if (!job.failed || job.kind == OperationJob::Kind::Schedule) // which nobody may be looking at
        Q_EMIT notice(job.outcome);
}

} // namespace portolan
