#include "storage/series/rollupaccumulator.h"

namespace portolan {

namespace {

using namespace std::chrono;

std::map<Timestamp, SampleSum> widened(const std::map<Timestamp, SampleSum>& buckets, seconds width) {
    std::map<Timestamp, SampleSum> wide;
    for (const auto& [begin, samples] : buckets)
        wide[floorTo(begin, width)].add(samples);
    return wide;
}

} // namespace

void RollupAccumulator::add(const QByteArray& series, SeriesPoint point) {
    m_finest[series][floorTo(point.at, rollupWidths.front())].add(SampleSum::of(point));
    ++m_samples;
}

void RollupAccumulator::addHour(const QByteArray& series, const SampleSum& samples) {
    m_hours[series][floorTo(samples.firstAt, hours(1))].add(samples);
}

void RollupAccumulator::clear() {
    *this = RollupAccumulator();
}

std::vector<RollupRow> RollupAccumulator::hourRows() const {
    constexpr hours hour(1);
    std::vector<RollupRow> rows;
    for (const auto& [series, finest] : m_finest) {
        const auto perHour = widened(finest, hour);
        for (const seconds width : rollupWidths) {
            if (width > hour)
                continue;
            for (const auto& [begin, samples] : widened(finest, width)) {
                if (keepsRollups(width, perHour.at(floorTo(begin, hour)).count))
                    rows.push_back({series, width, begin, samples});
            }
        }
    }
    return rows;
}

std::vector<RollupRow> RollupAccumulator::dayRows(TimeRange range) const {
    constexpr hours day(24);
    std::unordered_map<QByteArray, Buckets> days;
    for (const auto* book : {&m_hours, &m_finest}) {
        for (const auto& [series, buckets] : *book) {
            for (const auto& [begin, samples] : widened(buckets, day))
                days[series][begin].add(samples);
        }
    }
    std::vector<RollupRow> rows;
    for (const auto& [series, buckets] : days) {
        for (const auto& [begin, samples] : buckets) {
            if (range.begin <= begin && begin + day <= range.end)
                rows.push_back({series, day, begin, samples});
        }
    }
    return rows;
}

} // namespace portolan
