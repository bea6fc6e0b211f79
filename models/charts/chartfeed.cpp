#include "models/charts/chartfeed.h"

#include "models/list/format.h"
#include "storage/series/bucketwidth.h"
#include "storage/store.h"
#include "storage/storeworker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace portolan {

namespace {

constexpr int pixelsABucket = 2;    ///< a mean and its band need no more
constexpr qint64 samplesAPixel = 2; ///< more than that are drawn as buckets
constexpr int pixelsAMarker = 24;   ///< nearer than that, marks of a kind are one
constexpr qsizetype longestUnit = 120;

struct PictureRequest {
    std::vector<SeriesInfo> series;
    ChartSpan span;
    ChartFigure figure;
    int pixels;
};

/// Returns the times from the first sample of all of them to just after the last; nothing without samples.
Result<std::optional<TimeRange>> extentOf(SeriesStore& store, const std::vector<SeriesInfo>& series,
                                          const CancelToken& token) {
    std::optional<TimeRange> all;
    for (const SeriesInfo& info : series) {
        const auto extent = store.extent(info.name, token);
        PORTOLAN_TRY(extent);
        if (*extent)
            all =
                all ? TimeRange{std::min(all->begin, (*extent)->begin), std::max(all->end, (*extent)->end)} : **extent;
    }
    return all;
}

Result<ChartFeed::Picture> draw(Store& store, const PictureRequest& wish, const CancelToken& token) {
    SeriesStore* const series = store.series();
    if (!series)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Metrics).value_or(QString())};
    ChartFeed::Picture picture;
    for (const SeriesInfo& info : wish.series) {
        const auto leftOut = series->leftOut(info.name, wish.span.fixed.value_or(allTimes()), token);
        PORTOLAN_TRY(leftOut);
        if (const QString line = leftOutLine(info.name, *leftOut); !line.isEmpty())
            picture.leftOut << line;
    }
    if (wish.span.fixed) {
        picture.span = *wish.span.fixed;
    } else {
        const auto extent = extentOf(*series, wish.series, token);
        PORTOLAN_TRY(extent);
        if (!*extent)
            return picture;
        picture.span = **extent;
        if (wish.span.last)
            picture.span.begin = picture.span.end - *wish.span.last;
    }
    for (std::size_t i = 0; i < wish.series.size(); ++i) {
        Result<ChartLine> line = readLine(*series, wish.series[i], picture.span, wish.figure, wish.pixels, token);
        PORTOLAN_TRY(line);
        line->color = i;
        picture.lines.push_back(std::move(*line));
    }
    const auto gap = picture.span.length() * pixelsAMarker / std::max(wish.pixels, pixelsAMarker);
    const auto happened = series->annotations(picture.span, std::max(gap, std::chrono::microseconds(1)), token);
    PORTOLAN_TRY(happened);
    std::ranges::transform(*happened, std::back_inserter(picture.markers), markerOf);
    return picture;
}

} // namespace

Result<ChartLine> readLine(SeriesStore& store, const SeriesInfo& info, TimeRange span, ChartFigure figure, int pixels,
                           const CancelToken& token) {
    ChartLine line;
    line.name = info.name;
    nameLine(line, info.name);
    line.unit = figure == ChartFigure::Count  ? QString()
                : figure == ChartFigure::Rate ? QStringLiteral("1/s")
                                              : visibleText(info.unit, longestUnit);
    const auto width = bucketWidth(span, std::max(1, pixels / pixelsABucket));
    if (const std::optional<double> share = percentileOf(figure)) {
        const auto percentiles = store.percentiles(info.name, span, width, *share, token);
        PORTOLAN_TRY(percentiles);
        takePercentiles(line, *percentiles, width);
        return line;
    }
    const qint64 few = figure == ChartFigure::Samples ? samplesAPixel * pixels : 0;
    const auto read = store.line(info.name, span, width, few, token);
    PORTOLAN_TRY(read);
    if (const auto* samples = std::get_if<std::vector<SeriesPoint>>(&*read))
        takeSamples(line, *samples);
    else
        takeBuckets(line, std::get<std::vector<SeriesBucket>>(*read), width, figure);
    return line;
}

void ChartFeed::setChannel(StoreWorker* channel) {
    m_channel = channel;
    m_series.clear();
    m_span = {};
    askAgain();
}

void ChartFeed::setSeries(std::vector<SeriesInfo> series) {
    m_series = std::move(series);
    askAgain();
}

void ChartFeed::setSpan(const ChartSpan& span) {
    if (m_span == span)
        return;
    m_span = span;
    askAgain();
}

void ChartFeed::setFigure(ChartFigure figure) {
    if (std::exchange(m_figure, figure) != figure)
        askAgain();
}

void ChartFeed::setPixels(int pixels) {
    if (std::exchange(m_pixels, pixels) != pixels)
        askAgain();
}

void ChartFeed::refresh() {
    if (m_series.empty() || !m_channel)
        return;
    if (m_asked)
        m_again = true;
    else
        ask();
}

void ChartFeed::retry() {
    askAgain();
}

void ChartFeed::askAgain() {
    m_asker.cancelPending();
    m_asked = m_again = false;
    if (!m_channel || m_series.empty()) {
        m_lines.clear();
        m_markers.clear();
        m_leftOut.clear();
        m_shown = {};
        setState(State::Nothing);
        return;
    }
    if (m_lines.empty())
        setState(State::Loading);
    ask();
}

void ChartFeed::ask() {
    m_asked = true;
    m_again = false;
    m_channel->ask(
        m_asker,
        [wish = PictureRequest{m_series, m_span, m_figure, m_pixels}](Store& store, const CancelToken& token) {
            return draw(store, wish, token);
        },
        this, [this](Result<Picture> picture) { adopt(std::move(picture)); });
}

void ChartFeed::adopt(Result<Picture> picture) {
    m_asked = false;
    if (!picture) {
        m_lines.clear();
        m_markers.clear();
        m_leftOut.clear();
        setState(State::Failed, picture.error());
        return;
    }
    m_lines = std::move(picture->lines);
    m_markers = std::move(picture->markers);
    m_leftOut = std::move(picture->leftOut);
    m_shown = picture->span;
    const bool any = std::ranges::any_of(m_lines, [](const ChartLine& line) { return line.samples > 0; });
    setState(any ? State::Data : State::Empty);
    if (m_again)
        ask();
}

void ChartFeed::setState(State state, std::optional<Error> error) {
    m_state = state;
    m_error = std::move(error);
    Q_EMIT changed();
}

} // namespace portolan
