#pragma once

#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/store.h"
#include "tests/support/memoryports.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace portolan::test {

/// The content of a MemoryStore: rows made up from their numbers, so that a million of them cost nothing. The test
/// changes it from its own thread while stores read it on theirs.
struct MemoryPipeline {
    std::atomic<qint64> messages{0}; ///< numbered from 1, ten a batch
    std::atomic<qint64> rejects{0};
    std::atomic<qint64> gaps{0};
    std::atomic<int> delayMilliseconds{0}; ///< every question takes so long; a cancelled one ends at once
    std::atomic<int> questions{0};         ///< how many were asked
    std::atomic<int> answers{0};           ///< questions that nobody cancelled
    std::atomic<quint64> changes{0};
    MemoryPorts ports;

    void fail(std::optional<Error> error); ///< every question ends so, until it is nothing again
    [[nodiscard]] std::optional<Error> failure() const;
    void remove(qint64 number); ///< takes a row away, as a retention would; from every listing
    [[nodiscard]] bool isRemoved(qint64 number) const;

private:
    mutable std::mutex m_mutex;
    std::optional<Error> m_failure;
    std::set<qint64> m_removed;
    std::atomic<bool> m_anyRemoved{false};
};

/// A store without a place. Sorts by the listings' own order only; another sort is a Usage error.
class MemoryStore final : public Store {
public:
    explicit MemoryStore(std::shared_ptr<MemoryPipeline> pipeline);
    ~MemoryStore() override;

    [[nodiscard]] const StoreUrl& url() const override { return m_url; }
    [[nodiscard]] Access access() const override { return Access::Read; }
    [[nodiscard]] std::optional<QString> unavailableReason(Feature feature) const override;
    Batches& batches() override;
    [[nodiscard]] Result<ChangeMark> changeMark() override;
    [[nodiscard]] Result<std::unique_ptr<IngestWriter>> ingestWriter() override;

    /// What a Channel opens it with.
    static std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>
    opener(std::shared_ptr<MemoryPipeline> pipeline);

    static Message message(qint64 number);
    static Timestamp firstTime();

private:
    class Repository;
    std::shared_ptr<MemoryPipeline> m_pipeline;
    StoreUrl m_url;
    std::unique_ptr<Repository> m_repository;
};

} // namespace portolan::test
