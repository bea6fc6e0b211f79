#pragma once

#include <QByteArray>
#include <map>
#include <vector>

namespace portolan {

/// A chunk of keys as it is stored.
struct StoredChunk {
    QByteArray keys;   ///< DedupChunk::encoded()
    QByteArray hashes; ///< empty: none are known
};

/// The keys of a store, by the names of their sources.
using StoredKeys = std::map<QByteArray, std::vector<StoredChunk>>;

} // namespace portolan
