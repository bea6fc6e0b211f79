#pragma once

#include "storage/base/backoff.h"
#include "storage/receive/receivepipeline.h"

#include <functional>

namespace portolan {

/// A store that a receiver writes into: opened, written to with patience, tidied and asked. Made anywhere, used and
/// destroyed on the storing thread.
class StoreLane {
public:
    StoreLane(ReceivePipeline& pipeline, Receiver::StoreMaker maker);

    /// Opens the store. Returns what opening found (lost lines), even where no message comes.
    Result<IngestCounts> open();
    /// Takes items that are durably stored by now, a part of those that were given, in their order.
    using Stored = std::function<void(std::span<const IngestItem> items, const IngestCounts& counts)>;
    /// Stores items. Tries until the store takes them; of data that it refuses, keeps what it refuses alone as a
    /// reject. The items are as they were afterwards. Errors: Cancelled, the grace after stop() is over; what no trying
    /// mends.
    Result<void> store(std::span<IngestItem> items, const Stored& stored);
    /// Opens the store again where its connection was lost, with the patience of store(), and its errors: a source that
    /// asks brings nothing to store before it is answered. Returns what opening found, as open() does.
    Result<IngestCounts> recover();
    /// Answers a source's question, after recover(). Errors: what the store says; the source asks again.
    Result<DedupAnswer> answerTo(const DedupQuery& question);
    /// Tidies the store now and then for a short time, longer where nothing comes. An error here fails no message and
    /// makes no read wrong: the next call tries again, and storing reports what ails the store.
    void tidy(bool isIdle);
    void close(); ///< the store and its writer; store() and tidy() may not follow

private:
    Result<IngestCounts> tryToStore(std::span<const IngestItem> items);
    Result<IngestCounts> storePatiently(std::span<const IngestItem> items);
    bool waitBeforeRetry();

    ReceivePipeline& m_pipeline;
    const Receiver::StoreMaker m_maker;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<IngestWriter> m_writer;
    Backoff m_backoff;
    bool m_mustRecover = false;
    std::chrono::steady_clock::time_point m_tidyNext{};
    bool m_isUntidy = false; ///< the last tidying left something to do
};

} // namespace portolan
