#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/ingest/dedupset.h"
#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/lines/escapes.h"
#include "storage/messages/files/lines/linebook.h"
#include "storage/messages/files/recovery.h"

#include <QByteArray>
#include <functional>
#include <map>
#include <set>
#include <span>

namespace portolan {

/// The memory that a writer must have of all committed groups.
struct JournalState {
    quint64 sequence = 0;  ///< of the last group
    quint64 logNumber = 0; ///< the log that goes on from here
    qint64 ownBatch = 0;   ///< the batch file written last; 0: none
    qint64 ownEnd = 0;     ///< its end then, in bytes
    EscapeBook escapes;
    GapState gaps;
    DedupSet keys;
    LineBook lines;
    quint32 indexMark = 0;        ///< FileIndex::checksum() of the index whose files were last compared with the lines
    LineBook::Runs strays;        ///< files with lines that the book has not
    bool hasStrayRejects = false; ///< the file of rejects has records that the book has not
    quint32 rejectsMark = 0;      ///< RejectFile::checksum() when that was last compared with the book; 0: never
    Timestamp savedAt;            ///< when the file was written
    /// Keys that were let go of because their lines are gone, with the gap that tells of each. Not in the file, but in
    /// the lines.
    std::map<SourceKey, qint64> gone;

    void apply(const LogGroup& group); ///< takes in a group that was committed
};

/// Encodes the file `state`: the magic "PORTSTA4" ("PORTSTA3" lacked the strays and what follows them, "PORTSTA2" the
/// lines, "PORTSTA1" the gaps as well), CRC-32C of the rest, and the parts in their order.
[[nodiscard]] QByteArray encodeState(const JournalState& state);
enum class StateParts { All, WithoutKeys };
/// Decodes them. Errors: Corrupt, they are damaged; Unsupported, a newer program wrote them.
[[nodiscard]] Result<JournalState> decodeState(QByteArrayView bytes, StateParts parts);

/// The treatment of a last group whose end the log does not have.
enum class LastGroup {
    Verify, ///< a crash: it may have been acknowledged; it stays when it is intact
    Undo,   ///< this writer knows that it was not acknowledged, unless it says so
};

/// The durable memory of a writer: `state` (everything up to a point) and the acknowledgement log from there on.
/// Borrows the folders. One thread.
class Journal {
public:
    /// The outcome of comparing stored lines with the files.
    struct Reconciled {
        qint64 lost = 0;                   ///< lines found gone
        qint64 gaps = 0;                   ///< new gaps of these
        std::map<qint64, qint64> standing; ///< number of the book's lines that are there, by file; 0: of rejects
        bool changed = false;
    };

    static constexpr const char* stateFile = "state";
    /// A state file whose file time is later than its `savedAt` by more than this was put back from a backup.
    inline static std::chrono::milliseconds soonAfter{5'000}; // tests take less

    /// Reads both and settles the last group. `acknowledged`: the sequence of the last group that this writer
    /// acknowledged, which stays, whatever the log says of its end. Call compact() before commit(), to begin a new
    /// log. Error Corrupt: something other than a crash has damaged them.
    static Result<Journal> open(const StoreFolders& folders, LastGroup lastGroup, quint64 acknowledged = 0);

    [[nodiscard]] const JournalState& state() const { return m_state; }

    /// Tells whether a file was taken away on purpose. To be asked after it was looked for.
    using WasArchived = std::function<Result<bool>(qint64 batch)>;
    /// Looks whether the stored lines of these files (rising) are still there. Lets go of the keys of those that are
    /// not, nor were archived, which become a gap; gives lines that came back their keys again. compact() makes this
    /// durable.
    Result<Reconciled> reconcile(std::span<const qint64> batches, const WasArchived& wasArchived);
    /// Returns the hashes of what was stored under these keys (rising), as LineBook::hashesOf().
    [[nodiscard]] LineBook::Hashes hashesOf(std::span<const SourceKey> keys) {
        return m_state.lines.hashesOf(m_folders->own, keys);
    }
    /// Returns the files (rising) to which the groups of the log went that open() read.
    [[nodiscard]] const std::set<qint64>& replayed() const { return m_replayed; }
    void setIndexMark(quint32 mark) { m_state.indexMark = mark; }
    void setRejectsMark(quint32 mark) { m_state.rejectsMark = mark; }
    /// Notes which files have lines, and whether the file of rejects has records, that the book has not.
    void setStrays(LineBook::Runs batches, bool inRejects) {
        m_state.strays = std::move(batches);
        m_state.hasStrayRejects = inRejects;
    }

    /// Stores a group's pieces, one an extent, durably (see GroupLog), and sets its sequence. Errors: Unknown, it may
    /// be stored, only open() can tell; Changed, nothing is stored, another program wrote the same files; others,
    /// nothing is stored.
    Result<void> commit(LogGroup& group, std::span<const QByteArray> pieces);

    /// Returns true when the log is so long that reading it would take noticeable time.
    [[nodiscard]] bool wantsCompaction() const;
    /// Writes `state` again and begins a new log. After an error only open() can tell which of the two holds.
    Result<void> compact();

private:
    explicit Journal(const StoreFolders& folders) : m_folders(&folders) {}
    Result<void> load(LastGroup lastGroup, quint64 acknowledged);
    Result<void> settle(const LoggedGroup& logged, LastGroup lastGroup, quint64 acknowledged);
    [[nodiscard]] Result<void> dropUnreadable();
    void letGo(const LineBook::KeyRanges& ranges);
    [[nodiscard]] bool isKnown(const StoredLine& line);
    void findGone();

    const StoreFolders* m_folders;
    JournalState m_state;
    std::set<qint64> m_replayed;
    bool m_isUncertain = false; ///< the state was put back from a backup or lacks parts: numbers may be used twice
    GroupLog m_log;
};

} // namespace portolan
