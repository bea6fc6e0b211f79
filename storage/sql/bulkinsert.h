#pragma once

#include "storage/sql/connection/bulkrowencoder.h"
#include "storage/sql/keylookup.h"

#include <initializer_list>
#include <memory>
#include <vector>

namespace portolan {

/// Inserts many rows into one table: in SQLite by statements of a hundred rows through its own interface, which takes
/// UTF-8 as it is, in PostgreSQL by COPY. With SQLite a million messages cost 1.6 s of processor time, source keys
/// included, against 2.1 s through QSqlQuery without them. Keeps its prepared statements, and must be gone before its
/// connection.
///
/// A table that takes fewer rows than it was given, and reports no error, has refused those: a trigger, rule or policy
/// of its owner leaves them out. Rows that it passed on to another table which it shows are there all the same.
///
/// Rows are given cell after cell in the order of the columns; what is given as a view must live until flush().
class BulkInsert {
public:
    using Conflict = InsertConflict;

    BulkInsert(Connection& connection, const char* table, std::vector<QByteArray> columns,
               Conflict conflict = Conflict::Fail);
    BulkInsert(Connection& connection, const char* table, std::initializer_list<const char*> columns,
               Conflict conflict = Conflict::Fail)
        : BulkInsert(connection, table, std::vector<QByteArray>(columns.begin(), columns.end()), conflict) {}

    /// Names a column whose values tell the rows apart, by which they are looked for where the table took fewer;
    /// does nothing where it is none of the columns.
    void lookFor(const char* column);

    void null() { m_cells.emplace_back(std::monostate()); }
    void real(double value) { m_cells.emplace_back(value); }
    void integer(qint64 value) { m_cells.emplace_back(value); }
    void text(QByteArrayView utf8) { m_cells.emplace_back(SqlText{utf8}); }
    void bytes(QByteArrayView value) { m_cells.emplace_back(value); }
    void cell(const SqlCell& cell) { m_cells.push_back(cell); }

    /// Forgets the rows given since the last flush().
    void clear() { m_cells.clear(); }
    /// Returns true when the last flush() ended because rows were left out; by now they are where their owner has put
    /// them.
    [[nodiscard]] bool isLeftOut() const { return m_isLeftOut; }

    /// Inserts the rows given since the last flush(), in the caller's transaction. After an error some may be in it,
    /// and all stay given until clear(). Errors: Invalid – a rule of the database or a size limit refuses a row, or its
    /// owner's trigger leaves it out (not with InsertConflict::Skip); Busy, Io, Corrupt.
    [[nodiscard]] Result<void> flush();

private:
    [[nodiscard]] Result<bool> areThere();

    Connection& m_connection;
    QByteArray m_table;
    std::vector<QByteArray> m_columns;
    Conflict m_conflict;
    std::size_t m_width;
    std::size_t m_key = 0; ///< the cell of a row that m_lookup looks for
    std::unique_ptr<KeyLookup> m_lookup;
    bool m_isLeftOut = false;
    std::unique_ptr<BulkRowEncoder> m_sink;
    std::vector<SqlCell> m_cells;
};

} // namespace portolan
