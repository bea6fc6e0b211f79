#pragma once

#include "storage/ingest/delivery.h"
#include "storage/messages/batches.h"
#include "storage/sources/source.h"
#include "storage/store.h"

namespace portolan {

/// A reject as it is delivered again. `identity`: of `rejects:STORE` (SourceUrl::identity()).
[[nodiscard]] Delivery deliveryOf(const QByteArray& identity, Reject reject);

/// `rejects:STORE`: what a store keeps aside and nobody dismissed, oldest first, to be tried again. Each is delivered
/// with the time at which it was rejected, and under a key made of that and its id, so that it is stored once however
/// often this is run. Those that were stored are marked in the store they come from; those that are rejected again stay
/// as they are. Ends when all are read.
class RejectSource final : public Source {
public:
    /// Opens the store of a URL; openStore() does.
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
    QString m_trouble; ///< why marks cannot be made; empty while they can
};

} // namespace portolan
