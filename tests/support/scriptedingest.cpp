#include "tests/support/scriptedingest.h"

#include "storage/base/backoff.h"

#include <algorithm>
#include <utility>

namespace portolan::test {

namespace {

class Writer final : public IngestWriter {
public:
    explicit Writer(ScriptedStore& to) : m_to(to) {}
    Result<IngestCounts> store(std::span<const IngestItem> items) override { return m_to.store(items); }
    Result<std::optional<IngestCounts>> recover() override { return m_to.recover(); }

private:
    ScriptedStore& m_to;
};

/// As much of a store as a receiver uses.
class OpenedStore final : public Store {
public:
    explicit OpenedStore(ScriptedStore& of) : m_of(of) {}
    const StoreUrl& url() const override { return m_url; }
    Access access() const override { return Access::Write; }
    std::optional<QString> unavailableReason(Feature) const override { return std::nullopt; }
    Batches& batches() override { qFatal("a receiver reads no batches"); }
    Result<ChangeMark> changeMark() override { return ChangeMark(); }
    Result<std::unique_ptr<IngestWriter>> ingestWriter() override {
        return std::unique_ptr<IngestWriter>(std::make_unique<Writer>(m_of));
    }

private:
    ScriptedStore& m_of;
    StoreUrl m_url;
};

class FeedSource final : public Source {
public:
    explicit FeedSource(ScriptedFeed& feed) : m_feed(feed) {}
    Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                        const CancelToken& token) override {
        auto batch = m_feed.fetch(limits, wait, token);
        m_status.connected = batch.ok();
        m_status.lastError = batch ? QString() : batch.error().text;
        return batch;
    }
    Result<void> acknowledge(std::span<const SourceKey> keys) override { return m_feed.acknowledge(keys); }
    bool canWait() const override { return m_feed.canWait; }
    bool exhausted() const override { return m_feed.isExhausted(); }
    SourceStatus status() const override {
        ++m_feed.rounds;
        return m_status;
    }

private:
    ScriptedFeed& m_feed;
    SourceStatus m_status;
};

} // namespace

Result<std::unique_ptr<Store>> ScriptedStore::open() {
    return std::unique_ptr<Store>(std::make_unique<OpenedStore>(*this));
}

Result<IngestCounts> ScriptedStore::store(std::span<const IngestItem> items) {
    if (items.empty()) // asked for what opening found
        return IngestCounts();
    if (refuses) {
        if (auto error = refuses(items))
            return *error;
    }
    IngestCounts counts;
    {
        const std::lock_guard lock(m_mutex);
        for (const IngestItem& item : items) {
            if (const auto* news = std::get_if<GapNews>(&item.decoded)) {
                m_gaps.push_back(*news);
                counts.gaps += news->isOver ? 0 : 1;
            } else if (item.delivery.key.isKeyed() && !m_keys.insert(item.delivery.key).second) {
                counts.countDuplicate(item);
            } else if (const auto* message = std::get_if<IncomingMessage>(&item.decoded)) {
                m_contents.append(message->content);
                counts.countStored(MessageKind::Message, message->timestamp);
            } else {
                const auto* rejection = std::get_if<Rejection>(&item.decoded);
                const QString reason = rejection ? rejection->reason : QStringLiteral("a record");
                m_rejects[item.delivery.payload] = reason;
                counts.countRejected(item, reason);
            }
        }
    }
    if (failsAfterwards) {
        if (auto error = failsAfterwards()) {
            const bool isKeyed = std::ranges::all_of(items, [](auto& item) { return item.delivery.key.isKeyed(); });
            const std::lock_guard lock(m_mutex);
            m_inDoubt = isKeyed ? std::nullopt : std::optional(counts);
            return *error;
        }
    }
    return counts;
}

Result<std::optional<IngestCounts>> ScriptedStore::recover() {
    {
        const std::lock_guard lock(m_mutex);
        ++m_recoveries;
    }
    if (refusesRecovery) {
        if (auto error = refusesRecovery())
            return *error;
    }
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_inDoubt, std::nullopt);
}

bool ScriptedStore::holds(const SourceKey& key) const {
    const std::lock_guard lock(m_mutex);
    return m_keys.contains(key);
}

QByteArrayList ScriptedStore::contents() const {
    const std::lock_guard lock(m_mutex);
    return m_contents;
}

std::map<QByteArray, QString> ScriptedStore::rejects() const {
    const std::lock_guard lock(m_mutex);
    return m_rejects;
}

std::vector<GapNews> ScriptedStore::gaps() const {
    const std::lock_guard lock(m_mutex);
    return m_gaps;
}

int ScriptedStore::recoveries() const {
    const std::lock_guard lock(m_mutex);
    return m_recoveries;
}

void ScriptedFeed::add(const QByteArray& payload, qint64 deliveries) {
    const std::lock_guard lock(m_mutex);
    Delivery delivery;
    delivery.key = {"scripted", 0, m_deliveries.size() + 1};
    delivery.keyText = QByteArray::number(delivery.key.minor);
    delivery.payload = payload;
    delivery.receivedAt = currentTime();
    delivery.deliveries = deliveries;
    m_deliveries.push_back(std::move(delivery));
}

void ScriptedFeed::addNumbered(int count) {
    for (int i = 1; i <= count; ++i)
        add("Message #" + QByteArray::number(i));
}

void ScriptedFeed::addUnkeyed(int count) {
    const std::size_t before = m_deliveries.size();
    addNumbered(count);
    for (std::size_t i = before; i < m_deliveries.size(); ++i)
        m_deliveries[i].key = {};
}

Result<std::unique_ptr<Source>> ScriptedFeed::open() {
    const std::lock_guard lock(m_mutex);
    ++m_sources;
    return std::unique_ptr<Source>(std::make_unique<FeedSource>(*this));
}

Result<std::vector<Delivery>> ScriptedFeed::fetch(const FetchLimits& limits, std::chrono::milliseconds wait,
                                                  const CancelToken& token) {
    if (fails) {
        if (auto error = fails())
            return *error;
    }
    std::vector<Delivery> batch;
    {
        const std::lock_guard lock(m_mutex);
        qint64 bytes = 0;
        while (m_next < m_deliveries.size() && batch.size() < static_cast<std::size_t>(limits.count)
               && (batch.empty() || bytes < limits.bytes)) {
            bytes += m_deliveries[m_next].payload.size();
            batch.push_back(m_deliveries[m_next++]);
        }
    }
    if (batch.empty())
        pauseFor(wait, token);
    return batch;
}

Result<void> ScriptedFeed::acknowledge(std::span<const SourceKey> keys) {
    if (failsToAcknowledge) {
        if (auto error = failsToAcknowledge())
            return *error;
    }
    const std::lock_guard lock(m_mutex);
    for (const SourceKey& key : keys) {
        m_tooEarly += m_store.holds(key) ? 0 : 1;
        m_acknowledged.insert(key);
    }
    return {};
}

bool ScriptedFeed::isExhausted() const {
    const std::lock_guard lock(m_mutex);
    return ends && m_next == m_deliveries.size();
}

int ScriptedFeed::fetched() const {
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_next);
}

int ScriptedFeed::acknowledged() const {
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_acknowledged.size());
}

int ScriptedFeed::tooEarly() const {
    const std::lock_guard lock(m_mutex);
    return m_tooEarly;
}

int ScriptedFeed::sourcesMade() const {
    const std::lock_guard lock(m_mutex);
    return m_sources;
}

} // namespace portolan::test
