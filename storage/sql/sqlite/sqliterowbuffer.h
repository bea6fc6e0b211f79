#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/connection/connection.h"

#include <vector>

namespace portolan {

/// Rows of statements on SQLite, copied as they are stored, all texts into one piece of memory: what of them is
/// wanted is made later, on another thread.
class SqliteRowBuffer {
public:
    /// Runs a statement and adds its rows until there are so many altogether, or isFull(). On the connection's thread.
    /// Errors: those of Connection::run() and next().
    [[nodiscard]] Result<void> add(Connection& connection, const QString& sql, const QVariantList& bindings, int most,
                                   const QString& doing);

    // On any thread.
    /// Says that more rows may have followed.
    [[nodiscard]] bool isFull() const { return m_bytes.size() + m_cells.size() * sizeof(Cell) >= mostBytes; }
    [[nodiscard]] int count() const;
    [[nodiscard]] Value cell(int row, int column) const; ///< as SqliteQuery::cell()
    [[nodiscard]] bool isText(int row, int column) const;

private:
    friend class SqliteQuery; // which writes them
    enum class Kind : quint8 { Nothing, Integer, Real, Text, Bytes };
    struct Cell {
        union {
            qint64 integer; ///< of texts and bytes: where they begin
            double real;
        };
        quint32 size;
        Kind kind;
    };
    [[nodiscard]] const Cell& at(int row, int column) const;

    static constexpr std::size_t mostBytes = 8 << 20;

    std::size_t m_columns = 1;
    std::vector<Cell> m_cells;
    std::vector<char> m_bytes;
};

} // namespace portolan
