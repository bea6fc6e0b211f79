#pragma once

#include "storage/sql/connection.h"

#include <QSet>
#include <optional>
#include <span>

namespace portolan {

/// Tells which of many texts stand in an indexed column, a hundred a statement. Must be gone before its connection.
class KeyLookup {
public:
    KeyLookup(Connection& connection, const char* table, const char* column);
    /// Adds those of `keys` that are there to `found`.
    [[nodiscard]] Result<void> find(std::span<const QByteArray> keys, QSet<QByteArray>& found);

private:
    [[nodiscard]] Result<void> ask(const QVariantList& keys);

    Connection& m_connection;
    QString m_statement;
    std::optional<QSqlQuery> m_query;
};

} // namespace portolan
