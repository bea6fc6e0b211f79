#pragma once

#include "models/report/report.h"

#include <span>

namespace portolan {

/// Messages by the times at which something became of them.
using ReportTimes = std::vector<std::pair<Timestamp, qint64>>;

/// Counts received messages, and beside them dead ones where a second list is given, in buckets that people count in.
/// Buckets of a day and more begin at midnights of the zone shown (as it is at the begin of the span). Nothing where
/// there is one bucket or nothing to count.
[[nodiscard]] std::optional<ReportChart> courseOf(std::span<const ReportTimes> times, TimeRange span,
                                                  TimeDisplay display);
[[nodiscard]] inline std::optional<ReportChart> courseOf(std::initializer_list<ReportTimes> times, TimeRange span,
                                                         TimeDisplay display) {
    return courseOf(std::span(times.begin(), times.size()), span, display);
}

} // namespace portolan
