#pragma once

#include "storage/operations/jobs.h"
#include "storage/sql/internaltable.h"

#include <optional>
#include <span>

namespace portolan {

/// The jobs of a SQL store (`portolan_jobs`).
class SqlJobs : public Jobs {
public:
    explicit SqlJobs(Session& session);
    RowSource<Job>& rows() override { return m_rows.rows(); }
    Result<void> change(const QByteArray& id, JobState to, const QByteArray& actor,
                        const QByteArray& errorMessage) override;
    Result<void> requeue(const QByteArray& id, const QByteArray& reason, const QByteArray& actor) override;
    Result<void> record(const Job& ended) override;

private:
    Session& m_session;
    InternalTable<Job> m_rows;
};

// Within a transaction that is open already.

/// Makes a job that runs.
[[nodiscard]] Result<void> beginJob(Connection& connection, const QByteArray& id, const QByteArray& kind,
                                    const QByteArray& parameters, qint64 total, const QByteArray& actor);
/// See Jobs::change().
[[nodiscard]] Result<void> changeJob(Connection& connection, const QByteArray& id, JobState to, const QByteArray& actor,
                                     const QByteArray& errorMessage);
/// Says that a job is being run and has done so many more.
[[nodiscard]] Result<void> tellProgress(Connection& connection, const QByteArray& id, qint64 more);
[[nodiscard]] Result<void> setJobResult(Connection& connection, const QByteArray& id, const QByteArray& result);

/// The state of a job; nothing when there is no such job.
[[nodiscard]] Result<std::optional<JobState>> jobStateOf(Connection& connection, const QByteArray& id);
/// Moves a job through these states, as far as it may go from its own: another hand may have changed it.
[[nodiscard]] Result<void> moveJob(Connection& connection, const QByteArray& id, std::span<const JobState> through,
                                   const QByteArray& actor, const QByteArray& errorMessage);

} // namespace portolan
