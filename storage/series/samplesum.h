#pragma once

#include "storage/series/series.h"

#include <array>

namespace portolan {

/// The sum of samples, whatever order they come in: a bucket with the times of its least, greatest, first and last
/// sample. Of equal values the earliest counts.
struct SampleSum {
    double min = 0;
    double max = 0;
    double sum = 0;
    qint64 count = 0; ///< zero: nothing was added, and the rest says nothing
    double first = 0;
    double last = 0;
    Timestamp minAt;
    Timestamp maxAt;
    Timestamp firstAt;
    Timestamp lastAt;

    static SampleSum of(SeriesPoint point);
    void add(const SampleSum& other);
    [[nodiscard]] SeriesBucket bucket(Timestamp begin) const; ///< these samples as the bucket that begins then
    friend bool operator==(const SampleSum&, const SampleSum&) = default;
};

/// The greatest value of a sample: a hundred million of these still have a finite sum.
constexpr double greatestSample = 1e300;

/// The widths of rollups, finest first.
constexpr std::array<std::chrono::seconds, 5> rollupWidths{
    std::chrono::seconds(10), std::chrono::minutes(1), std::chrono::minutes(10),
    std::chrono::hours(1),    std::chrono::hours(24),
};

/// Returns true when rollups of a width are kept in an hour with so many samples; always for an hour and a day.
[[nodiscard]] bool keepsRollups(std::chrono::seconds width, qint64 samplesInHour);

/// Return the last (first) whole multiple of a width since 1970 that is not after (before) a time; also before 1970.
[[nodiscard]] Timestamp floorTo(Timestamp time, std::chrono::microseconds width);
[[nodiscard]] Timestamp ceilTo(Timestamp time, std::chrono::microseconds width);

} // namespace portolan
