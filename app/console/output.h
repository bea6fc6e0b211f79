#pragma once

#include "app/console/blockwriter.h"
#include "app/console/command.h"
#include "storage/base/result.h"
#include "storage/export/rowtext.h"

#include <QString>
#include <memory>
#include <vector>

namespace portolan {

enum class Format { Table, Csv, Jsonl };

/// Parses "table", "csv" or "jsonl"; empty is table on a terminal, else jsonl. Error Usage for another word.
Result<Format> parseFormat(const QString& text);

/// Prints rows to standard output. A table's column widths come from its first rows (up to 1,000 are held back).
class RowPrinter {
public:
    RowPrinter(Format format, std::vector<ExportColumn> columns);
    /// Prints a row. Error Io: standard output is closed or full.
    Result<void> print(std::span<const Value> row);
    Result<void> finish();
    /// Counts the cells of CSV so far that have U+FFFD in place of bytes that are no UTF-8.
    qint64 lossyCells() const { return m_cells.notUtf8; }

private:
    Result<void> flush();
    void printHeader();
    void printTableRow(const std::vector<QByteArray>& cells);
    void measure();

    Format m_format;
    std::vector<ExportColumn> m_columns;
    std::vector<std::vector<QByteArray>> m_held;
    std::vector<qsizetype> m_widths;
    QByteArray m_out;
    CellTally m_cells;
    std::unique_ptr<BlockWriter> m_writer; ///< for long outputs
    bool m_begun = false;
};

/// Writes all bytes to standard output. Error Io: it is closed or full.
Result<void> writeOut(const QByteArray& bytes);

/// Writes a line to standard error.
void say(const QString& line);

/// Tells of so many cells that have U+FFFD in place of bytes that are no UTF-8: with one the command ends with 3.
Exit tellLossyCells(qint64 cells);

} // namespace portolan
