#pragma once

#include "storage/ingest/dedupchunk.h"
#include "storage/ingest/delivery.h"

#include <QByteArray>
#include <QByteArrayView>
#include <span>
#include <vector>

namespace portolan {

/// The thing stored under a key, and where: a line of a batch file, or a record among the rejects. A value.
struct StoredLine {
    qint64 batch = 0;     ///< 0: a record among the rejects, which has no number
    quint32 length = 0;   ///< in bytes, line feed included; 0: not known, of a reject that an older program wrote
    quint32 checksum = 0; ///< CRC-32C of these; of a reject that of its payload
    qint64 number = 0;    ///< the message's
    QByteArray source;    ///< of the key; of a line without a key the series it belongs to, or empty
    bool keyed = false;
    KeyPair key;
    quint64 hash = 0; ///< contentHash() of what came; 0: not known
    qint64 gap = 0;   ///< the id of the gap that tells of the line, which is gone; 0: it is there
    /// In place of a gap: the line is gone, but another one of its key was there.
    static constexpr qint64 noGap = -1;
    QByteArray metadata = {}; ///< a JSON object of what came beside the line; empty: nothing
    [[nodiscard]] SourceKey sourceKey() const { return SourceKey{source, key.major, key.minor}; }
    friend bool operator==(const StoredLine&, const StoredLine&) = default;
};

/// Encodes lines as one block that is read without any other: about 16 bytes a line, 8 its hash and 4 its checksum.
///
/// Shape (numbers LEB128, differences zigzag): count of sources, the sources, then a line each:
///   u8 flags (LineFlag), [difference of the batch], length, u32 checksum, [difference of the number less one],
///   [source], [difference of the major; difference of the minor where that is 0, else the minor; u64 hash], [gap],
///   [metadata]
[[nodiscard]] QByteArray encodeLines(std::span<const StoredLine> lines);
/// Appends the lines of one such block. Returns false when the bytes are damaged.
[[nodiscard]] bool decodeLines(QByteArrayView block, std::vector<StoredLine>& lines);

} // namespace portolan
