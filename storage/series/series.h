#pragma once

#include "storage/listing/rowsource.h"

#include <QByteArray>
#include <chrono>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace portolan {

/// The name of a series (CONTRACT §5): component/NAME/METRIC, port/NAME/FIGURE, sensor/ID or table/NAME/TIME/VALUE. Its
/// text is UTF-8, with each part's '/', '%' and control characters written as %XX. A value; any thread.
struct SeriesName {
    enum class Kind { Component, Port, Sensor, Table };
    Kind kind = Kind::Sensor;
    std::vector<QByteArray> parts; ///< decoded; two of a component or port, one of a sensor, three of a table

    [[nodiscard]] QByteArray toText() const;
    /// Parses a text. Error Usage, with the forms that there are.
    static Result<SeriesName> parse(QByteArrayView text);

    friend bool operator==(const SeriesName&, const SeriesName&) = default;
    friend auto operator<=>(const SeriesName&, const SeriesName&) = default;
};

/// The times from `begin` to before `end`.
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

/// The sum of the samples from `begin` to the bucket's end, at least one. Of samples of one instant the smallest value
/// counts as the first and the greatest as the last.
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

/// Returns the columns time, min, max, avg, sum, count, first, last.
std::span<const Column<SeriesBucket>> seriesBucketColumns();

/// A series and its newest sample.
struct SeriesInfo {
    SeriesName name;
    QByteArray unit;                 ///< of the newest sample; empty: none is known
    std::optional<double> lastValue; ///< nothing: not looked up (the table has no index for it), or no number
    std::optional<Timestamp> lastTime;
};

/// Returns the columns series, kind, unit, last_value, last_time; the time column is last_time, bare words search
/// series and unit.
std::span<const Column<SeriesInfo>> seriesColumns();
const ColumnSet& seriesSchema();

/// A bucket and the value that a share of its samples do not exceed.
struct SeriesPercentile {
    SeriesBucket bucket;
    double value = 0;
};

/// A range as a chart draws it: all its samples in the order of time, or buckets.
using SeriesLine = std::variant<std::vector<SeriesPoint>, std::vector<SeriesBucket>>;

/// Rows that hold a time and a value and are no samples of a series: the time is none that can be read, or the value no
/// number. A time or value that is NULL is no row of the series.
struct LeftOutRows {
    static constexpr qint64 most = 10'000; ///< that are counted
    qint64 times = 0;                      ///< whose time is none
    QByteArray time;                       ///< the beginning of one of them
    qint64 values = 0;                     ///< whose time is one, and the value no number
    QByteArray value;

    [[nodiscard]] qint64 all() const { return times + values; }
    friend bool operator==(const LeftOutRows&, const LeftOutRows&) = default;
};

/// Says it in a sentence; empty: there are none.
[[nodiscard]] QString leftOutText(const SeriesName& name, const LeftOutRows& rows);

/// Something that happened to a pipeline, for the time axis of a chart.
struct Annotation {
    enum class Kind { Burst, Checkpoint, ComponentState, Replay };
    Timestamp at; ///< the time of the first, where it stands for several
    Kind kind = Kind::Checkpoint;
    qint64 count = 1;   ///< the number it stands for: dead letters, versions, runs
    QByteArray subject; ///< a checkpoint's name, a component, a run's reason; empty for several, and for a burst
    friend bool operator==(const Annotation&, const Annotation&) = default;
};

struct DayFigures;

/// Returns the range of all times: the years 0001 to 9999, without the last day of it.
[[nodiscard]] TimeRange allTimes();

/// The time series of a database. A value that is no number between -1e300 and 1e300 (NULL, NaN, infinities, texts) is
/// no sample and left out everywhere, in rollups too. Used on the store's thread; reads never block a writer. Errors
/// besides the database's: Usage, an empty range or a wrong number; NotFound, the series' table or column is not there;
/// Unsupported, with the text of unavailableReason(Feature::Metrics).
class SeriesStore {
public:
    SeriesStore() = default;
    SeriesStore(const SeriesStore&) = delete;
    SeriesStore& operator=(const SeriesStore&) = delete;
    virtual ~SeriesStore() = default;

    /// Returns all series; without a sort they are in the order of kind and name. Costs a few look-ups in an index for
    /// each series, not for each sample, and only when the store has changed.
    virtual RowSource<SeriesInfo>& series() = 0;

    /// Returns the range from the series' first sample to just after its last; nothing for a series without samples.
    [[nodiscard]] virtual Result<std::optional<TimeRange>> extent(const SeriesName& name, const CancelToken& token) = 0;

    /// Reads the buckets that hold samples of the range and begin at whole multiples of `width` since 1970. They are
    /// exact: the first and the last one count only samples of the range.
    [[nodiscard]] virtual Result<std::vector<SeriesBucket>>
    buckets(const SeriesName& name, TimeRange range, std::chrono::microseconds width, const CancelToken& token) = 0;

    /// Reads the samples of a range when there are at most `few`, else its buckets (as buckets() has them).
    [[nodiscard]] virtual Result<SeriesLine> line(const SeriesName& name, TimeRange range,
                                                  std::chrono::microseconds width, qint64 few,
                                                  const CancelToken& token) = 0;

    /// Counts the rows that a series leaves out of a range, and those without a time that can be read. Of series that
    /// are rolled up, none.
    [[nodiscard]] virtual Result<LeftOutRows> leftOut(const SeriesName& name, TimeRange range,
                                                      const CancelToken& token) = 0;

    /// Reads the nearest-rank percentile of each bucket: the least sample that at least `share` (above 0, at most 1) of
    /// the bucket's samples do not exceed. The buckets are those of buckets(). Reads the samples themselves, no
    /// rollups.
    [[nodiscard]] virtual Result<std::vector<SeriesPercentile>> percentiles(const SeriesName& name, TimeRange range,
                                                                            std::chrono::microseconds width,
                                                                            double share, const CancelToken& token) = 0;

    /// Reads the newest samples of each series (as series() gave them), in their order: at most so many of the day that
    /// ends with its newest sample, in time order; none where `lastTime` is not known or no index finds them.
    [[nodiscard]] virtual Result<std::vector<std::vector<SeriesPoint>>> newest(std::span<const SeriesInfo> series,
                                                                               int count, const CancelToken& token) = 0;

    /// Lists what happened in a range, in the order of time: bursts of dead letters, checkpoints, states of components,
    /// replays; joins those of a kind that are less than `gap` from each other. Reads the newest thousands of each
    /// kind; leaves out those whose table is not there or may not be read.
    [[nodiscard]] virtual Result<std::vector<Annotation>> annotations(TimeRange range, std::chrono::microseconds gap,
                                                                      const CancelToken& token) = 0;

    /// Counts what came, died and waited in stretches of whole minutes (`width`), of at most 10,000 in the range. Of
    /// each table the newest million rows at most, over an index by time; without one a table of 200,000 rows at most.
    /// Leaves out what is not there or may not be read.
    [[nodiscard]] virtual Result<DayFigures> dayFigures(TimeRange range, std::chrono::minutes width,
                                                        const CancelToken& token) = 0;
};

} // namespace portolan
