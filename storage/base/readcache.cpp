#include "storage/base/readcache.h"

#include <algorithm>

namespace portolan {

ReadCacheBudget& ReadCacheBudget::common() {
    constexpr qint64 programBytes = 256 * 1024 * 1024;
    static ReadCacheBudget budget(programBytes);
    return budget;
}

void ReadCache::invalidate() {
    m_budget.m_bytes -= m_bytes;
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
    m_budget.m_bytes -= m_entries[entry].bytes;
    m_entries.erase(m_entries.begin() + static_cast<std::ptrdiff_t>(entry));
}

/// Drops the answer that was not asked for longest, because another cache had no room.
void ReadCache::giveWay() {
    if (m_budget.m_wanted <= 0 || m_entries.empty())
        return;
    m_budget.m_wanted -= m_entries.front().bytes;
    drop(0);
}

std::shared_ptr<const void> ReadCache::look(QByteArrayView key, quint64 mark, const std::type_info& type) {
    follow(mark);
    giveWay();
    const auto found =
        std::ranges::find_if(m_entries, [&](const Entry& entry) { return entry.key == key && *entry.type == type; });
    if (found == m_entries.end()) {
        ++m_budget.m_misses;
        return nullptr;
    }
    ++m_budget.m_hits;
    std::rotate(found, found + 1, m_entries.end());
    return m_entries.back().answer;
}

void ReadCache::keep(Entry entry, quint64 mark) {
    follow(mark);
    for (std::size_t i = m_entries.size(); i-- > 0;) {
        if (m_entries[i].key == entry.key)
            drop(i);
    }
    if (entry.bytes > m_budget.m_most)
        return;
    while (m_budget.m_bytes + entry.bytes > m_budget.m_most && !m_entries.empty())
        drop(0);
    if (m_budget.m_bytes + entry.bytes > m_budget.m_most) {
        m_budget.m_wanted = entry.bytes;
        return;
    }
    m_bytes += entry.bytes;
    m_budget.m_bytes += entry.bytes;
    m_budget.m_wanted = 0;
    m_entries.push_back(std::move(entry));
}

} // namespace portolan
