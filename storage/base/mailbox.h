#pragma once

#include <QtGlobal>
#include <algorithm>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace portolan {

/// A queue between two threads, bounded in count and in bytes, in which the order is kept. `Cost` is a functor that
/// tells an item's bytes. An item that alone is over the bytes is let in when the box is empty, so that nothing waits
/// for ever. Items move in and out in groups: one lock a group. Every function may be called from any thread.
template <class T, class Cost>
class Mailbox {
public:
    using Duration = std::chrono::milliseconds;

    Mailbox(std::size_t count, qint64 bytes) : m_count(count), m_bytes(bytes) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Moves the first items in, as many as there is room for, and says how many those were. Waits up to `wait` for
    /// room for the first. Nothing goes into a closed box, nor once the token stopped the wait.
    [[nodiscard]] std::size_t push(std::span<T> items, Duration wait, const std::stop_token& token = {}) {
        if (items.empty())
            return 0;
        const Cost cost;
        std::unique_lock lock(m_mutex);
        const auto ready = [&] { return m_closed || hasRoom(cost(items.front())); };
        if (!m_room.wait_for(lock, token, wait, ready) || m_closed)
            return 0;
        std::size_t taken = 0;
        for (T& item : items) {
            const qint64 bytes = cost(item);
            if (!hasRoom(bytes))
                break;
            m_used += bytes;
            m_items.push_back(std::move(item));
            ++taken;
        }
        lock.unlock();
        m_filled.notify_one();
        return taken;
    }

    /// Takes the first items, at most `most`. Waits up to `wait` for one, then up to `linger` for the group to fill.
    /// Empty: the wait was over, the token stopped it, or the box is closed and empty.
    [[nodiscard]] std::vector<T> take(std::size_t most, Duration wait, Duration linger,
                                      const std::stop_token& token = {}) {
        return take(
            most, wait, [linger](const T&) { return linger; }, token);
    }

    /// Takes items as above, where the first one decides how long the group may take to fill (Duration(const T&)).
    template <class LingerFor>
    requires std::invocable<LingerFor&, const T&>
    [[nodiscard]] std::vector<T> take(std::size_t most, Duration wait, LingerFor lingerFor,
                                      const std::stop_token& token = {}) {
        std::unique_lock lock(m_mutex);
        m_filled.wait_for(lock, token, wait, [&] { return m_closed || !m_items.empty(); });
        if (m_items.empty())
            return {};
        m_filled.wait_for(lock, token, lingerFor(m_items.front()),
                          [&] { return m_closed || m_items.size() >= most || isFull(); });
        const auto end = m_items.begin() + static_cast<std::ptrdiff_t>(std::min(most, m_items.size()));
        std::vector<T> taken(std::make_move_iterator(m_items.begin()), std::make_move_iterator(end));
        m_items.erase(m_items.begin(), end);
        const Cost cost;
        for (const T& item : taken)
            m_used -= cost(item);
        lock.unlock();
        m_room.notify_one();
        return taken;
    }

    /// Closes the box: nothing further goes in, and the items that are in it can still be taken.
    void close() {
        {
            const std::lock_guard lock(m_mutex);
            m_closed = true;
        }
        m_filled.notify_all();
        m_room.notify_all();
    }

    /// Returns true when the box is closed and everything was taken.
    [[nodiscard]] bool isDone() const {
        const std::lock_guard lock(m_mutex);
        return m_closed && m_items.empty();
    }
    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(m_mutex);
        return m_items.size();
    }
    [[nodiscard]] qint64 bytes() const {
        const std::lock_guard lock(m_mutex);
        return m_used;
    }

private:
    [[nodiscard]] bool hasRoom(qint64 bytes) const {
        return m_items.empty() || (m_items.size() < m_count && m_used + bytes <= m_bytes);
    }
    /// Returns true when no ordinary item would go in any more: waiting for the group to fill would only wait.
    [[nodiscard]] bool isFull() const { return m_items.size() >= m_count || m_used >= m_bytes - m_bytes / 8; }

    const std::size_t m_count;
    const qint64 m_bytes;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_filled;
    std::condition_variable_any m_room;
    std::deque<T> m_items; // guarded by m_mutex, as are the next two
    qint64 m_used = 0;
    bool m_closed = false;
};

} // namespace portolan
