#pragma once

#include "storage/ports/portflows.h"
#include "storage/ports/ports.h"
#include "storage/sql/session.h"

#include <chrono>
#include <optional>
#include <vector>

namespace portolan {

/// The flows of a store, by its newest port messages and dead letters: bounded, whatever the store holds. Read at most
/// once a second, and so seldom that it takes a hundredth of the time.
class SqlPortFlows final : public RowSource<PortFlow> {
public:
    /// Both are borrowed.
    SqlPortFlows(Session& session, Ports& ports) : m_session(session), m_ports(ports) {}

    Result<Page<PortFlow>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    static constexpr qint64 mostMessages = 100'000; ///< looked at, shared out among the ports
    static constexpr qint64 mostOfAPort = 2'000;    ///< but at least 50 of each
    static constexpr qint64 mostDead = 100'000;

private:
    [[nodiscard]] Result<void> freshen(const CancelToken& token);

    Session& m_session;
    Ports& m_ports;
    std::vector<PortFlow> m_rows;
    std::optional<std::chrono::steady_clock::time_point> m_until; ///< they count as fresh
};

} // namespace portolan
