#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/sources/redis/redisconnection.h"
#include "storage/sources/redis/redisentry.h"
#include "storage/sources/redis/redisqueueprotocol.h"

#include <memory>
#include <optional>
#include <vector>

namespace portolan {

/// Tells the epoch of a source that a stream's entries belong to. A stream that was deleted and made again, as by
/// FLUSHALL, may use ids again; they are other messages then, and belong to a new epoch. The server's words about the
/// stream are weighed against those of the store before anything is read. Where the group has not come as far as what
/// is stored, or had to be made, or the stream's last id is below what is stored, or its ids are not the server's
/// clock, entries of both ends are compared with what is stored:
///
/// - An id with other content proves a new stream, because a stream gives an id once.
/// - Ids of the server's clock are mostly the same, wherever the group is (XGROUP DESTROY, SETID, a replica that took
///   over): they are not given twice, so keys tell.
/// - Of ids of the clock, a stream whose group was lost and that has no entry up to the last stored one, when it is
///   first read, is another one, of which that is told; its ids are others, so that it needs no epoch, about which
///   receivers would have to agree. Of a source that has a name it is the same.
/// - Of ids that a producer counts, a last one below what is stored is the beginning of a new stream where no entry is
///   known, or the group was lost with it; of a source that has a name (`identity=`) only the former, because its
///   operator says that other servers, which may lag and have no group yet, hold the same data. A stream that never had
///   an entry says nothing yet: the first one is awaited.
///
/// The store is asked before the server is, so that the receivers of one group come to the same epoch, and the stream
/// is watched (RedisStreamWatch) from before that, so that the answers are of the stream that is read. One thread.
class RedisStreamLife {
public:
    /// `identities`: SourceUrl::identities().
    RedisStreamLife(RedisConnection& link, QByteArray stream, std::vector<QByteArray> identities);

    /// Returns true for an id that the server's clock gave, which no other entry ever gets; false: a producer counts.
    [[nodiscard]] static bool isOfClock(quint64 major);
    /// The source of the entries' keys.
    [[nodiscard]] const QByteArray& source() const { return m_source; }

    /// To be called again and again, each time when the question it returned is answered, until it returns none: then
    /// look() is due, and decide().
    [[nodiscard]] std::shared_ptr<DedupQuery> ask();
    /// Forgets what was asked and heard: on a new connection, and when the stream may be another one.
    void restart();
    /// Asks the server about the stream; waits for the reply. Asked twice, the lower id counts.
    [[nodiscard]] Result<void> look(const CancelToken& token);
    /// The group, or the stream with it, was not there.
    void noteGroupLost() { m_wasLost = true; }
    /// As ask(); `delivered`: the group's last-delivered-id. Ready: source() is the one.
    [[nodiscard]] Result<QueueStep> decide(StreamId delivered, const CancelToken& token);
    /// After decide() was ready: what the store said, the epoch that was decided, and whether the stream is another one
    /// at this first look, so that nobody knows what the one before it had that was not read.
    [[nodiscard]] const DedupAnswer& known() const { return m_known; }
    [[nodiscard]] qint64 epoch() const { return m_epoch; }
    [[nodiscard]] bool isBegunUnseen() const { return m_isBegunUnseen; }
    /// Then: its first entry, or what was its last.
    [[nodiscard]] StreamId firstId() const { return m_firstId; }

private:
    [[nodiscard]] std::shared_ptr<DedupQuery> put(std::vector<DedupProbe> probes);
    [[nodiscard]] Result<std::vector<DedupProbe>> someEntries(const CancelToken& token);
    [[nodiscard]] bool isNew(bool isBelow, const DedupAnswer& compared) const;
    [[nodiscard]] bool isCounted() const; ///< the ids are not the server's clock
    [[nodiscard]] Result<std::optional<StreamId>> firstEntry(const CancelToken& token);
    QueueStep settle(bool isNew);

    RedisConnection& m_link;
    const QByteArray m_stream;
    const std::vector<QByteArray> m_identities;
    QByteArray m_source;
    std::shared_ptr<DedupQuery> m_question; ///< asked, or answered and not yet looked at
    std::optional<DedupAnswer> m_stored;    ///< of the store, before the server was looked at
    StreamId m_lastId;                      ///< the stream's; 0-0: there is none, or it never had an entry
    bool m_hasLooked = false;
    bool m_hasWaited = false; ///< for its first entry
    bool m_isTold = false;    ///< the server says so
    bool m_wasLost = false;
    bool m_isComparing = false;
    bool m_isForeign = false; ///< nothing in it can be what is stored
    StreamId m_firstId;
    bool m_isFirst = true; ///< nothing was decided yet
    bool m_isBegunUnseen = false;
    DedupAnswer m_known;
    qint64 m_epoch = 0;
};

} // namespace portolan
