#include "storage/batchfile/groupdraft.h"

#include "storage/batchfile/checksum.h"
#include "storage/batchfile/rejectfile.h"

namespace portolan {

bool GroupDraft::addKey(const SourceKey& key) {
    return !key.isKeyed() || m_keys[key.source].insert(KeyPair{key.major, key.minor}).second;
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

void GroupDraft::addLine(qint64 number, Timestamp timestamp, QByteArrayView content) {
    if (m_place.lines >= m_batchSize) {
        m_place.batch += 1;
        m_place.offset = 0;
        m_place.lines = 0;
        m_place.exists = false;
        m_current = -1;
    }
    const WrittenLine line = writeBatchLine(number, timestamp, content);
    LogExtent& extent = extentFor(LogExtent::Target::Batch);
    if (line.escaped)
        m_group.escapes.push_back(EscapedLine{extent.batch, m_place.offset, line.bytes.size(), crc32c(line.bytes)});
    const auto at = static_cast<std::size_t>(m_current);
    FileEntry& entry = m_entries[at];
    if (entry.numbered == 0)
        entry.firstNumber = number;
    entry.lastNumber = number;
    entry.numbered = 1;
    entry.messageCount += 1;
    m_pieces[at].append(line.bytes);
    extent.lines += 1;
    m_place.offset += line.bytes.size();
    m_place.lines += 1;
    m_place.exists = true;
}

void GroupDraft::addReject(Reject reject) {
    LogExtent& extent = extentFor(LogExtent::Target::Rejects);
    reject.id = m_place.rejects + 1;
    const QByteArray record = rejectRecord(reject);
    m_pieces[static_cast<std::size_t>(m_rejects)].append(record);
    extent.lines += 1;
    m_place.rejects += 1;
    m_place.rejectsEnd += record.size();
    m_place.rejectsExist = true;
}

GroupDraft::Finished GroupDraft::finish() {
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        m_group.extents[i].length = m_pieces[i].size();
        m_group.extents[i].checksum = crc32c(m_pieces[i]);
    }
    for (const auto& [source, keys] : m_keys) {
        KeyChunk chunk;
        for (const KeyPair key : keys)
            chunk.append(key);
        m_group.keys.emplace_back(source, std::move(chunk));
    }
    return Finished{std::move(m_group), std::move(m_pieces), std::move(m_entries), m_place};
}

} // namespace portolan
