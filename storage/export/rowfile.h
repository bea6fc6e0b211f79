#pragma once

#include "storage/base/result.h"
#include "storage/export/rowtext.h"

#include <QString>
#include <memory>
#include <vector>

namespace portolan {

enum class ExportFormat { Csv, Json, Jsonl, Xlsx };

/// By the ending of a file's name. Error Usage names those there are.
[[nodiscard]] Result<ExportFormat> exportFormatOf(const QString& path);

struct ExportOptions {
    ExportFormat format = ExportFormat::Csv;
    CsvRules csv;
    /// CSV and XLSX: the members of JSON columns' objects become columns of their own (flatrows.h).
    bool flattens = false;
};

/// The summary of what was written.
struct ExportSummary {
    qint64 rows = 0;
    qint64 bytes = 0;
    int sheets = 0; ///< XLSX
    CellTally cells;
};

/// A file of rows. It is written aside and takes its name when it is finished, on the disk by then; one that is not
/// leaves nothing. One thread; constant memory.
class RowFile {
public:
    RowFile() = default;
    RowFile(const RowFile&) = delete;
    RowFile& operator=(const RowFile&) = delete;
    virtual ~RowFile() = default;

    /// Error Io: it is of no use from then on.
    [[nodiscard]] virtual Result<void> add(std::span<const Value> row) = 0;
    [[nodiscard]] virtual Result<ExportSummary> finish() = 0;
};

/// `title` is what the rows are, in a word: the name of XLSX's sheet. Errors: Io; Unsupported, the library that writes
/// XLSX is not installed, or there are more columns than a sheet has.
[[nodiscard]] Result<std::unique_ptr<RowFile>> createRowFile(const QString& path, const ExportOptions& options,
                                                             std::vector<ExportColumn> columns, const QString& title);

} // namespace portolan
