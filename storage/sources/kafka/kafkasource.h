#pragma once

#include "storage/sources/kafka/kafkapartition.h"
#include "storage/sources/source.h"

#include <deque>
#include <map>

namespace portolan {

struct KafkaOptions {
    /// The time that the storing of what was handed out may take when partitions are taken away.
    std::chrono::milliseconds handOverTime{2'000};
    std::chrono::milliseconds commitEvery{100};
    /// A partition that was quiet so long may be of a topic that was deleted and made again meanwhile: it is looked at
    /// with the next message, but not more often than `lookEvery`; a busy one after `lookAlways`.
    std::chrono::milliseconds quiet{1'000};
    std::chrono::milliseconds lookEvery{5'000};
    std::chrono::milliseconds lookAlways{60'000};
};

/// A topic as one member of a consumer group, effectively once: the group's offsets follow the store's commits, never
/// lead them, and each message's key is its topic, partition and offset. Where a partition begins is asked of the store
/// (KafkaPartition). A topic that was made again is told by what it holds at an offset that is stored, or by an end
/// before it, with every assignment and now and then while it runs (KafkaOptions::quiet): its messages belong to a new
/// epoch, from its beginning on, and the group is set there before any is handed out. The source's name is the
/// cluster's id and the topic; a store that knows it by its brokers' addresses goes on with those. When partitions are
/// taken away, what was handed out of them is stored and committed first, as far as that takes no longer than
/// `handOverTime`; what is acknowledged later is not ours to commit any more. Messages that the topic's retention cut
/// off before they could be read are a gap.
class KafkaSource final : public Source, private KafkaListener {
public:
    explicit KafkaSource(const SourceUrl& url, KafkaOptions options = {});
    ~KafkaSource() override;

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey> keys) override;
    [[nodiscard]] Result<void> settle(std::chrono::milliseconds wait) override;
    [[nodiscard]] SourceStatus status() const override;

private:
    using Clock = std::chrono::steady_clock;

    void assigned(std::span<const qint32> partitions) override;
    void revoked(bool lost) override;
    void committed(bool taken) override;

    void fill(const FetchLimits& limits, std::chrono::milliseconds wait, const CancelToken& token);
    bool pollOnce(std::chrono::milliseconds wait);
    void take(KafkaEvent event);
    void takeAnswers(const CancelToken& token);
    /// The progress of beginning a partition that the store was asked about.
    enum class Beginning { Unknown, Looking, Done };
    [[nodiscard]] Beginning beginPartition(KafkaPartition& partition, const DedupAnswer& answer);
    [[nodiscard]] bool beginAgain(KafkaPartition& partition, const DedupAnswer& answer);
    void lookAtStored(const CancelToken& token);
    void lookAtJumps();
    void forget();
    void giveUpPartitions(bool atOnce);
    void commit();
    void sendCommit();
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] bool isFull(const FetchLimits& limits);
    [[nodiscard]] bool isAtEnd() const;
    [[nodiscard]] std::optional<Error> obstacle() const;
    [[nodiscard]] std::vector<Delivery> handOut();
    void weigh();
    [[nodiscard]] KafkaPartition* find(qint32 number);

    const SourceUrl m_url;
    const KafkaOptions m_options;
    std::unique_ptr<KafkaClient> m_client;         ///< callbacks come while it is polled, and while it is closed
    std::map<qint32, KafkaPartition> m_partitions; ///< ours
    std::vector<KafkaPosition> m_toLookAt;         ///< what stands there is compared with what is stored
    KafkaPartition* m_lastFound = nullptr;         ///< messages come in runs
    std::vector<Delivery> m_ready;
    std::size_t m_weighed = 0; ///< so many of them
    qint64 m_readyBytes = 0;   ///< these weigh
    bool m_assigned = false;
    bool m_closing = false;
    std::optional<Clock::time_point> m_handOverEnds; ///< set: the partitions are being taken away
    quint64 m_assignment = 0;                        ///< counts them
    std::deque<quint64> m_commits;                   ///< under way, in their order: of which assignment
    Clock::time_point m_nextCommit;
    Clock::time_point m_nextAsking;
    Clock::time_point m_waitsSince = Clock::now(); ///< for the group's partitions
};

} // namespace portolan
