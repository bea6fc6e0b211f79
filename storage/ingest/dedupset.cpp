#include "storage/ingest/dedupset.h"

#include <algorithm>

namespace portolan {

namespace {

using Chunks = std::vector<DedupChunk>;

/// Steps a chunk may take before a new one begins: bounds what a lookup decodes.
constexpr qsizetype maximumStepBytes = 1024;

/// The last chunk that begins at or before the key; end() when the key is before all.
Chunks::const_iterator chunkFor(const Chunks& chunks, KeyPair key) {
    auto after = std::ranges::upper_bound(chunks, key, {}, &DedupChunk::first);
    return after == chunks.begin() ? chunks.end() : std::prev(after);
}

void addLast(Chunks& chunks, KeyPair key, quint64 count = 1) {
    if (chunks.empty() || chunks.back().stepBytes() >= maximumStepBytes)
        chunks.emplace_back();
    chunks.back().append(key, count);
}

/// Puts a key between others: the chunk it falls into is written again, in two when it has grown too long.
void addBetween(Chunks& chunks, KeyPair key) {
    const auto found = chunkFor(chunks, key);
    const auto index = found == chunks.end() ? 0 : std::distance(chunks.cbegin(), found);
    Chunks rebuilt;
    bool added = false;
    chunks[static_cast<std::size_t>(index)].forEachStretch([&](KeyPair first, quint64 count) {
        if (!added && key < first) {
            addLast(rebuilt, key);
            added = true;
        }
        addLast(rebuilt, first, count);
    });
    if (!added)
        addLast(rebuilt, key);
    chunks[static_cast<std::size_t>(index)] = rebuilt.front();
    chunks.insert(chunks.begin() + index + 1, rebuilt.begin() + 1, rebuilt.end());
}

} // namespace

bool DedupSet::contains(const SourceKey& key) const {
    const auto source = m_sources.find(key.source);
    if (!key.isKeyed() || source == m_sources.end())
        return false;
    const KeyPair pair{key.major, key.minor};
    const auto chunk = chunkFor(source->second, pair);
    return chunk != source->second.end() && chunk->contains(pair);
}

bool DedupSet::insert(const SourceKey& key) {
    if (!key.isKeyed() || contains(key))
        return false;
    Chunks& chunks = m_sources[key.source];
    const KeyPair pair{key.major, key.minor};
    if (chunks.empty() || pair > chunks.back().last())
        addLast(chunks, pair);
    else
        addBetween(chunks, pair);
    return true;
}

void DedupSet::erase(const QByteArray& source, std::span<const KeyPair> keys) {
    const auto found = m_sources.find(source);
    if (found == m_sources.end() || keys.empty())
        return;
    Chunks rebuilt;
    auto gone = keys.begin();
    const auto keep = [&](KeyPair first, quint64 count) {
        while (count > 0) {
            gone = std::lower_bound(gone, keys.end(), first);
            const bool isNear = gone != keys.end() && gone->major == first.major && gone->minor - first.minor < count;
            const quint64 before = isNear ? gone->minor - first.minor : count;
            if (before > 0)
                addLast(rebuilt, first, before);
            const quint64 passed = std::min(count, before + 1);
            first.minor += passed;
            count -= passed;
        }
    };
    for (const DedupChunk& chunk : found->second)
        chunk.forEachStretch(keep);
    if (rebuilt.empty())
        m_sources.erase(found);
    else
        found->second = std::move(rebuilt);
}

void DedupSet::insert(const QByteArray& source, const DedupChunk& chunk) {
    if (source.isEmpty() || chunk.isEmpty())
        return;
    Chunks& chunks = m_sources[source];
    if (chunks.empty() || chunk.first() > chunks.back().last()) {
        chunk.forEachStretch([&](KeyPair first, quint64 count) { addLast(chunks, first, count); });
        return;
    }
    chunk.forEach([&](KeyPair key) {
        insert(SourceKey{source, key.major, key.minor});
        return true;
    });
}

DedupAnswer DedupSet::from(const QByteArray& source, KeyPair key) const {
    const auto found = m_sources.find(source);
    if (found == m_sources.end() || found->second.empty())
        return {key, {}};
    const Chunks& chunks = found->second;
    DedupAnswer answer{key, chunks.back().last()};
    answer.first = chunks.front().first();
    // A chunk that ends the run where the next one takes it up is followed by that one.
    for (auto chunk = chunkFor(chunks, key); chunk != chunks.end(); ++chunk) {
        const KeyPair before = answer.next;
        answer.next = chunk->firstMissing(before);
        if (answer.next == before)
            break;
    }
    return answer;
}

qint64 DedupSet::count() const {
    qint64 total = 0;
    for (const auto& [source, chunks] : m_sources) {
        for (const DedupChunk& chunk : chunks)
            total += chunk.count();
    }
    return total;
}

} // namespace portolan
