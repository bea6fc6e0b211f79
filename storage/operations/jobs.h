#pragma once

#include "storage/listing/rowsource.h"

#include <optional>
#include <span>

namespace portolan {

/// The states of a job (SCHEMA.md). queued → running | cancelled; running → completed | failed | paused | cancelled;
/// failed → queued | cancelled; paused → running | cancelled; completed and cancelled are final.
enum class JobState { Queued, Running, Paused, Completed, Failed, Cancelled };

[[nodiscard]] const char* jobStateName(JobState state);
[[nodiscard]] std::optional<JobState> jobStateNamed(QByteArrayView name);
[[nodiscard]] bool isAllowed(JobState from, JobState to);

/// Something long that is done to a store: the carrying out of a replay run (whose id it has), a discarding, …
struct Job {
    QByteArray id; ///< a UUID
    QByteArray kind;
    QByteArray state;
    qint64 done = 0;
    std::optional<qint64> total;
    std::optional<QByteArray> actor;
    Timestamp createdAt;
    std::optional<Timestamp> startedAt;
    std::optional<Timestamp> heartbeatAt; ///< when its program last said so: running and silent, it has none
    std::optional<Timestamp> finishedAt;
    std::optional<QByteArray> errorMessage;
    std::optional<QByteArray> parameters; ///< JSON
    std::optional<QByteArray> result;     ///< JSON
};

/// Says why a failed job of a kind is not put back, and what to do instead; nothing where `replay --resume` goes on.
[[nodiscard]] std::optional<QString> whyNotRequeued(const QByteArray& kind);

std::span<const Column<Job>> jobColumns();
const ColumnSet& jobSchema();

/// The jobs of a store. Used on the store's thread.
class Jobs {
public:
    Jobs() = default;
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;
    virtual ~Jobs() = default;

    /// All of them, oldest first.
    virtual RowSource<Job>& rows() = 0;
    /// Takes a job to a state, noted in the audit. Error Changed when it cannot go there from where it is; NotFound.
    [[nodiscard]] virtual Result<void> change(const QByteArray& id, JobState to, const QByteArray& actor,
                                              const QByteArray& errorMessage) = 0;
    /// Puts a failed job back, for its runner to carry out; in the audit. Errors: NotFound; Changed, it did not fail;
    /// Unsupported, as whyNotRequeued().
    [[nodiscard]] virtual Result<void> requeue(const QByteArray& id, const QByteArray& reason,
                                               const QByteArray& actor) = 0;
    /// Keeps something that has been done already: its kind, actor, times, `done` and result, under an id of its own.
    [[nodiscard]] virtual Result<void> record(const Job& ended) = 0;
};

} // namespace portolan
