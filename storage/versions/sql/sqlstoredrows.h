#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/sqlrowsource.h"
#include "storage/versions/storedrows.h"

#include <array>
#include <memory>
#include <optional>

namespace portolan {

/// Tables of a SQL store, also where another program made them, as listings. On the session's thread.
class SqlStoredRows {
public:
    explicit SqlStoredRows(Session& session);

    /// Why a database with these tables cannot list this one, in words; nothing when it can.
    [[nodiscard]] static std::optional<QString> missing(const SchemaInspector& catalogue, StoredTable table);

    RowSource<StoredRow>& rows(StoredTable table) { return *m_tables[static_cast<std::size_t>(table)].rows; }

private:
    struct Known {
        std::unique_ptr<SqlRowSource<StoredRow>> rows;
        quint64 generation = 0;
        qint64 mark = 0;
        std::optional<SqlListing> listing = {};
    };
    template <StoredTable table>
    [[nodiscard]] Known known();
    [[nodiscard]] Result<const SqlListing*> listing(Connection& connection, StoredTable table);

    Session& m_session;
    std::array<Known, 14> m_tables;
};

} // namespace portolan
