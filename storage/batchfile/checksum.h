#pragma once

#include <QByteArrayView>

namespace portolan {

/// CRC-32C (Castagnoli, polynomial 0x82F63B78 reflected; RFC 3720 appendix B.4), eight bytes a step after M. Kounavis
/// and F. Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC Generation" (slicing by 8).
/// `before` is the checksum of the bytes in front.
[[nodiscard]] quint32 crc32c(QByteArrayView bytes, quint32 before = 0);

} // namespace portolan
