#pragma once

#include "storage/base/clock.h"
#include "storage/messages/gapkind.h"

#include <QByteArray>
#include <QString>
#include <compare>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace portolan {

/// The key that makes a delivered message the same one when it is delivered again. `source` is SourceUrl::identity()
/// (with the partition for Kafka), empty when the source has no keys (pub/sub, demo). (major, minor) is the stream
/// id (milliseconds, sequence), or (0, list sequence), or (0, offset).
struct SourceKey {
    QByteArray source;
    quint64 major = 0;
    quint64 minor = 0;
    [[nodiscard]] bool isKeyed() const { return !source.isEmpty(); }
    friend bool operator==(const SourceKey& a, const SourceKey& b) = default;
    // Written out: QByteArray has no operator<=> in Qt 6.4, so a defaulted one would be deleted.
    friend std::strong_ordering operator<=>(const SourceKey& a, const SourceKey& b) {
        if (const int order = a.source.compare(b.source); order != 0)
            return order <=> 0;
        return std::pair(a.major, a.minor) <=> std::pair(b.major, b.minor);
    }
};

/// The news that a source has of messages that cannot be had.
struct GapNews {
    GapKind kind = GapKind::Disconnect;
    bool isOver = false;           ///< not a new gap: the open ones of this kind and source are at their end
    std::optional<qint64> missing; ///< messages; nothing: nobody knows
    QByteArray details;            ///< a JSON object, or nothing
};

class DedupQuery;

/// A message as a source delivered it.
struct Delivery {
    SourceKey key;
    QByteArray keyText; ///< as the source writes it ("1729090565000-0"); for rejects and people
    QByteArray payload;
    /// Its series of numbers ("localhost:6379/0/orders"), where a jump in them is a gap; empty: none.
    QByteArray series;
    std::shared_ptr<const GapNews> gap; ///< set: no message, but news of a gap in `series` or the key's source
    Timestamp receivedAt;
    qint64 deliveries = 1;   ///< how often the source says it was delivered
    bool fromFields = false; ///< payload is a JSON object put together from a stream entry's fields: values are text
    /// With fromFields: these are an entry's own, so that those which its kind does not have are kept beside it, as are
    /// fields beside a payload. Columns of a file are not.
    bool isEntry = false;
    /// Its payload is a row of a listing (listedKindOf()): state, times and ids that only a store gives are kept.
    bool isListed = false;
    bool keptBySource = false; ///< what is rejected stays where it came from: the store keeps neither it nor its key
    std::optional<qint32> partition = {}; ///< Kafka; the offset is then key.minor
    QString mistake = {};                 ///< what the source found wrong with it: it is rejected with these words
    /// A JSON object of what the source has beside the payload (other fields of a stream's entry, Kafka's key and
    /// headers), kept with the message (CONTRACT §2); empty: nothing.
    QByteArray metadata = {};
    std::shared_ptr<DedupQuery> question = {}; ///< set: no message, but a question to the store
    [[nodiscard]] bool isMessage() const { return !gap && !question; }
};

/// The kinds of CONTRACT §3.
enum class MessageKind {
    Message,
    PortMessage,
    SensorEvent,
    ComponentMetric,
    PortMetric,
    Health,
    Checkpoint,
    ComponentState,
    SinkRecord,
};
constexpr std::size_t messageKinds = 9;

/// A `message`, ready to store. Content is valid UTF-8 without NUL.
struct IncomingMessage {
    std::optional<qint64> number;       ///< nothing: the store's last number + 1
    std::optional<Timestamp> timestamp; ///< nothing: when it was received
    QByteArray content;
    QByteArray metadata = {}; ///< a JSON object of what came beside it; empty: nothing
};

/// A field as its kind wants it: nothing when it is not given; texts are UTF-8; JSON is the text that stands in the
/// document, byte for byte; a UUID is lower case.
using FieldValue = std::variant<std::monostate, qint64, double, Timestamp, QByteArray>;

/// A record of another kind, checked. SQL stores keep it; a file store rejects it.
struct IncomingRecord {
    MessageKind kind = MessageKind::PortMessage;
    QByteArray document;                 ///< as JSON
    std::vector<FieldValue> values = {}; ///< in the order of the kind's fields (kinds.h)
    bool isListed = false;               ///< and of those a listing has besides (listedKindOf())
    /// A JSON object of what came beside it and has no place among its values; empty: nothing.
    QByteArray metadata = {};
    /// Its own metadata alone (empty: none), where fields of an entry were added to them: a version that dropped these
    /// may have stored the same record so.
    std::optional<QByteArray> ownMetadata = {};
};

/// The reason why something cannot be stored, in words.
struct Rejection {
    QString reason;
    std::optional<MessageKind> kind = {}; ///< what it was meant to be, as far as that can be told
};

using Decoded = std::variant<IncomingMessage, IncomingRecord, Rejection, GapNews>;

/// A delivery with what it was found to be.
struct IngestItem {
    Delivery delivery;
    Decoded decoded;
};

} // namespace portolan
