#include "storage/ingest/filesource.h"

#include <QFileInfo>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

constexpr qint64 blockBytes = 1 << 20;
constexpr qsizetype largestRow = 64 << 20; ///< one that is longer begins with a quote that nothing closes
constexpr QByteArrayView byteOrderMark = "\xEF\xBB\xBF";

/// FNV-1a, of which 48 bits tell two texts of one row apart.
quint64 hashOf(QByteArrayView bytes) {
    quint64 hash = 0xcbf29ce484222325;
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash >> 16;
}

/// What is said of the rows: other columns, another sensor or kind make other messages of them.
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

QByteArrayView withoutMark(QByteArrayView beginning) {
    return beginning.startsWith(byteOrderMark) ? beginning.sliced(byteOrderMark.size()) : beginning;
}

} // namespace

Result<void> FileSource::open() {
    const QFileInfo info(m_options.file);
    if (!info.isFile())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no file %1.").arg(m_options.file)};
    m_file.setFileName(info.absoluteFilePath());
    if (!m_file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound,
                     QStringLiteral("%1 cannot be read: %2.").arg(m_options.file, m_file.errorString())};
    m_identity = "import:" + QFile::encodeName(info.canonicalFilePath()) + mappingOf(m_options);
    QByteArray beginning = m_file.peek(4096);
    if (beginning.startsWith("\xFF\xFE") || beginning.startsWith("\xFE\xFF"))
        return Error{ErrorCode::Unsupported, QStringLiteral("%1 is UTF-16; save it as UTF-8.").arg(m_options.file)};
    if (beginning.startsWith(byteOrderMark))
        m_file.skip(byteOrderMark.size());
    m_format = formatOf(withoutMark(beginning).trimmed());
    if (m_format == Format::Sheet) {
        auto sheet = m_openSheet(info.absoluteFilePath());
        if (!sheet)
            return sheet.error();
        m_sheet = std::move(*sheet);
        if (m_options.tally)
            m_options.tally->leftOut = m_sheet->leftOut();
    } else if (m_format != Format::Csv) {
        m_plan = ImportPlan::ofJson(m_options);
    }
    return {};
}

FileSource::Format FileSource::formatOf(QByteArrayView beginning) const {
    if (m_openSheet && beginning.startsWith("PK\x03\x04"))
        return Format::Sheet;
    const QString suffix = QFileInfo(m_options.file).suffix().toLower();
    if (suffix == u"csv")
        return Format::Csv;
    if (suffix == u"jsonl" || suffix == u"ndjson")
        return Format::Lines;
    return beginning.startsWith('[') ? Format::List : beginning.startsWith('{') ? Format::Lines : Format::Csv;
}

Result<void> FileSource::readBlock() {
    const QByteArray block = m_file.read(blockBytes);
    if (block.isEmpty() && m_file.error() != QFileDevice::NoError)
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("%1 cannot be read on: %2.").arg(m_options.file, m_file.errorString())};
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

/// Nothing: it has the columns' names.
Result<std::optional<Delivery>> FileSource::tableRow(const CsvRow& row, CellStyle style) {
    if (!m_plan) {
        auto plan = ImportPlan::ofCsv(m_options, row, style);
        if (!plan)
            return plan.error();
        m_plan = std::move(*plan);
        if (!m_plan->firstIsData())
            return std::optional<Delivery>();
    }
    Delivery delivery = deliveryOf(row.line, row.raw);
    m_plan->fill(delivery, row, m_number);
    return std::optional(std::move(delivery));
}

/// Nothing: more has to be read first.
Result<std::optional<Delivery>> FileSource::nextCsv() {
    while (const auto row = m_rows.next(m_atEnd)) {
        auto delivery = tableRow(*row, CellStyle::Csv);
        if (!delivery || *delivery)
            return delivery;
    }
    return std::optional<Delivery>();
}

Result<std::optional<Delivery>> FileSource::nextOfSheet() {
    while (true) {
        const auto row = m_sheet->next();
        if (!row)
            return row.error();
        m_atEnd = !*row;
        if (m_atEnd)
            return std::optional<Delivery>();
        auto delivery = tableRow(**row, CellStyle::Sheet);
        if (!delivery || *delivery)
            return delivery;
    }
}

Result<Delivery> FileSource::jsonRow(const QByteArray& raw, qint64 line) {
    if (m_number == 0) {
        if (const auto refusal = m_plan->refusalOfJson(raw))
            return Error{ErrorCode::Unsupported, *refusal};
    }
    Delivery delivery = deliveryOf(line, raw);
    m_plan->fillJson(delivery, raw, line, m_number);
    return delivery;
}

Result<std::optional<Delivery>> FileSource::nextItem() {
    if (auto item = m_items.next()) {
        auto delivery = jsonRow(item->raw, item->line);
        return delivery ? Result<std::optional<Delivery>>(std::move(*delivery))
                        : Result<std::optional<Delivery>>(delivery.error());
    }
    if (m_items.isBroken() || (m_atEnd && !m_items.isClosed()))
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("%1, line %2: the list of JSON objects is broken or cut off there; "
                                    "what stands before was stored.")
                         .arg(m_options.file)
                         .arg(m_items.line())};
    return std::optional<Delivery>();
}

Result<std::optional<Delivery>> FileSource::nextLine() {
    while (m_at < m_lines.size()) {
        const qsizetype end = m_lines.indexOf('\n', m_at);
        if (end < 0 && !m_atEnd)
            return std::optional<Delivery>();
        QByteArrayView raw = QByteArrayView(m_lines).sliced(m_at, (end < 0 ? m_lines.size() : end) - m_at);
        m_at = end < 0 ? m_lines.size() : end + 1;
        const qint64 line = m_line++;
        if (raw.endsWith('\r'))
            raw.chop(1);
        if (raw.trimmed().isEmpty())
            continue;
        auto delivery = jsonRow(raw.toByteArray(), line);
        return delivery ? Result<std::optional<Delivery>>(std::move(*delivery))
                        : Result<std::optional<Delivery>>(delivery.error());
    }
    return std::optional<Delivery>();
}

Result<std::optional<Delivery>> FileSource::nextRow() {
    switch (m_format) {
    case Format::Lines:
        return nextLine();
    case Format::List:
        return nextItem();
    case Format::Csv:
        return nextCsv();
    case Format::Sheet:
        return nextOfSheet();
    }
    Q_UNREACHABLE();
}

Result<std::vector<Delivery>> FileSource::fetch(FetchLimits limits, std::chrono::milliseconds,
                                                const CancelToken& token) {
    std::vector<Delivery> batch;
    if (!m_file.isOpen()) {
        if (const auto opened = open(); !opened)
            return opened.error();
    }
    qint64 bytes = 0;
    while (static_cast<int>(batch.size()) < std::max(limits.count, 1) && bytes < limits.bytes
           && !token.stop_requested()) {
        auto row = nextRow();
        if (!row)
            return row.error();
        if (*row) {
            bytes += (*row)->payload.size();
            batch.push_back(std::move(**row));
        } else if (m_atEnd) {
            m_exhausted = true;
            break;
        } else if (const auto read = readBlock(); !read) {
            return read.error();
        }
    }
    return batch;
}

SourceStatus FileSource::status() const {
    SourceStatus status;
    status.connected = m_file.isOpen();
    const qint64 pending = m_format == Format::Csv    ? m_rows.pendingBytes()
                           : m_format == Format::List ? m_items.pendingBytes()
                                                      : m_lines.size() - m_at;
    const qint64 read = m_file.isOpen() ? m_file.pos() - pending : 0;
    if (m_exhausted)
        status.behind = 0;
    else if (m_number > 0 && read > 0 && !m_sheet)
        status.behind = static_cast<qint64>(static_cast<double>(m_file.size() - read) * static_cast<double>(m_number)
                                            / static_cast<double>(read));
    return status;
}

} // namespace portolan
