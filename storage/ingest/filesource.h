#pragma once

#include "storage/ingest/importplan.h"
#include "storage/ingest/jsonitems.h"
#include "storage/ingest/sheetreader.h"
#include "storage/ingest/source.h"

#include <QFile>

namespace portolan {

/// A file of rows, CSV, JSON (objects in a list, or one a line) or a workbook, from its beginning to its end; what it
/// holds in memory is a block and a row. A row's key is the file's path, what the options say of its rows, the row's
/// number and its bytes: imported again, it is the same one; changed, or read as something else, it is another. Rows
/// that cannot be read are delivered with their mistake, and so rejected.
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
    /// `behind` is an estimate: the rows that are left, were they as long as those before them.
    [[nodiscard]] SourceStatus status() const override;

private:
    enum class Format { Lines, List, Csv, Sheet };
    [[nodiscard]] Format formatOf(QByteArrayView beginning) const;
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> readBlock();
    [[nodiscard]] Result<std::optional<Delivery>> nextRow();
    [[nodiscard]] Result<std::optional<Delivery>> nextCsv();
    [[nodiscard]] Result<std::optional<Delivery>> nextLine();
    [[nodiscard]] Result<std::optional<Delivery>> nextItem();
    [[nodiscard]] Result<std::optional<Delivery>> nextOfSheet();
    [[nodiscard]] Result<std::optional<Delivery>> tableRow(const CsvRow& row, CellStyle style);
    [[nodiscard]] Result<Delivery> jsonRow(const QByteArray& raw, qint64 line);
    [[nodiscard]] Delivery deliveryOf(qint64 line, QByteArrayView raw);

    const ImportOptions m_options;
    QFile m_file;
    QByteArray m_identity;
    std::optional<ImportPlan> m_plan;
    Format m_format = Format::Lines;
    SheetOpener m_openSheet;
    std::unique_ptr<SheetReader> m_sheet;
    CsvRows m_rows;
    JsonItems m_items;
    QByteArray m_lines; ///< JSON: read, from m_at on not delivered
    qsizetype m_at = 0;
    qint64 m_line = 1;
    qint64 m_number = 0; ///< of the last row
    bool m_atEnd = false;
    bool m_exhausted = false;
};

} // namespace portolan
