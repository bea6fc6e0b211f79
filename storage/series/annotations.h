#pragma once

#include "storage/series/series.h"

namespace portolan {

/// Joins annotations of one kind that are less than `gap` from each other; returns all in the order of time.
[[nodiscard]] std::vector<Annotation> joinAnnotations(std::vector<Annotation> annotations,
                                                      std::chrono::microseconds gap);

/// Finds when many more dead letters came than usual: stretches of `width` in the range with at least five, and three
/// standard deviations more than letters at random would have (a Poisson distribution, whose variance is its mean).
/// Stretches that touch are one burst. The times may be in any order.
[[nodiscard]] std::vector<Annotation> findBursts(std::span<const Timestamp> letters, TimeRange range,
                                                 std::chrono::microseconds width);

} // namespace portolan
