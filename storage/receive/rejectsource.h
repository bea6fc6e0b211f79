#pragma once

#include "storage/ingest/delivery.h"
#include "storage/messages/batches.h"
#include "storage/sources/source.h"
#include "storage/store.h"

namespace portolan {

/// Makes the delivery by which a reject is tried again. `identity`: of `rejects:STORE` (SourceUrl::identity()).
[[nodiscard]] Delivery deliveryOf(const QByteArray& identity, Reject reject);

/// `rejects:STORE`: a store's open rejects, oldest first, to be tried again. Delivers each with the time at which it
/// was rejected, under a key made of that time and its id, so that it is stored once however often this is run. Marks
/// those that were stored in the store they come from; leaves those rejected again as they are. Ends when all are read.
class RejectSource final : public Source {
public:
    /// Opens the store of a URL: openStore().
    using Opener = Result<std::unique_ptr<Store>> (*)(const StoreUrl& url, Access access, const CancelToken& token);

    RejectSource(const SourceUrl& url, Opener opener) : m_url(url), m_opener(opener) {}

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey> keys) override;
    [[nodiscard]] bool exhausted() const override { return m_exhausted; }
    [[nodiscard]] SourceStatus status() const override;

private:
    [[nodiscard]] Result<void> open(const CancelToken& token);

    const SourceUrl m_url;
    const Opener m_opener;
    std::unique_ptr<Store> m_reading;
    std::unique_ptr<Store> m_marking;
    QByteArray m_identity;
    ListQuery m_query;
    bool m_exhausted = false;
    QString m_lastError; ///< why no marks can be made, in words; empty while they can
};

} // namespace portolan
