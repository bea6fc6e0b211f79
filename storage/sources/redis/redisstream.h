#pragma once

#include "storage/sources/redis/redispendingclaimer.h"
#include "storage/sources/redis/redisqueuesource.h"
#include "storage/sources/redis/redisstorednotes.h"
#include "storage/sources/redis/redisstreamagain.h"
#include "storage/sources/redis/redisstreamlife.h"
#include "storage/sources/redis/redisstreamwatch.h"

namespace portolan {

/// A Redis stream read through a consumer group (CONTRACT §2): an entry stays in the group's pending list until it is
/// acknowledged.
class RedisStream final : public RedisQueueProtocol {
public:
    RedisStream(RedisConnection& link, RedisGroup group);

    [[nodiscard]] const QByteArray& keySource() const override { return m_life.source(); }
    [[nodiscard]] QString reading() const override;
    void beginConnection() override { m_isWatched = false; }
    [[nodiscard]] Result<QueueStep> prepare(const CancelToken& token) override;
    [[nodiscard]] bool mustPrepare(QByteArrayView error) override;
    [[nodiscard]] bool isPassedOver(QByteArrayView error) override;
    [[nodiscard]] bool isAnother() const override { return m_watch.isAnother() || m_isUndecided; }
    int appendRead(int count, qint64 bytes, std::chrono::milliseconds block) override;
    [[nodiscard]] Result<qint64> noteRead(const RedisReply::Node& reply) override;
    [[nodiscard]] Result<std::vector<Delivery>> messagesIn(const RedisReply::Node& reply) override;
    int appendAcknowledge(std::span<const StreamId> ids) override;
    bool appendBehind(bool isDue) override;
    [[nodiscard]] std::optional<qint64> behindIn(const RedisReply::Node& reply) override;
    bool appendNewsStored(const SourceKey& key) override { return m_watch.appendStored(key); }
    [[nodiscard]] std::vector<Delivery> takeNews() override { return m_watch.takeNews(); }
    [[nodiscard]] QStringList takeNotes() override;
    void beginOwn() override { m_takeover.beginOwn(); }
    [[nodiscard]] Result<void> claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token) override;
    [[nodiscard]] bool isTakingOver() const override { return m_takeover.isUnderWay() || m_again.isUnderWay(); }
    [[nodiscard]] Result<TakenOver> takeOver(int count, const OutstandingIds& held, const CancelToken& token) override;

private:
    enum class Group { There, Missing, Unknown };
    [[nodiscard]] Result<Group> findGroup(const CancelToken& token);
    [[nodiscard]] Result<bool> makeGroup(const CancelToken& token);
    [[nodiscard]] Result<bool> watch(const CancelToken& token);
    [[nodiscard]] Result<void> readAgain(const CancelToken& token);
    void tellBegunUnseen();
    [[nodiscard]] std::optional<qint64> waitingIn(const RedisReply::Node& groups) const;

    RedisConnection& m_link;
    const RedisGroup m_group;
    RedisPendingClaimer m_takeover;
    RedisStreamLife m_life;
    RedisStreamWatch m_watch;
    RedisStoredNotes m_stored;
    RedisStreamAgain m_again;
    QStringList m_notes;
    bool m_mayAsk = true;          ///< XINFO GROUPS
    bool m_asksByWatch = false;    ///< what is asked for how much waits, last
    bool m_isGroupMissing = false; ///< as a read said
    bool m_wasMade = false;        ///< the group, by us, and nothing was read since
    bool m_isUntold = false;       ///< that it was made
    bool m_wasMissing = false;     ///< the group, when this began: what goes later is told by the watch
    bool m_isWatched = false;      ///< since before the store was asked
    bool m_isUndecided = false;    ///< it is another stream, and its epoch is not known yet
    StreamId m_delivered;          ///< to the group, last; the greatest there can be where the server does not tell
};

class RedisStreamSource final : public RedisQueueSource {
public:
    explicit RedisStreamSource(const SourceUrl& url, RedisPullOptions options = {});
};

} // namespace portolan
