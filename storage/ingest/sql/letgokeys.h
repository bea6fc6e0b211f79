#pragma once

#include "storage/ingest/delivery.h"
#include "storage/ingest/sql/sqldedupset.h"
#include "storage/ingest/storedkeys.h"

#include <set>

namespace portolan {

/// The keys that a store knows and whose rows may be gone: a restore of single tables took the rows of some kinds away,
/// and nobody noted under which key a row came. The record that comes again tells: where it is of such a kind, it is
/// stored. Until then its source is told that the key is not. Reads what it needs in the caller's transaction.
class LetGoKeys {
public:
    explicit LetGoKeys(Connection& connection) : m_connection(connection), m_keys(connection) {}

    /// Returns true for a source of which anything was let go of.
    [[nodiscard]] Result<bool> hasAny(const QByteArray& source);

    /// A key that comes again, and the kind of what comes under it; nothing: it is no record.
    struct Arrival {
        KeyPair key;
        QByteArray keyText;
        std::optional<MessageKind> kind;
    };
    /// Makes the store forget those of the keys (rising, each once) that were let go of for the kind that comes, unless
    /// a reject has them: SqlDedupSet::add() finds them fresh. All of them are settled by it. Of a source with any.
    [[nodiscard]] Result<void> takeBack(const QByteArray& source, std::span<const Arrival> arrivals);

    /// Takes them out of what is answered to a source that asked from a key on: its store ends before the first of
    /// them, as an older one that was put back does.
    [[nodiscard]] Result<void> leaveOut(const QByteArray& source, KeyPair from, DedupAnswer& answer);

    /// Makes the keys fit rows that were put back from a backup: those that came after it are let go of for the kinds
    /// whose rows were put back, those that the backup alone has become known, and are let go of for the other kinds.
    /// `kept`: the backup's. Returns how many were let go of for what was put back.
    [[nodiscard]] Result<qint64> follow(const std::set<MessageKind>& restored, const StoredKeys& kept);

    /// Returns true for a source's name that is none: it names what was let go of.
    [[nodiscard]] static bool isOwnName(const QByteArray& source);
    /// Returns the kinds of which rows are in one of these tables.
    [[nodiscard]] static std::set<MessageKind> kindsIn(const QStringList& tables);

private:
    [[nodiscard]] Result<std::optional<KeyPair>> first(const QByteArray& source, KeyPair from);
    [[nodiscard]] Result<bool> isRejected(const QByteArray& source, const QByteArray& keyText);
    [[nodiscard]] Result<StoredKeys> all();
    [[nodiscard]] Result<void> add(const QByteArray& name, std::span<const DedupProbe> keys);
    [[nodiscard]] Result<qint64> followSource(const QByteArray& source, const std::set<MessageKind>& restored,
                                              const std::vector<StoredChunk>& known, const StoredKeys& kept);

    Connection& m_connection;
    SqlDedupSet m_keys;
};

} // namespace portolan
