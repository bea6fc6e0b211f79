#include "storage/sql/bulkinsert.h"

#include <algorithm>

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
    : m_connection(connection)
    , m_table(table)
    , m_columns(std::move(columns))
    , m_conflict(conflict)
    , m_width(m_columns.size())
    , m_sink(sinkFor(connection, {m_table, m_columns, conflict})) {}

void BulkInsert::lookFor(const char* column) {
    const auto found = std::ranges::find_if(m_columns, [&](const QByteArray& each) { return each == column; });
    if (found == m_columns.end())
        return;
    m_key = static_cast<std::size_t>(found - m_columns.begin());
    m_lookup = std::make_unique<KeyLookup>(m_connection, m_table.constData(), column);
}

/// Returns true when all of the rows are found by their keys.
Result<bool> BulkInsert::areThere() {
    if (!m_lookup)
        return false;
    std::vector<QByteArray> keys;
    for (std::size_t i = m_key; i < m_cells.size(); i += m_width) {
        if (const auto* text = std::get_if<SqlText>(&m_cells[i]))
            keys.push_back(text->utf8.toByteArray());
        else if (const auto* number = std::get_if<qint64>(&m_cells[i]))
            keys.push_back(QByteArray::number(*number));
        else
            return false;
    }
    QSet<QByteArray> found;
    PORTOLAN_TRY(m_lookup->find(keys, found));
    return std::ranges::all_of(keys, [&](const QByteArray& key) { return found.contains(key); });
}

Result<void> BulkInsert::flush() {
    Q_ASSERT(m_cells.size() % m_width == 0);
    m_isLeftOut = false;
    if (m_cells.empty())
        return {};
    const Result<qint64> taken = m_sink->write(m_cells);
    PORTOLAN_TRY(taken);
    const auto given = static_cast<qint64>(m_cells.size() / m_width);
    if (m_conflict == Conflict::Fail && *taken < given) {
        const Result<bool> there = areThere();
        PORTOLAN_TRY(there);
        m_isLeftOut = !*there;
    }
    if (m_isLeftOut)
        return Error{ErrorCode::Invalid,
                     QStringLiteral("The table %1 of %2 left out %3 of %4 rows and reported no error: a trigger, rule "
                                    "or policy of its owner is in the way.")
                         .arg(QString::fromUtf8(m_table), m_connection.where())
                         .arg(given - *taken)
                         .arg(given)};
    m_cells.clear();
    return {};
}

} // namespace portolan
