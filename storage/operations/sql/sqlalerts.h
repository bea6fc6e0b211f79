#pragma once

#include "storage/operations/alerts.h"
#include "storage/sql/internaltable.h"

namespace portolan {

struct AuditEntry;

/// The rules for alerts of a SQL store (`portolan_alerts`). On the session's thread.
class SqlAlerts final : public Alerts {
public:
    explicit SqlAlerts(Session& session);

    Result<std::vector<Alert>> stored(const CancelToken& token) override;
    Result<void> save(const AlertRule& rule, const std::optional<AlertRule>& expected, const QByteArray& reason,
                      const QByteArray& actor) override;
    Result<void> remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) override;
    Result<void> acknowledge(const AlertRule& rule, std::optional<double> value, const QByteArray& reason,
                             const QByteArray& actor) override;
    Result<int> record(std::span<const AlertTransition> transitions) override;

private:
    /// Runs `change`, a callable from the rule that stands there (or nothing) and a UnitOfWork& to a
    /// Result<AuditEntry>, in one transaction with the entry that it gives.
    template <class Change>
    Result<void> changeRule(const QByteArray& name, Change change);

    Session& m_session;
    InternalTable<Alert> m_rows;
};

} // namespace portolan
