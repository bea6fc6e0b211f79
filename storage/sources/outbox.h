#pragma once

#include "storage/base/cancel.h"
#include "storage/config/urls.h"

#include <functional>
#include <span>
#include <utility>

namespace portolan {

/// Returns what a run's target is called in its row: the URL without password, group and consumer. Error Unsupported,
/// in words: nothing can be sent there.
[[nodiscard]] Result<QByteArray> outboxTarget(const SourceUrl& to);

/// A dead letter on its way to another place.
struct OutboxMessage {
    qint64 position = 0; ///< in the run
    QByteArray id;       ///< a UUID, the same however often it is sent; travels with it
    QByteArray messageId;
    QByteArray portName;
    QByteArray sourceComponent;
    QByteArray targetComponent;
    std::optional<QByteArray> metadata; ///< message_metadata
    std::optional<QByteArray> maxRetries;
    QByteArray payload; ///< message_data, its bytes
};

/// The whole message where there is nothing but bytes (lists, channels): a port_message of CONTRACT §3, with our id as
/// its own and the dead letter's as `message_id`.
[[nodiscard]] QByteArray portMessageRecord(const OutboxMessage& message);

/// The same message as the fields of a stream's entry, a name and its value each. The document stands in `payload`, its
/// bytes as they are; `kind`, `message_id` and no `message_data` say that it is a message's and not the message.
[[nodiscard]] std::vector<std::pair<QByteArrayView, QByteArrayView>> portMessageFields(const OutboxMessage& message);
/// The message of such fields; nothing for an entry of another kind. `fieldOf` answers with the value of a name.
[[nodiscard]] std::optional<OutboxMessage>
portMessageOf(const std::function<std::optional<QByteArrayView>(QByteArrayView name)>& fieldOf);

/// The sender: the number that the target gave a connection, which the next connection's exceeds, and the run of the
/// server that it is connected to.
struct OutboxLink {
    qint64 epoch = 0;
    QByteArray serverRun;
    qint64 notedSince = 0; ///< the epoch with which the target's notes of the run begin; what is older they do not know
};

struct OutboxBatch {
    std::vector<OutboxMessage> messages; ///< in the order of execution
    qint64 skipped = 0;
    bool done = false; ///< nothing is frozen or queued any more
};

/// A message that is in the outbox, or was.
struct OutboxNote {
    qint64 position = 0;
    QByteArray id;
    bool elsewhere = false; ///< of one that was sent: to another run of the server, or before its notes begin
};

/// The place where the target put a message: an entry's id, a list's new length, how many heard it.
struct OutboxReceipt {
    qint64 position = 0;
    QByteArray entry;
};

/// The messages on their way, in the store: frozen → queued → sent → confirmed. Each call is one transaction; done
/// again it finds what is left to do. Errors are those of Replays. On its thread.
class Outbox {
public:
    using Positions = std::vector<qint64>;

    Outbox() = default;
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    virtual ~Outbox() = default;

    /// Returns what is queued already, else the next frozen items, of which those whose rows are unchanged are queued
    /// and their rows become `processing`. At most so many, of some megabytes together. The run must be running.
    [[nodiscard]] virtual Result<OutboxBatch> claim(const QByteArray& run, int most, const OutboxLink& by,
                                                    const QByteArray& actor) = 0;
    /// The target has these: their items are `replayed`, their rows completed. Does so in any state of the run.
    [[nodiscard]] virtual Result<void> mark(const QByteArray& run, std::span<const OutboxReceipt> receipts,
                                            const OutboxLink& by, const QByteArray& actor) = 0;

    /// Returns what is queued after a position.
    [[nodiscard]] virtual Result<std::vector<OutboxNote>> queued(const QByteArray& run, qint64 after, int limit) = 0;
    /// Returns what was sent and not confirmed, after a position.
    [[nodiscard]] virtual Result<std::vector<OutboxNote>> sent(const QByteArray& run, const OutboxLink& now,
                                                               qint64 after, int limit) = 0;
    /// The server's present run has these too.
    [[nodiscard]] virtual Result<void> keep(const QByteArray& run, const Positions& positions,
                                            const OutboxLink& now) = 0;
    /// The server has forgotten these: they are queued again. Their rows stay as they are.
    [[nodiscard]] virtual Result<void> requeue(const QByteArray& run, const Positions& positions,
                                               const QByteArray& actor) = 0;
    /// Confirms that what was sent to this run of the server, by this connection or an earlier one, is there for good:
    /// the next page of it. Says how many; 0: that was all.
    [[nodiscard]] virtual Result<qint64> confirm(const QByteArray& run, const OutboxLink& by) = 0;
    /// These were never sent and never will be: their rows are what they were, where nobody changed them since.
    [[nodiscard]] virtual Result<void> giveBack(const QByteArray& run, const Positions& positions,
                                                const QByteArray& actor) = 0;
    /// Completes the run. False: something is frozen, queued or unconfirmed.
    [[nodiscard]] virtual Result<bool> complete(const QByteArray& run, const QByteArray& actor) = 0;
};

/// The target to which messages are sent. It notes beside them which ids it was sent, so that nothing is put there
/// twice. Made, used and destroyed by one thread. Errors: Connection, Timeout, Busy (again helps; the connection is
/// closed), Auth, Usage, Unsupported, and Changed: another connection has taken the run over, nothing more is taken
/// from this one.
class OutboxSink {
public:
    OutboxSink() = default;
    OutboxSink(const OutboxSink&) = delete;
    OutboxSink& operator=(const OutboxSink&) = delete;
    virtual ~OutboxSink() = default;

    /// Connects again, and takes the run over from any earlier connection.
    [[nodiscard]] virtual Result<OutboxLink> open(const CancelToken& token) = 0;
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Puts there what is not there yet; answers with a receipt for each.
    [[nodiscard]] virtual Result<std::vector<OutboxReceipt>> send(std::span<const OutboxMessage> messages) = 0;
    /// Receipts for those of them that were sent.
    [[nodiscard]] virtual Result<std::vector<OutboxReceipt>> receipts(std::span<const OutboxNote> notes) = 0;
    /// Returns true when what was sent can be lost with the server's memory, and asked for. False: it was heard or not.
    [[nodiscard]] virtual bool canForget() const = 0;
    /// Returns true when a crash of the server can no longer take away what this connection sent or found.
    [[nodiscard]] virtual Result<bool> isSafe() = 0;
    /// Says what an operator should know of how well the server keeps what it is told; empty: well enough.
    [[nodiscard]] virtual QString caution() const = 0;
    /// Drops the notes of the run; nothing more is taken from any connection until one is opened.
    [[nodiscard]] virtual Result<void> forget() = 0;
};

} // namespace portolan
