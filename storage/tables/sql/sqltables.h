#pragma once

#include "storage/sql/session.h"
#include "storage/tables/tables.h"

#include <chrono>
#include <map>
#include <optional>

namespace portolan {

/// The tables of a SQL store. On the session's thread.
class SqlTables final : public Tables, public RowSource<TableInfo> {
public:
    explicit SqlTables(Session& session);
    ~SqlTables() override;

    RowSource<TableInfo>& tables() override { return *this; }
    Result<TableDetail> detail(const QByteArray& path, const CancelToken& token) override;
    Result<std::shared_ptr<TableRows>> open(const QByteArray& path, const CancelToken& token) override;

    Result<Page<TableInfo>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    [[nodiscard]] Result<void> freshen(const CancelToken& token);
    [[nodiscard]] Result<std::shared_ptr<TableRows>> openOnServer(const QByteArray& path, const CancelToken& token);
    [[nodiscard]] Result<TableInfo> findOnServer(const QByteArray& path, const CancelToken& token);
    [[nodiscard]] Error noTable(const QByteArray& path);
    [[nodiscard]] Result<TableInfo> find(const QByteArray& path, const CancelToken& token);

    Session& m_session;
    std::vector<TableInfo> m_rows;
    std::optional<std::chrono::steady_clock::time_point> m_until; ///< they count as fresh
    std::map<QByteArray, std::shared_ptr<TableRows>> m_open;      ///< by path
    std::map<QByteArray, std::pair<quint64, QByteArray>> m_marks; ///< on a server: of which generation and table
    std::optional<std::pair<quint64, qint64>> m_openMark;         ///< of which generation and catalogue
};

} // namespace portolan
