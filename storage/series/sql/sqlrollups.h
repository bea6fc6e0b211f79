#pragma once

#include "storage/search/sql/searchindexer.h"
#include "storage/series/rollups.h"
#include "storage/series/sql/hypertables.h"
#include "storage/series/sql/partitions.h"
#include "storage/series/sql/sourceroller.h"
#include "storage/sql/session.h"

#include <chrono>
#include <optional>
#include <vector>

namespace portolan {

/// The rollups and the search index of a SQL store, over a session that may write. On its thread.
class SqlRollups : public Rollups {
public:
    explicit SqlRollups(Session& session) : m_session(session), m_partitions(session) {}

    Result<RollProgress> roll(std::chrono::milliseconds patience, const CancelToken& token) override;
    /// Does the same on the session's connection as it is, without ending its prepared statements.
    [[nodiscard]] Result<RollProgress> rollHere(std::chrono::milliseconds patience, const CancelToken& token);

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] Result<void> learn(Connection& connection);
    [[nodiscard]] Result<void> rollSeries(std::chrono::milliseconds patience, const CancelToken& token,
                                          RollProgress& progress);
    [[nodiscard]] Result<void> keepSearch(Clock::time_point end, const CancelToken& token, RollProgress& progress);
    [[nodiscard]] Result<void> keepHouse(std::chrono::milliseconds patience);

    Session& m_session;
    Partitions m_partitions;
    SearchIndexer m_search;
    std::chrono::steady_clock::time_point m_houseNext; ///< when keepHouse() is due again
    quint64 m_generation = 0;
    std::optional<qint64> m_mark;
    std::vector<SourceRoller> m_sources;
    std::optional<Timescale> m_timescale;
    std::vector<QString> m_aggregated; ///< tables with continuous aggregates
    std::size_t m_next = 0;            ///< the source whose turn it is, so that a short patience reaches all
};

} // namespace portolan
