#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/sources/redis/redisconnection.h"
#include "storage/sources/redis/redisentry.h"

#include <QStringList>
#include <map>
#include <optional>
#include <span>

namespace portolan {

/// Keeps beside a stream or list, at the server, how far each store has what came from it. A server hands out a message
/// once and forgets the acknowledged one, and a store that an older one of its own replaced knows nothing of what is
/// missing: only a note outside of both tells. Stores that share the source have a note each, under the key with which
/// their part of it begins, and receivers of one store share its note. One thread.
class RedisStoredNotes {
public:
    /// `key`: of the hash, in the slot of what is read. `what`: the name of that for operators.
    RedisStoredNotes(RedisConnection& link, QByteArray key, QString what);

    /// Reads the notes; waits for the reply. Before the store is asked, or another receiver of it may be ahead.
    [[nodiscard]] Result<void> read(const CancelToken& token);
    /// Takes what the store says of the source, the keys of which are of `epoch` from now on.
    void know(const DedupAnswer& answer, qint64 epoch);

    /// A store that had more than it has.
    struct PutBack {
        StreamId after; ///< the last of this epoch that it has; 0-0: none
        StreamId noted; ///< the last that it had; the greatest there can be: of a later epoch
        /// The last of this epoch that it knows to have had: up to there it tells what is gone, and was taken from it
        /// alone, itself.
        StreamId known;
        qint64 gone = 0;      ///< messages, after `after`, of which it tells
        bool isAlone = false; ///< no other store has a part of the source
    };
    /// Finds one among those that know() told of, by the notes of read().
    [[nodiscard]] std::optional<PutBack> putBack() const;
    /// Returns the last of this epoch that any store has noted.
    [[nodiscard]] std::optional<StreamId> greatest() const;

    /// Puts on the connection that what these ids name is stored; returns how many replies that has.
    int append(std::span<const StreamId> ids);
    /// Returns true for the error of an account that may not note: nothing is noted from now on, and a notice says so.
    [[nodiscard]] bool isDenied(QByteArrayView error);
    [[nodiscard]] QStringList takeNotes() { return std::exchange(m_notices, {}); }

private:
    struct Place {
        qint64 epoch = 0;
        StreamId id;
        friend auto operator<=>(const Place&, const Place&) = default;
    };
    [[nodiscard]] static QByteArray textOf(const Place& place);
    [[nodiscard]] static std::optional<Place> placeOf(QByteArrayView text);

    RedisConnection& m_link;
    const QByteArray m_key; ///< hash: a store's first key → its last place
    const QString m_what;
    QStringList m_notices;
    std::map<QByteArray, Place> m_noted;
    std::vector<StoredSpan> m_stores;
    std::vector<QByteArray> m_names; ///< of the stores, in m_key
    qint64 m_epoch = 0;
    bool m_isKnown = false; ///< the store was asked
    bool m_mayNote = true;
};

} // namespace portolan
