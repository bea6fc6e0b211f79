#pragma once

#include "storage/series/series.h"

namespace portolan {

/// Returns the width of buckets that begin at whole multiples of their width, so that a range has at most `most` of
/// them: the range's length by `most` where the range begins and ends with a bucket of that, else the next width that
/// people count in. The range is not empty, and `most` at least one.
[[nodiscard]] std::chrono::microseconds bucketWidth(TimeRange range, qint64 most);

} // namespace portolan
