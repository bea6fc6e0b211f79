#pragma once

#include "storage/operations.h"
#include "storage/sql/sqlarchive.h"
#include "storage/sql/sqljobs.h"

namespace portolan {

/// The operations of a SQL store; what is set for it stands in `portolan_settings`.
class SqlOperations : public Operations {
public:
    /// `groups` as SqlArchive's.
    explicit SqlOperations(Session& session, GroupScan* groups = nullptr)
        : m_session(session)
        , m_archive(session, groups)
        , m_jobs(session) {}

    MessageArchive& archive() override { return m_archive; }
    Jobs& jobs() override { return m_jobs; }
    Result<std::optional<QString>> productionName() override;
    Result<void> markProduction(const std::optional<QString>& name, const QByteArray& reason,
                                const QByteArray& actor) override;

private:
    Session& m_session;
    SqlArchive m_archive;
    SqlJobs m_jobs;
};

} // namespace portolan
