#pragma once

#include "storage/series/rollupaccumulator.h"
#include "storage/series/rollups.h"
#include "storage/series/sql/serieslayout.h"
#include "storage/sql/connection/unitofwork.h"

#include <QHash>

namespace portolan {

/// Rolls up the rows of one table, hours at a time and in order. Each step is short, however many rows an hour has. It
/// first announces how far it will go (RollupMark::markedUntil), so that writers note what they write before that; once
/// no transaction is left that may have missed this, reads the rows without a lock; then writes the rollups, and moves
/// the watermark with the last of them. Rows that others write meanwhile are noted, and rolled up again once the
/// watermark is past them.
///
/// One connection's thread. Forgets what it remembers between steps when another program has taken the table over.
class SourceRoller {
public:
    SourceRoller(const SeriesTable& table, SeriesLayout layout);

    enum class Step {
        Worked,
        Waiting, ///< others' transactions have to end, or another program is rolling up
        Nothing, ///< nothing is left to be done now
    };
    /// Does the next step. Hours that end by `now` count as past; a step reads or writes about `rows` rows.
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
    [[nodiscard]] Result<bool> keepClaim(UnitOfWork& work);
    void forget();

    const SeriesTable& m_table;
    SeriesLayout m_layout;
    QByteArray m_name; ///< as RollupMark::roller
    State m_state = State::Idle;
    TimeRange m_range; ///< the range being rolled up
    Timestamp m_readUntil;
    Timestamp m_renewed; ///< when `updatedAt` was last renewed
    RollupAccumulator m_book;
    QHash<QString, std::vector<QByteArray>> m_names; ///< of the series of a key, one for each figure
    std::vector<RollupRow> m_rows;
    std::size_t m_written = 0;
};

} // namespace portolan
