#include "storage/receive/storelane.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds firstRetry{50};
constexpr milliseconds lastRetry{5'000};
constexpr milliseconds stoppedRetry{200};
constexpr milliseconds tidyPatience{50};
constexpr seconds tidyEvery{10};
constexpr seconds tidyMore{1};
constexpr seconds tidyAgain{60};

/// Makes the reason of a reject from the error with which a message alone was refused.
Rejection refusal(const Error& error) {
    return {error.details.isEmpty() ? error.text : QStringLiteral("%1 (%2)").arg(error.text, error.details)};
}

bool wantsRecovery(ErrorCode code) {
    return code == ErrorCode::Unknown || code == ErrorCode::Connection || code == ErrorCode::Timeout;
}

} // namespace

StoreLane::StoreLane(ReceivePipeline& pipeline, Receiver::StoreMaker maker)
    : m_pipeline(pipeline)
    , m_maker(std::move(maker))
    , m_backoff(backoffSeed(), firstRetry, lastRetry) {}

Result<IngestCounts> StoreLane::open() {
    auto store = m_maker(m_pipeline.nobodyWaits.get_token());
    PORTOLAN_TRY(store);
    m_store = std::move(*store);
    auto writer = m_store->ingestWriter();
    PORTOLAN_TRY(writer);
    m_writer = std::move(*writer);
    m_tidyNext = steady_clock::now() + tidyEvery;
    const auto found = m_writer->store({});
    m_mustRecover = !found && wantsRecovery(found.error().code);
    return found ? *found : IngestCounts();
}

void StoreLane::close() {
    m_writer.reset();
    m_store.reset();
}

void StoreLane::tidy(bool isIdle) {
    const auto now = steady_clock::now();
    if (m_mustRecover || (now < m_tidyNext && !(isIdle && m_isUntidy)))
        return;
    const auto done = m_writer->tidy(tidyPatience);
    m_isUntidy = done && !*done;
    m_tidyNext = now + (!done ? tidyAgain : *done ? tidyEvery : tidyMore);
    if (!done)
        m_mustRecover = wantsRecovery(done.error().code);
}

Result<IngestCounts> StoreLane::recover() {
    return m_mustRecover ? storePatiently({}) : IngestCounts();
}

Result<DedupAnswer> StoreLane::answerTo(const DedupQuery& question) {
    auto answer = m_writer->answerTo(question);
    m_mustRecover = !answer && wantsRecovery(answer.error().code);
    return answer;
}

/// Tries halves when the store refuses the data, until the culprit is alone, and keeps that as a reject.
Result<void> StoreLane::store(std::span<IngestItem> items, const Stored& stored) {
    if (items.empty())
        return {};
    const auto counts = storePatiently(items);
    if (counts) {
        stored(items, *counts);
        return {};
    }
    if (counts.error().code != ErrorCode::Invalid)
        return counts.error();
    if (items.size() > 1) {
        const std::size_t half = items.size() / 2;
        PORTOLAN_TRY(store(items.first(half), stored));
        return store(items.subspan(half), stored);
    }
    IngestItem& culprit = items.front();
    if (std::holds_alternative<Rejection>(culprit.decoded)) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The store refuses a message, and refuses to keep it among the rejects as well. It "
                                    "stays in the source. Check the store's table of rejects."),
                     counts.error().text};
    }
    Decoded was = std::exchange(culprit.decoded, refusal(counts.error()));
    Result<void> kept = store(items, stored);
    culprit.decoded = std::move(was);
    return kept;
}

/// Tries once: opens the store again where that is due, and stores what is not yet stored.
Result<IngestCounts> StoreLane::tryToStore(std::span<const IngestItem> items) {
    if (m_mustRecover) {
        const auto recovered = m_writer->recover();
        if (!recovered) {
            Error error = recovered.error();
            if (error.code == ErrorCode::Invalid)
                error.code = ErrorCode::Corrupt; // the store's fault: no reason to reject a message
            return error;
        }
        m_mustRecover = false;
        if (*recovered)
            return **recovered;
    }
    auto counts = m_writer->store(items);
    m_mustRecover = !counts && wantsRecovery(counts.error().code);
    return counts;
}

/// Tries until the store takes the items or refuses them for good. Error Cancelled: the grace after stop() is over.
Result<IngestCounts> StoreLane::storePatiently(std::span<const IngestItem> items) {
    while (true) {
        m_pipeline.board.noteStoring(true);
        auto counts = tryToStore(items);
        m_pipeline.board.noteStoring(false);
        if (counts || counts.error().code == ErrorCode::Invalid) {
            m_backoff.reset();
            m_pipeline.board.noteStore({});
            return counts;
        }
        if (!isRetryable(counts.error().code))
            return counts;
        m_pipeline.board.noteStore(counts.error().text);
        m_pipeline.board.tick();
        if (!waitBeforeRetry())
            return cancelled();
    }
}

bool StoreLane::waitBeforeRetry() {
    if (!m_pipeline.stopped.stop_requested()) {
        pauseFor(m_backoff.next(), m_pipeline.stopped.get_token());
        return true;
    }
    const auto left = m_pipeline.graceLeft();
    if (left.count() <= 0)
        return false;
    pauseFor(std::min(left, stoppedRetry), {});
    return true;
}

} // namespace portolan
