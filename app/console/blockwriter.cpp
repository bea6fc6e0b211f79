#include "app/console/blockwriter.h"

#include "app/console/output.h"
#include "storage/base/thread.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace portolan {

BlockWriter::BlockWriter() {
    if (auto started = startThread([this] { writeAll(); }))
        m_thread = std::move(*started);
}

BlockWriter::~BlockWriter() {
    const std::scoped_lock lock(m_mutex);
    m_ends = true;
    m_changed.notify_all();
}

Result<void> BlockWriter::write(QByteArray& block) {
    if (!m_thread.joinable()) {
        if (m_written)
            m_written = writeOut(block);
        block.resize(0);
        return m_written;
    }
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_block.isEmpty(); });
    if (m_written)
        std::swap(m_block, block);
    m_changed.notify_all();
    return m_written;
}

Result<void> BlockWriter::finish() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_block.isEmpty(); });
    return m_written;
}

void BlockWriter::writeAll() {
    // A pipe takes 64 KiB at once by default, and each time its ends wait for each other; other outputs refuse this.
    constexpr int wholeBlocks = 1 << 20;
    (void)::fcntl(STDOUT_FILENO, F_SETPIPE_SZ, wholeBlocks);
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return !m_block.isEmpty() || m_ends; });
        if (m_block.isEmpty())
            return;
        lock.unlock(); // nobody else touches a block that is not empty
        Result<void> written = writeOut(m_block);
        lock.lock();
        if (m_written)
            m_written = std::move(written);
        m_block.resize(0); // keeps its memory
        m_changed.notify_all();
    }
}

} // namespace portolan
