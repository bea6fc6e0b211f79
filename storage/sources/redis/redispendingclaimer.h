#pragma once

#include "storage/sources/redis/redisqueueprotocol.h"

#include <deque>
#include <map>
#include <vector>

namespace portolan {

/// A consumer group of a stream, and who we are in it.
struct RedisGroup {
    QByteArray stream;
    QByteArray group;
    QByteArray consumer;
    QByteArray identity;                ///< SourceUrl::identity()
    std::vector<QByteArray> identities; ///< SourceUrl::identities()
};

/// Takes over pending entries of a consumer group: our own from before a crash, and those of consumers that have
/// not touched them for long. Uses XPENDING, which tells how often an entry was delivered without counting that as a
/// delivery, and then XCLAIM for exactly the entries that nobody in this process holds; XAUTOCLAIM would claim what
/// we are storing at the moment and raise its count until it looks like poison.
///
/// Who may not run these has its own entries again by XREADGROUP, which does not tell how often they were delivered,
/// and nobody else's.
///
/// Entries are taken over in groups that shrink as their Tries grow, and the next group only when the one before is
/// stored and acknowledged. Tries that do not count are noted in a hash beside the stream, which goes by itself after a
/// day; who may not write it does without them. A claim whose reply never came is no delivery: it is not counted. Every
/// call waits for its replies: only while the connection owes none. One thread.
class RedisPendingClaimer {
public:
    RedisPendingClaimer(RedisConnection& link, RedisGroup group);

    /// The source of the keys from now on; the group's identity until then.
    void setKeySource(const QByteArray& source) { m_keySource = source; }

    /// After every connecting: our own pending entries, whatever their age, and nothing else.
    void beginOwn();
    /// Puts the consumers that have pending entries on the list, and ourselves.
    [[nodiscard]] Result<void> claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token);
    [[nodiscard]] QStringList takeNotes() { return std::exchange(m_notes, {}); }
    [[nodiscard]] bool isUnderWay() const { return !m_scans.empty(); }

    /// Takes over up to `count` entries, when nothing is `held`. May bring nothing while it is still under way.
    [[nodiscard]] Result<TakenOver> step(int count, const OutstandingIds& held, const CancelToken& token);

private:
    struct Scan {
        QByteArray consumer;
        std::chrono::milliseconds idle{0};
        StreamId from; ///< entries before it were looked at
    };
    struct Pending {
        StreamId id;
        DeliveryCount tries; ///< before this one
    };
    void noteDenied(const QString& doing, QByteArrayView error);
    [[nodiscard]] Result<TakenOver> ownAgain(int count, const OutstandingIds& held, const CancelToken& token);
    static void cutToGroup(std::vector<Pending>& pending, int count);
    Result<RedisReply> ask(const std::vector<QByteArray>& words, const QString& doing, const CancelToken& token);
    Result<std::vector<Pending>> pendingOf(const Scan& scan, int count, const CancelToken& token);
    Result<DeliveryCount> withUncounted(const Pending& entry, const CancelToken& token);
    Result<bool> noteUncounted(StreamId id, DeliveryCount tries, const CancelToken& token);
    Result<std::vector<StreamId>> takeOutTrimmed(std::vector<Pending>& wanted, const CancelToken& token);
    Result<TakenOver> claim(const Scan& scan, std::vector<Pending> wanted, const CancelToken& token);
    Result<std::vector<StreamId>> trimmed(const std::vector<StreamId>& missing, const CancelToken& token);

    RedisConnection& m_link;
    const RedisGroup m_group;
    QByteArray m_keySource;
    const QByteArray m_uncounted; ///< hash: id → tries alone that do not count
    bool m_maySummarize = true;   ///< XPENDING of the whole group
    bool m_mayClaim = true;       ///< XPENDING and XCLAIM
    QStringList m_notes;
    std::deque<Scan> m_scans;                       ///< the front one is being gone through
    std::map<StreamId, DeliveryCount> m_unanswered; ///< claimed, and no reply came: what they had before
};

} // namespace portolan
