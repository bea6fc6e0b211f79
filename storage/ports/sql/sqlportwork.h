#pragma once

#include "storage/ports/portwork.h"
#include "storage/sql/columns/storedtimes.h"
#include "storage/sql/session.h"

namespace portolan {

/// Port messages of a SQL store as work; leases stand in `portolan_leases`.
class SqlPortWork : public PortWork {
public:
    /// A column of times of `port_messages`, which may be another program's.
    struct TimeColumn {
        StoredTimeForm form = StoredTimeForm::IsoText;
        QString place; ///< the placeholder for one of its values
    };
    SqlPortWork(std::unique_ptr<Session> session, TimeColumn processed, TimeColumn completed);

    Result<std::vector<PortAttempt>> take(const QByteArray& worker, int most, std::chrono::milliseconds lease) override;
    Result<PortResults> end(const QByteArray& worker, std::span<const PortOutcome> outcomes) override;
    Result<qint64> putBack(const QByteArray& worker, std::chrono::milliseconds pause) override;

private:
    [[nodiscard]] Connection& connection() { return m_session->connection(); }
    [[nodiscard]] bool isServer() const { return m_session->dialect() == SqlDialect::Postgresql; }
    [[nodiscard]] QString member(const char* name) const;
    [[nodiscard]] QString elements() const;
    [[nodiscard]] QString id(const QString& text) const;
    [[nodiscard]] QString time() const;
    [[nodiscard]] Result<std::vector<PortAttempt>> claim(int most);
    [[nodiscard]] Result<void> lend(const QByteArray& worker, const std::vector<PortAttempt>& attempts,
                                    std::chrono::milliseconds lease);
    [[nodiscard]] Result<PortResults> settle(const QByteArray& worker, const QByteArray& outcomes, std::size_t count);
    [[nodiscard]] Result<std::vector<PortOutcome>> expired();
    [[nodiscard]] Result<qint64> retry(const QByteArray& worker, std::chrono::milliseconds pause);
    [[nodiscard]] Result<void> note(const QByteArray& worker, const char* action, const std::vector<QByteArray>& ids);

    std::unique_ptr<Session> m_session;
    TimeColumn m_processed;
    TimeColumn m_completed;
};

} // namespace portolan
