#include "storage/series/annotations.h"

#include "storage/series/samplesum.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace portolan {

namespace {

using std::chrono::microseconds;

constexpr qint64 leastBurst = 5;
constexpr double deviations = 3;

} // namespace

std::vector<Annotation> joinAnnotations(std::vector<Annotation> annotations, microseconds gap) {
    std::ranges::sort(annotations, {}, [](const Annotation& each) { return std::pair(each.kind, each.at); });
    std::vector<Annotation> joined;
    Timestamp last;
    for (Annotation& each : annotations) {
        const bool follows = !joined.empty() && joined.back().kind == each.kind && each.at - last < gap;
        last = each.at;
        if (!follows) {
            joined.push_back(std::move(each));
            continue;
        }
        joined.back().count += each.count;
        if (joined.back().subject != each.subject)
            joined.back().subject.clear();
    }
    std::ranges::stable_sort(joined, {}, &Annotation::at);
    return joined;
}

std::vector<Annotation> findBursts(std::span<const Timestamp> letters, TimeRange range, microseconds width) {
    if (range.isEmpty() || width <= microseconds(0))
        return {};
    std::map<Timestamp, qint64> counts;
    qint64 all = 0;
    for (const Timestamp at : letters) {
        if (range.contains(at)) {
            ++counts[floorTo(at, width)];
            ++all;
        }
    }
    const double stretches = std::max(1.0, std::ceil(double(range.length().count()) / double(width.count())));
    const double usual = double(all) / stretches;
    std::vector<Annotation> bursts;
    Timestamp end;
    for (const auto& [begin, count] : counts) {
        if (count < leastBurst || double(count) <= usual + deviations * std::sqrt(usual))
            continue;
        if (!bursts.empty() && begin == end)
            bursts.back().count += count;
        else
            bursts.push_back({begin, Annotation::Kind::Burst, count, {}});
        end = begin + width;
    }
    return bursts;
}

} // namespace portolan
