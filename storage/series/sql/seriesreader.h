#pragma once

#include "storage/series/samplesum.h"
#include "storage/series/seriesspans.h"
#include "storage/series/sql/serieslayout.h"

#include <functional>

namespace portolan {

/// A series in a database: where its rows are and what they are found by.
struct SeriesPlace {
    SeriesName name;
    SeriesLayout layout;
    QString value;                ///< the expression of its figure
    QString figure;               ///< and its name in the table; empty where nothing is rolled up
    std::vector<QByteArray> keys; ///< what its key columns hold

    /// "key = ? AND ", for each of them; and what is bound.
    [[nodiscard]] QString ofKeys() const;
    [[nodiscard]] QVariantList keyValues() const;
};

/// Called for every sample or rollup, in no order within a span. An error ends the reading.
using SampleSink = std::function<void(const SampleSum&)>;

/// Reads what the series is rolled up to, as far as it matters for a range. Ask in one snapshot with what is read by
/// it.
[[nodiscard]] Result<RolledState> readRolledState(Connection& connection, const SeriesPlace& place, TimeRange range);

/// The samples of a range.
[[nodiscard]] Result<void> readSamples(Connection& connection, const SeriesPlace& place, TimeRange range,
                                       const SampleSink& sink);

/// The newest so many samples of a range, in the order of time.
[[nodiscard]] Result<std::vector<SeriesPoint>> readNewest(Connection& connection, const SeriesPlace& place,
                                                          TimeRange range, int count);

/// Reads what is rolled up in buckets of a width that begin in the range.
[[nodiscard]] Result<void> readRollups(Connection& connection, const QByteArray& series, TimeRange range,
                                       std::chrono::seconds width, const SampleSink& sink);

/// The range whole, from rollups of at most `widest` wherever these stand for it and from samples elsewhere.
[[nodiscard]] Result<void> readSeries(Connection& connection, const SeriesPlace& place, TimeRange range,
                                      std::chrono::seconds widest, const SampleSink& sink);

/// Returns the range from the first sample to just after the last.
[[nodiscard]] Result<std::optional<TimeRange>> readExtent(Connection& connection, const SeriesPlace& place);

/// The columns of portolan_rollups that rollupAt() reads, from the first one on.
[[nodiscard]] QString rollupCells();
[[nodiscard]] SampleSum rollupAt(const QSqlQuery& row);

} // namespace portolan
