#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/sources/redis/redisqueuesource.h"

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

/// Fetches once, and answers what the store is asked as one that holds nothing; then once more, for what that brings.
inline Result<Batch> fetchFrom(Source& source, FetchLimits limits = {},
                               std::chrono::milliseconds wait = std::chrono::milliseconds(50),
                               const CancelToken& token = {}) {
    auto batch = source.fetch(limits, wait, token);
    while (batch && std::ranges::any_of(*batch, [](const Delivery& each) { return each.question != nullptr; })) {
        Batch messages;
        for (Delivery& each : *batch) {
            if (each.question)
                each.question->answer(DedupAnswer{each.question->from(), {}});
            else
                messages.push_back(std::move(each));
        }
        batch = messages.empty() ? source.fetch(limits, wait, token) : Result<Batch>(std::move(messages));
    }
    return batch;
}

/// Fetches until `count` deliveries came or 20 s are over.
inline Batch fetchAll(Source& source, std::size_t count, FetchLimits limits = {}) {
    Batch all;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (all.size() < count && std::chrono::steady_clock::now() < end) {
        auto batch = fetchFrom(source, limits);
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
    auto batch = fetchFrom(source);
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
