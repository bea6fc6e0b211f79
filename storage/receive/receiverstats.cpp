#include "storage/receive/receiverstats.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::chrono::milliseconds tickTime{250};
/// A commit that takes longer is reported: another program's lock, a disk or a server that hangs.
constexpr std::chrono::seconds hangTime{3};

} // namespace

void RateMeter::add(qint64 count, Clock::time_point now) {
    if (!m_begin)
        m_begin = now;
    const qint64 index = (now - *m_begin) / slotTime;
    Slot& slot = m_slots[static_cast<std::size_t>(index) % m_slots.size()];
    if (slot.index != index)
        slot = {index, 0};
    slot.count += count;
}

double RateMeter::rate(Clock::time_point now) const {
    if (!m_begin)
        return 0.0;
    const auto slots = static_cast<qint64>(m_slots.size());
    const qint64 index = (now - *m_begin) / slotTime;
    qint64 count = 0;
    for (const Slot& slot : m_slots)
        count += slot.index > index - slots && slot.index >= 0 ? slot.count : 0;
    // A young meter divides by the time there was, but at least by one slot: else one message would be a peak.
    const auto time = std::clamp<Clock::duration>(now - *m_begin, slotTime, slotTime * slots);
    return static_cast<double>(count) / std::chrono::duration<double>(time).count();
}

void ReceiverStats::countReceived(qint64 count) {
    const std::lock_guard lock(m_mutex);
    m_status.received += count;
    m_changed = m_changed || count > 0;
}

void ReceiverStats::countStored(const IngestCounts& counts) {
    const std::lock_guard lock(m_mutex);
    m_status.stored += counts.stored;
    m_status.duplicates += counts.duplicates;
    m_status.rejected += counts.rejected;
    m_status.gaps += counts.gaps;
    const auto now = RateMeter::Clock::now();
    m_rate.add(counts.stored, now);
    countKinds(counts, now);
    m_changed = true;
}

void ReceiverStats::countAlso(const IngestCounts& counts) {
    const std::lock_guard lock(m_mutex);
    m_status.also.stored += counts.stored;
    m_status.also.duplicates += counts.duplicates;
    m_status.also.rejected += counts.rejected;
    m_status.also.gaps += counts.gaps;
    m_changed = true;
}

void ReceiverStats::countKinds(const IngestCounts& counts, RateMeter::Clock::time_point now) {
    for (std::size_t i = 0; i < messageKinds; ++i) {
        const KindCounts& more = counts.kinds[i];
        KindStatus& kind = m_status.kinds[i];
        kind.stored += more.stored;
        kind.duplicates += more.duplicates;
        kind.rejected += more.rejected;
        if (more.stored > 0)
            m_kindRates[i].add(more.stored, now);
        if (more.newest)
            kind.newest = std::max(kind.newest.value_or(*more.newest), *more.newest);
        if (!more.lastRejection.isEmpty())
            kind.lastRejection = more.lastRejection;
    }
}

void ReceiverStats::noteSource(const SourceStatus& source) {
    const std::lock_guard lock(m_mutex);
    m_changed = m_changed || source.connected != m_source.connected || source.behind != m_source.behind
                || source.lastError != m_source.lastError || source.noted != m_source.noted;
    if (!source.lastError.isEmpty() && source.lastError != m_source.lastError)
        m_untold = source.lastError;
    m_source = source;
    m_reached = m_reached || source.connected;
}

void ReceiverStats::noteStore(const QString& lastError) {
    const std::lock_guard lock(m_mutex);
    m_changed = m_changed || lastError != m_storeError;
    m_storeError = lastError;
    if (!lastError.isEmpty())
        m_untold = lastError;
}

void ReceiverStats::noteStoring(bool asked) {
    const std::lock_guard lock(m_mutex);
    m_storingSince = asked ? std::optional(RateMeter::Clock::now()) : std::nullopt;
}

bool ReceiverStats::storeHangs() const {
    return m_storingSince && RateMeter::Clock::now() - *m_storingSince >= hangTime;
}

void ReceiverStats::noteStopping() {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    m_changed = true;
}

void ReceiverStats::notePaused(bool paused) {
    const std::lock_guard lock(m_mutex);
    m_paused = paused;
    m_changed = true;
}

void ReceiverStats::finish(const std::optional<Error>& error) {
    {
        const std::lock_guard lock(m_mutex);
        m_finished = true;
        m_error = error;
    }
    const std::lock_guard ticking(m_tickMutex);
    if (m_onTick)
        m_onTick(status());
}

void ReceiverStats::tick() {
    const std::unique_lock ticking(m_tickMutex, std::try_to_lock);
    if (!ticking || !m_onTick || RateMeter::Clock::now() < m_nextTick)
        return;
    {
        const std::lock_guard lock(m_mutex);
        // A rate that falls to nothing is a change too, though nothing happens.
        const bool rateFades = m_rate.rate(RateMeter::Clock::now()) != m_status.rate;
        if (!m_changed && !rateFades && storeHangs() == m_hangTold)
            return;
        m_changed = false;
        m_hangTold = storeHangs();
        m_status.rate = m_rate.rate(RateMeter::Clock::now());
    }
    m_nextTick = RateMeter::Clock::now() + tickTime;
    m_onTick(statusToTell());
}

/// Returns the status with a trouble that came and went between two ticks; the next tick takes it back.
ReceiverStatus ReceiverStats::statusToTell() {
    ReceiverStatus told = status();
    const std::lock_guard lock(m_mutex);
    if (told.lastError.isEmpty() && !m_untold.isEmpty()) {
        told.lastError = m_untold;
        told.state = ReceiverState::Retrying;
        m_changed = true;
    }
    m_untold.clear();
    return told;
}

ReceiverStatus ReceiverStats::status() const {
    const std::lock_guard lock(m_mutex);
    ReceiverStatus status = m_status;
    status.state = state();
    status.reconnects = m_source.reconnects;
    status.behind = m_source.behind;
    status.noted = m_source.noted;
    status.notes = m_source.notes;
    status.queued = status.received - status.stored - status.duplicates - status.rejected;
    const auto now = RateMeter::Clock::now();
    status.rate = m_finished ? 0.0 : m_rate.rate(now);
    for (std::size_t i = 0; i < messageKinds; ++i)
        status.kinds[i].rate = m_finished ? 0.0 : m_kindRates[i].rate(now);
    if (m_error)
        status.lastError = m_error->text;
    else if (m_storeError.isEmpty() && storeHangs())
        status.lastError = QStringLiteral("The store has not answered for some seconds: it may be locked by another "
                                          "program, or its disk or server hangs. It is waited for.");
    else
        status.lastError = m_storeError.isEmpty() ? m_source.lastError : m_storeError;
    return status;
}

ReceiverState ReceiverStats::state() const {
    if (m_finished)
        return m_error ? ReceiverState::Failed : ReceiverState::Stopped;
    if (m_stopping)
        return ReceiverState::Stopping;
    if (!m_storeError.isEmpty() || !m_source.lastError.isEmpty() || storeHangs())
        return ReceiverState::Retrying;
    if (m_paused)
        return ReceiverState::Paused;
    return m_reached ? ReceiverState::Running : ReceiverState::Starting;
}

} // namespace portolan
