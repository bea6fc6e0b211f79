#pragma once

#include "storage/health/storehistory.h"
#include "storage/sql/internaltable.h"

namespace portolan {

/// The history of a database (`portolan_history`). On the session's thread.
class SqlStoreHistory final : public StoreHistory {
public:
    explicit SqlStoreHistory(Session& session);

    RowSource<HistoryDay>& days() override { return m_rows.rows(); }
    Result<void> keep(std::span<const HistoryDay> rows, Timestamp now) override;
    Result<std::optional<qint64>> freeBytes(const CancelToken& token) override;
    Result<std::optional<std::chrono::seconds>> standbyLag(const CancelToken& token) override;

private:
    Session& m_session;
    InternalTable<HistoryDay> m_rows;
};

} // namespace portolan
