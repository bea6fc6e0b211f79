#include "storage/sql/sqlite/sqliterowbuffer.h"

#include "storage/sql/sqlite/sqlitequery.h"

namespace portolan {

Result<void> SqliteRowBuffer::add(Connection& connection, const QString& sql, const QVariantList& bindings, int most,
                                  const QString& doing) {
    Result<SqliteQuery> query = SqliteQuery::run(connection, sql, bindings, doing);
    PORTOLAN_TRY(query);
    while (count() < most && !isFull()) {
        const Result<bool> more = query->next();
        PORTOLAN_TRY(more);
        if (!*more)
            break;
        query->copyTo(*this);
    }
    return {};
}

int SqliteRowBuffer::count() const {
    return static_cast<int>(m_cells.size() / m_columns);
}

const SqliteRowBuffer::Cell& SqliteRowBuffer::at(int row, int column) const {
    return m_cells[static_cast<std::size_t>(row) * m_columns + static_cast<std::size_t>(column)];
}

bool SqliteRowBuffer::isText(int row, int column) const {
    return at(row, column).kind == Kind::Text;
}

Value SqliteRowBuffer::cell(int row, int column) const {
    const Cell& cell = at(row, column);
    switch (cell.kind) {
    case Kind::Nothing:
        return {};
    case Kind::Integer:
        return cell.integer;
    case Kind::Real:
        return cell.real;
    case Kind::Text:
    case Kind::Bytes:
        return cell.size == 0 ? QByteArray("") : QByteArray(m_bytes.data() + cell.integer, cell.size);
    }
    Q_UNREACHABLE();
}

} // namespace portolan
