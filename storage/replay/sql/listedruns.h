#pragma once

#include "storage/listing/rowsource.h"
#include "storage/replay/replay.h"

#include <chrono>

namespace portolan {

class Connection;
class SqlReplays;

/// The runs of a SQL store as they are listed: their rows, with the outcomes of open items since these were last
/// settled. Writes nothing. For a filter, or an order by an outcome, all runs are read, so that it holds for what is
/// listed.
class ListedRuns final : public RowSource<ReplayRun> {
public:
    explicit ListedRuns(SqlReplays& replays) : m_replays(replays) {}

    Result<Page<ReplayRun>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    /// The limits of a look: how many items may still be looked at, and until when.
    struct Budget {
        qint64 items = 0;
        std::chrono::steady_clock::time_point until;
        [[nodiscard]] bool isSpent() const { return items <= 0 || std::chrono::steady_clock::now() >= until; }
    };
    [[nodiscard]] static Budget newBudget();
    [[nodiscard]] Result<void> lookAt(std::vector<ReplayRun>& runs, const CancelToken& token);
    [[nodiscard]] Result<void> lookAtRun(Connection& connection, ReplayRun& run, Budget& budget);
    [[nodiscard]] Result<std::vector<ReplayRun>> all(const CancelToken& token);

    SqlReplays& m_replays;
};

} // namespace portolan
