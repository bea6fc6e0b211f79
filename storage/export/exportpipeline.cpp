#include "storage/export/exportpipeline.h"

#include "storage/base/thread.h"

namespace portolan {

namespace {

constexpr std::chrono::hours asLongAsItTakes(24 * 365);

/// With what a cell takes up beside its text.
qint64 bytesOfRow(std::span<const Value> row) {
    qint64 bytes = 0;
    for (const Value& value : row) {
        const auto* const text = std::get_if<QByteArray>(&value);
        bytes += qint64{sizeof(Value)} + (text ? text->size() : 0);
    }
    return bytes;
}

} // namespace

ExportPipeline::ExportPipeline(Take take) : m_take(std::move(take)) {
    if (auto started = startThread([this] { takeAll(); }))
        m_thread = std::move(*started);
}

ExportPipeline::~ExportPipeline() {
    m_pages.close();
}

bool ExportPipeline::push(std::unique_ptr<ExportPage> page) {
    if (m_thread.joinable())
        return m_pages.push(std::span(&page, 1), asLongAsItTakes) == 1;
    std::vector<Value> values;
    takeRows(*page, values);
    return m_taken.ok();
}

std::optional<qint64> ExportPipeline::rowsIn(qint64 bytes) const {
    const qint64 each = m_rowBytes.load(std::memory_order_relaxed);
    return each > 0 ? std::optional(bytes / each) : std::nullopt;
}

Result<void> ExportPipeline::finish() {
    m_pages.close();
    if (m_thread.joinable())
        m_thread.join();
    return m_taken;
}

void ExportPipeline::takeAll() {
    std::vector<Value> values;
    while (m_taken && !m_pages.isDone()) {
        for (const PagePointer& page : m_pages.take(1, asLongAsItTakes, std::chrono::seconds(0)))
            takeRows(*page, values);
    }
    m_pages.close();
}

void ExportPipeline::takeRows(const ExportPage& page, std::vector<Value>& values) {
    qint64 bytes = 0;
    std::size_t row = 0;
    for (; row < page.size() && m_taken; ++row) {
        page.values(row, values);
        bytes += bytesOfRow(values);
        m_taken = m_take(values);
    }
    if (row > 0)
        m_rowBytes.store(std::max<qint64>(1, bytes / static_cast<qint64>(row)), std::memory_order_relaxed);
}

} // namespace portolan
