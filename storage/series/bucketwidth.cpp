#include "storage/series/bucketwidth.h"

#include "storage/series/samplesum.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr std::array<microseconds, 34> usualWidths{
    milliseconds(1),   milliseconds(2),   milliseconds(5),   milliseconds(10), milliseconds(20), milliseconds(50),
    milliseconds(100), milliseconds(200), milliseconds(500), seconds(1),       seconds(2),       seconds(5),
    seconds(10),       seconds(20),       seconds(30),       minutes(1),       minutes(2),       minutes(5),
    minutes(10),       minutes(20),       minutes(30),       hours(1),         hours(2),         hours(3),
    hours(4),          hours(6),          hours(8),          hours(12),        hours(24),        hours(48),
    hours(24 * 5),     hours(24 * 10),    hours(24 * 30),    hours(24 * 90),
};

bool areAtMost(TimeRange range, microseconds width, qint64 most) {
    return (ceilTo(range.end, width) - floorTo(range.begin, width)) / width <= most;
}

} // namespace

microseconds bucketWidth(TimeRange range, qint64 most) {
    const microseconds share = range.length() / most;
    if (share.count() > 0 && share * most == range.length() && areAtMost(range, share, most))
        return share;
    const auto usual =
        std::ranges::find_if(usualWidths, [&](microseconds width) { return areAtMost(range, width, most); });
    if (usual != usualWidths.end())
        return *usual;
    // A range across 1970 has two buckets however wide they are.
    microseconds width = usualWidths.back();
    while (!areAtMost(range, width, std::max<qint64>(most, 2)))
        width *= 2;
    return width;
}

} // namespace portolan
