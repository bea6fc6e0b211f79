#pragma once

#include "storage/series/series.h"

#include <set>
#include <vector>

namespace portolan {

/// A stretch of a series and what it is read from: rollups of a width, or raw samples (zero).
struct SeriesSpan {
    TimeRange range;
    std::chrono::seconds width{0};
    friend bool operator==(const SeriesSpan&, const SeriesSpan&) = default;
};

/// The point to which a series is rolled up, and the hours (by their beginning) that are to be read raw all the same.
struct RolledState {
    std::optional<Timestamp> watermark; ///< a whole hour; nothing: nothing is rolled up
    std::set<Timestamp> stale;
};

/// Divides the range into spans in the order of time, without a gap, each of the widest rollups that fit into it and
/// are not wider than `widest` (zero: raw samples only). Rollups of less than an hour may not have been kept: see
/// keepsRollups().
[[nodiscard]] std::vector<SeriesSpan> seriesSpans(TimeRange range, std::chrono::seconds widest,
                                                  const RolledState& state);

} // namespace portolan
