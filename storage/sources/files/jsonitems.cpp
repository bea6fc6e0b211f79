#include "storage/sources/files/jsonitems.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype keptItemBytes = 1 << 20; ///< read bytes that are dropped in one go

bool isWhite(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

std::optional<JsonItems::Item> JsonItems::endItem(qsizetype end) {
    Item item{m_line, m_bytes.sliced(m_at, end - m_at)};
    m_line += std::ranges::count(item.raw, '\n');
    m_at = end;
    m_scanned = 0;
    m_state = State::Between;
    m_isFirst = m_hasComma = false;
    return item;
}

std::optional<JsonItems::Item> JsonItems::next() {
    while (m_state != State::Closed && m_state != State::Broken) {
        if (m_state == State::Item) {
            for (qsizetype at = m_at + m_scanned; at < m_bytes.size(); ++at) {
                const char c = m_bytes[at];
                if (m_isInText) {
                    m_isInText = m_isEscaped || c != '"';
                    m_isEscaped = !m_isEscaped && c == '\\';
                    continue;
                }
                m_isInText = c == '"';
                if (m_depth == 0 && (c == ',' || c == ']' || isWhite(c)))
                    return endItem(at);
                m_depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            }
            m_scanned = m_bytes.size() - m_at;
            return std::nullopt;
        }
        if (m_at == m_bytes.size()) {
            forgetRead();
            return std::nullopt;
        }
        const char c = m_bytes[m_at];
        if (isWhite(c)) {
            m_line += c == '\n' ? 1 : 0;
            ++m_at;
        } else if (m_state == State::Before) {
            m_state = c == '[' ? State::Between : State::Broken;
            ++m_at;
        } else if (c == ']' && !m_hasComma) {
            m_state = State::Closed;
            ++m_at;
        } else if (c == ',' && !m_isFirst && !m_hasComma) {
            m_hasComma = true;
            ++m_at;
        } else if (c == ',' || c == ']' || (!m_isFirst && !m_hasComma)) {
            m_state = State::Broken;
        } else {
            forgetRead();
            m_state = State::Item;
            m_scanned = 0;
            m_depth = 0;
            m_isInText = m_isEscaped = false;
        }
    }
    return std::nullopt;
}

void JsonItems::forgetRead() {
    if (m_at < keptItemBytes && m_at < m_bytes.size())
        return;
    m_bytes.remove(0, m_at);
    m_at = 0;
}

} // namespace portolan
