#include "storage/messages/files/reinjectedmarks.h"

#include "storage/base/bytes.h"
#include "storage/messages/files/lines/checksum.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace portolan {

namespace {

constexpr quint32 markMagic = 0x4e495250; // "PRIN"
constexpr qint64 bodySize = 4 + 3 * 8;
constexpr qint64 recordSize = bodySize + 4;
constexpr qint64 recordsAtOnce = 4096;

QString marksName() {
    return QStringLiteral("the file of re-injected rejects");
}

qint64 toNumber(Timestamp time) {
    return time.time_since_epoch().count();
}

Timestamp toTime(qint64 number) {
    return Timestamp(std::chrono::microseconds(number));
}

QByteArray encode(std::span<const ReinjectedMarks::Mark> marks) {
    ByteWriter all;
    for (const ReinjectedMarks::Mark& mark : marks) {
        ByteWriter body;
        body.u32(markMagic);
        body.i64(mark.id);
        body.i64(toNumber(mark.rejectedAt));
        body.i64(toNumber(mark.reinjectedAt));
        all.raw(body.data());
        all.u32(crc32c(body.data()));
    }
    return all.take();
}

std::optional<ReinjectedMarks::Mark> decode(QByteArrayView record) {
    ByteReader in(record);
    const quint32 magic = in.u32();
    ReinjectedMarks::Mark mark;
    mark.id = in.i64();
    mark.rejectedAt = toTime(in.i64());
    mark.reinjectedAt = toTime(in.i64());
    const bool whole = magic == markMagic && in.u32() == crc32c(record.first(bodySize));
    return whole ? std::optional(mark) : std::nullopt;
}

} // namespace

Result<void> ReinjectedMarks::refresh(const Fd& rejects) {
    const auto file = rejects.isOpen() ? openAt(rejects, fileName, O_RDONLY)
                                       : Result<Fd>(Error{ErrorCode::NotFound, QString(), QString()});
    if (!file) {
        *this = ReinjectedMarks();
        return file.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(file.error());
    }
    const auto stat = statOf(*file, marksName());
    PORTOLAN_TRY(stat);
    if (stat->inode != m_inode || stat->size < m_end) {
        *this = ReinjectedMarks();
        m_inode = stat->inode;
    }
    while (m_end + recordSize <= stat->size) {
        const qint64 records = std::min((stat->size - m_end) / recordSize, recordsAtOnce);
        const auto bytes = readPart(*file, m_end, records * recordSize, marksName());
        PORTOLAN_TRY(bytes);
        for (qsizetype at = 0; at + recordSize <= bytes->size(); at += recordSize) {
            if (const auto mark = decode(QByteArrayView(*bytes).sliced(at, recordSize)))
                m_marks[{mark->id, mark->rejectedAt}] = mark->reinjectedAt;
        }
        if (bytes->size() < recordSize)
            return {};
        m_end += bytes->size() / recordSize * recordSize;
    }
    return {};
}

std::optional<Timestamp> ReinjectedMarks::of(qint64 id, Timestamp rejectedAt) const {
    const auto found = m_marks.find({id, rejectedAt});
    return found == m_marks.end() ? std::nullopt : std::optional(found->second);
}

Result<void> ReinjectedMarks::add(const Fd& rejects, std::span<const Mark> marks) {
    const auto file = openAt(rejects, fileName, O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(file);
    // Held for the length of one write; given back with the descriptor.
    if (::flock(file->get(), LOCK_EX) < 0)
        return systemError("Locking", marksName(), errno);
    const auto stat = statOf(*file, marksName());
    PORTOLAN_TRY(stat);
    // After the last whole record: what a crash tore is written over.
    const qint64 end = stat->size / recordSize * recordSize;
    if (const auto written = writeAllAt(*file, encode(marks), end, marksName()); !written)
        return written;
    if (const auto synced = syncData(*file, marksName()); !synced)
        return synced;
    return stat->size == 0 ? syncFile(rejects, marksName()) : Result<void>();
}

} // namespace portolan
