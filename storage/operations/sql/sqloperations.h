#pragma once

#include "storage/operations/audit.h"
#include "storage/operations/operations.h"
#include "storage/operations/sql/sqljobs.h"

namespace portolan {

/// The operations of a SQL store; what is set for it stands in `portolan_settings`.
class SqlOperations : public Operations {
public:
    /// As Operations::findMessages().
    using Lookup = Result<std::vector<std::optional<FoundMessage>>> (*)(Connection&, std::span<const QByteArray> ids);

    SqlOperations(Session& session, MessageArchive& archive, Lookup lookup)
        : m_session(session)
        , m_archive(archive)
        , m_jobs(session)
        , m_lookup(lookup) {}

    MessageArchive& archive() override { return m_archive; }
    Jobs& jobs() override { return m_jobs; }
    Result<std::optional<QString>> productionName() override;
    Result<void> markProduction(const std::optional<QString>& name, const QByteArray& reason,
                                const QByteArray& actor) override;
    Result<void> recordConfirmation(const QByteArray& command, const QByteArray& reason,
                                    const QByteArray& actor) override;
    Result<bool> hasSample() override;
    Result<void> noteSample() override;
    Result<std::vector<std::optional<FoundMessage>>> findMessages(std::span<const QByteArray> ids,
                                                                  const CancelToken& token) override;
    Result<void> setSilentAfter(const QByteArray& component, std::optional<std::chrono::seconds> silentAfter,
                                const QByteArray& reason, const QByteArray& actor) override;

    /// The key of a component's setting begins so, and ends with its name; its value is in seconds.
    static constexpr char silentAfterKey[] = "silent_after:";

private:
    /// Sets or, without a value, takes away; in one transaction with the audit, which keeps what was.
    Result<void> set(const QString& key, const std::optional<QString>& value, AuditEntry told);

    Session& m_session;
    MessageArchive& m_archive;
    SqlJobs m_jobs;
    Lookup m_lookup;
};

} // namespace portolan
