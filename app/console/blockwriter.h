#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace portolan {

/// Writes blocks to standard output, in their order, on a thread of its own: one while the next is being made; on the
/// caller's where the system starts none. Used by one thread.
class BlockWriter {
public:
    BlockWriter();
    BlockWriter(const BlockWriter&) = delete;
    BlockWriter& operator=(const BlockWriter&) = delete;
    ~BlockWriter();

    /// Waits until the block before is written, then takes this one and leaves an empty one with memory in its place.
    /// Error Io: an earlier block could not be written; no further one is.
    [[nodiscard]] Result<void> write(QByteArray& block);
    /// Waits until everything is written. Error Io, as write().
    [[nodiscard]] Result<void> finish();

private:
    void writeAll();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    QByteArray m_block; ///< the block being written; empty: none is
    bool m_ends = false;
    Result<void> m_written;
    std::jthread m_thread; ///< last: it uses the others; none: blocks are written as they come
};

} // namespace portolan
