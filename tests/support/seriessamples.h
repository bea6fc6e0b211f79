#pragma once

#include "storage/series/samplesum.h"

#include <QByteArrayList>
#include <algorithm>
#include <map>
#include <vector>

namespace portolan::test {

inline constexpr std::chrono::hours anHour(1);
inline constexpr std::chrono::hours aDay(24);

struct Sample {
    QByteArray sensor;
    Timestamp at;
    double value = 0;
};

inline SeriesName sensor(const QByteArray& id) {
    return {SeriesName::Kind::Sensor, {id}};
}

/// Counted anew and in another way than the program does.
inline std::vector<SeriesBucket> bucketsOf(const std::vector<Sample>& samples, const QByteArray& id, TimeRange range,
                                           std::chrono::microseconds width) {
    std::map<Timestamp, std::vector<SeriesPoint>> points;
    for (const Sample& sample : samples) {
        if (sample.sensor == id && range.contains(sample.at))
            points[floorTo(sample.at, width)].push_back({sample.at, sample.value});
    }
    std::vector<SeriesBucket> buckets;
    for (auto& [begin, inside] : points) {
        std::ranges::sort(inside, {}, [](SeriesPoint p) { return std::pair(p.at, p.value); });
        SeriesBucket bucket{begin, 0, 0, 0, qint64(inside.size()), inside.front().value, inside.back().value};
        bucket.min = std::ranges::min(inside, {}, &SeriesPoint::value).value;
        bucket.max = std::ranges::max(inside, {}, &SeriesPoint::value).value;
        for (const SeriesPoint& point : inside)
            bucket.sum += point.value;
        buckets.push_back(bucket);
    }
    return buckets;
}

inline QByteArray textOf(const SeriesBucket& b) {
    return toIsoTime(b.begin) + " min " + QByteArray::number(b.min) + " max " + QByteArray::number(b.max) + " sum "
           + QByteArray::number(b.sum, 'g', 17) + " n " + QByteArray::number(b.count) + " first "
           + QByteArray::number(b.first) + " last " + QByteArray::number(b.last);
}

inline QByteArrayList textsOf(const std::vector<SeriesBucket>& buckets) {
    QByteArrayList texts;
    for (const SeriesBucket& bucket : buckets)
        texts << textOf(bucket);
    return texts;
}

} // namespace portolan::test
