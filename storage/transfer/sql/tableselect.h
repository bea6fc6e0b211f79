#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/transfer/copyledger.h"
#include "storage/transfer/storecontent.h"

#include <QVariantList>

namespace portolan {

/// The meaning of a server's type, as SchemaInspector names it.
[[nodiscard]] CellMeaning meaningOfServerType(const QString& type);

/// A table of a database, and the statements that read it by a plan.
class TableSelect {
public:
    struct Statement {
        QString sql;
        QVariantList bindings;
    };

    /// `isFolding`: SQLite, its keys are UUIDs, of which some have capitals.
    TableSelect(SqlDialect dialect, const SchemaInspector::Entry& entry, const TablePlan& plan, bool isFolding);

    /// Selects the plan's columns in their order, rows by key.
    [[nodiscard]] Result<Statement> statement(const KeyStretch& stretch) const;
    /// Selects the row of this key in the same way.
    [[nodiscard]] Result<Statement> one(const ContentRow& key) const;
    /// Names the table, quoted, with its schema.
    [[nodiscard]] Result<QString> table() const;
    /// Compares the key with a row's: a condition on exactly one row.
    [[nodiscard]] Result<Statement> isRow(const ContentRow& row) const;

private:
    struct Compared {
        QString sql;
        QVariant value;
    };
    [[nodiscard]] Result<QString> quoted(const ContentColumn& column) const;
    [[nodiscard]] Result<QString> selected(const ContentColumn& column) const;
    [[nodiscard]] Result<QString> ordered(const ContentColumn& column) const;
    [[nodiscard]] Compared bound(const ContentCell& cell) const;
    [[nodiscard]] Result<Statement> selectWhere(const Statement& where) const;
    [[nodiscard]] Result<void> compare(const ContentRow& key, const char* how, Statement& statement) const;

    SqlDialect m_dialect;
    const SchemaInspector::Entry& m_entry;
    const TablePlan& m_plan;
    bool m_isFolding;
};

} // namespace portolan
