#pragma once

#include "models/charts/chartlines.h"
#include "models/list/format.h"

namespace portolan {

/// The place where a line is farthest from what is usual for it, by the modified z-score of Iglewicz and Hoaglin (How
/// to Detect and Handle Outliers, 1993): the distance from the median, in median absolute deviations. Half of the
/// points may be anything without moving either. Where more than half are equal, the mean absolute deviation takes its
/// place.
struct Oddness {
    double score = 0; ///< 0: every point is the usual one, or there are too few to say
    double usual = 0; ///< the median
    double value = 0; ///< the farthest from it
    Timestamp at;     ///< of that

    /// Returns true where the authors call a value an outlier.
    [[nodiscard]] bool isOdd() const { return score > 3.5; }
};

/// Looks at a line's points and, where there is a band, at its lower and its upper edge each by itself. Any thread.
[[nodiscard]] Oddness oddnessOf(const ChartLine& line);

/// "89.2 ms at 02:12:05, usually 20.1: 14 times its usual distance"; of a line that is not odd "as usual: 20.1 ms".
[[nodiscard]] QString oddnessText(const Oddness& oddness, const QString& unit, TimeDisplay display);

/// Writes a number with four digits at most: nobody reads more of one in a sentence.
[[nodiscard]] QString shortNumber(double number);

/// Returns the places of lines, the oddest first; equally odd ones in their order.
[[nodiscard]] std::vector<std::size_t> oddestFirst(std::span<const Oddness> all);

} // namespace portolan
