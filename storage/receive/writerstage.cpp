#include "storage/ingest/decoder.h"
#include "storage/receive/receivepipeline.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr qint64 mostDeliveries = 5; ///< a message delivered more often is taken for poison (RELIABILITY, promise 2)
constexpr milliseconds takeWait{200};
constexpr milliseconds firstRetry{50};
constexpr milliseconds lastRetry{5'000};
constexpr milliseconds stoppedRetry{200};
constexpr milliseconds tidyPatience{50};
constexpr seconds tidyEvery{10};
constexpr seconds tidyMore{1};
constexpr seconds tidyAgain{60};

IngestItem itemOf(Delivery delivery, const QRegularExpression* number) {
    if (delivery.gap) {
        Decoded news = *delivery.gap;
        return {std::move(delivery), std::move(news)};
    }
    if (!delivery.mistake.isEmpty()) {
        Rejection rejection{delivery.mistake};
        return {std::move(delivery), std::move(rejection)};
    }
    Decoded decoded =
        delivery.deliveries > mostDeliveries
            ? Decoded(Rejection{QStringLiteral("It was delivered at least %1 times and never stored; more than %2 "
                                               "are not tried.")
                                    .arg(delivery.deliveries)
                                    .arg(mostDeliveries)})
            : decode(delivery, number);
    return {std::move(delivery), std::move(decoded)};
}

/// Makes the reason of a reject from the error with which a message alone was refused.
Rejection refusal(const Error& error) {
    return {error.details.isEmpty() ? error.text : QStringLiteral("%1 (%2)").arg(error.text, error.details)};
}

bool wantsRecovery(ErrorCode code) {
    return code == ErrorCode::Unknown || code == ErrorCode::Connection || code == ErrorCode::Timeout;
}

} // namespace

WriterStage::WriterStage(ReceivePipeline& pipeline, Receiver::StoreMaker maker)
    : m_pipeline(pipeline)
    , m_maker(std::move(maker))
    , m_number(pipeline.options.from.numberPattern.isEmpty()
                   ? std::nullopt
                   : std::optional(QRegularExpression(pipeline.options.from.numberPattern)))
    , m_backoff(backoffSeed(), firstRetry, lastRetry) {}

Result<void> WriterStage::run() {
    Result<void> end = open();
    const bool opened = end.ok();
    m_pipeline.opened.set_value(opened);
    if (opened)
        end = storeAll();
    else if (end.error().code == ErrorCode::Cancelled)
        end = {}; // stopped before there was a store: nothing was received
    m_pipeline.endReading.request_stop();
    m_pipeline.inbox.close();
    m_writer.reset();
    m_store.reset();
    return end;
}

Result<void> WriterStage::open() {
    auto store = m_maker(m_pipeline.nobodyWaits.get_token());
    PORTOLAN_TRY(store);
    m_store = std::move(*store);
    auto writer = m_store->ingestWriter();
    PORTOLAN_TRY(writer);
    m_writer = std::move(*writer);
    // Stores nothing, to report what opening found (lost lines) even where no message comes.
    const auto found = m_writer->store({});
    if (found)
        m_pipeline.board.countStored(*found);
    m_mustRecover = !found && wantsRecovery(found.error().code);
    m_pipeline.isOpen = true;
    return {};
}

Result<void> WriterStage::storeAll() {
    const auto most = static_cast<std::size_t>(std::max(m_pipeline.options.batch, 1));
    // A message delivered again goes alone and at once: a death of the receiver meanwhile would count against it.
    const auto linger = [&](const Delivery& first) {
        return first.deliveries > 1 ? milliseconds(0) : m_pipeline.options.linger;
    };
    m_tidyNext = steady_clock::now() + tidyEvery;
    while (!m_pipeline.inbox.isDone()) {
        auto batch = m_pipeline.inbox.take(most, takeWait, linger);
        const bool isIdle = batch.empty();
        const auto stored = storeBatch(std::move(batch));
        if (!stored && stored.error().code == ErrorCode::Cancelled)
            return {}; // stopped, and the store still refuses: what is left stays in the source
        if (!stored)
            return stored;
        tidy(isIdle);
        m_pipeline.board.tick();
    }
    return {};
}

/// Tidies the store now and then for a short time, longer where nothing comes. An error here fails no message and makes
/// no read wrong: the next call tries again, and storing reports what ails the store.
void WriterStage::tidy(bool isIdle) {
    const auto now = steady_clock::now();
    if (m_mustRecover || (now < m_tidyNext && !(isIdle && m_isUntidy)))
        return;
    const auto done = m_writer->tidy(tidyPatience);
    m_isUntidy = done && !*done;
    m_tidyNext = now + (!done ? tidyAgain : *done ? tidyEvery : tidyMore);
    if (!done)
        m_mustRecover = wantsRecovery(done.error().code);
}

/// Stores a group and answers its questions in turn: what comes before a question is stored by then.
Result<void> WriterStage::storeBatch(std::vector<Delivery> batch) {
    std::vector<IngestItem> items;
    items.reserve(batch.size());
    for (Delivery& delivery : batch) {
        if (!delivery.question) {
            items.push_back(itemOf(std::move(delivery), m_number ? &*m_number : nullptr));
            continue;
        }
        if (const auto stored = storeRange(items); !stored)
            return stored;
        items.clear();
        answer(*delivery.question);
    }
    return storeRange(items);
}

/// Answers a source's question from the store, or with an error, after which the source asks again.
void WriterStage::answer(DedupQuery& question) {
    question.answer(m_mustRecover ? Error{ErrorCode::Busy, QStringLiteral("The store is not to be asked now.")}
                                  : m_writer->answerTo(question));
    SourceKey none; // for the count of what was handed over
    const std::size_t taken = m_pipeline.stored.push(std::span(&none, 1), milliseconds(0));
    Q_ASSERT_X(taken == 1, "StoringLane", "the box of stored keys has no bound");
}

/// Stores items and passes them on for acknowledgement. When the store refuses the data, tries halves until the culprit
/// is alone, and keeps that as a reject.
Result<void> WriterStage::storeRange(std::span<IngestItem> items) {
    if (items.empty())
        return {};
    const auto counts = storePatiently(items);
    if (counts) {
        m_pipeline.board.countStored(*counts);
        acknowledge(items, counts->refused);
        return {};
    }
    if (counts.error().code != ErrorCode::Invalid)
        return counts.error();
    if (items.size() > 1) {
        const std::size_t half = items.size() / 2;
        auto first = storeRange(items.first(half));
        return first ? storeRange(items.subspan(half)) : first;
    }
    IngestItem& culprit = items.front();
    if (std::holds_alternative<Rejection>(culprit.decoded)) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The store refuses a message, and refuses to keep it among the rejects as well. It "
                                    "stays in the source. Check the store's table of rejects."),
                     counts.error().text};
    }
    culprit.decoded = refusal(counts.error());
    return storeRange(items);
}

/// Tries once: opens the store again where that is due, and stores what is not yet stored.
Result<IngestCounts> WriterStage::tryToStore(std::span<const IngestItem> items) {
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
Result<IngestCounts> WriterStage::storePatiently(std::span<const IngestItem> items) {
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

bool WriterStage::waitBeforeRetry() {
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

/// Passes the keys of stored items on for acknowledgement, and `refused`, which the source keeps.
void WriterStage::acknowledge(std::span<const IngestItem> items, std::vector<SourceKey> refused) {
    std::ranges::sort(refused);
    std::vector<SourceKey> keys;
    keys.reserve(items.size());
    for (const IngestItem& item : items) {
        if (!std::ranges::binary_search(refused, item.delivery.key))
            keys.push_back(item.delivery.key);
    }
    const std::size_t taken = m_pipeline.stored.push(keys, milliseconds(0));
    Q_ASSERT_X(taken == keys.size(), "StoringLane", "the box of stored keys has no bound");
}

} // namespace portolan
