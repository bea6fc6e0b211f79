#include "storage/base/readcache.h"

#include <algorithm>

namespace portolan {

namespace {

std::atomic<qint64> cacheHits = 0;
std::atomic<qint64> cacheMisses = 0;
std::atomic<qint64> cacheBytes = 0;
std::atomic<qint64> cacheMost = 0;

} // namespace

ReadCache::ReadCache(qint64 mostBytes) : m_most(mostBytes) {
    cacheMost += m_most;
}

ReadCache::~ReadCache() {
    cacheMost -= m_most;
    invalidate();
}

void ReadCache::invalidate() {
    cacheBytes -= m_bytes;
    m_bytes = 0;
    m_entries.clear();
}

void ReadCache::follow(quint64 mark) {
    if (mark != m_mark)
        invalidate();
    m_mark = mark;
}

void ReadCache::drop(std::size_t entry) {
    m_bytes -= m_entries[entry].bytes;
    cacheBytes -= m_entries[entry].bytes;
    m_entries.erase(m_entries.begin() + static_cast<std::ptrdiff_t>(entry));
}

std::shared_ptr<const void> ReadCache::look(QByteArrayView key, quint64 mark, const std::type_info& type) {
    follow(mark);
    const auto found =
        std::ranges::find_if(m_entries, [&](const Entry& entry) { return entry.key == key && *entry.type == type; });
    if (found == m_entries.end()) {
        ++cacheMisses;
        return nullptr;
    }
    ++cacheHits;
    std::rotate(found, found + 1, m_entries.end());
    return m_entries.back().answer;
}

void ReadCache::keep(Entry entry, quint64 mark) {
    follow(mark);
    for (std::size_t i = m_entries.size(); i-- > 0;) {
        if (m_entries[i].key == entry.key)
            drop(i);
    }
    if (entry.bytes > m_most)
        return;
    while (m_bytes + entry.bytes > m_most)
        drop(0);
    m_bytes += entry.bytes;
    cacheBytes += entry.bytes;
    m_entries.push_back(std::move(entry));
}

ReadCacheFigures ReadCache::figures() {
    return {cacheHits, cacheMisses, cacheBytes, cacheMost};
}

} // namespace portolan
