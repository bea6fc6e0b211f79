#pragma once

#include "storage/retention/retention.h"
#include "storage/sql/session.h"

namespace portolan {

/// The retention of a SQL store; what operators said of its rules is in `portolan_retention_rules`. On the session's
/// thread.
class SqlRetention final : public Retention, public RowSource<RetentionRule> {
public:
    explicit SqlRetention(Session& session) : m_session(session) {}

    RowSource<RetentionRule>& rules() override { return *this; }
    Result<Page<RetentionRule>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    Result<RetentionRule> set(const RetentionChange& change, const QByteArray& reason, const QByteArray& actor,
                              const CancelToken& token) override;
    Result<void> switchOff(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                           const CancelToken& token) override;
    Result<void> run(const RetainOrder& order, const Progress& progress, const Told& told,
                     const CancelToken& token) override;

private:
    [[nodiscard]] Result<std::vector<RetentionRule>> readRules(Connection& connection);
    [[nodiscard]] Result<std::vector<RetentionRule>> allRules(const CancelToken& token);
    [[nodiscard]] Result<void> mayWrite();
    [[nodiscard]] Result<void> countChanged(const RetainOrder& order, const std::vector<RetentionRule>& rules,
                                            const Told& told, const CancelToken& token);
    template <class Change>
    [[nodiscard]] Result<RetentionRule> changeRule(const QByteArray& name, const char* action, const QByteArray& reason,
                                                   const QByteArray& actor, const CancelToken& token, Change change);

    Session& m_session;
};

} // namespace portolan
