#pragma once

#include "storage/metrics.h"
#include "storage/sql/catalogue.h"
#include "storage/sql/sqlrows.h"

#include <array>
#include <memory>
#include <optional>

namespace portolan {

/// The tables of metrics and events of a SQL store, whoever made them, as listings. On the session's thread.
class SqlMetrics {
public:
    explicit SqlMetrics(Session& session);

    RowSource<MetricRow>& rows(MetricTable table) { return *m_tables[static_cast<std::size_t>(table)].rows; }

private:
    struct Known {
        std::unique_ptr<SqlRows<MetricRow>> rows;
        quint64 generation = 0;
        qint64 mark = 0;
        std::optional<SqlListing> listing = {};
    };
    template <MetricTable table>
    [[nodiscard]] Known known();
    [[nodiscard]] Result<const SqlListing*> listing(Connection& connection, MetricTable table);

    Session& m_session;
    std::array<Known, 4> m_tables;
};

} // namespace portolan
