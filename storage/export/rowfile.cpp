#include "storage/export/rowfile.h"

#include "storage/export/flatrows.h"
#include "storage/export/xlsxfile.h"

#include <QFileInfo>
#include <QSaveFile>
#include <array>

namespace portolan {

namespace {

constexpr qsizetype blockSize = 1 << 18;

struct Ending {
    const char* name;
    ExportFormat format;
};
constexpr std::array<Ending, 4> endings{{{"csv", ExportFormat::Csv},
                                         {"json", ExportFormat::Json},
                                         {"jsonl", ExportFormat::Jsonl},
                                         {"xlsx", ExportFormat::Xlsx}}};

class TextFile final : public RowFile {
public:
    TextFile(const QString& path, const ExportOptions& options, std::vector<ExportColumn> columns)
        : m_file(path)
        , m_options(options)
        , m_columns(std::move(columns)) {}

    Result<void> open() {
        if (!m_file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)
            || !m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
            return failed();
        m_block.reserve(2 * blockSize);
        if (m_options.format == ExportFormat::Csv)
            appendCsvHeader(m_block, m_columns, m_options.csv);
        if (m_options.format == ExportFormat::Json)
            m_block += '[';
        return {};
    }

    Result<void> add(std::span<const Value> row) override {
        switch (m_options.format) {
        case ExportFormat::Csv:
            appendCsvLine(m_block, m_columns, row, m_options.csv, &m_summary.cells);
            break;
        case ExportFormat::Json:
            m_block += m_summary.rows > 0 ? ",\n" : "\n";
            appendJsonObject(m_block, m_columns, row);
            break;
        case ExportFormat::Jsonl:
        case ExportFormat::Xlsx:
            appendJsonLine(m_block, m_columns, row);
            break;
        }
        ++m_summary.rows;
        return m_block.size() >= blockSize ? flush() : Result<void>();
    }

    Result<ExportSummary> finish() override {
        if (m_options.format == ExportFormat::Json)
            m_block += "\n]\n";
        PORTOLAN_TRY(flush());
        if (!m_file.commit()) // which syncs before it renames
            return failed();
        return m_summary;
    }

private:
    Result<void> flush() {
        if (m_file.write(m_block) != m_block.size())
            return failed();
        m_summary.bytes += m_block.size();
        m_block.resize(0);
        return {};
    }
    [[nodiscard]] Error failed() const {
        return {ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(m_file.fileName(), m_file.errorString())};
    }

    QSaveFile m_file;
    ExportOptions m_options;
    std::vector<ExportColumn> m_columns;
    QByteArray m_block;
    ExportSummary m_summary;
};

} // namespace

Result<ExportFormat> exportFormatOf(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    const auto* const found =
        std::ranges::find_if(endings, [&](const Ending& each) { return suffix == QLatin1String(each.name); });
    if (found == endings.end())
        return Error{ErrorCode::Usage, QStringLiteral("%1 ends with none of .csv, .json, .jsonl and .xlsx.").arg(path)};
    return found->format;
}

Result<std::unique_ptr<RowFile>> createRowFile(const QString& path, const ExportOptions& options,
                                               std::vector<ExportColumn> columns, const QString& title) {
    const bool isTable = options.format == ExportFormat::Csv || options.format == ExportFormat::Xlsx;
    if (options.flattens && isTable)
        return createFlatFile(path, options, std::move(columns), title);
    if (options.format == ExportFormat::Xlsx)
        return createXlsxFile(path, std::move(columns), title);
    auto file = std::make_unique<TextFile>(path, options, std::move(columns));
    PORTOLAN_TRY(file->open());
    return std::unique_ptr<RowFile>(std::move(file));
}

} // namespace portolan
