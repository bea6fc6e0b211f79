#pragma once

#include "storage/series/series.h"

namespace portolan {

/// Of one kind, those that follow each other by less than `apart` as one; in the order of time.
[[nodiscard]] std::vector<Annotation> joinHappenings(std::vector<Annotation> happenings,
                                                     std::chrono::microseconds apart);

/// When many more dead letters came than usual: stretches of `width` in the range with at least five, and more by three
/// standard deviations than letters at random would be (their number being of the Poisson distribution, whose variance
/// is its mean). Stretches that touch are one burst. The times may be in any order.
[[nodiscard]] std::vector<Annotation> findBursts(std::span<const Timestamp> letters, TimeRange range,
                                                 std::chrono::microseconds width);

} // namespace portolan
