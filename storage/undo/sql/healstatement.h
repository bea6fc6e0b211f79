#pragma once

#include <QByteArray>
#include <optional>
#include <vector>

namespace portolan {

/// The statements that take healing back, as an entry of the audit keeps them. A role that may write into the audit may
/// write anything there, so only what healing itself makes of a user-defined table is run: names of tables, columns and
/// indexes, types, and defaults that are a literal or the time of the row. Any thread.
class HealStatements {
public:
    /// Nothing when one of them is no such statement.
    static std::optional<HealStatements> from(std::vector<QByteArray> statements, const std::vector<QByteArray>& asked);

    [[nodiscard]] const std::vector<QByteArray>& statements() const { return m_statements; }
    /// Questions of which a row says that data would go: one for each table and column that is dropped, whether the
    /// entry has kept it or not.
    [[nodiscard]] const std::vector<QByteArray>& questions() const { return m_questions; }

private:
    std::vector<QByteArray> m_statements;
    std::vector<QByteArray> m_questions;
};

} // namespace portolan
