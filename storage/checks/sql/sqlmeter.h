#pragma once

#include "storage/checks/storestats.h"
#include "storage/sql/session.h"

namespace portolan {

/// A database's figures, table by table.
class SqlMeter : public StoreMeter {
public:
    explicit SqlMeter(Session& session) : m_session(session) {}

    [[nodiscard]] Result<std::vector<StoreStats>> measure(Extent extent, const CancelToken& token) override;

private:
    Session& m_session;
};

} // namespace portolan
