#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <concepts>
#include <cstring>
#include <optional>

namespace portolan {

/// The types that own their text. A class that only borrows its text deletes the overload for a temporary of one, so
/// that a view of freed memory does not compile.
template <typename Text>
concept Temporary = std::same_as<Text, QByteArray> || std::same_as<Text, QString>;

/// Appends fixed-width little-endian integers, variable-length ones (LEB128: seven bits a byte, low ones first) and
/// length-prefixed bytes. The one way in which our own binary files and blobs are written.
class ByteWriter {
public:
    void u8(quint8 value) { m_bytes.append(static_cast<char>(value)); }
    void u32(quint32 value) { fixed(value, 4); }
    void u64(quint64 value) { fixed(value, 8); }
    void i64(qint64 value) { u64(static_cast<quint64>(value)); }
    void varint(quint64 value) {
        while (value >= 0x80) {
            u8(static_cast<quint8>(value | 0x80));
            value >>= 7;
        }
        u8(static_cast<quint8>(value));
    }
    void raw(QByteArrayView bytes) { m_bytes.append(bytes); }
    void bytes(QByteArrayView bytes) {
        varint(static_cast<quint64>(bytes.size()));
        raw(bytes);
    }
    [[nodiscard]] qsizetype size() const { return m_bytes.size(); }
    [[nodiscard]] const QByteArray& data() const { return m_bytes; }
    [[nodiscard]] QByteArray take() { return std::move(m_bytes); }

private:
    void fixed(quint64 value, int width) {
        for (int i = 0; i < width; ++i)
            u8(static_cast<quint8>(value >> (8 * i)));
    }

    QByteArray m_bytes;
};

/// Reads what ByteWriter wrote. Reading past the end, or a malformed varint, gives zeros and makes failed() true for
/// good: callers read a whole structure and look once. Borrows the bytes.
class ByteReader {
public:
    explicit ByteReader(QByteArrayView bytes) : m_rest(bytes) {}
    template <Temporary Text>
    explicit ByteReader(const Text&& bytes) = delete;

    quint8 u8() { return static_cast<quint8>(fixed(1)); }
    quint32 u32() { return static_cast<quint32>(fixed(4)); }
    quint64 u64() { return fixed(8); }
    qint64 i64() { return static_cast<qint64>(u64()); }
    quint64 varint() {
        quint64 value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const quint8 byte = u8();
            if (shift == 63 && byte > 1)
                break;
            value |= static_cast<quint64>(byte & 0x7f) << shift;
            if (byte < 0x80)
                return m_failed ? 0 : value;
        }
        m_failed = true;
        return 0;
    }
    QByteArrayView raw(quint64 size) {
        if (m_failed || size > static_cast<quint64>(m_rest.size())) {
            m_failed = true;
            return {};
        }
        const QByteArrayView bytes = m_rest.first(static_cast<qsizetype>(size));
        m_rest = m_rest.sliced(bytes.size());
        return bytes;
    }
    QByteArrayView bytes() { return raw(varint()); }
    /// Reads a count of things of at least one byte each: bounded by the bytes left, so that it can size a container.
    qsizetype count() {
        const quint64 value = varint();
        if (value > static_cast<quint64>(m_rest.size()))
            m_failed = true;
        return m_failed ? 0 : static_cast<qsizetype>(value);
    }
    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] bool atEnd() const { return m_rest.isEmpty(); }
    [[nodiscard]] QByteArrayView rest() const { return m_rest; }

private:
    quint64 fixed(int width) {
        const QByteArrayView bytes = raw(static_cast<quint64>(width));
        quint64 value = 0;
        for (qsizetype i = 0; i < bytes.size(); ++i)
            value |= static_cast<quint64>(static_cast<quint8>(bytes[i])) << (8 * i);
        return value;
    }

    QByteArrayView m_rest;
    bool m_failed = false;
};

} // namespace portolan
