#include "storage/sql/bulkinsert.h"

namespace portolan {

namespace {

std::unique_ptr<BulkRowEncoder> sinkFor(Connection& connection, InsertTarget target) {
    switch (connection.dialect()) {
    case SqlDialect::Sqlite:
        return makeSqliteInsert(connection, std::move(target));
    case SqlDialect::Postgresql:
        return makePostgresqlCopy(connection, std::move(target));
    }
    Q_UNREACHABLE();
}

} // namespace

BulkInsert::BulkInsert(Connection& connection, const char* table, std::vector<QByteArray> columns, Conflict conflict)
    : m_width(columns.size())
    , m_sink(sinkFor(connection, {table, std::move(columns), conflict})) {}

Result<void> BulkInsert::flush() {
    Q_ASSERT(m_cells.size() % m_width == 0);
    if (m_cells.empty())
        return {};
    const Result<void> written = m_sink->write(m_cells);
    if (written)
        m_cells.clear();
    return written;
}

} // namespace portolan
