#include "storage/ingest/sql/sqldedupset.h"

#include "storage/base/clock.h"

#include <QtEndian>
#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t largestChunk = 4096;   // keys; a lookup among old ones decodes one chunk, some 10 µs
constexpr qint64 chunkWorthExtending = 1024; // beyond, a commit begins a new row rather than write this one again

/// Unsigned 64-bit numbers do not fit SQLite's integers; as big-endian bytes they compare as they should.
QByteArray ordered(quint64 number) {
    QByteArray bytes(8, Qt::Uninitialized);
    qToBigEndian(number, bytes.data());
    return bytes;
}

quint64 number(const QByteArray& ordered) {
    return ordered.size() == 8 ? qFromBigEndian<quint64>(ordered.constData()) : 0;
}

constexpr qsizetype hashBytes = 8;

void appendHash(QByteArray& to, quint64 hash) {
    to += ordered(hash);
}

/// Returns true when hashes that are stored beside a chunk are none, or one for each of its keys.
bool areHashesOf(const DedupChunk& chunk, const QByteArray& hashes) {
    return hashes.isEmpty() || hashes.size() == chunk.count() * hashBytes;
}

/// NULL where none is known.
QVariant hashesOrNull(const QByteArray& hashes) {
    return hashes.isEmpty() ? QVariant(QMetaType::fromType<QByteArray>()) : QVariant(hashes);
}

DedupChunk chunkOf(std::span<const DedupProbe> keys, QByteArray& hashes) {
    DedupChunk chunk;
    const bool isAnyKnown = std::ranges::any_of(keys, [](const DedupProbe& each) { return each.hash != 0; });
    hashes.reserve(isAnyKnown ? std::ssize(keys) * hashBytes : 0);
    for (const DedupProbe& each : keys) {
        chunk.append(each.key);
        if (isAnyKnown)
            appendHash(hashes, each.hash);
    }
    return chunk;
}

} // namespace

std::vector<DedupProbe> keysIn(const DedupChunk& chunk, const QByteArray& hashes) {
    std::vector<DedupProbe> keys;
    keys.reserve(static_cast<std::size_t>(chunk.count()));
    const char* at = hashes.constData();
    const char* const end = at + hashes.size();
    chunk.forEach([&](KeyPair key) {
        const bool isThere = end - at >= hashBytes;
        keys.push_back({key, isThere ? qFromBigEndian<quint64>(at) : 0});
        at += isThere ? hashBytes : 0;
        return true;
    });
    return keys;
}

Result<qint64> SqlDedupSet::sourceId(const QByteArray& source) {
    const Result<QVariant> id =
        m_connection.value(QStringLiteral("INSERT INTO portolan_sources (identity, last_seen) VALUES (?, ?) "
                                          "ON CONFLICT (identity) DO UPDATE SET last_seen = excluded.last_seen "
                                          "RETURNING id"),
                           {QString::fromUtf8(source), QString::fromLatin1(toIsoTime(currentTime()))});
    PORTOLAN_TRY(id);
    return id->toLongLong();
}

Result<std::optional<qint64>> SqlDedupSet::knownSource(const QByteArray& source) {
    const Result<QVariant> id = m_connection.value(QStringLiteral("SELECT id FROM portolan_sources WHERE identity = ?"),
                                                   {QString::fromUtf8(source)});
    PORTOLAN_TRY(id);
    return id->isNull() ? std::optional<qint64>() : std::optional(id->toLongLong());
}

Result<std::optional<SqlDedupSet::Stored>> SqlDedupSet::stored(const QString& condition, const QVariantList& bindings,
                                                               Hashes hashes) {
    const QString column = hashes == Hashes::All ? QStringLiteral("hashes")
                           : hashes == Hashes::None
                               ? QStringLiteral("NULL")
                               : QStringLiteral("CASE WHEN count < %1 THEN hashes END").arg(chunkWorthExtending);
    Result<QSqlQuery> query =
        m_connection.run(QStringLiteral("SELECT id, keys, %1 FROM portolan_source_chunks WHERE source_id = ? %2 "
                                        "ORDER BY first_major DESC, first_minor DESC LIMIT 1")
                             .arg(column, condition),
                         bindings, QStringLiteral("look up source keys in"));
    PORTOLAN_TRY(query);
    const Result<bool> found = m_connection.next(*query);
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<Stored>();
    const qint64 row = query->value(0).toLongLong();
    std::optional<DedupChunk> chunk = DedupChunk::decode(query->value(1).toByteArray());
    const QByteArray beside = query->value(2).toByteArray();
    if (!chunk || chunk->isEmpty() || !areHashesOf(*chunk, beside))
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Row %1 of portolan_source_chunks in %2 is damaged, so messages that come twice "
                                    "could not be told. Restore the store from a backup.")
                         .arg(row)
                         .arg(m_connection.where())};
    return std::optional<Stored>(Stored{row, std::move(*chunk), beside});
}

Result<std::optional<SqlDedupSet::Stored>> SqlDedupSet::last(qint64 source, Hashes hashes) {
    return stored(QString(), {source}, hashes);
}

Result<std::optional<SqlDedupSet::Stored>> SqlDedupSet::around(qint64 source, KeyPair key, Hashes hashes) {
    return stored(QStringLiteral("AND (first_major, first_minor) <= (?, ?)"),
                  {source, ordered(key.major), ordered(key.minor)}, hashes);
}

Result<std::optional<KeyPair>> SqlDedupSet::nextBeginning(qint64 source, KeyPair key) {
    Result<QSqlQuery> query = m_connection.run(
        QStringLiteral("SELECT first_major, first_minor FROM portolan_source_chunks WHERE source_id = ? "
                       "AND (first_major, first_minor) > (?, ?) ORDER BY first_major, first_minor LIMIT 1"),
        {source, ordered(key.major), ordered(key.minor)}, QStringLiteral("look up source keys in"));
    PORTOLAN_TRY(query);
    const Result<bool> found = m_connection.next(*query);
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<KeyPair>();
    return std::optional<KeyPair>(
        KeyPair{number(query->value(0).toByteArray()), number(query->value(1).toByteArray())});
}

Result<KeyPair> SqlDedupSet::first(qint64 source) {
    Result<QSqlQuery> query = m_connection.run(
        QStringLiteral("SELECT first_major, first_minor FROM portolan_source_chunks WHERE source_id = ? ORDER BY "
                       "first_major, first_minor LIMIT 1"),
        {source}, QStringLiteral("look up source keys in"));
    PORTOLAN_TRY(query);
    const Result<bool> found = m_connection.next(*query);
    PORTOLAN_TRY(found);
    return *found ? KeyPair{number(query->value(0).toByteArray()), number(query->value(1).toByteArray())} : KeyPair();
}

Result<void> SqlDedupSet::replace(qint64 source, std::optional<qint64> row, std::span<const DedupProbe> keys) {
    if (row) {
        const Result<void> deleted =
            m_connection.execute(QStringLiteral("DELETE FROM portolan_source_chunks WHERE id = ?"), {*row});
        if (!deleted)
            return deleted;
    }
    for (std::size_t at = 0; at < keys.size(); at += largestChunk) {
        QByteArray hashes;
        const DedupChunk chunk = chunkOf(keys.subspan(at, std::min(largestChunk, keys.size() - at)), hashes);
        const Result<void> inserted = m_connection.execute(
            QStringLiteral("INSERT INTO portolan_source_chunks (source_id, first_major, first_minor, last_major, "
                           "last_minor, count, keys, hashes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
            {source, ordered(chunk.first().major), ordered(chunk.first().minor), ordered(chunk.last().major),
             ordered(chunk.last().minor), chunk.count(), chunk.encoded(), hashesOrNull(hashes)},
            QStringLiteral("remember source keys in"));
        if (!inserted)
            return inserted;
    }
    return {};
}

Result<void> SqlDedupSet::append(qint64 source, const std::optional<Stored>& last, std::span<const DedupProbe> keys) {
    if (keys.empty())
        return {};
    const bool isTooLong = last && last->chunk.count() + std::ssize(keys) > static_cast<qint64>(largestChunk);
    if (!last || last->chunk.count() >= chunkWorthExtending || isTooLong)
        return replace(source, std::nullopt, keys);
    DedupChunk longer = last->chunk;
    QByteArray hashes = last->hashes;
    if (hashes.isEmpty())
        hashes.fill('\0', longer.count() * hashBytes); // an older version's
    for (const DedupProbe& each : keys) {
        longer.append(each.key);
        appendHash(hashes, each.hash);
    }
    return m_connection.execute(
        QStringLiteral("UPDATE portolan_source_chunks SET last_major = ?, last_minor = ?, count = ?, keys = ?, "
                       "hashes = ? WHERE id = ?"),
        {ordered(longer.last().major), ordered(longer.last().minor), longer.count(), longer.encoded(), hashes,
         last->row},
        QStringLiteral("remember source keys in"));
}

/// Keys that are not beyond everything known: chunk after chunk, each looked up, completed and written once.
Result<void> SqlDedupSet::addOld(qint64 source, std::span<const DedupProbe> keys, std::span<KeyState> states) {
    std::size_t at = 0;
    while (at < keys.size()) {
        const Result<std::optional<Stored>> found = around(source, keys[at].key, Hashes::All);
        PORTOLAN_TRY(found);
        const std::optional<Stored>& holder = *found;
        // All keys before the next chunk belong to this one, or to a new one before every other.
        const Result<std::optional<KeyPair>> next = nextBeginning(source, keys[at].key);
        PORTOLAN_TRY(next);
        std::vector<DedupProbe> merged;
        const std::vector<DedupProbe> known =
            holder ? keysIn(holder->chunk, holder->hashes) : std::vector<DedupProbe>();
        merged.reserve(known.size() + keys.size() - at);
        auto each = known.begin();
        for (; at < keys.size() && (!*next || keys[at].key < **next); ++at) {
            for (; each != known.end() && each->key < keys[at].key; ++each)
                merged.push_back(*each);
            const bool isKnown = each != known.end() && each->key == keys[at].key;
            states[at] = {!isKnown, isKnown ? each->hash : keys[at].hash};
            if (!isKnown)
                merged.push_back(keys[at]);
        }
        merged.insert(merged.end(), each, known.end());
        if (merged.size() == known.size())
            continue;
        const Result<void> written =
            replace(source, holder ? std::optional<qint64>(holder->row) : std::nullopt, merged);
        if (!written)
            return written;
    }
    return {};
}

Result<std::vector<KeyState>> SqlDedupSet::add(const QByteArray& source, std::span<const DedupProbe> keys) {
    const Result<qint64> id = sourceId(source);
    PORTOLAN_TRY(id);
    const Result<std::optional<Stored>> greatest = last(*id, Hashes::OfAGrowing);
    PORTOLAN_TRY(greatest);
    const auto firstNew =
        *greatest ? std::ranges::upper_bound(keys, (*greatest)->chunk.last(), {}, &DedupProbe::key) : keys.begin();
    const std::span<const DedupProbe> beyond(firstNew, keys.end());
    // The new ones first: they extend the chunk that was just read, before the old ones change it.
    PORTOLAN_TRY(append(*id, *greatest, beyond));
    std::vector<KeyState> states;
    states.reserve(keys.size());
    for (const DedupProbe& each : keys)
        states.push_back({true, each.hash});
    const std::span<const DedupProbe> old(keys.begin(), firstNew);
    PORTOLAN_TRY(addOld(*id, old, states));
    return states;
}

Result<std::vector<KeyPair>> SqlDedupSet::erase(const QByteArray& source, std::span<const KeyPair> keys) {
    std::vector<KeyPair> gone;
    if (keys.empty())
        return gone;
    const Result<std::optional<qint64>> id = knownSource(source);
    if (!id || !*id)
        return id ? Result<std::vector<KeyPair>>(gone) : id.error();
    for (std::size_t at = 0; at < keys.size();) {
        const Result<std::optional<Stored>> holder = around(**id, keys[at], Hashes::All);
        PORTOLAN_TRY(holder);
        if (!*holder || (*holder)->chunk.last() < keys[at]) {
            ++at;
            continue;
        }
        std::vector<DedupProbe> left;
        for (const DedupProbe& each : keysIn((*holder)->chunk, (*holder)->hashes)) {
            while (at < keys.size() && keys[at] < each.key)
                ++at;
            if (at < keys.size() && keys[at] == each.key)
                gone.push_back(each.key);
            else
                left.push_back(each);
        }
        while (at < keys.size() && keys[at] <= (*holder)->chunk.last())
            ++at;
        if (std::ssize(left) < (*holder)->chunk.count()) {
            PORTOLAN_TRY(replace(**id, (*holder)->row, left));
        }
    }
    return gone;
}

Result<std::optional<KeyPair>> SqlDedupSet::next(const QByteArray& source, KeyPair from) {
    const Result<std::optional<qint64>> id = knownSource(source);
    if (!id || !*id)
        return id ? Result<std::optional<KeyPair>>(std::nullopt) : id.error();
    const Result<std::optional<Stored>> holder = around(**id, from, Hashes::None);
    PORTOLAN_TRY(holder);
    if (*holder && (*holder)->chunk.last() >= from) {
        std::optional<KeyPair> found;
        (*holder)->chunk.forEach([&](KeyPair key) {
            if (key >= from)
                found = key;
            return !found;
        });
        return found;
    }
    return nextBeginning(**id, from);
}

Result<std::optional<KeyPair>> SqlDedupSet::lastBefore(const QByteArray& source, KeyPair key) {
    std::optional<KeyPair> found;
    const Result<std::optional<qint64>> id = knownSource(source);
    if (!id || !*id)
        return id ? Result<std::optional<KeyPair>>(found) : id.error();
    const Result<std::optional<Stored>> holder = stored(QStringLiteral("AND (first_major, first_minor) < (?, ?)"),
                                                        {**id, ordered(key.major), ordered(key.minor)}, Hashes::None);
    PORTOLAN_TRY(holder);
    if (*holder)
        (*holder)->chunk.forEach([&](KeyPair each) {
            if (each < key)
                found = each;
            return each < key;
        });
    return found;
}

Result<bool> SqlDedupSet::knows(const QByteArray& source) {
    const Result<std::optional<qint64>> id = knownSource(source);
    PORTOLAN_TRY(id);
    return id->has_value();
}

Result<void> SqlDedupSet::clear(const QByteArray& source) {
    const Result<std::optional<qint64>> id = knownSource(source);
    if (!id || !*id)
        return id ? Result<void>() : id.error();
    PORTOLAN_TRY(m_connection.execute(QStringLiteral("DELETE FROM portolan_source_chunks WHERE source_id = ?"), {**id},
                                      QStringLiteral("forget source keys in")));
    return m_connection.execute(QStringLiteral("DELETE FROM portolan_sources WHERE id = ?"), {**id},
                                QStringLiteral("forget source keys in"));
}

Result<std::vector<quint64>> SqlDedupSet::hashesOf(const QByteArray& source, std::span<const KeyPair> keys) {
    std::vector<quint64> hashes(keys.size(), 0);
    const Result<std::optional<qint64>> id = knownSource(source);
    if (!id || !*id)
        return id ? Result<std::vector<quint64>>(hashes) : id.error();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const Result<std::optional<Stored>> holder = around(**id, keys[i], Hashes::All);
        PORTOLAN_TRY(holder);
        if (!*holder)
            continue;
        const std::vector<DedupProbe> known = keysIn((*holder)->chunk, (*holder)->hashes);
        const auto found = std::ranges::lower_bound(known, keys[i], {}, &DedupProbe::key);
        if (found != known.end() && found->key == keys[i])
            hashes[i] = found->hash;
    }
    return hashes;
}

Result<DedupAnswer> SqlDedupSet::from(const QByteArray& source, KeyPair key) {
    const Result<std::optional<qint64>> id = knownSource(source);
    PORTOLAN_TRY(id);
    if (!*id)
        return DedupAnswer{key, {}};
    const qint64 number = **id;
    const Result<std::optional<Stored>> greatest = last(number, Hashes::None);
    PORTOLAN_TRY(greatest);
    DedupAnswer answer{key, {}};
    if (!*greatest)
        return answer;
    answer.last = (*greatest)->chunk.last();
    const Result<KeyPair> least = first(number);
    PORTOLAN_TRY(least);
    answer.first = *least;
    while (answer.next <= *answer.last) {
        const Result<std::optional<Stored>> holder = around(number, answer.next, Hashes::None);
        PORTOLAN_TRY(holder);
        const KeyPair before = answer.next;
        if (*holder)
            answer.next = (*holder)->chunk.firstMissing(before);
        if (answer.next == before)
            break;
    }
    return answer;
}

} // namespace portolan
