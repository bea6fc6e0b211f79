#include "storage/ingest/contenthash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace portolan {

quint64 contentHash(QByteArrayView payload, QByteArrayView metadata) {
    quint64 hash = XXH3_64bits(payload.data(), static_cast<std::size_t>(payload.size()));
    if (!metadata.isEmpty())
        hash = XXH3_64bits_withSeed(metadata.data(), static_cast<std::size_t>(metadata.size()), hash);
    return hash != 0 ? hash : 1;
}

quint64 contentHash(const Delivery& delivery) {
    return delivery.gap ? contentHash({}, "gap") : contentHash(delivery.payload, delivery.metadata);
}

} // namespace portolan
