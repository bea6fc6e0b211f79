#include "storage/series/seriesspans.h"

#include "storage/series/samplesum.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

class SpanMaker {
public:
    explicit SpanMaker(const RolledState& state) : m_state(state) {}

    /// Covers a range with rollups of the `level` finest widths.
    void cover(TimeRange range, std::size_t level) {
        if (range.isEmpty())
            return;
        if (level == 0) {
            put(range, seconds(0));
            return;
        }
        const seconds width = rollupWidths[level - 1];
        const TimeRange middle{ceilTo(range.begin, width),
                               floorTo(std::min(range.end, m_state.watermark.value_or(range.begin)), width)};
        if (middle.isEmpty()) {
            cover(range, level - 1);
            return;
        }
        cover({range.begin, middle.begin}, level - 1);
        coverMiddle(middle, level);
        cover({middle.end, range.end}, level - 1);
    }

    std::vector<SeriesSpan> spans;

private:
    /// Covers a whole number of buckets before the watermark: from rollups, except those with a stale hour.
    void coverMiddle(TimeRange middle, std::size_t level) {
        constexpr hours hour(1);
        const seconds width = rollupWidths[level - 1];
        Timestamp from = middle.begin;
        for (auto stale = m_state.stale.lower_bound(floorTo(middle.begin, hour));
             stale != m_state.stale.end() && *stale < middle.end; ++stale) {
            if (*stale + hour <= from)
                continue; // in the last one's day
            const Timestamp begin = std::max(from, floorTo(*stale, width));
            const Timestamp end = std::min(middle.end, ceilTo(*stale + hour, width));
            put({from, begin}, width);
            if (width > hour)
                cover({begin, end}, level - 1);
            else
                put({begin, end}, seconds(0));
            from = end;
        }
        put({from, middle.end}, width);
    }

    void put(TimeRange range, seconds width) {
        if (range.isEmpty())
            return;
        if (!spans.empty() && spans.back().width == width)
            spans.back().range.end = range.end;
        else
            spans.push_back({range, width});
    }

    const RolledState& m_state;
};

} // namespace

std::vector<SeriesSpan> seriesSpans(TimeRange range, seconds widest, const RolledState& state) {
    const auto after = std::ranges::upper_bound(rollupWidths, widest);
    SpanMaker maker(state);
    maker.cover(range, static_cast<std::size_t>(after - rollupWidths.begin()));
    return std::move(maker.spans);
}

} // namespace portolan
