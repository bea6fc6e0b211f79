#pragma once

#include "models/list/format.h"
#include "storage/series/series.h"

#include <QString>
#include <vector>

namespace portolan {

// Where the axes of charts have their marks, and what stands at them. Any thread.

/// A mark of an axis.
struct ChartTick {
    double at = 0; ///< a value, or milliseconds since 1970
    QString label;
    bool strong = false; ///< a new day, month or year begins
};

/// Values from `low` to `high`, both of them marks.
struct ValueScale {
    double low = 0;
    double high = 1;
    double step = 1;
    std::vector<ChartTick> ticks;
};

/// A scale for values from `least` to `greatest`: marks 1, 2 or 5 times a power of ten apart, `most` at most (two are
/// always there), each with its exact text: "1 204.5", "3.2e+12", "1 000 000 000 000.1". Source: Heckbert, Nice Numbers
/// for Graph Labels, Graphics Gems (1990).
[[nodiscard]] ValueScale valueScale(double least, double greatest, int most);

/// Marks at whole seconds, minutes, hours, days, months or years of the zone, at most `most` of them.
[[nodiscard]] std::vector<ChartTick> timeTicks(TimeRange range, int most, TimeDisplay display);

} // namespace portolan
