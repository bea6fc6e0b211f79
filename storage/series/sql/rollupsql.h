#pragma once

#include "storage/series/rollupaccumulator.h"
#include "storage/series/sql/seriesreader.h"
#include "storage/sql/connection/unitofwork.h"

#include <set>

namespace portolan {

/// Returns the place of the series that a table's keys and one of its figures make.
[[nodiscard]] SeriesPlace seriesPlace(const SeriesTable& table, const SeriesLayout& layout, std::size_t value,
                                      std::vector<QByteArray> keys);

/// Returns the common beginning of the names of a table's series.
[[nodiscard]] QByteArray seriesPrefix(const SeriesTable& table);

/// A source's row of portolan_rollup_watermarks.
struct RollupMark {
    Timestamp watermark;
    Timestamp markedUntil;
    QByteArray roller; ///< the program that is rolling the table up; empty: none
    Timestamp updatedAt;
};

/// Reads and locks the mark of a table; nothing where there is none. Until the end of the (writing) transaction nobody
/// else changes the mark or the rollups.
[[nodiscard]] Result<std::optional<RollupMark>> lockMark(UnitOfWork& work, const SeriesTable& table);

/// Adds rollups; leaves existing rows as they are.
[[nodiscard]] Result<void> putRollups(UnitOfWork& work, std::span<const RollupRow> rows);

/// Makes the rollups of one hour of a series again from its samples.
[[nodiscard]] Result<void> rollHourAgain(UnitOfWork& work, const SeriesPlace& place, Timestamp hour);
/// Makes the rollup of a day of a series again, from its hours.
[[nodiscard]] Result<void> rollDayAgain(UnitOfWork& work, const QByteArray& series, Timestamp day);
/// Makes the rollup of a day for all series of a table that have none yet.
[[nodiscard]] Result<void> rollDayOfAll(UnitOfWork& work, const SeriesTable& table, Timestamp day);

/// Rolls up again the hours noted as written to before the watermark, from a few hundred notes at most. Returns their
/// number, hours of a series.
[[nodiscard]] Result<qint64> rollStale(Connection& connection, const SeriesTable& table, const SeriesLayout& layout);

} // namespace portolan
