#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/sources/redis/redisconnection.h"
#include "storage/sources/redis/redisentry.h"

#include <QStringList>
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The result of a step of taking over.
struct TakenOver {
    std::vector<Delivery> deliveries;
    std::vector<StreamId> gone; ///< pending, but their entries were trimmed or deleted: to be acknowledged away
    bool mustWait = false;      ///< there is more, once nothing is held any longer
};

/// The number of times that a message was handed to a receiver. That grows with every receiver that ends while holding
/// it, whatever ended it, so a message is first tried with others, then with fewer, then alone; and what ends while a
/// message is alone is no proof against it either (a machine that is busy, a program that is killed again and again),
/// so five of those tries are not counted. Only what still ends its receivers then comes to the limit of promise 2.
class DeliveryCount {
public:
    explicit DeliveryCount(qint64 all) : m_all(all) {}
    /// From what the server counts, which never passes `countedBeforeAlone` while `alone` grows.
    static DeliveryCount of(qint64 counted, qint64 alone) {
        return DeliveryCount(counted < countedBeforeAlone    ? counted
                             : counted == countedBeforeAlone ? counted + std::clamp<qint64>(alone, 0, uncounted)
                                                             : counted + uncounted);
    }
    [[nodiscard]] qint64 all() const { return m_all; }
    [[nodiscard]] DeliveryCount next() const { return DeliveryCount(m_all + 1); }
    /// Returns the tries that count against the limit.
    [[nodiscard]] qint64 counted() const {
        return m_all <= countedBeforeAlone ? m_all : std::max(countedBeforeAlone, m_all - uncounted);
    }
    [[nodiscard]] bool isUncounted() const { return m_all > countedBeforeAlone && counted() == countedBeforeAlone; }
    [[nodiscard]] qint64 alone() const { return m_all - countedBeforeAlone; } ///< of one that isUncounted()
    /// Returns how many messages may be handed out together next, `most` at most, by the tries of the first.
    [[nodiscard]] int group(int most) const {
        if (m_all <= 1)
            return most;
        return std::min(most, m_all == 2 ? 100 : m_all == 3 ? 10 : 1);
    }

    static constexpr qint64 countedBeforeAlone = 4;
    static constexpr qint64 uncounted = 5;

private:
    qint64 m_all;
};

/// The progress of preparing a queue.
struct QueueStep {
    bool isReady = false;
    /// The store has to answer it first. Neither: there is nothing to be read yet; it is asked again soon.
    std::shared_ptr<DedupQuery> question = {};
};

/// A key of a Redis server from which messages are read and in which they wait, under an id, until they are
/// acknowledged: what RedisQueueSource has to know of it. The ids are the (major, minor) of the messages' keys.
/// append…() only put requests on the connection; every one of them is answered by the replies it names. The calls
/// with a token wait for their replies: only while the connection owes none. One thread.
class RedisQueueProtocol {
public:
    RedisQueueProtocol() = default;
    RedisQueueProtocol(const RedisQueueProtocol&) = delete;
    RedisQueueProtocol& operator=(const RedisQueueProtocol&) = delete;
    virtual ~RedisQueueProtocol() = default;

    /// The source of the keys; it may change with prepare().
    [[nodiscard]] virtual const QByteArray& keySource() const = 0;

    /// "Reading the stream “orders”": begins the texts of errors.
    [[nodiscard]] virtual QString reading() const = 0;

    /// There is a new connection, perhaps to another server.
    virtual void beginConnection() {}
    /// Sees to what must be there before the first read; again whenever mustPrepare() said so of a reply, and until it
    /// is ready.
    [[nodiscard]] virtual Result<QueueStep> prepare(const CancelToken& token) = 0;
    [[nodiscard]] virtual bool mustPrepare(QByteArrayView error) = 0;
    /// Says that the last messages are of another stream than the one that was prepared, though no reply fails. It has
    /// to be prepared again before their source is known, and nothing is acknowledged before.
    [[nodiscard]] virtual bool isAnother() const { return false; }
    /// Returns true when a reply that comes before the one that counts may be this error.
    [[nodiscard]] virtual bool isPassedOver(QByteArrayView error) {
        Q_UNUSED(error)
        return false;
    }
    /// False: the server does not let a read wait, so the caller waits between reads.
    [[nodiscard]] virtual bool canBlock() const { return true; }

    /// Asks for up to `count` new messages, waiting up to `block` for the first. Returns how many replies come before
    /// the one that holds the messages (they are checked for errors only).
    virtual int appendRead(int count, qint64 bytes, std::chrono::milliseconds block) = 0;
    /// Takes note of a read's reply, once: what it says of the queue, isAnother() too. Returns how many messages are in
    /// it. Much cheaper than making them, which the server does not have to wait for.
    [[nodiscard]] virtual Result<qint64> noteRead(const RedisReply::Node& reply) = 0;
    /// Makes the messages of a reply that was noted.
    [[nodiscard]] virtual Result<std::vector<Delivery>> messagesIn(const RedisReply::Node& reply) = 0;

    /// Acknowledges ids. Returns how many replies come before the one that counts.
    virtual int appendAcknowledge(std::span<const StreamId> ids) = 0;
    /// Returns true when an id is one message's for ever, so that acknowledging need not wait for the reply to a read
    /// that is under way, which may say that isAnother().
    [[nodiscard]] virtual bool areIdsUnique() const { return false; }

    /// Before a read: asks how many messages wait, and what is lost; one reply. False: nothing was asked, as when it is
    /// not due yet and costs much. Nothing: the server does not tell.
    virtual bool appendBehind(bool isDue) = 0;
    [[nodiscard]] virtual std::optional<qint64> behindIn(const RedisReply::Node& reply) = 0;

    /// News of gaps that preparing, looking and reading brought. Their keys, where they have any, are acknowledged one
    /// by one, each answered by a reply that nobody needs. False: the key is none of such news.
    [[nodiscard]] virtual std::vector<Delivery> takeNews() = 0;
    virtual bool appendNewsStored(const SourceKey& key) = 0;
    /// Hands out what an operator is to hear, once each.
    [[nodiscard]] virtual QStringList takeNotes() = 0;

    /// Begins what was delivered and never acknowledged. After every preparation: our own of any age, and nothing else.
    virtual void beginOwn() = 0;
    /// Puts on the list what consumers hold that have not been heard of for so long, and what is ours and never came:
    /// a request may reach the server, and be answered, long after its connection was given up.
    [[nodiscard]] virtual Result<void> claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token) = 0;
    [[nodiscard]] virtual bool isTakingOver() const = 0;
    /// Takes over up to `count` messages, when nothing is `held`. May bring nothing while it is still under way.
    [[nodiscard]] virtual Result<TakenOver> takeOver(int count, const OutstandingIds& held,
                                                     const CancelToken& token) = 0;
};

} // namespace portolan
