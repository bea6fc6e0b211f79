#include "storage/receive/rejectsource.h"

#include "storage/ingest/kinds.h"
#include "storage/json/jsontext.h"
#include "storage/messages/batches.h"
#include "storage/sources/kafka/kafkapartition.h"
#include "storage/sources/redis/redisentry.h"

#include <algorithm>

namespace portolan {

namespace {

/// Rejects may be large (8 MiB and more), and a page is read whole.
constexpr int rejectsAPage = 32;

bool isRowOfFile(const Reject& reject) {
    return reject.source.startsWith("import:");
}

/// Returns true when one of our sources put the payload together from the fields of a stream entry or the cells of a
/// row: the key is one of those, and all values are texts. The kind then converts them again.
bool isFromFields(const Reject& reject, const std::optional<JsonFields>& object) {
    if (!object || (!StreamId::fromText(reject.key) && !isRowOfFile(reject)))
        return false;
    QByteArray fields(1, '{');
    for (const JsonField& field : object->fields) {
        const auto* text = std::get_if<QByteArray>(&field.value);
        if (!text)
            return false;
        if (fields.size() > 1)
            fields += ',';
        appendJsonString(fields, field.name);
        fields += ':';
        appendJsonString(fields, *text);
    }
    fields += '}';
    return fields == reject.payload;
}

} // namespace

Delivery deliveryOf(const QByteArray& identity, Reject reject) {
    Delivery delivery;
    const auto object = parseJsonObject(reject.payload);
    const auto* const listing = object ? object->find("listing") : nullptr;
    delivery.fromFields = isFromFields(reject, object);
    delivery.isEntry = delivery.fromFields && !isRowOfFile(reject);
    delivery.isListed = isRowOfFile(reject) && listing && std::holds_alternative<QByteArray>(*listing);
    if (isRowOfFile(reject) && object)
        delivery.mistake = unknownKind(*object).value_or(QString());
    else if (isRowOfFile(reject))
        delivery.mistake = QStringLiteral("It is a row of a file, and cannot be read as one alone; store it mended "
                                          "(`portolan rejects edit`).");
    if (reject.payload.isEmpty() && reject.reason == tombstone()) // a tombstone, not an empty text
        delivery.mistake = reject.reason;
    delivery.key = {identity, static_cast<quint64>(reject.rejectedAt.time_since_epoch().count()),
                    static_cast<quint64>(reject.id)};
    delivery.keyText = std::move(reject.key);
    delivery.payload = std::move(reject.payload);
    delivery.metadata = std::move(reject.metadata);
    delivery.receivedAt = reject.rejectedAt;
    delivery.keptBySource = true;
    return delivery;
}

Result<void> RejectSource::open(const CancelToken& token) {
    const StoreUrl& url = *m_url.store;
    // Opens for reading first: opening for writing would create a missing store.
    auto reading = m_opener(url, Access::Read, token);
    PORTOLAN_TRY(reading);
    if (const auto missing = (*reading)->unavailableReason(Feature::Rejects))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Cannot read the rejects of %1. %2").arg(url.display(), *missing)};
    auto marking = m_opener(url, Access::Write, token);
    PORTOLAN_TRY(marking);
    const auto open = parseFilter(QStringLiteral("state:open"), rejectSchema(), currentTime());
    PORTOLAN_TRY(open);
    m_query.filter = *open;
    m_identity = m_url.identity();
    m_reading = std::move(*reading);
    m_marking = std::move(*marking);
    return {};
}

Result<std::vector<Delivery>> RejectSource::fetch(FetchLimits limits, std::chrono::milliseconds,
                                                  const CancelToken& token) {
    if (!m_reading) {
        const auto opened = open(token);
        if (!opened && opened.error().code == ErrorCode::Cancelled)
            return std::vector<Delivery>();
        PORTOLAN_TRY(opened);
    }
    std::vector<Delivery> batch;
    qint64 bytes = 0;
    while (!m_exhausted && !token.stop_requested() && static_cast<int>(batch.size()) < limits.count
           && bytes < limits.bytes) {
        m_query.limit = std::min(rejectsAPage, limits.count - static_cast<int>(batch.size()));
        auto page = m_reading->batches().rejects().page(m_query, token);
        if (!page && page.error().code == ErrorCode::Cancelled)
            break;
        PORTOLAN_TRY(page);
        m_query.after = page->next;
        m_exhausted = page->last;
        for (Reject& reject : page->rows) {
            batch.push_back(deliveryOf(m_identity, std::move(reject)));
            bytes += batch.back().payload.size() + batch.back().metadata.size();
        }
    }
    return batch;
}

Result<void> RejectSource::acknowledge(std::span<const SourceKey> keys) {
    if (keys.empty())
        return {};
    std::vector<qint64> ids;
    ids.reserve(keys.size());
    std::ranges::transform(keys, std::back_inserter(ids),
                           [](const SourceKey& key) { return static_cast<qint64>(key.minor); });
    const auto marked = m_marking->batches().markReinjected(ids, currentTime());
    m_lastError = marked ? QString() : marked.error().text;
    return marked;
}

SourceStatus RejectSource::status() const {
    SourceStatus status;
    status.connected = m_reading != nullptr;
    status.lastError = m_lastError;
    return status;
}

} // namespace portolan
