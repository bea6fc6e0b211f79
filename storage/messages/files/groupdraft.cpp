#include "storage/messages/files/groupdraft.h"

#include "storage/messages/files/lines/checksum.h"
#include "storage/messages/files/lines/rejectfile.h"

namespace portolan {

namespace {

/// Returns the book's record of a delivery, be it a line or a reject.
StoredLine recordOf(const Delivery& delivery, quint64 hash) {
    StoredLine line;
    line.keyed = delivery.key.isKeyed();
    line.source = line.keyed ? delivery.key.source : delivery.series;
    line.key = KeyPair{delivery.key.major, delivery.key.minor};
    line.hash = hash;
    return line;
}

} // namespace

std::vector<quint64> GroupDraft::hashesOf(const SourceKey& key) const {
    std::vector<quint64> hashes;
    const auto [first, last] = m_keys.equal_range(key);
    for (auto found = first; found != last; ++found)
        hashes.push_back(found->second);
    return hashes;
}

LogExtent& GroupDraft::extentFor(LogExtent::Target target) {
    int& index = target == LogExtent::Target::Batch ? m_current : m_rejects;
    if (index < 0) {
        index = static_cast<int>(m_group.extents.size());
        LogExtent extent;
        extent.target = target;
        extent.batch = target == LogExtent::Target::Batch ? m_place.batch : 0;
        extent.offset = target == LogExtent::Target::Batch ? m_place.offset : m_place.rejectsEnd;
        extent.created = target == LogExtent::Target::Batch ? !m_place.exists : !m_place.rejectsExist;
        m_group.extents.push_back(extent);
        m_pieces.emplace_back();
        FileEntry entry;
        entry.batch = extent.batch;
        m_entries.push_back(entry);
    }
    return m_group.extents[static_cast<std::size_t>(index)];
}

void GroupDraft::addLine(const Delivery& delivery, quint64 hash, qint64 number, Timestamp timestamp,
                         QByteArrayView content, const QByteArray& metadata) {
    if (m_place.lines >= m_batchSize) {
        m_place.batch += 1;
        m_place.offset = 0;
        m_place.lines = 0;
        m_place.exists = false;
        m_current = -1;
    }
    StoredLine record = recordOf(delivery, hash);
    record.metadata = metadata;
    append(writeBatchLine(number, timestamp, content), std::move(record), number);
}

void GroupDraft::append(const WrittenLine& line, StoredLine record, std::optional<qint64> number) {
    LogExtent& extent = extentFor(LogExtent::Target::Batch);
    record.batch = extent.batch;
    record.length = static_cast<quint32>(line.bytes.size());
    record.checksum = crc32c(line.bytes);
    record.number = number.value_or(0);
    if (record.keyed)
        m_keys.emplace(record.sourceKey(), record.hash);
    if (line.escaped)
        m_group.escapes.push_back(EscapedLine{extent.batch, m_place.offset, line.bytes.size(), record.checksum});
    m_lines.push_back(std::move(record));
    const auto at = static_cast<std::size_t>(m_current);
    FileEntry& entry = m_entries[at];
    if (number && entry.numbered == 0)
        entry.firstNumber = *number;
    if (number) {
        entry.lastNumber = *number;
        entry.numbered = 1;
    }
    entry.messageCount += 1;
    m_pieces[at].append(line.bytes);
    extent.lines += 1;
    m_place.offset += line.bytes.size();
    m_place.lines += 1;
    m_place.exists = true;
}

void GroupDraft::goTo(const WritePlace& place) {
    m_place.batch = place.batch;
    m_place.offset = place.offset;
    m_place.lines = 0;
    m_place.exists = place.exists;
    m_current = -1;
}

void GroupDraft::addCopied(const WrittenLine& line, StoredLine record, std::optional<qint64> number) {
    append(line, std::move(record), number);
}

/// Its record is as that of a reject of which the length is not known: nothing is compared with it.
void GroupDraft::addKey(const SourceKey& key, quint64 hash) {
    StoredLine record;
    record.source = key.source;
    record.keyed = true;
    record.key = KeyPair{key.major, key.minor};
    record.hash = hash;
    m_lines.push_back(std::move(record));
    m_keys.emplace(key, hash);
}

void GroupDraft::addFound(const Delivery& delivery, quint64 hash, const StoredLine& place) {
    StoredLine record = recordOf(delivery, hash);
    record.batch = place.batch;
    record.length = place.length;
    record.checksum = place.checksum;
    record.number = place.number;
    record.metadata = place.metadata;
    if (record.keyed)
        m_keys.emplace(delivery.key, hash);
    m_lines.push_back(std::move(record));
}

void GroupDraft::addReject(const Delivery& delivery, quint64 hash, Reject reject) {
    LogExtent& extent = extentFor(LogExtent::Target::Rejects);
    reject.id = m_place.rejects + 1;
    const QByteArray record = rejectRecord(reject, hash);
    if (delivery.key.isKeyed()) {
        StoredLine line = recordOf(delivery, hash);
        const RejectFile::Mark mark = RejectFile::Mark::of(record);
        line.length = mark.length;
        line.checksum = mark.checksum;
        m_lines.push_back(std::move(line));
        m_keys.emplace(delivery.key, hash);
    }
    m_pieces[static_cast<std::size_t>(m_rejects)].append(record);
    extent.lines += 1;
    m_place.rejects += 1;
    m_place.rejectsEnd += record.size();
    m_place.rejectsExist = true;
}

void GroupDraft::addNews(const SourceKey& key) {
    constexpr quint64 noContent = 0;
    if (key.isKeyed())
        m_keys.emplace(key, noContent);
}

GroupDraft::Finished GroupDraft::finish() {
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        m_group.extents[i].length = m_pieces[i].size();
        m_group.extents[i].checksum = crc32c(m_pieces[i]);
    }
    for (const auto& [key, hash] : m_keys) {
        if (m_group.keys.empty() || m_group.keys.back().first != key.source)
            m_group.keys.emplace_back(key.source, DedupChunk());
        m_group.keys.back().second.append(KeyPair{key.major, key.minor}); // unless it is there already
    }
    if (!m_lines.empty())
        m_group.lines = encodeLines(m_lines);
    return Finished{std::move(m_group), std::move(m_pieces), std::move(m_entries), m_place};
}

} // namespace portolan
