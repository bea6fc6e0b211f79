#include "app/render/chartdrawing.h"

#include "models/charts/chartfeed.h"
#include "views/charts/chartpicture.h"
#include "views/style/widgetpicture.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr QSize pictureSize{1280, 480};

/// The series with its unit, if it is listed.
SeriesInfo infoOf(SeriesStore& store, const SeriesName& name, const CancelToken& token) {
    ListQuery query;
    query.filter = equals(seriesSchema(), "series", name.toText());
    query.limit = 1;
    auto page = store.series().page(query, token);
    return page && !page->rows.empty() ? std::move(page->rows.front()) : SeriesInfo{name, {}, {}, {}};
}

} // namespace

Result<void> drawChart(SeriesStore& store, const SeriesName& name, TimeRange range, std::optional<qint64> buckets,
                       const QString& path, const CancelToken& token) {
    const int pixels = static_cast<int>(std::min<qint64>(buckets.value_or(pictureSize.width()), pictureSize.width()));
    const auto line = readLine(store, infoOf(store, name, token), range, ChartFigure::Samples, pixels, token);
    PORTOLAN_TRY(line);
    const auto page = chartPicture(line->title, {*line}, range, pictureSize);
    return savePicture(*page, path);
}

} // namespace portolan
