#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/ingest/dedupset.h"
#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/lines/escapes.h"
#include "storage/messages/files/lines/linebook.h"
#include "storage/messages/files/recovery.h"

#include <QByteArray>
#include <map>
#include <set>
#include <span>

namespace portolan {

/// The memory that a writer must have of all committed groups.
struct JournalState {
    quint64 sequence = 0;  ///< of the last group
    quint64 logNumber = 0; ///< the log that goes on from here
    qint64 ownBatch = 0;   ///< the batch file written last, and where it ended; 0: none
    qint64 ownEnd = 0;
    EscapeBook escapes;
    GapState gaps;
    DedupSet keys;
    LineBook lines;
    quint32 indexMark = 0;        ///< FileIndex::checksum() of the index whose files were last held against the lines
    LineBook::Runs strays;        ///< files with lines that stand for none in the book
    bool hasStrayRejects = false; ///< so has the file of rejects
    quint32 rejectsMark = 0;      ///< RejectFile::checksum() when that was last held against the book; 0: never
    Timestamp savedAt;            ///< when the file was written
    /// Keys that were let go of, since their lines are gone, and the gap that tells of each. Not in the file: it stands
    /// in the lines.
    std::map<SourceKey, qint64> gone;

    void apply(const LogGroup& group);
};

/// File `state`: the magic "PORTSTA4" ("PORTSTA3" had no strays and what follows them, "PORTSTA2" no lines, "PORTSTA1"
/// no gaps either), CRC-32C of the rest, and the parts in their order.
[[nodiscard]] QByteArray encodeState(const JournalState& state);
enum class StateParts { All, WithoutKeys };
/// Error Corrupt when the bytes are damaged; Unsupported when a newer program wrote them.
[[nodiscard]] Result<JournalState> decodeState(QByteArrayView bytes, StateParts parts);

/// The word on a group that the log holds without its end.
enum class LastGroup {
    Verify, ///< a crash: it may have been acknowledged; it stays when it is intact
    Undo,   ///< this writer knows that it was not acknowledged
};

/// The durable memory of a writer: `state` (everything up to a point) and the acknowledgement log from there on.
/// Borrows the folders. One thread.
class Journal {
public:
    /// The outcome of holding stored lines against the files.
    struct Reconciled {
        qint64 lost = 0;                   ///< lines
        qint64 gaps = 0;                   ///< new ones, of these
        std::map<qint64, qint64> standing; ///< lines in the book that stand, by file; 0 is the file of rejects
        bool changed = false;
    };

    static constexpr const char* stateFile = "state";
    /// A state that came to be so much later than it was written was put back from a backup.
    inline static std::chrono::milliseconds soonAfter{5'000}; // tests take less

    /// Reads both and settles the last group; compact() is to begin a new log before anything is committed. Error
    /// Corrupt when something other than a crash has damaged them.
    static Result<Journal> open(const StoreFolders& folders, LastGroup lastGroup);

    [[nodiscard]] const JournalState& state() const { return m_state; }

    /// Looks whether the stored lines of these files (rising) still stand there. Keys of those that do not are let go
    /// of, and a gap tells of them; lines that came back have their keys again. To be made durable by compact().
    Result<Reconciled> reconcile(std::span<const qint64> batches);
    /// The hashes of what was stored under these keys (rising); see LineBook.
    [[nodiscard]] LineBook::Hashes hashesOf(std::span<const SourceKey> keys) {
        return m_state.lines.hashesOf(m_folders->own, keys);
    }
    /// The files that groups of the log went to which was read by open(), rising.
    [[nodiscard]] const std::set<qint64>& replayed() const { return m_replayed; }
    void setIndexMark(quint32 mark) { m_state.indexMark = mark; }
    void setRejectsMark(quint32 mark) { m_state.rejectsMark = mark; }
    /// Notes in which files stand lines that are none of the book's.
    void setStrays(LineBook::Runs batches, bool inRejects) {
        m_state.strays = std::move(batches);
        m_state.hasStrayRejects = inRejects;
    }

    /// Stores a group's pieces, one an extent, durably; see GroupLog. The sequence is set here. Errors: Unknown – may
    /// be stored, only open() can tell; Changed – nothing is stored, another program wrote the same files; others –
    /// nothing is stored.
    Result<void> commit(LogGroup& group, std::span<const QByteArray> pieces);

    /// The log has grown so long that reading it would take noticeable time.
    [[nodiscard]] bool wantsCompaction() const;
    /// Writes `state` again and begins a new log. After an error only open() can tell which of the two holds.
    Result<void> compact();

private:
    explicit Journal(const StoreFolders& folders) : m_folders(&folders) {}
    Result<void> load(LastGroup lastGroup);
    Result<void> settle(const LoggedGroup& logged, LastGroup lastGroup);
    [[nodiscard]] Result<void> dropUnreadable();
    void letGo(const LineBook::KeyRanges& ranges);
    [[nodiscard]] bool isKnown(const StoredLine& line);
    void findGone();

    const StoreFolders* m_folders;
    JournalState m_state;
    std::set<qint64> m_replayed;
    bool m_isUncertain = false; ///< it was put back from a backup, or lacks parts: other lines may have its numbers
    GroupLog m_log;
};

} // namespace portolan
