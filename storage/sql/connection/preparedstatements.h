#pragma once

#include "storage/sql/connection/connection.h"

#include <map>

namespace portolan {

/// Statements that are prepared once and run many times with other values, for a job that asks the same of row after
/// row. Lives within one question or transaction: the connection must not be opened again meanwhile. On the
/// connection's thread.
class PreparedStatements {
public:
    explicit PreparedStatements(Connection& connection) : m_connection(connection) {}

    /// As Connection::run(). The query is the caller's until the statement is run again, who finishes it when its rows
    /// are read.
    [[nodiscard]] Result<QSqlQuery*> run(const QString& sql, const QVariantList& bindings, const QString& doing);
    /// As Connection::value().
    [[nodiscard]] Result<QVariant> value(const QString& sql, const QVariantList& bindings);
    /// As executeExpecting().
    [[nodiscard]] Result<void> executeExpecting(const QString& sql, const QVariantList& bindings, std::size_t rows,
                                                const QString& doing);
    [[nodiscard]] Connection& connection() const { return m_connection; }

private:
    Connection& m_connection;
    std::map<QString, QSqlQuery> m_queries;
};

} // namespace portolan
