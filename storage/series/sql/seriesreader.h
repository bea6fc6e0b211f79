#pragma once

#include "storage/series/samplesum.h"
#include "storage/series/seriesspans.h"
#include "storage/series/sql/serieslayout.h"

#include <functional>

namespace portolan {

/// The place of a series in a database: its rows, and what finds them.
struct SeriesPlace {
    SeriesName name;
    SeriesLayout layout;
    QString value;                ///< the expression of its figure
    QString figure;               ///< its name in the table; empty where nothing is rolled up
    std::vector<QByteArray> keys; ///< the values of its key columns

    /// Return the condition "key = ? AND " for each of them, and the values to bind.
    [[nodiscard]] QString ofKeys() const;
    [[nodiscard]] QVariantList keyValues() const;
};

/// Called for every sample or rollup, in no order within a span. An error ends the reading.
using SampleSink = std::function<void(const SampleSum&)>;

/// Reads up to when a series is rolled up, and its stale hours in a range. Call it in one snapshot with the reads that
/// use it.
[[nodiscard]] Result<RolledState> readRolledState(Connection& connection, const SeriesPlace& place, TimeRange range);

/// Reads the samples of a range.
[[nodiscard]] Result<void> readSamples(Connection& connection, const SeriesPlace& place, TimeRange range,
                                       const SampleSink& sink);

/// Reads the newest so many samples of a range, in the order of time.
[[nodiscard]] Result<std::vector<SeriesPoint>> readNewest(Connection& connection, const SeriesPlace& place,
                                                          TimeRange range, int count);

/// Reads the rollups of a width that begin in the range.
[[nodiscard]] Result<void> readRollups(Connection& connection, const QByteArray& series, TimeRange range,
                                       std::chrono::seconds width, const SampleSink& sink);

/// Reads the whole range, from rollups of at most `widest` where there are any and from samples elsewhere.
[[nodiscard]] Result<void> readSeries(Connection& connection, const SeriesPlace& place, TimeRange range,
                                      std::chrono::seconds widest, const SampleSink& sink);

/// Returns the range from the first sample to just after the last.
[[nodiscard]] Result<std::optional<TimeRange>> readExtent(Connection& connection, const SeriesPlace& place);

/// Counts the rows of the series, with a time in the range or none at all, that gave no sample though they hold a time
/// and a value. Of a series that is rolled up none are looked for.
[[nodiscard]] Result<LeftOutRows> readLeftOut(Connection& connection, const SeriesPlace& place, TimeRange range);

/// Returns the columns of portolan_rollups that rollupAt() reads.
[[nodiscard]] QString rollupCells();
[[nodiscard]] SampleSum rollupAt(const QSqlQuery& row);

} // namespace portolan
