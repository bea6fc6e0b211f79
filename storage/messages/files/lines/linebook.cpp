#include "storage/messages/files/lines/linebook.h"

#include "storage/messages/files/lines/checksum.h"

#include <QLoggingCategory>
#include <algorithm>
#include <cerrno>
#include <sys/stat.h>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(bookLog, "portolan.batchfile.lines")

constexpr QByteArrayView segmentMagic = "PORTLIN1";
constexpr std::size_t segmentsInMind = 4;
constexpr int goneMark = 1; // of a segment
constexpr int metadataMark = 2;

QByteArray nameOf(quint64 file) {
    return QByteArray(LineBook::folderName) + '/' + QByteArray::number(file);
}

Error damagedSegment(quint64 file) {
    return Error{
        ErrorCode::Corrupt,
        QStringLiteral("The file %1 in the folder .portolan is damaged.").arg(QString::fromLatin1(nameOf(file)))};
}

void addTo(LineBook::Runs& runs, qint64 batch) {
    if (!runs.empty() && runs.back().second == batch)
        return;
    if (!runs.empty() && runs.back().second + 1 == batch) {
        runs.back().second = batch;
        return;
    }
    auto after = std::ranges::upper_bound(runs, batch, {}, [](const auto& run) { return run.first; });
    if (after != runs.begin() && std::prev(after)->second >= batch)
        return;
    runs.insert(after, {batch, batch});
}

} // namespace

void LineBook::note(Segment& segment, std::span<const StoredLine> lines) {
    auto range = segment.keys.end();
    for (const StoredLine& line : lines) {
        addTo(segment.batches, line.batch);
        segment.hasGone = segment.hasGone || line.gap != 0;
        segment.hasMetadata = segment.hasMetadata || !line.metadata.isEmpty();
        if (!line.keyed)
            continue;
        if (range == segment.keys.end() || range->first != line.source)
            range = segment.keys.try_emplace(line.source, line.key, line.key).first;
        range->second.first = std::min(range->second.first, line.key);
        range->second.second = std::max(range->second.second, line.key);
    }
}

void LineBook::add(const QByteArray& block) {
    std::vector<StoredLine> lines;
    if (!decodeLines(block, lines) || lines.empty())
        return;
    const bool isOpen = !m_segments.empty() && !m_segments.back().blocks.empty();
    if (!isOpen || m_segments.back().bytes >= segmentBytes)
        m_segments.emplace_back();
    Segment& last = m_segments.back();
    if (last.file != 0)
        m_old.push_back(std::exchange(last.file, 0));
    last.blocks.push_back(block);
    last.bytes += block.size();
    note(last, lines);
}

bool LineBook::mayHold(std::size_t segment, const SourceKey& key) const {
    const auto range = m_segments[segment].keys.find(key.source);
    const KeyPair pair{key.major, key.minor};
    return range != m_segments[segment].keys.end() && range->second.first <= pair && pair <= range->second.second;
}

Result<std::vector<QByteArray>> LineBook::blocksOf(const Fd& own, const Segment& segment) const {
    if (!segment.blocks.empty() || segment.file == 0)
        return segment.blocks;
    const auto bytes = readAt(own, nameOf(segment.file));
    PORTOLAN_TRY(bytes);
    ByteReader in(*bytes);
    const QByteArrayView magic = in.raw(static_cast<quint64>(segmentMagic.size()));
    const quint32 checksum = in.u32();
    if (magic != segmentMagic || in.failed() || checksum != segment.checksum || checksum != crc32c(in.rest()))
        return damagedSegment(segment.file);
    return std::vector<QByteArray>{in.rest().toByteArray()};
}

Result<std::vector<StoredLine>> LineBook::linesOf(const Fd& own, std::size_t segment) const {
    const auto blocks = blocksOf(own, m_segments[segment]);
    PORTOLAN_TRY(blocks);
    std::vector<StoredLine> lines;
    for (const QByteArray& block : *blocks) {
        if (!decodeLines(block, lines))
            return damagedSegment(m_segments[segment].file);
    }
    return lines;
}

QByteArray LineBook::fileOf(std::size_t segment) const {
    const quint64 file = m_segments[segment].file;
    return file == 0 ? QByteArray() : nameOf(file);
}

void LineBook::replace(std::size_t segment, std::span<const StoredLine> lines) {
    Segment& changed = m_segments[segment];
    if (changed.file != 0)
        m_old.push_back(changed.file);
    changed = Segment();
    changed.blocks.push_back(encodeLines(lines));
    changed.bytes = changed.blocks.front().size();
    note(changed, lines);
    m_recent.clear();
}

bool LineBook::isSuspect(const Fd& own, std::size_t segment, qint64 changedNs) const {
    const Segment& asked = m_segments[segment];
    if (asked.file == 0)
        return false;
    const auto stat = statAt(own, nameOf(asked.file));
    return !stat || stat->size != segmentMagic.size() + 4 + asked.bytes || stat->changedNs > changedNs;
}

void LineBook::drop(std::size_t segment) {
    if (m_segments[segment].file != 0)
        m_old.push_back(m_segments[segment].file);
    m_segments.erase(m_segments.begin() + static_cast<std::ptrdiff_t>(segment));
    m_recent.clear();
}

const LineBook::Hashes& LineBook::hashesIn(const Fd& own, std::size_t segment) {
    auto known = std::ranges::find(m_recent, segment, &Recent::segment);
    if (known == m_recent.end()) {
        if (m_recent.size() >= segmentsInMind)
            m_recent.pop_back();
        m_recent.emplace_front();
        m_recent.front().segment = segment;
    } else {
        m_recent.splice(m_recent.begin(), m_recent, known);
    }
    Recent& recent = m_recent.front();
    const Segment& asked = m_segments[segment];
    if (recent.blocks > 0 && recent.blocks >= asked.blocks.size())
        return recent.hashes;
    const auto blocks = blocksOf(own, asked);
    if (!blocks)
        qCWarning(bookLog).noquote() << blocks.error().text;
    std::vector<StoredLine> lines;
    for (std::size_t i = recent.blocks; blocks && i < blocks->size(); ++i) {
        if (!decodeLines((*blocks)[i], lines))
            qCWarning(bookLog).noquote() << damagedSegment(asked.file).text;
    }
    for (const StoredLine& line : lines) {
        if (line.keyed && line.gap == 0)
            recent.hashes.emplace_hint(recent.hashes.end(), line.sourceKey(), line.hash);
    }
    recent.blocks = std::max<std::size_t>(1, blocks ? blocks->size() : 0);
    return recent.hashes;
}

LineBook::Hashes LineBook::hashesOf(const Fd& own, std::span<const SourceKey> keys) {
    Hashes found;
    for (std::size_t i = m_segments.size(); i-- > 0;) {
        const Hashes* hashes = nullptr;
        for (const SourceKey& key : keys) {
            if (!mayHold(i, key))
                continue;
            hashes = hashes ? hashes : &hashesIn(own, i);
            const auto [first, last] = hashes->equal_range(key);
            found.insert(first, last);
        }
    }
    return found;
}

Result<void> LineBook::save(const Fd& own) {
    bool any = false;
    for (std::size_t i = 0; i < m_segments.size(); ++i) {
        if (m_segments[i].file != 0)
            continue;
        if (!any && ::mkdirat(own.get(), folderName, 0700) < 0 && errno != EEXIST)
            return systemError("Making the folder", QString::fromLatin1(folderName), errno);
        const auto lines = linesOf(own, i);
        PORTOLAN_TRY(lines);
        const QByteArray block = encodeLines(*lines);
        ByteWriter bytes;
        bytes.raw(segmentMagic);
        bytes.u32(crc32c(block));
        bytes.raw(block);
        const auto folder = openFolderAt(own, folderName);
        PORTOLAN_TRY(folder);
        const quint64 file = m_lastFile + 1;
        if (const auto saved = replaceFile(*folder, QByteArray::number(file), bytes.data(), true); !saved)
            return saved;
        any = true;
        m_lastFile = file;
        Segment& segment = m_segments[i];
        segment.file = file;
        segment.checksum = crc32c(block);
        segment.bytes = block.size();
        segment.blocks = {block};
        m_recent.clear();
    }
    for (std::size_t i = 0; i + 1 < m_segments.size(); ++i)
        m_segments[i].blocks.clear();
    return any ? syncFile(own, QString::fromLatin1(folderName)) : Result<void>();
}

void LineBook::removeOld(const Fd& own) {
    for (const quint64 file : std::exchange(m_old, {})) {
        const auto removed = removeAt(own, nameOf(file));
        if (!removed && removed.error().code != ErrorCode::NotFound)
            qCWarning(bookLog).noquote() << removed.error().text;
    }
}

void LineBook::loadLast(const Fd& own) {
    if (m_segments.empty() || m_segments.back().bytes >= segmentBytes)
        return;
    auto blocks = blocksOf(own, m_segments.back());
    if (blocks)
        m_segments.back().blocks = std::move(*blocks);
    else
        qCWarning(bookLog).noquote() << blocks.error().text;
}

void LineBook::writeTo(ByteWriter& out) const {
    out.varint(m_lastFile);
    out.varint(m_segments.size());
    for (const Segment& segment : m_segments) {
        out.varint(segment.file);
        out.u32(segment.checksum);
        out.u8(static_cast<quint8>((segment.hasGone ? goneMark : 0) | (segment.hasMetadata ? metadataMark : 0)));
        out.varint(static_cast<quint64>(segment.bytes));
        out.varint(segment.batches.size());
        for (const auto& [first, last] : segment.batches) {
            out.varint(static_cast<quint64>(first));
            out.varint(static_cast<quint64>(last));
        }
        out.varint(segment.keys.size());
        for (const auto& [source, range] : segment.keys) {
            out.bytes(source);
            for (const quint64 part : {range.first.major, range.first.minor, range.second.major, range.second.minor})
                out.varint(part);
        }
    }
}

LineBook LineBook::readFrom(ByteReader& in) {
    LineBook book;
    book.m_lastFile = in.varint();
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        Segment segment;
        segment.file = in.varint();
        segment.checksum = in.u32();
        const quint8 marks = in.u8();
        segment.hasGone = (marks & goneMark) != 0;
        segment.hasMetadata = (marks & metadataMark) != 0;
        segment.bytes = static_cast<qsizetype>(in.varint());
        for (qsizetype runs = in.count(); runs > 0 && !in.failed(); --runs) {
            const auto first = static_cast<qint64>(in.varint());
            segment.batches.emplace_back(first, static_cast<qint64>(in.varint()));
        }
        for (qsizetype keys = in.count(); keys > 0 && !in.failed(); --keys) {
            const QByteArray source = in.bytes().toByteArray();
            const KeyPair first{in.varint(), in.varint()};
            segment.keys[source] = {first, KeyPair{in.varint(), in.varint()}};
        }
        book.m_segments.push_back(std::move(segment));
    }
    return book;
}

} // namespace portolan
