#pragma once

#include "storage/backups/backups.h"
#include "storage/retention/retention.h"
#include "storage/sql/session.h"

namespace portolan {

/// A rule that is carried out, or counted. On the session's thread.
class RetentionRun {
public:
    RetentionRun(Session& session, const RetentionRule& rule, const RetainOrder& order);

    /// Counts what would be deleted at this moment, in one state of the database.
    [[nodiscard]] Result<RetentionOutcome> count(const CancelToken& token);
    /// Deletes, and notes what it did. The outcome of a run that was cancelled is Cancelled; after another error the
    /// rows deleted before it are noted, too.
    [[nodiscard]] Result<RetentionOutcome> carryOut(const Retention::Progress& progress, const CancelToken& token);

private:
    struct Plan;
    [[nodiscard]] Result<Plan> plan(Connection& connection);
    [[nodiscard]] Result<void> countDoomed(Connection& connection, const Plan& plan);
    [[nodiscard]] Result<void> findOldest(Connection& connection, const Plan& plan);
    struct Keys;
    [[nodiscard]] Result<Keys> readKeys(Connection& connection, const Plan& plan);
    [[nodiscard]] Result<void> deleteAll(Connection& connection, const Plan& plan, qint64 total,
                                         const Retention::Progress& progress, const CancelToken& token);
    [[nodiscard]] Result<void> deleteSome(Connection& connection, const Plan& plan, const Keys& keys, std::size_t first,
                                          std::size_t last, qint64 total);
    [[nodiscard]] Result<void> removeBackups(Connection& connection, const Retention::Progress& progress,
                                             const CancelToken& token);
    [[nodiscard]] Result<void> deleteParts(Connection& connection, const Plan& plan, const Keys& keys,
                                           std::size_t first, std::size_t last, qint64 total);
    [[nodiscard]] Result<void> note(const QString& failed);

    Session& m_session;
    const RetentionRule& m_rule;
    const RetainOrder& m_order;
    RetentionOutcome m_outcome;
    Timestamp m_cutoff;
    std::vector<BackupEntry> m_removed;
    QByteArray m_job;                    ///< of the rows that are being deleted; empty before the first of them
    int m_needed = 0;                    ///< rows that a foreign key keeps
    std::size_t m_size;                  ///< rows of the next transaction
    std::chrono::microseconds m_took{0}; ///< of the last one, with its lock
};

} // namespace portolan
