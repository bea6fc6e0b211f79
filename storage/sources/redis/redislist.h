#pragma once

#include "storage/sources/redis/redislistwatch.h"
#include "storage/sources/redis/redisqueuesource.h"
#include "storage/sources/redis/redisstorednotes.h"

#include <map>

namespace portolan {

/// The keys beside a list, all in the list's slot of a cluster: `{orders}:portolan` and so on; a name that has a
/// {tag} of its own goes without further braces.
struct RedisListKeys {
    RedisListKeys(const QByteArray& list, const QByteArray& consumer);

    [[nodiscard]] QByteArray claimsOf(const QByteArray& consumer) const { return counter + ":claims:" + consumer; }
    [[nodiscard]] QByteArray againOf(const QByteArray& consumer) const { return counter + ":again:" + consumer; }

    QByteArray list;
    QByteArray counter;   ///< hash: `run` of the server, `epoch` and last `sequence`
    QByteArray consumers; ///< hash: consumer → when it was last heard of, the server's Unix milliseconds
    QByteArray claims;    ///< ours; hash: "epoch-sequence" → payload
    QByteArray again;     ///< ours; hash: "epoch-sequence" → how often it was handed out again
};

/// A Redis list whose producers RPUSH, or LPUSH where it is taken from the right (CONTRACT §2). A script takes heads
/// off the list and puts them, in the same step, into a hash of this consumer, from which they go when they are
/// acknowledged: whatever is killed when, each message stands in exactly one of the two. Its key is (epoch, sequence);
/// see redislistscripts.h.
///
/// Waiting costs no polling: BLMOVE from the list's end to the same end changes nothing, but blocks while the
/// list is empty; the claim follows it on its heels.
class RedisList final : public RedisQueueProtocol {
public:
    /// `isTakenRight`: from the list's right end.
    RedisList(RedisConnection& link, const QByteArray& list, const QByteArray& consumer,
              std::vector<QByteArray> identities, bool isTakenRight = false);

    [[nodiscard]] const QByteArray& keySource() const override { return m_identity; }
    [[nodiscard]] QString reading() const override;
    [[nodiscard]] Result<QueueStep> prepare(const CancelToken& token) override;
    void beginConnection() override { m_claim.forget(); }
    [[nodiscard]] bool mustPrepare(QByteArrayView error) override { return m_claim.isHashRefused(error); }
    [[nodiscard]] bool isPassedOver(QByteArrayView error) override;
    [[nodiscard]] bool canBlock() const override { return Clock::now() >= m_blocksAgain; }
    int appendRead(int count, qint64 bytes, std::chrono::milliseconds block) override;
    [[nodiscard]] Result<qint64> noteRead(const RedisReply::Node& reply) override;
    [[nodiscard]] Result<std::vector<Delivery>> messagesIn(const RedisReply::Node& reply) override;
    int appendAcknowledge(std::span<const StreamId> ids) override;
    [[nodiscard]] bool areIdsUnique() const override { return true; } // the epoch is in them
    bool appendBehind(bool isDue) override;
    [[nodiscard]] std::optional<qint64> behindIn(const RedisReply::Node& reply) override;
    bool appendNewsStored(const SourceKey&) override { return false; }
    [[nodiscard]] std::vector<Delivery> takeNews() override { return m_watch.takeNews(); }
    [[nodiscard]] QStringList takeNotes() override {
        return std::exchange(m_notes, {}) + m_watch.takeNotes() + m_stored.takeNotes();
    }
    void beginOwn() override;
    [[nodiscard]] Result<void> claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token) override;
    [[nodiscard]] bool isTakingOver() const override { return m_mustList || !m_pending.empty(); }
    [[nodiscard]] Result<TakenOver> takeOver(int count, const OutstandingIds& held, const CancelToken& token) override;

private:
    using Clock = std::chrono::steady_clock;
    Result<RedisReply> ask(std::span<const QByteArrayView> words, const QString& doing, const CancelToken& token);
    void tellPutBack();
    [[nodiscard]] Result<void> seeClaim(const RedisReply::Node& reply);
    Result<void> learnRun(const CancelToken& token);
    void appendClaim(int count, qint64 bytes);
    Result<void> listOwn(const CancelToken& token);
    [[nodiscard]] Delivery delivery(StreamId id, QByteArrayView payload, Timestamp now) const;

    RedisConnection& m_link;
    const bool m_isTakenRight;
    const RedisListKeys m_keys;
    const QByteArray m_consumer;
    const std::vector<QByteArray> m_identities; ///< SourceUrl::identities()
    std::shared_ptr<DedupQuery> m_question;     ///< which of them the store knows, and how far it has them
    QByteArray m_identity;
    RedisScript m_claim;
    QByteArray m_run; ///< run_id of the server; "-" where we may not ask
    RedisListWatch m_watch;
    RedisStoredNotes m_stored;
    QStringList m_notes;
    bool m_hasBegun = false;         ///< it was prepared once
    bool m_tellsBehind = true;       ///< the server answers how much waits
    bool m_mayTakeOver = true;       ///< the server tells of other consumers
    Clock::time_point m_blocksAgain; ///< BLMOVE was refused until then
    Clock::time_point m_nextSign;    ///< of life
    bool m_mustList = false;
    std::deque<StreamId> m_pending;            ///< claims to be handed out again, rising
    std::map<StreamId, qint64> m_countedAgain; ///< how often, of those that were already
    std::map<StreamId, qint64> m_unanswered;   ///< handed out, and no reply came, which counts not: how often before
};

class RedisListSource final : public RedisQueueSource {
public:
    explicit RedisListSource(const SourceUrl& url, RedisPullOptions options = {});
};

} // namespace portolan
