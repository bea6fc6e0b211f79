#pragma once

#include "storage/health/health.h"
#include "storage/listing/rowsource.h"
#include "storage/store.h"

namespace portolan {

/// The findings about a store, the most urgent first: what its kind has around the data, the pipeline's own left-overs,
/// the disk. Each page looks again. On the store's thread.
class HealthRows final : public RowSource<HealthFinding> {
public:
    /// `health`: null where the kind of store has nothing of its own to look at. Both outlive it.
    HealthRows(Store& store, StoreHealth* health) : m_store(store), m_health(health) {}

    Result<Page<HealthFinding>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    [[nodiscard]] Result<std::vector<HealthFinding>> look(const CancelToken& token);
    [[nodiscard]] Result<void> addGrowing(std::vector<HealthFinding>& findings, const CancelToken& token);

    Store& m_store;
    StoreHealth* m_health;
};

} // namespace portolan
