#pragma once

#include "storage/base/result.h"
#include "storage/ingest/dedupchunk.h"

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

/// A key with the hash of what came under it.
struct DedupProbe {
    KeyPair key;
    quint64 hash = 0;
};

/// Returns the name of a source's keys in one of its epochs. A source that began again (a stream that was deleted and
/// made again) uses its keys again; the first epoch, 0, has the identity's own name.
[[nodiscard]] QByteArray sourceInEpoch(const QByteArray& identity, qint64 epoch);

/// Keys that follow one another.
struct KeyRun {
    KeyPair first;
    quint64 count = 0;
    friend bool operator==(const KeyRun&, const KeyRun&) = default;
};

/// From where to where one store has a source's keys. The first one is its own: of stores that share a source each key
/// is in one, and a store that was put back begins as it did before.
struct StoredSpan {
    KeyPair first; ///< of the source's first epoch
    KeyPair last;  ///< of its newest one
    qint64 epoch = 0;
    /// Lists what the store had of its newest one and lost, rising: the store told that itself, and takes it again.
    std::vector<KeyRun> gone = {};

    /// Returns the last key that it knows to have had.
    [[nodiscard]] KeyPair lastKnown() const;
    /// Returns how many keys of `gone` are after one key, and up to another one of the same major.
    [[nodiscard]] qint64 goneWithin(KeyPair after, KeyPair upTo) const;
    friend bool operator==(const StoredSpan&, const StoredSpan&) = default;
};

/// A store's knowledge of a source's keys.
struct DedupAnswer {
    KeyPair next;                        ///< the first one from where was asked that is not stored
    std::optional<KeyPair> last;         ///< the greatest stored one; nothing: none is
    QByteArray identity = {};            ///< the one of those asked for that the store knows, else the first
    qint64 epoch = 0;                    ///< its newest one that anything is stored of
    qint64 same = 0;                     ///< probes that are stored with the same content
    qint64 different = 0;                ///< probes that are stored with other content
    std::optional<KeyPair> first = {};   ///< the least stored one, of this epoch
    std::vector<KeyRun> gone = {};       ///< see StoredSpan
    std::vector<StoredSpan> stores = {}; ///< one for each store that has anything of the source
    friend bool operator==(const DedupAnswer&, const DedupAnswer&) = default;
};

/// Returns what both of two stores know of a source that they know by one name: what one of them lacks is asked for
/// again. `from`: where was asked from.
[[nodiscard]] DedupAnswer knownToBoth(const DedupAnswer& a, const DedupAnswer& b, KeyPair from);

/// Asks the store which keys of a source it holds, without a gap, from one on, and whether some of them came with the
/// same content. It travels among the deliveries (Delivery::question): by the time of the answer, what was delivered
/// before it is stored. The source keeps the other end; asked on the reading thread, answered on the storing thread.
class DedupQuery {
public:
    /// `identities`: the source's names, the preferred one first; others are those that an older version, or a URL
    /// without `identity=`, gave it.
    DedupQuery(std::vector<QByteArray> identities, KeyPair from, std::vector<DedupProbe> probes = {})
        : m_identities(std::move(identities))
        , m_from(from)
        , m_probes(std::move(probes)) {}

    [[nodiscard]] const std::vector<QByteArray>& identities() const { return m_identities; }
    [[nodiscard]] KeyPair from() const { return m_from; }
    [[nodiscard]] const std::vector<DedupProbe>& probes() const { return m_probes; }

    void answer(Result<DedupAnswer> answer) {
        const std::lock_guard lock(m_mutex);
        m_answer.emplace(std::move(answer));
    }
    /// Nothing as long as there is no answer. An error: the store could not be asked; ask again.
    [[nodiscard]] std::optional<Result<DedupAnswer>> answered() const {
        const std::lock_guard lock(m_mutex);
        return m_answer;
    }

private:
    const std::vector<QByteArray> m_identities;
    const KeyPair m_from;
    const std::vector<DedupProbe> m_probes;
    mutable std::mutex m_mutex;
    std::optional<Result<DedupAnswer>> m_answer; // guarded by m_mutex
};

} // namespace portolan
