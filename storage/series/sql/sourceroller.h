#pragma once

#include "storage/series/rollupaccumulator.h"
#include "storage/series/rollups.h"
#include "storage/series/sql/serieslayout.h"
#include "storage/sql/connection/unitofwork.h"

#include <QHash>

namespace portolan {

/// Rolls up the rows of one table, hours at a time and in order. Each step is short, whatever lies in an hour: first it
/// is announced how far it will go, so that all who write before that say so (RollupMark::markedUntil); then, with
/// nobody left who may not have heard it, the rows are read without a lock; then the rollups are written, and the
/// watermark moves with the last of them. What others write meanwhile is noted, and rolled up again once the watermark
/// is past it.
///
/// One connection's thread. What it remembers between steps is void when another program has taken the table over.
class SourceRoller {
public:
    SourceRoller(const SeriesTable& table, SeriesLayout layout);

    enum class Step {
        Worked,
        Waiting, ///< for transactions of others to end
        Nothing, ///< is left to be done now
    };
    /// `now` is the time up to which hours count as past; a step reads or writes about so many rows.
    [[nodiscard]] Result<Step> step(Connection& connection, Timestamp now, int rows, RollProgress& progress);

private:
    enum class State { Idle, Announced, Reading, Writing };
    [[nodiscard]] Result<Step> advance(Connection& connection, Timestamp now, int rows, RollProgress& progress);
    [[nodiscard]] Result<Step> announce(Connection& connection, Timestamp now, int rows);
    [[nodiscard]] Result<std::optional<Timestamp>> begin(UnitOfWork& work, Timestamp target);
    [[nodiscard]] Result<std::optional<Timestamp>> timeOfRow(Connection& connection, TimeRange range, int number);
    [[nodiscard]] Result<Timestamp> goal(Connection& connection, Timestamp from, Timestamp target, int rows);
    [[nodiscard]] Result<void> noteAnnounced(Connection& connection);
    [[nodiscard]] Result<Step> waitForOthers(Connection& connection);
    [[nodiscard]] Result<Step> readSome(Connection& connection, int rows, RollProgress& progress);
    [[nodiscard]] Result<Timestamp> readRows(Connection& connection, TimeRange range, int most);
    void take(const QSqlQuery& row, Timestamp at);
    [[nodiscard]] Result<Step> writeSome(Connection& connection, int rows);
    [[nodiscard]] Result<void> finish(UnitOfWork& work);
    [[nodiscard]] Result<bool> isOurs(UnitOfWork& work);
    void forget();

    const SeriesTable& m_table;
    SeriesLayout m_layout;
    QByteArray m_name; ///< as `roller`
    State m_state = State::Idle;
    TimeRange m_range; ///< that is being rolled up
    Timestamp m_readUntil;
    Timestamp m_renewed; ///< when the others were last told that somebody is at it
    RollupAccumulator m_book;
    QHash<QString, std::vector<QByteArray>> m_names; ///< of the series of a key, one for each figure
    std::vector<RollupRow> m_rows;
    std::size_t m_written = 0;
};

} // namespace portolan
