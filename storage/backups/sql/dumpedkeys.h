#pragma once

#include "storage/backups/sql/dumpedtable.h"
#include "storage/ingest/storedkeys.h"

#include <optional>

namespace portolan {

/// Collects the keys of what came from sources from what pg_restore writes out.
class DumpedKeys {
public:
    /// Returns true when a block's rows are wanted; take() is to get each.
    [[nodiscard]] bool begins(const DumpedTable& table);
    void take(const QByteArray& line);
    /// Nothing: the dump has no such tables.
    [[nodiscard]] std::optional<StoredKeys> keys() const;

private:
    enum class Block { None, Sources, Chunks };
    Block m_block = Block::None;
    bool m_hasChunks = false;
    qsizetype m_source = -1; ///< the place of a row's number of its source, and of the others
    qsizetype m_name = -1;
    qsizetype m_keys = -1;
    qsizetype m_hashes = -1;
    std::map<QByteArray, QByteArray> m_names; ///< of sources, by their numbers
    std::map<QByteArray, std::vector<StoredChunk>> m_chunks;
};

} // namespace portolan
