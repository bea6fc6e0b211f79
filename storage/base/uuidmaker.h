#pragma once

#include <QRandomGenerator>
#include <QtGlobal>

namespace portolan {

/// Makes random (version 4, RFC 9562) UUIDs. The generator is seeded by the system with all of its state, so that no
/// two programs make the same ones. Ids of one group share their first 32 bits, drawn for the group: a commit's rows
/// then stand together in an index instead of touching a page each, and 90 bits of their own are random. One thread.
class UuidMaker {
public:
    static constexpr qsizetype textSize = 36;
    void beginGroup() { m_group = m_random.generate64() << 32; }
    /// Writes the `textSize` characters of the next one, lower case.
    void put(char* out) {
        constexpr char digits[] = "0123456789abcdef";
        quint64 bits[] = {m_random.generate64(), m_random.generate64()};
        bits[0] = m_group | (bits[0] & Q_UINT64_C(0xFFFF0FFF)) | Q_UINT64_C(0x4000);
        bits[1] = (bits[1] & ~(Q_UINT64_C(3) << 62)) | (Q_UINT64_C(2) << 62);
        for (int i = 0; i < 32; ++i) {
            if (i == 8 || i == 12 || i == 16 || i == 20)
                *out++ = '-';
            *out++ = digits[(bits[i / 16] >> (60 - i % 16 * 4)) & 0xF];
        }
    }

private:
    QRandomGenerator64 m_random = QRandomGenerator64::securelySeeded();
    quint64 m_group = m_random.generate64() << 32;
};

} // namespace portolan
