#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/connection/connection.h"

#include <limits>
#include <optional>
#include <vector>

namespace portolan {

/// The rows of a statement on a PostgreSQL connection, as the server holds them: bytes come as they are instead of in
/// hexadecimal, times and numbers are not written out and read again, and no QVariant is made of any cell. They are
/// taken from the wire one by one into one piece of memory. On the connection's thread.
class PostgresqlResultSet {
public:
    /// So many bytes of a page that is written out; a page ends with the row that passes them.
    static constexpr qint64 pageBytes = 8 << 20;

    PostgresqlResultSet() = default;
    /// Reads to the end, or until there are `mostBytes`: then the statement is ended, and with it an open transaction.
    /// Errors: those of Connection::run().
    [[nodiscard]] static Result<PostgresqlResultSet> run(Connection& connection, const QString& sql,
                                                         const QVariantList& bindings, const QString& doing,
                                                         qint64 mostBytes = std::numeric_limits<qint64>::max());
    /// Adds the rows of an answer, at most one, whose columns are those of the answers before.
    void take(const pg_result& answer);

    [[nodiscard]] bool isCut() const { return m_isCut; } ///< more rows may have followed
    /// Memory, which many columns without values take, too.
    [[nodiscard]] qint64 bytes() const { return static_cast<qint64>(m_bytes.size() + m_cells.size() * sizeof(Cell)); }

    /// Returns true when every column is of a type that cell() knows: boolean, bytea, text, varchar, char, name, json,
    /// jsonb, uuid, oid, smallint, integer, bigint, real (the double whose shortest text is its own), double precision,
    /// date, timestamp with or without zone. The others (numeric among them, whose digits count) are read as texts, by
    /// a QSqlQuery.
    [[nodiscard]] bool isReadable() const;
    /// Returns true when every cell has a value; see cell().
    [[nodiscard]] bool isWhole() const;
    [[nodiscard]] int count() const;
    [[nodiscard]] int columns() const;
    /// Nothing: a time that is none of ours, infinity or before the year 1 or after 9999. On any thread.
    [[nodiscard]] std::optional<Value> cell(int row, int column) const;
    [[nodiscard]] bool isText(int column) const; ///< its cells are texts, not bytes

private:
    struct Cell {
        std::size_t at;
        int size; ///< below 0: NULL
    };
    [[nodiscard]] const Cell& at(int row, int column) const;

    std::vector<unsigned> m_types; ///< of the columns, as the server numbers them
    std::vector<Cell> m_cells;
    std::vector<char> m_bytes;
    int m_rows = 0;
    bool m_isCut = false;
};

} // namespace portolan
