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

/// The book of lines: tells under which key each line that this program wrote was stored, in the order of storing. It
/// is made of segments of half a megabyte, each a file `.portolan/lines/<number>` that is never changed (magic
/// "PORTLIN1", CRC-32C of the rest, one block of lines). Memory holds the segment that is being added to, and some two
/// hundred bytes about each other one. A segment that cannot be read counts as empty: its keys stay known, but not what
/// came under them. One thread.
class LineBook {
public:
    static constexpr const char* folderName = "lines";
    /// The size to which a segment grows, in bytes; tests set less.
    inline static qsizetype segmentBytes = 512 * 1024;

    /// Adds a block that encodeLines() made.
    void add(const QByteArray& block);

    using Hashes = std::multimap<SourceKey, quint64>;
    /// Returns the hashes of what is stored under these keys (rising); none for a key whose content is not known. Reads
    /// a segment once at most. `own`: the folder `.portolan`.
    [[nodiscard]] Hashes hashesOf(const Fd& own, std::span<const SourceKey> keys);

    /// Returns the number of segments; they count from 0.
    [[nodiscard]] std::size_t count() const { return m_segments.size(); }
    /// The files that a segment has lines of, as runs of numbers, rising; 0 is the file of rejects.
    using Runs = std::vector<std::pair<qint64, qint64>>;
    [[nodiscard]] const Runs& batchesOf(std::size_t segment) const { return m_segments[segment].batches; }
    /// Returns the name of a segment's file below `.portolan`; empty: it has none yet.
    [[nodiscard]] QByteArray fileOf(std::size_t segment) const;
    /// Returns true when lines of a segment are gone.
    [[nodiscard]] bool hasGone(std::size_t segment) const { return m_segments[segment].hasGone; }
    /// Returns true when something came beside lines of a segment.
    [[nodiscard]] bool hasMetadata(std::size_t segment) const { return m_segments[segment].hasMetadata; }
    [[nodiscard]] bool mayHold(std::size_t segment, const SourceKey& key) const;
    /// Reads the lines of a segment. Errors: Corrupt, NotFound, and those of reading.
    [[nodiscard]] Result<std::vector<StoredLine>> linesOf(const Fd& own, std::size_t segment) const;
    void replace(std::size_t segment, std::span<const StoredLine> lines);
    /// The least and the greatest key of each source in a segment.
    using KeyRanges = std::map<QByteArray, std::pair<KeyPair, KeyPair>>;
    [[nodiscard]] const KeyRanges& keysOf(std::size_t segment) const { return m_segments[segment].keys; }
    /// Returns true when a segment's file is missing, has another length than was written or changed after this time.
    [[nodiscard]] bool isSuspect(const Fd& own, std::size_t segment, qint64 changedNs) const;
    /// Forgets a segment; those after it move up by one.
    void drop(std::size_t segment);

    /// Writes the lines that are not yet in a file, durably.
    [[nodiscard]] Result<void> save(const Fd& own);
    /// Removes the files of no segment, once the state that names the new ones is durable.
    void removeOld(const Fd& own);
    /// Reads the last segment, to which the next block is added.
    void loadLast(const Fd& own);

    void writeTo(ByteWriter& out) const;
    static LineBook readFrom(ByteReader& in);

private:
    struct Segment {
        quint64 file = 0; ///< its number; 0: none yet
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
