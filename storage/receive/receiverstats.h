#pragma once

#include "storage/receive/receiver.h"

#include <array>
#include <mutex>

namespace portolan {

/// The rate a second over the last three seconds. Not for several threads at once.
class RateMeter {
public:
    using Clock = std::chrono::steady_clock;
    void add(qint64 count, Clock::time_point now);
    [[nodiscard]] double rate(Clock::time_point now) const;

private:
    static constexpr std::chrono::milliseconds slotTime{250};
    struct Slot {
        qint64 index = -1;
        qint64 count = 0;
    };
    std::array<Slot, 12> m_slots;
    std::optional<Clock::time_point> m_begin;
};

/// The status of a receiver: its threads write it, any thread may read it. Calls onTick, at most four times a second
/// and never from two threads at once.
class ReceiverStats {
public:
    using OnTick = std::function<void(const ReceiverStatus&)>;
    explicit ReceiverStats(OnTick onTick) : m_onTick(std::move(onTick)) {}

    void countReceived(qint64 count);
    void countStored(const IngestCounts& counts);
    /// Counts the same of a second store.
    void countAlso(const IngestCounts& counts);
    void noteSource(const SourceStatus& source);
    /// Notes why the store does not store, in words; empty: it stores (again).
    void noteStore(const QString& lastError);
    /// Notes that the store was asked to store (true) or has answered (false); reports a store that takes over 3 s.
    void noteStoring(bool asked);
    void noteStopping();
    void notePaused(bool paused);
    /// Notes the end, and the failure that caused it if one did; ticks.
    void finish(const std::optional<Error>& error);
    /// Tells onTick when something changed and it is time.
    void tick();
    [[nodiscard]] ReceiverStatus status() const;

private:
    [[nodiscard]] ReceiverState state() const;
    [[nodiscard]] bool storeHangs() const;
    [[nodiscard]] ReceiverStatus statusToTell();
    void countKinds(const IngestCounts& counts, RateMeter::Clock::time_point now);

    mutable std::mutex m_mutex; // guards all but the last three
    ReceiverStatus m_status;
    RateMeter m_rate;
    std::array<RateMeter, messageKinds> m_kindRates;
    SourceStatus m_source;
    QString m_storeError;
    QString m_untold; ///< a trouble, perhaps over, that no tick has told yet
    std::optional<RateMeter::Clock::time_point> m_storingSince;
    std::optional<Error> m_error;
    bool m_reached = false; ///< the source answered once
    bool m_stopping = false;
    bool m_paused = false;
    bool m_finished = false;
    bool m_changed = false;
    bool m_hangTold = false;

    std::mutex m_tickMutex; // held while onTick runs; guards the next
    RateMeter::Clock::time_point m_nextTick;
    const OnTick m_onTick;
};

} // namespace portolan
