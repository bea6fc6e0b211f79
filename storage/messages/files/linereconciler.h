#pragma once

#include "storage/messages/files/journal.h"
#include "storage/messages/files/lines/lostlines.h"

#include <map>
#include <set>

namespace portolan {

/// Compares the stored lines of some batch files with the files. Of a line that is gone, lets go of the key, unless
/// another line of the key is there, and counts it in its source's gap. Gives a line that is there again its key,
/// unless that was stored again meanwhile, and makes the gap smaller by it. Borrows all; used once.
class LineReconciler {
public:
    /// `batches`: rising; all is borrowed.
    LineReconciler(const StoreFolders& folders, JournalState& state, std::span<const qint64> batches,
                   const Journal::WasArchived& wasArchived, StandingLines::Likeness likeness)
        : m_folders(folders)
        , m_state(state)
        , m_batches(batches)
        , m_wasArchived(wasArchived)
        , m_likeness(likeness) {}

    Result<Journal::Reconciled> run(); ///< Errors: of reading the files

private:
    /// A line in the book.
    struct Found {
        std::size_t segment = 0;
        std::size_t index = 0;
        StoredLine line;
    };
    [[nodiscard]] bool isAsked(std::size_t segment) const;
    Result<void> compareAll(Journal::Reconciled& result);
    Result<void> leaveArchived();
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
    const Journal::WasArchived& m_wasArchived;
    StandingLines::Likeness m_likeness; ///< asked of a line in a file to count as the stored one
    std::vector<Found> m_lost;          ///< were there, and are gone
    std::vector<Found> m_returned;      ///< were gone, and are there
    std::set<SourceKey> m_lostKeys;
    std::map<std::size_t, std::map<std::size_t, qint64>> m_gaps; ///< by segment and index: what StoredLine::gap becomes
};

} // namespace portolan
