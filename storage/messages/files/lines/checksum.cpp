#include "storage/messages/files/lines/checksum.h"

#include <array>
#include <cstring>

namespace portolan {

namespace {

using Table = std::array<std::array<quint32, 256>, 8>;

constexpr Table makeTable() {
    Table crcTable{};
    for (quint32 byte = 0; byte < 256; ++byte) {
        quint32 crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
        crcTable[0][byte] = crc;
    }
    for (std::size_t slice = 1; slice < 8; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const quint32 before = crcTable[slice - 1][byte];
            crcTable[slice][byte] = (before >> 8) ^ crcTable[0][before & 0xff];
        }
    }
    return crcTable;
}

constexpr Table crcTable = makeTable();

quint32 byTable(quint32 crc, const char* at, qsizetype left) {
    const auto byteAt = [&at](int i) { return static_cast<quint32>(static_cast<quint8>(at[i])); };
    for (; left >= 8; left -= 8, at += 8) {
        const quint32 low = crc ^ (byteAt(0) | byteAt(1) << 8 | byteAt(2) << 16 | byteAt(3) << 24);
        crc = crcTable[7][low & 0xff] ^ crcTable[6][(low >> 8) & 0xff] ^ crcTable[5][(low >> 16) & 0xff]
              ^ crcTable[4][low >> 24] ^ crcTable[3][byteAt(4)] ^ crcTable[2][byteAt(5)] ^ crcTable[1][byteAt(6)]
              ^ crcTable[0][byteAt(7)];
    }
    for (; left > 0; --left, ++at)
        crc = (crc >> 8) ^ crcTable[0][(crc ^ byteAt(0)) & 0xff];
    return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) quint32 byInstruction(quint32 crc, const char* at, qsizetype left) {
    quint64 wide = crc;
    for (; left >= 8; left -= 8, at += 8) {
        quint64 eight = 0;
        std::memcpy(&eight, at, sizeof eight);
        wide = __builtin_ia32_crc32di(wide, eight);
    }
    crc = static_cast<quint32>(wide);
    for (; left > 0; --left, ++at)
        crc = __builtin_ia32_crc32qi(crc, static_cast<quint8>(*at));
    return crc;
}

bool hasInstruction() {
    return __builtin_cpu_supports("sse4.2") != 0;
}
#else
quint32 byInstruction(quint32 crc, const char* at, qsizetype left) {
    return byTable(crc, at, left);
}

bool hasInstruction() {
    return false;
}
#endif

} // namespace

quint32 crc32c(QByteArrayView bytes, quint32 before) {
    static const auto work = hasInstruction() ? byInstruction : byTable;
    return ~work(~before, bytes.data(), bytes.size());
}

quint32 portableCrc32c(QByteArrayView bytes, quint32 before) {
    return ~byTable(~before, bytes.data(), bytes.size());
}

} // namespace portolan
