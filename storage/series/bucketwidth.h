#pragma once

#include "storage/series/series.h"

namespace portolan {

/// Returns the width of the buckets of a range that is to have at most `most` of them, which begin at whole multiples
/// of their width: the range's share where it begins and ends with one, else the next width that people count in. The
/// range is not empty, and `most` at least one.
[[nodiscard]] std::chrono::microseconds bucketWidth(TimeRange range, qint64 most);

} // namespace portolan
