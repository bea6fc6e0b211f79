#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/sql/connection/connection.h"

#include <QByteArray>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The state of a key once it was added: stored by this adding, or before; and its content's hash (0: not known).
struct KeyState {
    bool isFresh = false;
    quint64 hash = 0;
};

/// Returns the keys that a chunk holds; hashes that are not there are 0.
[[nodiscard]] std::vector<DedupProbe> keysIn(const DedupChunk& chunk, const QByteArray& hashes);

/// The keys of all that was ever stored, exactly, in portolan_source_chunks: disjoint chunks of a few thousand keys
/// (about three bytes each, and eight for the hash of what came) instead of a row a message. Reads what it needs in the
/// caller's transaction and remembers nothing, so that it is right whatever others write.
class SqlDedupSet {
public:
    explicit SqlDedupSet(Connection& connection) : m_connection(connection) {}

    /// Adds those of `keys` (rising, each once) that are not known of this source, and returns what is stored under
    /// each. Costs one lookup and one row when all are greater than everything known, and one lookup a touched chunk
    /// otherwise. Errors: Corrupt – a chunk cannot be read; else the database's.
    [[nodiscard]] Result<std::vector<KeyState>> add(const QByteArray& source, std::span<const DedupProbe> keys);

    /// Returns what is stored of a source from a key on. Costs a lookup for every chunk (4,096 keys) that is passed.
    [[nodiscard]] Result<DedupAnswer> from(const QByteArray& source, KeyPair key);

    /// Forgets those of `keys` (rising) that are known of this source, and returns them. Costs a lookup a key that is
    /// not, and a row a touched chunk.
    [[nodiscard]] Result<std::vector<KeyPair>> erase(const QByteArray& source, std::span<const KeyPair> keys);

    /// Returns the first key of a source from this one on.
    [[nodiscard]] Result<std::optional<KeyPair>> next(const QByteArray& source, KeyPair from);

    /// Returns the last key of a source before this one.
    [[nodiscard]] Result<std::optional<KeyPair>> lastBefore(const QByteArray& source, KeyPair key);

    /// Returns true for a source that was ever added to, and not cleared.
    [[nodiscard]] Result<bool> knows(const QByteArray& source);

    /// Forgets a source and all of its keys.
    [[nodiscard]] Result<void> clear(const QByteArray& source);

    /// The hashes under these keys; 0: none is stored, or it is not known. Costs a lookup a key.
    [[nodiscard]] Result<std::vector<quint64>> hashesOf(const QByteArray& source, std::span<const KeyPair> keys);

private:
    struct Stored {
        qint64 row = 0;
        DedupChunk chunk;
        QByteArray hashes; ///< as they are stored: empty for a chunk without
    };
    enum class Hashes {
        All,
        OfAGrowing, ///< those of a chunk that a commit still extends
        None,
    };
    [[nodiscard]] Result<qint64> sourceId(const QByteArray& source);
    [[nodiscard]] Result<std::optional<qint64>> knownSource(const QByteArray& source);
    [[nodiscard]] Result<std::optional<Stored>> last(qint64 source, Hashes hashes);
    /// Returns where the first chunk begins; of a source that has one.
    [[nodiscard]] Result<KeyPair> first(qint64 source);
    /// The chunk that holds the key if any does: the last one that begins at or before it.
    [[nodiscard]] Result<std::optional<Stored>> around(qint64 source, KeyPair key, Hashes hashes);
    /// Finds where the first chunk begins that begins after the key.
    [[nodiscard]] Result<std::optional<KeyPair>> nextBeginning(qint64 source, KeyPair key);
    [[nodiscard]] Result<std::optional<Stored>> stored(const QString& condition, const QVariantList& bindings,
                                                       Hashes hashes);
    [[nodiscard]] Result<void> append(qint64 source, const std::optional<Stored>& last,
                                      std::span<const DedupProbe> keys);
    [[nodiscard]] Result<void> replace(qint64 source, std::optional<qint64> row, std::span<const DedupProbe> keys);
    [[nodiscard]] Result<void> addOld(qint64 source, std::span<const DedupProbe> keys, std::span<KeyState> states);

    Connection& m_connection;
};

} // namespace portolan
