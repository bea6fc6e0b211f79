#pragma once

#include "storage/base/result.h"
#include "storage/ingest/dedupchunk.h"
#include "storage/messages/files/lines/escapes.h"
#include "storage/messages/files/lines/gapstate.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <optional>
#include <vector>

namespace portolan {

/// Bytes that a group appends to one file: whole lines of a batch file, or whole records of the rejects.
struct LogExtent {
    enum class Target : quint8 { Batch, Rejects };
    Target target = Target::Batch;
    bool created = false; ///< the group makes the file
    qint64 batch = 0;     ///< Target::Batch only
    qint64 offset = 0;
    qint64 length = 0;
    qint64 lines = 0;
    quint32 checksum = 0; ///< CRC-32C of the bytes
};

/// The data that one call of IngestWriter::store() writes, all of it or nothing.
struct LogGroup {
    quint64 sequence = 0; ///< rises by one from group to group
    std::vector<LogExtent> extents;
    std::vector<EscapedLine> escapes;
    std::vector<std::pair<QByteArray, DedupChunk>> keys; ///< by source
    GapChanges gaps;
    QByteArray lines; ///< one block of StoredLine, in the order of their storing; empty in records of older programs
};

/// The fate of a group. Open: its end was not recorded; only the last group of a log can be in doubt, since the
/// next one is begun after the one before has been synced or undone.
enum class GroupFate { Open, Committed, Undone };

struct LoggedGroup {
    LogGroup group;
    GroupFate fate = GroupFate::Open;
};

/// The acknowledgement log: one record a group, in a file of its own.
///
/// Order of a commit: (1) the record, which says where which bytes of which keys are about to go, with their
/// checksums, is appended and synced; (2) the data are appended and synced; (3) the record's fate is set to Committed,
/// not synced. A crash before (1) is done leaves no data. A crash before (2) is done leaves data that the record
/// delimits to the byte, so that nothing else is ever cut. After a crash that comes after (2) its checksums tell the
/// last group from a torn one. A group that a later one follows is committed.
///
/// A file is the magic "PORTLOG1", then records (all little-endian):
///   u32 'PGRP', u32 payload length, u64 sequence, u32 CRC-32C of length, sequence and payload, payload, u64 fate
class GroupLog {
public:
    static QByteArray fileName(quint64 number); ///< "log.7"

    struct Contents {
        std::vector<LoggedGroup> groups;
        qint64 lastBegin = 0;       ///< where the last whole record begins
        qint64 end = 0;             ///< where it ends
        bool damagedInside = false; ///< whole records follow a damaged one: no crash does that
    };
    /// Reads a log's bytes; a torn record at the end is passed over. `after`: the sequence before the first record.
    /// `from`: where in the file the bytes begin, an earlier Contents::end or 0.
    static Contents read(QByteArrayView bytes, quint64 after, qint64 from = 0);

    /// Returns the sequence of the first record, if that is whole.
    static std::optional<quint64> firstSequence(QByteArrayView bytes);

    GroupLog() = default;
    /// Makes the empty log of this number, durably.
    static Result<GroupLog> create(const Fd& folder, quint64 number);

    /// Appends and syncs. Errors: Io, nothing was appended; Unknown, only reading tells whether it was.
    Result<void> append(const LogGroup& group);
    /// Sets the fate of the last appended group. `durable` syncs.
    Result<void> settle(GroupFate fate, bool durable);

    [[nodiscard]] quint64 number() const { return m_number; }
    [[nodiscard]] qint64 size() const { return m_end; }

private:
    Fd m_file;
    quint64 m_number = 0;
    quint64 m_sequence = 0; ///< of the last appended group
    qint64 m_end = 0;
    QString m_name;
};

} // namespace portolan
