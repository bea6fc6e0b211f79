#pragma once

#include "storage/listing/rowsource.h"
#include "storage/replay/replay.h"

namespace portolan {

class Replays;
class Store;

/// The items of one replay run, by position, of which there are as many as were frozen. Used on the query thread.
/// Errors besides the store's: Usage for a filter or another order.
class RunItems final : public RowSource<ReplayItem> {
public:
    explicit RunItems(QByteArray run) : m_run(std::move(run)) {}

    /// Itself, reading from this store.
    RowSource<ReplayItem>& of(Store& store);

    Result<Page<ReplayItem>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    [[nodiscard]] Result<Replays*> replays(const ListQuery& query) const;

    QByteArray m_run;
    Store* m_store = nullptr;
};

} // namespace portolan
