#pragma once

#include "storage/base/result.h"
#include "storage/batchfile/escapes.h"
#include "storage/batchfile/grouplog.h"
#include "storage/batchfile/recovery.h"
#include "storage/ingest/knownkeys.h"

#include <QByteArray>
#include <span>

namespace portolan {

/// What a writer must remember of all committed groups.
struct JournalState {
    quint64 sequence = 0;  ///< of the last group
    quint64 logNumber = 0; ///< the log that goes on from here
    qint64 ownBatch = 0;   ///< the batch file written last, and where it ended; 0: none
    qint64 ownEnd = 0;
    EscapeBook escapes;
    GapBook gaps;
    KnownKeys keys;

    void apply(const LogGroup& group);
};

/// File `state`: the magic "PORTSTA2" ("PORTSTA1" had no gaps), CRC-32C of the rest, and the parts in their order.
[[nodiscard]] QByteArray encodeState(const JournalState& state);
enum class StateParts { All, WithoutKeys };
/// Error Corrupt when the bytes are damaged.
[[nodiscard]] Result<JournalState> decodeState(QByteArrayView bytes, StateParts parts);

/// What was said of a group that the log holds without its end.
enum class LastGroup {
    Verify, ///< a crash: it may have been acknowledged; it stays when it is intact
    Undo,   ///< this writer knows that it was not acknowledged
};

/// The durable memory of a writer: `state` (everything up to a point) and the acknowledgement log from there on.
/// Borrows the folders. One thread.
class Journal {
public:
    static constexpr const char* stateFile = "state";

    /// Reads both, settles the last group, and begins a new log. Error Corrupt when something other than a crash has
    /// damaged them.
    static Result<Journal> open(const StoreFolders& folders, LastGroup lastGroup);

    [[nodiscard]] const JournalState& state() const { return m_state; }

    /// Stores a group's pieces, one an extent, durably; see GroupLog. The sequence is set here. Errors: Unknown – may
    /// be stored, only open() can tell; Changed – nothing is stored, another program wrote the same files; others –
    /// nothing is stored.
    Result<void> commit(LogGroup& group, std::span<const QByteArray> pieces);

    /// The log has grown so long that reading it would take noticeable time.
    [[nodiscard]] bool wantsCompaction() const;
    /// Writes `state` anew and begins a new log. After an error only open() can tell which of the two holds.
    Result<void> compact();

private:
    explicit Journal(const StoreFolders& folders) : m_folders(&folders) {}
    Result<void> load(LastGroup lastGroup);
    Result<void> settle(const LoggedGroup& logged, LastGroup lastGroup);

    const StoreFolders* m_folders;
    JournalState m_state;
    GroupLog m_log;
};

} // namespace portolan
