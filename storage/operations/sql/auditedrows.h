#pragma once

#include "storage/operations/audit.h"
#include "storage/sql/rowstates.h"

namespace portolan {

/// The rows that a change is about, whole, for its entry in the audit: what undoing it needs. Made before the change,
/// in its transaction.
class AuditedRows {
public:
    /// Reads the rows (m) of a table with a column `id` for which a condition holds. `columns`: those that the change
    /// may touch, with `id`; empty: all.
    [[nodiscard]] static Result<AuditedRows> before(Connection& connection, const SchemaInspector& catalogue,
                                                    const QString& table, const QString& condition,
                                                    const QVariantList& bindings, const QStringList& columns = {});

    /// Puts into the entry what the rows were and what they are since the change, with those that have come: the
    /// condition holds for them with these bindings.
    [[nodiscard]] Result<void> tell(AuditEntry& entry, const QVariantList& bindings);

private:
    explicit AuditedRows(RowStates states) : m_states(std::move(states)) {}

    RowStates m_states;
    QString m_condition;
    std::vector<QByteArray> m_before;
};

} // namespace portolan
