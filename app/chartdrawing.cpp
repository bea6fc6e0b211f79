#include "app/chartdrawing.h"

#include "models/chartfeed.h"
#include "views/chartview.h"
#include "views/theme.h"
#include "views/widgetpicture.h"

#include <QLabel>
#include <QVBoxLayout>
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
    if (!line)
        return line.error();
    QWidget page;
    page.setPalette(paletteOf(lightTokens()));
    page.setAutoFillBackground(true);
    page.setBackgroundRole(QPalette::Base);
    page.setFont(interfaceFont(100));
    auto* title = new QLabel(&page);
    title->setTextFormat(Qt::PlainText);
    title->setText(line->title);
    title->setContentsMargins(4 * gridUnit, 2 * gridUnit, 4 * gridUnit, 0);
    auto* chart = new ChartView(&page);
    auto* layout = new QVBoxLayout(&page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(title);
    layout->addWidget(chart, 1);
    page.resize(pictureSize);
    layout->activate();
    chart->setLines({*line}, range);
    return savePicture(page, path);
}

} // namespace portolan
