#include "storage/messages/files/lines/escapes.h"

#include "storage/messages/files/lines/checksum.h"

#include <algorithm>
#include <utility>

namespace portolan {

namespace {

std::pair<qint64, qint64> placeOf(const EscapedLine& line) {
    return {line.batch, line.offset};
}

} // namespace

void EscapeBook::add(const EscapedLine& line) {
    if (m_lines.empty() || placeOf(m_lines.back()) < placeOf(line)) {
        m_lines.push_back(line);
        return;
    }
    const auto at = std::ranges::lower_bound(m_lines, placeOf(line), {}, placeOf);
    if (placeOf(*at) == placeOf(line))
        *at = line;
    else
        m_lines.insert(at, line);
}

bool EscapeBook::hasAny(qint64 batch) const {
    const auto at = std::ranges::lower_bound(m_lines, batch, {}, &EscapedLine::batch);
    return at != m_lines.end() && at->batch == batch;
}

bool EscapeBook::holds(qint64 batch, qint64 offset, QByteArrayView line) const {
    const auto at = std::ranges::lower_bound(m_lines, std::pair(batch, offset), {}, placeOf);
    return at != m_lines.end() && placeOf(*at) == std::pair(batch, offset) && at->length == line.size()
           && at->checksum == crc32c(line);
}

} // namespace portolan
