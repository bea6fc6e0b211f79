#pragma once

#include "storage/jobs.h"
#include "storage/replay/replay.h"
#include "storage/sql/owntable.h"

namespace portolan {

/// The jobs of a SQL store (`portolan_jobs`).
class SqlJobs : public Jobs {
public:
    explicit SqlJobs(Session& session);
    RowSource<Job>& rows() override { return m_rows.rows(); }
    Result<void> change(const QByteArray& id, JobState to, const QByteArray& actor,
                        const QByteArray& errorMessage) override;
    Result<void> record(const Job& ended) override;

private:
    Session& m_session;
    OwnTable<Job> m_rows;
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

/// Takes the job of a replay run, which has the run's id, where the run goes; makes it when the run is first carried
/// out.
[[nodiscard]] Result<void> followRun(Connection& connection, const QByteArray& run, RunState to,
                                     const QByteArray& actor, const QByteArray& errorMessage);

} // namespace portolan
