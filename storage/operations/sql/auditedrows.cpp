#include "storage/operations/sql/auditedrows.h"

namespace portolan {

Result<AuditedRows> AuditedRows::before(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                        const QString& condition, const QVariantList& bindings,
                                        const QStringList& columns) {
    Result<RowStates> states = RowStates::of(connection, catalogue, table, {QStringLiteral("id")}, columns);
    PORTOLAN_TRY(states);
    AuditedRows rows(std::move(*states));
    rows.m_condition = condition;
    Result<std::vector<QByteArray>> before = rows.m_states.where(condition, bindings);
    PORTOLAN_TRY(before);
    rows.m_before = std::move(*before);
    return rows;
}

Result<void> AuditedRows::tell(AuditEntry& entry, const QVariantList& bindings) {
    const Result<std::vector<QByteArray>> after = m_states.now(m_before, m_condition, bindings);
    PORTOLAN_TRY(after);
    if (!m_before.empty())
        entry.before = withRows(entry.before, m_before);
    entry.after = withRows(entry.after, *after);
    return {};
}

} // namespace portolan
