#pragma once

#include "storage/ingest/importplan.h"
#include "storage/ingest/source.h"

#include <QFile>

namespace portolan {

/// A file of rows, CSV or a JSON object a line, from its beginning to its end; what it holds in memory is a block and a
/// row. A row's key is the file's path, what the options say of its rows, the row's number and its bytes: imported
/// again, it is the same one; changed, or read as something else, it is another. Rows that cannot be read are delivered
/// with their mistake, and so rejected.
class FileSource final : public Source {
public:
    explicit FileSource(ImportOptions options) : m_options(std::move(options)) {}

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey>) override { return {}; }
    [[nodiscard]] bool exhausted() const override { return m_exhausted; }
    /// `behind` is an estimate: the rows that are left, were they as long as those before them.
    [[nodiscard]] SourceStatus status() const override;

private:
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> readBlock();
    [[nodiscard]] Result<std::optional<Delivery>> nextRow();
    [[nodiscard]] Result<std::optional<Delivery>> nextCsv();
    [[nodiscard]] std::optional<Delivery> nextLine();
    [[nodiscard]] Delivery deliveryOf(qint64 line, QByteArrayView raw);

    const ImportOptions m_options;
    QFile m_file;
    QByteArray m_identity;
    std::optional<ImportPlan> m_plan;
    bool m_isCsv = false;
    CsvRows m_rows;
    QByteArray m_lines; ///< JSON: read, from m_at on not delivered
    qsizetype m_at = 0;
    qint64 m_line = 1;
    qint64 m_number = 0; ///< of the last row
    bool m_atEnd = false;
    bool m_exhausted = false;
};

} // namespace portolan
