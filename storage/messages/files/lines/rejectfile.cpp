#include "storage/messages/files/lines/rejectfile.h"

#include "storage/base/bytes.h"
#include "storage/ingest/contenthash.h"
#include "storage/messages/files/lines/checksum.h"

#include <fcntl.h>
#include <optional>

namespace portolan {

namespace {

constexpr quint32 rejectMagic = 0x4a455250; // "PREJ"
constexpr qint64 rejectHeadSize = 4 + 4 + 4;

QString rejectsName() {
    return QStringLiteral("the file of rejects");
}

struct Head {
    quint32 length = 0;
    quint32 checksum = 0;
};

std::optional<Head> decodeHead(QByteArrayView bytes) {
    ByteReader in(bytes);
    const quint32 magic = in.u32();
    const Head head{in.u32(), in.u32()};
    return in.failed() || magic != rejectMagic ? std::nullopt : std::optional(head);
}

} // namespace

QByteArray rejectRecord(const Reject& reject, quint64 hash) {
    ByteWriter payload;
    payload.i64(reject.id);
    payload.i64(reject.rejectedAt.time_since_epoch().count());
    payload.bytes(reject.source);
    payload.bytes(reject.key);
    payload.bytes(reject.reason.toUtf8());
    payload.bytes(reject.payload);
    payload.u64(hash);
    if (!reject.metadata.isEmpty())
        payload.bytes(reject.metadata);
    ByteWriter record;
    record.u32(rejectMagic);
    record.u32(static_cast<quint32>(payload.size()));
    record.u32(crc32c(payload.data()));
    record.raw(payload.data());
    return record.take();
}

RejectFile::Mark RejectFile::Mark::of(QByteArrayView record) {
    const auto head = decodeHead(record);
    return {static_cast<quint32>(record.size()), head ? head->checksum : 0};
}

quint32 RejectFile::checksum() const {
    ByteWriter all;
    for (const Mark& mark : m_marks) {
        all.u32(mark.length);
        all.u32(mark.checksum);
    }
    return crc32c(all.data());
}

Result<void> RejectFile::refresh(const Fd& rejects) {
    if (!rejects.isOpen())
        return {};
    auto file = openAt(rejects, fileName, O_RDONLY);
    if (!file) {
        *this = RejectFile();
        return file.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(file.error());
    }
    const auto stat = statOf(*file, rejectsName());
    PORTOLAN_TRY(stat);
    if (stat->inode != m_inode || stat->size < m_end) {
        *this = RejectFile();
        m_inode = stat->inode;
    }
    m_file = std::move(*file);
    while (m_end + rejectHeadSize <= stat->size) {
        const auto bytes = readPart(m_file, m_end, rejectHeadSize, rejectsName());
        PORTOLAN_TRY(bytes);
        const auto head = decodeHead(*bytes);
        const qint64 next = m_end + rejectHeadSize + (head ? head->length : 0);
        if (!head || next > stat->size)
            break; // a record that is being written, or was torn: the writer cuts it off
        m_offsets.push_back(m_end);
        m_marks.push_back({static_cast<quint32>(next - m_end), head->checksum});
        m_end = next;
    }
    return {};
}

Result<Reject> RejectFile::at(qsizetype position) const {
    auto kept = keptAt(position);
    return kept ? Result(std::move(kept->reject)) : kept.error();
}

Result<RejectFile::Kept> RejectFile::keptAt(qsizetype position) const {
    const auto damaged = [&] {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Record %1 of the file of rejects is damaged.").arg(position + 1)};
    };
    const qint64 offset = m_offsets[static_cast<std::size_t>(position)];
    const auto headBytes = readPart(m_file, offset, rejectHeadSize, rejectsName());
    PORTOLAN_TRY(headBytes);
    const auto head = decodeHead(*headBytes);
    if (!head)
        return damaged();
    const auto payload = readPart(m_file, offset + rejectHeadSize, head->length, rejectsName());
    PORTOLAN_TRY(payload);
    if (crc32c(*payload) != head->checksum)
        return damaged();
    ByteReader in(*payload);
    Kept kept;
    Reject& reject = kept.reject;
    reject.id = in.i64();
    reject.rejectedAt = Timestamp(std::chrono::microseconds(in.i64()));
    reject.source = in.bytes().toByteArray();
    reject.key = in.bytes().toByteArray();
    reject.reason = QString::fromUtf8(in.bytes());
    reject.payload = in.bytes().toByteArray();
    kept.hash = in.atEnd() ? contentHash(reject.payload) : in.u64();
    if (!in.atEnd())
        reject.metadata = in.bytes().toByteArray();
    return in.failed() ? Result<Kept>(damaged()) : Result(std::move(kept));
}

} // namespace portolan
