#pragma once

#include "storage/listing/filter.h"

#include <QByteArray>
#include <vector>

namespace portolan {

/// Returns texts that every row the filter takes has in a searched column (ASCII letters of either case alike; in a
/// JSON column, in what the document means). There may be more. Cheap; any thread.
[[nodiscard]] std::vector<QByteArray> requiredTexts(const Filter& filter, const ColumnSet& schema);

/// Quotes a text, on one line, so that the filter language reads it as it is.
[[nodiscard]] QByteArray quotedPhrase(QByteArrayView text);

} // namespace portolan
