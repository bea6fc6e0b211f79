#pragma once

#include "storage/ingest/redisconnection.h"
#include "storage/ingest/redisentry.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// What a step of taking over brought.
struct TakenOver {
    std::vector<Delivery> deliveries;
    std::vector<StreamId> gone; ///< pending, but their entries were trimmed or deleted: to be acknowledged away
    bool mustWait = false;      ///< there is more, once nothing is held any longer
};

/// A key of a Redis server from which messages are read and in which they wait, under an id, until they are
/// acknowledged: what RedisPullSource has to know of it. The ids are the (major, minor) of the messages' keys.
/// append…() only put requests on the connection; every one of them is answered by the replies it names. The calls
/// with a token wait for their replies: only while the connection owes none. One thread.
class RedisQueue {
public:
    RedisQueue() = default;
    RedisQueue(const RedisQueue&) = delete;
    RedisQueue& operator=(const RedisQueue&) = delete;
    virtual ~RedisQueue() = default;

    /// SourceUrl::identity(): the source of the keys.
    [[nodiscard]] virtual const QByteArray& identity() const = 0;

    /// "Reading the stream “orders”": begins the texts of errors.
    [[nodiscard]] virtual QString reading() const = 0;

    /// What must be there before the first read; again whenever mustPrepare() said so of a reply.
    [[nodiscard]] virtual Result<void> prepare(const CancelToken& token) = 0;
    [[nodiscard]] virtual bool mustPrepare(QByteArrayView error) const = 0;

    /// Asks for up to `count` new messages, waiting up to `block` for the first. Returns how many replies come before
    /// the one that holds the messages (they are checked for errors only).
    virtual int appendRead(int count, qint64 bytes, std::chrono::milliseconds block) = 0;
    [[nodiscard]] virtual Result<std::vector<Delivery>> messagesIn(const RedisReply::Node& reply) = 0;

    /// Acknowledges ids. Returns how many replies come before the one that counts.
    virtual int appendAcknowledge(std::span<const StreamId> ids) = 0;

    /// Asks how many messages wait; one reply. Nothing: the server does not tell.
    virtual void appendBehind() = 0;
    [[nodiscard]] virtual std::optional<qint64> behindIn(const RedisReply::Node& reply) const = 0;

    /// What was delivered and never acknowledged. After every preparation: our own, whatever its age, and nothing else.
    virtual void beginOwn() = 0;
    /// Puts on the list what consumers hold that have not been heard of for so long, and what is ours and never came:
    /// a request may reach the server, and be answered, long after its connection was given up.
    [[nodiscard]] virtual Result<void> lookForAbandoned(std::chrono::milliseconds idle, const CancelToken& token) = 0;
    [[nodiscard]] virtual bool isTakingOver() const = 0;
    /// Takes over up to `count` messages, when nothing is `held`. May bring nothing while it is still under way.
    [[nodiscard]] virtual Result<TakenOver> takeOver(int count, const OutstandingIds& held,
                                                     const CancelToken& token) = 0;

    /// How many messages may be tried together, by how often the first was delivered already: a message's count grows
    /// with every receiver that ends while holding it, so that only the one that is to blame comes to the limit.
    [[nodiscard]] static int groupFor(qint64 deliveries, int most) {
        if (deliveries <= 1)
            return most;
        return std::min(most, deliveries == 2 ? 100 : deliveries == 3 ? 10 : 1);
    }
};

} // namespace portolan
