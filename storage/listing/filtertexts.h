#pragma once

#include "storage/listing/filter.h"

#include <QByteArray>
#include <vector>

namespace portolan {

/// Texts of which each stands in a searched column of every row that the filter takes (upper and lower case of ASCII
/// letters alike); in a JSON column in what the document means. Not all there may be. Cheap; any thread.
[[nodiscard]] std::vector<QByteArray> requiredTexts(const Filter& filter, const ColumnSet& schema);

/// The text in quotes, as the filter language takes any text; on one line.
[[nodiscard]] QByteArray quotedPhrase(QByteArrayView text);

} // namespace portolan
