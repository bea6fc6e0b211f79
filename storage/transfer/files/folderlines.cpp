#include "storage/transfer/files/folderlines.h"

#include "storage/messages/batchname.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace portolan {

namespace {

using namespace std::chrono;
using Kind = ContentCell::Kind;

constexpr const char* linesTable = "messages";
constexpr qint64 pieceBytes = 256 * 1024;
constexpr std::size_t rowsOfKin = 1'000; // of the first batch that both have

QString nameOf(const ContentRow& row) {
    const QString id = QString::number(row[BatchMessage::Row].integer);
    return row[BatchMessage::Line].kind == Kind::Nothing
               ? id
               : QStringLiteral("%1:%2").arg(row[BatchMessage::Batch].integer).arg(id);
}

QString fileNameOf(qint64 batch) {
    return QString::fromLatin1(batchFileName(batch));
}

quint64 unsignedOf(const ContentCell& cell) {
    return std::bit_cast<quint64>(cell.integer);
}

bool fitsInALine(Timestamp time) {
    return time >= sys_days(year(1) / January / 1) && time < sys_days(year(10000) / January / 1);
}

} // namespace

/// The line of a message; or why there can be none.
struct FolderLines::Made {
    WrittenLine line;
    StoredLine record;
    std::optional<qint64> number;
    QString why;
};

FolderLines::Made FolderLines::made(const ContentRow& row) {
    Made made;
    const ContentCell& content = row[BatchMessage::Content];
    const ContentCell& number = row[BatchMessage::Number];
    const ContentCell& time = row[BatchMessage::Time];
    const ContentCell& line = row[BatchMessage::Line];
    const auto at =
        time.kind == Kind::Integer && std::abs(time.integer) < duration_cast<milliseconds>(years(10'000)).count()
            ? std::optional(Timestamp(milliseconds(time.integer)))
            : std::nullopt;
    if (line.kind != Kind::Nothing) {
        made.line = {line.bytes, row[BatchMessage::IsEscaped].integer != 0};
        if (!line.bytes.endsWith('\n'))
            made.why = QStringLiteral("has no end yet; it comes along once it has one.");
        else
            made.number = parseBatchLine(QByteArrayView(line.bytes).chopped(1)).number;
    } else if (content.kind != Kind::Text && content.kind != Kind::Bytes) {
        made.why = QStringLiteral("has no text, which a line of a batch file is.");
    } else if (number.kind == Kind::Integer && at && fitsInALine(*at)) {
        made.line = writeBatchLine(number.integer, *at, content.bytes);
        made.number = number.integer;
    } else if (number.kind == Kind::Nothing && time.kind == Kind::Nothing && !content.bytes.contains('\n')
               && !parseBatchLine(content.bytes).number) {
        made.line.bytes = content.bytes + '\n';
    } else {
        made.why =
            QStringLiteral("has no number, or no time of the years 1 to 9999, which a line of a batch file has.");
    }
    const ContentCell& metadata = row[BatchMessage::Metadata];
    made.record.metadata = metadata.kind == Kind::Nothing ? QByteArray() : metadata.bytes;
    const ContentCell& source = row[BatchMessage::Source];
    if (source.kind != Kind::Nothing) {
        made.record.source = source.bytes;
        made.record.keyed = true;
        made.record.key = {unsignedOf(row[BatchMessage::Major]), unsignedOf(row[BatchMessage::Minor])};
        made.record.hash = unsignedOf(row[BatchMessage::Hash]);
    }
    return made;
}

Result<void> FolderLines::checkKinship() {
    const auto files = m_group.into().files();
    if (std::ranges::all_of(files, [](const FileEntry& file) { return file.size == 0; }))
        return {};
    const auto stream = m_group.from().messagesByBatch();
    PORTOLAN_TRY(stream);
    Result<bool> more = *stream ? (*stream)->next() : Result<bool>(false);
    PORTOLAN_TRY(more);
    const bool isAny = *more;
    std::optional<qint64> common;
    QByteArray bytes;
    std::vector<QByteArrayView> lines;
    for (std::size_t at = 0; more && *more && at < rowsOfKin; more = (*stream)->next()) {
        const ContentRow& row = (*stream)->row();
        const qint64 batch = row[BatchMessage::Batch].integer;
        if (common && batch != *common)
            break;
        if (!common) {
            const auto file = std::ranges::lower_bound(files, batch, {}, &FileEntry::batch);
            if (file == files.end())
                break;
            if (file->batch != batch || file->size == 0)
                continue;
            common = batch;
            const auto opened = m_group.into().file(batch);
            PORTOLAN_TRY(opened);
            if (*opened) {
                PORTOLAN_TRY(readAll(**opened, bytes, fileNameOf(batch)));
            }
            forEachLine(bytes, [&](qsizetype offset, QByteArrayView line, bool isEnded) {
                lines.push_back(QByteArrayView(bytes).sliced(offset, line.size() + (isEnded ? 1 : 0)));
                return lines.size() < rowsOfKin;
            });
        }
        const Made line = made(row);
        if (!line.why.isEmpty())
            continue;
        if (at < lines.size() && lines[at] == line.line.bytes)
            return {};
        ++at;
    }
    PORTOLAN_TRY(more);
    if (!isAny)
        return {};
    return Error{
        ErrorCode::Usage,
        QStringLiteral("%1 has messages of its own, and none that %2 has: copied into it, messages of two stores "
                       "would be one. Nothing was copied. Copy into an empty folder.")
            .arg(m_group.into().places().messages, m_group.from().where())};
}

Result<void> FolderLines::run() {
    for (const FileEntry& file : m_group.into().files())
        m_files.emplace_back(file.batch, file.messageCount);
    const auto stream = m_group.from().messagesByBatch();
    PORTOLAN_TRY(stream);
    Result<bool> more = *stream ? (*stream)->next() : Result<bool>(false);
    for (; more && *more; more = (*stream)->next()) {
        const ContentRow& row = (*stream)->row();
        const ContentCell& batch = row[BatchMessage::Batch];
        if (batch.kind != Kind::Integer || batch.integer < 1) {
            m_group.differ(linesTable, nameOf(row), QStringLiteral("is in no batch that a file can be named by."));
            continue;
        }
        if (!m_beside || m_beside->batch != batch.integer) {
            PORTOLAN_TRY(end());
            PORTOLAN_TRY(begin(batch.integer));
        }
        PORTOLAN_TRY(take(row));
    }
    PORTOLAN_TRY(more);
    PORTOLAN_TRY(end());
    tellAlone(std::numeric_limits<qint64>::max());
    return {};
}

/// Tells of the files before this one that the source has no batch of.
void FolderLines::tellAlone(qint64 before) {
    for (; m_nextFile < m_files.size() && m_files[m_nextFile].first < before; ++m_nextFile) {
        const auto& [batch, lines] = m_files[m_nextFile];
        m_group.differ("batches", fileNameOf(batch), QStringLiteral("is there alone; it stays."), lines + 1);
    }
    if (m_nextFile < m_files.size() && m_files[m_nextFile].first == before)
        ++m_nextFile;
}

Result<void> FolderLines::begin(qint64 batch) {
    tellAlone(batch);
    m_beside = Beside();
    m_beside->batch = batch;
    auto file = m_group.into().file(batch);
    PORTOLAN_TRY(file);
    m_beside->isAway = !*file && m_group.into().isAway(batch);
    if (!*file)
        return {};
    const auto stat = statOf(**file, fileNameOf(batch));
    PORTOLAN_TRY(stat);
    m_beside->size = stat->size;
    m_beside->file = std::move(*file);
    return {};
}

/// Lines that the file has beyond the source's are somebody else's.
Result<void> FolderLines::end() {
    if (!m_beside || !m_beside->file)
        return {};
    qint64 alone = 0;
    while (m_beside->at < m_beside->size) {
        PORTOLAN_TRY(passLine());
        ++alone;
    }
    if (alone > 0)
        m_group.differ(linesTable, fileNameOf(m_beside->batch),
                       QStringLiteral("has %1 lines that are there alone; they stay.").arg(alone), alone);
    m_beside.reset();
    return {};
}

/// Returns as many of the file's bytes from here on as are asked for; fewer at its end.
Result<QByteArrayView> FolderLines::bytesAhead(qint64 length) {
    const qint64 wanted = std::min(length, m_beside->size - m_beside->at);
    const bool isHere =
        m_beside->at >= m_beside->pieceAt && m_beside->at + wanted <= m_beside->pieceAt + m_beside->piece.size();
    if (!isHere) {
        auto piece = readPart(*m_beside->file, m_beside->at,
                              std::min(std::max(wanted, pieceBytes), m_beside->size - m_beside->at),
                              fileNameOf(m_beside->batch));
        PORTOLAN_TRY(piece);
        m_beside->piece = std::move(*piece);
        m_beside->pieceAt = m_beside->at;
    }
    const qint64 from = m_beside->at - m_beside->pieceAt;
    return QByteArrayView(m_beside->piece).sliced(from, std::min<qint64>(wanted, m_beside->piece.size() - from));
}

Result<void> FolderLines::passLine() {
    for (bool isOver = false; !isOver && m_beside->at < m_beside->size;) {
        const auto ahead = bytesAhead(pieceBytes);
        PORTOLAN_TRY(ahead);
        const qsizetype feed = ahead->indexOf('\n');
        isOver = feed >= 0 || ahead->isEmpty(); // it became shorter meanwhile
        m_beside->at += feed >= 0 ? feed + 1 : ahead->isEmpty() ? m_beside->size - m_beside->at : ahead->size();
    }
    return {};
}

Result<void> FolderLines::take(const ContentRow& row) {
    const Made line = made(row);
    Beside& beside = *m_beside;
    if (!line.why.isEmpty() || beside.isAway) {
        m_group.differ(linesTable, nameOf(row),
                       beside.isAway
                           ? QStringLiteral("was there, and was taken away with %1.").arg(fileNameOf(beside.batch))
                           : line.why);
        return {};
    }
    if (beside.at >= beside.size && beside.isAligned)
        return append(line);
    if (!beside.isBegun)
        ++m_group.report().unchanged;
    beside.isBegun = true;
    if (beside.at >= beside.size) {
        m_group.differ(linesTable, nameOf(row),
                       QStringLiteral("is missing in %1, which has other lines; it stays as it is.")
                           .arg(fileNameOf(beside.batch)));
        return {};
    }
    const auto ahead = bytesAhead(line.line.bytes.size());
    PORTOLAN_TRY(ahead);
    if (*ahead == line.line.bytes) {
        beside.at += ahead->size();
        ++m_group.report().unchanged;
        return {};
    }
    beside.isAligned = false;
    m_group.differ(linesTable, nameOf(row),
                   QStringLiteral("is another line in %1; it stays.").arg(fileNameOf(beside.batch)));
    return passLine();
}

/// Adds the line to the file, which ends with the line before it.
Result<void> FolderLines::append(const Made& line) {
    Beside& beside = *m_beside;
    CopyReport& report = m_group.report();
    if (!beside.isBegun)
        ++(beside.file ? report.unchanged : report.copied); // the batch itself
    beside.isBegun = true;
    if (beside.group != m_group.number()) {
        WritePlace place;
        place.batch = beside.batch;
        place.offset = beside.at;
        place.exists = beside.file.has_value() || beside.at > 0;
        m_group.draft().goTo(place);
        beside.group = m_group.number();
    }
    m_group.draft().addCopied(line.line, line.record, line.number);
    beside.at += line.line.bytes.size();
    beside.size = beside.at;
    ++report.copied;
    return m_group.noteAdded(line.line.bytes.size() + line.record.metadata.size());
}

} // namespace portolan
