#pragma once

#include "storage/ingest/delivery.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/fileindex.h"

#include <QByteArray>
#include <map>
#include <vector>

namespace portolan {

/// The place of the next line.
struct WritePlace {
    qint64 batch = 1;
    qint64 offset = 0;
    qint64 lines = 0; ///< lines in the file
    bool exists = false;
    qint64 rejects = 0; ///< records in the file of rejects
    qint64 rejectsEnd = 0;
    bool rejectsExist = false;
};

/// A group in the making: lines laid out over batch files of at most `batchSize` lines, and records of rejects. Pure.
class GroupDraft {
public:
    GroupDraft(const WritePlace& place, int batchSize) : m_place(place), m_batchSize(batchSize) {}

    /// Returns the hashes of what was added under a key; none: nothing was.
    [[nodiscard]] std::vector<quint64> hashesOf(const SourceKey& key) const;
    /// Adds a line. Empty metadata: nothing came beside the message.
    void addLine(const Delivery& delivery, quint64 hash, qint64 number, Timestamp timestamp, QByteArrayView content,
                 const QByteArray& metadata);
    /// Adds a reject and gives it its id.
    void addReject(const Delivery& delivery, quint64 hash, Reject reject);

    /// Lets lines go on at another place, of which `batch`, `offset` and `exists` count: a copy says itself where each
    /// goes.
    void goTo(const WritePlace& place);
    /// Adds a line that a copy brings, at the place that goTo() named. `record`: of its key, hash, number and metadata
    /// as far as they are known.
    void addCopied(const WrittenLine& line, StoredLine record, std::optional<qint64> number);
    /// Adds a key that a copy brings, with the hash of what came under it, of which nobody knows the line.
    void addKey(const SourceKey& key, quint64 hash);

    /// Takes in a delivery whose line, or record among the rejects, is there already; of `place`, batch, length,
    /// checksum and number count.
    void addFound(const Delivery& delivery, quint64 hash, const StoredLine& place);
    void addEscape(const EscapedLine& line) { m_group.escapes.push_back(line); }

    /// Takes in the key of news of a gap, which leave no line.
    void addNews(const SourceKey& key);

    void addGaps(GapChanges changes) { m_group.gaps = std::move(changes); }

    void addGapEdit(GapEdit edit) { m_group.gaps.edits.push_back(std::move(edit)); }

    [[nodiscard]] bool isEmpty() const { return m_lines.empty() && m_group.extents.empty() && m_group.gaps.isEmpty(); }
    /// The finished group, and the bytes of its extents, one piece each.
    struct Finished {
        LogGroup group;
        std::vector<QByteArray> pieces;
        std::vector<FileEntry> entries; ///< batch, line count and numbers of each batch file touched, as added
        WritePlace next;
    };
    [[nodiscard]] Finished finish();

private:
    LogExtent& extentFor(LogExtent::Target target);
    void append(const WrittenLine& line, StoredLine record, std::optional<qint64> number);

    WritePlace m_place;
    int m_batchSize;
    LogGroup m_group;
    std::vector<QByteArray> m_pieces;
    std::vector<FileEntry> m_entries;
    std::vector<StoredLine> m_lines;
    std::multimap<SourceKey, quint64> m_keys; ///< with the hashes
    int m_current = -1;                       ///< index of the extent that lines go to
    int m_rejects = -1;                       ///< index of the extent that rejects go to
};

} // namespace portolan
