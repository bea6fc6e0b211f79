#include "storage/series/samplesum.h"

namespace portolan {

SampleSum SampleSum::of(SeriesPoint point) {
    return {point.value, point.value, point.value, 1, point.value, point.value, point.at, point.at, point.at, point.at};
}

void SampleSum::add(const SampleSum& other) {
    if (other.count == 0)
        return;
    if (count == 0) {
        *this = other;
        return;
    }
    if (other.min < min || (other.min == min && other.minAt < minAt)) {
        min = other.min;
        minAt = other.minAt;
    }
    if (other.max > max || (other.max == max && other.maxAt < maxAt)) {
        max = other.max;
        maxAt = other.maxAt;
    }
    if (other.firstAt < firstAt || (other.firstAt == firstAt && other.first < first)) {
        first = other.first;
        firstAt = other.firstAt;
    }
    if (other.lastAt > lastAt || (other.lastAt == lastAt && other.last > last)) {
        last = other.last;
        lastAt = other.lastAt;
    }
    sum += other.sum;
    count += other.count;
}

SeriesBucket SampleSum::bucket(Timestamp begin) const {
    return {begin, min, max, sum, count, first, last};
}

bool keepsRollups(std::chrono::seconds width, qint64 samplesInHour) {
    constexpr std::chrono::hours hour(1);
    return width >= hour || samplesInHour > 2 * (hour / width);
}

Timestamp floorTo(Timestamp time, std::chrono::microseconds width) {
    const auto since = time.time_since_epoch();
    const auto over = since % width;
    return time - (over < over.zero() ? over + width : over);
}

Timestamp ceilTo(Timestamp time, std::chrono::microseconds width) {
    const Timestamp floor = floorTo(time, width);
    return floor == time ? time : floor + width;
}

} // namespace portolan
