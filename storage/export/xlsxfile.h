#pragma once

#include "storage/export/rowfile.h"

namespace portolan {

/// Office Open XML (ECMA-376): typed cells, the header frozen, another sheet where one is full (1,048,576 rows). Times
/// are cells of dates (UTC; what lies outside of 1900 … 9999 is ISO text). Integers beyond 2^53, which a cell cannot
/// hold, infinities and NaN are text; other reals have the 16 digits that the library writes. A text of more than
/// 32,767 UTF-16 units, which no cell takes, stands whole in the sheet "Long texts", with its place. NULL and empty
/// text are both an empty cell. The file is read again before it takes its name: the library does not say when the disk
/// was full.
[[nodiscard]] Result<std::unique_ptr<RowFile>> createXlsxFile(const QString& path, std::vector<ExportColumn> columns,
                                                              const QString& title);

} // namespace portolan
