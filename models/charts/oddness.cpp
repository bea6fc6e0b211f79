#include "models/charts/oddness.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace portolan {

namespace {

constexpr std::size_t fewestPoints = 8;
constexpr double scoreOfMedians = 0.6745; ///< of a normal distribution, the median absolute deviation in standard ones
constexpr double scoreOfMeans = 1.253314; ///< the standard deviation in mean absolute ones
constexpr double mostTold = 1'000;        ///< times; beyond it the number says nothing more

double medianOf(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1)
        return *middle;
    return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

Oddness oddnessOf(const std::vector<QPointF>& points) {
    Oddness odd;
    if (points.size() < fewestPoints)
        return odd;
    std::vector<double> values;
    std::ranges::transform(points, std::back_inserter(values), &QPointF::y);
    odd.usual = medianOf(values);
    std::vector<double> distances;
    std::ranges::transform(values, std::back_inserter(distances),
                           [&](double value) { return std::abs(value - odd.usual); });
    const auto farthest = std::ranges::max_element(distances) - distances.begin();
    const QPointF& point = points[static_cast<std::size_t>(farthest)];
    odd.value = point.y();
    odd.at = chartTime(point.x());
    const double distance = distances[static_cast<std::size_t>(farthest)];
    const double ofMedians = medianOf(distances);
    const double ofMeans =
        std::accumulate(distances.begin(), distances.end(), 0.0) / static_cast<double>(distances.size());
    if (ofMedians > 0)
        odd.score = scoreOfMedians * distance / ofMedians;
    else if (ofMeans > 0)
        odd.score = distance / (scoreOfMeans * ofMeans);
    return odd;
}

} // namespace

Oddness oddnessOf(const ChartLine& line) {
    Oddness oddest = oddnessOf(line.points);
    for (const std::vector<QPointF>* edge : {&line.low, &line.high}) {
        if (const Oddness odd = oddnessOf(*edge); odd.score > oddest.score)
            oddest = odd;
    }
    return oddest;
}

QString oddnessText(const Oddness& oddness, const QString& unit, TimeDisplay display) {
    const auto say = [](const char* text) { return QCoreApplication::translate("Oddness", text); };
    if (oddness.score == 0)
        return {};
    const QString usual = shortNumber(oddness.usual);
    if (!oddness.isOdd())
        return say(QT_TRANSLATE_NOOP("Oddness", "as usual, around %1 %2")).arg(usual, unit).trimmed();
    const QString times = oddness.score > mostTold ? QStringLiteral("> ") + groupedNumber(qint64(mostTold))
                                                   : groupedNumber(qRound64(oddness.score));
    return say(QT_TRANSLATE_NOOP("Oddness", "%1 at %2, usually around %3: %4 times its usual distance"))
        .arg((shortNumber(oddness.value) + u' ' + unit).trimmed(),
             timeText(std::chrono::floor<std::chrono::seconds>(oddness.at), display), usual, times);
}

QString shortNumber(double number) {
    constexpr int digits = 4;
    if (number == 0 || !std::isfinite(number))
        return realText(number);
    const double scale = std::pow(10.0, digits - 1 - std::floor(std::log10(std::abs(number))));
    return realText(std::isfinite(scale) && scale > 0 ? std::round(number * scale) / scale : number);
}

std::vector<std::size_t> oddestFirst(std::span<const Oddness> all) {
    std::vector<std::size_t> places(all.size());
    std::iota(places.begin(), places.end(), 0U);
    std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) { return all[a].score > all[b].score; });
    return places;
}

} // namespace portolan
