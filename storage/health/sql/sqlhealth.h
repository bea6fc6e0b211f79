#pragma once

#include "storage/health/health.h"
#include "storage/health/sql/serverhealth.h"
#include "storage/sql/session.h"

#include <functional>

namespace portolan {

/// The health of a database: a server's sessions, archive, replication and tables, or what a SQLite file is like; and
/// whether its schema is the program's.
class SqlHealth final : public StoreHealth {
public:
    explicit SqlHealth(Session& session, HealthLimits limits = {}) : m_session(session), m_limits(limits) {}

    Result<std::vector<HealthFinding>> look(const CancelToken& token) override;

private:
    using Look = std::function<Result<void>(Connection& connection, std::vector<HealthFinding>& found)>;
    /// Adds what a look finds; a note where it cannot be made.
    [[nodiscard]] Result<void> add(std::vector<HealthFinding>& findings, const char* name, const Look& look,
                                   const CancelToken& token);

    Session& m_session;
    const HealthLimits m_limits;
};

} // namespace portolan
