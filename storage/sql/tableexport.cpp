// The pages of OpenTable that are written out.

#include "storage/sql/opentable.h"
#include "storage/sql/postgresqlrows.h"
#include "storage/sql/sqlrow.h"

#include <algorithm>

namespace portolan {

namespace {

class TableRowsPage final : public ExportPage {
public:
    explicit TableRowsPage(Page<TableRow> page) : m_rows(std::move(page.rows)) {
        next = std::move(page.next);
        last = page.last;
    }
    std::size_t size() const override { return m_rows.size(); }
    void values(std::size_t row, std::vector<Value>& values) const override { values = m_rows[row].cells; }

private:
    std::vector<TableRow> m_rows;
};

/// Rows as the database holds them, whose first columns are the table's. Their values are made where they are written:
/// made here they would be freed there, and two threads that share an allocator's lock for every cell take twice as
/// long.
template <class Rows>
class HeldRowsPage final : public ExportPage {
public:
    HeldRowsPage(Rows rows, int most, const FilterSchema& schema)
        : m_rows(std::move(rows))
        , m_count(std::min(m_rows.count(), most)) {
        std::ranges::transform(schema.columns, std::back_inserter(m_types), &FilterSchema::Column::type);
    }
    std::size_t size() const override { return static_cast<std::size_t>(m_count); }
    void values(std::size_t row, std::vector<Value>& values) const override {
        const SqlRow held(m_rows, static_cast<int>(row));
        values.clear();
        for (std::size_t i = 0; i < m_types.size(); ++i)
            values.push_back(tableCell(held.cell(static_cast<int>(i)), m_types[i]));
    }

private:
    Rows m_rows;
    int m_count;
    std::vector<ColumnType> m_types;
};

} // namespace

/// Null: not every cell has a form that is read so.
Result<std::unique_ptr<ExportPage>> OpenTable::readHeld(Connection& connection, const ListQuery& query) {
    if (const Result<void> checked = checkOrder(query); !checked)
        return checked.error();
    const Result<Statement> statement = keyPage(query, Bring::Whole);
    if (!statement)
        return statement.error();
    Result<PostgresqlRows> rows = PostgresqlRows::run(connection, statement->sql, statement->bindings, readingRows());
    if (!rows)
        return rows.error();
    m_isBinary = rows->isReadable();
    if (!m_isBinary || !rows->isWhole())
        return std::unique_ptr<ExportPage>();
    const auto columns = static_cast<int>(m_schema.columns.size());
    const int count = std::min(rows->count(), query.limit);
    Cursor key;
    for (int i = 0; count > 0 && i < static_cast<int>(m_key.size()); ++i)
        key.keys.push_back(*rows->cell(count - 1, columns + i));
    const bool isLast = rows->count() <= query.limit;
    std::unique_ptr<ExportPage> page =
        std::make_unique<HeldRowsPage<PostgresqlRows>>(std::move(*rows), query.limit, m_schema);
    page->next = query.after;
    if (count > 0)
        page->next = Cursor{{key.toText()}};
    page->last = isLast;
    return page;
}

Result<std::unique_ptr<ExportPage>> OpenTable::exportPage(const ListQuery& query, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<std::unique_ptr<ExportPage>> {
        if (m_finding == Finding::Key && m_isBinary) {
            auto held = readHeld(connection, query);
            if (!held || *held)
                return held;
        }
        Result<Page<TableRow>> page = readPage(connection, query, Bring::Whole);
        if (!page)
            return page.error();
        return std::unique_ptr<ExportPage>(std::make_unique<TableRowsPage>(std::move(*page)));
    });
}

} // namespace portolan
