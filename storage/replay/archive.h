#pragma once

#include "storage/base/cancel.h"
#include "storage/deadletters/seenletters.h"
#include "storage/listing/rowsource.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A message that left port_messages: discarded, or replaced by an edited one.
struct ArchivedMessage {
    qint64 id = 0;
    QByteArray messageId;
    QByteArray cause; ///< "discarded" or "edited"
    std::optional<QByteArray> replacedBy;
    QByteArray reason;
    QByteArray actor;
    Timestamp archivedAt;
    std::optional<Timestamp> restoredAt; ///< it is back in port_messages since
    QByteArray rowImage;                 ///< the row, a JSON object
};

std::span<const Column<ArchivedMessage>> archiveColumns();
const ColumnSet& archiveSchema();

/// The order of a discard: which dead letters go, by whom and why.
struct DiscardOrder {
    Filter filter;               ///< over port messages; of these the dead letters
    std::vector<QByteArray> ids; ///< when any: these alone, of those that the filter takes
    QByteArray words;            ///< for the job's row: what was asked for
    QByteArray reason;           ///< not empty
    QByteArray actor;
};

struct DiscardOutcome {
    qint64 discarded = 0;
    qint64 skipped = 0; ///< asked for, but no dead letters, or changed or deleted meanwhile
};

struct RestoreOutcome {
    qint64 restored = 0;
    /// The id, and why it was not put back.
    std::vector<std::pair<QByteArray, QString>> refused;
};

/// Moves dead letters into the archive whole, with their original bytes, and back as identical rows. In small
/// transactions, each with its audit; after a cancel or a kill the finished ones stay, and doing it again does the
/// rest. Each call has its row among the jobs. Used on the store's thread.
///
/// Errors besides the connection's: Unsupported (the database lacks something, in words), Usage (no reason),
/// Invalid (a trigger of the database is in the way; its transaction is undone).
class MessageArchive {
public:
    using Progress = std::function<void(qint64 done, qint64 total)>;

    MessageArchive() = default;
    MessageArchive(const MessageArchive&) = delete;
    MessageArchive& operator=(const MessageArchive&) = delete;
    virtual ~MessageArchive() = default;

    /// Returns the rows of what was archived, oldest first.
    virtual RowSource<ArchivedMessage>& messages() = 0;
    /// Counts the dead letters that an order takes.
    [[nodiscard]] virtual Result<qint64> count(const DiscardOrder& order, const CancelToken& token) = 0;
    /// Finds the dead letters that an order takes now; writes nothing.
    [[nodiscard]] virtual Result<std::shared_ptr<const SeenLetters>> look(const DiscardOrder& order,
                                                                          const CancelToken& token) = 0;
    /// Archives the letters that were seen for this order and are as they were.
    [[nodiscard]] virtual Result<DiscardOutcome> discard(const DiscardOrder& order, const SeenLetters& seen,
                                                         const Progress& progress, const CancelToken& token) = 0;
    /// Looks, and discards what was seen.
    [[nodiscard]] Result<DiscardOutcome> discard(const DiscardOrder& order, const Progress& progress,
                                                 const CancelToken& token);
    /// Puts discarded messages back. Refused, each for itself: an id that is not in the archive, or exists again.
    [[nodiscard]] virtual Result<RestoreOutcome> restore(const std::vector<QByteArray>& ids, const QByteArray& reason,
                                                         const QByteArray& actor, const Progress& progress,
                                                         const CancelToken& token) = 0;
};

} // namespace portolan
