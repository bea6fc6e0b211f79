#pragma once

#include "models/charts/oddness.h"
#include "storage/base/cancel.h"
#include "storage/base/result.h"

namespace portolan {

class Store;

/// A series by its newest samples, or by those of a range.
struct OddSeries {
    SeriesInfo info;
    ChartLine line;
    Oddness oddness;
};

/// Returns the series whose newest samples are the oddest, the oddest first, `most` at most. Reads 240 samples of the
/// newest day of each of the first thousand series; with a range the lines of the first two hundred in it. Query
/// thread. Error Unsupported where there are no series.
[[nodiscard]] Result<std::vector<OddSeries>> oddestSeries(Store& store, std::size_t most,
                                                          std::optional<TimeRange> range, const CancelToken& token);

/// Rows of a span, as far as they were counted.
struct RangeCounts {
    static constexpr qint64 most = 1'000'000;
    /// Nothing: the store has no such rows. `most`: that many at least.
    std::optional<qint64> messages{};
    std::optional<qint64> events{};
    std::optional<qint64> deadLetters{};
};

/// Counts the messages, sensor events and dead letters of a span. Query thread.
[[nodiscard]] Result<RangeCounts> countRange(Store& store, TimeRange range, const CancelToken& token);

} // namespace portolan
