#pragma once

#include "storage/ports/portintake.h"
#include "storage/sql/columns/storedtimes.h"
#include "storage/sql/session.h"

namespace portolan {

/// The intake of a SQL store.
class SqlPortIntake : public PortIntake {
public:
    /// `ports`: of the same session.
    SqlPortIntake(Session& session, Ports& ports) : m_session(session), m_ports(ports) {}

    Result<IntakeOutcome> take(std::span<const AuditedMessage> messages, const IntakeOrder& order,
                               const CancelToken& token) override;

private:
    using Some = std::span<const AuditedMessage* const>;
    [[nodiscard]] Result<void> learn();
    [[nodiscard]] Result<bool> isPresent(const AuditedMessage& message, IntakeOutcome& outcome);
    [[nodiscard]] std::optional<QString> unkept(const PortMessage& message) const;
    [[nodiscard]] Result<IntakeOutcome> takeSome(Some messages, const IntakeOrder& order);
    [[nodiscard]] Result<void> insert(Some messages, const IntakeOrder& order, qint64 audit);

    Session& m_session;
    Ports& m_ports;
    /// A column that the table has.
    struct KeptColumn {
        std::size_t at = 0; ///< of portMessageColumns()
        StoredTimeForm form = StoredTimeForm::IsoText;
    };
    std::vector<KeptColumn> m_columns;
};

} // namespace portolan
