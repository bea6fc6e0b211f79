#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/connection/connection.h"

#include <optional>

namespace portolan {

/// The rows of a statement on a PostgreSQL connection, as the server holds them: bytes come as they are instead of in
/// hexadecimal, times and numbers are not written out and read again, and no QVariant is made of any cell. On the
/// connection's thread.
class PostgresqlResultSet {
public:
    /// Errors: those of Connection::run().
    [[nodiscard]] static Result<PostgresqlResultSet> run(Connection& connection, const QString& sql,
                                                         const QVariantList& bindings, const QString& doing);

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
    explicit PostgresqlResultSet(PostgresqlAnswer answer) : m_answer(std::move(answer)) {}

    PostgresqlAnswer m_answer;
};

} // namespace portolan
