#pragma once

#include "storage/base/result.h"
#include "storage/sources/files/sheetreader.h"

#include <QString>
#include <memory>

namespace portolan {

/// Returns true when a file is a workbook of XLSX, by its ending or what its archive begins with.
[[nodiscard]] bool isSheetFile(const QString& path);

/// The rows of an XLSX workbook (ECMA-376), which may be anybody's: those of its first sheet and of the sheets that go
/// on with it ("rows (2)"), cells as text: numbers with their digits, times as ISO 8601, true and false, texts that
/// were too long for a cell from the sheet "Long texts" of our own exports. Formulas are what they came to. Read as a
/// stream; the shared texts are held in memory. Errors: Corrupt; Unsupported: more than it may unpack to, or no
/// libarchive.
[[nodiscard]] Result<std::unique_ptr<SheetReader>> openSheetRows(const QString& path);

} // namespace portolan
