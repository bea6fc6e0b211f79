#include "models/charts/chartlines.h"

#include "models/list/format.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using std::chrono::microseconds;

constexpr qsizetype longestTitle = 120;
constexpr qsizetype longestLeaf = 300;
constexpr qsizetype longestName = 10'000;
constexpr double gapFactor = 5;
constexpr double bucketsApart = 2.5; ///< an empty one between two is no gap yet

double figureOf(const SeriesBucket& bucket, microseconds width, ChartFigure figure) {
    switch (figure) {
    case ChartFigure::Samples:
    case ChartFigure::Average:
    case ChartFigure::P50: // takePercentiles() has these
    case ChartFigure::P95:
    case ChartFigure::P99:
        return bucket.average();
    case ChartFigure::Least:
        return bucket.min;
    case ChartFigure::Greatest:
        return bucket.max;
    case ChartFigure::Sum:
        return bucket.sum;
    case ChartFigure::Count:
        return static_cast<double>(bucket.count);
    case ChartFigure::Rate:
        return static_cast<double>(bucket.count) / std::chrono::duration<double>(width).count();
    }
    Q_UNREACHABLE();
}

/// The usual distance of neighbours: the median, which a few gaps do not move.
double usualDistance(const std::vector<QPointF>& points) {
    if (points.size() < 2)
        return 0;
    std::vector<double> distances;
    distances.reserve(points.size() - 1);
    for (std::size_t i = 1; i < points.size(); ++i)
        distances.push_back(points[i].x() - points[i - 1].x());
    const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
    std::nth_element(distances.begin(), middle, distances.end());
    return *middle;
}

/// Begins a new piece after each gap; points at least so far apart are no gap.
void findPieces(ChartLine& line, double atLeast) {
    const double gap = std::max(atLeast, gapFactor * usualDistance(line.points));
    for (std::size_t i = 0; i < line.points.size(); ++i) {
        if (i == 0 || (gap > 0 && line.points[i].x() - line.points[i - 1].x() > gap))
            line.pieces.push_back(i);
    }
}

void count(ChartLine& line, double least, double greatest, double last, qint64 samples) {
    line.least = line.samples == 0 ? least : std::min(line.least, least);
    line.greatest = line.samples == 0 ? greatest : std::max(line.greatest, greatest);
    line.last = last;
    line.samples += samples;
}

QString markerText(const char* text, const QString& what) {
    return QCoreApplication::translate("ChartMarker", text).arg(what);
}

} // namespace

void nameLine(ChartLine& line, const SeriesName& name) {
    const QString whole = visibleText(name.toText(), longestName); // parts have their strokes written as %2F
    const qsizetype cut = whole.lastIndexOf(u'/') + 1;
    const QString leaf = shortenedMiddle(whole.sliced(cut), longestLeaf);
    QString parent = whole.first(cut);
    if (const qsizetype room = std::max<qsizetype>(longestTitle - leaf.size(), 2); parent.size() > room)
        parent = u'…' + parent.last(room - 1);
    line.title = parent + leaf;
    line.leaf = parent.size();
}

std::optional<double> percentileOf(ChartFigure figure) {
    switch (figure) {
    case ChartFigure::P50:
        return 0.5;
    case ChartFigure::P95:
        return 0.95;
    case ChartFigure::P99:
        return 0.99;
    case ChartFigure::Samples:
    case ChartFigure::Average:
    case ChartFigure::Least:
    case ChartFigure::Greatest:
    case ChartFigure::Sum:
    case ChartFigure::Count:
    case ChartFigure::Rate:
        return std::nullopt;
    }
    Q_UNREACHABLE();
}

ChartMarker markerOf(const Annotation& happening) {
    constexpr qsizetype longest = 60;
    const double at = chartTime(happening.at);
    const QString subject = visibleText(happening.subject, longest);
    const bool isOne = !subject.isEmpty() && happening.count == 1;
    const QString number = QString::number(happening.count);
    const auto text = [&](const char* one, const char* several) {
        if (isOne)
            return markerText(one, subject);
        const QString all = markerText(several, number);
        return subject.isEmpty() ? all : all + QStringLiteral(": ") + subject;
    };
    switch (happening.kind) {
    case Annotation::Kind::Burst:
        return {at, markerText(QT_TRANSLATE_NOOP("ChartMarker", "%1 dead letters, more than usual"), number),
                QChar(0x2716), true};
    case Annotation::Kind::Checkpoint:
        return {
            at,
            text(QT_TRANSLATE_NOOP("ChartMarker", "Checkpoint %1"), QT_TRANSLATE_NOOP("ChartMarker", "%1 checkpoints")),
            QChar(0x25C6), false};
    case Annotation::Kind::ComponentState:
        return {at,
                text(QT_TRANSLATE_NOOP("ChartMarker", "State of %1"),
                     QT_TRANSLATE_NOOP("ChartMarker", "%1 states of components")),
                QChar(0x25B2), false};
    case Annotation::Kind::Replay:
        return {at,
                text(QT_TRANSLATE_NOOP("ChartMarker", "Replay: %1"), QT_TRANSLATE_NOOP("ChartMarker", "%1 replays")),
                QChar(0x21BB), false};
    }
    Q_UNREACHABLE();
}

QString leftOutLine(const SeriesName& name, const LeftOutRows& rows) {
    constexpr qsizetype longestPart = 40;
    const auto words = [](const char* text, qint64 count, const QByteArray& example) {
        return QCoreApplication::translate("ChartLine", text, nullptr, static_cast<int>(count))
            .arg(visibleText(example, longestPart));
    };
    QStringList reasons;
    if (rows.times > 0)
        reasons << words(QT_TRANSLATE_N_NOOP("ChartLine", "%n rows whose time cannot be read, as in \"%1\""),
                         rows.times, rows.time);
    if (rows.values > 0)
        reasons << words(QT_TRANSLATE_N_NOOP("ChartLine", "%n rows whose value is no finite number, as in \"%1\""),
                         rows.values, rows.value);
    if (reasons.isEmpty())
        return {};
    const QString all = rows.all() < LeftOutRows::most
                            ? QCoreApplication::translate("ChartLine", "Left out of %1: %2.")
                            : QCoreApplication::translate("ChartLine", "Left out of %1: %2 (and perhaps more).");
    return all.arg(visibleText(name.toText()), reasons.join(QStringLiteral("; ")));
}

double chartTime(Timestamp time) {
    return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

Timestamp chartTime(double value) {
    return Timestamp(microseconds(std::llround(value * 1000.0)));
}

void takeSamples(ChartLine& line, std::span<const SeriesPoint> samples) {
    line.points.reserve(samples.size());
    for (const SeriesPoint& sample : samples) {
        line.points.emplace_back(chartTime(sample.at), sample.value);
        count(line, sample.value, sample.value, sample.value, 1);
    }
    findPieces(line, 0);
}

void takeBuckets(ChartLine& line, std::span<const SeriesBucket> buckets, microseconds width, ChartFigure figure) {
    const double wide = static_cast<double>(width.count()) / 1000.0;
    const bool band = figure == ChartFigure::Samples;
    for (const SeriesBucket& bucket : buckets) {
        const double at = chartTime(bucket.begin) + wide / 2;
        line.points.emplace_back(at, figureOf(bucket, width, figure));
        if (band) {
            line.low.emplace_back(at, bucket.min);
            line.high.emplace_back(at, bucket.max);
        }
        count(line, bucket.min, bucket.max, bucket.last, bucket.count);
    }
    findPieces(line, bucketsApart * wide);
}

void takePercentiles(ChartLine& line, std::span<const SeriesPercentile> percentiles, microseconds width) {
    const double wide = static_cast<double>(width.count()) / 1000.0;
    for (const auto& [bucket, value] : percentiles) {
        line.points.emplace_back(chartTime(bucket.begin) + wide / 2, value);
        count(line, bucket.min, bucket.max, bucket.last, bucket.count);
    }
    findPieces(line, bucketsApart * wide);
}

std::optional<QPointF> nearestPoint(const ChartLine& line, double milliseconds, double reach) {
    const auto later = std::ranges::lower_bound(line.points, milliseconds, {}, &QPointF::x);
    std::optional<QPointF> nearest;
    if (later != line.points.end())
        nearest = *later;
    if (later != line.points.begin()) {
        const QPointF earlier = *std::prev(later);
        if (!nearest || milliseconds - earlier.x() < nearest->x() - milliseconds)
            nearest = earlier;
    }
    return nearest && std::abs(nearest->x() - milliseconds) <= reach ? nearest : std::nullopt;
}

} // namespace portolan
