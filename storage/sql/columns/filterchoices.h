#pragma once

#include "storage/listing/filter.h"

#include <span>
#include <vector>

namespace portolan {

/// A filter as several that exclude each other and together take what it takes: one for each of the values that it
/// offers for one of these columns ("status:pending,failed"), and for each pair where it offers values for two. An
/// index by value and time then finds the newest of each at once, where all of them together would have to be sorted.
/// The filter alone, when it offers none, or more than are worth it. `columns` are indexes into the schema's columns,
/// of type Text, and equal no two different texts.
[[nodiscard]] std::vector<Filter> filterChoices(const Filter& filter, std::span<const int> columns);

/// A filter as two that take together what it takes.
struct DocumentSplit {
    Filter documents; ///< looks into JSON, which tells a database little of how many rows it takes; may be empty
    Filter others;    ///< does not; may be empty
};
[[nodiscard]] DocumentSplit splitByDocuments(const Filter& filter);

} // namespace portolan
