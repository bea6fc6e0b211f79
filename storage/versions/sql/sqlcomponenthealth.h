#pragma once

#include "storage/sql/session.h"
#include "storage/versions/componenthealth.h"

#include <chrono>
#include <map>
#include <optional>

namespace portolan {

/// The components of a store by their reports: silent ones first, then by how bad they are and by name. Read at most
/// once a second, and the rarer the longer that takes: the newest few thousand reports say all about components that
/// report; only those that fell silent are sought one by one. At most `mostComponents`, the first by name.
class SqlComponentHealth final : public RowSource<ComponentHealth> {
public:
    /// `reports` are those of PipelineTable::Health; both are borrowed.
    SqlComponentHealth(Session& session, RowSource<PipelineRow>& reports) : m_session(session), m_reports(reports) {}

    Result<Page<ComponentHealth>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    static constexpr int mostComponents = 2000;

private:
    [[nodiscard]] Result<void> freshen(const CancelToken& token);
    [[nodiscard]] Result<std::vector<QByteArray>> names(const CancelToken& token);
    /// Set by an operator.
    [[nodiscard]] Result<std::map<QByteArray, std::chrono::seconds>> patience(const CancelToken& token);

    Session& m_session;
    RowSource<PipelineRow>& m_reports;
    std::vector<ComponentHealth> m_rows;
    std::optional<std::chrono::steady_clock::time_point> m_until; ///< they count as fresh
};

} // namespace portolan
