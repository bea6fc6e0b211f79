#pragma once

#include "storage/base/mailbox.h"
#include "storage/receive/receiverstats.h"

#include <QRegularExpression>
#include <atomic>
#include <future>

namespace portolan {

/// The weight of a delivery in memory, for the queue's bound.
struct DeliveryCost {
    qint64 operator()(const Delivery& delivery) const {
        constexpr qint64 overhead = 160; // the struct, and the blocks of its two byte arrays
        return delivery.payload.size() + delivery.metadata.size() + delivery.keyText.size() + overhead;
    }
};
struct KeyCost {
    qint64 operator()(const SourceKey&) const { return static_cast<qint64>(sizeof(SourceKey)); }
};

/// The state that the reading and the storing thread of a receiver share. The reading thread puts deliveries into the
/// inbox; the storing thread commits them and puts their keys into `stored`; the reading thread acknowledges those. So
/// nothing is acknowledged before its commit. `stored` needs no bound of its own: a key in it was in the inbox.
struct ReceivePipeline {
    explicit ReceivePipeline(ReceiverOptions with, ReceiverStats& on);

    const ReceiverOptions options;
    ReceiverStats& board;
    Mailbox<Delivery, DeliveryCost> inbox;
    Mailbox<SourceKey, KeyCost> stored; ///< closed by the storing thread as its last act
    std::promise<bool> opened;          ///< the storing thread tells whether there is a store to receive into
    CancelSource stopped;               ///< stop() was called
    CancelSource endReading;            ///< stop() was called, or the storing thread has ended
    CancelSource nobodyWaits;           ///< stop() was called before the store was open, or its grace is over
    std::atomic<bool> isOpen{false};    ///< the store is open
    std::atomic<bool> paused{false};    ///< setPaused()
    std::atomic<qint64> stoppedAt{0};   ///< steady clock, milliseconds; 0: not stopped

    void stop();              ///< any thread, as the next
    void setPaused(bool now); ///< while it is paused, nothing more is fetched
    /// Returns how much of `stopGrace` is left; for after stop() only.
    [[nodiscard]] std::chrono::milliseconds graceLeft() const;
    /// Cancels the store's work once that is over; the thread that waits for the storing calls it again and again.
    void watchGrace();
};

/// Returns true when a failure of a source or a store may pass.
[[nodiscard]] inline bool isRetryable(ErrorCode code) {
    return code == ErrorCode::Io || isTransient(code);
}

/// The reading thread: fetches, and acknowledges what is stored. Ends when told to, when the source is exhausted, when
/// the maximum is reached or when it was idle for long enough, but never before the storing thread has ended.
class ReaderStage {
public:
    ReaderStage(ReceivePipeline& pipeline, Receiver::SourceMaker maker)
        : m_pipeline(pipeline)
        , m_maker(std::move(maker)) {}
    Result<void> run();

private:
    using Clock = std::chrono::steady_clock;
    Result<void> readAll();
    Result<bool> fetchMore();
    [[nodiscard]] FetchLimits limits() const;
    [[nodiscard]] std::chrono::milliseconds fetchWait() const;
    void noteQuiet(bool nothingCame, Clock::time_point begin);
    [[nodiscard]] bool isIdleLongEnough() const;
    void handOver();
    void dropRest();
    void tellOfDropped(std::chrono::milliseconds wait);
    void acknowledge(std::vector<SourceKey> keys);
    void acknowledgeRest();
    void rest();

    ReceivePipeline& m_pipeline;
    const Receiver::SourceMaker m_maker;
    std::unique_ptr<Source> m_source;
    std::vector<Delivery> m_held; ///< fetched; those from m_handed on are not yet in the inbox
    std::size_t m_handed = 0;
    std::vector<SourceKey> m_unsettled; ///< stored, but not yet acknowledged to the source
    qint64 m_dropped = 0;               ///< messages for which there was no room, not yet told to the storing thread
    qint64 m_received = 0;
    qint64 m_handedOver = 0; ///< messages and news of gaps put into the inbox
    qint64 m_acknowledged = 0;
    std::optional<Clock::time_point> m_quietSince; ///< since when the source answers that there is nothing
    Clock::time_point m_quietUntil;                ///< its last answer
    std::optional<Clock::time_point> m_awaySince;
};

class StoreLane;

/// The storing thread: takes groups of deliveries, decodes them, and commits them to each of its stores in turn.
class WriterStage {
public:
    WriterStage(ReceivePipeline& pipeline, std::vector<Receiver::StoreMaker> makers);
    ~WriterStage();
    Result<void> run();

private:
    Result<void> open();
    Result<void> storeAll();
    Result<void> storeBatch(std::vector<Delivery> batch);
    Result<void> storeRange(std::span<IngestItem> items);
    Result<void> answer(DedupQuery& question);
    void count(const StoreLane& lane, const IngestCounts& counts);
    void acknowledge(std::span<const IngestItem> items, std::vector<SourceKey> refused);

    ReceivePipeline& m_pipeline;
    std::vector<std::unique_ptr<StoreLane>> m_lanes;  ///< at least one
    const std::optional<QRegularExpression> m_number; ///< the source's own pattern
};

} // namespace portolan
