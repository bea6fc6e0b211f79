#include "storage/messages/files/rejectoutcomes.h"

#include "storage/base/bytes.h"
#include "storage/messages/files/lines/checksum.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr quint32 outcomeMagic = 0x434f5250; // "PROC"
constexpr qint64 outcomeHeadSize = 4 + 4 + 4;

QString outcomesName() {
    return QStringLiteral("the file of what became of rejects");
}

Timestamp outcomeTime(qint64 number) {
    return Timestamp(std::chrono::microseconds(number));
}

struct OutcomeRecord {
    qint64 id = 0;
    Timestamp rejectedAt;
    RejectActs::Act act = RejectActs::Act::Stored;
    Timestamp at;
    QByteArray actor;
    QByteArray reason;
    QByteArray why;
    std::optional<QByteArray> mended;
};

QByteArray outcomeBytes(const RejectActs& acts, const RejectOutcomes::Noted& noted) {
    const RejectActs::Outcome& outcome = *noted.outcome;
    ByteWriter body;
    body.i64(outcome.id);
    body.i64(noted.rejectedAt.time_since_epoch().count());
    body.u8(static_cast<quint8>(outcome.act));
    body.i64(acts.at.time_since_epoch().count());
    body.bytes(acts.actor);
    body.bytes(acts.reason);
    body.bytes(outcome.why.toUtf8());
    body.u8(outcome.mended ? 1 : 0);
    body.bytes(outcome.mended.value_or(QByteArray()));
    ByteWriter record;
    record.u32(outcomeMagic);
    record.u32(static_cast<quint32>(body.size()));
    record.u32(crc32c(body.data()));
    record.raw(body.data());
    return record.take();
}

/// Returns the body's length and checksum; nothing where no record begins.
std::optional<std::pair<quint32, quint32>> headOf(QByteArrayView bytes) {
    ByteReader in(bytes);
    const quint32 magic = in.u32();
    const quint32 length = in.u32();
    const quint32 checksum = in.u32();
    return in.failed() || magic != outcomeMagic ? std::nullopt : std::optional(std::pair(length, checksum));
}

Result<OutcomeRecord> outcomeAt(const Fd& file, qint64 offset) {
    const auto headBytes = readPart(file, offset, outcomeHeadSize, outcomesName());
    PORTOLAN_TRY(headBytes);
    const Error damaged{ErrorCode::Corrupt, QStringLiteral("A record in %1 is damaged.").arg(outcomesName())};
    const auto head = headOf(*headBytes);
    if (!head)
        return damaged;
    const auto body = readPart(file, offset + outcomeHeadSize, head->first, outcomesName());
    PORTOLAN_TRY(body);
    ByteReader in(*body);
    OutcomeRecord record;
    record.id = in.i64();
    record.rejectedAt = outcomeTime(in.i64());
    const quint8 act = in.u8();
    record.act = static_cast<RejectActs::Act>(act);
    record.at = outcomeTime(in.i64());
    record.actor = in.bytes().toByteArray();
    record.reason = in.bytes().toByteArray();
    record.why = in.bytes().toByteArray();
    const bool isMended = in.u8() != 0;
    const QByteArray mended = in.bytes().toByteArray();
    if (isMended)
        record.mended = mended;
    const bool isWhole = !in.failed() && body->size() == head->first && crc32c(*body) == head->second
                         && act <= static_cast<quint8>(RejectActs::Act::Dismissed);
    return isWhole ? Result<OutcomeRecord>(std::move(record)) : Result<OutcomeRecord>(damaged);
}

/// Copies the bytes of a torn record to a file of their own before they are cut off.
Result<void> keepTorn(const Fd& rejects, const Fd& file, qint64 from, qint64 end) {
    const auto torn = readPart(file, from, end - from, outcomesName());
    PORTOLAN_TRY(torn);
    const auto aside = openAt(rejects, "outcomes.torn", O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(aside);
    const auto there = statOf(*aside, outcomesName());
    PORTOLAN_TRY(there);
    const auto written = writeAllAt(*aside, *torn, there->size, outcomesName());
    return written ? syncData(*aside, outcomesName()) : written;
}

} // namespace

Result<void> RejectOutcomes::refresh(const Fd& rejects) {
    auto file = rejects.isOpen() ? openAt(rejects, fileName, O_RDONLY)
                                 : Result<Fd>(Error{ErrorCode::NotFound, QString(), QString()});
    if (!file) {
        *this = RejectOutcomes();
        return file.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(file.error());
    }
    const auto stat = statOf(*file, outcomesName());
    PORTOLAN_TRY(stat);
    if (stat->inode != m_inode || stat->size < m_end) {
        *this = RejectOutcomes();
        m_inode = stat->inode;
    }
    m_file = std::move(*file);
    return readOn(stat->size);
}

/// Reads on as far as records are whole.
Result<void> RejectOutcomes::readOn(qint64 size) {
    while (m_end + outcomeHeadSize <= size) {
        const auto bytes = readPart(m_file, m_end, outcomeHeadSize, outcomesName());
        PORTOLAN_TRY(bytes);
        const auto head = headOf(*bytes);
        const qint64 next = m_end + outcomeHeadSize + (head ? head->first : 0);
        if (!head || next > size)
            return {}; // it is being written, or was torn
        const auto record = outcomeAt(m_file, m_end);
        if (!record && record.error().code == ErrorCode::Corrupt && next == size)
            return {}; // torn: its length was on the disk before its bytes
        PORTOLAN_TRY(record);
        Entry& place = m_places[{record->id, record->rejectedAt}];
        place.last = m_end;
        if (record->act == RejectActs::Act::Refused)
            place.refused = m_end;
        m_end = next;
    }
    return {};
}

Result<void> RejectOutcomes::apply(Reject& reject) const {
    const auto found = m_places.find({reject.id, reject.rejectedAt});
    if (found == m_places.end())
        return {};
    const auto last = outcomeAt(m_file, found->second.last);
    PORTOLAN_TRY(last);
    if (found->second.refused) {
        const auto refused = outcomeAt(m_file, *found->second.refused);
        PORTOLAN_TRY(refused);
        reject.reason = QString::fromUtf8(refused->why);
    }
    reject.settledBy = last->actor;
    reject.settledReason = last->reason;
    reject.mendedPayload = last->mended;
    if (last->act == RejectActs::Act::Stored && !reject.reinjectedAt)
        reject.reinjectedAt = last->at;
    if (last->act == RejectActs::Act::Dismissed)
        reject.dismissedAt = last->at;
    return {};
}

Result<void> RejectOutcomes::add(const Fd& rejects, const RejectActs& acts, std::span<const Noted> noted) {
    const auto file = openAt(rejects, fileName, O_RDWR | O_CREAT, 0600);
    PORTOLAN_TRY(file);
    // Held for the length of one write; given back with the descriptor.
    if (::flock(file->get(), LOCK_EX) < 0)
        return systemError("Locking", outcomesName(), errno);
    const auto stat = statOf(*file, outcomesName());
    PORTOLAN_TRY(stat);
    RejectOutcomes known;
    if (const auto read = known.refresh(rejects); !read)
        return read;
    if (stat->size > known.m_end) {
        if (const auto kept = keepTorn(rejects, *file, known.m_end, stat->size); !kept)
            return kept;
        if (::ftruncate(file->get(), known.m_end) < 0)
            return systemError("Cutting", outcomesName(), errno);
    }
    QByteArray records;
    for (const Noted& each : noted)
        records += outcomeBytes(acts, each);
    if (const auto written = writeAllAt(*file, records, known.m_end, outcomesName()); !written)
        return written;
    if (const auto synced = syncData(*file, outcomesName()); !synced)
        return synced;
    return stat->size == 0 ? syncFile(rejects, outcomesName()) : Result<void>();
}

} // namespace portolan
