#include "storage/operations/sql/sqljobs.h"

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

#include <QUuid>
#include <vector>

namespace portolan {

namespace {

QString notingJob() {
    return QStringLiteral("note a job in");
}

Job readJob(const RowView& row) {
    Job job;
    job.id = bytesAt(row, 0);
    job.kind = bytesAt(row, 1);
    job.state = bytesAt(row, 2);
    job.done = numberAt(row, 3);
    job.total = integerAt(row, 4);
    job.actor = textAt(row, 5);
    job.createdAt = timeAt(row, 6).value_or(Timestamp());
    job.startedAt = timeAt(row, 7);
    job.heartbeatAt = timeAt(row, 8);
    job.finishedAt = timeAt(row, 9);
    job.errorMessage = textAt(row, 10);
    job.parameters = textAt(row, 11);
    job.result = textAt(row, 12);
    return job;
}

Result<void> note(Connection& connection, const QByteArray& id, JobState to, const QByteArray& actor,
                  const QByteArray& why) {
    return connection.execute(
        QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason) "
                       "VALUES (?, ?, 'job', ?, ?)"),
        {utf8(actor), QStringLiteral("job_") + QLatin1String(jobStateName(to)), utf8(id), orNull(why)}, notingJob());
}

QString timesOf(JobState to, SqlDialect dialect) {
    const QString time =
        dialect == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
    switch (to) {
    case JobState::Running:
        return QStringLiteral(", started_at = coalesce(started_at, %1), heartbeat_at = %1, finished_at = NULL")
            .arg(time);
    case JobState::Queued:
        return QStringLiteral(", finished_at = NULL");
    case JobState::Completed:
    case JobState::Failed:
    case JobState::Cancelled:
        return QStringLiteral(", finished_at = %1").arg(time);
    case JobState::Paused:
        return {};
    }
    Q_UNREACHABLE();
}

/// `why` is the job's error; the audit has it, too, or else the reason.
Result<void> enter(Connection& connection, const QByteArray& id, JobState from, JobState to, const QByteArray& actor,
                   const QByteArray& why, const QByteArray& reason = {}) {
    const QString times = timesOf(to, connection.dialect());
    QVariantList bindings{QLatin1String(jobStateName(to)), orNull(why)};
    for (qsizetype i = times.count(QLatin1Char('?')); i > 0; --i)
        bindings << timeNow();
    bindings << utf8(id) << QLatin1String(jobStateName(from));
    const QString sql = QStringLiteral("UPDATE portolan_jobs SET state = ?, error_message = ?%1 WHERE id = ? AND state "
                                       "= ?")
                            .arg(times);
    if (const auto changed = executeExpecting(connection, sql, bindings, 1, notingJob()); !changed)
        return changed;
    return note(connection, id, to, actor, why.isEmpty() ? reason : why);
}

Error noSuchJob(Connection& connection, const QByteArray& id) {
    return {ErrorCode::NotFound, QStringLiteral("There is no job %1 in %2; `portolan list jobs` shows those "
                                                "there are.")
                                     .arg(utf8(id), connection.where())};
}

} // namespace

Result<std::optional<JobState>> jobStateOf(Connection& connection, const QByteArray& id) {
    if (QUuid::fromString(QLatin1String(id)).isNull())
        return std::optional<JobState>();
    const Result<QVariant> state =
        connection.value(QStringLiteral("SELECT state FROM portolan_jobs WHERE id = ?"), {utf8(id)});
    PORTOLAN_TRY(state);
    return jobStateNamed(state->toString().toUtf8());
}

Result<void> moveJob(Connection& connection, const QByteArray& id, std::span<const JobState> through,
                     const QByteArray& actor, const QByteArray& errorMessage) {
    const Result<std::optional<JobState>> state = jobStateOf(connection, id);
    PORTOLAN_TRY(state);
    if (!*state)
        return {};
    JobState from = **state;
    for (const JobState next : through) {
        if (!isAllowed(from, next))
            return {};
        if (const auto entered = enter(connection, id, from, next, actor, errorMessage); !entered)
            return entered;
        from = next;
    }
    return {};
}

SqlJobs::SqlJobs(Session& session)
    : m_session(session)
    , m_rows(session, QStringLiteral("portolan_jobs"), jobSchema(), &readJob) {}

Result<void> SqlJobs::change(const QByteArray& id, JobState to, const QByteArray& actor,
                             const QByteArray& errorMessage) {
    return withTransaction(m_session, [&] { return changeJob(m_session.connection(), id, to, actor, errorMessage); });
}

Result<void> SqlJobs::requeue(const QByteArray& id, const QByteArray& reason, const QByteArray& actor) {
    return withTransaction(m_session, [&]() -> Result<void> {
        Connection& connection = m_session.connection();
        const Result<std::optional<JobState>> from = jobStateOf(connection, id);
        PORTOLAN_TRY(from);
        if (!*from)
            return noSuchJob(connection, id);
        if (**from != JobState::Failed)
            return Error{ErrorCode::Changed, QStringLiteral("The job %1 is %2; only one that failed is put back.")
                                                 .arg(utf8(id), QLatin1String(jobStateName(**from)))};
        const Result<QVariant> kind =
            connection.value(QStringLiteral("SELECT kind FROM portolan_jobs WHERE id = ?"), {utf8(id)});
        PORTOLAN_TRY(kind);
        if (const auto why = whyNotRequeued(kind->toString().toUtf8()))
            return Error{ErrorCode::Unsupported, *why};
        return enter(connection, id, JobState::Failed, JobState::Queued, actor, {}, reason.trimmed());
    });
}

Result<void> SqlJobs::record(const Job& ended) {
    return withTransaction(m_session, [&]() -> Result<void> {
        Connection& connection = m_session.connection();
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        for (const QString& table : {QStringLiteral("portolan_jobs"), QStringLiteral("portolan_audit")}) {
            if (const auto lacking = catalogue->lacks(table, {"id"}))
                return Error{ErrorCode::Unsupported, *lacking};
        }
        const QString time = connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)")
                                                                            : QStringLiteral("?");
        const QString document =
            connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS jsonb)") : QStringLiteral("?");
        const auto timeOf = [](const std::optional<Timestamp>& at) {
            return at ? QString::fromLatin1(toIsoTime(*at)) : timeNow();
        };
        const QByteArray id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
        const auto made = connection.execute(
            QStringLiteral("INSERT INTO portolan_jobs (id, kind, state, done, total, actor, started_at, heartbeat_at, "
                           "finished_at, result) VALUES (?, ?, 'completed', ?, ?, ?, %1, %1, %1, %2)")
                .arg(time, document),
            {utf8(id), utf8(ended.kind), ended.done, ended.done, utf8(ended.actor.value_or(QByteArray())),
             timeOf(ended.startedAt), timeOf(ended.finishedAt), timeOf(ended.finishedAt),
             utf8(ended.result.value_or("{}"))},
            notingJob());
        return made ? note(connection, id, JobState::Completed, ended.actor.value_or(QByteArray()), ended.kind) : made;
    });
}

Result<void> beginJob(Connection& connection, const QByteArray& id, const QByteArray& kind,
                      const QByteArray& parameters, qint64 total, const QByteArray& actor) {
    const auto made = connection.execute(
        QStringLiteral("INSERT INTO portolan_jobs (id, kind, parameters, total, actor) VALUES (?, ?, ?, ?, ?)"),
        {utf8(id), utf8(kind), utf8(parameters), total, utf8(actor)}, notingJob());
    if (!made)
        return made;
    if (const auto noted = note(connection, id, JobState::Queued, actor, {}); !noted)
        return noted;
    return enter(connection, id, JobState::Queued, JobState::Running, actor, {});
}

Result<void> changeJob(Connection& connection, const QByteArray& id, JobState to, const QByteArray& actor,
                       const QByteArray& errorMessage) {
    const Result<std::optional<JobState>> from = jobStateOf(connection, id);
    PORTOLAN_TRY(from);
    if (!*from)
        return noSuchJob(connection, id);
    if (!isAllowed(**from, to))
        return Error{ErrorCode::Changed,
                     QStringLiteral("The job %1 is %2 and cannot become %3.")
                         .arg(utf8(id), QLatin1String(jobStateName(**from)), QLatin1String(jobStateName(to)))};
    return enter(connection, id, **from, to, actor, errorMessage);
}

Result<void> tellProgress(Connection& connection, const QByteArray& id, qint64 more) {
    const QString time =
        connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
    return connection.execute(
        QStringLiteral("UPDATE portolan_jobs SET done = done + ?, heartbeat_at = %1 WHERE id = ?").arg(time),
        {more, timeNow(), utf8(id)}, notingJob());
}

Result<void> setJobResult(Connection& connection, const QByteArray& id, const QByteArray& result) {
    return connection.execute(QStringLiteral("UPDATE portolan_jobs SET result = ? WHERE id = ?"),
                              {utf8(result), utf8(id)}, notingJob());
}

} // namespace portolan
