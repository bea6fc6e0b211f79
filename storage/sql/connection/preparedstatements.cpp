#include "storage/sql/connection/preparedstatements.h"

#include "storage/sql/connection/executeexpecting.h"

namespace portolan {

Result<QSqlQuery*> PreparedStatements::run(const QString& sql, const QVariantList& bindings, const QString& doing) {
    if (const auto known = m_queries.find(sql); known != m_queries.end()) {
        PORTOLAN_TRY(m_connection.rerun(known->second, bindings, doing));
        return &known->second;
    }
    Result<QSqlQuery> query = m_connection.run(sql, bindings, doing);
    PORTOLAN_TRY(query);
    return &m_queries.emplace(sql, std::move(*query)).first->second;
}

Result<QVariant> PreparedStatements::value(const QString& sql, const QVariantList& bindings) {
    const Result<QSqlQuery*> query = run(sql, bindings, QStringLiteral("read"));
    PORTOLAN_TRY(query);
    const Result<bool> row = m_connection.next(**query);
    PORTOLAN_TRY(row);
    QVariant first = *row ? (*query)->value(0) : QVariant();
    (*query)->finish();
    return first;
}

Result<void> PreparedStatements::executeExpecting(const QString& sql, const QVariantList& bindings, std::size_t rows,
                                                  const QString& doing) {
    const Result<QSqlQuery*> query = run(sql, bindings, doing);
    PORTOLAN_TRY(query);
    const Result<void> done = expectChanged(m_connection, **query, rows);
    (*query)->finish();
    return done;
}

} // namespace portolan
