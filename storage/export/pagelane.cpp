#include "storage/export/pagelane.h"

namespace portolan {

namespace {

constexpr std::chrono::hours asLongAsItTakes(24 * 365);

} // namespace

PageLane::PageLane(Take take) : m_take(std::move(take)), m_thread([this] { takeAll(); }) {}

PageLane::~PageLane() {
    m_pages.close();
}

bool PageLane::push(std::unique_ptr<ExportPage> page) {
    freeTaken();
    return m_pages.push(std::span(&page, 1), asLongAsItTakes) == 1;
}

Result<void> PageLane::finish() {
    m_pages.close();
    m_thread.join();
    return m_taken;
}

void PageLane::freeTaken() {
    std::vector<PagePointer> taken;
    {
        const std::lock_guard lock(m_mutex);
        taken.swap(m_empty);
    }
}

void PageLane::takeAll() {
    std::vector<Value> values;
    while (m_taken && !m_pages.isDone()) {
        for (PagePointer& page : m_pages.take(1, asLongAsItTakes, std::chrono::seconds(0))) {
            for (std::size_t row = 0; row < page->size() && m_taken; ++row) {
                page->values(row, values);
                m_taken = m_take(values);
            }
            const std::lock_guard lock(m_mutex);
            m_empty.push_back(std::move(page));
        }
    }
    m_pages.close();
}

} // namespace portolan
