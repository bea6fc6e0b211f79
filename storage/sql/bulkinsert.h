#pragma once

#include "storage/sql/connection.h"

#include <QByteArrayView>
#include <initializer_list>
#include <variant>
#include <vector>

struct sqlite3_stmt;

namespace portolan {

/// Inserts many rows into one table: in SQLite by statements of a hundred rows through its own interface, which takes
/// UTF-8 as it is. A million messages cost 1.6 s of processor time, source keys included, against 2.1 s through
/// QSqlQuery without them; where the disk is slow to sync, the rate is its own either way. Keeps its prepared
/// statements, and must be gone before its connection.
///
/// Rows are given cell after cell in the order of the columns; what is given as a view must live until flush().
class BulkInsert {
public:
    /// What becomes of a row that breaks a unique key: the whole flush() fails, or the row is left out.
    enum class Conflict { Fail, Skip };

    BulkInsert(Connection& connection, const char* table, std::vector<QByteArray> columns,
               Conflict conflict = Conflict::Fail);
    BulkInsert(Connection& connection, const char* table, std::initializer_list<const char*> columns,
               Conflict conflict = Conflict::Fail)
        : BulkInsert(connection, table, std::vector<QByteArray>(columns.begin(), columns.end()), conflict) {}
    ~BulkInsert();
    BulkInsert(const BulkInsert&) = delete;
    BulkInsert& operator=(const BulkInsert&) = delete;

    void null() { m_cells.emplace_back(std::monostate()); }
    void real(double value) { m_cells.emplace_back(value); }
    void integer(qint64 value) { m_cells.emplace_back(value); }
    void text(QByteArrayView utf8) { m_cells.emplace_back(Text{utf8}); }
    void bytes(QByteArrayView value) { m_cells.emplace_back(value); }

    /// Forgets the rows given since the last flush().
    void clear() { m_cells.clear(); }

    /// Inserts the rows given since the last flush(). In the caller's transaction; after an error some may be in it.
    /// Errors: Invalid – a rule of the database or a size limit refuses a row; Busy, Io, Corrupt.
    [[nodiscard]] Result<void> flush();

private:
    struct Text {
        QByteArrayView utf8;
    };
    using Cell = std::variant<std::monostate, qint64, double, Text, QByteArrayView>;

    [[nodiscard]] QByteArray insertStatement(std::size_t rows) const;
    [[nodiscard]] Result<void> prepare(sqlite3_stmt*& statement, std::size_t rows);
    [[nodiscard]] Result<void> insert(sqlite3_stmt* statement, std::size_t firstCell, std::size_t cells);
    [[nodiscard]] static int bind(sqlite3_stmt* statement, int at, const Cell& cell);
    [[nodiscard]] Error error() const;

    Connection& m_connection;
    QByteArray m_table;
    std::vector<QByteArray> m_columns;
    Conflict m_conflict;
    std::vector<Cell> m_cells;
    sqlite3_stmt* m_many = nullptr;
    sqlite3_stmt* m_one = nullptr;
};

} // namespace portolan
