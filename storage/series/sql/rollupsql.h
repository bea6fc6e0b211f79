#pragma once

#include "storage/series/rollupaccumulator.h"
#include "storage/series/sql/seriesreader.h"
#include "storage/sql/connection/unitofwork.h"

#include <set>

namespace portolan {

/// The series that a table's key columns and one of its figures make.
[[nodiscard]] SeriesPlace seriesPlace(const SeriesTable& table, const SeriesLayout& layout, std::size_t value,
                                      std::vector<QByteArray> keys);

/// Returns what the names of all series of a table begin with.
[[nodiscard]] QByteArray seriesPrefix(const SeriesTable& table);

/// A source's row of portolan_rollup_watermarks.
struct RollupMark {
    Timestamp watermark;
    Timestamp markedUntil;
    std::optional<qint64> markedBy;
    QByteArray roller; ///< empty: nobody is at it
    Timestamp updatedAt;
};

/// Nothing: there is none. In a transaction that writes, nobody else changes it, or what is rolled up, until its end.
[[nodiscard]] Result<std::optional<RollupMark>> lockMark(UnitOfWork& work, const SeriesTable& table);

/// Rows that stand there already are left as they are.
[[nodiscard]] Result<void> putRollups(UnitOfWork& work, std::span<const RollupRow> rows);

/// Makes the rollups of one hour of a series again from its samples.
[[nodiscard]] Result<void> rollHourAgain(UnitOfWork& work, const SeriesPlace& place, Timestamp hour);
/// And those of days, from their hours.
[[nodiscard]] Result<void> rollDayAgain(UnitOfWork& work, const QByteArray& series, Timestamp day);
/// The same for all series of a table, where no such row is yet.
[[nodiscard]] Result<void> rollDayOfAll(UnitOfWork& work, const SeriesTable& table, Timestamp day);

/// Rolls up again what was noted as written into the time before the watermark, a few hundred notes at most. Returns
/// how many hours of a series these were.
[[nodiscard]] Result<qint64> rollStale(Connection& connection, const SeriesTable& table, const SeriesLayout& layout);

} // namespace portolan
