#pragma once

#include "storage/ingest/redispull.h"

#include <QByteArrayList>
#include <algorithm>
#include <iterator>

namespace portolan::test {

using Batch = std::vector<Delivery>;

/// Options under which a Redis source notices at once what it looks for. Its patience with the server stays: a machine
/// that is busy for a second would be taken for a server that is gone.
inline RedisPullOptions quickly() {
    RedisPullOptions options;
    options.behindEvery = std::chrono::milliseconds(0);
    options.seed = 1;
    return options;
}

/// Fetches until `count` deliveries came or 20 s are over.
inline Batch fetchAll(Source& source, std::size_t count, FetchLimits limits = {}) {
    Batch all;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (all.size() < count && std::chrono::steady_clock::now() < end) {
        auto batch = source.fetch(limits, std::chrono::milliseconds(50), {});
        if (batch)
            std::ranges::move(*batch, std::back_inserter(all));
    }
    return all;
}

inline Result<void> acknowledgeAll(Source& source, const Batch& batch) {
    std::vector<SourceKey> keys;
    std::ranges::transform(batch, std::back_inserter(keys), &Delivery::key);
    if (auto done = source.acknowledge(keys); !done)
        return done;
    return source.settle(std::chrono::seconds(2));
}

inline Batch fetchAndAcknowledge(Source& source) {
    auto batch = source.fetch({}, std::chrono::milliseconds(50), {});
    if (!batch || !acknowledgeAll(source, *batch))
        return {};
    return std::move(*batch);
}

inline QByteArrayList payloads(const Batch& batch) {
    QByteArrayList all;
    std::ranges::transform(batch, std::back_inserter(all), &Delivery::payload);
    return all;
}

} // namespace portolan::test
