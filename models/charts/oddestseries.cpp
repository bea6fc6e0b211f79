#include "models/charts/oddestseries.h"

#include "storage/listing/filter.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/series/sensorevents.h"
#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr int seriesLookedAt = 1'000;
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

Result<std::vector<OddSeries>> oddestSeries(Store& store, std::size_t most, const CancelToken& token) {
    SeriesStore* const series = store.series();
    if (const auto why = store.unavailableReason(Feature::Metrics); why || !series)
        return Error{ErrorCode::Unsupported, why.value_or(QString())};
    const auto page = series->series().page({{}, {}, {}, seriesLookedAt}, token);
    PORTOLAN_TRY(page);
    const auto samples = series->newest(page->rows, samplesLookedAt, token);
    PORTOLAN_TRY(samples);
    std::vector<OddSeries> all;
    std::vector<Oddness> oddnesses;
    for (std::size_t i = 0; i < page->rows.size(); ++i) {
        if ((*samples)[i].size() < 2)
            continue;
        OddSeries one{page->rows[i], {}, {}};
        one.line.name = one.info.name;
        one.line.title = visibleText(one.info.name.toText(), longestOddTitle);
        one.line.unit = visibleText(one.info.unit, longestOddTitle);
        takeSamples(one.line, (*samples)[i]);
        one.oddness = oddnessOf(one.line);
        oddnesses.push_back(one.oddness);
        all.push_back(std::move(one));
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
