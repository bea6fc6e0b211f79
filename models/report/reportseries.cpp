#include "models/charts/chartfeed.h"
#include "models/charts/oddness.h"
#include "models/list/format.h"
#include "models/report/reportreading.h"
#include "storage/series/series.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t mostLarge = 24; ///< of those that were chosen
constexpr std::size_t mostOdd = 6;    ///< as small multiples, on one page
constexpr std::size_t mostSparks = 120;
constexpr int reportPixels = 900; ///< that a line of a chart is read for
constexpr int sparkPixels = 240;  ///< and one of many

QString figuresOf(const ChartLine& line) {
    return ReportReading::tr("%1 samples, from %2 to %3, last %4 %5")
        .arg(groupedNumber(line.samples), realText(line.least), realText(line.greatest), realText(line.last), line.unit)
        .trimmed();
}

/// Four digits each, so that it stays in its line.
QString shortFiguresOf(const ChartLine& line) {
    return ReportReading::tr("%1 to %2, last %3 %4")
        .arg(shortNumber(line.least), shortNumber(line.greatest), shortNumber(line.last), line.unit)
        .trimmed();
}

struct ReadSeries {
    ChartLine line;
    TimeRange span;
    Oddness oddness;
};

ReportChart chartOf(const ReadSeries& of, bool isSmall, TimeDisplay display) {
    ReportChart chart;
    chart.title = of.line.title;
    chart.figures = figuresOf(of.line);
    if (const QString why = oddnessText(of.oddness, of.line.unit, display); isSmall && of.oddness.isOdd())
        chart.figures = why + QStringLiteral(". ") + chart.figures;
    chart.span = of.span;
    chart.lines = {of.line};
    chart.display = display;
    chart.isSmall = isSmall;
    return chart;
}

} // namespace

ReportReading::Blocks ReportReading::charts() {
    if (auto why = unavailableReason(Feature::Metrics))
        return *why;
    SeriesStore& series = *store.series();
    const auto filter = parseFilter(request.series, seriesSchema(), currentTime());
    PORTOLAN_TRY(filter);
    const bool areChosen = !request.series.isEmpty();
    std::vector<SeriesInfo> infos;
    const auto listed =
        eachRow<SeriesInfo>(series.series(), *filter, false, [&](const SeriesInfo& info) { infos.push_back(info); });
    PORTOLAN_TRY(listed);
    std::vector<ReadSeries> all;
    for (const SeriesInfo& info : infos) {
        const auto extent = series.extent(info.name, token);
        PORTOLAN_TRY(extent);
        if (!*extent)
            continue;
        const TimeRange span{std::max(request.since.value_or((*extent)->begin), (*extent)->begin),
                             std::min(request.until.value_or((*extent)->end), (*extent)->end)};
        if (span.isEmpty())
            continue;
        const bool isLarge = areChosen && all.size() < mostLarge;
        auto line = readLine(series, info, span, ChartFigure::Samples, isLarge ? reportPixels : sparkPixels, token);
        PORTOLAN_TRY(line);
        if (line->samples == 0)
            continue;
        const Oddness oddness = oddnessOf(*line);
        all.push_back({std::move(*line), span, oddness});
    }
    std::vector<ReportBlock> blocks;
    if (all.empty())
        return std::vector<ReportBlock>{tr("There are no samples of this time.")};
    std::vector<std::size_t> rest;
    if (areChosen) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i < mostLarge)
                blocks.emplace_back(chartOf(all[i], false, display()));
            else
                rest.push_back(i);
        }
    } else {
        std::vector<Oddness> oddnesses;
        std::ranges::transform(all, std::back_inserter(oddnesses), &ReadSeries::oddness);
        const std::vector<std::size_t> order = oddestFirst(oddnesses);
        ReportMultiples multiples;
        for (const std::size_t place : order) {
            if (multiples.charts.size() < mostOdd)
                multiples.charts.push_back(chartOf(all[place], true, display()));
            else
                rest.push_back(place);
        }
        blocks.emplace_back(
            all.size() > mostOdd
                ? tr("The %1 oddest of %2: those that went farthest from what is usual for them, in median absolute "
                     "deviations (modified z-score; more than 3.5 is odd).")
                      .arg(groupedNumber(qint64(mostOdd)), groupedNumber(std::ssize(all)))
                : tr("Those come first that went farthest from what is usual for them, in median absolute deviations "
                     "(modified z-score; more than 3.5 is odd)."));
        blocks.emplace_back(std::move(multiples));
        std::ranges::sort(rest);
    }
    if (rest.empty())
        return blocks;
    ReportSparks sparks{.title = tr("The others"), .sparks = {}, .note = {}};
    for (const std::size_t place : rest) {
        if (sparks.sparks.size() == mostSparks)
            break;
        ReportSparks::Spark spark = sparkOf(all[place].line, all[place].span);
        spark.figures = shortFiguresOf(all[place].line);
        sparks.sparks.push_back(std::move(spark));
    }
    if (rest.size() > sparks.sparks.size())
        sparks.note = tr("%n more series have samples of this time; a filter chooses others.", nullptr,
                         static_cast<int>(rest.size() - sparks.sparks.size()));
    blocks.emplace_back(std::move(sparks));
    return blocks;
}

} // namespace portolan
