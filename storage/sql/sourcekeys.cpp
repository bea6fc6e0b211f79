#include "storage/sql/sourcekeys.h"

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

std::vector<KeyPair> keysOf(const KeyChunk& chunk) {
    std::vector<KeyPair> keys;
    keys.reserve(static_cast<std::size_t>(chunk.count()));
    chunk.forEach([&](KeyPair key) {
        keys.push_back(key);
        return true;
    });
    return keys;
}

KeyChunk chunkOf(std::span<const KeyPair> keys) {
    KeyChunk chunk;
    for (const KeyPair key : keys)
        chunk.append(key);
    return chunk;
}

} // namespace

Result<qint64> SourceKeys::sourceId(const QByteArray& source) {
    const Result<QVariant> id =
        m_connection.value(QStringLiteral("INSERT INTO portolan_sources (identity, last_seen) VALUES (?, ?) "
                                          "ON CONFLICT (identity) DO UPDATE SET last_seen = excluded.last_seen "
                                          "RETURNING id"),
                           {QString::fromUtf8(source), QString::fromLatin1(toIsoTime(currentTime()))});
    if (!id)
        return id.error();
    return id->toLongLong();
}

Result<std::optional<SourceKeys::Stored>> SourceKeys::stored(const QString& condition, const QVariantList& bindings) {
    Result<QSqlQuery> query =
        m_connection.run(QStringLiteral("SELECT id, keys FROM portolan_source_chunks WHERE source_id = ? ") + condition
                             + QStringLiteral(" ORDER BY first_major DESC, first_minor DESC LIMIT 1"),
                         bindings, QStringLiteral("look up source keys in"));
    if (!query)
        return query.error();
    const Result<bool> found = m_connection.next(*query);
    if (!found)
        return found.error();
    if (!*found)
        return std::optional<Stored>();
    const qint64 row = query->value(0).toLongLong();
    std::optional<KeyChunk> chunk = KeyChunk::decode(query->value(1).toByteArray());
    if (!chunk || chunk->isEmpty())
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Row %1 of portolan_source_chunks in %2 is damaged, so messages that come twice "
                                    "could not be told. Restore the store from a backup.")
                         .arg(row)
                         .arg(m_connection.where())};
    return std::optional<Stored>(Stored{row, std::move(*chunk)});
}

Result<std::optional<SourceKeys::Stored>> SourceKeys::last(qint64 source) {
    return stored(QString(), {source});
}

Result<std::optional<SourceKeys::Stored>> SourceKeys::around(qint64 source, KeyPair key) {
    return stored(QStringLiteral("AND (first_major, first_minor) <= (?, ?)"),
                  {source, ordered(key.major), ordered(key.minor)});
}

Result<std::optional<KeyPair>> SourceKeys::nextBeginning(qint64 source, KeyPair key) {
    Result<QSqlQuery> query = m_connection.run(
        QStringLiteral("SELECT first_major, first_minor FROM portolan_source_chunks WHERE source_id = ? "
                       "AND (first_major, first_minor) > (?, ?) ORDER BY first_major, first_minor LIMIT 1"),
        {source, ordered(key.major), ordered(key.minor)}, QStringLiteral("look up source keys in"));
    if (!query)
        return query.error();
    const Result<bool> found = m_connection.next(*query);
    if (!found)
        return found.error();
    if (!*found)
        return std::optional<KeyPair>();
    return std::optional<KeyPair>(
        KeyPair{number(query->value(0).toByteArray()), number(query->value(1).toByteArray())});
}

Result<void> SourceKeys::replace(qint64 source, std::optional<qint64> row, std::span<const KeyPair> keys) {
    if (row) {
        const Result<void> deleted =
            m_connection.execute(QStringLiteral("DELETE FROM portolan_source_chunks WHERE id = ?"), {*row});
        if (!deleted)
            return deleted;
    }
    for (std::size_t at = 0; at < keys.size(); at += largestChunk) {
        const KeyChunk chunk = chunkOf(keys.subspan(at, std::min(largestChunk, keys.size() - at)));
        const Result<void> inserted = m_connection.execute(
            QStringLiteral("INSERT INTO portolan_source_chunks (source_id, first_major, first_minor, last_major, "
                           "last_minor, count, keys) VALUES (?, ?, ?, ?, ?, ?, ?)"),
            {source, ordered(chunk.first().major), ordered(chunk.first().minor), ordered(chunk.last().major),
             ordered(chunk.last().minor), chunk.count(), chunk.encoded()},
            QStringLiteral("remember source keys in"));
        if (!inserted)
            return inserted;
    }
    return {};
}

Result<void> SourceKeys::append(qint64 source, const std::optional<Stored>& last, std::span<const KeyPair> keys) {
    if (keys.empty())
        return {};
    if (!last || last->chunk.count() >= chunkWorthExtending)
        return replace(source, std::nullopt, keys);
    KeyChunk longer = last->chunk;
    for (const KeyPair key : keys)
        longer.append(key);
    if (longer.count() > static_cast<qint64>(largestChunk))
        return replace(source, std::nullopt, keys);
    return m_connection.execute(
        QStringLiteral("UPDATE portolan_source_chunks SET last_major = ?, last_minor = ?, count = ?, keys = ? "
                       "WHERE id = ?"),
        {ordered(longer.last().major), ordered(longer.last().minor), longer.count(), longer.encoded(), last->row},
        QStringLiteral("remember source keys in"));
}

/// Keys that are not beyond everything known: chunk after chunk, each looked up, completed and written once.
Result<std::vector<KeyPair>> SourceKeys::addOld(qint64 source, std::span<const KeyPair> keys) {
    std::vector<KeyPair> added;
    std::size_t at = 0;
    while (at < keys.size()) {
        const Result<std::optional<Stored>> found = around(source, keys[at]);
        if (!found)
            return found.error();
        const std::optional<Stored>& holder = *found;
        // All keys before the next chunk belong to this one, or to a new one before every other.
        const Result<std::optional<KeyPair>> next = nextBeginning(source, keys[at]);
        if (!next)
            return next.error();
        std::size_t end = at + 1;
        while (end < keys.size() && (!*next || keys[end] < **next))
            ++end;
        const std::span<const KeyPair> mine = keys.subspan(at, end - at);
        const std::vector<KeyPair> known = holder ? keysOf(holder->chunk) : std::vector<KeyPair>();
        std::vector<KeyPair> fresh;
        std::ranges::set_difference(mine, known, std::back_inserter(fresh));
        if (!fresh.empty()) {
            std::vector<KeyPair> merged;
            std::ranges::merge(known, fresh, std::back_inserter(merged));
            const Result<void> written =
                replace(source, holder ? std::optional<qint64>(holder->row) : std::nullopt, merged);
            if (!written)
                return written.error();
            added.insert(added.end(), fresh.begin(), fresh.end());
        }
        at = end;
    }
    return added;
}

Result<std::vector<KeyPair>> SourceKeys::add(const QByteArray& source, std::span<const KeyPair> keys) {
    const Result<qint64> id = sourceId(source);
    if (!id)
        return id.error();
    const Result<std::optional<Stored>> greatest = last(*id);
    if (!greatest)
        return greatest.error();
    const auto firstNew = *greatest ? std::ranges::upper_bound(keys, (*greatest)->chunk.last()) : keys.begin();
    const std::span<const KeyPair> beyond(firstNew, keys.end());
    // The new ones first: they extend the chunk that was just read, before the old ones change it.
    if (const Result<void> appended = append(*id, *greatest, beyond); !appended)
        return appended.error();
    Result<std::vector<KeyPair>> added = addOld(*id, std::span<const KeyPair>(keys.begin(), firstNew));
    if (added)
        added->insert(added->end(), beyond.begin(), beyond.end());
    return added;
}

Result<KeyAnswer> SourceKeys::from(const QByteArray& source, KeyPair key) {
    const Result<QVariant> id = m_connection.value(QStringLiteral("SELECT id FROM portolan_sources WHERE identity = ?"),
                                                   {QString::fromUtf8(source)});
    if (!id)
        return id.error();
    if (id->isNull())
        return KeyAnswer{key, {}};
    const qint64 number = id->toLongLong();
    const Result<std::optional<Stored>> greatest = last(number);
    if (!greatest)
        return greatest.error();
    KeyAnswer answer{key, {}};
    if (!*greatest)
        return answer;
    answer.last = (*greatest)->chunk.last();
    while (answer.next <= *answer.last) {
        const Result<std::optional<Stored>> holder = around(number, answer.next);
        if (!holder)
            return holder.error();
        const KeyPair before = answer.next;
        if (*holder)
            answer.next = (*holder)->chunk.firstMissing(before);
        if (answer.next == before)
            break;
    }
    return answer;
}

} // namespace portolan
