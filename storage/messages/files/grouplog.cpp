#include "storage/messages/files/grouplog.h"

#include "storage/base/bytes.h"
#include "storage/messages/files/lines/checksum.h"

#include <fcntl.h>
#include <limits>
#include <optional>

namespace portolan {

namespace {

constexpr QByteArrayView fileMagic = "PORTLOG1";
constexpr quint32 groupMagic = 0x50524750;    // "PGRP"
constexpr qsizetype headSize = 4 + 4 + 8 + 4; // magic, length, sequence, checksum
constexpr qsizetype fateSize = 8;
constexpr quint64 committedMark = 0x436f6d6d69747465; // XOR the sequence, so that no older bytes can pass for it
constexpr quint64 undoneMark = 0x556e646f6e65212e;    // "Undone!.", likewise

quint64 markOf(GroupFate fate, quint64 sequence) {
    switch (fate) {
    case GroupFate::Open:
        return 0;
    case GroupFate::Committed:
        return committedMark ^ sequence;
    case GroupFate::Undone:
        return undoneMark ^ sequence;
    }
    Q_UNREACHABLE();
}

GroupFate fateOf(quint64 mark, quint64 sequence) {
    for (const GroupFate fate : {GroupFate::Committed, GroupFate::Undone}) {
        if (mark == markOf(fate, sequence))
            return fate;
    }
    return GroupFate::Open;
}

quint64 unsignedOf(qint64 value) {
    return static_cast<quint64>(value);
}

QByteArray encodePayload(const LogGroup& group) {
    ByteWriter out;
    out.varint(group.extents.size());
    for (const LogExtent& extent : group.extents) {
        out.u8(static_cast<quint8>(extent.target));
        out.u8(extent.created ? 1 : 0);
        for (const qint64 part : {extent.batch, extent.offset, extent.length, extent.lines})
            out.varint(unsignedOf(part));
        out.u32(extent.checksum);
    }
    out.varint(group.escapes.size());
    for (const EscapedLine& line : group.escapes) {
        for (const qint64 part : {line.batch, line.offset, line.length})
            out.varint(unsignedOf(part));
        out.u32(line.checksum);
    }
    out.varint(group.keys.size());
    for (const auto& [source, chunk] : group.keys) {
        out.bytes(source);
        out.bytes(chunk.encoded());
    }
    group.gaps.writeTo(out);
    out.bytes(group.lines);
    return out.take();
}

std::optional<LogGroup> decodePayload(QByteArrayView payload, quint64 sequence) {
    ByteReader in(payload);
    LogGroup group;
    group.sequence = sequence;
    const auto number = [&in] { return static_cast<qint64>(in.varint()); };
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        LogExtent extent;
        extent.target = in.u8() == 0 ? LogExtent::Target::Batch : LogExtent::Target::Rejects;
        extent.created = in.u8() == 1;
        for (qint64* part : {&extent.batch, &extent.offset, &extent.length, &extent.lines})
            *part = number();
        extent.checksum = in.u32();
        group.extents.push_back(extent);
    }
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        EscapedLine line;
        for (qint64* part : {&line.batch, &line.offset, &line.length})
            *part = number();
        line.checksum = in.u32();
        group.escapes.push_back(line);
    }
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        QByteArray source = in.bytes().toByteArray();
        auto chunk = DedupChunk::decode(in.bytes());
        if (!chunk)
            return std::nullopt;
        group.keys.emplace_back(std::move(source), std::move(*chunk));
    }
    if (!in.atEnd()) // older records end here
        group.gaps = GapChanges::readFrom(in);
    if (!in.atEnd()) // or here
        group.lines = in.bytes().toByteArray();
    return in.failed() || !in.atEnd() ? std::nullopt : std::optional(std::move(group));
}

quint32 recordChecksum(quint32 length, quint64 sequence, QByteArrayView payload) {
    ByteWriter head;
    head.u32(length);
    head.u64(sequence);
    return crc32c(payload, crc32c(head.data()));
}

/// The record at the front of `bytes`, if it is whole; `sequence` is the one it must have, or nothing for any.
struct Record {
    LoggedGroup logged;
    qsizetype size = 0;
};
std::optional<Record> recordAt(QByteArrayView bytes, std::optional<quint64> sequence) {
    ByteReader in(bytes);
    if (in.u32() != groupMagic)
        return std::nullopt;
    const quint32 length = in.u32();
    const quint64 found = in.u64();
    const quint32 checksum = in.u32();
    const QByteArrayView payload = in.raw(length);
    if (in.failed() || found != sequence.value_or(found) || checksum != recordChecksum(length, found, payload))
        return std::nullopt;
    auto group = decodePayload(payload, found);
    if (!group)
        return std::nullopt;
    Record record;
    record.logged.group = std::move(*group);
    const quint64 mark = in.u64();
    record.logged.fate = in.failed() ? GroupFate::Open : fateOf(mark, found);
    record.size = headSize + payload.size() + fateSize;
    return record;
}

bool hasRecordAfter(QByteArrayView bytes) {
    ByteWriter magic;
    magic.u32(groupMagic);
    for (qsizetype at = bytes.indexOf(magic.data(), 1); at >= 0; at = bytes.indexOf(magic.data(), at + 1)) {
        if (recordAt(bytes.sliced(at), std::nullopt))
            return true;
    }
    return false;
}

} // namespace

QByteArray GroupLog::fileName(quint64 number) {
    return "log." + QByteArray::number(number);
}

GroupLog::Contents GroupLog::read(QByteArrayView bytes, quint64 after, qint64 from) {
    Contents contents;
    contents.end = from;
    if (from == 0) {
        if (!bytes.startsWith(fileMagic)) {
            contents.damagedInside = hasRecordAfter(bytes);
            return contents;
        }
        contents.end = fileMagic.size();
        bytes = bytes.sliced(fileMagic.size());
    }
    while (!bytes.isEmpty()) {
        auto record = recordAt(bytes, after + 1);
        if (!record) {
            contents.damagedInside = hasRecordAfter(bytes);
            break;
        }
        if (!contents.groups.empty() && contents.groups.back().fate == GroupFate::Open)
            contents.groups.back().fate = GroupFate::Committed;
        ++after;
        const qsizetype size = std::min(record->size, bytes.size());
        bytes = bytes.sliced(size);
        contents.lastBegin = contents.end;
        contents.end += size;
        contents.groups.push_back(std::move(record->logged));
    }
    return contents;
}

std::optional<quint64> GroupLog::firstSequence(QByteArrayView bytes) {
    const auto record =
        bytes.startsWith(fileMagic) ? recordAt(bytes.sliced(fileMagic.size()), std::nullopt) : std::nullopt;
    return record ? std::optional(record->logged.group.sequence) : std::nullopt;
}

Result<GroupLog> GroupLog::create(const Fd& folder, quint64 number) {
    const QByteArray name = fileName(number);
    GroupLog log;
    log.m_name = QString::fromLatin1(name);
    log.m_number = number;
    auto file = openAt(folder, name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    PORTOLAN_TRY(file);
    log.m_file = std::move(*file);
    log.m_end = fileMagic.size();
    PORTOLAN_TRY(writeAllAt(log.m_file, fileMagic, 0, log.m_name));
    PORTOLAN_TRY(syncFile(log.m_file, log.m_name));
    PORTOLAN_TRY(syncFile(folder, log.m_name));
    return log;
}

Result<void> GroupLog::append(const LogGroup& group) {
    const QByteArray payload = encodePayload(group);
    if (payload.size() > std::numeric_limits<qint32>::max())
        return Error{ErrorCode::Invalid, QStringLiteral("The group is too large for one record of %1.").arg(m_name)};
    const auto length = static_cast<quint32>(payload.size());
    ByteWriter record;
    record.u32(groupMagic);
    record.u32(length);
    record.u64(group.sequence);
    record.u32(recordChecksum(length, group.sequence, payload));
    record.raw(payload);
    record.u64(markOf(GroupFate::Open, group.sequence));
    if (const auto written = writeAllAt(m_file, record.data(), m_end, m_name); !written) {
        const auto cut = cutFile(m_file, m_end, m_name);
        return cut ? written : Result<void>(Error{ErrorCode::Unknown, cut.error().text, cut.error().details});
    }
    if (const auto synced = syncData(m_file, m_name); !synced)
        return Error{ErrorCode::Unknown, synced.error().text, synced.error().details};
    m_end += record.size();
    m_sequence = group.sequence;
    return {};
}

Result<void> GroupLog::settle(GroupFate fate, bool durable) {
    ByteWriter mark;
    mark.u64(markOf(fate, m_sequence));
    if (const auto written = writeAllAt(m_file, mark.data(), m_end - fateSize, m_name); !written)
        return written;
    return durable ? syncData(m_file, m_name) : Result<void>();
}

} // namespace portolan
