#pragma once

#include "storage/base/result.h"
#include "storage/sources/files/csvrows.h"

#include <QStringList>
#include <functional>
#include <memory>
#include <optional>

namespace portolan {

/// The rows of a table whose cells have types (a spreadsheet), one after the other, with the columns' names first. A
/// cell that is not there is not quoted. One thread.
class SheetReader {
public:
    SheetReader() = default;
    SheetReader(const SheetReader&) = delete;
    SheetReader& operator=(const SheetReader&) = delete;
    virtual ~SheetReader() = default;

    /// Nothing: that was the last one. Error Corrupt.
    [[nodiscard]] virtual Result<std::optional<CsvRow>> next() = 0;
    /// The names of what else the file has, and is not read.
    [[nodiscard]] virtual QStringList leftOut() const = 0;
};

/// Opens the table in a file.
using SheetOpener = std::function<Result<std::unique_ptr<SheetReader>>(const QString& path)>;

} // namespace portolan
