#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <compare>
#include <optional>

namespace portolan {

/// The part of a SourceKey within its source: (major, minor).
struct KeyPair {
    quint64 major = 0;
    quint64 minor = 0;
    friend auto operator<=>(const KeyPair&, const KeyPair&) = default;
};

/// A strictly rising run of keys of one source, kept as differences: a stream id costs about three bytes, a run of
/// consecutive minors (list sequences, Kafka offsets) a few bytes however long it is. It holds exactly the keys that
/// were appended: nothing is assumed of those between two of them. A value; any thread.
///
/// Shape of encoded(), all numbers LEB128:
///   count, then first.major, first.minor, last.major, last.minor (when count > 0), then a step for every key after
///   the first:
///     d, m   with d > 0         the next key is (major + d, m)
///     0, m   with m > 0         the next key is (major, minor + m)
///     0, 0, n                   the next n keys follow one another: minor + 1, … minor + n
class DedupChunk {
public:
    /// Adds a key greater than last(), or `count` keys that follow one another from it on; false, and nothing added,
    /// when it is not greater, or the minors do not suffice.
    bool append(KeyPair key, quint64 count = 1);

    /// Exact. Cost: the steps before the key; none outside first()…last().
    [[nodiscard]] bool contains(KeyPair key) const;

    /// The first key from this one on, by consecutive minors, that it does not hold.
    [[nodiscard]] KeyPair firstMissing(KeyPair key) const;

    [[nodiscard]] qint64 count() const { return m_count; }
    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    [[nodiscard]] KeyPair first() const { return m_first; } ///< only when not empty
    [[nodiscard]] KeyPair last() const { return m_last; }   ///< only when not empty
    /// Bytes that the steps take now; callers begin a new chunk when lookups would get long.
    [[nodiscard]] qsizetype stepBytes() const { return m_steps.size() + (m_run > 0 ? 3 : 0); }

    /// Calls visit(KeyPair) for every key, rising, until it returns false.
    template <class Visit>
    void forEach(Visit visit) const;
    /// Calls visit(KeyPair first, quint64 count) for keys that follow one another; long runs cost one call.
    template <class Visit>
    void forEachStretch(Visit visit) const;

    [[nodiscard]] QByteArray encoded() const;
    /// Nothing when the bytes are no whole, consistent chunk.
    static std::optional<DedupChunk> decode(QByteArrayView bytes);

private:
    class Steps;
    void closeRun();

    KeyPair m_first;
    KeyPair m_last;
    qint64 m_count = 0;
    QByteArray m_steps;
    quint64 m_run = 0; ///< keys at the end that follow one another and are not in m_steps yet
};

/// Walks the steps of a chunk. Runs are handed out whole, so that a lookup passes a long one in one go.
class DedupChunk::Steps {
public:
    explicit Steps(const DedupChunk& chunk);
    /// The next stretch of consecutive keys: its first key and how many; false at the end or when malformed.
    bool next(KeyPair& first, quint64& count);
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    quint64 varint();

    KeyPair m_at;
    QByteArrayView m_rest;
    quint64 m_run;
    bool m_begun = false;
    bool m_empty;
    bool m_failed = false;
};

template <class Visit>
void DedupChunk::forEach(Visit visit) const {
    Steps steps(*this);
    KeyPair key;
    quint64 stretch = 0;
    while (steps.next(key, stretch)) {
        for (quint64 i = 0; i < stretch; ++i) {
            if (!visit(KeyPair{key.major, key.minor + i}))
                return;
        }
    }
}

template <class Visit>
void DedupChunk::forEachStretch(Visit visit) const {
    Steps steps(*this);
    KeyPair key;
    quint64 stretch = 0;
    while (steps.next(key, stretch))
        visit(key, stretch);
}

} // namespace portolan
