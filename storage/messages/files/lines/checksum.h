#pragma once

#include <QByteArrayView>

namespace portolan {

/// Returns the CRC-32C (Castagnoli, polynomial 0x82F63B78 reflected; RFC 3720 appendix B.4), by the processor's
/// instruction (SSE 4.2) where it has one. `before` is the checksum of the bytes in front. Any thread.
[[nodiscard]] quint32 crc32c(QByteArrayView bytes, quint32 before = 0);
/// Computes the same on any processor, eight bytes a step after M. Kounavis and F. Berry, "Novel Table Lookup-Based
/// Algorithms for High-Performance CRC Generation" (slicing by 8).
[[nodiscard]] quint32 portableCrc32c(QByteArrayView bytes, quint32 before = 0);

} // namespace portolan
