#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/postgresql/postgresqlresultset.h"
#include "storage/sql/sqlite/sqlitequery.h"

#include <QVariant>
#include <variant>

namespace portolan {

/// A row of a statement, however it was run; rowreader.h reads its cells. Borrows the statement, and is void once that
/// moves on.
class RowView {
public:
    RowView(const QSqlQuery& query) : m_query(&query) {} // NOLINT(google-explicit-constructor): a query stands on a row
    explicit RowView(const SqliteQuery& query) : m_sqlite(&query) {}
    RowView(const PostgresqlResultSet& rows, int at) : m_held(&rows), m_at(at) {}
    RowView(const SqliteRowBuffer& rows, int at) : m_copied(&rows), m_at(at) {}

    /// Returns a cell as it is stored: bytes of a text or of bytes, a number, a time where the server holds one,
    /// nothing.
    [[nodiscard]] Value cell(int column) const;
    /// Returns the same as QSqlQuery has it: texts and bytes are two types, and a time is a text.
    [[nodiscard]] QVariant variant(int column) const;

private:
    [[nodiscard]] bool isText(int column) const;

    const QSqlQuery* m_query = nullptr;
    const SqliteQuery* m_sqlite = nullptr;
    const PostgresqlResultSet* m_held = nullptr;
    const SqliteRowBuffer* m_copied = nullptr;
    int m_at = 0;
};

/// The rows of a statement, read forward in the quickest way that its database has: without a QVariant of every cell.
/// On the connection's thread, gone before it.
class RowCursor {
public:
    /// Runs a statement. `mayHold`: a server is asked for its rows in binary form; false afterwards when a column has
    /// no binary form that is read, which costs running the statement twice. Errors: those of Connection::run().
    [[nodiscard]] static Result<RowCursor> run(Connection& connection, const QString& sql, const QVariantList& bindings,
                                               const QString& doing, bool& mayHold);
    /// Moves to the next row; false: there is none. Errors: those of Connection::next().
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] RowView row() const;

private:
    struct ServerRows {
        PostgresqlResultSet rows;
        int at = -1;
    };
    using Results = std::variant<QSqlQuery, SqliteQuery, ServerRows>;
    RowCursor(Connection& connection, Results results, QString doing)
        : m_connection(&connection)
        , m_results(std::move(results))
        , m_doing(std::move(doing)) {}

    Connection* m_connection;
    Results m_results;
    QString m_doing;
};

} // namespace portolan
