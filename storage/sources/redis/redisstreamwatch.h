#pragma once

#include "storage/sources/redis/redispendingclaimer.h"

#include <QStringList>
#include <set>

namespace portolan {

/// Watches a stream and its group for what goes before it is delivered (RELIABILITY 14): entries that were trimmed, and
/// a stream or group that vanishes while it is read. A look goes with every read, right before it, so that nothing is
/// read in between. A loss that a look found is kept in a hash beside the stream until its gap is stored, so that it is
/// told once, whichever receiver dies when and however many read the group. Tells as well when another receiver made
/// stream or group again, and no read fails: a group never goes back, and forgets none of its consumers. One thread.
class RedisStreamWatch {
public:
    RedisStreamWatch(RedisConnection& link, const RedisGroup& group);

    /// Puts a look on the connection, answered by one reply. False: this account may not look.
    bool appendLook();
    void takeLook(const RedisReply::Node& reply);
    /// Looks, where this account may; waits for the reply.
    [[nodiscard]] Result<void> look(const CancelToken& token);
    /// Notes new messages, `count` from `first` to `last`, that were read after the last look.
    void noteRead(StreamId first, StreamId last, qint64 count);
    /// Says, until begin(), that a look or a read saw another stream or group than those before it.
    [[nodiscard]] bool isAnother() const { return m_isAnother; }
    /// Says that isAnother() because the group was made again, rather than set back by an operator.
    [[nodiscard]] bool wasMadeAgain() const { return m_wasMadeAgain; }
    [[nodiscard]] std::optional<qint64> behind() const { return m_behind; }
    /// Returns false when the server lets nobody run scripts.
    [[nodiscard]] bool mayLook() const { return m_mayLook; }

    /// After the group was found, or made: looks, tells what vanished with the one before it, and what an earlier
    /// receiver found lost and did not store. Waits for replies.
    [[nodiscard]] Result<void> begin(bool wasMade, const CancelToken& token);
    /// Says that the group was there at some time: what goes from then on is told by this.
    [[nodiscard]] bool hasBegun() const { return m_hasBegun; }
    /// The group was there when a command asked for it.
    void noteThere() { m_hasBegun = true; }
    /// Tells of a group that vanished from what looks like the same stream, once it is known whether it is another one,
    /// whose producer counts the ids.
    void tellHeld(bool isAnotherStream);
    /// Says, once, that somebody put the group forward (XGROUP SETID, or made it at an id): its account of what it read
    /// was unknown to the server. Entries may have been passed over.
    [[nodiscard]] bool takeWasPut() { return std::exchange(m_wasPut, false); }
    /// Returns how many entries the stream has no more; nothing before Redis 7.
    [[nodiscard]] std::optional<qint64> gone() const;
    /// Tells of a gap under a key, by which it is stored once. `missing`: nothing where nobody knows.
    void tell(const SourceKey& key, std::optional<qint64> missing, std::optional<qint64> atMost, const QString& words);
    /// Tells what other receivers found lost `idle` ago and did not store.
    [[nodiscard]] Result<void> tellForgotten(std::chrono::milliseconds idle, const CancelToken& token);
    /// Puts on the connection that the gap of this key is stored. False: the key is none of a loss.
    bool appendStored(const SourceKey& key);

    [[nodiscard]] std::vector<Delivery> takeNews() { return std::exchange(m_news, {}); }
    [[nodiscard]] QStringList takeNotes() { return std::exchange(m_notes, {}); }

private:
    struct Sight {
        StreamId first;
        StreamId last;
        qint64 added = -1;
        qint64 length = -1;
        qint64 waiting = -1;
        qint64 read = -1;
        bool isAlone = false;                                        ///< the group has no other consumer
        [[nodiscard]] qint64 gone() const { return added - length; } ///< entries that are in the stream no more
        /// Returns how many entries were read or are accounted for.
        [[nodiscard]] qint64 accounted() const { return std::max(read, gone()); }
    };
    struct Vanished {
        std::optional<Sight> before;
        qint64 readSince = 0;
    };
    struct Loss {
        qint64 lost = 0;
        qint64 atMost = 0; ///< trimmed or deleted, nobody knows how many
    };
    [[nodiscard]] QByteArray lossSource() const;
    [[nodiscard]] QString streamName() const;
    void append(bool isFresh);
    void tellTrimmed(const Loss& loss, std::optional<StreamId> note);
    void tellVanished(Vanished vanished);
    void tellStreamGone(const Vanished& vanished);
    void tellGroupGone(const Vanished& vanished);
    [[nodiscard]] bool isSameStream(const Vanished& vanished) const;
    void tellUnwatched(const Sight& now, qint64 found);
    void addNews(std::optional<qint64> missing, std::optional<qint64> atMost, const QString& words,
                 const SourceKey& key);
    void addGap(std::optional<qint64> missing, std::optional<qint64> atMost, const QString& words,
                const SourceKey& key);
    void noteDenied(const QString& what, QByteArrayView error);
    static bool isSame(const Sight& before, const Sight& now);
    void notePut(StreamId delivered, const Sight& now);
    void noteAnother(StreamId delivered, const Sight& now, QByteArrayView isKnown);

    RedisConnection& m_link;
    const RedisGroup& m_group;
    const QByteArray m_notesKey; ///< hash: "milliseconds-entries" → "lost at-most consumer"
    RedisScript m_look;
    bool m_mayLook = true;
    bool m_isUnwatched = false;     ///< a read had no look before it
    bool m_hasBegun = false;        ///< the group was there once
    std::optional<Vanished> m_held; ///< until it is known whether the stream is another one
    qint64 m_accounted = 0;         ///< lost and told, where the group's account may not be changed
    bool m_deniedTold = false;
    std::optional<Sight> m_sight;
    qint64 m_readSince = 0;  ///< messages, after m_sight
    StreamId m_floor;        ///< all that the group delivers next is above it
    bool m_wasKnown = false; ///< this consumer, to the group
    bool m_isAnother = false;
    bool m_wasMadeAgain = false;
    bool m_wasPut = false;
    std::optional<qint64> m_behind;
    std::set<StreamId> m_telling; ///< notes whose gaps are under way
    std::set<SourceKey> m_said;   ///< keys of gaps of which the operator has heard
    std::vector<Delivery> m_news;
    QStringList m_notes;
};

} // namespace portolan
