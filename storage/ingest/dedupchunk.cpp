#include "storage/ingest/dedupchunk.h"

#include "storage/base/bytes.h"

#include <limits>

namespace portolan {

namespace {

void putVarint(QByteArray& to, quint64 value) {
    while (value >= 0x80) {
        to.append(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    to.append(static_cast<char>(value));
}

} // namespace

DedupChunk::Steps::Steps(const DedupChunk& chunk)
    : m_at(chunk.m_first)
    , m_rest(chunk.m_steps)
    , m_run(chunk.m_run)
    , m_empty(chunk.isEmpty()) {}

quint64 DedupChunk::Steps::varint() {
    ByteReader reader(m_rest);
    const quint64 value = reader.varint();
    m_failed = m_failed || reader.failed();
    m_rest = reader.rest();
    return value;
}

bool DedupChunk::Steps::next(KeyPair& first, quint64& count) {
    if (m_empty || m_failed)
        return false;
    if (!m_begun) {
        m_begun = true;
        first = m_at;
        count = 1;
        return true;
    }
    quint64 stretch = 1;
    if (!m_rest.isEmpty()) {
        const quint64 majorStep = varint();
        const quint64 minor = varint();
        if (majorStep > 0) {
            m_failed = m_failed || majorStep > std::numeric_limits<quint64>::max() - m_at.major;
            m_at = KeyPair{m_at.major + majorStep, minor};
        } else {
            stretch = minor > 0 ? 1 : varint();
            const quint64 step = minor > 0 ? minor : 1;
            const quint64 room = std::numeric_limits<quint64>::max() - m_at.minor;
            m_failed = m_failed || stretch == 0 || step > room || stretch - 1 > room - step;
            m_at.minor += step;
        }
    } else if (m_run > 0) {
        stretch = m_run;
        m_run = 0;
        m_at.minor += 1;
    } else {
        return false;
    }
    if (m_failed)
        return false;
    first = m_at;
    count = stretch;
    m_at.minor += stretch - 1;
    return true;
}

void DedupChunk::closeRun() {
    if (m_run == 0)
        return;
    m_steps.append('\0');
    if (m_run == 1) {
        putVarint(m_steps, 1);
    } else {
        m_steps.append('\0');
        putVarint(m_steps, m_run);
    }
    m_run = 0;
}

bool DedupChunk::append(KeyPair key, quint64 count) {
    const bool tooMany = count == 0 || count - 1 > std::numeric_limits<quint64>::max() - key.minor;
    if (tooMany || (m_count > 0 && key <= m_last))
        return false;
    if (m_count == 0) {
        m_first = key;
    } else if (key.major == m_last.major && key.minor == m_last.minor + 1) {
        ++m_run;
    } else {
        closeRun();
        putVarint(m_steps, key.major - m_last.major);
        putVarint(m_steps, key.major == m_last.major ? key.minor - m_last.minor : key.minor);
    }
    m_run += count - 1;
    m_last = KeyPair{key.major, key.minor + count - 1};
    m_count += static_cast<qint64>(count);
    return true;
}

bool DedupChunk::contains(KeyPair key) const {
    if (isEmpty() || key < m_first || key > m_last)
        return false;
    if (key == m_last)
        return true;
    Steps steps(*this);
    KeyPair first;
    quint64 stretch = 0;
    while (steps.next(first, stretch)) {
        if (key < first)
            return false;
        if (key.major == first.major && key.minor - first.minor < stretch)
            return true;
    }
    return false;
}

KeyPair DedupChunk::firstMissing(KeyPair key) const {
    Steps steps(*this);
    KeyPair first;
    quint64 count = 0;
    while (steps.next(first, count) && first <= key) {
        if (key.major == first.major && key.minor - first.minor < count)
            key.minor = first.minor + count;
    }
    return key;
}

QByteArray DedupChunk::encoded() const {
    DedupChunk closed = *this;
    closed.closeRun();
    ByteWriter out;
    out.varint(static_cast<quint64>(m_count));
    if (m_count > 0) {
        for (const quint64 part : {m_first.major, m_first.minor, m_last.major, m_last.minor})
            out.varint(part);
        out.raw(closed.m_steps);
    }
    return out.take();
}

std::optional<DedupChunk> DedupChunk::decode(QByteArrayView bytes) {
    ByteReader in(bytes);
    DedupChunk chunk;
    const quint64 count = in.varint();
    if (count == 0)
        return !in.failed() && in.atEnd() ? std::optional(chunk) : std::nullopt;
    if (count > static_cast<quint64>(std::numeric_limits<qint64>::max()))
        return std::nullopt;
    chunk.m_count = static_cast<qint64>(count);
    chunk.m_first = KeyPair{in.varint(), in.varint()};
    chunk.m_last = KeyPair{in.varint(), in.varint()};
    if (in.failed())
        return std::nullopt;
    chunk.m_steps = in.rest().toByteArray();

    Steps steps(chunk);
    KeyPair first;
    KeyPair last;
    quint64 stretch = 0;
    quint64 seen = 0;
    while (steps.next(first, stretch)) {
        if (stretch > count - seen)
            return std::nullopt;
        seen += stretch;
        last = KeyPair{first.major, first.minor + stretch - 1};
    }
    if (steps.failed() || seen != count || last != chunk.m_last)
        return std::nullopt;
    return chunk;
}

} // namespace portolan
