#pragma once

#include "storage/series/series.h"

#include <QPointF>
#include <QString>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The figure that a chart shows of the samples of a bucket. Samples: the samples themselves, or where there are too
/// many their mean on the band from the least to the greatest. The last three are percentiles.
enum class ChartFigure { Samples, Average, Least, Greatest, Sum, Count, Rate, P50, P95, P99 };

/// The share of the samples that a percentile is of; nothing for the other figures.
[[nodiscard]] std::optional<double> percentileOf(ChartFigure figure);

/// A series as it is drawn: finished values. x is milliseconds since 1970 UTC.
struct ChartLine {
    SeriesName name;
    QString title;      ///< nameLine()
    qsizetype leaf = 0; ///< of the title: its last part begins here
    QString unit;
    std::size_t color = 0; ///< of the theme's series colours
    std::vector<QPointF> points;
    std::vector<std::size_t> pieces; ///< where in `points` a piece begins; between pieces is a gap
    std::vector<QPointF> low;        ///< beside `points`, or empty: no band
    std::vector<QPointF> high;

    // Of the samples in the span.
    qint64 samples = 0;
    double least = 0;
    double greatest = 0;
    double last = 0;
};

/// Gives a line the name of its series as a title of 120 characters at most, from which the parent is cut and never the
/// leaf: "…/parser/throughput". Of a leaf of more than 300 characters the middle goes.
void nameLine(ChartLine& line, const SeriesName& name);

/// Something that happened, on the time axis.
struct ChartMarker {
    double at = 0; ///< milliseconds since 1970
    QString text;
    QChar symbol;
    bool bad = false;
};
[[nodiscard]] ChartMarker markerOf(const Annotation& happening);

/// Says which rows of a series are not in its line, as leftOutText() in the window's language; empty: all are.
[[nodiscard]] QString leftOutLine(const SeriesName& name, const LeftOutRows& rows);

[[nodiscard]] double chartTime(Timestamp time);
[[nodiscard]] Timestamp chartTime(double milliseconds);

/// Samples as a line: a gap is where nothing came for five times as long as usual.
void takeSamples(ChartLine& line, std::span<const SeriesPoint> samples);
/// Buckets as a line of one figure; a gap is where two and more are empty, and more than usual. `width` is the
/// buckets', which a rate divides by.
void takeBuckets(ChartLine& line, std::span<const SeriesBucket> buckets, std::chrono::microseconds width,
                 ChartFigure figure);

/// The same of percentiles.
void takePercentiles(ChartLine& line, std::span<const SeriesPercentile> percentiles, std::chrono::microseconds width);

/// The line's value at a time: of its nearest point, unless that is in another piece or further than `reach`.
[[nodiscard]] std::optional<QPointF> nearestPoint(const ChartLine& line, double milliseconds, double reach);

} // namespace portolan
