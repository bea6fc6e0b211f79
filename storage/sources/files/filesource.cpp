#include "storage/sources/files/filesource.h"

#include <QFileInfo>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

constexpr qint64 blockBytes = 1 << 20;        ///< about as much as is read at once
constexpr qsizetype largestRow = 64 << 20;    ///< one that is longer begins with a quote that nothing closes
constexpr qsizetype learntBytes = 256 * 1024; ///< of the beginning, to know how the file is written
constexpr std::size_t learntRows = 500;       ///< of a workbook

/// FNV-1a, of which 48 bits tell two texts of one row apart.
quint64 hashOf(QByteArrayView bytes) {
    quint64 hash = 0xcbf29ce484222325;
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash >> 16;
}

/// Returns what is said of the rows: other columns, another sensor or kind make other messages of them.
QByteArray mappingOf(const ImportOptions& options) {
    QByteArray text;
    if (options.kind)
        text += QByteArray("#as=") + kindOf(*options.kind).name;
    if (!options.sensor.isEmpty())
        text += "#sensor=" + options.sensor;
    auto columns = options.columns;
    std::ranges::sort(columns);
    for (const auto& [field, column] : columns)
        text += "#" + field + '=' + column;
    return text;
}

/// Of a table of JSON objects, which are samples by what the options say.
bool mayBeSamples(const ImportOptions& options) {
    const bool isOther = options.kind && *options.kind != MessageKind::SensorEvent;
    const auto isValue = [](const auto& named) { return named.first == "value"; };
    return !isOther
           && (options.columns.empty() ? options.kind.has_value() : std::ranges::any_of(options.columns, isValue));
}

} // namespace

Result<void> FileSource::open() {
    const QFileInfo info(m_options.file);
    if (!info.isFile())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no file %1.").arg(m_options.file)};
    m_identity = "import:" + QFile::encodeName(info.canonicalFilePath()) + mappingOf(m_options);
    if (QFile file(info.absoluteFilePath());
        m_openSheet && file.open(QIODevice::ReadOnly) && file.peek(4) == "PK\x03\x04")
        return openSheet(info.absoluteFilePath());
    PORTOLAN_TRY(m_text.open(m_options.file, m_options.wishes.encoding));
    PORTOLAN_TRY(readBeginning());
    m_format = formatOf(QByteArrayView(m_beginning).trimmed());
    if (m_format == Format::List) {
        m_items.add(m_beginning);
    } else if (m_format == Format::Lines) {
        m_lines = m_beginning;
    } else {
        const QString name =
            m_options.file.chopped(m_options.file.endsWith(QLatin1String(".gz"), Qt::CaseInsensitive) ? 3 : 0);
        const QString suffix = QFileInfo(name).suffix().toLower();
        m_dialect = csvDialectOf(m_beginning, m_atEnd, suffix == u"tsv" || suffix == u"tab", m_options.wishes);
        m_rows = CsvRows(m_dialect.marks);
        m_rows.add(m_beginning);
        m_isPastSeparatorLine = !m_dialect.hasSeparatorLine;
        if (m_dialect.isInflux)
            m_influx.emplace(info.fileName(), ImportPlan::ofJson(m_options).name(), m_options.sensor);
    }
    if (m_format != Format::Csv) {
        PORTOLAN_TRY(planJson());
        m_beginning.clear();
    }
    m_isOpen = true;
    tell();
    return {};
}

/// Tells the tally how the file is written; what the plan found is told by itself.
void FileSource::tell() const {
    if (!m_options.tally || m_sheet)
        return;
    ImportReading& reading = m_options.tally->reading;
    reading.isText = true;
    reading.encoding = m_text.encoding();
    reading.isPacked = m_text.isPacked();
    reading.isInflux = m_dialect.isInflux;
    if (m_format == Format::Csv)
        reading.separator = m_dialect.marks.separator;
    m_options.tally->comments = m_rows.comments();
    if (m_table)
        m_options.tally->strangers = m_table->strangers();
}

Result<void> FileSource::openSheet(const QString& path) {
    m_format = Format::Sheet;
    auto sheet = m_openSheet(path);
    PORTOLAN_TRY(sheet);
    m_sheet = std::move(*sheet);
    if (m_options.tally)
        m_options.tally->leftOut = m_sheet->leftOut();
    while (m_sheetRows.size() < learntRows) {
        auto row = m_sheet->next();
        PORTOLAN_TRY(row);
        if (!*row)
            break;
        m_sheetRows.push_back(std::move(**row));
    }
    m_isOpen = true;
    return {};
}

Result<void> FileSource::readBeginning() {
    while (m_beginning.size() < learntBytes && !m_atEnd) {
        const auto text = m_text.read();
        if (!text && !m_beginning.isEmpty()) {
            m_readFailure = text.error(); // of what comes after these rows
            break;
        }
        PORTOLAN_TRY(text);
        m_beginning += *text;
        m_atEnd = text->isEmpty();
    }
    return {};
}

void FileSource::adopt(ImportPlan plan) {
    m_plan = std::move(plan);
    m_identity += m_plan->identity();
    tell();
}

Result<void> FileSource::planTable(std::span<const CsvRow> rows, CellStyle style) {
    auto plan = ImportPlan::ofTable(m_options, rows, m_dialect, style);
    PORTOLAN_TRY(plan);
    adopt(std::move(*plan));
    return {};
}

Result<void> FileSource::planJson() {
    if (mayBeSamples(m_options)) {
        std::vector<JsonItems::Item> objects;
        if (m_format == Format::List) {
            JsonItems items;
            items.add(QByteArrayView(m_beginning).first(std::min(m_beginning.size(), learntBytes)));
            while (auto item = items.next())
                objects.push_back(std::move(*item));
        } else {
            const QByteArrayList lines = m_beginning.first(std::min(m_beginning.size(), learntBytes)).split('\n');
            for (const QByteArray& line : m_atEnd ? lines : lines.first(lines.size() - 1))
                objects.push_back({0, line});
        }
        JsonTable table;
        for (const JsonItems::Item& object : objects)
            table.learn(object.raw);
        std::vector<CsvRow> rows;
        for (const JsonItems::Item& object : objects)
            rows.push_back(table.rowOf(object.raw, object.line));
        auto plan = ImportPlan::ofJsonTable(m_options, table.names(), rows);
        PORTOLAN_TRY(plan);
        if (*plan) {
            m_table = std::move(table);
            adopt(std::move(**plan));
            return {};
        }
    }
    m_plan = ImportPlan::ofJson(m_options);
    return {};
}

FileSource::Format FileSource::formatOf(QByteArrayView beginning) const {
    QFileInfo file(m_options.file);
    if (file.suffix().compare(u"gz", Qt::CaseInsensitive) == 0)
        file = QFileInfo(file.completeBaseName());
    const QString suffix = file.suffix().toLower();
    if (suffix == u"csv" || suffix == u"tsv" || suffix == u"tab")
        return Format::Csv;
    if (suffix == u"jsonl" || suffix == u"ndjson")
        return Format::Lines;
    return beginning.startsWith('[') ? Format::List : beginning.startsWith('{') ? Format::Lines : Format::Csv;
}

Result<void> FileSource::readBlock() {
    if (m_readFailure)
        return *m_readFailure;
    const auto read = m_text.read();
    PORTOLAN_TRY(read);
    const QByteArray& block = *read;
    m_atEnd = block.isEmpty();
    if (m_format == Format::List) {
        m_items.add(block);
        return m_items.pendingBytes() <= largestRow
                   ? Result<void>()
                   : Error{ErrorCode::Invalid, QStringLiteral("%1, line %2: the object does not end within 64 MiB.")
                                                   .arg(m_options.file)
                                                   .arg(m_items.line())};
    }
    if (m_format == Format::Csv) {
        m_rows.add(block);
        if (m_rows.pendingBytes() > largestRow)
            return Error{ErrorCode::Invalid,
                         QStringLiteral("%1, line %2: the row does not end within 64 MiB; a quote in it is "
                                        "not closed.")
                             .arg(m_options.file)
                             .arg(m_rows.line())};
        return {};
    }
    m_lines.remove(0, m_at);
    m_at = 0;
    m_lines.append(block);
    if (m_lines.size() > largestRow + blockBytes)
        return Error{
            ErrorCode::Invalid,
            QStringLiteral("%1, line %2: the line does not end within 64 MiB.").arg(m_options.file).arg(m_line)};
    return {};
}

Delivery FileSource::deliveryOf(qint64 line, QByteArrayView raw) {
    Delivery delivery;
    delivery.key = {m_identity, static_cast<quint64>(++m_number), hashOf(raw)};
    delivery.keyText = QFileInfo(m_options.file).fileName().toUtf8() + ':' + QByteArray::number(line);
    delivery.receivedAt = currentTime();
    return delivery;
}

Result<bool> FileSource::takeTableRow(const CsvRow& row, CellStyle style) {
    if (isBlank(row)) { // a sheet that is saved as CSV ends with such rows; those after it keep their numbers
        m_number += m_plan ? 1 : 0;
        return true;
    }
    if (!m_plan) {
        std::vector<CsvRow> rows;
        if (style == CellStyle::Sheet)
            rows.assign(m_sheetRows.begin(), m_sheetRows.end());
        else
            rows = sampleRows(QByteArrayView(m_beginning).first(std::min(m_beginning.size(), learntBytes)),
                              m_atEnd && m_beginning.size() <= learntBytes, m_dialect);
        m_beginning.clear();
        std::erase_if(rows, isBlank);
        if (style == CellStyle::Sheet || rows.empty()) // this row is not among those ahead, or too long for the sample
            rows.insert(rows.begin(), row);
        PORTOLAN_TRY(planTable(rows, style));
        if (!m_plan->firstIsData())
            return true;
    }
    Delivery base = deliveryOf(row.line, row.raw);
    m_plan->append(m_ready, std::move(base), row, m_number);
    return true;
}

Result<bool> FileSource::takeCsv() {
    const auto row = m_rows.next(m_atEnd);
    if (!row)
        return false;
    if (!m_isPastSeparatorLine) {
        m_isPastSeparatorLine = true;
        return true;
    }
    if (!m_influx)
        return takeTableRow(*row, CellStyle::Csv);
    if (!row->mistake.isEmpty() || m_influx->isData(*row)) {
        const Delivery base = deliveryOf(row->line, row->raw);
        m_influx->append(m_ready, base, *row, m_number);
    }
    return true;
}

Result<bool> FileSource::takeOfSheet() {
    std::optional<CsvRow> row;
    if (!m_sheetRows.empty()) {
        row = std::move(m_sheetRows.front());
        m_sheetRows.pop_front();
    } else {
        auto next = m_sheet->next();
        PORTOLAN_TRY(next);
        row = std::move(*next);
    }
    m_atEnd = !row;
    return row ? takeTableRow(*row, CellStyle::Sheet) : Result<bool>(false);
}

Result<bool> FileSource::takeJson(const QByteArray& raw, qint64 line) {
    if (m_table) {
        const CsvRow row = m_table->rowOf(raw, line);
        Delivery base = deliveryOf(line, raw);
        m_plan->append(m_ready, std::move(base), row, m_number);
        return true;
    }
    if (m_number == 0) {
        if (const auto refusal = m_plan->refusalOfJson(raw))
            return Error{ErrorCode::Unsupported, *refusal};
    }
    Delivery delivery = deliveryOf(line, raw);
    m_plan->fillJson(delivery, raw, line, m_number);
    m_ready.push_back(std::move(delivery));
    return true;
}

Result<bool> FileSource::takeItem() {
    if (auto item = m_items.next())
        return takeJson(item->raw, item->line);
    if (m_items.isBroken() || (m_atEnd && !m_items.isClosed()))
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("%1, line %2: the list of JSON objects is broken or cut off there; "
                                    "everything before it was stored.")
                         .arg(m_options.file)
                         .arg(m_items.line())};
    return false;
}

/// The next line that is not blank; nothing: more has to be read first.
std::optional<QByteArray> FileSource::nextRawLine(qint64& line) {
    while (m_at < m_lines.size()) {
        const qsizetype end = m_lines.indexOf('\n', m_at);
        if (end < 0 && !m_atEnd)
            return std::nullopt;
        QByteArrayView raw = QByteArrayView(m_lines).sliced(m_at, (end < 0 ? m_lines.size() : end) - m_at);
        m_at = end < 0 ? m_lines.size() : end + 1;
        line = m_line++;
        if (raw.endsWith('\r'))
            raw.chop(1);
        if (!raw.trimmed().isEmpty())
            return raw.toByteArray();
    }
    return std::nullopt;
}

Result<bool> FileSource::takeLine() {
    qint64 line = 0;
    const auto raw = nextRawLine(line);
    return raw ? takeJson(*raw, line) : Result<bool>(false);
}

Result<bool> FileSource::takeRow() {
    switch (m_format) {
    case Format::Lines:
        return takeLine();
    case Format::List:
        return takeItem();
    case Format::Csv:
        return takeCsv();
    case Format::Sheet:
        return takeOfSheet();
    }
    Q_UNREACHABLE();
}

Result<std::vector<Delivery>> FileSource::fetch(FetchLimits limits, std::chrono::milliseconds,
                                                const CancelToken& token) {
    if (m_failure)
        return *m_failure;
    std::vector<Delivery> batch;
    if (!m_isOpen) {
        PORTOLAN_TRY(open());
    }
    // The rows before a fault are given first: the next fetch tells of it.
    const auto failed = [&](const Error& error) -> Result<std::vector<Delivery>> {
        m_failure = error;
        return batch.empty() ? Result<std::vector<Delivery>>(error) : std::move(batch);
    };
    qint64 bytes = 0;
    while (static_cast<int>(batch.size()) < std::max(limits.count, 1) && bytes < limits.bytes
           && !token.stop_requested()) {
        if (m_given < m_ready.size()) {
            bytes += m_ready[m_given].payload.size();
            batch.push_back(std::move(m_ready[m_given++]));
            ++m_delivered;
            continue;
        }
        m_ready.clear();
        m_given = 0;
        const auto taken = takeRow();
        if (!taken)
            return failed(taken.error());
        if (*taken)
            continue;
        if (m_atEnd) {
            tell();
            m_exhausted = true;
            break;
        }
        if (const auto read = readBlock(); !read)
            return failed(read.error());
    }
    return batch;
}

SourceStatus FileSource::status() const {
    SourceStatus status;
    status.connected = m_isOpen;
    const qint64 pending = m_format == Format::Csv    ? m_rows.pendingBytes()
                           : m_format == Format::List ? m_items.pendingBytes()
                                                      : m_lines.size() - m_at;
    // Bytes of text are others than bytes of the file, where that is packed or UTF-16.
    const double text = static_cast<double>(m_text.textBytes());
    const double read =
        text > 0 ? static_cast<double>(m_text.position()) * (1 - static_cast<double>(pending) / text) : 0;
    if (m_exhausted)
        status.behind = 0;
    else if (m_delivered > 0 && read > 0 && !m_sheet)
        status.behind =
            static_cast<qint64>((static_cast<double>(m_text.size()) - read) * static_cast<double>(m_delivered) / read);
    return status;
}

} // namespace portolan
