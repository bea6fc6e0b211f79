#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/connection/connection.h"
#include "storage/sql/sqlite/sqliterowbuffer.h"

#include <memory>
#include <optional>

struct sqlite3_stmt;

namespace portolan {

/// A statement on SQLite's own interface: of many rows a third of the time that QSqlQuery takes, which makes a QVariant
/// of every cell. On the connection's thread, gone before it.
class SqliteQuery {
public:
    /// Errors: those of Connection::run().
    [[nodiscard]] static Result<SqliteQuery> run(Connection& connection, const QString& sql,
                                                 const QVariantList& bindings, const QString& doing);
    /// False: there was no further row. Errors: those of Connection::next().
    [[nodiscard]] Result<bool> next();
    /// As it is stored, whatever the column promises: bytes of a text or a BLOB, a number, nothing.
    [[nodiscard]] Value cell(int column) const;
    [[nodiscard]] bool isText(int column) const; ///< it holds a text, not bytes
    /// Returns the bytes of a text as a database that keeps UTF-16 has it: halves of surrogate pairs and what is no
    /// character are lost on the way through UTF-8. Nothing: it is no text, or the database keeps UTF-8. Asked before
    /// cell(), which converts the text.
    [[nodiscard]] std::optional<QByteArray> wideText(int column) const;
    void copyTo(SqliteRowBuffer& rows) const; ///< adds the row after those that are there
    [[nodiscard]] sqlite3_stmt* statement() const { return m_statement.get(); } ///< the library's own, on the row

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    SqliteQuery(Connection& connection, sqlite3_stmt* statement, QString doing);

    Connection* m_connection;
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    QString m_doing;
};

} // namespace portolan
