#pragma once

#include <QByteArrayView>
#include <algorithm>
#include <memory>
#include <vector>

namespace portolan {

/// Memory for many short texts that are all forgotten together. A text stays where it is until clear(), which keeps the
/// first block for the next time.
class TextArena {
public:
    /// Returns room for `size` characters.
    char* take(qsizetype size) {
        if (m_blocks.empty() || m_used + size > m_blocks.back().size) {
            const qsizetype block = std::max(size, blockSize);
            m_blocks.push_back({std::make_unique<char[]>(static_cast<std::size_t>(block)), block});
            m_used = 0;
        }
        char* room = m_blocks.back().bytes.get() + m_used;
        m_used += size;
        return room;
    }
    QByteArrayView keep(QByteArrayView text) {
        char* room = take(text.size());
        std::copy(text.begin(), text.end(), room);
        return {room, text.size()};
    }
    void clear() {
        if (m_blocks.size() > 1)
            m_blocks.erase(m_blocks.begin() + 1, m_blocks.end());
        m_used = 0;
    }

private:
    static constexpr qsizetype blockSize = 64 * 1024;
    struct Block {
        std::unique_ptr<char[]> bytes;
        qsizetype size = 0;
    };
    std::vector<Block> m_blocks;
    qsizetype m_used = 0; ///< of the last block
};

} // namespace portolan
