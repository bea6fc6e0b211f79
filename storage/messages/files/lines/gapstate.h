#pragma once

#include "storage/base/bytes.h"
#include "storage/ingest/gaptracker.h"
#include "storage/messages/files/lines/storedline.h"

#include <map>
#include <vector>

namespace portolan {

/// The changes that a group of a file store makes in its gaps.
struct GapChanges {
    std::vector<GapEdit> edits;
    std::vector<std::pair<QByteArray, SeriesMark>> marks; ///< the last number of a series, by its name
    [[nodiscard]] bool isEmpty() const { return edits.empty() && marks.empty(); }

    void writeTo(ByteWriter& out) const;
    /// Reads what writeTo() wrote; damage shows in the reader.
    static GapChanges readFrom(ByteReader& in);
};

/// The gaps of a file store. They are kept in its state and acknowledgement log, so that they are stored with the
/// messages they were found in. Ids count from 1 without holes. One thread.
class GapState {
public:
    /// Returns what these items change: the news of their sources, and the gaps in their numbers. `known` marks those
    /// that were stored before; `found` is how many gaps are new.
    [[nodiscard]] GapChanges changesBy(std::span<const IngestItem> items, const std::vector<bool>& known,
                                       qint64& found) const;
    void apply(const GapChanges& changes);

    /// Returns the name of a batch file; for 0 that of the file of rejects.
    [[nodiscard]] static QByteArray fileNameOf(qint64 batch);
    /// Adds the gap of lines (of one source, rejects among them) that were stored and are gone; returns its id.
    qint64 addLost(const QByteArray& source, std::span<const StoredLine* const> lines);
    /// Returns the edit of a gap of which so many messages are there again; nothing when there is no such gap.
    [[nodiscard]] std::optional<GapEdit> filledBy(qint64 id, qint64 messages, Timestamp at) const;

    [[nodiscard]] const std::vector<Gap>& gaps() const { return m_gaps; }
    [[nodiscard]] const std::map<QByteArray, SeriesMark>& marks() const { return m_marks; } ///< by series
    /// Returns true for a gap that addLost() made.
    [[nodiscard]] static bool isOfLost(const Gap& gap);
    /// Returns true when message numbers may rightly come again: several sources number theirs, or one began again.
    [[nodiscard]] bool mayNumbersRepeat() const;
    void writeTo(ByteWriter& out) const;
    static GapState readFrom(ByteReader& in);

private:
    [[nodiscard]] SeriesMark markOf(const QByteArray& source) const;
    [[nodiscard]] std::vector<Gap> openOf(const QByteArray& source, qint64 epoch) const;

    std::vector<Gap> m_gaps;
    std::map<QByteArray, SeriesMark> m_marks;
};

} // namespace portolan
