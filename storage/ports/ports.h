#pragma once

#include "storage/listing/rowsource.h"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

class GroupScan;
struct AuditEntry;

/// The states of a port message (SCHEMA.md). Other: a text that another program's table has and ours would refuse.
enum class PortStatus { Pending, Processing, Completed, Failed, DeadLetter, Other };

/// All but Other.
inline constexpr std::array portStatuses{PortStatus::Pending, PortStatus::Processing, PortStatus::Completed,
                                         PortStatus::Failed, PortStatus::DeadLetter};

/// Returns "pending", "processing", "completed", "failed", "dead_letter", of Other an empty text; and the status of
/// such a name, nothing for any other text.
[[nodiscard]] const char* portStatusName(PortStatus status);
[[nodiscard]] std::optional<PortStatus> portStatusNamed(QByteArrayView name);

/// A row of `port_messages` (reference port-architecture.md). Texts and documents are UTF-8 as the database has
/// them: SQLite keeps a document byte for byte, PostgreSQL what it means. The required texts are null (isNull())
/// only where another program's table allows NULL.
struct PortMessage {
    QByteArray id; ///< the text of a UUID, of a number, or whatever the database has
    QByteArray portName;
    QByteArray sourceComponent;
    QByteArray targetComponent;
    QByteArray messageData;                    ///< JSON
    std::optional<QByteArray> messageMetadata; ///< JSON
    PortStatus status = PortStatus::Pending;
    QByteArray otherStatus; ///< the text that stands there when the status is Other
    std::optional<qint64> retryCount;
    std::optional<qint64> maxRetries; ///< nothing also where the database has no such column
    std::optional<Timestamp> createdAt;
    std::optional<Timestamp> processedAt;
    std::optional<Timestamp> completedAt;
    std::optional<QByteArray> errorMessage;
    std::optional<QByteArray> errorDetails;   ///< JSON
    std::optional<Timestamp> statusChangedAt; ///< nothing: never since it was stored, or nobody noted it

    /// Returns the status as a text, otherStatus where it is Other.
    [[nodiscard]] QByteArray statusText() const;
    /// Returns true for status dead_letter, or failed with no retry left; without max_retries the status alone tells.
    [[nodiscard]] bool isDeadLetter() const;
    /// Returns, of a dead letter, when it was processed last, else when its status changed, else when it was made.
    [[nodiscard]] std::optional<Timestamp> diedAt() const;
    /// Returns, of a pending message, when its status became so, else when it was made.
    [[nodiscard]] std::optional<Timestamp> pendingSince() const;
};

/// A port: what its messages add up to. Counts are by status as it stands in the rows: a failed message without
/// retries left is a dead letter in listings, and counts as failed here.
struct Port {
    QByteArray portName;
    qint64 pending = 0;
    qint64 processing = 0;
    qint64 completed = 0;
    qint64 failed = 0;
    qint64 deadLetter = 0;
    std::optional<Timestamp> oldestPending = {}; ///< pending_since of the one that has been pending longest
    std::optional<Timestamp> lastActivity = {};  ///< the newest created_at, processed_at or completed_at
    bool exact = false;                          ///< false: it is still being counted, or others wrote since
    std::optional<Timestamp> countedAt = {};     ///< when the counts were exact; nothing: each is "at least"
    /// Messages made in each minute of the last hour, oldest first, where somebody has asked activity() for them;
    /// nothing for a minute with more than were counted.
    std::vector<std::optional<qint64>> recent = {};

    [[nodiscard]] qint64 total() const { return pending + processing + completed + failed + deadLetter; }
};

std::span<const Column<PortMessage>> portMessageColumns();
/// Returns the first of portMessageColumns(), and died_at as the last.
std::span<const Column<PortMessage>> deadLetterColumns();
std::span<const Column<Port>> portColumns();
/// Returns the schema in which `age` goes by created_at, of pending messages by pending_since, of dead letters by
/// died_at.
const ColumnSet& portMessageSchema();
/// Returns the schema in which `age` goes by died_at. A filter of it is one of portMessageSchema(), too.
const ColumnSet& deadLetterSchema();
const ColumnSet& portSchema();

/// The state of counting the ports.
struct PortCounting {
    bool exact = false;     ///< every port is, and nothing has changed since
    qint64 counted = 0;     ///< messages so far
    bool passEnded = false; ///< all were counted once; if not exact, others wrote meanwhile
};

/// The numbers of messages of each port that were made in each minute of the last hour.
struct PortActivity {
    static constexpr int minutes = 60;
    /// By port, a figure a minute, oldest first; the last one is of the minute that is now. Nothing in place of a
    /// figure: there were more than are counted.
    std::map<QByteArray, std::vector<std::optional<qint64>>> made;
};

struct MessageHistory;

/// Port messages, dead letters and ports of a database. Without a sort messages go by created_at and dead letters by
/// died_at, those without one first, and then by id; ports by name. Used on the store's thread; reads never block a
/// writer nor wait for one. Errors besides RowSource's: Unsupported with what unavailableReason(Feature::Ports) says.
class Ports {
public:
    Ports() = default;
    Ports(const Ports&) = delete;
    Ports& operator=(const Ports&) = delete;
    virtual ~Ports() = default;

    virtual RowSource<PortMessage>& messages() = 0;
    virtual RowSource<PortMessage>& deadLetters() = 0;
    /// Reads a message. Error NotFound also for a text that can be no id of this database.
    [[nodiscard]] virtual Result<PortMessage> message(const QByteArray& id) = 0;

    /// Lists every port there is, with its counts as far as countPorts() has come. Does not count itself.
    virtual RowSource<Port>& ports() = 0;

    /// Goes on counting for about so long, in bounded steps that can be cancelled and gone on with. Counts are kept
    /// until the store's change mark moves; while others write, the counts of the last pass stand. With `untilExact` it
    /// counts one state of the store to its end.
    [[nodiscard]] virtual Result<PortCounting> countPorts(std::chrono::milliseconds patience,
                                                          const CancelToken& token) = 0;
    static constexpr std::chrono::milliseconds untilExact = std::chrono::milliseconds::max();

    /// Groups the dead letters by what they died of.
    virtual GroupScan& groups() = 0;
    /// Counts the messages of the hour before `now`, about 200,000 at most, over an index; no ports where no index
    /// serves it.
    [[nodiscard]] virtual Result<PortActivity> activity(Timestamp now, const CancelToken& token) = 0;

    /// Returns what the audit says of these messages: by message, in the order given, and each as it was written.
    /// Nothing where the database has no audit. In memory; some tens of messages at a time.
    [[nodiscard]] virtual Result<std::vector<AuditEntry>> auditOf(std::span<const QByteArray> ids,
                                                                  const CancelToken& token) = 0;

    /// Reads a message and all that is known of what happened to it; bounded, whatever is there. Errors as message().
    [[nodiscard]] virtual Result<MessageHistory> history(const QByteArray& id, const CancelToken& token) = 0;
};

} // namespace portolan
