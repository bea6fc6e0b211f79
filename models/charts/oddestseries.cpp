#include "models/charts/oddestseries.h"

#include "models/charts/chartfeed.h"
#include "storage/listing/filter.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/series/sensorevents.h"
#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr int seriesLookedAt = 1'000;
constexpr int seriesOfRange = 200; ///< of each of which a line is read
constexpr int samplesLookedAt = 240;
constexpr int rowsAPage = 10'000;
constexpr qsizetype longestOddTitle = 120;

template <class Row>
Result<qint64> countRows(RowSource<Row>& source, const ColumnSet& schema, const char* column, TimeRange range,
                         const CancelToken& token) {
    const auto filter = parseFilter(QStringLiteral("%1>=%2 %1<%3")
                                        .arg(QLatin1String(column), QString::fromLatin1(toExactIsoTime(range.begin)),
                                             QString::fromLatin1(toExactIsoTime(range.end))),
                                    schema, currentTime());
    PORTOLAN_TRY(filter);
    const auto counted =
        source.pageIndex({*filter, {}, {}, rowsAPage}, static_cast<int>(RangeCounts::most / rowsAPage), token);
    PORTOLAN_TRY(counted);
    qint64 all = 0;
    for (const int count : counted->counts)
        all += count;
    return all;
}

} // namespace

Result<std::vector<OddSeries>> oddestSeries(Store& store, std::size_t most, std::optional<TimeRange> range,
                                            const CancelToken& token) {
    SeriesStore* const series = store.series();
    if (const auto why = store.unavailableReason(Feature::Metrics); why || !series)
        return Error{ErrorCode::Unsupported, why.value_or(QString())};
    const auto page = series->series().page({{}, {}, {}, range ? seriesOfRange : seriesLookedAt}, token);
    PORTOLAN_TRY(page);
    std::vector<OddSeries> all;
    std::vector<Oddness> oddnesses;
    const auto take = [&](const SeriesInfo& info, ChartLine line) {
        if (line.points.size() < 2)
            return;
        line.name = info.name;
        nameLine(line, info.name);
        line.unit = visibleText(info.unit, longestOddTitle);
        oddnesses.push_back(oddnessOf(line));
        all.push_back({info, std::move(line), oddnesses.back()});
    };
    if (range) {
        for (const SeriesInfo& info : page->rows) {
            auto line = readLine(*series, info, *range, ChartFigure::Samples, samplesLookedAt, token);
            PORTOLAN_TRY(line);
            take(info, std::move(*line));
        }
    } else {
        const auto samples = series->newest(page->rows, samplesLookedAt, token);
        PORTOLAN_TRY(samples);
        for (std::size_t i = 0; i < page->rows.size(); ++i) {
            ChartLine line;
            takeSamples(line, (*samples)[i]);
            take(page->rows[i], std::move(line));
        }
    }
    std::vector<OddSeries> oddest;
    for (const std::size_t place : oddestFirst(oddnesses)) {
        if (oddest.size() < most)
            oddest.push_back(std::move(all[place]));
    }
    return oddest;
}

Result<RangeCounts> countRange(Store& store, TimeRange range, const CancelToken& token) {
    RangeCounts counts;
    if (!store.unavailableReason(Feature::Batches)) {
        const auto counted = countRows(store.batches().messages(), messageSchema(), "timestamp", range, token);
        PORTOLAN_TRY(counted);
        counts.messages = *counted;
    }
    if (store.sensorEvents() && !store.unavailableReason(Feature::Events)) {
        const auto counted = countRows(store.sensorEvents()->events(), sensorEventSchema(), "timestamp", range, token);
        PORTOLAN_TRY(counted);
        counts.events = *counted;
    }
    if (store.ports() && !store.unavailableReason(Feature::DeadLetters)) {
        const auto counted = countRows(store.ports()->deadLetters(), deadLetterSchema(), "died_at", range, token);
        PORTOLAN_TRY(counted);
        counts.deadLetters = *counted;
    }
    return counts;
}

} // namespace portolan
