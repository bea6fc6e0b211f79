#include "storage/deadletters/linegroups.h"

#include "storage/deadletters/fingerprint.h"
#include "storage/deadletters/messagescan.h"

#include <algorithm>

namespace portolan {

namespace {

/// Most bytes of a begun line that are kept: one more than the scanner reads, so that it sees that there was more.
constexpr qsizetype mostSamples = longestMessage + 1;

} // namespace

void LineGroups::feed(QByteArrayView block) {
    while (!block.isEmpty()) {
        const qsizetype end = block.indexOf('\n');
        const QByteArrayView part = end < 0 ? block : block.first(end);
        if (end < 0 || !m_begun.isEmpty())
            m_begun += part.first(std::min(part.size(), mostSamples - m_begun.size()));
        if (end < 0)
            return;
        addLine(m_begun.isEmpty() ? part : QByteArrayView(m_begun));
        m_begun.resize(0);
        block = block.sliced(end + 1);
    }
}

void LineGroups::finish() {
    if (!m_begun.isEmpty())
        addLine(m_begun);
    m_begun.clear();
    m_miner.settle();
    for (TemplateId& line : m_lines) {
        line = m_miner.settled(line);
        const auto index = static_cast<std::size_t>(line);
        if (m_rows.size() <= index)
            m_rows.resize(index + 1);
        if (m_rows[index].isEmpty())
            m_rows[index] = fingerprint({}, {}, m_miner.text(line)) + '\t' + m_miner.text(line) + '\n';
    }
}

void LineGroups::addLine(QByteArrayView line) {
    m_lines.push_back(m_miner.add(line));
}

} // namespace portolan
