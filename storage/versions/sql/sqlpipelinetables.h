#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/sqlrowsource.h"
#include "storage/versions/pipelinerows.h"

#include <array>
#include <memory>
#include <optional>

namespace portolan {

/// Tables of a SQL store, also where another program made them, as listings. On the session's thread.
class SqlPipelineTables {
public:
    explicit SqlPipelineTables(Session& session);

    /// Why a database with these tables cannot list this one, in words; nothing when it can.
    [[nodiscard]] static std::optional<QString> unavailableReason(const SchemaInspector& catalogue,
                                                                  PipelineTable table);

    RowSource<PipelineRow>& rows(PipelineTable table) { return *m_tables[static_cast<std::size_t>(table)].rows; }

private:
    struct CachedListing {
        std::unique_ptr<SqlRowSource<PipelineRow>> rows;
        quint64 generation = 0;
        qint64 mark = 0;
        std::optional<SqlListing> listing = {};
    };
    template <PipelineTable table>
    [[nodiscard]] CachedListing known();
    [[nodiscard]] Result<const SqlListing*> listing(Connection& connection, PipelineTable table);

    Session& m_session;
    std::array<CachedListing, 14> m_tables;
};

} // namespace portolan
