#pragma once

#include "storage/base/result.h"

#include <QString>
#include <span>

namespace portolan {

/// Reads an XLSX file as any program does and looks whether sheet 1, 2, … hold so many rows, and whole XML. Errors:
/// Corrupt, which sheet does not; Unsupported, the library that reads archives is not installed.
[[nodiscard]] Result<void> checkSheets(const QString& path, std::span<const qint64> rows);

} // namespace portolan
