#pragma once

#include "storage/ingest/delivery.h"
#include "storage/sources/redis/redisreply.h"

#include <compare>
#include <deque>

namespace portolan {

/// The id of a stream entry: milliseconds and sequence.
struct StreamId {
    quint64 major = 0;
    quint64 minor = 0;
    friend auto operator<=>(const StreamId&, const StreamId&) = default;

    static constexpr qsizetype longestText = 41; ///< two numbers of 20 digits and the dash
    [[nodiscard]] QByteArray toText() const;
    /// Writes its text, of at most longestText bytes, and returns the end.
    char* writeTo(char* text) const;
    [[nodiscard]] StreamId next() const;
    /// "1729090565000-0"; nothing when it is no such text.
    static std::optional<StreamId> fromText(QByteArrayView text);
};

/// Makes an entry of a stream a delivery (CONTRACT §3): the payload is its field `payload`; else, where it has no field
/// `kind`, `data` or `message`; else all its fields as one JSON object; of an entry that a replay sent
/// (portMessageFields()) the message's record. Fields beside a payload are the delivery's metadata. `fields` is the
/// flat list name, value, name, value, …
[[nodiscard]] Delivery streamDelivery(const QByteArray& source, StreamId id, QByteArrayView idText,
                                      const RedisReply::Node& fields, Timestamp receivedAt);

/// The ids that were handed out and are not acknowledged. They come and go in rising order, nearly always, so the
/// ends of a sorted queue serve best.
class OutstandingIds {
public:
    void add(StreamId id);
    void remove(StreamId id);
    [[nodiscard]] bool contains(StreamId id) const;
    [[nodiscard]] std::size_t size() const { return m_ids.size(); }
    [[nodiscard]] bool isEmpty() const { return m_ids.empty(); }

private:
    std::deque<StreamId> m_ids; // sorted
};

} // namespace portolan
