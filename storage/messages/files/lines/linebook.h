#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"
#include "storage/messages/files/lines/posixfile.h"
#include "storage/messages/files/lines/storedline.h"

#include <QByteArray>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Which key was stored as which line, for all lines that this program wrote, in the order of their storing: in
/// segments of half a megabyte, each a file `.portolan/lines/<number>` that is never changed (magic "PORTLIN1", CRC-32C
/// of the rest, one block of lines). What is in memory is the segment that is being added to, and of each other one
/// where to find what in it: some two hundred bytes. A segment that cannot be read counts as empty: the keys in it are
/// known all the same, only what came under them is not, nor which lines they are. One thread.
class LineBook {
public:
    static constexpr const char* folderName = "lines";
    /// The size to which a segment grows; tests take less.
    inline static qsizetype segmentBytes = 512 * 1024;

    /// Adds a block that encodeLines() made.
    void add(const QByteArray& block);

    using Hashes = std::multimap<SourceKey, quint64>;
    /// The hashes of what stands under these keys (rising). A key without one: it is not known what does. A segment is
    /// read once at most. `own`: the folder `.portolan`.
    [[nodiscard]] Hashes hashesOf(const Fd& own, std::span<const SourceKey> keys);

    /// Segments from 0 on.
    [[nodiscard]] std::size_t count() const { return m_segments.size(); }
    /// The files that a segment has lines of, as runs of numbers, rising; 0 is the file of rejects.
    using Runs = std::vector<std::pair<qint64, qint64>>;
    [[nodiscard]] const Runs& batchesOf(std::size_t segment) const { return m_segments[segment].batches; }
    /// The name of its file below `.portolan`; empty: it is in none.
    [[nodiscard]] QByteArray fileOf(std::size_t segment) const;
    /// Some lines in it are gone.
    [[nodiscard]] bool hasGone(std::size_t segment) const { return m_segments[segment].hasGone; }
    /// Something came beside some lines in it.
    [[nodiscard]] bool hasMetadata(std::size_t segment) const { return m_segments[segment].hasMetadata; }
    [[nodiscard]] bool mayHold(std::size_t segment, const SourceKey& key) const;
    /// Errors: Corrupt, NotFound, and those of reading.
    [[nodiscard]] Result<std::vector<StoredLine>> linesOf(const Fd& own, std::size_t segment) const;
    void replace(std::size_t segment, std::span<const StoredLine> lines);
    /// The least and the greatest key of each source in a segment.
    using KeyRanges = std::map<QByteArray, std::pair<KeyPair, KeyPair>>;
    [[nodiscard]] const KeyRanges& keysOf(std::size_t segment) const { return m_segments[segment].keys; }
    /// A segment's file is of another length than it was written with, is missing, or has changed since this time.
    [[nodiscard]] bool isSuspect(const Fd& own, std::size_t segment, qint64 changedNs) const;
    /// Knows a segment no more.
    void drop(std::size_t segment);

    /// Writes what is not yet in a file, durably, and says where everything is.
    [[nodiscard]] Result<void> save(const Fd& own);
    /// After that has become durable: takes away the files that stand for nothing any more.
    void removeOld(const Fd& own);
    /// Reads the segment that is added to next, if it is there.
    void loadLast(const Fd& own);

    void writeTo(ByteWriter& out) const;
    static LineBook readFrom(ByteReader& in);

private:
    struct Segment {
        quint64 file = 0; ///< 0: in none
        quint32 checksum = 0;
        Runs batches;
        KeyRanges keys;
        bool hasGone = false;
        bool hasMetadata = false;
        std::vector<QByteArray> blocks; ///< empty: in the file only
        qsizetype bytes = 0;            ///< of the blocks, or of the file
    };
    /// The hashes under the keys of a segment.
    struct Recent {
        std::size_t segment = 0;
        std::size_t blocks = 0; ///< of the segment that were taken in; all of a file's
        Hashes hashes;
    };
    static void note(Segment& segment, std::span<const StoredLine> lines);
    [[nodiscard]] Result<std::vector<QByteArray>> blocksOf(const Fd& own, const Segment& segment) const;
    const Hashes& hashesIn(const Fd& own, std::size_t segment);

    std::vector<Segment> m_segments;
    quint64 m_lastFile = 0;
    std::vector<quint64> m_old;
    std::list<Recent> m_recent; ///< the one asked last comes first
};

} // namespace portolan
