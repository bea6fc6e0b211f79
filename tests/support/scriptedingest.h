#pragma once

#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/sources/source.h"
#include "storage/store.h"

#include <QByteArrayList>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace portolan::test {

/// A store in memory that keeps the promises of IngestWriter, and what a test makes it answer. Outlives the writers
/// made of it; any thread may look into it.
class ScriptedStore {
public:
    /// Asked before every store(); an error is what store() then returns, with nothing stored. Storing thread.
    std::function<std::optional<Error>(std::span<const IngestItem>)> refuses;
    /// The same, asked after the items were stored: a commit whose answer got lost.
    std::function<std::optional<Error>()> failsAfterwards;
    std::function<std::optional<Error>()> refusesRecovery;

    [[nodiscard]] Result<std::unique_ptr<Store>> open();
    Result<IngestCounts> store(std::span<const IngestItem> items);
    Result<std::optional<IngestCounts>> recover();

    [[nodiscard]] bool holds(const SourceKey& key) const;
    [[nodiscard]] QByteArrayList contents() const;               ///< of the messages, in their order
    [[nodiscard]] std::map<QByteArray, QString> rejects() const; ///< payload → reason
    [[nodiscard]] std::vector<GapNews> gaps() const;
    [[nodiscard]] int recoveries() const;

private:
    mutable std::mutex m_mutex;
    std::set<SourceKey> m_keys;
    QByteArrayList m_contents;
    std::map<QByteArray, QString> m_rejects;
    std::vector<GapNews> m_gaps;
    std::optional<IngestCounts> m_inDoubt; ///< of items without keys whose answer got lost
    int m_recoveries = 0;
};

/// The script of a scripted source: what it delivers, and what it was told. Outlives the source. Any thread.
class ScriptedFeed {
public:
    explicit ScriptedFeed(const ScriptedStore& store) : m_store(store) {}

    /// Asked at every fetch: an error to answer with. Reading thread.
    std::function<std::optional<Error>()> fails;
    std::function<std::optional<Error>()> failsToAcknowledge;
    bool ends = true;            ///< exhausted once everything was fetched
    bool canWait = true;         ///< what does not fit is not lost
    std::atomic<int> rounds = 0; ///< of the reading thread: it asks for the source's status once in each

    void add(const QByteArray& payload, qint64 deliveries = 1);
    void addNumbered(int count);
    void addUnkeyed(int count); ///< as a channel's: nothing tells that they were here before
    [[nodiscard]] Result<std::unique_ptr<Source>> open();

    [[nodiscard]] int fetched() const;
    [[nodiscard]] int acknowledged() const; ///< different keys
    [[nodiscard]] int tooEarly() const;     ///< keys acknowledged that the store does not hold: must stay 0
    [[nodiscard]] int sourcesMade() const;

    Result<std::vector<Delivery>> fetch(const FetchLimits& limits, std::chrono::milliseconds wait,
                                        const CancelToken& token);
    Result<void> acknowledge(std::span<const SourceKey> keys);
    [[nodiscard]] bool isExhausted() const;

private:
    const ScriptedStore& m_store;
    mutable std::mutex m_mutex;
    std::vector<Delivery> m_deliveries;
    std::size_t m_next = 0;
    std::set<SourceKey> m_acknowledged;
    int m_tooEarly = 0;
    int m_sources = 0;
};

} // namespace portolan::test
