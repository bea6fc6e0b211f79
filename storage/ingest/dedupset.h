#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/ingest/delivery.h"

#include <map>
#include <span>
#include <vector>

namespace portolan {

/// The exact set of keys that were ever stored, a source at a time. A key beyond everything known is added in
/// constant time; an older one is looked up in the one chunk that could hold it. One thread.
class DedupSet {
public:
    /// False for unkeyed ones: they are never known.
    [[nodiscard]] bool contains(const SourceKey& key) const;
    /// False, and nothing changes, when the key is known or is none.
    bool insert(const SourceKey& key);
    /// Lets go of those of these keys (rising) that are known. Costs one pass over the source's keys.
    void erase(const QByteArray& source, std::span<const KeyPair> keys);
    /// Adds every key of a chunk.
    void insert(const QByteArray& source, const DedupChunk& chunk);

    /// Returns what is known of a source from a key on.
    [[nodiscard]] DedupAnswer from(const QByteArray& source, KeyPair key) const;

    [[nodiscard]] qint64 count() const;
    /// Chunks of a source rise and do not overlap.
    [[nodiscard]] const std::map<QByteArray, std::vector<DedupChunk>>& chunks() const { return m_sources; }

private:
    std::map<QByteArray, std::vector<DedupChunk>> m_sources;
};

} // namespace portolan
