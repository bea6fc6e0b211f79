#include "storage/base/backoff.h"
#include "storage/receive/receivepipeline.h"

#include <algorithm>
#include <limits>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int fetchCount = 1000;               ///< messages a fetch, at most
constexpr qint64 fetchBytes = 4 * 1024 * 1024; ///< and bytes
constexpr milliseconds quietWait{200};         ///< for messages, while nothing else is to be done
constexpr milliseconds busyWait{10};           ///< while acknowledgements are to come
constexpr milliseconds latestAnswer{2'500};    ///< a silence that is no idleness; Redis may answer a second late
constexpr milliseconds roomWait{20};           ///< for room in the inbox
constexpr milliseconds errorWait{5};           ///< keeps a source that fails at once from spinning
constexpr milliseconds settleWait{2'000};      ///< for the last acknowledgements
constexpr std::size_t keysAtOnce = 100'000;    ///< acknowledged in one call

} // namespace

Result<void> ReaderStage::run() {
    if (!m_pipeline.opened.get_future().get())
        return {};
    auto made = m_maker();
    Result<void> end;
    if (made) {
        m_source = std::move(*made);
        end = readAll();
    } else {
        end = made.error();
    }
    tellOfDropped(settleWait);
    m_pipeline.inbox.close();
    acknowledgeRest();
    return end;
}

Result<void> ReaderStage::readAll() {
    const CancelToken token = m_pipeline.endReading.get_token();
    while (!token.stop_requested()) {
        if (m_pipeline.paused && m_source->canWait() && m_held.empty()) {
            rest();
            continue;
        }
        acknowledge(m_pipeline.stored.take(keysAtOnce, milliseconds(0), milliseconds(0)));
        if (m_held.empty() || !m_source->canWait()) {
            const auto more = fetchMore();
            PORTOLAN_TRY(more);
            if (!*more)
                return {};
        }
        handOver();
        m_pipeline.board.tick();
    }
    return {};
}

/// Rests while paused: acknowledges what is being stored, fetches nothing.
void ReaderStage::rest() {
    m_quietSince.reset();
    acknowledge(m_pipeline.stored.take(keysAtOnce, quietWait, milliseconds(0), m_pipeline.endReading.get_token()));
    m_pipeline.board.noteSource(m_source->status());
    m_pipeline.board.tick();
}

/// Fetches more. Returns false when nothing more is to be read.
Result<bool> ReaderStage::fetchMore() {
    const auto& options = m_pipeline.options;
    if (m_source->exhausted() || (options.maximum && m_received >= *options.maximum) || isIdleLongEnough())
        return false;
    const CancelToken token = m_pipeline.endReading.get_token();
    const auto begin = Clock::now();
    auto fetched = m_source->fetch(limits(), fetchWait(), token);
    m_pipeline.board.noteSource(m_source->status());
    if (fetched) {
        m_awaySince.reset();
        noteQuiet(fetched->empty(), begin);
        m_held.insert(m_held.end(), std::make_move_iterator(fetched->begin()), std::make_move_iterator(fetched->end()));
        return true;
    }
    if (!isRetryable(fetched.error().code))
        return fetched.error();
    const auto now = Clock::now();
    m_quietSince.reset();
    m_awaySince = m_awaySince.value_or(now);
    if (options.idleExit && now - *m_awaySince >= std::max(*options.idleExit, options.awayExit))
        return fetched.error();
    pauseFor(errorWait, token);
    return true;
}

/// Notes since when the source is quiet: a late answer counts from its question, one that never comes not at all.
void ReaderStage::noteQuiet(bool nothingCame, Clock::time_point begin) {
    const auto now = Clock::now();
    if (nothingCame && m_source->isQuiet()) {
        m_quietSince = m_quietSince.value_or(begin);
        m_quietUntil = now;
    } else if (!nothingCame || (m_quietSince && now - m_quietUntil > latestAnswer)) {
        m_quietSince.reset();
    }
}

FetchLimits ReaderStage::limits() const {
    const auto& options = m_pipeline.options;
    const qint64 left = options.maximum ? *options.maximum - m_received : std::numeric_limits<qint64>::max();
    FetchLimits limits;
    limits.count = static_cast<int>(std::min<qint64>({fetchCount, std::max(options.queueCount, 1), left}));
    limits.bytes = std::min(fetchBytes, options.queueBytes);
    limits.ahead = static_cast<int>(std::min<qint64>(limits.count, left - limits.count));
    return limits;
}

milliseconds ReaderStage::fetchWait() const {
    const bool owesAcknowledgements = m_acknowledged < m_handedOver && m_source->canWait();
    const milliseconds wait = owesAcknowledgements ? busyWait : quietWait;
    return m_pipeline.options.idleExit ? std::min(wait, std::max(*m_pipeline.options.idleExit, milliseconds(1))) : wait;
}

/// Returns true when nothing came for `idleExit` and everything that came before is stored and acknowledged.
bool ReaderStage::isIdleLongEnough() const {
    const auto& idleExit = m_pipeline.options.idleExit;
    return idleExit && m_acknowledged >= m_handedOver && m_quietSince && m_quietUntil - *m_quietSince >= *idleExit;
}

void ReaderStage::handOver() {
    if (m_held.empty())
        return;
    tellOfDropped(milliseconds(0));
    const auto rest = std::span(m_held).subspan(m_handed);
    std::vector<std::size_t> news; // their indexes, taken before the push moves them away
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (!rest[i].isMessage())
            news.push_back(i);
    }
    const bool waits = m_source->canWait();
    const bool closed = m_dropped > 0 || (m_pipeline.paused && !waits);
    const std::size_t taken = closed ? 0 : m_pipeline.inbox.push(rest, waits ? roomWait : milliseconds(0));
    const auto messages = static_cast<qint64>(taken) - (std::ranges::lower_bound(news, taken) - news.begin());
    m_handed += taken;
    m_handedOver += static_cast<qint64>(taken);
    m_received += messages;
    m_pipeline.board.countReceived(messages);
    if (m_handed < m_held.size() && !waits)
        dropRest();
    if (m_handed < m_held.size())
        return;
    m_held.clear();
    m_handed = 0;
}

/// Drops the messages without room, which cannot wait in their source. Keeps the news of gaps, which are few.
void ReaderStage::dropRest() {
    m_held.erase(m_held.begin(), m_held.begin() + static_cast<std::ptrdiff_t>(m_handed));
    m_handed = 0;
    m_dropped += static_cast<qint64>(std::erase_if(m_held, [](const Delivery& held) { return held.isMessage(); }));
}

/// Puts the gap that dropping made into the inbox once there is room, before any later message.
void ReaderStage::tellOfDropped(milliseconds wait) {
    if (m_dropped == 0 || (m_pipeline.paused && !m_pipeline.endReading.stop_requested()))
        return;
    Delivery news;
    news.series = m_pipeline.options.from.identity();
    news.keyText = m_pipeline.options.from.name;
    news.receivedAt = currentTime();
    news.gap = std::make_shared<const GapNews>(GapNews{
        GapKind::Overrun, false, m_dropped, R"({"reason":"Storing could not follow, or receiving was paused."})"});
    if (m_pipeline.inbox.push(std::span(&news, 1), wait) == 0)
        return;
    m_dropped = 0;
    ++m_handedOver;
}

void ReaderStage::acknowledge(std::vector<SourceKey> keys) {
    m_unsettled.insert(m_unsettled.end(), std::make_move_iterator(keys.begin()), std::make_move_iterator(keys.end()));
    if (m_unsettled.empty() || !m_source)
        return;
    const auto taken = m_source->acknowledge(m_unsettled);
    m_pipeline.board.noteSource(m_source->status()); // now, because the next fetch may clear a trouble
    if (!taken)
        return; // the next fetch tells why, and the next round tries again
    m_acknowledged += static_cast<qint64>(m_unsettled.size());
    m_unsettled.clear();
}

/// Acknowledges the rest as it is stored; the source delivers again what it does not take.
void ReaderStage::acknowledgeRest() {
    while (!m_pipeline.stored.isDone()) {
        m_pipeline.watchGrace();
        acknowledge(m_pipeline.stored.take(keysAtOnce, quietWait, milliseconds(0)));
        m_pipeline.board.tick();
    }
    if (!m_source)
        return;
    acknowledge({});
    if (const auto settled = m_source->settle(settleWait); settled && !m_unsettled.empty())
        acknowledge({}); // settling may have connected again
    m_pipeline.board.noteSource(m_source->status());
    m_source.reset();
}

} // namespace portolan
