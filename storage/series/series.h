#pragma once

#include "storage/listing/rowsource.h"

#include <QByteArray>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The name of a series (CONTRACT §5): component/NAME/METRIC, port/NAME/FIGURE, sensor/ID or table/NAME/TIME/VALUE. In
/// the text each part has its '/', '%' and control characters written as %XX, so that a part may hold any of them;
/// everything else stays as it is, UTF-8. Values; any thread.
struct SeriesName {
    enum class Kind { Component, Port, Sensor, Table };
    Kind kind = Kind::Sensor;
    std::vector<QByteArray> parts; ///< decoded; two of a component or port, one of a sensor, three of a table

    [[nodiscard]] QByteArray toText() const;
    /// Error Usage, which says what forms there are.
    static Result<SeriesName> parse(QByteArrayView text);

    friend bool operator==(const SeriesName&, const SeriesName&) = default;
    friend auto operator<=>(const SeriesName&, const SeriesName&) = default;
};

/// From `begin`, before `end`.
struct TimeRange {
    Timestamp begin;
    Timestamp end;

    [[nodiscard]] bool isEmpty() const { return end <= begin; }
    [[nodiscard]] std::chrono::microseconds length() const { return end - begin; }
    [[nodiscard]] bool contains(Timestamp at) const { return begin <= at && at < end; }
    friend bool operator==(TimeRange, TimeRange) = default;
};

struct SeriesPoint {
    Timestamp at;
    double value = 0;
    friend bool operator==(SeriesPoint, SeriesPoint) = default;
};

/// The sum of the samples from `begin` to the bucket's end; a bucket without samples is never given. Of samples of one
/// instant the smallest value counts as the first and the greatest as the last.
struct SeriesBucket {
    Timestamp begin;
    double min = 0;
    double max = 0;
    double sum = 0;
    qint64 count = 0;
    double first = 0;
    double last = 0;

    [[nodiscard]] double average() const { return sum / static_cast<double>(count); }
};

/// time, min, max, avg, sum, count, first, last.
std::span<const Column<SeriesBucket>> seriesBucketColumns();

/// A series and its newest sample.
struct SeriesInfo {
    SeriesName name;
    QByteArray unit;                 ///< of the newest sample; empty: none is known
    std::optional<double> lastValue; ///< nothing: not looked up (a table of unknown indexes), or no number
    std::optional<Timestamp> lastTime;
};

/// series, kind, unit, last_value, last_time; the time column is last_time, bare words search series and unit.
std::span<const Column<SeriesInfo>> seriesColumns();
const ColumnSet& seriesSchema();

/// The picture of a range that a chart draws.
struct SeriesPicture {
    /// In time order. As they were measured: each is a sample of the series at its own time.
    std::vector<SeriesPoint> points;
    /// The resolution of what was read: zero for raw samples, else the width of the rollups in the middle of the range.
    /// Its ends, and what is not yet or no longer rolled up, come from finer ones and from raw samples whatever is said
    /// here.
    std::chrono::seconds resolution{0};
    /// Each of the points is a sample of its own: none was left out.
    bool whole = false;
    /// The width of the columns that have at most two points, the least and the greatest. Zero when `whole`.
    std::chrono::microseconds column{0};
};

/// Something that happened to a pipeline, for the time axis of a chart.
struct Annotation {
    enum class Kind { Burst, Checkpoint, ComponentState, Replay };
    Timestamp at; ///< of the first one, where it stands for several
    Kind kind = Kind::Checkpoint;
    qint64 count = 1;   ///< how many it stands for: dead letters, versions, runs
    QByteArray subject; ///< a checkpoint's name, a component, a run's reason; empty for several, and for a burst
    friend bool operator==(const Annotation&, const Annotation&) = default;
};

/// The time series of a database. What is no number between -1e300 and 1e300 (NULL, NaN, infinities, texts) is no
/// sample and left out everywhere, in rollups too: sums of such would not be numbers. Used on the store's thread; reads
/// never block a writer. Errors besides the database's: Usage for a range or number that cannot be, NotFound for a
/// series' table or column that is not there, Unsupported with what missing(Feature::Metrics) says.
class SeriesStore {
public:
    SeriesStore() = default;
    SeriesStore(const SeriesStore&) = delete;
    SeriesStore& operator=(const SeriesStore&) = delete;
    virtual ~SeriesStore() = default;

    /// Every series there is, without a sort in the order of their names by kind. Costs a few look-ups in an index for
    /// each series, not for each sample, and only when the store has changed.
    virtual RowSource<SeriesInfo>& series() = 0;

    /// Returns the range from the series' first sample to just after its last; nothing for a series without samples.
    [[nodiscard]] virtual Result<std::optional<TimeRange>> extent(const SeriesName& name, const CancelToken& token) = 0;

    /// The buckets that begin at whole multiples of `width` since 1970 and hold samples of the range, exactly: the
    /// first and last one only count what is inside the range.
    [[nodiscard]] virtual Result<std::vector<SeriesBucket>>
    buckets(const SeriesName& name, TimeRange range, std::chrono::microseconds width, const CancelToken& token) = 0;

    /// Reads what is to be drawn on so many pixels: the samples themselves when they are at most two a pixel, else the
    /// least and the greatest of each column, exactly. There are at most `pixels` columns.
    [[nodiscard]] virtual Result<SeriesPicture> picture(const SeriesName& name, TimeRange range, int pixels,
                                                        const CancelToken& token) = 0;

    /// Of the samples of each bucket (as buckets() has them), the least one that at least this share of them does not
    /// exceed: the nearest-rank percentile. `share` is above 0 and at most 1. At the buckets' begins. From the samples
    /// themselves, whatever is rolled up.
    [[nodiscard]] virtual Result<std::vector<SeriesPoint>> percentiles(const SeriesName& name, TimeRange range,
                                                                       std::chrono::microseconds width, double share,
                                                                       const CancelToken& token) = 0;

    /// The samples of the day that ends with the newest one, the newest so many of them in the order of time: of each
    /// series that series() gave, in that order. None of a series whose newest sample is not known there.
    [[nodiscard]] virtual Result<std::vector<std::vector<SeriesPoint>>> newest(std::span<const SeriesInfo> series,
                                                                               int count, const CancelToken& token) = 0;

    /// Lists what happened in a range: bursts of dead letters, checkpoints, states of components, replays; those of a
    /// kind that are less than `apart` from each other as one. In the order of time; the newest thousands of each kind
    /// are looked at. What a database has no table for, or one that may not be read, did not happen.
    [[nodiscard]] virtual Result<std::vector<Annotation>> happenings(TimeRange range, std::chrono::microseconds apart,
                                                                     const CancelToken& token) = 0;
};

} // namespace portolan
