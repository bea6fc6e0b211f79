#pragma once

#include "storage/sources/files/importplan.h"
#include "storage/sources/files/influxrows.h"
#include "storage/sources/files/jsonitems.h"
#include "storage/sources/files/jsontable.h"
#include "storage/sources/files/sheetreader.h"
#include "storage/sources/files/textstream.h"
#include "storage/sources/source.h"

#include <deque>

namespace portolan {

/// A file of rows, CSV in any of its dialects (csvdialect.h), JSON (objects in a list, or one a line) or a workbook,
/// from its beginning to its end; what it holds in memory are two blocks and a row. Its form is told by its first
/// quarter of a mebibyte. A row's key is the file's path, what the options say of its rows, the row's number and its
/// bytes: imported again, it is the same one; changed, or read as something else, it is another. Rows that cannot be
/// read are delivered with their mistake, and so rejected.
class FileSource final : public Source {
public:
    /// `openSheet`: how a workbook is read; without it the file is taken for text.
    explicit FileSource(ImportOptions options, SheetOpener openSheet = {})
        : m_options(std::move(options))
        , m_openSheet(std::move(openSheet)) {}

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey>) override { return {}; }
    [[nodiscard]] bool exhausted() const override { return m_exhausted; }
    /// Returns the status; how many rows are left is an estimate, as if they were as long as those before them.
    [[nodiscard]] SourceStatus status() const override;

private:
    enum class Format { Lines, List, Csv, Sheet };
    [[nodiscard]] Format formatOf(QByteArrayView beginning) const;
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> openSheet(const QString& path);
    [[nodiscard]] Result<void> readBeginning();
    [[nodiscard]] Result<void> planTable(std::span<const CsvRow> rows, CellStyle style);
    [[nodiscard]] Result<void> planJson();
    void adopt(ImportPlan plan);
    [[nodiscard]] Result<void> readBlock();
    // Each takes a row and adds what comes of it to m_ready; false: more has to be read first.
    [[nodiscard]] Result<bool> takeRow();
    [[nodiscard]] Result<bool> takeCsv();
    [[nodiscard]] Result<bool> takeLine();
    [[nodiscard]] Result<bool> takeItem();
    [[nodiscard]] Result<bool> takeOfSheet();
    [[nodiscard]] Result<bool> takeTableRow(const CsvRow& row, CellStyle style);
    [[nodiscard]] Result<bool> takeJson(const QByteArray& raw, qint64 line);
    [[nodiscard]] std::optional<QByteArray> nextRawLine(qint64& line);
    [[nodiscard]] Delivery deliveryOf(qint64 line, QByteArrayView raw);
    void tell() const;

    const ImportOptions m_options;
    TextStream m_text;
    QByteArray m_identity;
    std::optional<ImportPlan> m_plan;
    std::optional<InfluxRows> m_influx;
    std::optional<JsonTable> m_table; ///< JSON objects that are samples
    Format m_format = Format::Lines;
    SheetOpener m_openSheet;
    std::unique_ptr<SheetReader> m_sheet;
    QByteArray m_beginning; ///< what was read to know how the file is written; empty once it is known
    CsvDialect m_dialect;
    CsvRows m_rows;
    bool m_isPastSeparatorLine = true;
    std::deque<CsvRow> m_sheetRows; ///< read ahead
    JsonItems m_items;
    QByteArray m_lines; ///< JSON: read, from m_at on not delivered
    qsizetype m_at = 0;
    qint64 m_line = 1;
    qint64 m_number = 0; ///< of the last row
    std::vector<Delivery> m_ready;
    std::size_t m_given = 0; ///< of m_ready
    qint64 m_delivered = 0;
    std::optional<Error> m_readFailure; ///< of the file, after its beginning
    std::optional<Error> m_failure;     ///< what ended the rows
    bool m_atEnd = false;
    bool m_isOpen = false;
    bool m_exhausted = false;
};

} // namespace portolan
