#pragma once

#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/lostlines.h"

#include <map>
#include <set>

namespace portolan {

/// Holds the stored lines of some batch files against the files. A line that was there and is no more is gone: its key
/// is let go of, unless another line of the key is there, and a gap a source counts it. A line that was gone and is
/// there has its key again, unless that was stored again meanwhile, and the gap is smaller by it. Borrows all; used
/// once.
class LineReconciler {
public:
    /// `batches`: rising.
    LineReconciler(const StoreFolders& folders, JournalState& state, std::span<const qint64> batches,
                   StandingLines::Likeness likeness)
        : m_folders(folders)
        , m_state(state)
        , m_batches(batches)
        , m_likeness(likeness) {}

    Result<Journal::Reconciled> run();

private:
    /// A line in the book.
    struct Found {
        std::size_t segment = 0;
        std::size_t index = 0;
        StoredLine line;
    };
    [[nodiscard]] bool isAsked(std::size_t segment) const;
    Result<void> compareAll(Journal::Reconciled& result);
    void noteLostKeys();
    [[nodiscard]] bool standsTwice(const StoredLine& line);
    Result<void> lookForOthers();
    void takeBack();
    [[nodiscard]] bool isMissed(const StoredLine& line) const;
    void tellOfLost(Journal::Reconciled& result);
    Result<void> writeGaps();

    const StoreFolders& m_folders;
    JournalState& m_state;
    std::span<const qint64> m_batches;
    StandingLines::Likeness m_likeness; ///< of the lines to those that stand now
    std::vector<Found> m_lost;          ///< stood, and are gone
    std::vector<Found> m_returned;      ///< were gone, and stand
    std::set<SourceKey> m_lostKeys;
    std::map<std::size_t, std::map<std::size_t, qint64>> m_gaps; ///< by segment and index: what StoredLine::gap becomes
};

} // namespace portolan
