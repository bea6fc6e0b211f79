#pragma once

#include "storage/base/access.h"
#include "storage/config/urls.h"
#include "storage/health/storehistory.h"

namespace portolan {

/// The history of a file store, `.portolan/history.json`, which is replaced as a whole. On the store's thread; programs
/// follow each other by the kernel's lock.
class FileHistory final : public StoreHistory, private RowSource<HistoryDay> {
public:
    /// `own`: the path of `.portolan`, which need not exist.
    FileHistory(StoreUrl url, QString own, Access access)
        : m_url(std::move(url))
        , m_own(std::move(own))
        , m_access(access) {}

    RowSource<HistoryDay>& days() override { return *this; }
    Result<void> keep(std::span<const HistoryDay> rows, Timestamp now) override;
    Result<std::optional<qint64>> freeBytes(const CancelToken& token) override;

private:
    Result<Page<HistoryDay>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;
    [[nodiscard]] Result<std::vector<HistoryDay>> read() const;

    StoreUrl m_url;
    QString m_own;
    Access m_access;
};

} // namespace portolan
