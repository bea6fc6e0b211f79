#include "storage/ingest/decoder.h"
#include "storage/receive/storelane.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr qint64 mostDeliveries = 5; ///< a message delivered more often is taken for poison (RELIABILITY, promise 2)
constexpr milliseconds takeWait{200};

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

} // namespace

WriterStage::WriterStage(ReceivePipeline& pipeline, std::vector<Receiver::StoreMaker> makers)
    : m_pipeline(pipeline)
    , m_number(pipeline.options.from.numberPattern.isEmpty()
                   ? std::nullopt
                   : std::optional(QRegularExpression(pipeline.options.from.numberPattern))) {
    for (Receiver::StoreMaker& maker : makers)
        m_lanes.push_back(std::make_unique<StoreLane>(pipeline, std::move(maker)));
}

WriterStage::~WriterStage() = default;

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
    for (const auto& lane : m_lanes)
        lane->close();
    return end;
}

Result<void> WriterStage::open() {
    for (const auto& lane : m_lanes) {
        const Result<IngestCounts> found = lane->open();
        PORTOLAN_TRY(found);
        count(*lane, *found);
    }
    m_pipeline.isOpen = true;
    return {};
}

void WriterStage::count(const StoreLane& lane, const IngestCounts& counts) {
    if (&lane == m_lanes.front().get())
        m_pipeline.board.countStored(counts);
    else
        m_pipeline.board.countAlso(counts);
}

Result<void> WriterStage::storeAll() {
    const auto most = static_cast<std::size_t>(std::max(m_pipeline.options.batch, 1));
    // A message delivered again goes alone and at once: a death of the receiver meanwhile would count against it.
    const auto linger = [&](const Delivery& first) {
        return first.deliveries > 1 ? milliseconds(0) : m_pipeline.options.linger;
    };
    while (!m_pipeline.inbox.isDone()) {
        auto batch = m_pipeline.inbox.take(most, takeWait, linger);
        const bool isIdle = batch.empty();
        const auto stored = storeBatch(std::move(batch));
        if (!stored && stored.error().code == ErrorCode::Cancelled)
            return {}; // stopped, and the store still refuses: what is left stays in the source
        if (!stored)
            return stored;
        for (const auto& lane : m_lanes)
            lane->tidy(isIdle);
        m_pipeline.board.tick();
    }
    return {};
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
        PORTOLAN_TRY(answer(*delivery.question));
    }
    return storeRange(items);
}

/// Answers a source's question from what every store knows, or with an error, after which the source asks again.
Result<void> WriterStage::answer(DedupQuery& question) {
    for (const auto& lane : m_lanes) {
        const auto found = lane->recover();
        PORTOLAN_TRY(found);
        count(*lane, *found);
    }
    Result<DedupAnswer> all = m_lanes.front()->answerTo(question);
    for (std::size_t i = 1; all && i < m_lanes.size(); ++i) {
        const Result<DedupAnswer> more = m_lanes[i]->answerTo(question);
        if (more && all->last && more->last && all->identity != more->identity)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("The two stores know the source by different names (%1 and %2), so that what "
                                        "one of them has would be stored there again. Receive into each alone.")
                             .arg(QString::fromUtf8(all->identity), QString::fromUtf8(more->identity))};
        all = more ? Result(knownToBoth(*all, *more, question.from())) : more;
    }
    question.answer(std::move(all));
    SourceKey none; // for the count of what was handed over
    const std::size_t taken = m_pipeline.stored.push(std::span(&none, 1), milliseconds(0));
    Q_ASSERT_X(taken == 1, "WriterStage", "the box of stored keys has no bound");
    return {};
}

/// Stores items in one store after the other, and passes them on for acknowledgement when the last has them.
Result<void> WriterStage::storeRange(std::span<IngestItem> items) {
    std::vector<SourceKey> refused;
    for (const auto& lane : m_lanes) {
        const auto stored = [&](std::span<const IngestItem> some, const IngestCounts& counts) {
            count(*lane, counts);
            refused.insert(refused.end(), counts.refused.begin(), counts.refused.end());
            if (lane == m_lanes.back())
                acknowledge(some, refused);
        };
        PORTOLAN_TRY(lane->store(items, stored));
    }
    return {};
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
    Q_ASSERT_X(taken == keys.size(), "WriterStage", "the box of stored keys has no bound");
}

} // namespace portolan
