#pragma once

#include "storage/listing/rowsource.h"
#include "storage/messages/gapkind.h"

#include <QString>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A batch (reference receiver-service.md): a file of a file store, a row of `batches` in a SQL store.
struct Batch {
    qint64 id = 0;                        ///< batch number, from 1
    std::optional<QByteArray> storedName; ///< UTF-8, as a SQL store has it; nothing: the usual one
    qint64 messageCount = 0;
    qint64 fileSizeBytes = 0; ///< SQL: the size its batch file would have
    Timestamp dateCreated;
    Timestamp dateModified;
    std::optional<qint64> firstMessageNumber; ///< nothing when no line has a number
    std::optional<qint64> lastMessageNumber;

    [[nodiscard]] QByteArray filename() const; ///< UTF-8
};

/// A message's identity within its store: (batch, 1-based line) in a file store, (0, row id) in a SQL store.
struct MessageId {
    qint64 batch = 0;
    qint64 row = 0;
    friend auto operator<=>(const MessageId&, const MessageId&) = default;
    /// Writes "12:3" in a file store, "120" in a SQL store; and reads it. Nothing when it is no such text.
    [[nodiscard]] QByteArray toText() const;
    static std::optional<MessageId> fromText(QByteArrayView text);
};

/// A message. A line of a batch file that is no message line has neither number nor timestamp: its content is
/// the line as it is.
struct Message {
    MessageId id;
    qint64 batchId = 0;
    std::optional<qint64> messageNumber;
    std::optional<Timestamp> timestamp; ///< seconds in a file store, milliseconds in a SQL store
    QByteArray content;
    QByteArray metadata = {}; ///< a JSON object of what its source had beside it; empty: nothing
};

/// Something that could not be stored, kept byte for byte (CONTRACT §3.3).
struct Reject {
    qint64 id = 0;
    Timestamp rejectedAt;
    QByteArray source; ///< where it came from, without password
    QByteArray key;    ///< its key there: stream id, list sequence, topic/partition/offset
    QString reason;
    QByteArray payload;
    std::optional<Timestamp> reinjectedAt = {}; ///< when it was stored after all
    std::optional<Timestamp> dismissedAt = {};  ///< when somebody put it aside for good
    std::optional<QByteArray> settledBy = {};   ///< who acted on it last: tried it again, mended or dismissed it
    std::optional<QByteArray> settledReason = {};
    std::optional<QByteArray> mendedPayload = {}; ///< what was stored in its payload's place
    QByteArray metadata = {};                     ///< a JSON object of what its source had beside it; empty: nothing

    /// Returns "open", "reinjected" or "dismissed".
    [[nodiscard]] const char* state() const;
};

/// An operator's acts on rejects, all at once.
struct RejectActs {
    enum class Act {
        Stored,   ///< it was stored after all
        Refused,  ///< it was tried, and is rejected again
        Dismissed ///< it stays, and is not open any more
    };
    struct Outcome {
        qint64 id = 0;
        Act act = Act::Stored;
        QString why = {};                      ///< Refused: the new reason
        std::optional<QByteArray> mended = {}; ///< Stored: the payload that was stored in place of its own
    };
    std::vector<Outcome> outcomes;
    Timestamp at;
    QByteArray actor;
    QByteArray reason;
    QByteArray act = {}; ///< the same for all that is noted of one order, a UUID; it is in the audit as the run
};

/// Messages of a source that cannot be had, or may not have been: promise 3 of the pipeline, a row each.
struct Gap {
    qint64 id = 0;
    QByteArray source; ///< SourceUrl::identity(), for messages of a pattern with their channel as name
    GapKind kind = GapKind::Numbers;
    qint64 epoch = 0;                  ///< how often the source's numbers had begun again
    std::optional<qint64> firstNumber; ///< Numbers: what is missing still (of a closed one: what was missing last)
    std::optional<qint64> lastNumber;
    std::optional<qint64> missing; ///< messages; nothing: nobody knows
    Timestamp detectedAt;
    std::optional<Timestamp> closedAt; ///< everything came after all; Disconnect: the connection was there again
    QByteArray details;                ///< a JSON object, or nothing
};

/// Returns "numbers", "disconnect", "overrun", "trimmed"; and the kind of such a name, or nothing.
[[nodiscard]] const char* gapKindName(GapKind kind);
[[nodiscard]] std::optional<GapKind> gapKindNamed(QByteArrayView name);

std::span<const Column<Batch>> batchColumns();
std::span<const Column<Message>> messageColumns();
std::span<const Column<Reject>> rejectColumns();
std::span<const Column<Gap>> gapColumns();
const ColumnSet& batchSchema();
const ColumnSet& messageSchema();
const ColumnSet& rejectSchema();
const ColumnSet& gapSchema();

/// Batches and messages: what every kind of store has. Their order without a sort is oldest first: batches by
/// number, messages by (batch, line) or row id. Reads never block a writer nor wait for one.
class Batches {
public:
    Batches() = default;
    Batches(const Batches&) = delete;
    Batches& operator=(const Batches&) = delete;
    virtual ~Batches() = default;

    virtual RowSource<Batch>& batches() = 0;
    virtual RowSource<Message>& messages() = 0;
    virtual RowSource<Reject>& rejects() = 0;
    virtual RowSource<Gap>& gaps() = 0;

    [[nodiscard]] virtual Result<Batch> batch(qint64 id) = 0; ///< Error NotFound, as the next two
    [[nodiscard]] virtual Result<Message> message(MessageId id) = 0;
    [[nodiscard]] virtual Result<Reject> reject(qint64 id) = 0;

    /// Notes that these rejects were stored after all; durable when it returns a value. Those that are noted already,
    /// or are not there, stay as they are. The store is open for writing; others may write to it meanwhile.
    [[nodiscard]] virtual Result<void> markReinjected(std::span<const qint64> ids, Timestamp at) = 0;

    /// Notes what became of open rejects, with a line of the audit each where the store has one; durable when it
    /// returns a value: how many were changed. Those that are not open, or are not there, stay as they are. As
    /// markReinjected() otherwise. Error Unsupported: the store has no place for it yet (`migrate up`).
    [[nodiscard]] virtual Result<qint64> noteRejects(const RejectActs& acts) = 0;
};

} // namespace portolan
