#include "storage/series/minmaxdownsampler.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

microseconds wholeMultiple(microseconds length, microseconds of) {
    return ((length + of - microseconds(1)) / of) * of;
}

/// Returns the widest rollups at most half as wide as a column, for rounding up to whole ones would otherwise halve the
/// picture; the finest may be wider, since there may be any number of raw samples.
seconds rollupsFor(microseconds column) {
    for (auto width = rollupWidths.rbegin(); width != rollupWidths.rend(); ++width) {
        if (2 * *width <= column || (*width == rollupWidths.front() && *width <= column))
            return *width;
    }
    return seconds(0);
}

} // namespace

MinMaxDownsampler::MinMaxDownsampler(TimeRange range, int pixels) {
    // A range lies in one column more than its length has, unless it begins with one.
    const microseconds column(wholeMultiple(range.length(), microseconds(std::max(pixels - 1, 1)))
                              / std::max(pixels - 1, 1));
    m_rollups = rollupsFor(column);
    const microseconds unit = std::max<microseconds>(m_rollups, microseconds(1));
    m_width = wholeMultiple(column, unit);
    if (pixels > 1) {
        m_origin = Timestamp();
    } else {
        m_origin = floorTo(range.begin, unit);
        m_width += unit;
    }
}

void MinMaxDownsampler::add(const SampleSum& samples) {
    const qint64 column = (floorTo(Timestamp(samples.firstAt - m_origin), m_width)).time_since_epoch() / m_width;
    m_columns[column].add(samples);
    m_samples += samples.count;
}

std::vector<SeriesPoint> MinMaxDownsampler::points() const {
    std::vector<SeriesPoint> points;
    points.reserve(2 * m_columns.size());
    for (const auto& [number, column] : m_columns) {
        const SeriesPoint least{column.minAt, column.min};
        const SeriesPoint greatest{column.maxAt, column.max};
        if (least == greatest) {
            points.push_back(least);
            continue;
        }
        // Of two samples of one instant the smaller counts as the first.
        const bool risesLater = least.at <= greatest.at;
        points.push_back(risesLater ? least : greatest);
        points.push_back(risesLater ? greatest : least);
    }
    return points;
}

} // namespace portolan
